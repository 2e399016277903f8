//! Findings about statements that are not done whole or not at all: if they fail, FAIL keeps the
//! rows that they wrote before.
//!
//! Source: <https://sqlite.org/lang_conflict.html>. A transaction takes those rows back too, unless
//! the runner goes on after an error.

use super::phrases::{rows, statement};
use super::words::says;
use super::{Case, Code, Finding};
use crate::migration::{ObjectType, Statement, StatementKind};
use crate::regime::OnError;
use crate::rehearse::StatementRun;
use crate::snapshot::Catalog;
use crate::snapshot::catalog::SchemaObject;
use crate::sql::ident;

/// Words by which a statement keeps what it wrote before it failed.
const OR_FAIL: [&[&str]; 2] = [&["INSERT", "OR", "FAIL"], &["UPDATE", "OR", "FAIL"]];

/// Words by which a statement says what to do about conflicts.
const OR: [&[&str]; 3] = [&["INSERT", "OR"], &["UPDATE", "OR"], &["REPLACE", "INTO"]];

/// A statement that keeps what it wrote.
struct Keeping<'a> {
    run: &'a StatementRun,
    statement: &'a Statement,
    /// what says so
    by: &'static str,
}

impl Keeping<'_> {
    fn rows(&self) -> u64 {
        self.run.direct.total() + self.run.indirect.total()
    }

    fn finding(&self, case: Case<'_>) -> Finding {
        let at = self.statement.index;
        let message = "a failure within "
            + statement(at)
            + ", which writes "
            + rows(self.rows())
            + ", would leave those that it wrote before: "
            + self.by
            + " keeps them";
        Finding::new(Code::NotAtomic, message)
            .at(case.place(at))
            .help("leave FAIL out, so that the engine takes the whole statement back")
    }
}

pub(super) fn findings(case: Case<'_>) -> Vec<Finding> {
    let several = keeping(case).filter(|keeping| keeping.rows() > 1);
    several.map(|keeping| keeping.finding(case)).collect()
}

/// The first statement that would keep what it wrote, and wrote too little here to show it, with
/// what says so.
pub(super) fn unseen(case: Case<'_>) -> Option<(usize, &'static str)> {
    // The rows of VALUES are as many elsewhere.
    let may_be_more = |keeping: &Keeping<'_>| {
        keeping.statement.kind != StatementKind::Insert || keeping.run.preview.is_some()
    };
    keeping(case)
        .find(|keeping| keeping.rows() <= 1 && may_be_more(keeping))
        .map(|keeping| (keeping.statement.index, keeping.by))
}

/// The statements that keep what they wrote if they fail; none if a transaction takes that back,
/// or nothing is known.
fn keeping(case: Case<'_>) -> impl Iterator<Item = Keeping<'_>> {
    let goes_on = case.facts.regime.on_error == OnError::Continue;
    let is_judged = case.rehearsal.ran_through();
    let runs = case
        .runs()
        .filter(move |(run, _)| is_judged && (goes_on || !run.in_transaction));
    runs.filter_map(move |(run, statement)| {
        let by = keeps(case, run, statement)?;
        Some(Keeping { run, statement, by })
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
    let written = |table: &str| {
        let mut paths = run.paths.iter();
        ident::same(target, table) || paths.any(|way| ident::same(&way.table, table))
    };
    // The statement's own clause overrides those of the tables.
    let in_table = |sql: &str| says(sql, &[&["CONFLICT", "FAIL"]]);
    let tables = case
        .catalogs()
        .into_iter()
        .flat_map(|catalog| &catalog.objects);
    let mut tables = tables.filter(|((kind, _), _)| kind == "table");
    let is_of_table = |object: &SchemaObject, says: &dyn Fn(&str) -> bool| {
        written(&object.table) && object.sql.as_deref().is_some_and(says)
    };
    if tables.any(|(_, table)| is_of_table(table, &in_table)) && !says(sql, &OR) {
        return Some("ON CONFLICT FAIL");
    }
    let in_trigger = |sql: &str| says(sql, &OR_FAIL) || says(sql, &[&["RAISE", "(", "FAIL"]]);
    let mut triggers = case.catalogs().into_iter().flat_map(Catalog::triggers);
    // A trigger that the migration makes and drops again is in neither catalog.
    let mut made = case.migration.statements[..statement.index - 1].iter();
    let is_triggered = triggers.any(|(_, trigger)| is_of_table(trigger, &in_trigger))
        || made.any(|made| {
            made.kind == StatementKind::Create(ObjectType::Trigger)
                && in_trigger(case.migration.sql(made))
        });
    is_triggered.then_some("FAIL in a trigger")
}
