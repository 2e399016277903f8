//! Findings about statements that are not done whole or not at all: where they fail, FAIL keeps the
//! rows that they wrote before.
//!
//! Source: <https://sqlite.org/lang_conflict.html>. A transaction takes those rows back too, but
//! for a runner that goes on.

use super::{Case, Code, Finding};
use crate::migration::{ObjectType, Statement, StatementKind};
use crate::regime::OnError;
use crate::rehearse::{Outcome, StatementRun};
use crate::snapshot::Catalog;
use crate::sql::{ident, token};

/// Words by which a statement keeps what it wrote before it failed.
const OR_FAIL: [&[&str]; 2] = [&["INSERT", "OR", "FAIL"], &["UPDATE", "OR", "FAIL"]];

/// A statement that keeps what it wrote.
struct Kept<'a> {
    run: &'a StatementRun,
    statement: &'a Statement,
    /// what says so
    by: &'static str,
}

impl Kept<'_> {
    fn rows(&self) -> u64 {
        self.run.direct.total() + self.run.indirect.total()
    }
}

pub(super) fn findings(case: Case<'_>) -> Vec<Finding> {
    kept(case)
        .filter(|kept| kept.rows() > 1)
        .map(|kept| finding(case, &kept))
        .collect()
}

fn finding(case: Case<'_>, kept: &Kept<'_>) -> Finding {
    let Kept { statement, by, .. } = kept;
    let (at, rows) = (statement.index, super::scope::rows(kept.rows()));
    let message = format!(
        "a failure within statement {at}, which writes {rows}, would leave those that it wrote \
        before: {by} keeps them"
    );
    let mut finding = Finding::new(Code::NotAtomic, message).at(case.place(at));
    "leave FAIL out, so that the engine takes the whole statement back"
        .clone_into(&mut finding.help);
    finding
}

/// The first statement that would keep what it wrote, of which too little was written here to show
/// it, and what says so.
pub(super) fn unseen(case: Case<'_>) -> Option<(usize, &'static str)> {
    // The rows of VALUES are as many elsewhere.
    let may_be_more = |kept: &Kept<'_>| {
        kept.statement.kind != StatementKind::Insert || kept.run.preview.is_some()
    };
    kept(case)
        .find(|kept| kept.rows() <= 1 && may_be_more(kept))
        .map(|kept| (kept.statement.index, kept.by))
}

/// The statements that keep what they wrote where they fail; none where a transaction takes that
/// back, or nothing is known.
fn kept(case: Case<'_>) -> impl Iterator<Item = Kept<'_>> {
    let goes_on = case.facts.regime.on_error == OnError::Continue;
    let is_judged = case.rehearsal.outcome == Outcome::Applied && !case.rehearsal.left_open;
    let ran = case
        .rehearsal
        .statements
        .iter()
        .zip(&case.migration.statements)
        .filter(move |_| is_judged);
    ran.filter(move |(run, _)| goes_on || !run.in_transaction)
        .filter_map(move |(run, statement)| {
            Some(Kept {
                run,
                statement,
                by: keeps(case, run, statement)?,
            })
        })
}

/// What of a statement, its tables or their triggers says FAIL.
fn keeps(case: Case<'_>, run: &StatementRun, statement: &Statement) -> Option<&'static str> {
    if !statement.kind.writes_rows() {
        return None;
    }
    let sql = case.migration.sql(statement);
    if says(sql, &OR_FAIL) {
        return Some("OR FAIL");
    }
    let target = statement.table.as_deref()?;
    let tables: Vec<&str> = run
        .paths
        .iter()
        .map(|indirect| indirect.table.as_str())
        .chain([target])
        .collect();
    let is_of = |table: &str| tables.iter().any(|written| ident::same(written, table));
    let catalogs = [&case.rehearsal.before, &case.rehearsal.after];
    let of_tables = |catalog: &Catalog| {
        let mut objects = catalog
            .objects
            .iter()
            .filter(|((kind, _), object)| kind == "table" && is_of(&object.table));
        objects.any(|(_, object)| {
            object
                .sql
                .as_deref()
                .is_some_and(|sql| says(sql, &[&["CONFLICT", "FAIL"]]))
        })
    };
    // The statement's own clause stands above those of the tables.
    if catalogs.iter().any(|catalog| of_tables(catalog))
        && !says(
            sql,
            &[&["INSERT", "OR"], &["UPDATE", "OR"], &["REPLACE", "INTO"]],
        )
    {
        return Some("ON CONFLICT FAIL");
    }
    let in_trigger = |sql: &str| says(sql, &OR_FAIL) || says(sql, &[&["RAISE", "(", "FAIL"]]);
    let of_triggers = |catalog: &Catalog| {
        catalog
            .triggers()
            .any(|(_, t)| is_of(&t.table) && t.sql.as_deref().is_some_and(in_trigger))
    };
    // One that the migration makes and drops again stands in neither catalog.
    let makes_trigger = |s: &&Statement| s.kind == StatementKind::Create(ObjectType::Trigger);
    let before = case.migration.statements[..statement.index - 1].iter();
    let mut made = before.filter(makes_trigger);
    let is_triggered = catalogs.iter().any(|catalog| of_triggers(catalog))
        || made.any(|made| in_trigger(case.migration.sql(made)));
    is_triggered.then_some("FAIL in a trigger")
}

/// Whether SQL has one of some sequences of words.
fn says(sql: &str, sequences: &[&[&str]]) -> bool {
    let tokens = token::significant(sql);
    let texts: Vec<&str> = tokens.iter().map(|token| token.span.of(sql)).collect();
    let is = |window: &[&str], sequence: &[&str]| {
        window
            .iter()
            .zip(sequence)
            .all(|(text, word)| text.eq_ignore_ascii_case(word))
    };
    sequences.iter().any(|sequence| {
        texts
            .windows(sequence.len())
            .any(|window| is(window, sequence))
    })
}
