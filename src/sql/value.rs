//! A value of one of SQLite's five storage classes, how it is spelled and how it compares.
//!
//! Source: <https://sqlite.org/datatype3.html>. Two values are equal only if class and bits are:
//! INTEGER 1, REAL 1.0 and TEXT '1' are three values. Does not convert; see [`super::affinity`].

use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};
use std::cmp::Ordering;
use std::fmt::Write as _;

/// One cell. Text keeps its bytes: a database may hold text that is not UTF-8.
#[derive(Debug, Clone)]
pub enum Value {
    /// NULL
    Null,
    /// a 64-bit integer
    Integer(i64),
    /// a 64-bit float, never NaN (SQLite stores NaN as NULL)
    Real(f64),
    /// text, usually UTF-8
    Text(Vec<u8>),
    /// bytes
    Blob(Vec<u8>),
}

/// The longest literal in a sentence, in characters.
pub const SHOWN: usize = 60;

impl Value {
    /// Text from a Rust string.
    pub fn text(s: &str) -> Self {
        Self::Text(s.as_bytes().to_vec())
    }

    /// Whether this is NULL.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The SQL literal that evaluates to exactly this value: `NULL`, `9`, `1.0`, `'it''s'`,
    /// `X'00FF'`.
    pub fn literal(&self) -> String {
        match self {
            Self::Null => "NULL".to_owned(),
            Self::Integer(i) => i.to_string(),
            Self::Real(r) if r.is_finite() => format!("{r:?}"),
            Self::Real(r) => if *r > 0.0 { "9e999" } else { "-9e999" }.to_owned(),
            Self::Blob(b) => format!("X'{}'", hex(b)),
            Self::Text(t) => match std::str::from_utf8(t) {
                Ok(s) if !s.contains('\0') => format!("'{}'", s.replace('\'', "''")),
                _ => format!("CAST(X'{}' AS TEXT)", hex(t)),
            },
        }
    }

    /// The text or blob that a text is as an SQL literal: `'it''s'`, `X'00FF'`.
    pub fn quoted(literal: &str) -> Option<Self> {
        let inner = |from: usize| literal.get(from..literal.len().checked_sub(1)?);
        let value = match literal.as_bytes().first()? {
            b'\'' => Self::text(&inner(1)?.replace("''", "'")),
            b'X' | b'x' => {
                let hex = inner(2)?;
                let byte = |at: usize| u8::from_str_radix(hex.get(at..at + 2)?, 16).ok();
                Self::Blob((0..hex.len()).step_by(2).map(byte).collect::<Option<_>>()?)
            }
            _ => return None,
        };
        let is_it = value.literal().eq_ignore_ascii_case(literal);
        is_it.then_some(value)
    }

    /// The literal on one line, cut where it is long: for sentences.
    pub fn shown(&self) -> String {
        let head = self.head();
        let literal = head.literal().replace('\r', "\\r").replace('\n', "\\n");
        match literal.char_indices().nth(SHOWN) {
            Some((at, _)) => format!("{}…", &literal[..at]),
            None if head == *self => literal,
            None => format!("{literal}…"),
        }
    }

    /// As much of the value as is shown, or a little more.
    fn head(&self) -> Self {
        let cut = |bytes: &[u8]| bytes[..bytes.len().min(4 * SHOWN)].to_vec();
        match self {
            Self::Text(text) => match std::str::from_utf8(text) {
                Ok(text) => Self::text(&text.chars().take(SHOWN).collect::<String>()),
                Err(_) => Self::Text(cut(text)),
            },
            Self::Blob(blob) => Self::Blob(cut(blob)),
            other => other.clone(),
        }
    }

    /// The value as a person writes it, without quotes; NULL and blobs as their literal. Two values
    /// may share a spelling.
    pub fn spelling(&self) -> String {
        match self {
            Self::Text(t) => String::from_utf8_lossy(t).into_owned(),
            other => other.literal(),
        }
    }
}

/// SQLite's own order (`ORDER BY … COLLATE BINARY` in a UTF-8 database), under which 1 and 1.0 tie.
pub fn engine_order(a: ValueRef<'_>, b: ValueRef<'_>) -> Ordering {
    match (a, b) {
        (ValueRef::Integer(x), ValueRef::Integer(y)) => x.cmp(&y),
        (ValueRef::Real(x), ValueRef::Real(y)) => x.partial_cmp(&y).unwrap_or(Ordering::Equal),
        (ValueRef::Integer(x), ValueRef::Real(y)) => integer_against_real(x, y),
        (ValueRef::Real(x), ValueRef::Integer(y)) => integer_against_real(y, x).reverse(),
        (ValueRef::Text(x), ValueRef::Text(y)) | (ValueRef::Blob(x), ValueRef::Blob(y)) => x.cmp(y),
        _ => class(a).cmp(&class(b)),
    }
}

