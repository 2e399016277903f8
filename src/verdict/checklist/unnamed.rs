//! Rows that no UPDATE or DELETE of the migration names, and that are updated or deleted all the
//! same: by ON CONFLICT DO UPDATE, by REPLACE, by a trigger. Their clauses are not looked at, so
//! that no item may ignore them.

use super::Case;
use super::answer::Answer;
use super::keys::composite;
use crate::migration::{ObjectType, StatementKind};
use crate::rehearse::Indirect;
use crate::scope::Op;
use crate::sentence::{Sentence, engine, name};
use crate::snapshot::Catalog;
use crate::sql::{ident, token};
use crate::verdict::case::Look;
use crate::verdict::words::says;
use std::collections::BTreeSet;

/// What updates or deletes rows that it does not name.
enum Unnamed<'a> {
    /// an INSERT whose conflicts update or replace
    Insert(Look<'a>),
    /// a trigger
    Trigger(Trigger<'a>),
}

/// A trigger that wrote rows of a table at a statement.
struct Trigger<'a> {
    look: Look<'a>,
    /// `None` if the schema does not say what wrote the rows
    name: Option<&'a str>,
    table: &'a str,
}

/// For the item about subqueries.
pub(super) fn subqueries(case: Case<'_>) -> impl Iterator<Item = Answer> {
    let insert = |insert: Look<'_>| {
        let sql = insert.sql();
        let queries = token::significant(sql)
            .into_iter()
            .filter(|token| token.is_word(sql, "SELECT"))
            .count();
        let lead = "the queries within " + insert.named() + ", which ";
        let is_open = queries > usize::from(insert.run.preview.is_some());
        is_open.then(|| lead + effect(sql) + ", were not run alone")
    };
    let what = "queries that were not run alone";
    gaps(case, insert, move |trigger| trigger.has("select", what))
}

/// For the item about WHERE clauses.
pub(super) fn clauses(case: Case<'_>) -> impl Iterator<Item = Answer> {
    let insert = |insert: Look<'_>| {
        let (sql, at) = (insert.sql(), insert.named());
        if let Some(Err(none)) = &insert.run.preview {
            let lead = "the query of " + at + ", which " + effect(sql);
            return Some(lead + ", has no preview: " + engine(none.to_string()));
        }
        let rest = "'s DO UPDATE was not run as a SELECT";
        narrows(sql).then(|| "the WHERE clause of " + at + rest)
    };
    let what = "a WHERE clause that was not run as a SELECT";
    gaps(case, insert, move |trigger| trigger.has("where", what))
}

/// For the item about composite keys.
pub(super) fn keys(case: Case<'_>) -> impl Iterator<Item = Answer> {
    let has_key = move |table: &str| case.tables(table).any(|table| !composite(table).is_empty());
    let insert = move |insert: Look<'_>| {
        let (sql, table) = (insert.sql(), insert.statement.table.as_deref()?);
        let lead = insert.named() + ", which " + effect(sql) + ", finds the rows of ";
        let is_open = has_key(table) && token::mentions(sql, "select");
        is_open.then(|| lead + name(table) + " by a query")
    };
    let what = "a WHERE clause that was not looked at";
    gaps(case, insert, move |trigger| {
        has_key(trigger.table).then(|| trigger.has("where", what))?
    })
}

/// Whether rows are updated or deleted that no UPDATE or DELETE names.
pub(super) fn are_there(case: Case<'_>) -> bool {
    unnamed(case).next().is_some()
}

/// The rows that the query of each such INSERT gave when it ran first.
pub(super) fn selected(case: Case<'_>) -> Vec<u64> {
    let rows = |unnamed| match unnamed {
        Unnamed::Insert(insert) => Some(insert.preview()?.rows),
        Unnamed::Trigger(_) => None,
    };
    unnamed(case).filter_map(rows).collect()
}

