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

/// Words by which a trigger has its statement keep that.
const IN_TRIGGER: [&[&str]; 3] = [OR_FAIL[0], OR_FAIL[1], &["RAISE", "(", "FAIL"]];

/// Words by which a statement says what to do about conflicts.
const OR: [&[&str]; 3] = [&["INSERT", "OR"], &["UPDATE", "OR"], &["REPLACE", "INTO"]];

/// A statement that writes rows.
struct RowWrite<'a> {
    case: Case<'a>,
    run: &'a StatementRun,
    statement: &'a Statement,
}

pub(super) fn findings(case: Case<'_>) -> Vec<Finding> {
    keeping(case)
        .filter(|(write, _)| write.rows() > 1)
        .map(|(write, by)| write.finding(by))
        .collect()
}

/// The first statement that would keep what it wrote, and wrote too little here to show it, with
/// what says so.
pub(super) fn unseen(case: Case<'_>) -> Option<(usize, &'static str)> {
    // The rows of VALUES are as many elsewhere.
    let may_be_more = |write: &RowWrite<'_>| {
        write.statement.kind != StatementKind::Insert || write.run.preview.is_some()
    };
    let mut few = keeping(case).filter(|(write, _)| write.rows() <= 1);
    let (write, by) = few.find(|(write, _)| may_be_more(write))?;
    Some((write.statement.index, by))
}

/// The statements that keep what they wrote if they fail, with what says so; none if a transaction
/// takes that back, or nothing is known.
fn keeping(case: Case<'_>) -> impl Iterator<Item = (RowWrite<'_>, &'static str)> {
    let goes_on = case.facts.regime.on_error == OnError::Continue;
    case.runs()
        .filter(move |_| case.rehearsal.ran_through())
        .filter(move |(run, _)| goes_on || !run.in_transaction)
        .filter(|(_, statement)| statement.kind.writes_rows())
        .filter_map(move |(run, statement)| {
            let write = RowWrite {
                case,
                run,
                statement,
            };
            let by = write.keeps()?;
            Some((write, by))
        })
}

impl RowWrite<'_> {
    fn rows(&self) -> u64 {
        self.run.direct.total() + self.run.indirect.total()
    }

    fn finding(&self, by: &str) -> Finding {
        let at = self.statement.index;
        let message = "a failure within "
            + statement(at)
            + ", which writes "
            + rows(self.rows())
            + ", would leave those that it wrote before: "
            + by
            + " keeps them";
        Finding::new(Code::NotAtomic, message)
            .at(self.case.place(at))
            .help("leave FAIL out, so that the engine takes the whole statement back")
    }

    /// What of the statement, its tables or their triggers says FAIL.
    fn keeps(&self) -> Option<&'static str> {
        let sql = self.case.migration.sql(self.statement);
        if says(sql, &OR_FAIL) {
            Some("OR FAIL")
        } else if self.fails_in_table() && !says(sql, &OR) {
            // The statement's own clause overrides those of the tables.
            Some("ON CONFLICT FAIL")
        } else {
            self.fails_in_trigger().then_some("FAIL in a trigger")
        }
    }

    fn fails_in_table(&self) -> bool {
        self.case
            .catalogs()
            .into_iter()
            .flat_map(|catalog| &catalog.objects)
            .filter(|((kind, _), _)| kind == "table")
            .any(|(_, table)| self.is_said_in(table, &[&["CONFLICT", "FAIL"]]))
    }

    fn fails_in_trigger(&self) -> bool {
        let mut triggers = self.case.catalogs().into_iter().flat_map(Catalog::triggers);
        // A trigger that the migration makes and drops again is in neither catalog.
        let before = self.case.migration.statements[..self.statement.index - 1].iter();
        let is_made = |s: &&Statement| s.kind == StatementKind::Create(ObjectType::Trigger);
        let mut made = before.filter(is_made);
        self.statement.table.is_some()
            && (triggers.any(|(_, trigger)| self.is_said_in(trigger, &IN_TRIGGER))
                || made.any(|made| says(self.case.migration.sql(made), &IN_TRIGGER)))
    }

    /// Whether the text of an object of a written table has one of some sequences of words.
    fn is_said_in(&self, object: &SchemaObject, sequences: &[&[&str]]) -> bool {
        let mut paths = self.run.paths.iter();
        let is_written = self.statement.targets(&object.table)
            || paths.any(|way| ident::same(&way.table, &object.table));
        is_written
            && object
                .sql
                .as_deref()
                .is_some_and(|sql| says(sql, sequences))
    }
}
