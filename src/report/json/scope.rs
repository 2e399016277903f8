//! A declared scope in a JSON report: where it stands, and what both states say to what must be kept.

use super::cell::Cell;
use crate::rehearse::Counted;
use crate::report;
use crate::scope::Must;
use schemars::JsonSchema;
use serde::Serialize;

/// The declared scope of a migration.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct Scope<'a> {
    /// The file that it is declared in: harness.toml, or the migration itself.
    path: &'a str,
    /// Its line there, from 1.
    line: usize,
    /// The tables that must have as many rows as before.
    conserve: Vec<Conserve<'a>>,
    /// The queries that must give what is declared.
    invariants: Vec<Invariant<'a>>,
}

impl<'a> Scope<'a> {
    pub(super) fn new(scope: &'a report::ScopeReport) -> Self {
        Self {
            path: &scope.declared.file,
            line: scope.declared.line,
            conserve: scope.conserve.iter().map(Conserve::new).collect(),
            invariants: scope.invariants.iter().map(Invariant::new).collect(),
        }
    }
}

/// A table that must have as many rows as before.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Conserve<'a> {
    /// Its name.
    table: &'a str,
    /// Its rows before; null where they cannot be counted, or the migration did not run through.
    before: Option<u64>,
    /// Its rows after; null likewise.
    after: Option<u64>,
    /// Whether they are as many; null where the migration did not run through.
    held: Option<bool>,
}

impl<'a> Conserve<'a> {
    fn new(c: &'a report::ConserveReport) -> Self {
        let rows = |count: &Counted| if let Counted::Rows(rows) = count { Some(*rows) } else { None };
        let told = c.told.as_ref();
        Self {
            table: &c.table,
            before: told.and_then(|(before, ..)| rows(before)),
            after: told.and_then(|(_, after, _)| rows(after)),
            held: told.map(|(.., held)| *held),
        }
    }
}

/// A query that must give what is declared after the migration: `value`, or where that is null what it gave before.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Invariant<'a> {
    /// Its name.
    name: &'a str,
    /// The query.
    sql: &'a str,
    /// The value that it must give.
    value: Option<Cell<'a>>,
    /// `before`, where it must give what it gave before.
    equal: Option<&'static str>,
    /// What it gave before; null where the migration did not run through.
    before: Option<Answer<'a>>,
    /// What it gave after; null likewise.
    after: Option<Answer<'a>>,
    /// Whether it holds; null likewise.
    held: Option<bool>,
}

impl<'a> Invariant<'a> {
    fn new(i: &'a report::InvariantReport) -> Self {
        let (value, equal) = match &i.must {
            Must::Be(value) => (Some(Cell::new(value)), None),
            Must::EqualBefore => (None, Some("before")),
        };
        let told = i.told.as_ref();
        Self {
            name: &i.name,
            sql: &i.sql,
            value,
            equal,
            before: told.map(|(before, ..)| Answer::new(before)),
            after: told.map(|(_, after, _)| Answer::new(after)),
            held: told.map(|(.., held)| *held),
        }
    }
}

/// What a query gave.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
enum Answer<'a> {
    /// One value.
    Value(One<'a>),
    /// Another number of rows or columns.
    Rows(Shape),
    /// Nothing.
    Failed(Failed<'a>),
}

impl<'a> Answer<'a> {
    fn new(told: &'a report::Told) -> Self {
        match told {
            report::Told::Value(value) => Self::Value(One { value: Cell::new(value) }),
            report::Told::Rows(rows, columns) => Self::Rows(Shape { rows: *rows, columns: *columns }),
            report::Told::Failed(reason) => Self::Failed(Failed { error: reason }),
        }
    }
}

/// One row of one column.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct One<'a> {
    /// Its value.
    value: Cell<'a>,
}

/// Another number of rows or columns.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Shape {
    /// How many rows.
    rows: usize,
    /// How many columns.
    columns: usize,
}

/// A query that the state cannot answer.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Failed<'a> {
    /// Why.
    error: &'a str,
}
