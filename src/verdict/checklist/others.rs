//! Rows that no UPDATE or DELETE of the migration names, and that are updated or deleted all the
//! same: by ON CONFLICT DO UPDATE, by REPLACE, by a trigger. Their clauses are not looked at, so
//! that no item may pass over them.

use super::super::side_effects;
use super::Case;
use super::keys::composite;
use super::running::Object;
use crate::migration::{ObjectType, Statement, StatementKind};
use crate::rehearse::{Indirect, StatementRun};
use crate::scope::Op;
use crate::sql::{ident, token};
use std::collections::BTreeSet;

/// Reasons why an item is not evaluated, each with what would answer it.
type Open = Vec<(String, String)>;

/// What updates or deletes rows that it does not name.
enum Other<'a> {
    /// an INSERT whose conflicts update or replace
    Insert(&'a Statement, &'a StatementRun),
    /// a trigger, by name, or what the schema does not tell
    Trigger {
        at: usize,
        name: Option<&'a str>,
        table: &'a str,
    },
}

/// For the item about subqueries.
pub(super) fn subqueries(case: Case<'_>) -> Open {
    open(case, |other| match other {
        Other::Insert(statement, run) => {
            let sql = case.migration.sql(statement);
            let queries = token::significant(sql)
                .iter()
                .filter(|token| token.is_word(sql, "SELECT"))
                .count();
            let is_open = queries > usize::from(run.preview.is_some());
            is_open.then(|| {
                format!(
                    "the queries within statement {}, which {}, were not run alone",
                    statement.index,
                    told(sql)
                )
            })
        }
        Other::Trigger { .. } => {
            by_trigger(case, other, "select", "queries that were not run alone")
        }
    })
}

/// For the item about WHERE clauses.
pub(super) fn clauses(case: Case<'_>) -> Open {
    open(case, |other| match other {
        Other::Insert(statement, run) => {
            let at = statement.index;
            if let Some(Err(none)) = &run.preview {
                return Some(format!(
                    "the query of statement {at}, which {}, has no preview: {none}",
                    told(case.migration.sql(statement))
                ));
            }
            narrows(case.migration.sql(statement)).then(|| {
                format!("the WHERE clause of statement {at}'s DO UPDATE was not run as a SELECT")
            })
        }
        Other::Trigger { .. } => by_trigger(
            case,
            other,
            "where",
            "a WHERE clause that was not run as a SELECT",
        ),
    })
}

/// For the item about composite keys.
pub(super) fn keys(case: Case<'_>) -> Open {
    let (before, after) = (&case.rehearsal.before, &case.rehearsal.after);
    let has_key = |table: &str| {
        [before, after]
            .into_iter()
            .filter_map(|c| c.table(table))
            .any(|table| !composite(table).is_empty())
    };
    open(case, |other| match other {
        Other::Insert(statement, _) => {
            let (sql, table) = (case.migration.sql(statement), statement.table.as_deref()?);
            let is_open = has_key(table) && token::mentions(sql, "select");
            is_open.then(|| {
                format!(
                    "statement {}, which {}, finds the rows of `{table}` by a query",
                    statement.index,
                    told(sql)
                )
            })
        }
        Other::Trigger { table, .. } if !has_key(table) => None,
        Other::Trigger { .. } => by_trigger(
            case,
            other,
            "where",
            "a WHERE clause that was not looked at",
        ),
    })
}

/// Whether rows are updated or deleted that no UPDATE or DELETE names.
pub(super) fn are_there(case: Case<'_>) -> bool {
    !others(case).is_empty()
}

/// The rows that the query of each such INSERT gave when it ran first.
pub(super) fn selected(case: Case<'_>) -> Vec<u64> {
    let rows = |other: &Other<'_>| match other {
        Other::Insert(_, run) => Some(run.preview.as_ref()?.as_ref().ok()?.rows),
        Other::Trigger { .. } => None,
    };
    others(case).iter().filter_map(rows).collect()
}

fn open(case: Case<'_>, reason: impl Fn(&Other<'_>) -> Option<String>) -> Open {
    let would_show = |other: &Other<'_>| match other {
        Other::Insert(..) => "an UPDATE of these rows, and an INSERT of the others",
        Other::Trigger { .. } => "the same as an UPDATE or DELETE of the migration",
    };
    others(case)
        .iter()
        .filter_map(|other| Some((reason(other)?, would_show(other).to_owned())))
        .collect()
}

/// What an INSERT does to rows that are there.
fn told(sql: &str) -> &'static str {
    if token::mentions(sql, "conflict") {
        "updates rows"
    } else {
        "replaces rows"
    }
}

