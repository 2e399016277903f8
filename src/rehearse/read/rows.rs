//! Reading rows of one table in one state: by address, or all addresses.

use crate::change::RowAddress;
use crate::snapshot::catalog::Table;
use crate::sql::{Value, ident};
use rusqlite::{Connection, Row, Statement, params_from_iter};

/// The cells of a row, in the order of the table's columns.
pub type Cells = Vec<Value>;

/// `main.t`
pub fn from(table: &Table) -> String {
    ident::qualified("main", &table.name)
}

/// `a, "b c"`
pub fn list<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let names: Vec<String> = names.into_iter().map(ident::quote).collect();
    names.join(", ")
}

/// The columns that address a row of the table; none for a table without an address.
pub fn address_columns(table: &Table) -> Vec<&str> {
    if !table.without_rowid {
        return table.rowid_alias.as_deref().into_iter().collect();
    }
    let key = table.primary_key.iter();
    key.map(|at| &table.columns[*at].name[..]).collect()
}

/// Reads rows of one table by their address.
pub struct ByAddress<'c> {
    statement: Statement<'c>,
    /// the table
    pub table: &'c Table,
}

impl<'c> ByAddress<'c> {
    /// Prepares the read; the table must have an address.
    ///
    /// # Errors
    /// The engine's.
    pub fn new(conn: &'c Connection, table: &'c Table) -> rusqlite::Result<Self> {
        let columns = address_columns(table).into_iter().zip(1..);
        let conditions = columns.map(|(c, at)| format!("{} = ?{at}", ident::quote(c)));
        let conditions: Vec<String> = conditions.collect();
        let sql = format!(
            "SELECT {} FROM {} WHERE {}",
            list(table.column_names()),
            from(table),
            conditions.join(" AND ")
        );
        Ok(Self {
            statement: conn.prepare(&sql)?,
            table,
        })
    }

    /// The row at an address, if there is one.
    ///
    /// # Errors
    /// The engine's.
    pub fn read(&mut self, address: &RowAddress) -> rusqlite::Result<Option<Cells>> {
        let mut rows = match address {
            RowAddress::Rowid(rowid) => self.statement.query([rowid])?,
            RowAddress::Key(values) => self.statement.query(params_from_iter(values.iter()))?,
        };
        rows.next()?
            .map(|row| cells(row, 0, self.table.columns.len()))
            .transpose()
    }
}

/// The address in the first `n` result columns of a row.
///
/// # Errors
/// The engine's.
pub fn address(row: &Row<'_>, table: &Table, n: usize) -> rusqlite::Result<RowAddress> {
    if !table.without_rowid && n == 1 {
        return Ok(RowAddress::Rowid(row.get(0)?));
    }
    Ok(RowAddress::Key(cells(row, 0, n)?.into_boxed_slice()))
}

/// The cells of `n` result columns from `start` on.
///
/// # Errors
/// The engine's.
pub fn cells(row: &Row<'_>, start: usize, n: usize) -> rusqlite::Result<Cells> {
    (start..start + n)
        .map(|at| row.get_ref(at).map(Value::from))
        .collect()
}

/// Whether the plan of a query begins with these words
/// (<https://sqlite.org/eqp.html>).
///
/// # Errors
/// The engine's.
pub fn is_planned_as(conn: &Connection, sql: &str, start: &str) -> rusqlite::Result<bool> {
    let mut plan = conn.prepare(&format!("EXPLAIN QUERY PLAN {sql}"))?;
    let mut rows = plan.raw_query();
    let Some(row) = rows.next()? else {
        return Ok(false);
    };
    let detail = row.get_ref("detail")?.as_str();
    Ok(detail.is_ok_and(|detail| detail.starts_with(start)))
}

/// What the engine opens for a query, as its program says
/// (<https://sqlite.org/opcode.html#OpenRead>): the b-tree of a table or of an index by its root page
/// and the number of its database; `None` for a virtual table, which may read anything.
///
/// # Errors
/// The engine's.
pub fn opened(conn: &Connection, sql: &str) -> rusqlite::Result<Vec<Option<(i64, i64)>>> {
    let mut program = conn.prepare(&format!("EXPLAIN {sql}"))?;
    let mut rows = program.raw_query();
    let mut opened = Vec::new();
    while let Some(row) = rows.next()? {
        match row.get_ref("opcode")?.as_str()? {
            "VOpen" => opened.push(None),
            "OpenRead" => opened.push(Some((row.get("p2")?, row.get("p3")?))),
            _ => {}
        }
    }
    Ok(opened)
}