/// Whether two values are one: of the same class, with the same bits.
pub fn same(a: ValueRef<'_>, b: ValueRef<'_>) -> bool {
    match (a, b) {
        (ValueRef::Null, ValueRef::Null) => true,
        (ValueRef::Integer(a), ValueRef::Integer(b)) => a == b,
        (ValueRef::Real(a), ValueRef::Real(b)) => a.to_bits() == b.to_bits(),
        (ValueRef::Text(a), ValueRef::Text(b)) | (ValueRef::Blob(a), ValueRef::Blob(b)) => a == b,
        _ => false,
    }
}

/// How SQLite orders values of different classes: NULL, numbers, text, blobs.
fn class(value: ValueRef<'_>) -> u8 {
    match value {
        ValueRef::Null => 0,
        ValueRef::Integer(_) | ValueRef::Real(_) => 1,
        ValueRef::Text(_) => 2,
        ValueRef::Blob(_) => 3,
    }
}

/// Exact comparison, without rounding the integer to a float (`sqlite3IntFloatCompare`).
fn integer_against_real(i: i64, r: f64) -> Ordering {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    if r >= LIMIT {
        return Ordering::Less;
    }
    if r < -LIMIT {
        return Ordering::Greater;
    }
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the two bounds above keep r inside i64"
    )]
    let whole = r.trunc() as i64;
    i.cmp(&whole)
        .then_with(|| 0.0_f64.partial_cmp(&r.fract()).unwrap_or(Ordering::Equal))
}

impl Ord for Value {
    fn cmp(&self, other: &Self) -> Ordering {
        engine_order(self.into(), other.into()).then_with(|| match (self, other) {
            (Self::Integer(_), Self::Real(_)) => Ordering::Less,
            (Self::Real(_), Self::Integer(_)) => Ordering::Greater,
            (Self::Real(x), Self::Real(y)) => x.to_bits().cmp(&y.to_bits()),
            _ => Ordering::Equal,
        })
    }
}

impl PartialOrd for Value {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        same(self.into(), other.into())
    }
}

impl Eq for Value {}

impl std::hash::Hash for Value {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        class(self.into()).hash(state);
        match self {
            Self::Null => {}
            Self::Integer(i) => i.hash(state),
            Self::Real(r) => r.to_bits().hash(state),
            Self::Text(b) | Self::Blob(b) => b.hash(state),
        }
    }
}

impl From<ValueRef<'_>> for Value {
    fn from(v: ValueRef<'_>) -> Self {
        match v {
            ValueRef::Null => Self::Null,
            ValueRef::Integer(i) => Self::Integer(i),
            ValueRef::Real(r) => Self::Real(r),
            ValueRef::Text(t) => Self::Text(t.to_vec()),
            ValueRef::Blob(b) => Self::Blob(b.to_vec()),
        }
    }
}

impl<'v> From<&'v Value> for ValueRef<'v> {
    fn from(v: &'v Value) -> Self {
        match v {
            Value::Null => Self::Null,
            Value::Integer(i) => Self::Integer(*i),
            Value::Real(r) => Self::Real(*r),
            Value::Text(t) => Self::Text(t),
            Value::Blob(b) => Self::Blob(b),
        }
    }
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(self.into()))
    }
}

/// Bytes as upper-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut out, b| {
            let _ = write!(out, "{b:02X}");
            out
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples() -> Vec<Value> {
        let mut all = vec![
            Value::Null,
            Value::Blob(vec![0, 255]),
            Value::Blob(vec![]),
            Value::Text(vec![0xff, 0, 0x41]),
        ];
        all.extend([0, 1, -1, i64::MAX, i64::MIN, (1 << 53) + 1].map(Value::Integer));
        all.extend(
            [
                1.0,
                -0.5,
                1e300,
                f64::INFINITY,
                f64::NEG_INFINITY,
                9_007_199_254_740_992.0,
            ]
            .map(Value::Real),
        );
        all.extend(["", "it's", "1", "line\nbreak", "\u{1f600}"].map(Value::text));
        all
    }

    #[test]
    fn a_literal_evaluates_to_the_value_it_spells() {
        let conn = rusqlite::Connection::open_in_memory().expect("memory database");
        for value in samples() {
            let sql = format!("SELECT {}", value.literal());
            let got = conn.query_row(&sql, [], |row| Ok(Value::from(row.get_ref(0)?)));
            assert_eq!(got.expect("a literal evaluates"), value, "{sql}");
        }
    }

    #[test]
    fn the_order_is_the_engines() {
        let conn = rusqlite::Connection::open_in_memory().expect("memory database");
        for a in samples() {
            for b in samples() {
                if a.is_null() || b.is_null() {
                    continue;
                }
                let less: bool = conn
                    .query_row("SELECT ?1 < ?2", [&a, &b], |row| row.get(0))
                    .expect("compares");
                assert_eq!(
                    engine_order((&a).into(), (&b).into()) == Ordering::Less,
                    less,
                    "{a:?} < {b:?}"
                );
            }
        }
    }
}
