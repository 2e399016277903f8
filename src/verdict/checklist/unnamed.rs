//! Rows that no UPDATE or DELETE of the migration names, and that are updated or deleted all the
//! same: by ON CONFLICT DO UPDATE, by REPLACE, by a trigger. Their clauses are not looked at, so
//! that no item may ignore them.

use super::Case;
use super::answer::Gap;
use super::keys::composite;
use crate::migration::{Object, ObjectType, Statement, StatementKind};
use crate::rehearse::{Indirect, StatementRun};
use crate::rewrite::NoPreview;
use crate::scope::Op;
use crate::sentence::{Sentence, engine, name};
use crate::snapshot::Catalog;
use crate::sql::{ident, token};
use crate::verdict::declared::Written;
use crate::verdict::phrases::statement;
use crate::verdict::side_effects::{is_target, reaches_others};
use crate::verdict::words::says;
use std::collections::BTreeSet;

/// What updates or deletes rows that it does not name.
enum Unnamed<'a> {
    /// an INSERT whose conflicts update or replace
    Insert(&'a Statement, &'a StatementRun),
    /// a trigger
    Trigger(Trigger<'a>),
}

/// A trigger that wrote rows of a table at a statement.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Trigger<'a> {
    at: usize,
    /// `None` if the schema does not say what wrote the rows
    name: Option<&'a str>,
    table: &'a str,
}

/// For the item about subqueries.
pub(super) fn subqueries(case: Case<'_>) -> impl Iterator<Item = Gap> {
    let insert = move |insert: &Statement, run: &StatementRun| {
        let sql = case.migration.sql(insert);
        let queries = token::significant(sql)
            .iter()
            .filter(|token| token.is_word(sql, "SELECT"))
            .count();
        let lead = "the queries within " + statement(insert.index) + ", which ";
        let is_open = queries > usize::from(run.preview.is_some());
        is_open.then(|| lead + effect(sql) + ", were not run alone")
    };
    let trigger = move |it: &Trigger<'_>| it.has(case, "select", "queries that were not run alone");
    gaps(case, insert, trigger)
}

/// For the item about WHERE clauses.
pub(super) fn clauses(case: Case<'_>) -> impl Iterator<Item = Gap> {
    let insert = move |insert: &Statement, run: &StatementRun| {
        let (sql, at) = (case.migration.sql(insert), statement(insert.index));
        if let Some(Err(none)) = &run.preview {
            return Some(unseen_query(at, sql, none));
        }
        let rest = "'s DO UPDATE was not run as a SELECT";
        narrows(sql).then(|| "the WHERE clause of " + at + rest)
    };
    let what = "a WHERE clause that was not run as a SELECT";
    gaps(case, insert, move |trigger| {
        trigger.has(case, "where", what)
    })
}

fn unseen_query(at: Sentence, sql: &str, none: &NoPreview) -> Sentence {
    let lead = "the query of " + at + ", which " + effect(sql);
    lead + ", has no preview: " + engine(none.to_string())
}

/// For the item about composite keys.
pub(super) fn keys(case: Case<'_>) -> impl Iterator<Item = Gap> {
    let has_key = move |table: &str| {
        case.catalogs()
            .into_iter()
            .filter_map(|catalog| catalog.table(table))
            .any(|table| !composite(table).is_empty())
    };
    let insert = move |insert: &Statement, _: &StatementRun| {
        let (sql, table) = (case.migration.sql(insert), insert.table.as_deref()?);
        let lead = statement(insert.index) + ", which " + effect(sql) + ", finds the rows of ";
        let is_open = has_key(table) && token::mentions(sql, "select");
        is_open.then(|| lead + name(table) + " by a query")
    };
    let what = "a WHERE clause that was not looked at";
    gaps(case, insert, move |trigger| {
        has_key(trigger.table).then(|| trigger.has(case, "where", what))?
    })
}

/// Whether rows are updated or deleted that no UPDATE or DELETE names.
pub(super) fn are_there(case: Case<'_>) -> bool {
    unnamed(case).next().is_some()
}

/// The rows that the query of each such INSERT gave when it ran first.
pub(super) fn selected(case: Case<'_>) -> Vec<u64> {
    let rows = |unnamed| match unnamed {
        Unnamed::Insert(insert, _) => Some(case.preview(insert.index)?.rows),
        Unnamed::Trigger(_) => None,
    };
    unnamed(case).filter_map(rows).collect()
}

