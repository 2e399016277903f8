//! What is held of every case beside the rows: previews, failures, and that the clone is what the
//! plain road leaves.

use super::claims;
use super::plain::Ran;
use super::reported;
use super::state::{Cells, State};
use harness::codes::Code;
use harness::record::{Evidence, Finding, Migration, Op, Outcome, Severity, Statement};

fn is_about_preview(finding: &Finding) -> bool {
    [Code::NoPreview, Code::PreviewMismatch]
        .iter()
        .any(|code| code.id() == finding.code)
}

/// Every UPDATE and DELETE that ran has a preview, of as many rows as it wrote, or a finding says
/// why not.
pub(super) fn previews(report: &Migration) -> Result<(), String> {
    if let Some(fault) = report
        .findings
        .iter()
        .find(|f| is_about_preview(f) && f.severity == Severity::Error)
    {
        return Err(format!(
            "a preview is wrong: line {:?}: {}",
            fault.line, fault.message
        ));
    }
    if let Some(gap) = report
        .findings
        .iter()
        .find(|f| f.code == Code::NotEvaluated.id() && !claims::is_about(f))
    {
        return Err(format!("not evaluated: {}", gap.message));
    }
    report
        .statements
        .iter()
        .try_for_each(|statement| preview(report, statement))
}

/// Whether a statement without a preview wrote rows of the database.
fn hides_rows(why: &str) -> bool {
    !(why.contains("temporary table") || why.contains("engine's own table"))
}

fn preview(report: &Migration, statement: &Statement) -> Result<(), String> {
    let op = match statement.kind.as_str() {
        "update" => Op::Update,
        "delete" => Op::Delete,
        _ => return Ok(()),
    };
    if !statement.ran || statement.error.is_some() {
        return Ok(());
    }
    let explained = report
        .findings
        .iter()
        .any(|f| is_about_preview(f) && f.line == Some(statement.line));
    match &statement.preview {
        _ if explained => Ok(()),
        None if statement
            .no_preview
            .as_ref()
            .is_some_and(|why| !hides_rows(why)) =>
        {
            Ok(())
        }
        None => Err(format!("no preview and no finding: {}", statement.sql)),
        Some(preview) if preview.rows == statement.direct.of(op) => Ok(()),
        Some(preview) => Err(format!(
            "{} rows previewed, {:?} written directly: {}",
            preview.rows, statement.direct, statement.sql
        )),
    }
}

/// The statements that failed on the plain road failed in the rehearsal, and no others.
pub(super) fn failures(
    report: &Migration,
    errors: &[Option<String>],
    statements: usize,
) -> Result<(), String> {
    if report.statements.len() != statements {
        return Err(format!(
            "{} statements are reported, not {statements}",
            report.statements.len()
        ));
    }
    let reached: Vec<_> = report
        .statements
        .iter()
        .filter(|s| s.ran)
        .map(|s| s.error.is_some())
        .collect();
    let plain: Vec<bool> = errors.iter().map(Option::is_some).collect();
    if reached == plain {
        Ok(())
    } else {
        Err(format!(
            "statements that failed: {reached:?}, on the plain road {plain:?}: {errors:?}"
        ))
    }
}

/// How the migration ended is how it ended on the plain road, and the failure that is named is the
/// first.
pub(super) fn outcome(report: &Migration, plain: &Ran) -> Result<(), String> {
    let first = plain
        .errors
        .iter()
        .position(Option::is_some)
        .map(|at| at + 1);
    let ran_through = first.is_none() && !plain.commit_failed;
    let named = report.error.as_ref().and_then(|error| error.statement);
    let left_open = report
        .findings
        .iter()
        .any(|f| f.code == Code::TransactionLeftOpen.id());
    let told = (
        report.outcome == Outcome::Applied,
        report.error.is_none(),
        named,
        left_open,
    );
    let seen = (ran_through, ran_through, first, plain.left_open);
    if told == seen {
        Ok(())
    } else {
        Err(format!(
            "ran through, without an error, first failure, left open: {seen:?}, reported {told:?}"
        ))
    }
}

/// The writes that the capture saw of each statement are those that SQLite counts.
pub(super) fn writes(report: &Migration, plain: &Ran, case: &str) -> Result<(), String> {
    let counted = report
        .statements
        .iter()
        .zip(&plain.counts)
        .zip(&plain.errors);
    let replaces = case.contains("REPLACE");
    for ((statement, (own, all)), error) in counted {
        if !statement.ran || error.is_some() {
            continue;
        }
        let run = statement;
        let direct = match statement.kind.as_str() {
            "insert" => run.direct.insert + run.direct.update,
            "update" if run.preview.is_some() => run.direct.update,
            "delete" if run.preview.is_some() => run.direct.delete,
            _ => continue,
        };
        let captured = run.direct.total() + run.indirect.total();
        if direct != *own || captured < *all || (captured != *all && !replaces) {
            return Err(format!(
                "direct {:?}, indirect {:?}, but SQLite counts {own}, {all} in all: {}",
                run.direct, run.indirect, statement.sql
            ));
        }
    }
    Ok(())
}

