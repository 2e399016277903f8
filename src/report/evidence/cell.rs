//! Rows and cells in the evidence.

use crate::change;
use crate::hidden::{self, Numbers};
use crate::sql::Value;
use crate::sql::value::{SHOWN, hex};
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Bytes of a BLOB that are kept.
const SHOWN_BYTES: usize = 32;

/// The cells of a row, or some of them, by the names of their columns, in the table's order.
pub type Row = IndexMap<String, Cell>;

/// The value of a cell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Cell {
    /// NULL
    Null,
    /// INTEGER
    Integer(i64),
    /// REAL
    Real(f64),
    /// TEXT
    Text(String),
    /// REAL that JSON cannot spell
    Spelled(Spelled),
    /// BLOB
    Blob(Blob),
    /// TEXT that is not UTF-8
    Broken(Broken),
    /// a value that the configuration keeps out of every report
    Redacted(Redacted),
}

/// A REAL that JSON cannot spell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Spelled {
    /// Its SQL literal: `9e999` or `-9e999`.
    #[schemars(regex(pattern = "^-?9e999$"))]
    pub real: String,
}

/// A BLOB.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Blob {
    /// Its first bytes, 32 at most, as upper-case hexadecimal.
    #[schemars(regex(pattern = "^([0-9A-F]{2}){0,32}$"))]
    pub blob: String,
    /// How many bytes it has.
    pub bytes: usize,
}

/// Text that is not UTF-8.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Broken {
    /// Its first bytes, 32 at most, as upper-case hexadecimal.
    #[schemars(regex(pattern = "^([0-9A-F]{2}){0,32}$"))]
    pub text: String,
    /// How many bytes it has.
    pub bytes: usize,
}

/// A value that the configuration keeps out of every report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Redacted {
    /// A number, from 1: within one sample, two redacted cells are equal exactly where theirs are.
    pub redacted: u32,
}

impl Cell {
    fn new(value: &Value) -> Self {
        let shown = |all: &[u8]| hex(&all[..all.len().min(SHOWN_BYTES)]);
        match value {
            Value::Null => Self::Null,
            Value::Integer(i) => Self::Integer(*i),
            Value::Real(r) if r.is_finite() => Self::Real(*r),
            Value::Real(_) => Self::Spelled(Spelled {
                real: value.literal(),
            }),
            Value::Text(text) => match std::str::from_utf8(text) {
                Ok(text) => Self::Text(text.to_owned()),
                Err(_) => Self::Broken(Broken {
                    text: shown(text),
                    bytes: text.len(),
                }),
            },
            Value::Blob(blob) => Self::Blob(Blob {
                blob: shown(blob),
                bytes: blob.len(),
            }),
        }
    }

    /// The SQL literal on one line, cut where it is long, for sentences; not escaped. A redacted
    /// value says so.
    pub fn shown(&self) -> String {
        match self {
            Self::Null => Value::Null.shown(),
            Self::Integer(i) => Value::Integer(*i).shown(),
            Self::Real(r) => Value::Real(*r).shown(),
            Self::Text(text) => Value::text(text).shown(),
            Self::Spelled(Spelled { real }) => real.clone(),
            Self::Blob(Blob { blob, .. }) => cut(format!("X'{blob}'")),
            Self::Broken(Broken { text, .. }) => cut(format!("CAST(X'{text}' AS TEXT)")),
            Self::Redacted(Redacted { redacted }) => hidden::word(*redacted),
        }
    }
}

/// A literal as [`Value::shown`] cuts it; what the evidence holds of a value is longer than that.
fn cut(literal: String) -> String {
    match literal.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{}…", &literal[..at]),
        None => literal,
    }
}

/// Cells of one sample, all of them hidden or none.
pub(super) struct Cells(Option<Numbers>);

impl Cells {
    pub(super) fn new(is_hidden: bool) -> Self {
        Self(is_hidden.then(Numbers::default))
    }

    pub(super) fn cell(&mut self, value: &Value) -> Cell {
        self.0
            .as_mut()
            .map_or_else(|| Cell::new(value), |numbers| numbered(value, numbers))
    }
}

fn numbered(value: &Value, numbers: &mut Numbers) -> Cell {
    Cell::Redacted(Redacted {
        redacted: numbers.of(value),
    })
}

/// Cells with their names; those of hidden columns have numbers in their place.
pub(super) fn row(cells: &[change::Cell], hidden: &BTreeSet<String>, numbers: &mut Numbers) -> Row {
    let mut cell = |name: &String, value: &Value| {
        if hidden.contains(name) {
            numbered(value, numbers)
        } else {
            Cell::new(value)
        }
    };
    cells
        .iter()
        .map(|(name, value)| (name.clone(), cell(name, value)))
        .collect()
}

/// The names of result columns, each of them another: `a`, `a:1`, as SQLite names the columns of a
/// table that it makes from a query.
pub(super) fn result_names(columns: &[String]) -> Vec<String> {
    let mut names: Vec<String> = Vec::with_capacity(columns.len());
    for column in columns {
        let numbered = (1..).map(|n| format!("{column}:{n}"));
        let free = std::iter::once(column.clone())
            .chain(numbered)
            .find(|name| !names.contains(name));
        names.extend(free);
    }
    names
}

/// Result columns with their values; of each column it is said whether it is hidden.
pub(super) fn result_row(names: &[String], values: &[Value], hidden: &[bool]) -> Row {
    let mut numbers = Numbers::default();
    let cells = values.iter().zip(hidden);
    let cells = cells.map(|(value, is_hidden)| {
        if *is_hidden {
            numbered(value, &mut numbers)
        } else {
            Cell::new(value)
        }
    });
    names.iter().cloned().zip(cells).collect()
}
