//! The snapshot is sacred: read with what its WAL or hot journal says, never written to, whatever
//! happens to the process.

use crate::support::{
    CONFIG, Playground, SEED, accepted, command, finish, harness, refused_with, rejected_with,
};
use rusqlite::Connection;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

/// Name and bytes of every file in a folder.
fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder)
        .expect("a folder")
        .map(|e| e.expect("an entry"));
    entries
        .map(|e| {
            (
                e.file_name().to_string_lossy().into_owned(),
                fs::read(e.path()).expect("a file"),
            )
        })
        .collect()
}

fn copy(from: &Path, to: &Path, suffixes: &[&str]) {
    for suffix in suffixes {
        fs::copy(
            format!("{}{suffix}", from.display()),
            format!("{}{suffix}", to.display()),
        )
        .expect("copied");
    }
}

/// A migration that keeps the engine busy for long enough to be disturbed.
fn busy(rows: u64) -> String {
    format!(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows}) \
        SELECT max(i) FROM n;\n"
    )
}

#[test]
fn what_only_the_wal_holds_is_read() {
    let (playground, snapshot) = (Playground::new(), tempfile::tempdir().expect("a folder"));
    let source = playground.database("live.db", &format!("PRAGMA journal_mode = WAL; {SEED}"));
    let live = Connection::open(&source).expect("opens");
    live.execute_batch(
        "PRAGMA wal_autocheckpoint = 0; UPDATE note SET body = 'in the wal' WHERE org = 1;",
    )
    .expect("runs");
    let path = snapshot.path().join("s.db");
    copy(&source, &path, &["", "-wal"]);
    drop(live);
    let before = contents(snapshot.path());
    playground.write(
        "ok.sql",
        "UPDATE note SET body = 'x' WHERE body = 'in the wal' AND id = 2;",
    );
    accepted(
        playground.path(),
        &[
            "check",
            "--snapshot",
            path.to_str().expect("a path"),
            "ok.sql",
        ],
    );
    assert_eq!(
        contents(snapshot.path()),
        before,
        "the snapshot and its neighbours are byte-identical, and no -shm was made"
    );
}

#[test]
fn a_hot_journal_is_rolled_back_in_the_clone_only() {
    let (playground, snapshot) = (Playground::new(), tempfile::tempdir().expect("a folder"));
    let source = playground.database(
        "live.db",
        &format!("{SEED} CREATE TABLE pad(org INTEGER, x);"),
    );
    let live = Connection::open(&source).expect("opens");
    let spill = "PRAGMA cache_size = 2; BEGIN; UPDATE note SET body = 'never committed';
        INSERT INTO pad SELECT 1, zeroblob(4000) FROM json_each('[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20]');";
    live.execute_batch(spill).expect("runs");
    let path = snapshot.path().join("s.db");
    copy(&source, &path, &["", "-journal"]);
    drop(live);
    let torn = fs::read(&path).expect("a file");
    assert!(
        torn.windows(15).any(|w| w == b"never committed"),
        "the file holds what the journal takes back"
    );
    let before = contents(snapshot.path());
    playground.write("ok.sql", "UPDATE note SET body = 'x' WHERE body = 'a';");
    accepted(
        playground.path(),
        &[
            "check",
            "--snapshot",
            path.to_str().expect("a path"),
            "ok.sql",
        ],
    );
    assert_eq!(contents(snapshot.path()), before);
}

#[cfg(unix)]
#[test]
fn a_read_only_snapshot_in_a_read_only_folder_will_do() {
    use std::os::unix::fs::PermissionsExt as _;
    let (playground, folder) = (Playground::new(), tempfile::tempdir().expect("a folder"));
    let path = folder.path().join("s.db");
    fs::copy(playground.database("s.db", SEED), &path).expect("copied");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).expect("set");
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o555)).expect("set");
    let before = contents(folder.path());
    accepted(
        playground.path(),
        &[
            "check",
            "--snapshot",
            path.to_str().expect("a path"),
            "ok.sql",
        ],
    );
    assert_eq!(contents(folder.path()), before);
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).expect("set");
}

#[test]
fn a_migration_that_names_the_snapshot_cannot_reach_it() {
    let playground = Playground::new();
    let path = playground.database("s.db", SEED);
    let before = fs::read(&path).expect("a file");
    playground.write(
        "ok.sql",
        format!(
            "ATTACH '{}' AS original;\nDELETE FROM original.note;\n",
            path.display()
        ),
    );
    rejected_with(
        playground.path(),
        &["check", "--snapshot", "s.db", "ok.sql"],
        &["error[statement-refused]"],
    );
    assert_eq!(fs::read(&path).expect("a file"), before);
}