/// Whether DO UPDATE has a WHERE clause.
fn narrows(sql: &str) -> bool {
    let tokens = token::significant(sql);
    let update = tokens
        .windows(2)
        .position(|two| two[0].is_word(sql, "DO") && two[1].is_word(sql, "UPDATE"));
    update.is_some_and(|update| {
        tokens[update..]
            .iter()
            .any(|token| token.is_word(sql, "WHERE"))
    })
}

/// That a trigger has `what`, which `word` begins, or may have.
fn by_trigger(case: Case<'_>, other: &Other<'_>, word: &str, what: &str) -> Option<String> {
    let Other::Trigger { at, name, table } = other else {
        return None;
    };
    let texts: Vec<&str> = name.map(|name| texts(case, name)).unwrap_or_default();
    let by = name.map_or_else(
        || "what the schema does not tell".to_owned(),
        |name| format!("trigger `{name}`"),
    );
    let is_open = texts.is_empty() || texts.iter().any(|sql| token::mentions(sql, word));
    is_open.then(|| format!("{by} writes rows of `{table}` at statement {at}, by {what}"))
}

/// The texts that a trigger has: before, after, and in the migration.
fn texts<'a>(case: Case<'a>, name: &str) -> Vec<&'a str> {
    let (before, after) = (&case.rehearsal.before, &case.rehearsal.after);
    let own = before
        .triggers()
        .chain(after.triggers())
        .filter(|(own, _)| ident::same(own, name));
    let made = case
        .migration
        .statements
        .iter()
        .filter(|s| s.kind == StatementKind::Create(ObjectType::Trigger))
        .map(|s| case.migration.sql(s));
    let made = made.filter(|sql| Object::of(sql).is_some_and(|made| ident::same(&made.name, name)));
    own.filter_map(|(_, trigger)| trigger.sql.as_deref())
        .chain(made)
        .collect()
}

fn others(case: Case<'_>) -> Vec<Other<'_>> {
    let mut others = Vec::new();
    for (run, statement) in case
        .rehearsal
        .statements
        .iter()
        .zip(&case.migration.statements)
        .filter(|(run, _)| run.error.is_none())
    {
        if statement.kind == StatementKind::Insert && changes_rows(case, statement, run) {
            others.push(Other::Insert(statement, run));
        }
        let changed = run
            .paths
            .iter()
            .filter(|indirect| indirect.op != Op::Insert && indirect.rows > 0);
        let changed = changed.filter(|indirect| !is_of_own_rows(case, run, indirect));
        let by: BTreeSet<(Option<&str>, &str)> = changed
            .flat_map(|indirect| {
                triggers(indirect)
                    .into_iter()
                    .map(|name| (name, indirect.table.as_str()))
            })
            .collect();
        others.extend(by.into_iter().map(|(name, table)| Other::Trigger {
            at: run.index,
            name,
            table,
        }));
    }
    others
}

/// Whether what wrote them reached no rows but those that the migration's statements on the table
/// wrote themselves, as a trigger does that sets the time of their change.
fn is_of_own_rows(case: Case<'_>, run: &StatementRun, indirect: &Indirect) -> bool {
    let changes = case
        .diff
        .changes
        .tables
        .iter()
        .find(|(table, _)| ident::same(table, &indirect.table));
    let is_own = changes
        .is_some_and(|(_, changes)| !side_effects::reaches_others(case, changes, &indirect.table));
    is_own && indirect.op == Op::Update && side_effects::is_target(case, run, &indirect.table)
}

/// Whether an INSERT updates or replaces rows of the database, here or elsewhere.
fn changes_rows(case: Case<'_>, statement: &Statement, run: &StatementRun) -> bool {
    let sql = case.migration.sql(statement);
    let tokens = token::significant(sql);
    let two = |first: &str, second: &str| {
        tokens
            .windows(2)
            .any(|two| two[0].is_word(sql, first) && two[1].is_word(sql, second))
    };
    let is_there = statement
        .table
        .as_deref()
        .is_some_and(|table| case.rehearsal.before.table(table).is_some());
    let replaces = |indirect: &Indirect| {
        indirect
            .paths
            .iter()
            .any(|path| path.len() == 3 && path[1] == "REPLACE")
    };
    let says = two("DO", "UPDATE") || two("OR", "REPLACE") || two("REPLACE", "INTO");
    (is_there && says) || run.direct.update > 0 || run.paths.iter().any(replaces)
}

/// The triggers that may have written rows in the end, REPLACE within them too; none that the
/// schema tells stands as `None`.
fn triggers(indirect: &Indirect) -> Vec<Option<&str>> {
    if indirect.paths.is_empty() {
        return vec![None];
    }
    // A path has tables and what leads to the next in turn.
    let steps = indirect.paths.iter().filter_map(|path| {
        path.iter()
            .rev()
            .skip(1)
            .step_by(2)
            .find(|step| *step != "REPLACE")
    });
    steps
        .filter_map(|step| step.strip_prefix("trigger "))
        .map(Some)
        .collect()
}
