//! The job for GitLab, as its runner takes it: `before_script` and `script` are one script, in a
//! clone that has the merge request only.

use super::{Machine, Ran, assert_not_pwned, yaml};
use crate::repository::{Repository, TOO_FAR, git_in, update};
use crate::support::root;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

#[derive(Deserialize)]
struct Pipeline {
    harness: Job,
}

#[derive(Deserialize)]
struct Job {
    rules: Vec<BTreeMap<String, String>>,
    variables: BTreeMap<String, String>,
    before_script: Vec<String>,
    script: Vec<String>,
    artifacts: Artifacts,
}

#[derive(Deserialize)]
struct Artifacts {
    when: String,
    expose_as: String,
    paths: Vec<String>,
    reports: BTreeMap<String, String>,
}

fn job() -> Job {
    yaml::<Pipeline>("tests/ci/gitlab-ci.yml").harness
}

/// Runs the job on a commit of the repository, against one of its branches.
fn run(
    machine: &Machine,
    repository: &Repository,
    commit: &str,
    target: &str,
    changed: &[(&str, &str)],
) -> (tempfile::TempDir, Ran) {
    let job = job();
    let folder = tempfile::tempdir().expect("a private folder");
    assert_eq!(job.variables["GIT_DEPTH"], "0", "the clone is whole");
    let url = format!("file://{}", repository.path().display());
    for args in [
        &["init", "-q"][..],
        &["remote", "add", "origin", &url],
        &["fetch", "-q", "origin", commit],
    ] {
        git_in(folder.path(), args);
    }
    git_in(folder.path(), &["checkout", "-q", "--detach", "FETCH_HEAD"]);
    let mut variables: BTreeMap<&str, &str> = job
        .variables
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let temporary = machine.temporary().display().to_string();
    variables.extend([
        ("GITLAB_CI", "true"),
        ("CI", "true"),
        ("TMPDIR", &temporary),
    ]);
    variables.insert("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", target);
    variables.extend(changed.iter().copied());
    let script = [job.before_script, job.script].concat().join("\n");
    let ran = machine.bash(&script, folder.path(), variables);
    (folder, ran)
}

/// The files that the merge request is to show.
fn reports(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder.join("harness-report")).expect("the folder");
    let mut names: Vec<String> = entries
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.sort();
    names
}

#[test]
fn the_job_ends_as_the_verdict_says_and_its_reports_are_there() {
    let machine = Machine::new();
    let repository = Repository::new(true);
    let all = ["harness.html", "harness.json", "harness.md", "harness.xml"];
    let (folder, ran) = run(&machine, &repository, "work", "main", &[]);
    assert_eq!(ran.code, 0, "{}", ran.log);
    assert!(ran.log.contains("no migration to rehearse"), "{}", ran.log);
    assert_eq!(reports(folder.path()), all);
    for (sql, code, verdict) in [
        (update("third"), 0, "ACCEPTED 0003_third"),
        (TOO_FAR.to_owned(), 1, "REJECTED 0003_third"),
    ] {
        repository.add("0003_third", &sql);
        repository.commit("a third");
        let (folder, ran) = run(&machine, &repository, "work", "main", &[]);
        assert_eq!(ran.code, code, "{}", ran.log);
        assert!(
            ran.log.contains(verdict) && ran.log.contains("since origin/main,"),
            "{}",
            ran.log
        );
        assert_eq!(reports(folder.path()), all);
    }
    repository.git(&["rm", "-q", "seed.sql"]);
    repository.commit("no snapshot");
    let (folder, ran) = run(&machine, &repository, "work", "main", &[]);
    assert_eq!(ran.code, 2, "{}", ran.log);
    assert!(
        ran.log.contains("seed.sql") && reports(folder.path()).is_empty(),
        "{}",
        ran.log
    );
    let (_, ran) = run(&machine, &repository, "work", "gone", &[]);
    assert!(ran.code > 1, "{}", ran.log);
}

#[test]
fn what_the_job_makes_is_what_the_merge_request_shows() {
    let job = job();
    assert_eq!(
        (
            job.artifacts.when.as_str(),
            job.artifacts.expose_as.as_str()
        ),
        ("always", "harness report")
    );
    assert_eq!(job.artifacts.paths, ["harness-report/"]);
    assert_eq!(job.artifacts.reports["junit"], "harness-report/harness.xml");
    assert_eq!(
        job.rules[0]["if"],
        "$CI_PIPELINE_SOURCE == \"merge_request_event\""
    );
}

#[test]
fn in_a_merged_result_what_main_did_meanwhile_is_not_of_the_branch() {
    let (machine, repository) = (Machine::new(), Repository::new(true));
    repository.git(&["switch", "-q", "main"]);
    repository.write("migrations/0003_of_main.sql", TOO_FAR);
    repository.commit("a migration that is rejected");
    repository.git(&["switch", "-q", "-c", "merged"]);
    repository.git(&[
        "commit",
        "-q",
        "--allow-empty",
        "-m",
        "as if it merged the branch",
    ]);
    let (_, ran) = run(&machine, &repository, "merged", "main", &[]);
    assert_eq!(ran.code, 0, "{}", ran.log);
    assert!(ran.log.contains("no migration changed"), "{}", ran.log);
}

#[test]
fn the_name_of_a_branch_is_never_code() {
    for hostile in [
        "$(touch${IFS}pwned)",
        "`touch${IFS}pwned`",
        "main;touch${IFS}pwned",
        "'$(touch${IFS}pwned)'",
        "--upload-pack=pwned",
    ] {
        let (machine, repository) = (Machine::new(), Repository::new(true));
        repository.git(&["update-ref", &format!("refs/heads/{hostile}"), "main"]);
        let (folder, ran) = run(&machine, &repository, "work", hostile, &[]);
        assert_eq!(ran.code, 0, "{}", ran.log);
        assert_not_pwned(&[folder.path(), repository.path(), machine.folder.path()]);
    }
}

#[test]
fn harness_is_built_in_a_checkout_where_the_image_has_none() {
    let (machine, repository) = (Machine::bare(), Repository::new(true));
    repository.git(&["tag", "v9"]);
    let url = format!("file://{}", repository.path().display());
    let (_, ran) = run(
        &machine,
        &repository,
        "work",
        "main",
        &[("HARNESS_REPOSITORY", &url), ("HARNESS_VERSION", "v9")],
    );
    assert_eq!(ran.code, 0, "{}", ran.log);
    let built = machine.built();
    assert!(
        built.starts_with(&machine.temporary().display().to_string())
            && built.ends_with(": install --locked --path .\n"),
        "{built}"
    );
    assert!(
        root().join(".cargo/config.toml").is_file(),
        "it is read there"
    );
}
