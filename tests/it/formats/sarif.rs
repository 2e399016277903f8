//! The SARIF report.

use super::{case, hold, rendered};
use crate::readers::sarif::{log, results};
use crate::support::{Playground, harness};
use harness::record::Evidence;
use harness::report::Format;
use serde_json::Value;
use std::collections::BTreeSet;

fn sarif(evidence: &Evidence) -> Value {
    log(&rendered(evidence, Format::Sarif))
}

fn fingerprints(evidence: &Evidence) -> Vec<String> {
    let log = sarif(evidence);
    results(&log)
        .iter()
        .map(|r| {
            r["partialFingerprints"]["primaryLocationLineHash"]
                .as_str()
                .expect("a fingerprint")
                .to_owned()
        })
        .collect()
}

#[test]
fn the_report_is_as_expected() {
    hold(Format::Sarif, |report| {
        let mut log: Value = serde_json::from_str(&report).expect("JSON");
        let rules = log["runs"][0]["tool"]["driver"]["rules"]
            .as_array_mut()
            .expect("rules");
        assert_eq!(rules.len(), harness::codes::TABLE.len());
        rules.retain(|rule| rule["id"] == "partial-key-match");
        format!("{log:#}\n")
    });
}

#[test]
fn a_finding_is_known_again_wherever_it_stands() {
    let playground = Playground::new();
    let found = |text: &str| {
        playground.write("m.sql", text);
        let run = harness(playground.path(), &["check", "m.sql", "--format", "json"]);
        assert_eq!(run.code, 1, "{}", run.stderr);
        fingerprints(&Evidence::read(&run.stdout).expect("evidence"))
    };
    let first = found(
        "UPDATE note SET body = 'x';\nDELETE FROM note WHERE id = 9;\nDELETE FROM note WHERE \
        id = 9;\n",
    );
    assert!(
        first.len() >= 3 && first.iter().collect::<BTreeSet<_>>().len() == first.len(),
        "{first:?}"
    );
    let moved = found(
        "-- a comment\n\n  UPDATE note\r\n  SET body = 'x';\nDELETE FROM note\nWHERE id = \
        9;\nDELETE FROM note WHERE id = 9;\n",
    );
    assert_eq!(first, moved, "another line, another layout");
    let other = found(
        "UPDATE note SET body = 'y';\nDELETE FROM note WHERE id = 9;\nDELETE FROM note WHERE \
        id = 9;\n",
    );
    assert_ne!(first, other, "another statement");
    assert!(
        other.iter().filter(|one| first.contains(one)).count() >= 2,
        "of which the others are known: {other:?}"
    );
}

#[test]
fn places_are_addresses_and_regions() {
    let log = sarif(&case("formats/hostile"));
    let place = &results(&log)[0]["locations"][0]["physicalLocation"];
    assert_eq!(
        place["artifactLocation"]["uri"],
        "migrations/0001_a%20%231%2C%20b%252%20%40team%20%5Bx%5D.sql"
    );
    assert_eq!(place["artifactLocation"]["uriBaseId"], "%SRCROOT%");
    assert_eq!(
        (
            &place["region"]["startLine"],
            &place["region"]["startColumn"]
        ),
        (&3.into(), &1.into())
    );
    assert_eq!(
        place["region"]["snippet"]["text"],
        "UPDATE \"a|b `@team` #1 <b>\""
    );
    let mut evidence = case("json/rejected");
    evidence.migrations[0].path = "/srv/a b/m.sql".to_owned();
    evidence.migrations[0].findings[0].line = None;
    evidence.migrations[0].findings[0].message =
        "set { a = 1 }, see [this](https://a.example)".to_owned();
    let log = sarif(&evidence);
    let result = &results(&log)[0];
    assert_eq!(
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
        "file:///srv/a%20b/m.sql"
    );
    assert!(result["locations"][0]["physicalLocation"]["region"].is_null());
    assert!(
        result["message"]["text"]
            .as_str()
            .expect("text")
            .starts_with("set {{ a = 1 }}, see [this]\\(https://a.example)"),
        "{result:#}"
    );
}

#[test]
fn more_results_than_github_takes_are_cut_and_that_is_said() {
    let mut evidence = case("json/rejected");
    let findings = &mut evidence.migrations[0].findings;
    let (worst, mut mild) = (findings[0].clone(), findings[0].clone());
    mild.severity = serde_json::from_str("\"note\"").expect("a severity");
    *findings = vec![mild; 25_000];
    findings.push(worst);
    let log = sarif(&evidence);
    assert_eq!(
        (results(&log).len(), &results(&log)[0]["level"]),
        (25_000, &"error".into())
    );
    let told =
        &log["runs"][0]["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"];
    assert!(told.as_str().expect("told").starts_with("1 "), "{told}");
}
