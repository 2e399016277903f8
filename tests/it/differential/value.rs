//! A cell as the checks compare it: by storage class and bits, written apart from the harness's own
//! values.

use rusqlite::types::ValueRef;

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Value {
    Null,
    Integer(i64),
    /// the bits
    Real(u64),
    Text(Vec<u8>),
    Blob(Vec<u8>),
}

impl Value {
    pub(super) fn text(s: &str) -> Self {
        Self::Text(s.as_bytes().to_vec())
    }

    pub(super) fn is_null(&self) -> bool {
        *self == Self::Null
    }

    /// Whether the other is the same number in the other class.
    pub(super) fn is_number_like(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Integer(i), Self::Real(bits)) | (Self::Real(bits), Self::Integer(i)) => {
                Self::Real(*bits).literal().strip_suffix(".0") == Some(&i.to_string())
            }
            _ => false,
        }
    }

    /// Text as it stands; of no use for other classes.
    pub(super) fn spelling(&self) -> String {
        match self {
            Self::Text(bytes) => String::from_utf8_lossy(bytes).into_owned(),
            other => format!("{other:?}"),
        }
    }

    pub(super) fn literal(&self) -> String {
        match self {
            Self::Null => "NULL".to_owned(),
            Self::Integer(i) => i.to_string(),
            Self::Real(bits) => format!("{:?}", f64::from_bits(*bits)),
            Self::Text(bytes) => {
                format!("'{}'", String::from_utf8_lossy(bytes).replace('\'', "''"))
            }
            Self::Blob(bytes) => format!("x{bytes:02x?}"),
        }
    }
}

impl From<ValueRef<'_>> for Value {
    fn from(value: ValueRef<'_>) -> Self {
        match value {
            ValueRef::Null => Self::Null,
            ValueRef::Integer(i) => Self::Integer(i),
            ValueRef::Real(r) => Self::Real(r.to_bits()),
            ValueRef::Text(text) => Self::Text(text.to_vec()),
            ValueRef::Blob(blob) => Self::Blob(blob.to_vec()),
        }
    }
}

impl From<&harness::record::Cell> for Value {
    fn from(cell: &harness::record::Cell) -> Self {
        use harness::sql::Value as Reported;
        match cell.value().expect("nothing is redacted") {
            Reported::Null => Self::Null,
            Reported::Integer(i) => Self::Integer(i),
            Reported::Real(r) => Self::Real(r.to_bits()),
            Reported::Text(text) => Self::Text(text),
            Reported::Blob(blob) => Self::Blob(blob),
        }
    }
}
