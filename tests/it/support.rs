//! Private folders to run the binary in, and how a run must end.

pub(crate) use crate::run::{Run, command, copy_folder, finish, harness, root};

use std::fs;
use std::path::{Path, PathBuf};

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
