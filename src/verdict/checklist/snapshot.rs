//! The items about what it was rehearsed on: whether damage would show there, and whether it is a
//! state to go back to.

use super::{Answer, Case, Code, Finding, of_code, stopped, told};
use crate::codes::Severity;
use crate::diff::{SchemaChange, SchemaEvent};
use crate::migration::StatementKind;
use crate::scope::{Op, TenantRule};
use crate::snapshot::age::{span, spelling};
use crate::snapshot::tenancy;
use crate::sql::{ident, token};
use crate::verdict::facts::Tenants;
use std::time::SystemTime;

/// How a snapshot says when it was taken.
const DATED: &str = "name the snapshot with its time, as prod-20251116-100416.db, or write a \
    manifest with `harness snapshot inspect --write-manifest --taken-at TIME`";

pub(super) fn production_like(case: Case<'_>, found: &[Finding]) -> Answer {
    let codes = [
        Code::SingleTenantSnapshot,
        Code::UnpopulatedTable,
        Code::StaleSnapshot,
    ];
    let all = || codes.into_iter().flat_map(|code| of_code(found, code));
    let wrong = all()
        .filter(|f| f.severity != Severity::Note)
        .map(|f| f.message.clone());
    if let Some(shown) = told(wrong.chain(dropped_empty(case))) {
        return Answer::Fail(shown);
    }
    // A note says that it could not be told.
    if let Some(finding) = all().next() {
        return Answer::open(finding.message.clone(), finding.help.clone());
    }
    if let Some(stopped) = stopped(case) {
        return stopped;
    }
    if let Some(open) = Answer::open_for(meets_empty(case).collect()) {
        return open;
    }
    let tenants = match &case.facts.tenants {
        Tenants::Several => "the snapshot has rows of two tenants at least",
        Tenants::NotConcerned => match meets_none(case) {
            Some(open) => return open,
            None => "no row that belongs to a tenant is written",
        },
        Tenants::Few(_) | Tenants::FewSoFar(_) => {
            return Answer::open(
                "rows of one tenant at most were found",
                "a snapshot with several",
            );
        }
    };
    if case.facts.age.is_some() && is_ahead(case) {
        return Answer::open(
            "by what it says of itself, the snapshot is ahead of this machine's clock",
            DATED,
        );
    }
    let age = case
        .facts
        .age
        .map(|age| format!(", and it is not older than {}", span(age.most)))
        .unwrap_or_default();
    Answer::Pass(format!(
        "{tenants}, no statement meets a table without rows{age}"
    ))
}

/// What reads, checks or indexes rows of a table that has none here, and may have some elsewhere.
fn meets_empty(case: Case<'_>) -> impl Iterator<Item = (String, String)> {
    let tables = &case.diff.changes.tables;
    let changed = |table: &str, op: Op| {
        tables
            .iter()
            .any(|(name, c)| ident::same(name, table) && c.changed().of(op) > 0)
    };
    // A table that the migration makes, or deletes from, has no row elsewhere either.
    let is_expected = move |table: &str| {
        case.rehearsal.before.table(table).is_none() || changed(table, Op::Delete)
    };
    let previews = case
        .rehearsal
        .statements
        .iter()
        .filter_map(|run| Some((run.index, run.preview.as_ref()?.as_ref().ok()?)));
    let read =
        previews.flat_map(|(at, preview)| preview.empty.iter().map(move |table| (at, table)));
    let read = read
        .filter(move |(_, table)| !is_expected(table))
        .map(|(at, table)| (format!("statement {at} reads `{table}`"), table.clone()));
    let is_empty = move |table: &str| {
        let name = case
            .facts
            .empty
            .iter()
            .find(|empty| ident::same(empty, table))?;
        (!changed(name, Op::Insert)).then(|| name.clone())
    };
    let indexed = case
        .rehearsal
        .new_unique_indexes()
        .filter_map(move |index| is_empty(&index.table));
    let indexed = indexed.map(|table| (format!("a unique index is made on `{table}`"), table));
    let checks = |sql: &str| CHECKED.iter().any(|word| token::mentions(sql, word));
    let alters = case
        .migration
        .statements
        .iter()
        .filter(move |s| s.kind == StatementKind::AlterTable && checks(case.migration.sql(s)));
    let altered = alters.filter_map(move |s| Some((s.index, is_empty(s.table.as_deref()?)?)));
    let altered = altered.map(|(at, table)| (format!("statement {at} alters `{table}`"), table));
    let met = read.chain(indexed).chain(altered);
    met.map(|(what, table)| {
        (
            format!("{what}, which has no row here"),
            format!("a snapshot with rows in `{table}`"),
        )
    })
}

