//! What is true of every report, whatever it is about.
//!
//! `sarif-schema-2.1.0.json` is
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json>, as
//! <https://github.com/oasis-tcs/sarif-spec> has it under `sarif-2.1/schema`, © OASIS Open, which
//! lets it be copied.

use crate::case::Reported;
use crate::readers::github::commands;
use crate::readers::sarif::{log, results};
use crate::readers::schema::{Validator, problems, validator};
use crate::readers::{junit, markdown};
use crate::run::root;
use crate::tally;
use harness::record::{Evidence, Severity};
use harness::report::{self, Format, Layout};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::sync::LazyLock;

pub(crate) fn every_format_renders_again_as_it_did(reported: &Reported, evidence: &Evidence) {
    for (format, direct) in &reported.reports {
        let mut again = anstream::StripStream::new(Vec::new());
        report::render(evidence, *format, Layout::default(), &mut again).expect("rendered");
        let again = String::from_utf8(again.into_inner()).expect("UTF-8");
        assert_eq!(&again, direct, "{}", format.word());
    }
}

/// Holds the reports of the formats that others read.
pub(crate) fn every_report_is_well_formed(reported: &Reported, evidence: &Evidence) {
    for (format, report) in &reported.reports {
        match format {
            Format::Markdown => nothing_untrusted_becomes_markdown(evidence, report),
            Format::Github => each_finding_is_a_command_and_nothing_else_is(evidence, report),
            Format::Sarif => every_result_is_valid_and_of_one_finding(evidence, report),
            Format::Junit => junit::a_suite_is_red_if_its_migration_is_rejected(evidence, report),
            Format::Json => the_evidence_is_valid(report),
            Format::Text | Format::Previews | Format::Html => {}
        }
    }
}

static REPORT: LazyLock<Validator> = LazyLock::new(|| validator(&report::schema()));

fn the_evidence_is_valid(json: &str) {
    let document: Value = serde_json::from_str(json).expect("JSON");
    assert_eq!(problems(&REPORT, &document), Vec::<String>::new());
    for migration in document["migrations"].as_array().expect("migrations") {
        let outcome = migration["outcome"].as_str().expect("an outcome");
        tally::count(&format!("outcome {outcome}"));
    }
    if json.contains("\"blob\": ") {
        tally::count("a blob");
    }
    if json.contains("\"tenant\": \"NULL\"") {
        tally::count("a tenant that is NULL");
    }
}

fn nothing_untrusted_becomes_markdown(evidence: &Evidence, report: &str) {
    let opening = "<!-- harness-report -->\n## ";
    assert!(report.starts_with(opening) && report.len() < markdown::LIMIT);
    let (code, text) = markdown::read(report);
    for migration in &evidence.migrations {
        let codes = migration.findings.iter().map(|finding| &finding.code);
        for name in codes.chain([&migration.name]) {
            assert!(code.contains(name), "{name} in {code:?}");
        }
    }
    let word = if is_accepted(evidence) {
        "Accepted"
    } else {
        "Rejected"
    };
    assert!(text.contains(word), "{text}");
}

fn each_finding_is_a_command_and_nothing_else_is(evidence: &Evidence, report: &str) {
    let (of_files, aside): (Vec<_>, Vec<_>) = commands(report)
        .into_iter()
        .partition(|command| command.properties.contains_key("file"));
    for (name, severity) in [
        ("error", Severity::Error),
        ("warning", Severity::Warning),
        ("notice", Severity::Note),
    ] {
        let findings = evidence.migrations.iter().flat_map(|m| &m.findings);
        assert_eq!(
            of_files
                .iter()
                .filter(|command| command.name == name)
                .count(),
            findings
                .filter(|finding| finding.severity == severity)
                .count(),
            "{name} in\n{report}"
        );
    }
    assert!(of_files.iter().all(|command| !command.message.is_empty()));
    let named = |name: &str| aside.iter().filter(|command| command.name == name).count();
    assert_eq!(named("warning"), evidence.warnings.len(), "{aside:?}");
    assert!(named("notice") <= 1 && named("error") == 0, "{aside:?}");
}

static SARIF: LazyLock<Validator> = LazyLock::new(|| {
    let schema = fs::read_to_string(root().join("tests/trials/sarif-schema-2.1.0.json"));
    let schema = serde_json::from_str(&schema.expect("the schema")).expect("JSON");
    let validator = validator(&schema);
    let without_tool = json!({ "version": "2.1.0", "runs": [{}] });
    assert!(
        !validator.is_valid(&without_tool),
        "the schema demands a tool"
    );
    validator
});

fn every_result_is_valid_and_of_one_finding(evidence: &Evidence, report: &str) {
    let log = log(report);
    assert_eq!(problems(&SARIF, &log), Vec::<String>::new());
    let run = &log["runs"][0];
    assert_eq!(
        run["invocations"][0]["exitCode"],
        u8::from(!is_accepted(evidence))
    );
    let (suppressed, open): (Vec<&Value>, Vec<&Value>) = results(&log)
        .iter()
        .partition(|result| !result["suppressions"].is_null());
    let has_error = open.iter().any(|result| result["level"] == "error");
    assert_eq!(has_error, !is_accepted(evidence), "{log:#}");
    let migrations = &evidence.migrations;
    let found: usize = migrations.iter().map(|m| m.findings.len()).sum();
    let set_aside = migrations.iter().flat_map(|m| &m.suppressed);
    let set_aside: usize = set_aside.map(|s| s.findings.len()).sum();
    assert_eq!((open.len(), suppressed.len()), (found, set_aside));
    let rules = &run["tool"]["driver"]["rules"];
    let mut known = BTreeSet::new();
    for result in results(&log) {
        let index = result["ruleIndex"].as_u64().expect("an index");
        let rule = &rules[usize::try_from(index).expect("small")];
        assert_eq!(rule["id"], result["ruleId"]);
        let place = &result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
        let is_new = known.insert(format!("{place} {}", result["partialFingerprints"]));
        assert!(is_new, "each result is another\n{log:#}");
    }
}

fn is_accepted(evidence: &Evidence) -> bool {
    evidence.verdict.word() == "accepted"
}
