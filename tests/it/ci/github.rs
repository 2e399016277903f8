//! `action.yml`, step by step as the runner of GitHub takes them. Of expressions it knows what
//! stands there.

use super::{HOSTILE, Machine, assert_not_pwned, yaml};
use crate::repository::{Repository, TOO_FAR, update};
use crate::support::root;
use serde::Deserialize;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

type Words = BTreeMap<String, String>;

#[derive(Deserialize)]
struct Action {
    inputs: BTreeMap<String, Input>,
    outputs: BTreeMap<String, Output>,
    runs: Runs,
}

#[derive(Deserialize)]
struct Input {
    default: String,
}

#[derive(Deserialize)]
struct Output {
    value: String,
}

#[derive(Deserialize)]
struct Runs {
    using: String,
    steps: Vec<Step>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Step {
    name: String,
    id: Option<String>,
    r#if: Option<String>,
    shell: Option<String>,
    working_directory: Option<String>,
    #[serde(default)]
    env: Words,
    run: Option<String>,
    uses: Option<String>,
    #[serde(default)]
    with: Words,
}

/// How a job ended that has this action as a step.
struct Job {
    code: i32,
    log: String,
    summary: String,
    outputs: Words,
    /// what the artifact is made with
    uploaded: Option<Words>,
}

/// The values that expressions name: `inputs.config`, `steps.check.outputs.verdict`.
struct Contexts(Words);

impl Contexts {
    /// The text with the value of each expression in its place.
    fn filled(&self, text: &str) -> String {
        let mut parts = text.split("${{");
        let mut filled = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (expression, rest) = part.split_once("}}").expect("an expression ends");
            filled += &self.value(expression);
            filled += rest;
        }
        filled
    }

    /// The value of an expression; what is false is empty.
    fn value(&self, expression: &str) -> String {
        let all = |part: &str| {
            let mut last = String::new();
            for term in part.split("&&") {
                last = self.compared(term);
                if last.is_empty() {
                    break;
                }
            }
            last
        };
        expression
            .split("||")
            .map(all)
            .find(|value| !value.is_empty())
            .unwrap_or_default()
    }

    fn compared(&self, term: &str) -> String {
        let said = |is: bool| if is { "true".to_owned() } else { String::new() };
        if let Some((a, b)) = term.split_once("==") {
            return said(self.operand(a) == self.operand(b));
        }
        if let Some((a, b)) = term.split_once("!=") {
            return said(self.operand(a) != self.operand(b));
        }
        self.operand(term)
    }

    fn operand(&self, word: &str) -> String {
        let word = word.trim();
        if let Some(text) = word
            .strip_prefix('\'')
            .and_then(|rest| rest.strip_suffix('\''))
        {
            return text.to_owned();
        }
        assert!(
            word.starts_with("steps.") || self.0.contains_key(word),
            "`{word}` is known"
        );
        self.0.get(word).cloned().unwrap_or_default()
    }
}