/// Words of an ALTER TABLE that the engine holds against the rows that are there
/// (<https://sqlite.org/lang_altertable.html#altertabaddcol>).
const CHECKED: [&str; 7] = [
    "not",
    "check",
    "references",
    "default",
    "generated",
    "as",
    "set",
];

/// Whether the snapshot says that it was taken later than now.
fn is_ahead(case: Case<'_>) -> bool {
    matches!(case.facts.snapshot.taken, Ok(Some((taken, _))) if taken > case.now)
}

/// The tables with an owner that are dropped without a row to be seen dropped.
fn dropped_empty(case: Case<'_>) -> impl Iterator<Item = String> {
    let is_dropped =
        |change: &&SchemaChange| change.object == "table" && change.event == SchemaEvent::Dropped;
    // What could not be read is not known to be empty.
    let unknown = case.diff.unevaluated.iter().map(|(table, _)| table);
    let known: Vec<&String> = case.diff.changes.tables.keys().chain(unknown).collect();
    let has_rows = move |name: &str| known.iter().any(|table| ident::same(table, name));
    let names = case
        .diff
        .schema
        .iter()
        .filter(is_dropped)
        .map(|change| &change.name);
    names
        .filter(move |name| !has_rows(name) && !is_shared(case, name))
        .map(|name| format!("`{name}` is dropped without a row in it, so nothing was shown"))
}

/// Where no row of a tenant is written: not evaluated, if a statement would write some elsewhere.
fn meets_none(case: Case<'_>) -> Option<Answer> {
    let mut statements = case
        .migration
        .statements
        .iter()
        .filter(|statement| statement.kind.writes_rows());
    let meant = statements.find(|statement| {
        statement
            .table
            .as_deref()
            .is_some_and(|table| !is_shared(case, table))
    })?;
    let because = format!(
        "statement {} writes no row of a tenant here, so whose it would write was not shown",
        meant.index
    );
    Some(Answer::open(
        because,
        "a snapshot with rows that it matches",
    ))
}

/// Whether a table's rows are declared to be nobody's, or are none of the database.
fn is_shared(case: Case<'_>, name: &str) -> bool {
    let table = case
        .rehearsal
        .before
        .table(name)
        .or_else(|| case.rehearsal.after.table(name));
    table.is_none_or(|table| tenancy::rule_for(case.tenants, table) == Some(TenantRule::Shared))
}

pub(super) fn backup(case: Case<'_>, found: &[Finding]) -> Answer {
    let snapshot = &case.facts.snapshot;
    if let Some(stale) = of_code(found, Code::StaleSnapshot).find(|f| f.severity != Severity::Note)
    {
        return Answer::Fail(stale.message.clone());
    }
    let identity = format!("{} ({} bytes)", snapshot.source, snapshot.bytes);
    let (taken, by) = match &snapshot.taken {
        Ok(Some(taken)) => *taken,
        Ok(None) => return Answer::open(format!("nothing says when {identity} was taken"), DATED),
        Err(reason) => return Answer::open(reason.clone(), DATED),
    };
    let spelled = |at: SystemTime| spelling(at).unwrap_or_else(|| "no time".to_owned());
    let was = match snapshot.contradicted.filter(|_| !is_ahead(case)) {
        Some(written) => {
            format!(
                "{identity} was written to last at {}, before the {} that its {} says",
                spelled(written),
                spelled(taken),
                by.word()
            )
        }
        None => format!(
            "{identity} was taken at {}, as its {} says",
            spelled(taken),
            by.word()
        ),
    };
    if is_ahead(case) {
        return Answer::open(
            format!("{was}, which is ahead of this machine's clock"),
            DATED,
        );
    }
    match case.facts.age {
        Some(age) => Answer::Pass(format!("{was}, not more than {} ago", span(age.most))),
        None => Answer::open(
            format!("{was}; nothing says how old a backup may be"),
            "`max_age` under [snapshot] in harness.toml",
        ),
    }
}