#[test]
fn a_dump_and_the_database_it_was_taken_from_give_the_same_report() {
    let playground = Playground::new();
    playground.database("s.db", SEED);
    let run = |snapshot: &str| {
        accepted(
            playground.path(),
            &["check", "--snapshot", snapshot, "ok.sql"],
        )
        .stdout
        .lines()
        .filter(|l| !l.contains("bytes"))
        .collect::<Vec<_>>()
        .join("\n")
    };
    assert_eq!(run("s.db"), run("seed.sql"));
}

#[test]
fn the_kept_clone_is_the_migrated_database() {
    let playground = Playground::new();
    accepted(
        playground.path(),
        &["check", "--keep-clone", "kept.db", "ok.sql"],
    );
    let kept = Connection::open(playground.at("kept.db")).expect("opens");
    let bodies: String = kept
        .query_row(
            "SELECT group_concat(body, '') FROM (SELECT body FROM note ORDER BY org, id)",
            [],
            |row| row.get(0),
        )
        .expect("reads");
    assert_eq!(bodies, "xbcd");
}

#[cfg(unix)]
#[test]
fn the_clone_is_kept_in_the_file_of_that_name_and_in_no_other() {
    for name in [
        "file:other.db",
        "file:other.db?mode=memory",
        "file:/other.db",
        ":memory:",
        "kept?.db",
        "kept#.db",
        "sub/../kept.db",
    ] {
        let playground = Playground::new();
        // Opening and closing this one would write its WAL back.
        let other = playground.database("other.db", &format!("PRAGMA journal_mode = WAL; {SEED}"));
        fs::create_dir(playground.at("sub")).expect("made");
        let (before, folder) = (fs::read(&other).expect("a file"), playground.listing());
        if name == "file:/other.db" {
            refused_with(
                playground.path(),
                &["check", "--keep-clone", name, "ok.sql"],
                &["cannot write there"],
            );
            continue;
        }
        accepted(
            playground.path(),
            &[
                "check",
                "--snapshot",
                "other.db",
                "--keep-clone",
                name,
                "ok.sql",
            ],
        );
        assert_eq!(fs::read(&other).expect("a file"), before, "{name}");
        let mut expected = [folder, vec![name.trim_start_matches("sub/../").to_owned()]].concat();
        expected.sort();
        assert_eq!(playground.listing(), expected, "{name}");
        fs::rename(playground.at(name), playground.at("plain.db")).expect("renamed");
        let kept = Connection::open(playground.at("plain.db")).expect("opens");
        let body: String = kept
            .query_row(
                "SELECT body FROM note WHERE org = 1 AND id = 1",
                [],
                |row| row.get(0),
            )
            .expect("reads");
        assert_eq!(body, "x", "{name}: the migrated rows are in it");
    }
}

#[test]
fn a_journal_mode_that_no_statement_ran_to_set_is_not_set() {
    let asked = [
        "EXPLAIN PRAGMA journal_mode = {};",
        "EXPLAIN QUERY PLAN PRAGMA main.journal_mode({});",
        "PRAGMA journal_mode = {} x;",
    ];
    for (before, after) in [("delete", "wal"), ("wal", "delete")] {
        for sql in asked.iter().chain(&["PRAGMA journal_mode = {};"]) {
            let playground = Playground::new();
            let sql = sql.replace("{}", after);
            let path =
                playground.database("s.db", &format!("PRAGMA journal_mode = {before}; {SEED}"));
            playground.write("harness.toml", CONFIG.replace("stop", "continue"));
            playground.write(
                "ok.sql",
                format!("{sql}\nUPDATE note SET body = 'x' WHERE org = 1 AND id = 1;\n"),
            );
            harness(
                playground.path(),
                &[
                    "check",
                    "--snapshot",
                    "s.db",
                    "--keep-clone",
                    "kept.db",
                    "ok.sql",
                ],
            );
            let mode = |path: &Path| -> String {
                let conn = Connection::open(path).expect("opens");
                conn.query_row("PRAGMA journal_mode", [], |row| row.get(0))
                    .expect("a mode")
            };
            // The engine's own answer, to a connection that does nothing else with the statement
            // than to run it.
            let conn = Connection::open(&path).expect("opens");
            let _ = conn
                .prepare(&sql)
                .and_then(|mut s| s.raw_query().next().map(drop));
            conn.close().expect("closes");
            assert_eq!(mode(&playground.at("kept.db")), mode(&path), "{sql}");
        }
    }
}