/// The schema difference is that of the two listings of `sqlite_schema`. Where something was
/// renamed, it is left to the cases.
pub(super) fn schema(report: &Migration, before: &State, after: &State) -> Result<(), String> {
    let plain = schema_changes(before, after);
    let is_object = |object: &str| object != "sequence";
    let mut reported: Vec<_> = report
        .schema
        .iter()
        .filter(|change| is_object(&change.object))
        .map(|change| {
            (
                change.object.clone(),
                change.name.clone(),
                change.change.word(),
            )
        })
        .collect();
    reported.sort();
    if reported == plain {
        Ok(())
    } else {
        Err(format!(
            "the schema changes are {plain:?}, reported are {reported:?}"
        ))
    }
}

fn schema_changes(before: &State, after: &State) -> Vec<(String, String, &'static str)> {
    let of =
        |one: &State, other: &State, alike: fn(&Cells, &Cells) -> bool| -> Vec<(String, String)> {
            let own = |cells: &&Cells| !cells[1].spelling().starts_with("sqlite_");
            let lacking = |cells: &&Cells| !other.schema.iter().any(|o| alike(cells, o));
            one.schema
                .iter()
                .filter(own)
                .filter(lacking)
                .map(|cells| (cells[0].spelling(), cells[1].spelling()))
                .collect()
        };
    let named: fn(&Cells, &Cells) -> bool = |a, b| a[..2] == b[..2];
    let (created, dropped) = (of(after, before, named), of(before, after, named));
    let altered = of(before, after, |a, b| a == b)
        .into_iter()
        .filter(|o| !dropped.contains(o))
        .collect::<Vec<_>>();
    let kinds = [
        (created, "created"),
        (dropped.clone(), "dropped"),
        (altered, "altered"),
    ];
    let mut all: Vec<_> = kinds
        .into_iter()
        .flat_map(|(objects, change)| {
            objects
                .into_iter()
                .map(move |(object, name)| (object, name, change))
        })
        .collect();
    all.sort();
    all
}

/// Whether two reports say the same but for their samples and times.
pub(super) fn same_figures(one: &Evidence, other: &Evidence) -> Result<(), String> {
    same(one, other, |_| true)
}

/// Whether a report of a run that went deep says the same but for what it found there.
pub(super) fn same_figures_but_deep(one: &Evidence, deep: &Evidence) -> Result<(), String> {
    let found_there = [
        Code::NotAtomic,
        Code::NotIdempotent,
        Code::ForeignKeyViolation,
        Code::Integrity,
        Code::SingleTenantSnapshot,
    ];
    same(one, deep, |finding| {
        !found_there.iter().any(|code| code.id() == finding.code)
    })
}

fn same(one: &Evidence, other: &Evidence, counts: impl Fn(&Finding) -> bool) -> Result<(), String> {
    for (one, other) in one.migrations.iter().zip(&other.migrations) {
        let (one, other) = (figures(one, &counts), figures(other, &counts));
        if let Some((one, other)) = one.iter().zip(&other).find(|(one, other)| one != other) {
            return Err(format!(
                "read from the states: {one}\njudged by the capture: {other}"
            ));
        }
        if one.len() != other.len() {
            return Err(format!(
                "read from the states: {one:#?}\njudged by the capture: {other:#?}"
            ));
        }
    }
    Ok(())
}

fn figures(report: &Migration, counts: impl Fn(&Finding) -> bool) -> Vec<String> {
    let mut figures = vec![format!("{:?} {:?}", report.outcome, report.error)];
    figures.extend(report.tables.iter().map(|table| format!("{table:?}")));
    figures.extend(report.changes.iter().map(|c| {
        format!(
            "{} {} {} {:?} {:?}",
            c.table,
            c.described,
            c.touched,
            reported::changed(c),
            c.columns
        )
    }));
    figures.extend(report.schema.iter().map(|change| format!("{change:?}")));
    let findings = report.findings.iter().filter(|f| counts(f));
    figures.extend(findings.map(|finding| format!("{finding:?}")));
    for statement in report.statements.iter().filter(|s| s.ran) {
        let preview = statement
            .preview
            .as_ref()
            .map(|p| (p.rows, &p.tenants, p.several, &p.subqueries));
        figures.push(format!(
            "{} {:?} {:?} {:?} {preview:?}",
            statement.index, statement.direct, statement.indirect, statement.no_preview
        ));
    }
    figures
}
