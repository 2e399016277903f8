//! The queries of the author — tenants, labels, applied migrations, invariants — run on one state,
//! read-only.

use super::rows::cells;
use crate::rehearse::engine::{STEPS, without_quoted_strings};
use crate::sql::{Value, Words, message, split};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, Statement};
use std::time::{Duration, Instant};

/// Why a query of the configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    /// the engine refuses it
    #[error("{}", message(.0))]
    Sqlite(#[from] rusqlite::Error),
    /// it is not one SELECT
    #[error("it must be one SELECT")]
    NotOneSelect,
    /// it holds a NUL, at which the engine would stop reading
    #[error("it holds a NUL character, at which SQLite stops reading")]
    Nul,
    /// it has parameters, which nothing binds
    #[error("it has parameters, and nothing binds them")]
    Parameters,
    /// it gives other rows each time, or in another order
    #[error("{0}")]
    Varies(&'static str),
    /// it is no condition
    #[error("{0}")]
    NotOneExpression(String),
    /// it names a row that the operation does not have
    #[error("{0}")]
    NoSuchRow(&'static str),
    /// it gives more than is compared
    #[error("it gives more than {MOST_ROWS} rows or {} MiB: let it aggregate them", MOST_BYTES >> 20)]
    TooMuch,
    /// it took longer than a statement may
    #[error("it took longer than {0} seconds, the limit")]
    TooLong(f64),
    /// it does not select a key
    #[error("it must select the key of the rows by name, `{wanted}`, and selects `{found}`")]
    Key {
        /// the columns of the key
        wanted: String,
        /// the columns that it returns
        found: String,
    },
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
    let mut statement = select(conn, sql)?;
    if statement.column_count() != N {
        return Err(QueryError::Columns {
            found: statement.column_count(),
            wanted: N,
        });
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

/// The whole answer of a query.
///
/// # Errors
/// When it is not one SELECT, fails, or gives more than is compared.
pub(crate) fn answer(conn: &Connection, sql: &str) -> Result<Answer, QueryError> {
    let mut statement = select(conn, sql)?;
    let mut answer = Answer {
        columns: statement.column_count(),
        rows: Vec::new(),
        is_ordered: orders(sql),
    };
    let (mut found, mut bytes) = (statement.raw_query(), 0);
    while let Some(row) = found.next()? {
        let values = cells(row, 0, answer.columns)?;
        bytes += values.iter().map(size).sum::<usize>();
        if answer.rows.len() == MOST_ROWS || bytes > MOST_BYTES {
            return Err(QueryError::TooMuch);
        }
        answer.rows.push(values);
    }
    Ok(answer)
}

/// What a query of several rows gave.
#[derive(Debug, Clone)]
pub struct Answer {
    /// how many columns
    pub columns: usize,
    /// its rows, in the order of the query
    pub rows: Vec<Vec<Value>>,
    /// whether the query says in which order
    pub is_ordered: bool,
}

impl Answer {
    /// Its value, if it is one row of one column.
    pub fn value(&self) -> Option<&Value> {
        match &self.rows[..] {
            [row] if self.columns == 1 => row.first(),
            _ => None,
        }
    }
}

/// The most rows of an answer that are compared.
const MOST_ROWS: usize = 10_000;

/// The most bytes of an answer that are compared.
const MOST_BYTES: usize = 16 << 20;

fn size(value: &Value) -> usize {
    match value {
        Value::Text(bytes) | Value::Blob(bytes) => bytes.len(),
        Value::Null | Value::Integer(_) | Value::Real(_) => 8,
    }
}

/// Whether a query has an ORDER BY of its own, outside parentheses.
fn orders(sql: &str) -> bool {
    let words = Words::of(sql);
    (1..words.len())
        .any(|at| words.depth(at) == 0 && words.is_word(at - 1, "ORDER") && words.is_word(at, "BY"))
}

/// Prepares a query that can do nothing but read.
///
/// # Errors
/// When it is not one SELECT without parameters, or the engine refuses it.
pub(crate) fn select<'c>(conn: &'c Connection, sql: &str) -> Result<Statement<'c>, QueryError> {
    if sql.contains('\0') {
        return Err(QueryError::Nul);
    }
    let reads = Words::of(sql).is_word_of(0, &["SELECT", "VALUES", "WITH"]);
    if split::statements(sql).count() != 1 || !reads {
        return Err(QueryError::NotOneSelect);
    }
    let statement = unquoted(conn, sql)?;
    if !statement.readonly() || statement.column_count() == 0 {
        return Err(QueryError::NotOneSelect);
    }
    if statement.parameter_count() > 0 {
        return Err(QueryError::Parameters);
    }
    Ok(statement)
}

/// Prepares text of the author. A double-quoted name is a column here: as a string, a misspelt one
/// would compare with nothing and test nothing.
///
/// # Errors
/// The engine's.
pub(crate) fn unquoted<'c>(conn: &'c Connection, sql: &str) -> rusqlite::Result<Statement<'c>> {
    let prepare = || conn.prepare(sql);
    without_quoted_strings(conn, DbConfig::SQLITE_DBCONFIG_DQS_DML, prepare)?
}

