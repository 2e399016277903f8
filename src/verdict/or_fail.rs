//! Findings about statements that are not done whole or not at all: if they fail, FAIL keeps the
//! rows that they wrote before.
//!
//! Source: <https://sqlite.org/lang_conflict.html>. A transaction takes those rows back too, unless
//! the runner goes on after an error.

use super::case::Look;
use super::phrases::rows;
use super::words::says;
use super::{Case, Code, Finding};
use crate::migration::{ObjectType, Statement, StatementKind};
use crate::regime::OnError;
use crate::snapshot::Catalog;
use crate::snapshot::catalog::SchemaObject;
use crate::sql::ident;

/// Words by which a statement keeps what it wrote before it failed.
const OR_FAIL: [&[&str]; 2] = [&["INSERT", "OR", "FAIL"], &["UPDATE", "OR", "FAIL"]];

/// Words by which a trigger has its statement keep that.
const IN_TRIGGER: [&[&str]; 3] = [OR_FAIL[0], OR_FAIL[1], &["RAISE", "(", "FAIL"]];

/// Words by which a statement says what to do about conflicts.
const OR: [&[&str]; 3] = [&["INSERT", "OR"], &["UPDATE", "OR"], &["REPLACE", "INTO"]];

pub(super) fn findings(case: Case<'_>) -> Vec<Finding> {
    keeping(case)
        .filter(|(write, _)| write.rows() > 1)
        .map(|(write, by)| {
            let message = "a failure within "
                + write.named()
                + ", which writes "
                + rows(write.rows())
                + ", would leave those that it wrote before: "
                + by
                + " keeps them";
            Finding::new(Code::NotAtomic, message)
                .at(case.place(write.statement.index))
                .help("leave FAIL out, so that the engine takes the whole statement back")
        })
        .collect()
}

/// The first statement that would keep what it wrote, and wrote too little here to show it, with
/// what says so.
pub(super) fn unseen(case: Case<'_>) -> Option<(Look<'_>, &'static str)> {
    // The rows of VALUES are as many elsewhere.
    let may_be_more = |write: &Look<'_>| {
        write.statement.kind != StatementKind::Insert || write.run.preview.is_some()
    };
    keeping(case).find(|(write, _)| write.rows() <= 1 && may_be_more(write))
}

/// The statements that keep what they wrote if they fail, with what says so; none if a transaction
/// takes that back, or nothing is known.
fn keeping(case: Case<'_>) -> impl Iterator<Item = (Look<'_>, &'static str)> {
    let goes_on = case.facts.regime.on_error == OnError::Continue;
    case.runs()
        .filter(move |_| case.rehearsal.ran_through())
        .filter(move |look| goes_on || !look.run.in_transaction)
        .filter(|look| look.statement.kind.writes_rows())
        .filter_map(|look| Some((look, look.keeps()?)))
}

impl Look<'_> {
    /// What of the statement, its tables or their triggers says FAIL.
    fn keeps(self) -> Option<&'static str> {
        let sql = self.sql();
        let mut objects = self.case.catalogs().into_iter().flat_map(|it| &it.objects);
        let mut is_said_in_table = || {
            objects.any(|((kind, _), table)| {
                kind == "table" && self.is_said_in(table, &[&["CONFLICT", "FAIL"]])
            })
        };
        if says(sql, &OR_FAIL) {
            Some("OR FAIL")
        } else if is_said_in_table() && !says(sql, &OR) {
            // The statement's own clause overrides those of the tables.
            Some("ON CONFLICT FAIL")
        } else {
            self.fails_in_trigger().then_some("FAIL in a trigger")
        }
    }

    fn fails_in_trigger(self) -> bool {
        let mut triggers = self.case.catalogs().into_iter().flat_map(Catalog::triggers);
        // A trigger that the migration makes and drops again is in neither catalog.
        let mut before = self.case.migration.statements[..self.statement.index - 1].iter();
        let is_made = |s: &Statement| s.kind == StatementKind::Create(ObjectType::Trigger);
        self.statement.table.is_some()
            && (triggers.any(|(_, trigger)| self.is_said_in(trigger, &IN_TRIGGER))
                || before.any(|s| is_made(s) && says(self.case.migration.sql(s), &IN_TRIGGER)))
    }

    /// Whether the text of an object of a written table has one of some sequences of words.
    fn is_said_in(self, object: &SchemaObject, sequences: &[&[&str]]) -> bool {
        let mut paths = self.run.paths.iter();
        let is_written = self.statement.targets(&object.table)
            || paths.any(|way| ident::same(&way.table, &object.table));
        let sql = object.sql.as_deref().filter(|_| is_written);
        sql.is_some_and(|sql| says(sql, sequences))
    }
}
