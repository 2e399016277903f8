//! The two images of a row that the hook shows: which columns differ, and what tells the owners.
//!
//! The hook shows the new values of an update before the engine applies the affinities of their
//! columns (<https://sqlite.org/datatype3.html#type_affinity>). Where an affinity may change a value,
//! the images are not certain, and the row is read again later.

use super::batch::{Class, RowImages};
use crate::scope::Op;
use crate::sql::value::same;
use crate::sql::{Affinity, Value};
use rusqlite::types::ValueRef;

/// The most columns of a table whose images are read.
pub(super) const COLUMNS: usize = 128;

/// The most columns that tell an owner in a table whose images are read.
pub(super) const TELLING: usize = 4;

/// The cells that tell an owner, in the memory of the hook.
type OwnerCells<'v> = [ValueRef<'v>; TELLING];

/// The value that the column will hold; `None` where that is not certain.
pub(super) fn stored(affinity: Affinity, value: ValueRef<'_>) -> Option<ValueRef<'_>> {
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

/// Whether a text begins like a number.
fn may_be_number(text: &[u8]) -> bool {
    let first = text
        .iter()
        .find(|byte| !byte.is_ascii_whitespace() && **byte != 0x0b);
    first.is_some_and(|byte| byte.is_ascii_digit() || b"+-.".contains(byte))
}

/// A cell as the row holds it before; `None` where that is not certain. A short record shows the
/// default of a REAL column as it is spelled, where a reader sees a float.
pub(super) fn held(affinity: Affinity, cell: ValueRef<'_>) -> Option<ValueRef<'_>> {
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

/// A cell of a row that begins; `None` where it is not certain. `INSERT … SELECT` between two like
/// tables copies records, and in a record shorter than the row the hook shows NULL where a reader
/// sees the default.
pub(super) fn begun(has_default: bool, cell: ValueRef<'_>) -> Option<ValueRef<'_>> {
    (!has_default || !matches!(cell, ValueRef::Null)).then_some(cell)
}

/// What the images of one row say, still in the memory of the hook.
pub(super) struct Images<'v> {
    op: Op,
    direct: bool,
    pub(super) before: OwnerCells<'v>,
    pub(super) after: OwnerCells<'v>,
    /// how many cells of those are used, before and after
    used: (usize, usize),
    /// the columns that differ, as bits
    pub(super) differs: u128,
}

impl Images<'_> {
    /// Images without a value, with this many cells that tell an owner.
    pub(super) fn new(op: Op, direct: bool, owner: usize) -> Self {
        let used = |missing: Op| if op == missing { 0 } else { owner };
        Self {
            op,
            direct,
            before: [ValueRef::Null; TELLING],
            after: [ValueRef::Null; TELLING],
            used: (used(Op::Insert), used(Op::Delete)),
            differs: 0,
        }
    }

    /// The cells that are used, before and after.
    fn cells(&self) -> (&[ValueRef<'_>], &[ValueRef<'_>]) {
        (&self.before[..self.used.0], &self.after[..self.used.1])
    }

    /// Whether the row belongs to a class.
    pub(crate) fn fit(&self, class: &Class) -> bool {
        let (before, after) = self.cells();
        let fits = |images: &RowImages| {
            images.differs == self.differs
                && are_same(&images.before, before)
                && are_same(&images.after, after)
        };
        class.op == self.op
            && class.direct == self.direct
            && class.images.as_ref().is_some_and(fits)
    }

    /// The class that the row belongs to.
    pub(crate) fn class(&self) -> Class {
        let (before, after) = self.cells();
        let owned = |cells: &[ValueRef<'_>]| cells.iter().map(|cell| Value::from(*cell)).collect();
        Class {
            op: self.op,
            direct: self.direct,
            images: Some(RowImages {
                before: owned(before),
                after: owned(after),
                differs: self.differs,
            }),
        }
    }
}

/// Whether the hook shows these cells.
fn are_same(cells: &[Value], seen: &[ValueRef<'_>]) -> bool {
    cells.len() == seen.len()
        && cells
            .iter()
            .zip(seen)
            .all(|(cell, seen)| same(cell.into(), *seen))
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
