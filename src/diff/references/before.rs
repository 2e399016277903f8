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
use crate::diff::table::TableComparison;
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
    Followed(FollowedRows<'a>),
    /// rows by their primary key
    Keyed(BeforeLookup<'a>),
    /// values, with how many rows had them and are not accounted for
    Values(Values),
}

/// Rows that were followed.
pub(super) struct FollowedRows<'a> {
    by_address: BeforeLookup<'a>,
    by_key: Option<BeforeLookup<'a>>,
    touched: Option<&'a TouchedRows>,
}

impl<'a> Before<'a> {
    pub(super) fn open(search: &Search<'a>, was: Option<&ReferenceKey>) -> rusqlite::Result<Self> {
        let (Some(before), Some(was)) = (search.before, was) else {
            return Ok(Self::Nothing);
        };
        let conn = search.states.before;
        let tables = search.tables();
        let by_key = || BeforeLookup::by_key(conn, before, was);
        let followed = |by_key, touched| {
            let by_address = BeforeLookup::by_address(conn, before, was)?;
            Ok(Self::Followed(FollowedRows {
                by_address,
                by_key,
                touched,
            }))
        };
        if search.is_followed(search.child, Some(before)) {
            let by_key = tables.have_same_key().then(by_key).transpose()?;
            return followed(by_key, search.touched());
        }
        let join = Join::by_content(TableComparison {
            states: search.states,
            rehearsal: search.rehearsal,
            tables,
            name: &ident::folded(&search.child.name),
        })?;
        match join {
            Join::Key(..) => Ok(Self::Keyed(by_key()?)),
            Join::Rowid => followed(None, None),
            Join::Values(..) => Ok(Self::Values(all(conn, before, was)?)),
        }
    }

    /// Whether a row that was not written led nowhere before.
    pub(super) fn has(&mut self, row: &Stray) -> rusqlite::Result<bool> {
        match self {
            Self::Nothing => Ok(false),
            Self::Followed(rows) => rows.by_address.has_at(row.address.as_ref(), row),
            Self::Keyed(rows) => Ok(rows.find_like(row)?.is_some()),
            Self::Values(left) => match left.get_mut(&row.values).filter(|rows| **rows > 0) {
                Some(rows) => {
                    *rows -= 1;
                    Ok(true)
                }
                None => Ok(false),
            },
        }
    }

    /// For each row that was written, whether it led nowhere before.
    pub(super) fn of_written(&mut self, rows: &[Stray]) -> rusqlite::Result<Vec<bool>> {
        match self {
            Self::Followed(FollowedRows {
                touched: Some(touched),
                by_address,
                by_key,
            }) if !rows.is_empty() => of_touched(touched, by_address, by_key.as_mut(), rows),
            _ => rows.iter().map(|row| self.has(row)).collect(),
        }
    }
}

/// For each touched row, whether the row that it was led nowhere before.
fn of_touched(
    touched: &TouchedRows,
    by_address: &mut BeforeLookup<'_>,
    by_key: Option<&mut BeforeLookup<'_>>,
    rows: &[Stray],
) -> rusqlite::Result<Vec<bool>> {
    let origins = origins(touched, rows);
    let origin_of = |row: &Stray| origins.get(row.address.as_ref()?);
    let replacing = match by_key {
        Some(by_key) => {
            let began = (rows.iter().enumerate()).filter(|(_, row)| origin_of(row).is_none());
            replacing(touched, by_key, began)?
        }
        None => HashSet::new(),
    };
    let each = rows.iter().enumerate();
    each.map(|(at, row)| match origin_of(row) {
        Some(origin) => by_address.has_at(Some(origin), row),
        None => Ok(replacing.contains(&at)),
    })
    .collect()
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

/// Which of the rows that began are in the place of one that ended under the same primary key and
/// led nowhere by the same values.
fn replacing<'s>(
    touched: &TouchedRows,
    by_key: &mut BeforeLookup<'_>,
    began: impl Iterator<Item = (usize, &'s Stray)>,
) -> rusqlite::Result<HashSet<usize>> {
    let mut places = HashMap::new();
    for (at, row) in began {
        if let Some(address) = by_key.find_like(row)? {
            places.insert(address, at);
        }
    }
    if places.is_empty() {
        return Ok(HashSet::new());
    }
    let ended = touched.each().filter(|row| row.current.is_none());
    Ok(ended
        .filter_map(|row| places.get(&row.origin?).copied())
        .collect())
}

/// Reads rows of the state before that led nowhere, one by one.
pub(super) struct BeforeLookup<'a> {
    statement: rusqlite::Statement<'a>,
    table: &'a Table,
    columns: usize,
}

impl<'a> BeforeLookup<'a> {
    fn by_address(
        conn: &'a Connection,
        table: &'a Table,
        key: &ReferenceKey,
    ) -> rusqlite::Result<Self> {
        let equal = key::equal(read::address_columns(table).into_iter());
        Self::new(conn, table, key, &equal)
    }

    /// By the primary key. A value is the same only as it is, not as the column compares it.
    fn by_key(
        conn: &'a Connection,
        table: &'a Table,
        key: &ReferenceKey,
    ) -> rusqlite::Result<Self> {
        let equal = key::joined(table.key_columns(), " AND ", |at, column| {
            format!(
                "{column} = ?{0} AND (+{column}) COLLATE BINARY = ?{0}",
                at + 1
            )
        });
        Self::new(conn, table, key, &equal)
    }

    fn new(
        conn: &'a Connection,
        table: &'a Table,
        key: &ReferenceKey,
        equal: &str,
    ) -> rusqlite::Result<Self> {
        let address = read::address_columns(table).into_iter();
        let sql = key.select(&key::list(address.chain(key.names())), table, equal);
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
