//! The Markdown report.

use super::{case, hold, rendered};
use crate::readers::markdown::{LIMIT, read};
use harness::record::{Evidence, Suppressed};
use harness::report::Format;

#[test]
fn the_report_is_as_expected() {
    hold(Format::Markdown, |report| report);
}

/// Evidence that is far too long in one way each.
fn monstrous() -> Vec<(&'static str, Evidence)> {
    let base = case("json/rejected");
    let long = |n: usize| "| `@team` <b> #12 \\ \u{202e}\n".repeat(n);
    let with = |change: &dyn Fn(&mut Evidence)| {
        let mut evidence = base.clone();
        change(&mut evidence);
        evidence
    };
    vec![
        (
            "findings",
            with(&|e| {
                let mut finding = e.migrations[0].findings[0].clone();
                finding.message = long(10);
                e.migrations[0].findings = (0..1000)
                    .map(|n| {
                        let mut f = finding.clone();
                        f.line = Some(n + 1);
                        f
                    })
                    .collect();
            }),
        ),
        (
            "kinds of findings",
            with(&|e| {
                let finding = e.migrations[0].findings[0].clone();
                e.migrations[0].findings = (0..1000)
                    .map(|n| {
                        let mut f = finding.clone();
                        f.code = format!("{}{n}", long(2));
                        f
                    })
                    .collect();
            }),
        ),
        (
            "migrations",
            with(&|e| e.migrations = vec![e.migrations[0].clone(); 1000]),
        ),
        (
            "tenants",
            with(&|e| {
                let owner = e.migrations[0].tables[0].owners[0].clone();
                e.migrations[0].tables[0].owners = vec![owner; 2000];
            }),
        ),
        (
            "tables",
            with(&|e| e.migrations[0].tables = vec![e.migrations[0].tables[0].clone(); 2000]),
        ),
        (
            "statements",
            with(&|e| {
                e.migrations[0].statements = vec![e.migrations[0].statements[1].clone(); 2000];
            }),
        ),
        ("warnings", with(&|e| e.warnings = vec![long(50); 200])),
        (
            "severities",
            with(&|e| {
                let level = base.migrations[0]
                    .findings
                    .first()
                    .map(|_| serde_json::from_str("\"off\"").expect("a level"))
                    .expect("a finding");
                e.severities = (0..2000)
                    .map(|n| (format!("{}{n}", long(3)), level))
                    .collect();
            }),
        ),
        (
            "suppressions",
            with(&|e| {
                let findings = e.migrations[0].findings.clone();
                let one = Suppressed {
                    code: long(100),
                    until: long(100),
                    reason: long(100),
                    line: 1,
                    column: 1,
                    findings: [findings.clone(), findings].concat(),
                };
                e.migrations[0].suppressed = vec![one; 100];
            }),
        ),
        (
            "texts",
            with(&|e| {
                (e.snapshot.source, e.harness, e.engine.sqlite) =
                    (long(3000), long(3000), long(3000));
                let migration = &mut e.migrations[0];
                (migration.name, migration.path) = (long(3000), long(3000));
                for item in &mut migration.checklist {
                    (item.title, item.shown_by, item.would_show) =
                        (long(500), long(500), Some(long(500)));
                }
                for table in &mut migration.tables {
                    (table.table, table.expected) = (long(500), long(500));
                }
                for change in &mut migration.schema {
                    (change.name, change.object) = (long(500), long(500));
                }
            }),
        ),
        (
            "cells",
            with(&|e| {
                for statement in &mut e.migrations[0].statements {
                    statement.sql = long(3000);
                    if let Some(preview) = &mut statement.preview {
                        preview.sql = long(3000);
                    }
                }
            }),
        ),
    ]
}

#[test]
fn a_long_report_fits_and_says_what_is_left_out() {
    for (what, evidence) in monstrous() {
        let report = rendered(&evidence, Format::Markdown);
        assert!(report.len() < LIMIT, "{what}: {} bytes", report.len());
        let (_, text) = read(&report);
        assert!(
            text.contains("Rejected") && text.contains("Shortened"),
            "{what}: {text}"
        );
        assert!(
            report.contains("--report json=PATH"),
            "{what}: says where the whole is"
        );
    }
}

#[test]
fn detail_is_left_out_in_the_order_that_is_stated() {
    let (base, mut said) = (case("json/rejected"), Vec::<String>::new());
    for times in [1, 100, 130, 150, 170, 200, 250, 400, 3000] {
        let mut evidence = base.clone();
        let statement = evidence.migrations[0].statements[1].clone();
        evidence.migrations[0]
            .statements
            .extend(vec![statement; times]);
        let finding = evidence.migrations[0].findings[0].clone();
        evidence.migrations[0]
            .findings
            .extend(vec![finding; times / 4]);
        let (_, text) = read(&rendered(&evidence, Format::Markdown));
        let left_out = text
            .split_once("Left out: ")
            .map(|(_, rest)| rest.split(". ").next().expect("a sentence").to_owned());
        said.push(left_out.unwrap_or_default());
    }
    assert!(
        said[0].is_empty() && said.iter().any(|left| left == "the rows of the previews"),
        "{said:?}"
    );
    for pair in said.windows(2) {
        assert!(
            pair[1].starts_with(pair[0].split("; all but").next().expect("a part")),
            "{said:?}"
        );
    }
    assert!(
        said.last()
            .expect("the longest")
            .contains("all but the first"),
        "{said:?}"
    );
}
