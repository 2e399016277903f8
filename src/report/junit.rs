//! The JUnit XML report, which Jenkins, GitLab and most other services show as tests: a suite for
//! each migration, and in it a case for each thing that was checked, those that passed too.
//!
//! The cases are: that it ran through; each table that changed or is declared; each that must keep
//! its rows; each invariant; each item of the checklist; each kind of finding. A case fails exactly
//! where an error rejects the migration, or stands for one that does. What decides nothing is never
//! red: warnings and notes stand in the output of a case that passes, an item of the checklist that
//! is not answered by `pass` is skipped with its answer, and so is what was not judged since the
//! migration did not run through.
//!
//! There is no one schema; this is what the crate `quick-junit` writes, with the attribute `file`
//! that GitLab makes a link of. There are no times in it, so that it is the same for the same
//! evidence. XML 1.0 has no control characters: they are escapes already.

use super::escape::{block, line};
use super::evidence::{
    ChecklistItem, Evidence, Finding, Mark, Migration, Outcome, Severity, Status, Suppressed,
    TableResult,
};
use super::place::normal;
use super::{table, words};
use quick_junit::{NonSuccessKind, Property, Report, TestCase, TestCaseStatus, TestSuite};
use std::io::{self, Write};

pub(super) fn render(evidence: &Evidence, out: &mut dyn Write) -> io::Result<()> {
    let mut report = Report::new("harness");
    report.add_test_suites(
        evidence
            .migrations
            .iter()
            .map(|migration| suite(evidence, migration)),
    );
    if evidence.migrations.is_empty() {
        report.add_test_suite(nothing(evidence));
    }
    report.serialize(out).map_err(io::Error::other)
}

fn suite(evidence: &Evidence, migration: &Migration) -> TestSuite {
    let mut suite = TestSuite::new(line(&migration.name));
    let snapshot = &evidence.snapshot;
    let properties = [
        ("path", &migration.path),
        ("blake3", &migration.blake3),
        ("snapshot", &snapshot.source),
        ("sqlite", &evidence.engine.sqlite),
        ("harness", &evidence.harness),
    ];
    for (name, value) in properties {
        suite.add_property(Property::new(name, line(value)));
    }
    for warning in &evidence.warnings {
        suite.add_property(Property::new("warning", line(warning)));
    }
    suite.add_test_case(case(migration, "runs through", ran(migration)));
    suite.add_test_cases(
        migration
            .tables
            .iter()
            .map(|t| case(migration, &format!("scope of {}", t.table), scope(t))),
    );
    for (name, held, shown) in kept(migration) {
        suite.add_test_case(case(migration, &name, keeps(held, shown)));
    }
    let items = migration
        .checklist
        .iter()
        .filter(|_| migration.outcome != Outcome::NotRun);
    suite.add_test_cases(items.map(|item| {
        case(
            migration,
            &format!("checklist: {}", item.title),
            answered(item),
        )
    }));
    suite.add_test_cases(
        by_code(migration)
            .into_iter()
            .map(|alike| found(migration, &alike)),
    );
    suite.add_test_cases(
        migration
            .suppressed
            .iter()
            .map(|s| case(migration, &format!("suppressed: {}", s.code), suppressed(s))),
    );
    suite
}

/// A branch that changes no migration: one case that passes, since a report without any is taken
/// for none.
fn nothing(evidence: &Evidence) -> TestSuite {
    let mut suite = TestSuite::new("harness");
    let mut case = TestCase::new("no migration to rehearse", TestCaseStatus::success());
    let said: Vec<String> = evidence
        .branch
        .iter()
        .map(|branch| &branch.shown)
        .chain(&evidence.warnings)
        .map(|s| block(s))
        .collect();
    case.set_system_out(said.join("\n"));
    suite.add_test_case(case);
    suite
}

fn case(migration: &Migration, name: &str, status: TestCaseStatus) -> TestCase {
    let mut case = TestCase::new(line(name), status);
    case.set_classname(line(&migration.name));
    case.extra
        .insert("file".into(), line(&normal(&migration.path)).into());
    case
}

fn failure(ty: &str, message: &str, description: &str) -> TestCaseStatus {
    non_success(NonSuccessKind::Failure, ty, message, description)
}

fn non_success(kind: NonSuccessKind, ty: &str, message: &str, description: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(kind);
    status
        .set_type(line(ty))
        .set_message(line(message))
        .set_description(block(description));
    status
}

fn skipped(message: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::skipped();
    status.set_message(line(message));
    status
}