/// A connection in the middle of a transaction on `path`, whose first part is in the file already.
#[cfg(unix)]
fn spilled(path: &Path, journal: &str) -> Connection {
    let live = Connection::open(path).expect("opens");
    let sql = format!(
        "PRAGMA journal_mode = {journal}; PRAGMA cache_size = 2; BEGIN; UPDATE note SET body = 'never committed';
        INSERT INTO pad SELECT 1, zeroblob(4000) FROM json_each('[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20]');"
    );
    live.execute_batch(&sql).expect("runs");
    live
}

#[cfg(unix)]
#[test]
fn a_snapshot_in_the_middle_of_a_write_is_refused() {
    for journal in ["memory", "off", "delete"] {
        let playground = Playground::new();
        let path =
            playground.database("s.db", &format!("{SEED} CREATE TABLE pad(org INTEGER, x);"));
        let live = spilled(&path, journal);
        refused_with(
            playground.path(),
            &["check", "--snapshot", "s.db", "ok.sql"],
            &["s.db", "is being written to"],
        );
        drop(live);
    }
}

#[cfg(unix)]
#[test]
fn a_reader_and_one_who_has_only_announced_to_write_do_no_harm() {
    for sql in [
        "BEGIN; SELECT 1 FROM note",
        "BEGIN IMMEDIATE; UPDATE note SET body = 'in memory only'",
        "PRAGMA journal_mode = WAL; BEGIN; UPDATE note SET body = 1",
    ] {
        let playground = Playground::new();
        let path = playground.database("s.db", SEED);
        let live = Connection::open(&path).expect("opens");
        live.execute_batch(sql).expect("runs");
        accepted(
            playground.path(),
            &["check", "--snapshot", "s.db", "ok.sql"],
        );
        drop(live);
    }
}

#[cfg(unix)]
#[test]
fn a_write_that_begins_while_the_snapshot_is_read_is_seen_by_its_lock() {
    let playground = Playground::new();
    let path = playground.database("s.db", SEED);
    playground.write("ok.sql", busy(1_500_000));
    let run = start(&playground, &["check", "--snapshot", "s.db", "ok.sql"]);
    run.wait_for_clone();
    // It has written nothing: size, time and header are the same.
    let live = Connection::open(&path).expect("opens");
    live.execute_batch("BEGIN EXCLUSIVE").expect("runs");
    let run = finish(run.end().0);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{}", run.stderr);
    assert!(
        run.stderr.contains("s.db is being written to"),
        "{}",
        run.stderr
    );
    drop(live);
}

#[cfg(target_os = "linux")]
#[test]
fn the_private_folder_may_have_any_name_that_the_engine_takes() {
    use std::os::unix::ffi::OsStrExt as _;
    let playground = Playground::new();
    playground.database("s.db", SEED);
    let run = |temporary: &Path| {
        fs::create_dir_all(temporary).expect("a folder");
        let mut run = command(playground.path());
        run.args(["check", "--snapshot", "s.db", "ok.sql"])
            .env("TMPDIR", temporary);
        finish(run.output().expect("the binary runs"))
    };
    for name in [&b"not \xff UTF-8"[..], b"file:x?mode=memory#", b"%41"] {
        let ran = run(&playground.path().join(std::ffi::OsStr::from_bytes(name)));
        assert_eq!(
            (ran.code, ran.stderr.as_str()),
            (0, ""),
            "{}",
            String::from_utf8_lossy(name)
        );
    }
    let (mut refused, mut done) = (0, 0);
    for length in 430..510 {
        let here = playground.path().canonicalize().expect("a path");
        // No single name may have more than 255 bytes.
        let (half, rest) = (
            "d".repeat(length / 2),
            length - length / 2 - here.as_os_str().len() - 2,
        );
        let ran = run(&here.join(half).join("e".repeat(rest)));
        if ran.code == 0 {
            done += 1;
            continue;
        }
        assert_eq!(
            (ran.code, ran.stdout.as_str()),
            (2, ""),
            "{length}: {}",
            ran.stderr
        );
        assert!(
            ran.stderr.contains("is too long") && !ran.stderr.contains("s.db"),
            "{length}: {}",
            ran.stderr
        );
        refused += 1;
    }
    assert!(done > 0 && refused > 0, "{done} {refused}");
}