/// Runs the action in a folder, given some of its inputs.
fn run(machine: &Machine, folder: &Path, given: &[(&str, &str)]) -> Job {
    let action: Action = yaml("action.yml");
    assert_eq!(action.runs.using, "composite");
    let mut inputs: Words = action
        .inputs
        .into_iter()
        .map(|(name, input)| (name, input.default))
        .collect();
    for (name, value) in given {
        assert!(
            inputs
                .insert((*name).to_owned(), (*value).to_owned())
                .is_some(),
            "`{name}` is an input"
        );
    }
    let mut contexts = Contexts(
        inputs
            .into_iter()
            .map(|(name, value)| (format!("inputs.{name}"), value))
            .collect(),
    );
    let mut job = Job {
        code: 0,
        log: String::new(),
        summary: String::new(),
        outputs: Words::new(),
        uploaded: None,
    };
    let summary = machine.temporary().join("summary");
    fs::write(&summary, "").expect("written");
    for (at, step) in action.runs.steps.iter().enumerate() {
        if job.code != 0
            || step
                .r#if
                .as_ref()
                .is_some_and(|condition| contexts.filled(condition).is_empty())
        {
            continue;
        }
        let Some(script) = &step.run else {
            let uses = step.uses.as_deref().expect("a step runs or uses something");
            assert!(uses.starts_with("actions/upload-artifact@"), "{uses}");
            job.uploaded = Some(
                step.with
                    .iter()
                    .map(|(name, value)| (name.clone(), contexts.filled(value)))
                    .collect(),
            );
            continue;
        };
        assert_eq!(step.shell.as_deref(), Some("bash"), "{}", step.name);
        let here = folder.join(contexts.filled(step.working_directory.as_deref().unwrap_or(".")));
        let outputs = machine.temporary().join(format!("outputs-{at}"));
        fs::write(&outputs, "").expect("written");
        let paths = [
            ("GITHUB_ACTION_PATH", root()),
            ("GITHUB_WORKSPACE", folder.to_owned()),
            ("RUNNER_TEMP", machine.temporary()),
            ("GITHUB_OUTPUT", outputs.clone()),
            ("GITHUB_STEP_SUMMARY", summary.clone()),
        ];
        let mut variables: Words = paths
            .into_iter()
            .map(|(name, path)| (name.to_owned(), path.display().to_string()))
            .collect();
        variables.extend(
            [("GITHUB_ACTIONS", "true"), ("CI", "true")]
                .map(|(name, value)| (name.to_owned(), value.to_owned())),
        );
        variables.extend(
            step.env
                .iter()
                .map(|(name, value)| (name.clone(), contexts.filled(value))),
        );
        let ran = machine.bash(
            script,
            &here,
            variables
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str())),
        );
        job.code = ran.code;
        job.log += &ran.log;
        if let Some(id) = &step.id {
            let set = set(&fs::read_to_string(outputs).expect("the outputs"));
            contexts.0.extend(
                set.into_iter()
                    .map(|(name, value)| (format!("steps.{id}.outputs.{name}"), value)),
            );
        }
    }
    job.summary = fs::read_to_string(summary).expect("the summary");
    job.outputs = action
        .outputs
        .into_iter()
        .map(|(name, output)| (name, contexts.filled(&output.value)))
        .collect();
    job
}

/// What a step set: `NAME=VALUE`, or `NAME<<END`, lines and `END`.
fn set(text: &str) -> Words {
    let mut lines = text.lines();
    let mut found = Words::new();
    while let Some(line) = lines.next() {
        let (name, value) = match line.split_once("<<") {
            Some((name, end)) => (
                name,
                lines
                    .by_ref()
                    .take_while(|line| *line != end)
                    .collect::<Vec<_>>()
                    .join("\n"),
            ),
            None => line
                .split_once('=')
                .map(|(name, value)| (name, value.to_owned()))
                .expect("a name and a value"),
        };
        found.insert(name.to_owned(), value);
    }
    found
}

/// What the evidence says that a job left.
fn evidence(job: &Job) -> Json {
    serde_json::from_str(&fs::read_to_string(&job.outputs["json"]).expect("the evidence"))
        .expect("JSON")
}

const SINCE_MAIN: [(&str, &str); 2] = [("changed-since", "main"), ("harness", "harness")];

#[test]
fn a_job_that_accepts_is_green_and_its_reports_are_up() {
    let (machine, repository) = (Machine::new(), Repository::new(true));
    repository.add("0003_third", &update("third"));
    repository.commit("a third");
    let job = run(&machine, repository.path(), &SINCE_MAIN);
    assert_eq!(
        (
            job.code,
            job.outputs["verdict"].as_str(),
            job.outputs["exit-code"].as_str()
        ),
        (0, "accepted", "0"),
        "{}",
        job.log
    );
    assert!(job.log.contains("ACCEPTED 0003_third"), "{}", job.log);
    for format in ["html", "json", "markdown", "sarif", "junit"] {
        let path = Path::new(&job.outputs[format]);
        assert!(
            path.starts_with(&job.outputs["reports"]),
            "{}",
            path.display()
        );
        assert!(path.metadata().is_ok_and(|meta| meta.len() > 0), "{format}");
    }
    assert_eq!(evidence(&job)["verdict"], "accepted");
    assert_eq!(
        job.summary,
        fs::read_to_string(&job.outputs["markdown"]).expect("the Markdown report")
    );
    let uploaded = job.uploaded.expect("an artifact");
    assert_eq!(uploaded["path"], job.outputs["reports"]);
    assert_eq!(
        (
            uploaded["name"].as_str(),
            uploaded["if-no-files-found"].as_str()
        ),
        ("harness-report", "error")
    );
}