/// Whether the migration ran through: where it did not, that is an error, since the rest could not
/// be judged.
fn ran(migration: &Migration) -> TestCaseStatus {
    if migration.outcome == Outcome::Applied {
        return TestCaseStatus::success();
    }
    let why = migration
        .error
        .as_ref()
        .map(|error| &error.message)
        .or_else(|| migration.findings.first().map(|f| &f.message));
    let message = why.map_or(migration.outcome.word(), String::as_str);
    let place = migration
        .error
        .as_ref()
        .and_then(|error| error.line)
        .map(|line| format!("{}:{line}: ", migration.path));
    non_success(
        NonSuccessKind::Error,
        migration.outcome.word(),
        message,
        &format!("{}{message}", place.unwrap_or_default()),
    )
}

/// Expected against actual for one table.
fn scope(result: &TableResult) -> TestCaseStatus {
    let actual = table::actual(result.actual, result.touched);
    let summary = format!("expected {}, actual {actual}", result.expected);
    match result.mark {
        Mark::Ok => TestCaseStatus::success(),
        Mark::Unjudged => skipped(&format!(
            "not judged: the migration did not run through; {summary}"
        )),
        Mark::Outside | Mark::Wrong => {
            let owners = result.owners.iter().map(|o| {
                let actual = table::actual(o.actual, o.touched);
                format!(
                    "{}: expected {}, actual {actual} ({})\n",
                    o.owner,
                    o.expected,
                    o.mark.word()
                )
            });
            failure(result.mark.word(), &summary, &owners.collect::<String>())
        }
    }
}

/// What had to be kept: its name, whether it was, and what both states say.
fn kept(migration: &Migration) -> Vec<(String, Option<bool>, Option<String>)> {
    let scope = migration.scope.iter();
    let conserve = scope.clone().flat_map(|s| &s.conserve).map(|c| {
        (
            format!("keeps the rows of {}", c.table),
            c.held,
            c.shown.clone(),
        )
    });
    let invariants = scope
        .flat_map(|s| &s.invariants)
        .map(|i| (format!("invariant {}", i.name), i.held, i.shown()));
    conserve.chain(invariants).collect()
}

fn keeps(held: Option<bool>, shown: Option<String>) -> TestCaseStatus {
    let shown = shown.unwrap_or_else(|| "the migration did not run through".to_owned());
    match held {
        Some(true) => TestCaseStatus::success(),
        Some(false) => failure("not-kept", &shown, &shown),
        None => skipped(&format!("not judged: {shown}")),
    }
}

fn answered(item: &ChecklistItem) -> TestCaseStatus {
    let would_show = item
        .would_show
        .as_ref()
        .map(|what| format!(" → {what}"))
        .unwrap_or_default();
    match item.status {
        Status::Pass => TestCaseStatus::success(),
        Status::Fail => skipped(&format!(
            "{}, which by itself decides nothing: {}",
            words::status(item.status),
            item.shown_by
        )),
        Status::NotEvaluated => skipped(&format!(
            "{}: {}{would_show}",
            words::status(item.status),
            item.shown_by
        )),
    }
}

/// The findings of each code, in the order in which the codes come first.
fn by_code(migration: &Migration) -> Vec<Vec<&Finding>> {
    let mut groups: Vec<Vec<&Finding>> = Vec::new();
    for finding in &migration.findings {
        match groups
            .iter_mut()
            .find(|alike| alike[0].code == finding.code)
        {
            Some(alike) => alike.push(finding),
            None => groups.push(vec![finding]),
        }
    }
    groups
}

/// Findings of one code: a failure where one is an error, else what a case that passes has to say.
fn found(migration: &Migration, alike: &[&Finding]) -> TestCase {
    let all: String = alike
        .iter()
        .map(|finding| described(migration, finding))
        .collect();
    let code = &alike[0].code;
    if let Some(worst) = alike
        .iter()
        .find(|finding| finding.severity == Severity::Error)
    {
        return case(migration, code, failure(code, &worst.message, &all));
    }
    let mut case = case(migration, code, TestCaseStatus::success());
    case.set_system_out(block(&all));
    case
}

/// `migrations/0036.sql:12:9: error: …`
fn described(migration: &Migration, finding: &Finding) -> String {
    let place = finding
        .line
        .zip(finding.column)
        .map(|(line, column)| format!(":{line}:{column}"))
        .unwrap_or_default();
    format!(
        "{}{place}: {}: {}\n  → {}\n",
        migration.path,
        finding.severity.word(),
        finding.message,
        finding.help
    )
}

fn suppressed(suppressed: &Suppressed) -> TestCaseStatus {
    let findings: Vec<String> = suppressed
        .findings
        .iter()
        .map(|f| format!("{}: {}", f.severity.word(), f.message))
        .collect();
    let findings = if findings.is_empty() {
        "there is nothing that it suppresses".to_owned()
    } else {
        findings.join("; ")
    };
    skipped(&format!(
        "until {}, because {}: {findings}",
        suppressed.until, suppressed.reason
    ))
}