#[test]
fn one_dump_statement_at_a_time_is_not_quadratic() {
    let playground = Playground::new();
    let mut dump = SEED.to_owned();
    for i in 0..80_000 {
        writeln!(
            dump,
            "INSERT INTO note VALUES ({}, {i}, 'row {i}');",
            3 + i % 7
        )
        .expect("a string takes everything");
    }
    playground.write("many.sql", dump);
    accepted(
        playground.path(),
        &["check", "--snapshot", "many.sql", "ok.sql"],
    );
}

/// A run in the background with its temporary folder.
struct Background {
    child: Child,
    temporary: tempfile::TempDir,
}

fn start(playground: &Playground, args: &[&str]) -> Background {
    let temporary = tempfile::tempdir().expect("a folder");
    let child = command(playground.path())
        .args(args)
        .env("TMPDIR", temporary.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    Background {
        child: child.expect("runs"),
        temporary,
    }
}

impl Background {
    /// Waits until the clone's WAL is there: the migration is about to run.
    fn wait_for_clone(&self) {
        let until = Instant::now() + Duration::from_secs(20);
        let there = || {
            fs::read_dir(self.temporary.path())
                .ok()
                .and_then(|mut d| d.next())
                .and_then(Result::ok)
                .is_some_and(|e| e.path().join("clone.db-wal").exists())
        };
        while !there() {
            assert!(Instant::now() < until, "the clone appears");
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    #[cfg(unix)]
    fn signal(&self, signal: i32) {
        let pid = i32::try_from(self.child.id()).expect("a process id");
        // SAFETY: a signal to a child of this process.
        #[expect(unsafe_code, reason = "the standard library sends SIGKILL only")]
        let sent = unsafe { libc::kill(pid, signal) };
        assert_eq!(sent, 0);
    }

    fn end(self) -> (std::process::Output, Vec<String>) {
        let output = self.child.wait_with_output().expect("ends");
        let left = fs::read_dir(self.temporary.path())
            .expect("a folder")
            .map(|e| {
                e.expect("an entry")
                    .file_name()
                    .to_string_lossy()
                    .into_owned()
            })
            .collect();
        (output, left)
    }
}

#[test]
fn a_snapshot_that_changes_while_it_is_read_is_refused() {
    let playground = Playground::new();
    let path = playground.database("s.db", SEED);
    playground.write("ok.sql", busy(1_500_000));
    let run = start(
        &playground,
        &[
            "check",
            "--snapshot",
            "s.db",
            "--keep-clone",
            "kept.db",
            "ok.sql",
        ],
    );
    run.wait_for_clone();
    Connection::open(&path)
        .expect("opens")
        .execute_batch("UPDATE note SET body = 'live'")
        .expect("writes");
    let run = finish(run.end().0);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{}", run.stderr);
    assert!(
        run.stderr.contains("s.db") && run.stderr.contains("changed while it was read"),
        "{}",
        run.stderr
    );
    assert!(
        !playground.at("kept.db").exists(),
        "nothing is left of a rehearsal on a torn snapshot"
    );
}

#[test]
fn an_attached_file_that_changes_while_it_is_copied_is_refused() {
    use harness::bounds::Bounds;
    use harness::rehearse::redirects;
    use std::sync::atomic::{AtomicBool, Ordering};
    let playground = Playground::new();
    let big = "CREATE TABLE price(a); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 \
        FROM n WHERE i < 400) INSERT INTO price SELECT zeroblob(90000) FROM n;";
    let path = playground.database("prices.db", big);
    let bounds = Bounds {
        attach: vec![("prices.db".to_owned(), path.clone())],
        ..Bounds::default()
    };
    let copies = |name: &str| {
        let workspace = playground.at(name);
        fs::create_dir(&workspace).expect("a folder");
        redirects(&bounds, &workspace)
            .map(drop)
            .map_err(|e| e.to_string())
    };
    copies("still").expect("nothing writes to it");
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                fs::File::options()
                    .append(true)
                    .open(&path)
                    .and_then(|mut file| std::io::Write::write_all(&mut file, &[0; 4096]))
                    .expect("grows");
            }
        });
        let error = copies("moving").expect_err("it grows all the time");
        done.store(true, Ordering::Relaxed);
        assert!(
            error.contains("prices.db") && error.contains("changed while it was read"),
            "{error}"
        );
    });
}