/// Reads on `conn`, and interrupts what takes longer than `limit`.
///
/// # Errors
/// Those of `work`.
pub fn within<T>(
    conn: &mut Connection,
    limit: Duration,
    work: impl FnOnce(&Connection) -> Result<T, QueryError>,
) -> Result<T, QueryError> {
    if let Some(until) = Instant::now().checked_add(limit) {
        conn.progress_handler(STEPS, Some(move || Instant::now() > until))?;
    }
    let done = work(conn);
    conn.progress_handler(0, None::<fn() -> bool>)?;
    done.map_err(|error| match &error {
        QueryError::Sqlite(e) if e.sqlite_error_code() == Some(ErrorCode::OperationInterrupted) => {
            QueryError::TooLong(limit.as_secs_f64())
        }
        _ => error,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_inside_parentheses_is_not_the_querys_own() {
        assert!(orders("SELECT a FROM t ORDER BY a"));
        assert!(orders("SELECT a FROM (SELECT 1) order /* */ by (a)"));
        assert!(!orders("SELECT a, sum(b) OVER (ORDER BY a) FROM t"));
        assert!(!orders(
            "SELECT \"order\", by FROM t GROUP BY a -- ORDER BY"
        ));
    }

    #[test]
    fn only_queries_that_read_are_taken() {
        let mut conn = Connection::open_in_memory().expect("a database");
        conn.execute_batch("CREATE TABLE t(a)").expect("a table");
        let wrong = [
            "",
            "SELECT 1; SELECT 2",
            "DELETE FROM t",
            "PRAGMA journal_mode",
            "BEGIN",
            "WITH q AS (SELECT 1) DELETE FROM t RETURNING a",
        ];
        for sql in wrong {
            assert!(
                matches!(answer(&conn, sql), Err(QueryError::NotOneSelect)),
                "{sql}"
            );
        }
        assert!(matches!(
            answer(&conn, "SELECT :a"),
            Err(QueryError::Parameters)
        ));
        assert!(matches!(
            answer(&conn, "SELECT 0 \0 FROM nothing"),
            Err(QueryError::Nul)
        ));
        assert!(
            answer(&conn, "SELECT count(*) FROM t WHERE \"b\" = 1")
                .is_err_and(|e| e.to_string().contains("no such column: \"b\""))
        );
        assert_eq!(
            answer(&conn, "WITH q AS (SELECT 6) SELECT * FROM q;")
                .expect("an answer")
                .value(),
            Some(&Value::Integer(6))
        );
        let endless = "WITH RECURSIVE q(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM q) SELECT ";
        assert!(matches!(
            answer(&conn, &format!("{endless} n FROM q")),
            Err(QueryError::TooMuch)
        ));
        let timed = within(&mut conn, Duration::from_millis(20), |conn| {
            answer(conn, &format!("{endless} count(*) FROM q"))
        });
        assert!(matches!(timed, Err(QueryError::TooLong(_))));
        assert!(
            answer(&conn, "SELECT zeroblob(16777216), 1")
                .is_err_and(|e| matches!(e, QueryError::TooMuch))
        );
    }
}