/// What of the rows is not known.
fn gaps<'a>(
    case: Case<'a>,
    insert: impl Fn(Look<'a>) -> Option<Sentence>,
    trigger: impl Fn(&Trigger<'a>) -> Option<Sentence>,
) -> impl Iterator<Item = Answer> {
    unnamed(case).filter_map(move |unnamed| {
        let (because, would_show) = match unnamed {
            Unnamed::Insert(look) => (
                insert(look)?,
                "an UPDATE of these rows, and an INSERT of the others",
            ),
            Unnamed::Trigger(it) => (
                trigger(&it)?,
                "the same as an UPDATE or DELETE of the migration",
            ),
        };
        Some(Answer::open(because, would_show))
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

impl Trigger<'_> {
    /// That it has `what`, which begins with `word`, or may have.
    fn has(&self, word: &str, what: &str) -> Option<Sentence> {
        let texts = self
            .name
            .map(|name| texts(self.look.case, name))
            .unwrap_or_default();
        let is_open = texts.is_empty() || texts.iter().any(|sql| token::mentions(sql, word));
        let by = match self.name {
            Some(own) => "trigger " + name(own),
            None => "what the schema does not tell".into(),
        };
        let rest = name(self.table) + " at " + self.look.named() + ", by " + what;
        is_open.then(|| by + " writes rows of " + rest)
    }
}

/// The triggers that wrote rows in the end, REPLACE within them too; `None` if the schema names
/// none.
fn fired(indirect: &Indirect) -> Vec<Option<&str>> {
    if indirect.paths.is_empty() {
        return vec![None];
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
        .map(Some)
        .collect()
}

/// The texts that a trigger has: before, after, and in the migration.
fn texts<'a>(case: Case<'a>, name: &str) -> Vec<&'a str> {
    let own = case
        .catalogs()
        .into_iter()
        .flat_map(Catalog::triggers)
        .filter(|(own, _)| ident::same(own, name))
        .filter_map(|(_, trigger)| trigger.sql.as_deref());
    let made = case
        .migration
        .statements
        .iter()
        .filter(|s| {
            let object = s.object.as_ref().filter(|it| ident::same(&it.name, name));
            s.kind == StatementKind::Create(ObjectType::Trigger) && object.is_some()
        })
        .map(|statement| case.migration.sql(statement));
    own.chain(made).collect()
}

fn unnamed(case: Case<'_>) -> impl Iterator<Item = Unnamed<'_>> {
    case.ran().flat_map(|look| {
        let insert = look.changes_rows().then_some(Unnamed::Insert(look));
        let triggers: BTreeSet<_> = look
            .run
            .paths
            .iter()
            .filter(|way| way.op != Op::Insert && way.rows > 0 && !look.wrote_its_rows(way))
            .flat_map(|way| {
                fired(way)
                    .into_iter()
                    .map(|name| (name, way.table.as_str()))
            })
            .collect();
        let triggers = triggers.into_iter().map(move |(name, table)| {
            let trigger = Trigger { look, name, table };
            Unnamed::Trigger(trigger)
        });
        insert.into_iter().chain(triggers)
    })
}

impl Look<'_> {
    /// Whether rows that the statement led to are only those that the migration's statements on the
    /// table wrote themselves, as of a trigger that sets the time of their change.
    fn wrote_its_rows(self, indirect: &Indirect) -> bool {
        let written = self.case.found_in(&indirect.table);
        indirect.op == Op::Update
            && self.statement.targets(&indirect.table)
            && written.is_some_and(|written| !written.reaches_others(written.table))
    }

    /// Whether it is an INSERT that updates or replaces rows of the database, here or elsewhere.
    fn changes_rows(self) -> bool {
        let words: [&[&str]; 3] = [&["DO", "UPDATE"], &["OR", "REPLACE"], &["REPLACE", "INTO"]];
        let before = &self.case.rehearsal.before;
        let is_there = |table: &String| before.table(table).is_some();
        let replaces = |indirect: &Indirect| {
            indirect
                .paths
                .iter()
                .any(|path| path.len() == 3 && path[1] == "REPLACE")
        };
        self.statement.kind == StatementKind::Insert
            && (self.run.direct.update > 0
                || self.run.paths.iter().any(replaces)
                || (self.statement.table.as_ref().is_some_and(is_there)
                    && says(self.sql(), &words)))
    }
}
