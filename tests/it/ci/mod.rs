//! What CI runs is run here: the scripts of action.yml, of the job for GitLab and of the pre-commit
//! hook, as they stand in their files, by bash in a git repository, with the environment that these
//! set.

mod github;
mod gitlab;
mod pre_commit;

use crate::repository::on_its_own;
use crate::support::root;
use serde::de::DeserializeOwned;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Values that are code where a script takes them for some.
const HOSTILE: [&str; 5] = [
    "$(touch pwned)",
    "`touch pwned`",
    "\"; touch pwned; \"",
    "'; touch pwned; '",
    "x\ntouch pwned\nverdict=accepted",
];

/// A file of the repository, as YAML.
fn yaml<T: DeserializeOwned>(name: &str) -> T {
    let text = fs::read_to_string(root().join(name)).expect("a file");
    serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// What a script gave: its exit code, and both of its streams as a log shows them.
struct Ran {
    code: i32,
    log: String,
}

/// A machine that runs jobs: a folder for programs, before all others, and one for temporary files.
struct Machine {
    folder: tempfile::TempDir,
}

impl Machine {
    /// One that has `harness`.
    fn new() -> Self {
        let machine = Self::bare();
        symlink(
            env!("CARGO_BIN_EXE_harness"),
            machine.programs().join("harness"),
        )
        .expect("a link");
        machine
    }

    /// One that has a `cargo` instead, which notes in `built` where and how it is called, and
    /// installs the binary there.
    fn bare() -> Self {
        let machine = Self {
            folder: tempfile::tempdir().expect("a private folder"),
        };
        fs::create_dir(machine.programs()).expect("a folder");
        fs::create_dir(machine.temporary()).expect("a folder");
        let binary = env!("CARGO_BIN_EXE_harness");
        let cargo = format!(
            "#!/bin/bash\nset -e\necho \"$PWD: $*\" >> '{built}'\nto='{programs}'\nwhile [ $# \
            -gt 0 ]; do [ \"$1\" != --root ] || to=$2/bin; shift; done\nmkdir -p \"$to\"\nln \
            -s '{binary}' \"$to/harness\"\n",
            built = machine.folder.path().join("built").display(),
            programs = machine.programs().display(),
        );
        machine.program("cargo", &cargo);
        machine
    }

    fn programs(&self) -> PathBuf {
        self.folder.path().join("programs")
    }

    fn temporary(&self) -> PathBuf {
        self.folder.path().join("temporary files")
    }

    /// What its `cargo` was called with, and where.
    fn built(&self) -> String {
        fs::read_to_string(self.folder.path().join("built")).unwrap_or_default()
    }

    fn program(&self, name: &str, text: &str) {
        use std::os::unix::fs::PermissionsExt as _;
        let path = self.programs().join(name);
        fs::write(&path, text).expect("written");
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("executable");
    }

    /// Runs a script by bash in a folder, with these variables.
    fn bash<'v>(
        &self,
        script: &str,
        folder: &Path,
        variables: impl IntoIterator<Item = (&'v str, &'v str)>,
    ) -> Ran {
        let mut command = Command::new("bash");
        command.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", script]);
        self.run(&mut command, folder, variables)
    }

    fn run<'v>(
        &self,
        command: &mut Command,
        folder: &Path,
        variables: impl IntoIterator<Item = (&'v str, &'v str)>,
    ) -> Ran {
        let path = std::env::var("PATH").expect("a PATH");
        let path = format!("{}:{path}", self.programs().display());
        for name in [
            "GITHUB_ACTIONS",
            "GITLAB_CI",
            "CI",
            "NO_COLOR",
            "CLICOLOR_FORCE",
        ] {
            command.env_remove(name);
        }
        on_its_own(command)
            .current_dir(folder)
            .env("PATH", path)
            .envs(variables)
            .stdin(Stdio::null());
        let output = command.output().expect("it runs");
        let log = [output.stdout, output.stderr]
            .map(|bytes| String::from_utf8(bytes).expect("UTF-8 output"))
            .concat();
        Ran {
            code: output.status.code().expect("an exit code"),
            log,
        }
    }
}

/// Fails where something was run that is no code.
fn assert_not_pwned(folders: &[&Path]) {
    let mut folders: Vec<PathBuf> = folders.iter().map(|folder| folder.to_path_buf()).collect();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            assert_ne!(
                path.file_name().expect("a name"),
                "pwned",
                "{}",
                folder.display()
            );
            folders.extend(path.is_dir().then_some(path));
        }
    }
}
