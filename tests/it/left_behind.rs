//! What a run leaves that is killed, and what the next one removes of it: the private folders and the
//! staged files of dead runs, and nothing else.

use crate::run::{Run, command, finish, harness};
use crate::support::Playground;
use rustix::process::{Pid, Signal, kill_process};
use std::fs::{self, File, Permissions};
use std::io::Write as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// A run that waits for its snapshot on standard input, with a report staged in `out`.
struct WaitingRun {
    child: Child,
}

impl WaitingRun {
    fn begin(playground: &Playground, temporary: &Path) -> Self {
        fs::create_dir_all(playground.at("out")).expect("a folder");
        let child = command(playground.path())
            .args(["check", "--snapshot", "-", "--report", "html=out/r.html"])
            .arg("ok.sql")
            .env("TMPDIR", temporary)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        let until = Instant::now() + Duration::from_secs(20);
        while listing(&playground.at("out")).is_empty() {
            assert!(Instant::now() < until, "the report is staged");
            sleep(Duration::from_millis(2));
        }
        Self { child }
    }

    fn signal(&self, signal: Signal) {
        let pid = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
        kill_process(pid.expect("a process id"), signal).expect("a signal");
    }

    fn kill(mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("ends");
    }

    fn give(mut self, snapshot: &[u8]) -> Run {
        let mut input = self.child.stdin.take().expect("standard input");
        input.write_all(snapshot).expect("written");
        drop(input);
        finish(self.child.wait_with_output().expect("ends"))
    }
}

