//! Whether a row that leads nowhere led nowhere before, by the same values.
//!
//! Which row is the same is what the comparison says: where a table's rows were followed, the row
//! that it began as, or one that ended under the same primary key; else the row of the same primary
//! key or rowid. Without either, the values decide, each for as many rows as had it.

use super::Values;
use super::key::{self, ReferenceKey};
use super::search::Search;
use crate::change::RowAddress;
use crate::diff::join::Join;
use crate::rehearse::{TouchedRow, TouchedRows, read};
use crate::snapshot::catalog::Table;
use crate::sql::{Value, ident};
use rusqlite::{Connection, Row, params_from_iter};
use std::collections::{HashMap, HashSet};

/// A row of the state after that leads nowhere.
pub(super) struct Stray {
    /// its address; `None` in a table whose rows have none
    pub(super) address: Option<RowAddress>,
    /// its primary key
    key: Vec<Value>,
    /// the values that it refers by
    pub(super) values: Vec<Value>,
}

impl Stray {
    /// The results that [`Stray::read`] reads, of a table `c`.
    pub(super) fn results(table: &Table, key: &ReferenceKey) -> String {
        let address = read::address_columns(table).into_iter();
        key::list(address.chain(table.key_columns()).chain(key.names()))
    }

    pub(super) fn read(row: &Row<'_>, table: &Table, key: &ReferenceKey) -> rusqlite::Result<Self> {
        let (addressed, keys) = (read::address_columns(table).len(), table.primary_key.len());
        let has_address = addressed > 0;
        Ok(Self {
            address: has_address
                .then(|| read::address(row, table, addressed))
                .transpose()?,
            key: read::cells(row, addressed, keys)?,
            values: read::cells(row, addressed + keys, key.columns.len())?,
        })
    }
}

/// The rows of the state before that led nowhere.
pub(super) enum Before<'a> {
    /// none: the key could not be used
    Nothing,
    /// rows that stayed at their addresses, unless they were written
    Followed {
        by_address: BeforeLookup<'a>,
        by_key: Option<BeforeLookup<'a>>,
        touched: Option<&'a TouchedRows>,
    },
    /// rows by their primary key
    Keyed(BeforeLookup<'a>),
    /// values, with how many rows had them and are not accounted for
    Values(Values),
}

impl<'a> Before<'a> {
    pub(super) fn open(search: &Search<'a>, was: Option<&ReferenceKey>) -> rusqlite::Result<Self> {
        let (Some(before), Some(was)) = (search.before, was) else {
            return Ok(Self::Nothing);
        };
        let conn = search.states.before;
        let tables = search.tables();
        let lookup = |condition: String| BeforeLookup::new(conn, before, was, &condition);
        let by_key = || lookup(key::same(before.key_columns()));
        let followed = |by_key, touched| {
            Ok(Self::Followed {
                by_address: lookup(key::equal(read::address_columns(before).into_iter()))?,
                by_key,
                touched,
            })
        };
        if search.is_followed(search.child, Some(before)) {
            let by_key = tables.have_same_key().then(by_key).transpose()?;
            return followed(by_key, search.touched(search.child));
        }
        match Join::by_content(search.states, tables, &ident::folded(&search.child.name))? {
            Join::Key(..) => Ok(Self::Keyed(by_key()?)),
            Join::Rowid => followed(None, None),
            Join::Values(..) => Ok(Self::Values(all(conn, before, was)?)),
        }
    }

    /// Whether a row that was not written led nowhere before.
    pub(super) fn has(&mut self, row: &Stray) -> rusqlite::Result<bool> {
        match self {
            Self::Nothing => Ok(false),
            Self::Followed { by_address, .. } => by_address.has_at(row.address.as_ref(), row),
            Self::Keyed(rows) => Ok(rows.find_like(row)?.is_some()),
            Self::Values(left) => {
                let left = left.get_mut(&row.values).filter(|rows| **rows > 0);
                Ok(left.map(|rows| *rows -= 1).is_some())
            }
        }
    }

