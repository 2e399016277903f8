//! Column affinity: which storage class a column prefers, and what storing a value under it gives.
//!
//! Source: <https://sqlite.org/datatype3.html#determination_of_column_affinity>. Does not look at
//! tables.

use super::value::Value;

/// The five affinities.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Affinity {
    /// prefers text
    Text,
    /// prefers numbers, integers where exact
    Numeric,
    /// as numeric
    Integer,
    /// prefers floats
    Real,
    /// stores what it is given
    Blob,
}

impl Affinity {
    /// A declared type that has it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Text => "TEXT",
            Self::Numeric => "NUMERIC",
            Self::Integer => "INTEGER",
            Self::Real => "REAL",
            Self::Blob => "BLOB",
        }
    }

    /// The affinity of a declared type, by SQLite's five rules in their order.
    pub fn of(declared_type: &str) -> Self {
        let upper = declared_type.to_ascii_uppercase();
        let has = |parts: &[&str]| parts.iter().any(|p| upper.contains(p));
        if has(&["INT"]) {
            Self::Integer
        } else if has(&["CHAR", "CLOB", "TEXT"]) {
            Self::Text
        } else if upper.is_empty() || has(&["BLOB"]) {
            Self::Blob
        } else if has(&["REAL", "FLOA", "DOUB"]) {
            Self::Real
        } else {
            Self::Numeric
        }
    }

    /// The value as a column of this affinity stores it: `'9'` becomes 9 under INTEGER, 9 becomes
    /// `'9'` under TEXT.
    #[must_use]
    pub fn apply(self, value: Value) -> Value {
        match (self, value) {
            (Self::Text, v @ (Value::Integer(_) | Value::Real(_))) => Value::text(&v.spelling()),
            (Self::Integer | Self::Numeric, v) => whole(numeric(v)),
            (Self::Real, v) => match numeric(v) {
                #[expect(
                    clippy::cast_precision_loss,
                    reason = "a REAL column rounds the same way"
                )]
                Value::Integer(i) => Value::Real(i as f64),
                other => other,
            },
            (_, v) => v,
        }
    }
}

/// Text that is a well-formed number becomes it; all else stays.
fn numeric(value: Value) -> Value {
    let Value::Text(bytes) = &value else {
        return value;
    };
    let Ok(text) = std::str::from_utf8(bytes) else {
        return value;
    };
    let text = text.trim_matches([' ', '\t', '\n', '\r', '\x0b', '\x0c']);
    let looks_numeric = text
        .bytes()
        .all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b));
    if let Ok(i) = text.parse::<i64>() {
        return Value::Integer(i);
    }
    match text.parse::<f64>() {
        Ok(r) if looks_numeric => Value::Real(r),
        _ => value,
    }
}

/// A float that is exactly an integer becomes one.
fn whole(value: Value) -> Value {
    match value {
        Value::Real(r) if r.fract() == 0.0 && r.abs() < 9.0e15 =>
        {
            #[expect(
                clippy::cast_possible_truncation,
                reason = "bounded above, and without a fraction"
            )]
            Value::Integer(r as i64)
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stores_what_the_engine_stores() {
        let conn = rusqlite::Connection::open_in_memory().expect("memory database");
        for declared in [
            "INTEGER",
            "TEXT",
            "",
            "BLOB",
            "REAL",
            "NUMERIC",
            "VARCHAR(9)",
            "BIGINT",
            "DOUBLE",
        ] {
            for value in [
                Value::Integer(9),
                Value::text("9"),
                Value::text(" 9 "),
                Value::text("9.5"),
                Value::text("9.0"),
                Value::text("nine"),
                Value::text("1e3"),
                Value::Real(2.0),
                Value::Real(2.5),
                Value::Blob(vec![57]),
                Value::Null,
                Value::text("inf"),
                Value::text(""),
            ] {
                let sql = format!(
                    "CREATE TEMP TABLE t(c {declared}); INSERT INTO t VALUES ({});",
                    value.literal()
                );
                conn.execute_batch(&sql).expect("stores");
                let stored = conn
                    .query_row("SELECT c FROM t", [], |row| {
                        Ok(Value::from(row.get_ref(0)?))
                    })
                    .expect("reads");
                conn.execute_batch("DROP TABLE t").expect("drops");
                assert_eq!(
                    Affinity::of(declared).apply(value.clone()),
                    stored,
                    "{value:?} in {declared:?}"
                );
            }
        }
    }
}
