//! The JUnit XML report, which Jenkins, GitLab and most other services show as tests: a suite for
//! each migration, and in it a case for each thing that was checked, those that passed too.
//!
//! The cases are: that it ran through; each table that changed or is declared; each that must keep
//! its rows; each invariant; each item of the checklist; each kind of finding. A case fails exactly
//! where an error rejects the migration, or is one of its reasons. What decides nothing is never red:
//! warnings and notes are the output of a case that passes; an item of the checklist without the
//! answer `pass` is skipped with its answer, as is what was not judged since the migration did not
//! run through.
//!
//! JUnit has no one schema; this is the form of the crate `quick-junit`, with the attribute `file`,
//! of which GitLab makes a link. It has no times, so that it is the same for the same evidence. XML
//! 1.0 has no control characters: they are escapes already.

use super::escape::{block, line};
use super::phrases::{self, Condition, TableLine};
use super::place::normal;
use crate::record::{
    ChecklistItem, Evidence, Finding, Mark, Migration, Outcome, Severity, Status, TableResult,
};
use indexmap::IndexMap;
use quick_junit::{NonSuccessKind, Property, Report, TestCase, TestCaseStatus, TestSuite};
use std::io::{self, Write};

pub(super) fn render(evidence: &Evidence, out: &mut dyn Write) -> io::Result<()> {
    let mut report = Report::new("harness");
    let migrations = evidence.migrations.iter();
    report.add_test_suites(migrations.map(|migration| suite(evidence, migration)));
    if evidence.migrations.is_empty() {
        report.add_test_suite(nothing(evidence));
    }
    report.serialize(out).map_err(io::Error::other)
}

fn suite(evidence: &Evidence, migration: &Migration) -> TestSuite {
    let mut suite = TestSuite::new(line(&migration.name));
    let identities = [
        ("path", &migration.path),
        ("blake3", &migration.blake3),
        ("snapshot", &evidence.snapshot.source),
        ("sqlite", &evidence.engine.sqlite),
        ("harness", &evidence.harness),
    ];
    let none = phrases::no_tenants(evidence);
    let none = none.iter().map(|none| ("tenants", none));
    let warnings = evidence.warnings.iter().map(|warning| ("warning", warning));
    for (name, value) in identities.into_iter().chain(none).chain(warnings) {
        suite.add_property(Property::new(name, line(value)));
    }
    suite.add_test_cases(checked(migration));
    suite.add_test_cases(found(migration));
    // A comment and what it suppresses decides nothing.
    suite.add_test_cases(migration.suppressed.iter().map(|suppressed| {
        let findings = phrases::suppressed(suppressed).join("; ");
        let status = skipped(&format!("{}: {findings}", phrases::until(suppressed)));
        case(
            migration,
            &format!("suppressed: {}", suppressed.code),
            status,
        )
    }));
    suite
}

/// Everything that was checked, but for the findings.
fn checked(migration: &Migration) -> Vec<TestCase> {
    let case = |name: &str, status| case(migration, name, status);
    let mut cases = vec![case("runs through", ran(migration))];
    for table in &migration.tables {
        cases.push(case(&format!("scope of {}", table.table), scope(table)));
    }
    for condition in phrases::conditions(migration) {
        cases.push(case(&condition.demand(), keeps(&condition)));
    }
    if migration.outcome != Outcome::NotRun {
        for item in &migration.checklist {
            cases.push(case(&format!("checklist: {}", item.title), answered(item)));
        }
    }
    cases
}

/// A branch that changes no migration: one case that passes, since a report without any is taken
/// for none.
fn nothing(evidence: &Evidence) -> TestSuite {
    let mut suite = TestSuite::new("harness");
    let mut case = TestCase::new(phrases::NO_MIGRATION, TestCaseStatus::success());
    case.set_system_out(
        evidence
            .branch
            .iter()
            .map(|branch| &branch.shown)
            .chain(&evidence.warnings)
            .map(|text| block(text))
            .collect::<Vec<_>>()
            .join("\n"),
    );
    suite.add_test_case(case);
    suite
}

