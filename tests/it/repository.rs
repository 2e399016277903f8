//! A git repository with a database of two tenants, a folder of migrations, and a branch.

use crate::support::{Run, command, finish};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const CONFIG: &str = "\
[snapshot]
path = \"seed.sql\"
[engine]
foreign_keys = false
transaction = \"none\"
on_error = \"stop\"
[migrations]
dir = \"migrations\"
[tenant]
column = \"org\"
[tenant.tables]
applied = { shared = true }
";

/// Declares that a migration updates one row of tenant 1.
pub(crate) fn one_row(name: &str) -> String {
    format!("[expect.{name}]\ntenants = [1]\n[expect.{name}.tables.note]\nupdate = 1\n")
}

/// A migration that updates one row of tenant 1.
pub(crate) fn update(body: &str) -> String {
    format!("UPDATE note SET body = '{body}' WHERE org = 1 AND id = 1;\n")
}

/// A migration that updates rows of both tenants.
pub(crate) const TOO_FAR: &str = "UPDATE note SET body = 'far' WHERE id = 1;\n";

const SEED: &str = "\
CREATE TABLE applied(name TEXT PRIMARY KEY);
INSERT INTO applied VALUES ('0001_first'), ('0002_second');
CREATE TABLE note(org INTEGER NOT NULL, id INTEGER NOT NULL, body TEXT, PRIMARY KEY(org, id));
INSERT INTO note VALUES (1, 1, 'a'), (1, 2, 'b'), (2, 1, 'c'), (2, 2, 'd');
";

pub(crate) struct Repository {
    folder: tempfile::TempDir,
}

impl Repository {
    /// On the branch `work`, which left `main` where that has two migrations, which are applied;
    /// nothing says so unless the configuration asks.
    pub(crate) fn new(knows_applied: bool) -> Self {
        let repository = Self {
            folder: tempfile::tempdir().expect("a private folder"),
        };
        repository.git(&["init", "-q", "-b", "main"]);
        let applied = "[migrations]\napplied = \"SELECT name FROM applied\"";
        let config = if knows_applied {
            CONFIG.replace("[migrations]", applied)
        } else {
            CONFIG.to_owned()
        };
        repository.write("harness.toml", config);
        repository.write("seed.sql", SEED);
        repository.write("migrations/0001_first.sql", update("first"));
        repository.write("migrations/0002_second.sql", update("second"));
        repository.commit("the two applied migrations");
        repository.git(&["switch", "-q", "-c", "work"]);
        repository
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

    /// Declares the scope of a migration in harness.toml.
    pub(crate) fn declare(&self, name: &str) {
        let config = fs::read_to_string(self.at("harness.toml")).expect("the configuration");
        self.write("harness.toml", config + &one_row(name));
    }

    /// Adds a migration with its scope at its head.
    pub(crate) fn add(&self, name: &str, sql: &str) {
        let head = "/* harness: expect\ntenants = [1]\n[tables.note]\nupdate = 1\n*/\n";
        self.write(&format!("migrations/{name}.sql"), format!("{head}{sql}"));
    }

    pub(crate) fn commit(&self, message: &str) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "-q", "-m", message]);
    }

    /// Runs git, which must succeed; its standard output.
    pub(crate) fn git(&self, args: &[&str]) -> String {
        git_in(self.path(), args)
    }

    /// `harness` with these arguments, to be run in a folder of the repository.
    pub(crate) fn harness_in(&self, folder: &str, args: &[&str]) -> Run {
        finish(
            on_its_own(command(&self.at(folder)).args(args))
                .output()
                .expect("the binary runs"),
        )
    }

    /// `harness check --changed-since main`, at the top.
    pub(crate) fn check(&self) -> Run {
        self.harness_in(".", &["check", "--changed-since", "main"])
    }

    /// The same; it must accept, and say these words.
    pub(crate) fn accepted(&self, words: &[&str]) -> Run {
        self.ended(self.check(), 0, words)
    }

    /// The same; it must reject, and say these words.
    pub(crate) fn rejected(&self, words: &[&str]) -> Run {
        self.ended(self.check(), 1, words)
    }

    fn ended(&self, run: Run, code: i32, words: &[&str]) -> Run {
        assert_eq!(
            (run.code, run.stderr.as_str()),
            (code, ""),
            "{}\n{}",
            self.git(&["status", "--short"]),
            run.stdout
        );
        for word in words {
            assert!(run.stdout.contains(word), "`{word}` in\n{}", run.stdout);
        }
        run
    }

    /// Runs `harness check --changed-since REF`, which must not be able to rehearse, and say these
    /// words.
    pub(crate) fn refused(&self, since: &str, words: &[&str]) {
        let run = self.harness_in(".", &["check", &format!("--changed-since={since}")]);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{}", run.stderr);
        for word in words {
            assert!(run.stderr.contains(word), "`{word}` in\n{}", run.stderr);
        }
    }
}

/// Runs git, which must succeed; its standard output.
pub(crate) fn git_in(folder: &Path, args: &[&str]) -> String {
    let mut command = Command::new("git");
    let run = finish(
        on_its_own(command.current_dir(folder).args(args))
            .output()
            .expect("git runs"),
    );
    assert_eq!(run.code, 0, "git {args:?}\n{}", run.stderr);
    run.stdout
}

/// Keeps the configuration of whoever runs the tests, and the repository of a hook that does, out
/// of a program.
pub(crate) fn on_its_own(command: &mut Command) -> &mut Command {
    for name in [
        "GIT_DIR",
        "GIT_WORK_TREE",
        "GIT_INDEX_FILE",
        "GIT_PREFIX",
        "GIT_OBJECT_DIRECTORY",
    ] {
        command.env_remove(name);
    }
    command
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1");
    for who in ["AUTHOR", "COMMITTER"] {
        command
            .env(format!("GIT_{who}_NAME"), "Ada Example")
            .env(format!("GIT_{who}_EMAIL"), "ada@example.com");
        command.env(format!("GIT_{who}_DATE"), "2026-01-05T10:00:00Z");
    }
    command
}
