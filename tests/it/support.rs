//! Running the binary, and private folders to run it in.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// What one run of the binary gave.
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// The repository.
pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The binary, to be run in `folder`.
pub(crate) fn command(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_harness"));
    for name in [
        "NO_COLOR",
        "CLICOLOR_FORCE",
        "GITHUB_ACTIONS",
        "GITHUB_WORKSPACE",
    ] {
        command.env_remove(name);
    }
    command.current_dir(folder).stdin(Stdio::null());
    command
}

pub(crate) fn finish(output: Output) -> Run {
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8 output");
    Run {
        code: output.status.code().expect("an exit code"),
        stdout: text(output.stdout),
        stderr: text(output.stderr),
    }
}

pub(crate) fn harness(folder: &Path, args: &[&str]) -> Run {
    finish(
        command(folder)
            .args(args)
            .output()
            .expect("the binary runs"),
    )
}

/// A run that accepts: exit 0, a report, no complaint.
pub(crate) fn accepted(folder: &Path, args: &[&str]) -> Run {
    let run = harness(folder, args);
    assert_eq!(
        (run.code, run.stderr.as_str()),
        (0, ""),
        "accepted\n{}",
        run.stdout
    );
    assert!(!run.stdout.is_empty(), "a report");
    run
}

/// A run that rejects: exit 1, and a report with every one of these words.
pub(crate) fn rejected_with(folder: &Path, args: &[&str], words: &[&str]) -> Run {
    assert!(!words.is_empty(), "say why it is rejected");
    let run = harness(folder, args);
    assert_eq!(
        (run.code, run.stderr.as_str()),
        (1, ""),
        "rejected\n{}",
        run.stdout
    );
    for word in words {
        assert!(run.stdout.contains(word), "`{word}` in\n{}", run.stdout);
    }
    run
}

/// A run that could not rehearse: exit 2, nothing on standard output, one message with every one of
/// these words.
pub(crate) fn refused_with(folder: &Path, args: &[&str], words: &[&str]) -> Run {
    assert!(!words.is_empty(), "say what is wrong");
    let run = harness(folder, args);
    assert_eq!(
        (run.code, run.stdout.as_str()),
        (2, ""),
        "could not rehearse\n{}",
        run.stderr
    );
    for word in words {
        assert!(run.stderr.contains(word), "`{word}` in\n{}", run.stderr);
    }
    assert!(run.stderr.starts_with("error: "), "{}", run.stderr);
    run
}

/// Copies a folder with all in it.
pub(crate) fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let (path, target) = entry
            .map(|e| (e.path(), to.join(e.file_name())))
            .expect("an entry");
        if path.is_dir() {
            copy_folder(&path, &target);
        } else {
            fs::copy(&path, &target).expect("copied");
        }
    }
}

/// A folder with a small two-tenant database to go wrong in, and a configuration that accepts
/// `ok.sql`.
pub(crate) struct Playground {
    pub(crate) folder: tempfile::TempDir,
}

pub(crate) const CONFIG: &str = "\
[snapshot]
path = \"seed.sql\"
[engine]
foreign_keys = false
transaction = \"none\"
on_error = \"stop\"
[tenant]
column = \"org\"
[expect.ok]
tenants = [1]
[expect.ok.tables.note]
update = 1
";

pub(crate) const SEED: &str = "\
CREATE TABLE note(org INTEGER NOT NULL, id INTEGER NOT NULL, body TEXT, PRIMARY KEY(org, id));
INSERT INTO note VALUES (1, 1, 'a'), (1, 2, 'b'), (2, 1, 'c'), (2, 2, 'd');
";

impl Playground {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a private folder");
        let playground = Self { folder };
        playground.write("harness.toml", CONFIG);
        playground.write("seed.sql", SEED);
        playground.write(
            "ok.sql",
            "UPDATE note SET body = 'x' WHERE org = 1 AND id = 1;\n",
        );
        playground
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn at(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.at(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, content).expect("a file");
    }

    /// A database file made by running `sql`.
    pub(crate) fn database(&self, name: &str, sql: &str) -> PathBuf {
        let path = self.at(name);
        let conn = rusqlite::Connection::open(&path).expect("a database");
        conn.execute_batch(sql).expect("the seed runs");
        path
    }

    /// The names of everything in the folder.
    pub(crate) fn listing(&self) -> Vec<String> {
        let entries = fs::read_dir(self.path()).expect("the folder");
        let mut names: Vec<String> = entries
            .map(|e| {
                e.expect("an entry")
                    .file_name()
                    .to_string_lossy()
                    .into_owned()
            })
            .collect();
        names.sort();
        names
    }
}
