//! Judging a row by the two images that the hook shows of it: which columns differ, and what tells
//! its owners.
//!
//! Of an update the hook shows the new values before the engine stores them under the affinities of
//! their columns (<https://sqlite.org/datatype3.html#type_affinity>). Where that may make another
//! value of one, the row is not judged here.

use super::batch::{Class, RowImages};
use crate::scope::Op;
use crate::sql::value::same;
use crate::sql::{Affinity, Value};
use rusqlite::types::ValueRef;
use std::hash::{DefaultHasher, Hasher as _};

/// Columns up to which the rows of a table are judged.
pub(super) const COLUMNS: usize = 128;

/// Columns that tell an owner up to which the rows of a table are judged.
pub(super) const TELLING: usize = 4;

/// The cells that tell an owner, in the hook's own memory.
pub(super) type Telling<'v> = [ValueRef<'v>; TELLING];

/// The value that the column will hold, where that is certain.
pub(crate) fn stored(affinity: Affinity, value: ValueRef<'_>) -> Option<ValueRef<'_>> {
    match (affinity, value) {
        // Zero with a sign may be stored as an integer, which has none.
        (_, ValueRef::Real(real)) if is_negative_zero(real) || real.is_nan() => None,
        (_, ValueRef::Null | ValueRef::Blob(_))
        | (Affinity::Blob, _)
        | (Affinity::Text, ValueRef::Text(_))
        | (Affinity::Real, ValueRef::Real(_))
        | (Affinity::Integer | Affinity::Numeric, ValueRef::Integer(_)) => Some(value),
        (Affinity::Integer | Affinity::Numeric, ValueRef::Real(real)) => {
            (real.fract() != 0.0).then_some(value)
        }
        (_, ValueRef::Text(text)) => (!may_be_number(text)).then_some(value),
        #[expect(
            clippy::cast_precision_loss,
            reason = "a REAL column rounds the same way"
        )]
        (Affinity::Real, ValueRef::Integer(integer)) if integer != 0 => {
            Some(ValueRef::Real(integer as f64))
        }
        (Affinity::Real | Affinity::Text, ValueRef::Integer(_) | ValueRef::Real(_)) => None,
    }
}

/// Whether text begins as a number does.
fn may_be_number(text: &[u8]) -> bool {
    let first = text
        .iter()
        .find(|byte| !byte.is_ascii_whitespace() && **byte != 0x0b);
    first.is_some_and(|byte| byte.is_ascii_digit() || b"+-.".contains(byte))
}