#[test]
fn a_job_without_a_changed_migration_is_green_and_says_so() {
    let (machine, repository) = (Machine::new(), Repository::new(true));
    let job = run(&machine, repository.path(), &SINCE_MAIN);
    assert_eq!(
        (job.code, job.outputs["verdict"].as_str()),
        (0, "accepted"),
        "{}",
        job.log
    );
    assert!(job.log.contains("no migration to rehearse"), "{}", job.log);
    assert_eq!(evidence(&job)["migrations"], Json::Array(Vec::new()));
    let page = fs::read_to_string(&job.outputs["html"]).expect("the page");
    for words in [
        "Accepted: no migration to rehearse",
        "since main, which it left at ",
        ": no migration changed",
    ] {
        assert!(page.contains(words), "`{words}` in\n{page}");
    }
}

#[test]
fn a_job_that_rejects_fails_with_1_once_its_reports_are_up() {
    let (machine, repository) = (Machine::new(), Repository::new(true));
    repository.add("0003_third", TOO_FAR);
    repository.commit("a third");
    let job = run(&machine, repository.path(), &SINCE_MAIN);
    assert_eq!(
        (
            job.code,
            job.outputs["verdict"].as_str(),
            job.outputs["exit-code"].as_str()
        ),
        (1, "rejected", "1"),
        "{}",
        job.log
    );
    assert!(job.log.contains("REJECTED 0003_third"), "{}", job.log);
    assert!(
        job.log
            .contains("\n::error file=migrations/0003_third.sql,line=6,"),
        "{}",
        job.log
    );
    assert_eq!(evidence(&job)["verdict"], "rejected");
    assert!(
        !job.summary.is_empty() && job.uploaded.is_some(),
        "{}",
        job.summary
    );
}

#[test]
fn a_job_that_could_not_rehearse_fails_with_2_and_leaves_no_report_of_another_run() {
    let (machine, repository) = (Machine::new(), Repository::new(true));
    repository.add("0003_third", &update("third"));
    assert_eq!(run(&machine, repository.path(), &SINCE_MAIN).code, 0);
    let job = run(
        &machine,
        repository.path(),
        &[("changed-since", "origin/gone"), ("harness", "harness")],
    );
    assert_eq!(
        (
            job.code,
            job.outputs["verdict"].as_str(),
            job.outputs["exit-code"].as_str()
        ),
        (2, "could-not-rehearse", "2"),
        "{}",
        job.log
    );
    assert_eq!(
        fs::read_dir(&job.outputs["reports"])
            .expect("the folder")
            .count(),
        0,
        "no report"
    );
    assert!(
        ["html", "json", "markdown", "sarif", "junit"]
            .iter()
            .all(|format| job.outputs[*format].is_empty()),
        "{:?}",
        job.outputs
    );
    assert!(
        job.summary.starts_with(
            "## harness could not rehearse\n\n    error: --changed-since origin/gone: "
        ),
        "{}",
        job.summary
    );
    assert!(
        job.log.contains("::error ") && job.log.contains("`fetch-depth: 0`"),
        "{}",
        job.log
    );
    // A block of code, whatever the message says.
    let job = run(
        &machine,
        repository.path(),
        &[
            ("snapshot", "100%\n# gone"),
            ("changed-since", "main"),
            ("harness", "harness"),
        ],
    );
    assert!(
        job.summary.contains("    error: snapshot 100%\n    # gone"),
        "{}",
        job.summary
    );
    assert_eq!(
        job.uploaded.expect("asked for")["if-no-files-found"],
        "ignore"
    );
}