/// What of the rows is not known, each with what would show it.
fn gaps(
    case: Case<'_>,
    insert: impl Fn(&Statement, &StatementRun) -> Option<Sentence>,
    trigger: impl Fn(&Trigger<'_>) -> Option<Sentence>,
) -> impl Iterator<Item = Gap> {
    unnamed(case).filter_map(move |unnamed| match unnamed {
        Unnamed::Insert(statement, run) => {
            let would_show = "an UPDATE of these rows, and an INSERT of the others";
            Some(Gap::new(insert(statement, run)?, would_show))
        }
        Unnamed::Trigger(it) => {
            let would_show = "the same as an UPDATE or DELETE of the migration";
            Some(Gap::new(trigger(&it)?, would_show))
        }
    })
}

/// What an INSERT does to rows that exist.
fn effect(sql: &str) -> &'static str {
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
    update
        .map_or(&[][..], |update| &tokens[update..])
        .iter()
        .any(|token| token.is_word(sql, "WHERE"))
}

impl<'a> Trigger<'a> {
    /// That it has `what`, which begins with `word`, or may have.
    fn has(&self, case: Case<'_>, word: &str, what: &str) -> Option<Sentence> {
        let texts = self.name.map(|name| texts(case, name)).unwrap_or_default();
        let is_open = texts.is_empty() || texts.iter().any(|sql| token::mentions(sql, word));
        let by = match self.name {
            Some(own) => "trigger " + name(own),
            None => "what the schema does not tell".into(),
        };
        let rest = name(self.table) + " at " + statement(self.at) + ", by " + what;
        is_open.then(|| by + " writes rows of " + rest)
    }

    /// Those that wrote rows in the end, REPLACE within them too; one without a name if the schema
    /// names none.
    fn of(run: &StatementRun, indirect: &'a Indirect) -> Vec<Self> {
        let trigger = |name: Option<&'a str>| Self {
            at: run.index,
            name,
            table: &indirect.table,
        };
        if indirect.paths.is_empty() {
            return vec![trigger(None)];
        }
        // A path has tables and what leads to the next in turn.
        indirect
            .paths
            .iter()
            .filter_map(|path| {
                path.iter()
                    .rev()
                    .skip(1)
                    .step_by(2)
                    .find(|step| *step != "REPLACE")
            })
            .filter_map(|step| step.strip_prefix("trigger "))
            .map(|name| trigger(Some(name)))
            .collect()
    }
}

/// The texts that a trigger has: before, after, and in the migration.
fn texts<'a>(case: Case<'a>, name: &str) -> Vec<&'a str> {
    let own = case
        .catalogs()
        .into_iter()
        .flat_map(Catalog::triggers)
        .filter(|(own, _)| ident::same(own, name));
    let makes_it = |s: &&Statement| {
        let is_it = |object: &Object| ident::same(&object.name, name);
        s.kind == StatementKind::Create(ObjectType::Trigger) && s.object.as_ref().is_some_and(is_it)
    };
    let made = case
        .migration
        .statements
        .iter()
        .filter(makes_it)
        .map(|statement| case.migration.sql(statement));
    own.filter_map(|(_, trigger)| trigger.sql.as_deref())
        .chain(made)
        .collect()
}

fn unnamed(case: Case<'_>) -> impl Iterator<Item = Unnamed<'_>> {
    case.ran().flat_map(move |(run, statement)| {
        let insert = changes_rows(case, statement, run).then_some(Unnamed::Insert(statement, run));
        let triggers: BTreeSet<Trigger<'_>> = run
            .paths
            .iter()
            .filter(|way| way.op != Op::Insert && way.rows > 0)
            .filter(|way| !is_of_own_rows(case, run, way))
            .flat_map(|way| Trigger::of(run, way))
            .collect();
        insert
            .into_iter()
            .chain(triggers.into_iter().map(Unnamed::Trigger))
    })
}

/// Whether the rows are only those that the migration's statements on the table wrote themselves,
/// as of a trigger that sets the time of their change.
fn is_of_own_rows(case: Case<'_>, run: &StatementRun, indirect: &Indirect) -> bool {
    let is_own = |written: Written<'_>| !reaches_others(case, written.changes, written.table);
    indirect.op == Op::Update
        && is_target(case, run, &indirect.table)
        && case.found_in(&indirect.table).is_some_and(is_own)
}

/// Whether it is an INSERT that updates or replaces rows of the database, here or elsewhere.
fn changes_rows(case: Case<'_>, insert: &Statement, run: &StatementRun) -> bool {
    if insert.kind != StatementKind::Insert {
        return false;
    }
    let says_so = || {
        let words: [&[&str]; 3] = [&["DO", "UPDATE"], &["OR", "REPLACE"], &["REPLACE", "INTO"]];
        says(case.migration.sql(insert), &words)
    };
    let is_there = |table: &String| case.rehearsal.before.table(table).is_some();
    let replaces = |indirect: &Indirect| {
        indirect
            .paths
            .iter()
            .any(|path| path.len() == 3 && path[1] == "REPLACE")
    };
    (insert.table.as_ref().is_some_and(is_there) && says_so())
        || run.direct.update > 0
        || run.paths.iter().any(replaces)
}