#[cfg(unix)]
#[test]
fn ctrl_c_while_the_clone_is_kept_leaves_none() {
    let playground = Playground::new();
    playground.write("ok.sql", busy(u64::MAX >> 2));
    let run = start(&playground, &["check", "--keep-clone", "kept.db", "ok.sql"]);
    run.wait_for_clone();
    // As far as a clone that is being written there comes.
    playground.write("kept.db", "SQLite");
    playground.write("kept.db-wal", "");
    run.signal(libc::SIGINT);
    let (output, left) = run.end();
    assert_eq!(output.status.code(), Some(130));
    assert!(
        left.is_empty()
            && !playground.at("kept.db").exists()
            && !playground.at("kept.db-wal").exists(),
        "{left:?}"
    );
}

#[test]
fn a_snapshot_that_is_cut_off_while_it_is_read_is_refused() {
    let playground = Playground::new();
    let pad = "CREATE TABLE pad(org INTEGER, x); INSERT INTO pad SELECT value, zeroblob(90000) \
        FROM json_each('[1,2,3,4,5,6,7,8,9]');";
    let path = playground.database("s.db", &format!("{SEED}{pad}"));
    playground.write(
        "ok.sql",
        format!("{}DELETE FROM pad;\nVACUUM;\n", busy(1_500_000)),
    );
    let run = start(&playground, &["check", "--snapshot", "s.db", "ok.sql"]);
    run.wait_for_clone();
    fs::File::options()
        .write(true)
        .open(&path)
        .and_then(|file| file.set_len(8192))
        .expect("cut");
    let (output, left) = run.end();
    let run = finish(output);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{}", run.stderr);
    assert!(
        run.stderr.contains("s.db has another size") && left.is_empty(),
        "{}\n{left:?}",
        run.stderr
    );
}

#[cfg(unix)]
#[test]
fn ctrl_c_and_sigterm_leave_nothing_behind() {
    for signal in [libc::SIGINT, libc::SIGTERM, libc::SIGHUP] {
        let playground = Playground::new();
        playground.write("ok.sql", busy(u64::MAX >> 2));
        let before = contents(playground.path());
        let run = start(
            &playground,
            &["check", "--report", "json=evidence.json", "ok.sql"],
        );
        run.wait_for_clone();
        let started = Instant::now();
        run.signal(signal);
        let (output, left) = run.end();
        assert_eq!(output.status.code(), Some(130));
        assert!(
            started.elapsed() < Duration::from_secs(10),
            "it ends at once"
        );
        assert!(output.stdout.is_empty() && left.is_empty(), "{left:?}");
        assert_eq!(contents(playground.path()), before, "no report, no trace");
    }
}

#[cfg(unix)]
#[test]
fn killed_at_any_moment_the_snapshot_is_what_it_was() {
    let playground = Playground::new();
    let pad = "CREATE TABLE pad(org INTEGER, id INTEGER PRIMARY KEY, x);
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30000) INSERT INTO pad SELECT i % 5, i, zeroblob(200) FROM n;";
    let folder = tempfile::tempdir().expect("a folder");
    fs::copy(
        playground.database("s.db", &format!("{SEED}{pad}")),
        folder.path().join("s.db"),
    )
    .expect("copied");
    playground.write(
        "ok.sql",
        "UPDATE pad SET x = 1;\nDELETE FROM pad;\nVACUUM;\n",
    );
    let before = contents(folder.path());
    let snapshot = folder.path().join("s.db");
    let mut killed = 0;
    for delay in (0..240).step_by(15) {
        let kind = if delay % 2 == 0 { "thin" } else { "copy" };
        playground.write(
            "harness.toml",
            CONFIG.replace("[engine]", &format!("clone = \"{kind}\"\n[engine]")),
        );
        let run = start(
            &playground,
            &[
                "check",
                "--snapshot",
                snapshot.to_str().expect("a path"),
                "ok.sql",
            ],
        );
        std::thread::sleep(Duration::from_millis(delay));
        run.signal(libc::SIGKILL);
        let (output, _) = run.end();
        killed += u32::from(output.status.code().is_none());
        assert_eq!(contents(folder.path()), before, "after {delay} ms");
    }
    assert!(killed > 1, "some runs were killed on the way: {killed}");
    let run = harness(
        playground.path(),
        &[
            "check",
            "--snapshot",
            snapshot.to_str().expect("a path"),
            "ok.sql",
        ],
    );
    assert_eq!(
        run.code, 1,
        "the next run trips over nothing\n{}",
        run.stderr
    );
}

#[test]
fn a_wal_without_its_database_is_no_snapshot() {
    let playground = Playground::new();
    playground.write("s.db-wal", "x");
    refused_with(
        playground.path(),
        &["check", "--snapshot", "s.db", "ok.sql"],
        &["s.db", "does not exist"],
    );
}
