//! The configuration's own queries — tenants, labels, applied migrations — run on the state before, read-only.

use crate::sql::{Value, message, split};
use rusqlite::Connection;

/// Why a query of the configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    /// the engine refuses it
    #[error("{}", message(.0))]
    Sqlite(#[from] rusqlite::Error),
    /// it is not one SELECT
    #[error("it must be one SELECT")]
    NotOneSelect,
    /// it returns another number of columns
    #[error("it returns {found} columns, not {wanted}")]
    Columns {
        /// how many it returns
        found: usize,
        /// how many it should return
        wanted: usize,
    },
}

/// The values of a query of one column.
///
/// # Errors
/// When it is not one SELECT of one column, or fails.
pub fn column(conn: &Connection, sql: &str) -> Result<Vec<Value>, QueryError> {
    rows::<1>(conn, sql).map(|rows| rows.into_iter().map(|[value]| value).collect())
}

/// The rows of a query of two columns.
///
/// # Errors
/// When it is not one SELECT of two columns, or fails.
pub fn pairs(conn: &Connection, sql: &str) -> Result<Vec<[Value; 2]>, QueryError> {
    rows::<2>(conn, sql)
}

fn rows<const N: usize>(conn: &Connection, sql: &str) -> Result<Vec<[Value; N]>, QueryError> {
    if split::statements(sql).count() != 1 {
        return Err(QueryError::NotOneSelect);
    }
    let mut statement = conn.prepare(sql)?;
    if !statement.readonly() || statement.column_count() == 0 {
        return Err(QueryError::NotOneSelect);
    }
    if statement.column_count() != N {
        return Err(QueryError::Columns { found: statement.column_count(), wanted: N });
    }
    let rows = statement.query_map([], |row| {
        let mut values = [const { Value::Null }; N];
        for (at, value) in values.iter_mut().enumerate() {
            *value = Value::from(row.get_ref(at)?);
        }
        Ok(values)
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
