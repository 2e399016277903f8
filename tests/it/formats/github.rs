//! GitHub annotations.

use super::{case, hold, rendered};
use crate::readers::github::commands;
use harness::record::Severity;
use harness::report::Format;

#[test]
fn the_report_is_as_expected() {
    hold(Format::Github, |report| report);
}

#[test]
fn what_is_untrusted_stays_where_it_belongs() {
    let mut evidence = case("json/rejected");
    let hostile = "x,title=y::z\n::set-output name=a::b\r\n##[add-mask]c %0A%3A%2C";
    evidence.migrations[0].path = format!("./db/../{hostile}");
    evidence.migrations[0].findings.truncate(1);
    (
        evidence.migrations[0].findings[0].message,
        evidence.migrations[0].findings[0].code,
    ) = (hostile.to_owned(), hostile.to_owned());
    let found = commands(&rendered(&evidence, Format::Github));
    let [only] = &found[..] else {
        panic!("{found:?}")
    };
    assert_eq!(only.properties["file"], hostile.replace('\r', ""));
    assert_eq!(
        only.properties["title"],
        format!("harness: {}", hostile.replace('\r', ""))
    );
    assert!(
        only.message.starts_with(&hostile.replace('\r', "")),
        "{only:?}"
    );
    assert_eq!(only.properties.len(), 6, "{only:?}");
}

#[test]
fn the_worst_stand_first_and_more_than_are_shown_are_told() {
    let mut evidence = case("json/rejected");
    let finding = |severity| {
        let mut finding = evidence.migrations[0].findings[0].clone();
        finding.severity = severity;
        finding
    };
    let findings = [
        finding(Severity::Note),
        finding(Severity::Error),
        finding(Severity::Warning),
    ];
    evidence.migrations[0].findings = findings.to_vec();
    evidence.migrations = vec![evidence.migrations[0].clone(); 11];
    let found = commands(&rendered(&evidence, Format::Github));
    let names: Vec<&str> = found.iter().map(|c| c.name.as_str()).collect();
    assert_eq!(
        (&names[..11], &names[11..22], &names[22..]),
        (
            &["error"; 11][..],
            &["warning"; 11][..],
            &["notice"; 12][..]
        )
    );
    assert!(
        found[22]
            .message
            .contains("11 errors, 11 warnings, 11 notes"),
        "{:?}",
        found[22]
    );
}
