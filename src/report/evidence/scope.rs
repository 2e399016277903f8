//! A declared scope in the evidence: where it stands, and what both states say to what must be
//! kept.

use super::cell::{Cell, Cells};
use crate::rehearse::Counted;
use crate::report::{self, phrases};
use crate::scope::Must;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The declared scope of a migration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Scope {
    /// The file that it is declared in: harness.toml, or the migration itself.
    pub path: String,
    /// Its line there, from 1.
    pub line: usize,
    /// The tables that must have as many rows as before.
    pub conserve: Vec<Conserve>,
    /// The queries that must give what is declared.
    pub invariants: Vec<Invariant>,
}

impl Scope {
    pub(super) fn new(scope: &report::ScopeReport) -> Self {
        Self {
            path: scope.declared.file.clone(),
            line: scope.declared.line,
            conserve: scope.conserve.iter().map(Conserve::new).collect(),
            invariants: scope.invariants.iter().map(Invariant::new).collect(),
        }
    }
}

/// A table that must have as many rows as before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Conserve {
    /// Its name.
    pub table: String,
    /// Its rows before; null where they cannot be counted, or the migration did not run through.
    pub before: Option<u64>,
    /// Its rows after; null likewise.
    pub after: Option<u64>,
    /// Whether they are as many; null where the migration did not run through.
    pub held: Option<bool>,
    /// What was counted, or why not, for a person: `3 before, 4 after`; null likewise.
    pub shown: Option<String>,
}

impl Conserve {
    fn new(c: &report::ConserveReport) -> Self {
        let rows = |count: &Counted| {
            if let Counted::Rows(rows) = count {
                Some(*rows)
            } else {
                None
            }
        };
        let told = c.told.as_ref();
        Self {
            table: c.table.clone(),
            before: told.and_then(|(before, ..)| rows(before)),
            after: told.and_then(|(_, after, _)| rows(after)),
            held: told.map(|(.., held)| *held),
            shown: told.map(|(before, after, _)| {
                format!("{} before, {} after", count(before), count(after))
            }),
        }
    }
}

fn count(count: &Counted) -> String {
    match count {
        Counted::Rows(n) => n.to_string(),
        Counted::Missing => "no such table".to_owned(),
        Counted::Failed(reason) => format!("not countable ({reason})"),
    }
}

/// A query that must give what is declared after the migration: `value`, or where that is null what
/// it gave before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Invariant {
    /// Its name.
    pub name: String,
    /// The query.
    pub sql: String,
    /// The value that it must give.
    pub value: Option<Cell>,
    /// `before`, where it must give what it gave before.
    pub equal: Option<String>,
    /// What it gave before; null where the migration did not run through.
    pub before: Option<Answer>,
    /// What it gave after; null likewise.
    pub after: Option<Answer>,
    /// Whether it holds; null likewise.
    pub held: Option<bool>,
}

impl Invariant {
    fn new(i: &report::InvariantReport) -> Self {
        let mut cells = Cells::new(i.hidden);
        let told = i.told.as_ref();
        let (before, after) = told
            .map(|(before, after, _)| {
                (
                    Answer::new(before, &mut cells),
                    Answer::new(after, &mut cells),
                )
            })
            .unzip();
        let (value, equal) = match &i.must {
            Must::Be(value) => (Some(cells.cell(value)), None),
            Must::EqualBefore => (None, Some("before".to_owned())),
        };
        Self {
            name: i.name.clone(),
            sql: i.sql.clone(),
            value,
            equal,
            before,
            after,
            held: told.map(|(.., held)| *held),
        }
    }
}

impl Invariant {
    /// What it gave, for a person: `6 before, 7 after, 6 declared`; `None` where the migration did
    /// not run through.
    pub fn shown(&self) -> Option<String> {
        let declared = match (&self.equal, &self.value) {
            (Some(_), _) => "declared unchanged".to_owned(),
            (None, value) => format!("{} declared", value.as_ref().unwrap_or(&Cell::Null).shown()),
        };
        let (before, after) = self.before.as_ref().zip(self.after.as_ref())?;
        Some(format!(
            "{} before, {} after, {declared}",
            before.shown(),
            after.shown()
        ))
    }
}

/// What a query gave.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Answer {
    /// One value.
    Value(One),
    /// Another number of rows or columns.
    Rows(Shape),
    /// Nothing.
    Failed(Failed),
}

impl Answer {
    fn new(told: &report::Told, cells: &mut Cells) -> Self {
        match told {
            report::Told::Value(value) => Self::Value(One {
                value: cells.cell(value),
            }),
            report::Told::Rows(rows, columns) => Self::Rows(Shape {
                rows: *rows,
                columns: *columns,
            }),
            report::Told::Failed(reason) => Self::Failed(Failed {
                error: reason.clone(),
            }),
        }
    }
}

impl Answer {
    /// `6`, `2 rows of 3 columns`, `fails (no such table: t)`
    fn shown(&self) -> String {
        match self {
            Self::Value(One { value }) => value.shown(),
            Self::Rows(Shape { rows, columns: 1 }) => phrases::rows(*rows as u64),
            Self::Rows(Shape { rows, columns }) => {
                format!("{} of {columns} columns", phrases::rows(*rows as u64))
            }
            Self::Failed(Failed { error }) => format!("fails ({error})"),
        }
    }
}

/// One row of one column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct One {
    /// Its value.
    pub value: Cell,
}

/// Another number of rows or columns.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Shape {
    /// How many rows.
    pub rows: usize,
    /// How many columns.
    pub columns: usize,
}

/// A query that the state cannot answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Failed {
    /// Why.
    pub error: String,
}
