//! Rows and cells. In memory a cell has its whole value, of which a saved one shows the first
//! bytes: equal values must get equal numbers where they are redacted.

use crate::change;
use crate::hidden::{self, Numbers};
use crate::sql::Value;
use crate::sql::value::hex;
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Bytes of a BLOB that are saved.
const SAVED: usize = 32;

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
pub struct Spelled {
    /// Its SQL literal: `9e999` or `-9e999`.
    #[schemars(regex(pattern = "^-?9e999$"))]
    pub real: String,
}

/// A BLOB.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Blob {
    /// Its first bytes, 32 at most, as upper-case hexadecimal.
    #[serde(serialize_with = "save", deserialize_with = "read")]
    #[schemars(with = "String", regex(pattern = "^([0-9A-F]{2}){0,32}$"))]
    pub blob: Vec<u8>,
    /// How many bytes it has.
    pub bytes: usize,
}

/// Text that is not UTF-8.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Broken {
    /// Its first bytes, 32 at most, as upper-case hexadecimal.
    #[serde(serialize_with = "save", deserialize_with = "read")]
    #[schemars(with = "String", regex(pattern = "^([0-9A-F]{2}){0,32}$"))]
    pub text: Vec<u8>,
    /// How many bytes it has.
    pub bytes: usize,
}

/// A value that the configuration keeps out of every report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Redacted {
    /// A number, from 1: within one sample, two redacted cells are equal exactly where theirs are.
    pub redacted: u32,
}

fn save<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&hex(&bytes[..bytes.len().min(SAVED)]))
}

fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
    let digits = String::deserialize(from)?;
    let byte = |pair: &[u8]| {
        let pair = std::str::from_utf8(pair).ok()?;
        u8::from_str_radix(pair, 16).ok()
    };
    let bytes: Option<Vec<u8>> = digits.as_bytes().chunks(2).map(byte).collect();
    bytes.ok_or_else(|| D::Error::custom("bytes that are no hexadecimal"))
}

impl From<&Value> for Cell {
    fn from(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Integer(i) => Self::Integer(*i),
            Value::Real(r) if r.is_finite() => Self::Real(*r),
            Value::Real(_) => Self::Spelled(Spelled {
                real: value.literal(),
            }),
            Value::Text(text) => match String::from_utf8(text.clone()) {
                Ok(text) => Self::Text(text),
                Err(error) => Self::Broken(Broken {
                    bytes: text.len(),
                    text: error.into_bytes(),
                }),
            },
            Value::Blob(blob) => Self::Blob(Blob {
                blob: blob.clone(),
                bytes: blob.len(),
            }),
        }
    }
}

impl Cell {
    /// Its value, or the saved bytes of it; `None` where it is redacted.
    pub fn value(&self) -> Option<Value> {
        Some(match self {
            Self::Null => Value::Null,
            Self::Integer(i) => Value::Integer(*i),
            Self::Real(r) => Value::Real(*r),
            Self::Text(text) => Value::text(text),
            Self::Spelled(Spelled { real }) => Value::Real(real.parse().ok()?),
            Self::Blob(Blob { blob, .. }) => Value::Blob(blob.clone()),
            Self::Broken(Broken { text, .. }) => Value::Text(text.clone()),
            Self::Redacted(_) => return None,
        })
    }

    /// The bytes of text and of a BLOB.
    pub(super) fn bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Text(text) => Some(text.as_bytes()),
            Self::Broken(Broken { text: bytes, .. }) | Self::Blob(Blob { blob: bytes, .. }) => {
                Some(bytes)
            }
            Self::Null
            | Self::Integer(_)
            | Self::Real(_)
            | Self::Spelled(_)
            | Self::Redacted(_) => None,
        }
    }

    /// The SQL literal on one line, cut where it is long, for sentences; not escaped. A redacted
    /// value says so.
    pub fn shown(&self) -> String {
        match self {
            Self::Redacted(Redacted { redacted }) => hidden::word(*redacted),
            Self::Spelled(Spelled { real }) => real.clone(),
            other => other.value().unwrap_or(Value::Null).shown(),
        }
    }

    /// Puts a number in the place of the value: equal ones where the values are.
    pub(super) fn redact(&mut self, numbers: &mut Numbers) {
        if let Some(value) = self.value() {
            let redacted = numbers.of(&value);
            *self = Self::Redacted(Redacted { redacted });
        }
    }
}

/// Cells with the names of their columns.
pub(super) fn row(cells: &[change::NamedCell]) -> Row {
    cells
        .iter()
        .map(|(name, value)| (name.clone(), value.into()))
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