fn case(migration: &Migration, name: &str, status: TestCaseStatus) -> TestCase {
    let mut case = TestCase::new(line(name), status);
    case.set_classname(line(&migration.name));
    let path = line(&normal(&migration.path));
    case.extra.insert("file".into(), path.into());
    case
}

fn failure(ty: &str, message: &str, description: &str) -> TestCaseStatus {
    non_success(NonSuccessKind::Failure, ty, message, description)
}

fn non_success(kind: NonSuccessKind, ty: &str, message: &str, description: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(kind);
    status.set_type(line(ty)).set_message(line(message));
    status.set_description(block(description));
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
    let outcome = migration.outcome.word();
    if migration.outcome == Outcome::Applied {
        return TestCaseStatus::success();
    }
    let error = migration.error.as_ref();
    let finding = migration.findings.first().map(|finding| &finding.message);
    let message = error.map(|error| &error.message).or(finding);
    let message = message.map_or(outcome, String::as_str);
    let line = error.and_then(|error| error.line);
    let place = line.map(|line| format!("{}:{line}: ", migration.path));
    let description = place.unwrap_or_default() + message;
    non_success(NonSuccessKind::Error, outcome, message, &description)
}

/// Expected against actual for one table.
fn scope(table: &TableResult) -> TestCaseStatus {
    let summary = TableLine::from(table).summary();
    match table.mark {
        Mark::Ok => TestCaseStatus::success(),
        Mark::Unjudged => {
            let why = format!("{}; {summary}", phrases::NOT_THROUGH);
            skipped(&phrases::not_judged(&why))
        }
        Mark::Outside | Mark::Wrong => {
            let owners = table.owners.iter().map(|owner| {
                let summary = TableLine::from(owner).summary();
                format!("{}: {summary} ({})\n", owner.owner, owner.mark.word())
            });
            failure(table.mark.word(), &summary, &owners.collect::<String>())
        }
    }
}

/// Whether what must be kept was.
fn keeps(condition: &Condition) -> TestCaseStatus {
    let shown = &condition.shown;
    match condition.mark {
        Mark::Ok => TestCaseStatus::success(),
        Mark::Wrong | Mark::Outside => failure("not-kept", shown, shown),
        Mark::Unjudged => skipped(&phrases::not_judged(shown)),
    }
}

fn answered(item: &ChecklistItem) -> TestCaseStatus {
    let status = phrases::status(item.status);
    match item.status {
        Status::Pass => TestCaseStatus::success(),
        Status::Fail => skipped(&phrases::failed_item(item)),
        Status::NotEvaluated => skipped(&format!("{status}: {}", phrases::answer(item))),
    }
}

/// The findings of each code, in the order in which the codes come first.
fn found(migration: &Migration) -> Vec<TestCase> {
    let mut codes: IndexMap<&str, Vec<&Finding>> = IndexMap::new();
    for finding in &migration.findings {
        codes.entry(&finding.code).or_default().push(finding);
    }
    codes
        .iter()
        .map(|(code, alike)| found_alike(migration, code, alike))
        .collect()
}

/// The findings of one code: a failure where one is an error, else the output of a case that
/// passes.
fn found_alike(migration: &Migration, code: &str, alike: &[&Finding]) -> TestCase {
    let all: String = alike
        .iter()
        .map(|finding| described(migration, finding))
        .collect();
    let mut errors = alike
        .iter()
        .filter(|finding| finding.severity == Severity::Error);
    if let Some(first) = errors.next() {
        return case(migration, code, failure(code, &first.message, &all));
    }
    let mut case = case(migration, code, TestCaseStatus::success());
    case.set_system_out(block(&all));
    case
}

/// `migrations/0036.sql:12:9: error: …`
fn described(migration: &Migration, finding: &Finding) -> String {
    let place = phrases::finding_place(migration, finding);
    let place = place.unwrap_or_else(|| migration.path.clone());
    format!(
        "{place}: {}\n  → {}\n",
        phrases::graded(finding),
        finding.help
    )
}
