//! The hook for pre-commit, which runs `entry` with `args` at the top of the work tree, without a
//! shell, where a file of the commit matches `files`.

use super::{Machine, Ran, yaml};
use crate::repository::{Repository, TOO_FAR, update};
use serde::Deserialize;
use std::process::Command;

#[derive(Deserialize)]
struct Hook {
    id: String,
    entry: String,
    args: Vec<String>,
    language: String,
    files: String,
    pass_filenames: bool,
}

fn hook() -> Hook {
    let mut hooks: Vec<Hook> = yaml(".pre-commit-hooks.yaml");
    assert_eq!(hooks.len(), 1);
    hooks.remove(0)
}

fn run(repository: &Repository, args: &[String]) -> Ran {
    let machine = Machine::new();
    let hook = hook();
    let mut words = hook.entry.split_whitespace();
    let mut command = Command::new(machine.programs().join(words.next().expect("a program")));
    command.args(words).args(args);
    machine.run(&mut command, repository.path(), [])
}

#[test]
fn the_hook_holds_up_a_commit_that_is_rejected_or_could_not_be_rehearsed() {
    let repository = Repository::new(true);
    let args = hook().args;
    repository.add("0003_third", &update("third"));
    repository.git(&["add", "--all"]);
    let ran = run(&repository, &args);
    assert_eq!(ran.code, 0, "{}", ran.log);
    assert!(ran.log.contains("ACCEPTED 0003_third"), "{}", ran.log);
    repository.add("0003_third", TOO_FAR);
    repository.git(&["add", "--all"]);
    assert_eq!(run(&repository, &args).code, 1);
    repository.commit("without the hook");
    repository.write("migrations/0001_first.sql", TOO_FAR);
    let ran = run(&repository, &args);
    assert_eq!(ran.code, 1);
    assert!(ran.log.contains("already-applied"), "{}", ran.log);
    repository.git(&["rm", "-q", "seed.sql"]);
    assert_eq!(run(&repository, &args).code, 2);
}

#[test]
fn the_hook_takes_what_is_committed_and_by_other_arguments_the_whole_branch() {
    let repository = Repository::new(true);
    repository.add("0003_third", TOO_FAR);
    repository.commit("rejected");
    let ran = run(&repository, &hook().args);
    assert_eq!(ran.code, 0, "{}", ran.log);
    assert!(ran.log.contains("no migration changed"), "{}", ran.log);
    let whole = ["--changed-since", "main"].map(str::to_owned);
    assert_eq!(run(&repository, &whole).code, 1);
}

#[test]
fn the_hook_runs_for_migrations_and_their_scopes_only() {
    let hook = hook();
    assert_eq!(
        (
            hook.id.as_str(),
            hook.language.as_str(),
            hook.pass_filenames
        ),
        ("harness-check", "rust", false)
    );
    let machine = Machine::new();
    let matches = |file: &str| {
        let script = "[[ $FILE =~ $FILES ]]";
        machine
            .bash(
                script,
                &machine.temporary(),
                [("FILE", file), ("FILES", hook.files.as_str())],
            )
            .code
            == 0
    };
    for file in [
        "migrations/0003_third.sql",
        "0001.sql",
        "harness.toml",
        "a/harness.toml",
    ] {
        assert!(matches(file), "{file}");
    }
    for file in [
        "migrations/0003.sql.bak",
        "sql",
        "other-harness.toml",
        "src/main.rs",
    ] {
        assert!(!matches(file), "{file}");
    }
}
