//! The item about a production-like copy: whether damage would show on the snapshot.
//!
//! Its own look is at tables without rows that something reads, checks, indexes or drops: nothing
//! went wrong there, so no finding says it.

use super::answer::{Answer, Gap, message, of_codes, stopped};
use super::restore::{DATED, is_ahead};
use super::{Case, Code, Finding};
use crate::codes::Severity;
use crate::diff::{SchemaChange, SchemaEvent};
use crate::migration::StatementKind;
use crate::scope::{Op, TenantRule};
use crate::sentence::{Sentence, name};
use crate::snapshot::age::span;
use crate::snapshot::tenancy;
use crate::sql::{ident, token};
use crate::verdict::facts::Tenants;
use crate::verdict::phrases::statement;

pub(super) fn production_like(case: Case<'_>, found: &[Finding]) -> Answer {
    let codes = [
        Code::SingleTenantSnapshot,
        Code::UnpopulatedTable,
        Code::StaleSnapshot,
    ];
    let all = || of_codes(found, codes);
    let wrong = all()
        .filter(|finding| finding.severity != Severity::Note)
        .map(message);
    if let Some(failed) = Answer::fail(wrong.chain(dropped_empty(case))) {
        return failed;
    }
    // A note says that it is not known.
    if let Some(note) = all().next() {
        return Answer::open(message(note), note.help.clone());
    }
    stopped(case)
        .or_else(|| Answer::open_for(meets_empty(case)))
        .or_else(|| unseen_tenants(case))
        .or_else(|| undated(case))
        .unwrap_or_else(|| shows_damage(case))
}

/// Not evaluated, if the tenants of the snapshot do not show whose rows are written.
fn unseen_tenants(case: Case<'_>) -> Option<Answer> {
    match &case.facts.tenants {
        Tenants::Several => None,
        Tenants::NotConcerned => meets_none(case),
        Tenants::Few(_) | Tenants::FewSoFar(_) => {
            let because = "rows of one tenant at most were found";
            Some(Answer::open(because, "a snapshot with several"))
        }
    }
}

/// Not evaluated, if an age is asked for and the snapshot is of the future.
fn undated(case: Case<'_>) -> Option<Answer> {
    let because = "by what it says of itself, the snapshot is ahead of this machine's clock";
    (case.facts.age.is_some() && is_ahead(case)).then(|| Answer::open(because, DATED))
}

fn shows_damage(case: Case<'_>) -> Answer {
    let tenants = match &case.facts.tenants {
        Tenants::NotConcerned => "no row that belongs to a tenant is written",
        _ => "the snapshot has rows of two tenants at least",
    };
    let age = case
        .facts
        .age
        .map(|age| span(age.most))
        .map_or_else(String::new, |age| {
            format!(", and it is not older than {age}")
        });
    Answer::pass(format!(
        "{tenants}, no statement meets a table without rows{age}"
    ))
}

/// Whether an operation changed rows of a table.
fn changed(case: Case<'_>, table: &str, op: Op) -> bool {
    case.written_in(table).changed(op) > 0
}

/// What reads, checks or indexes rows of a table that has none here, and may have some elsewhere.
fn meets_empty(case: Case<'_>) -> impl Iterator<Item = Gap> {
    reads_empty(case)
        .chain(indexes_empty(case))
        .chain(alters_empty(case))
        .map(|(what, table)| {
            let would_show = "a snapshot with rows in " + name(table);
            Gap::new(what + name(table) + ", which has no row here", would_show)
        })
}

fn reads_empty(case: Case<'_>) -> impl Iterator<Item = (Sentence, &str)> {
    // A table that the migration makes, or deletes from, has no row elsewhere either.
    let is_expected = move |table: &str| {
        case.rehearsal.before.table(table).is_none() || changed(case, table, Op::Delete)
    };
    case.runs().flat_map(move |(run, _)| {
        case.preview(run.index)
            .into_iter()
            .flat_map(|preview| &preview.empty)
            .filter(move |table| !is_expected(table))
            .map(move |table| (statement(run.index) + " reads ", table.as_str()))
    })
}

fn indexes_empty(case: Case<'_>) -> impl Iterator<Item = (Sentence, &str)> {
    case.rehearsal
        .new_unique_indexes()
        .map(|index| &index.table)
        .filter_map(move |table| empty(case, table))
        .map(|table| ("a unique index is made on ".into(), table))
}

fn alters_empty(case: Case<'_>) -> impl Iterator<Item = (Sentence, &str)> {
    let checks = |sql: &str| CHECKED.iter().any(|word| token::mentions(sql, word));
    case.migration
        .statements
        .iter()
        .filter(move |it| it.kind == StatementKind::AlterTable && checks(case.migration.sql(it)))
        .filter_map(move |it| {
            let table = empty(case, it.table.as_deref()?)?;
            Some((statement(it.index) + " alters ", table))
        })
}

/// A table that had no row before, and gets none.
fn empty<'a>(case: Case<'a>, table: &str) -> Option<&'a str> {
    let name = case
        .facts
        .empty
        .iter()
        .find(|empty| ident::same(empty, table))?;
    (!changed(case, name, Op::Insert)).then_some(name)
}

/// Words of an ALTER TABLE that make the engine check the rows that exist
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

/// The tables with an owner that are dropped and have no row whose deletion was seen.
fn dropped_empty(case: Case<'_>) -> impl Iterator<Item = Sentence> {
    let is_dropped =
        |change: &&SchemaChange| change.object == "table" && change.event == SchemaEvent::Dropped;
    // A table that could not be read is not known to be empty.
    let is_unread = move |name: &str| {
        case.diff
            .unevaluated
            .iter()
            .any(|(table, _)| ident::same(table, name))
    };
    let has_rows = move |name: &str| case.found_in(name).is_some() || is_unread(name);
    case.diff
        .schema
        .iter()
        .filter(is_dropped)
        .map(|change| &change.name)
        .filter(move |name| !has_rows(name) && !is_shared(case, name))
        .map(|table| name(table) + " is dropped without a row in it, so nothing was shown")
}

/// Not evaluated, if no row of a tenant is written and a statement would write some elsewhere.
fn meets_none(case: Case<'_>) -> Option<Answer> {
    let is_of_tenants = |table: &String| !is_shared(case, table);
    let meant = case.migration.statements.iter().find(|statement| {
        statement.kind.writes_rows() && statement.table.as_ref().is_some_and(is_of_tenants)
    })?;
    let rest = " writes no row of a tenant here, so whose it would write was not shown";
    let would_show = "a snapshot with rows that it matches";
    Some(Answer::open(statement(meant.index) + rest, would_show))
}

/// Whether a table's rows are declared to be nobody's, or are none of the database.
fn is_shared(case: Case<'_>, name: &str) -> bool {
    let table = case
        .catalogs()
        .into_iter()
        .find_map(|catalog| catalog.table(name));
    table.is_none_or(|table| tenancy::rule_for(case.tenants, table) == Some(TenantRule::Shared))
}
