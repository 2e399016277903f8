//! A declared scope: where it is declared, and what both states say to what must be kept.

use super::cell::Cell;
use super::claim::RowClaim;
use crate::hidden::Hidden;
use crate::rehearse::{self, Counted};
use crate::scope::{self, Must};
use crate::verdict::{self, Case};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The declared scope of a migration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Scope {
    /// The file that it is declared in: harness.toml, or the migration itself.
    pub path: String,
    /// Its line there, from 1.
    pub line: usize,
    /// The tables that must have as many rows as before.
    pub conserve: Vec<Conserve>,
    /// The queries that must give what is declared.
    pub invariants: Vec<Invariant>,
    /// What is declared of the rows themselves, by table and operation.
    #[serde(default)]
    pub claims: Vec<RowClaim>,
}

/// A table that must have as many rows as before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
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

/// A query that must give what is declared after the migration: `value`, or where that is null what
/// it gave before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
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

/// One row of one column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct One {
    /// Its value.
    pub value: Cell,
}

/// Another number of rows or columns.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Shape {
    /// How many rows.
    pub rows: usize,
    /// How many columns.
    pub columns: usize,
}

/// A query that the state cannot answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Failed {
    /// Why.
    pub error: String,
}

impl Scope {
    /// The declared scope of a case, where there is one.
    pub(super) fn of(case: Case<'_>, hidden: &Hidden) -> Option<Self> {
        let scope = case.scope?.expected;
        let conserve = scope.conserve.iter().enumerate().map(|(at, table)| {
            let kept = case
                .kept
                .map(|kept| (&kept.before.counts[at], &kept.after.counts[at]));
            Conserve::of(table, kept, hidden)
        });
        let invariants = scope.invariants.iter().enumerate().map(|(at, invariant)| {
            let kept = case.kept;
            let kept = kept.map(|kept| (&kept.before.invariants[at], &kept.after.invariants[at]));
            Invariant::of(invariant, kept, hidden)
        });
        Some(Self {
            path: scope.declared.file.clone(),
            line: scope.declared.line,
            conserve: conserve.collect(),
            invariants: invariants.collect(),
            claims: scope
                .claims()
                .flat_map(|(table, op, claim)| RowClaim::all(case, hidden, (table, op), claim))
                .collect(),
        })
    }

    /// Where it is declared: `harness.toml:17`.
    pub fn place(&self) -> String {
        format!("{}:{}", self.path, self.line)
    }
}

impl Conserve {
    fn of(table: &str, counted: Option<(&Counted, &Counted)>, hidden: &Hidden) -> Self {
        let rows = |counted: &Counted| match counted {
            Counted::Rows(rows) => Some(*rows),
            Counted::Missing | Counted::Failed(_) => None,
        };
        let count = |counted| count(counted, hidden);
        let shown = |(before, after)| format!("{} before, {} after", count(before), count(after));
        Self {
            table: table.to_owned(),
            before: counted.and_then(|(before, _)| rows(before)),
            after: counted.and_then(|(_, after)| rows(after)),
            held: counted.map(|(before, after)| verdict::is_conserved(before, after)),
            shown: counted.map(shown),
        }
    }
}

fn count(count: &Counted, hidden: &Hidden) -> String {
    match count {
        Counted::Rows(n) => n.to_string(),
        Counted::Missing => "no such table".to_owned(),
        Counted::Failed(reason) => format!("not countable ({})", hidden.message(reason)),
    }
}

/// `1 row`, `6 rows`
fn rows(n: usize) -> String {
    format!("{n} row{}", if n == 1 { "" } else { "s" })
}

/// What the query of an invariant gave in one state, or why it gave nothing.
type QueryResult = Result<rehearse::Answer, String>;

impl Invariant {
    fn of(
        invariant: &scope::Invariant,
        given: Option<(&QueryResult, &QueryResult)>,
        hidden: &Hidden,
    ) -> Self {
        let (value, equal) = match &invariant.must {
            Must::Be(value) => (Some(value.into()), None),
            Must::EqualBefore => (None, Some("before".to_owned())),
        };
        Self {
            name: invariant.name.clone(),
            sql: hidden.text(&invariant.sql),
            value,
            equal,
            before: given.map(|(before, _)| Answer::of(before, hidden)),
            after: given.map(|(_, after)| Answer::of(after, hidden)),
            held: given.map(|(before, after)| verdict::holds(&invariant.must, before, after)),
        }
    }

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

    /// Its cells: what it gave before and after, and what it must give.
    pub(super) fn cells_mut(&mut self) -> impl Iterator<Item = &mut Cell> {
        let answers = [&mut self.before, &mut self.after].into_iter().flatten();
        let given = answers.filter_map(|answer| match answer {
            Answer::Value(One { value }) => Some(value),
            Answer::Rows(_) | Answer::Failed(_) => None,
        });
        given.chain(&mut self.value)
    }
}

impl Answer {
    fn of(given: &QueryResult, hidden: &Hidden) -> Self {
        match given {
            Ok(answer) => match answer.value() {
                Some(value) => Self::Value(One {
                    value: value.into(),
                }),
                None => Self::Rows(Shape {
                    rows: answer.rows.len(),
                    columns: answer.columns,
                }),
            },
            Err(error) => Self::Failed(Failed {
                error: hidden.message(error),
            }),
        }
    }

    /// `6`, `2 rows of 3 columns`, `fails (no such table: t)`
    fn shown(&self) -> String {
        match self {
            Self::Value(One { value }) => value.shown(),
            Self::Rows(Shape {
                rows: n,
                columns: 1,
            }) => rows(*n),
            Self::Rows(Shape { rows: n, columns }) => format!("{} of {columns} columns", rows(*n)),
            Self::Failed(Failed { error }) => format!("fails ({error})"),
        }
    }
}