/// A cell as the row holds it before, where that is certain: the default that a short record shows
/// in a REAL column comes as it is spelled, and a reader sees a float.
pub(crate) fn held(affinity: Affinity, cell: ValueRef<'_>) -> Option<ValueRef<'_>> {
    let is_as_spelled = match cell {
        ValueRef::Integer(_) => true,
        ValueRef::Real(real) => is_negative_zero(real),
        _ => false,
    };
    (affinity != Affinity::Real || !is_as_spelled).then_some(cell)
}

fn is_negative_zero(real: f64) -> bool {
    real == 0.0 && real.is_sign_negative()
}

/// A cell of a row that begins, where it is certain: a record that another table lent, as `INSERT …
/// SELECT` does where both are alike, may be shorter than the row, and a reader sees the default
/// where the hook shows NULL.
pub(super) fn begun(has_default: bool, cell: ValueRef<'_>) -> Option<ValueRef<'_>> {
    (!has_default || !matches!(cell, ValueRef::Null)).then_some(cell)
}

/// Whether an update left a column as it was, where that is certain.
pub(crate) fn stays(affinity: Affinity, old: ValueRef<'_>, new: ValueRef<'_>) -> Option<bool> {
    Some(same(held(affinity, old)?, stored(affinity, new)?))
}

/// What the images of one row say, still in the hook's own memory.
pub(super) struct Images<'v> {
    pub(crate) op: Op,
    pub(crate) direct: bool,
    pub(crate) before: Telling<'v>,
    pub(crate) after: Telling<'v>,
    /// how many cells of those are used, before and after
    pub(crate) used: (usize, usize),
    pub(crate) differs: u128,
}

impl Images<'_> {
    fn before(&self) -> &[ValueRef<'_>] {
        &self.before[..self.used.0]
    }

    fn after(&self) -> &[ValueRef<'_>] {
        &self.after[..self.used.1]
    }

    /// Whether the row belongs to a class.
    pub(crate) fn fit(&self, class: &Class) -> bool {
        let all = |cells: &[Value], seen: &[ValueRef<'_>]| {
            cells.len() == seen.len()
                && cells
                    .iter()
                    .zip(seen)
                    .all(|(cell, seen)| same(cell.into(), *seen))
        };
        let fits = |images: &RowImages| {
            images.differs == self.differs
                && all(&images.before, self.before())
                && all(&images.after, self.after())
        };
        class.op == self.op
            && class.direct == self.direct
            && class.images.as_ref().is_some_and(fits)
    }

    /// A hash of all that makes the class.
    pub(crate) fn hash(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        hasher.write_u8(u8::from(self.direct));
        hasher.write_u128(self.differs);
        for cell in self.before().iter().chain(self.after()) {
            match cell {
                ValueRef::Null => hasher.write_u8(0),
                ValueRef::Integer(integer) => hasher.write_i64(*integer),
                ValueRef::Real(real) => hasher.write_u64(real.to_bits()),
                ValueRef::Text(bytes) | ValueRef::Blob(bytes) => hasher.write(bytes),
            }
        }
        hasher.finish()
    }

    /// The class that the row belongs to.
    pub(crate) fn class(&self) -> Class {
        let owned = |cells: &[ValueRef<'_>]| cells.iter().map(|cell| Value::from(*cell)).collect();
        let images = RowImages {
            before: owned(self.before()),
            after: owned(self.after()),
            differs: self.differs,
        };
        Class {
            op: self.op,
            direct: self.direct,
            images: Some(images),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::Connection;

    #[test]
    fn what_is_certain_is_what_the_engine_stores() {
        let conn = Connection::open_in_memory().expect("memory database");
        let mut certain = 0;
        for declared in ["INTEGER", "TEXT", "", "BLOB", "REAL", "NUMERIC"] {
            for literal in [
                "9",
                "0",
                "-1",
                "9007199254740993",
                "9223372036854775807",
                "2.5",
                "2.0",
                "-0.0",
                "0.0",
                "1e16",
                "9e999",
                "-1e300",
                "'9'",
                "' 9'",
                "'9x'",
                "'nine'",
                "''",
                "'.5'",
                "'+'",
                "'inf'",
                "'e5'",
                "x'39'",
                "NULL",
                "'\t7'",
                "char(11)||'7'",
                "char(160)||'7'",
            ] {
                let sql = format!(
                    "CREATE TEMP TABLE t(c {declared}); INSERT INTO t VALUES ('old'); UPDATE t \
                    SET c = {literal}"
                );
                conn.execute_batch(&sql).expect("stores");
                let value = |sql: &str| {
                    conn.query_row(sql, [], |row| Ok(Value::from(row.get_ref(0)?)))
                        .expect("reads")
                };
                let (given, held) = (
                    value(&format!("SELECT {literal}")),
                    value("SELECT c FROM t"),
                );
                conn.execute_batch("DROP TABLE t").expect("drops");
                if let Some(stored) = stored(Affinity::of(declared), (&given).into()) {
                    assert!(
                        same(stored, (&held).into()),
                        "{literal} in {declared:?}: {stored:?}, {held:?}"
                    );
                    certain += 1;
                }
            }
        }
        assert!(certain > 90, "{certain} of 156 are certain");
    }
}