fn listing(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    let name = |entry: std::io::Result<fs::DirEntry>| entry.expect("an entry").file_name();
    let mut names: Vec<String> = entries
        .map(|entry| name(entry).to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// A run that accepts, with this folder for temporary files.
fn next(playground: &Playground, temporary: &Path) -> Run {
    let run = finish(
        command(playground.path())
            .args(["check", "ok.sql"])
            .env("TMPDIR", temporary)
            .output()
            .expect("the binary runs"),
    );
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{}", run.stdout);
    run
}

fn temporary() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

/// A folder with a claim of a boot, as a run makes it.
fn claimed(parent: &Path, name: &str, boot: &str, staged: &[&Path]) -> PathBuf {
    let folder = parent.join(name);
    fs::create_dir(&folder).expect("a folder");
    fs::set_permissions(&folder, Permissions::from_mode(0o700)).expect("its mode");
    let own = format!("private folder of harness\0{boot}\0");
    let staged = staged.iter().map(|path| format!("{}\0", path.display()));
    let claim: String = std::iter::once(own).chain(staged).collect();
    fs::write(folder.join("harness.lock"), claim).expect("a claim");
    fs::write(folder.join("clone.db-wal"), [7; 100]).expect("a file");
    folder
}

fn this_boot() -> String {
    let id = fs::read_to_string("/proc/sys/kernel/random/boot_id").expect("the boot");
    id.trim().to_owned()
}

#[test]
fn what_a_killed_run_left_is_removed_by_the_next() {
    let (playground, temporary) = (Playground::new(), temporary());
    let alone = harness(playground.path(), &["check", "ok.sql"]);
    let run = WaitingRun::begin(&playground, temporary.path());
    run.kill();
    assert_eq!(listing(temporary.path()).len(), 1);
    assert_eq!(listing(&playground.at("out")).len(), 1);
    assert_eq!(next(&playground, temporary.path()).stdout, alone.stdout);
    assert!(listing(temporary.path()).is_empty());
    assert!(listing(&playground.at("out")).is_empty());
}

#[test]
fn a_run_that_is_not_dead_keeps_what_it_has() {
    let (playground, temporary) = (Playground::new(), temporary());
    let run = WaitingRun::begin(&playground, temporary.path());
    let (folders, staged) = (listing(temporary.path()), listing(&playground.at("out")));
    next(&playground, temporary.path());
    run.signal(Signal::STOP);
    next(&playground, temporary.path());
    assert_eq!(listing(temporary.path()), folders);
    assert_eq!(listing(&playground.at("out")), staged);
    run.signal(Signal::CONT);
    let seed = fs::read(playground.at("seed.sql")).expect("the snapshot");
    let run = run.give(&seed);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{}", run.stdout);
    assert!(listing(temporary.path()).is_empty());
    assert_eq!(listing(&playground.at("out")), ["r.html"]);
}

#[test]
fn whatever_is_not_known_to_be_a_dead_runs_is_left_alone() {
    let (playground, temporary, home) = (Playground::new(), temporary(), temporary());
    let (parent, boot) = (temporary.path(), this_boot());
    let precious = home.path().join("report.html");
    fs::write(&precious, "mine").expect("a file");
    let other = home.path().join(".harness-report-another-1");
    fs::write(&other, "another's").expect("a file");
    // Between making the folder, the file, the lock and the claim.
    let begun = parent.join("harness-begun");
    fs::create_dir(&begun).expect("a folder");
    fs::set_permissions(&begun, Permissions::from_mode(0o700)).expect("its mode");
    let unsaid = claimed(parent, "harness-unsaid", &boot, &[]);
    fs::write(unsaid.join("harness.lock"), "").expect("emptied");
    claimed(parent, "harness-cut", "", &[]);
    claimed(
        parent,
        "harness-reboot",
        "00000000-0000-0000-0000-000000000000",
        &[],
    );
    claimed(parent, "elsewhere", &boot, &[]);
    let shared = claimed(parent, "harness-shared", &boot, &[]);
    fs::set_permissions(&shared, Permissions::from_mode(0o755)).expect("its mode");
    let held = claimed(parent, "harness-held", &boot, &[]);
    let lock = File::open(held.join("harness.lock")).expect("opens");
    lock.lock().expect("locked");
    let of_home = claimed(home.path(), "harness-home", &boot, &[]);
    symlink(&of_home, parent.join("harness-link")).expect("a link");
    let linked = claimed(parent, "harness-linked", &boot, &[]);
    fs::remove_file(linked.join("harness.lock")).expect("removed");
    symlink(of_home.join("harness.lock"), linked.join("harness.lock")).expect("a link");
    fs::write(parent.join("harness-file"), "a file").expect("a file");
    // Only root may give a folder away.
    if rustix::process::geteuid().is_root() {
        let foreign = claimed(parent, "harness-foreign", &boot, &[]);
        std::os::unix::fs::chown(&foreign, Some(54_321), None).expect("given away");
    }
    let all = listing(parent);
    // And one that is a dead run's, with links out of it.
    let staged = home.path().join(".harness-report-dead-1");
    fs::write(&staged, "half a rep").expect("a file");
    let dead = claimed(parent, "harness-dead", &boot, &[&precious, &other, &staged]);
    fs::create_dir_all(dead.join("again/deeper")).expect("folders");
    fs::write(dead.join("again/deeper/clone.db"), "x").expect("a file");
    symlink(home.path(), dead.join("again/home")).expect("a link");
    symlink(&precious, dead.join("precious")).expect("a link");
    next(&playground, parent);
    assert_eq!(listing(parent), all);
    let kept = [".harness-report-another-1", "harness-home", "report.html"];
    assert_eq!(listing(home.path()), kept);
    assert_eq!(listing(&of_home), ["clone.db-wal", "harness.lock"]);
    drop(lock);
    next(&playground, parent);
    assert!(!held.exists(), "nothing holds it any more");
}

#[test]
fn two_runs_remove_them_at_once() {
    let (playground, temporary) = (Playground::new(), temporary());
    for number in 0..60 {
        let name = format!("harness-{number}");
        let folder = claimed(temporary.path(), &name, &this_boot(), &[]);
        for file in 0..20 {
            fs::write(folder.join(format!("file-{file}")), "x").expect("a file");
        }
    }
    let runs: Vec<Child> = (0..3)
        .map(|_| {
            command(playground.path())
                .args(["check", "ok.sql"])
                .env("TMPDIR", temporary.path())
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .expect("the binary runs")
        })
        .collect();
    for run in runs {
        let run = finish(run.wait_with_output().expect("ends"));
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{}", run.stdout);
    }
    next(&playground, temporary.path());
    assert!(listing(temporary.path()).is_empty());
}

#[test]
fn killed_at_any_moment_it_leaves_nothing_behind_the_next_run() {
    let (playground, temporary) = (Playground::new(), temporary());
    fs::create_dir_all(playground.at("out")).expect("a folder");
    let mut left = 0;
    for moment in 0..24 {
        let mut child = command(playground.path())
            .args(["check", "--report", "json=out/r.json", "ok.sql"])
            .env("TMPDIR", temporary.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the binary runs");
        sleep(Duration::from_micros(moment * 1_700));
        child.kill().expect("killed");
        child.wait().expect("ends");
        left += listing(temporary.path()).len();
    }
    assert!(left > 0, "some runs left something");
    next(&playground, temporary.path());
    // A run that was killed before it had its claim holds nothing yet.
    for name in listing(temporary.path()) {
        let folder = temporary.path().join(&name);
        let claim = folder.join("harness.lock");
        let is_unclaimed = !claim.exists() || fs::read(&claim).expect("read").is_empty();
        assert!(is_unclaimed && listing(&folder).len() < 2, "{name}");
    }
    let staged = listing(&playground.at("out"));
    assert!(
        !staged.iter().any(|name| name.starts_with('.')),
        "{staged:?}"
    );
}