#[test]
fn a_job_takes_the_other_inputs() {
    let (machine, repository) = (Machine::new(), Repository::new(true));
    for name in ["0004 with space", "-0003"] {
        repository.add(name, &update(name));
    }
    repository.git(&["mv", "harness.toml", "other.toml"]);
    let inputs = [
        ("migrations", "0004 with space.sql\n\n-0003.sql\n"),
        ("config", "../other.toml"),
        ("snapshot", "../seed.sql"),
        ("deep", "true"),
        ("reports", "../some where"),
        ("artifact", ""),
        ("working-directory", "migrations"),
        ("harness", env!("CARGO_BIN_EXE_harness")),
    ];
    let job = run(&machine, repository.path(), &inputs);
    assert_eq!(job.code, 0, "{}", job.log);
    let evidence = evidence(&job);
    assert_eq!(evidence["migrations"][0]["name"], "0004 with space");
    assert_eq!(evidence["migrations"][1]["name"], "-0003");
    assert_eq!(
        (
            &evidence["snapshot"]["source"],
            &evidence["options"]["deep"]
        ),
        (&"../seed.sql".into(), &true.into())
    );
    assert_eq!(
        Path::new(&job.outputs["reports"]),
        repository
            .path()
            .canonicalize()
            .expect("the folder")
            .join("some where")
    );
    assert!(job.uploaded.is_none(), "no artifact");
    for wrong in ["yes", "", "TRUE"] {
        let job = run(
            &machine,
            repository.path(),
            &[
                ("deep", wrong),
                ("harness", "harness"),
                ("config", "other.toml"),
            ],
        );
        assert_eq!(
            (job.code, job.outputs["verdict"].as_str()),
            (2, ""),
            "{}",
            job.log
        );
    }
    let both = [
        ("migrations", "migrations/-0003.sql"),
        ("changed-since", "main"),
        ("harness", "harness"),
        ("config", "other.toml"),
    ];
    assert_eq!(run(&machine, repository.path(), &both).code, 2);
}

#[test]
fn harness_is_built_from_the_source_of_the_action() {
    let (machine, repository) = (Machine::bare(), Repository::new(true));
    let job = run(&machine, repository.path(), &[("changed-since", "main")]);
    assert_eq!(
        (job.code, job.outputs["verdict"].as_str()),
        (0, "accepted"),
        "{}",
        job.log
    );
    let built = format!(
        "{}: install --locked --path . --root {}/harness\n",
        root().display(),
        machine.temporary().display()
    );
    assert_eq!(machine.built(), built);
}

#[test]
fn what_a_workflow_passes_is_never_code() {
    // Those that stop a run would keep the others from being used.
    let together = [
        &["changed-since", "config", "snapshot", "reports", "artifact"][..],
        &["migrations"],
        &["deep"],
        &["harness"],
    ];
    for (hostile, inputs) in HOSTILE
        .iter()
        .flat_map(|hostile| together.map(|inputs| (hostile, inputs)))
    {
        let (machine, repository) = (Machine::new(), Repository::new(true));
        repository.add("0003_third", TOO_FAR);
        let given = SINCE_MAIN
            .into_iter()
            .filter(|(name, _)| inputs != ["migrations"] || *name == "harness");
        let job = run(
            &machine,
            repository.path(),
            &given
                .chain(inputs.iter().map(|name| (*name, *hostile)))
                .collect::<Vec<_>>(),
        );
        assert!(
            job.code > 0 && job.outputs["verdict"] != "accepted",
            "{inputs:?}: {hostile}\n{}",
            job.log
        );
        assert_not_pwned(&[repository.path(), machine.folder.path()]);
    }
}

#[test]
fn no_expression_stands_in_a_script_and_what_is_used_is_pinned() {
    let action: Action = yaml("action.yml");
    let text = fs::read_to_string(root().join("action.yml")).expect("the file");
    for step in &action.runs.steps {
        assert!(
            !step.run.as_deref().unwrap_or_default().contains("${{"),
            "{}",
            step.name
        );
        if let Some((_, commit)) = step
            .uses
            .as_deref()
            .map(|uses| uses.split_once('@').expect("a version"))
        {
            assert!(
                commit.len() == 40 && commit.bytes().all(|b| b.is_ascii_hexdigit()),
                "{commit}"
            );
        }
    }
    for input in action.inputs.keys() {
        assert!(
            text.contains(&format!("${{{{ inputs.{input} ")),
            "`{input}` is used"
        );
    }
}
