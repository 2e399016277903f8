//! Rows and cells in a JSON report.

use crate::change;
use crate::sql::Value;
use crate::sql::value::hex;
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Serialize;
use std::borrow::Cow;

/// Bytes of a BLOB that are shown.
const SHOWN_BYTES: usize = 32;

/// The cells of a row, or some of them, by the names of their columns, in the table's order.
pub(super) type Row<'a> = IndexMap<&'a str, Cell<'a>>;

/// The value of a cell.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
pub(super) enum Cell<'a> {
    /// NULL
    Null,
    /// INTEGER
    Integer(i64),
    /// REAL
    Real(f64),
    /// TEXT; or REAL that JSON cannot spell, as its SQL literal: `9e999`, `-9e999`
    Text(Cow<'a, str>),
    /// BLOB
    Blob(Blob),
    /// TEXT that is not UTF-8
    Broken(Broken),
}

/// A BLOB.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct Blob {
    /// Its first bytes, 32 at most, as lower-case hexadecimal.
    #[schemars(regex(pattern = "^([0-9A-F]{2}){0,32}$"))]
    blob: String,
    /// How many bytes it has.
    bytes: usize,
}

/// Text that is not UTF-8.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct Broken {
    /// Its first bytes, 32 at most, as lower-case hexadecimal.
    #[schemars(regex(pattern = "^([0-9A-F]{2}){0,32}$"))]
    text: String,
    /// How many bytes it has.
    bytes: usize,
}

impl<'a> Cell<'a> {
    pub(super) fn new(value: &'a Value) -> Self {
        let shown = |all: &[u8]| hex(&all[..all.len().min(SHOWN_BYTES)]);
        match value {
            Value::Null => Self::Null,
            Value::Integer(i) => Self::Integer(*i),
            Value::Real(r) if r.is_finite() => Self::Real(*r),
            Value::Real(_) => Self::Text(Cow::Owned(value.literal())),
            Value::Text(text) => match std::str::from_utf8(text) {
                Ok(text) => Self::Text(Cow::Borrowed(text)),
                Err(_) => Self::Broken(Broken { text: shown(text), bytes: text.len() }),
            },
            Value::Blob(blob) => Self::Blob(Blob { blob: shown(blob), bytes: blob.len() }),
        }
    }
}

/// Cells with their names.
pub(super) fn row(cells: &[change::Cell]) -> Row<'_> {
    cells.iter().map(|(name, value)| (name.as_str(), Cell::new(value))).collect()
}

/// Result columns with their values.
pub(super) fn result_row<'a>(columns: &'a [String], values: &'a [Value]) -> Row<'a> {
    columns.iter().map(String::as_str).zip(values.iter().map(Cell::new)).collect()
}