    /// For each row that was written, whether the row that it was led nowhere before; for one that
    /// began in a followed table, whether a row that ended under the same primary key did, by the
    /// same values.
    pub(super) fn of_written(&mut self, rows: &[Stray]) -> rusqlite::Result<Vec<bool>> {
        let Self::Followed {
            by_address,
            by_key,
            touched: Some(touched),
        } = self
        else {
            return rows.iter().map(|row| self.has(row)).collect();
        };
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let (origins, ended) = (origins(touched, rows), touched.ended());
        let was_stray = |row: &Stray| {
            if let Some(origin) = row.address.as_ref().and_then(|at| origins.get(at)) {
                return by_address.has_at(Some(origin), row);
            }
            let like = match by_key {
                Some(by_key) => by_key.find_like(row)?,
                None => None,
            };
            Ok(like.is_some_and(|address| ended.contains(&address)))
        };
        rows.iter().map(was_stray).collect()
    }
}

/// The address before of each of these rows that was there before, by its address after.
fn origins(touched: &TouchedRows, rows: &[Stray]) -> HashMap<RowAddress, RowAddress> {
    let standing: HashSet<&RowAddress> =
        rows.iter().filter_map(|row| row.address.as_ref()).collect();
    let origin = |row: TouchedRow| {
        let current = row.current.filter(|current| standing.contains(current))?;
        Some((current, row.origin?))
    };
    touched.each().filter_map(origin).collect()
}

/// Reads rows of the state before that led nowhere, one by one by their address or primary key.
pub(super) struct BeforeLookup<'a> {
    statement: rusqlite::Statement<'a>,
    table: &'a Table,
    columns: usize,
}

impl<'a> BeforeLookup<'a> {
    /// Finds the rows that meet a condition with parameters.
    fn new(
        conn: &'a Connection,
        table: &'a Table,
        key: &ReferenceKey,
        condition: &str,
    ) -> rusqlite::Result<Self> {
        let address = read::address_columns(table).into_iter();
        let sql = key.select(&key::list(address.chain(key.names())), table, condition);
        Ok(Self {
            statement: conn.prepare(&sql)?,
            table,
            columns: key.columns.len(),
        })
    }

    /// Whether the row at an address led nowhere by the values of another.
    fn has_at(&mut self, address: Option<&RowAddress>, row: &Stray) -> rusqlite::Result<bool> {
        let found = match address {
            None => None,
            Some(RowAddress::Rowid(rowid)) => self.find(&[Value::Integer(*rowid)], &row.values)?,
            Some(RowAddress::Key(key)) => self.find(key, &row.values)?,
        };
        Ok(found.is_some())
    }

    /// The address of the row of the same primary key, where it led nowhere by the same values.
    fn find_like(&mut self, row: &Stray) -> rusqlite::Result<Option<RowAddress>> {
        self.find(&row.key, &row.values)
    }

    /// The address of the row found by these parameters, where it led nowhere by these values.
    fn find(&mut self, by: &[Value], values: &[Value]) -> rusqlite::Result<Option<RowAddress>> {
        let addressed = read::address_columns(self.table).len();
        let mut rows = self.statement.query(params_from_iter(by))?;
        match rows.next()? {
            Some(row) if read::cells(row, addressed, self.columns)? == values => {
                read::address(row, self.table, addressed).map(Some)
            }
            _ => Ok(None),
        }
    }
}

/// All values that lead nowhere, with how many rows have them.
fn all(conn: &Connection, table: &Table, key: &ReferenceKey) -> rusqlite::Result<Values> {
    let group = key::joined(key.names(), ", ", |_, own| {
        format!("{own} COLLATE BINARY, typeof({own})")
    });
    let results = format!("{}, count(*)", key::list(key.names()));
    let sql = format!("{} GROUP BY {group}", key.select(&results, table, "1"));
    let mut statement = conn.prepare(&sql)?;
    let mut rows = statement.raw_query();
    let mut found = Values::new();
    while let Some(row) = rows.next()? {
        found.insert(
            read::cells(row, 0, key.columns.len())?,
            row.get::<_, i64>(key.columns.len())?.unsigned_abs(),
        );
    }
    Ok(found)
}
