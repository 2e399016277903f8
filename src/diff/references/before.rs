//! What is known of a row that leads nowhere: whether the same row led nowhere before, by the same
//! values.
//!
//! Which row is the same, the comparison says too: where a table's rows were followed, the one that
//! it began as, or one that ended under the same primary key; else the one of the same primary key
//! or rowid. Where nothing tells rows apart, their values do, each for as many rows as had it.

use super::Values;
use super::key::ReferenceKey;
use super::search::Search;
use crate::change::RowAddress;
use crate::diff::columns::TablePair;
use crate::diff::compare::{self, Join};
use crate::rehearse::{TouchedRow, TouchedRows, read};
use crate::snapshot::catalog::Table;
use crate::sql::{Value, ident};
use rusqlite::{Connection, Row, params_from_iter};
use std::collections::{HashMap, HashSet};

/// A row of the state after that leads nowhere.
pub(super) struct Stray {
    /// where it stands; `None` in a table whose rows have no addresses
    pub(super) address: Option<RowAddress>,
    /// its primary key
    key: Vec<Value>,
    /// what it refers by
    pub(super) values: Vec<Value>,
}

/// The result columns that a row of the state after is read by, from a table `c`.
pub(super) fn list(table: &Table, key: &ReferenceKey) -> String {
    let primary = table
        .primary_key
        .iter()
        .map(|at| table.columns[*at].name.as_str());
    let places = read::address_columns(table)
        .into_iter()
        .chain(primary)
        .map(|name| format!("c.{}", ident::quote(name)));
    places.chain([key.list()]).collect::<Vec<_>>().join(", ")
}

impl Stray {
    /// Reads what [`list`] says.
    pub(super) fn read(row: &Row<'_>, table: &Table, key: &ReferenceKey) -> rusqlite::Result<Self> {
        let (addressed, keys) = (read::address_columns(table).len(), table.primary_key.len());
        Ok(Self {
            address: if addressed == 0 {
                None
            } else {
                Some(read::address(row, table, addressed)?)
            },
            key: read::cells(row, addressed, keys)?,
            values: read::cells(row, addressed + keys, key.columns.len())?,
        })
    }
}

/// The rows of the state before that led nowhere.
pub(super) enum Before<'a> {
    /// none that the key could be asked of
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
    at: BeforeLookup<'a>,
    keyed: Option<BeforeLookup<'a>>,
    touched: Option<&'a TouchedRows>,
}

impl<'a> Before<'a> {
    pub(super) fn open(search: &Search<'a>, was: Option<&ReferenceKey>) -> rusqlite::Result<Self> {
        let Search {
            states,
            rehearsal,
            child,
            ..
        } = *search;
        let (Some(before), Some(was)) = (search.before, was) else {
            return Ok(Self::Nothing);
        };
        let tables = TablePair {
            before: Some(before),
            after: Some(child),
            lineage: &rehearsal.lineage,
        };
        let at = || BeforeLookup::at(states.before, before, was);
        if search.is_followed(child, Some(before)) {
            let keyed = compare::same_key(tables, before, child)
                .then(|| BeforeLookup::keyed(states.before, before, was))
                .transpose()?;
            return Ok(Self::Followed(FollowedRows {
                at: at()?,
                keyed,
                touched: search.touched(),
            }));
        }
        Ok(
            match compare::join(states, tables, rehearsal, &ident::folded(&child.name))? {
                Join::Columns { unique: true, .. } => {
                    Self::Keyed(BeforeLookup::keyed(states.before, before, was)?)
                }
                Join::Rowid => Self::Followed(FollowedRows {
                    at: at()?,
                    keyed: None,
                    touched: None,
                }),
                Join::Columns { .. } => Self::Values(all(states.before, before, was)?),
            },
        )
    }

    /// Whether a row that was not written led nowhere before.
    pub(super) fn has(&mut self, row: &Stray) -> rusqlite::Result<bool> {
        match self {
            Self::Nothing => Ok(false),
            Self::Followed(rows) => rows.has_at(row.address.as_ref(), row),
            Self::Keyed(rows) => Ok(rows
                .find(&row.key)?
                .is_some_and(|(values, _)| values == row.values)),
            Self::Values(left) => match left.get_mut(&row.values).filter(|rows| **rows > 0) {
                Some(rows) => {
                    *rows -= 1;
                    Ok(true)
                }
                None => Ok(false),
            },
        }
    }

    /// Tells of each row that was written whether it led nowhere before.
    pub(super) fn of_written(&mut self, rows: &[Stray]) -> rusqlite::Result<Vec<bool>> {
        match self {
            Self::Followed(followed) => followed.of_written(rows),
            _ => rows.iter().map(|row| self.has(row)).collect(),
        }
    }
}

impl FollowedRows<'_> {
    fn has_at(&mut self, address: Option<&RowAddress>, row: &Stray) -> rusqlite::Result<bool> {
        let found = match address {
            None => None,
            Some(RowAddress::Rowid(rowid)) => self.at.find(&[Value::Integer(*rowid)])?,
            Some(RowAddress::Key(key)) => self.at.find(key)?,
        };
        Ok(found.is_some_and(|(values, _)| values == row.values))
    }

    fn of_written(&mut self, rows: &[Stray]) -> rusqlite::Result<Vec<bool>> {
        let Some(touched) = self.touched.filter(|_| !rows.is_empty()) else {
            return rows
                .iter()
                .map(|row| self.has_at(row.address.as_ref(), row))
                .collect();
        };
        let standing: HashSet<&RowAddress> =
            rows.iter().filter_map(|row| row.address.as_ref()).collect();
        let origin = |row: TouchedRow| {
            Some((
                row.current.filter(|current| standing.contains(current))?,
                row.origin?,
            ))
        };
        let origins: HashMap<RowAddress, RowAddress> = touched.each().filter_map(origin).collect();
        let origin_of = |row: &Stray| {
            row.address
                .as_ref()
                .and_then(|address| origins.get(address))
        };
        // Those that began, with the row that had the same key and led nowhere by the same values.
        let mut replaced = HashMap::new();
        if let Some(keyed) = &mut self.keyed {
            for (at, row) in rows
                .iter()
                .enumerate()
                .filter(|(_, row)| origin_of(row).is_none())
            {
                if let Some((_, address)) = keyed
                    .find(&row.key)?
                    .filter(|(values, _)| *values == row.values)
                {
                    replaced.insert(address, at);
                }
            }
        }
        let ended = touched
            .each()
            .filter(|row| !replaced.is_empty() && row.current.is_none())
            .filter_map(|row| row.origin);
        let known: HashSet<usize> = ended
            .filter_map(|origin| replaced.get(&origin).copied())
            .collect();
        let each = rows.iter().enumerate();
        each.map(|(at, row)| match origin_of(row) {
            Some(origin) => self.has_at(Some(origin), row),
            None => Ok(known.contains(&at)),
        })
        .collect()
    }
}

/// Reads rows of the state before that led nowhere, one by one.
pub(super) struct BeforeLookup<'a> {
    statement: rusqlite::Statement<'a>,
    table: &'a Table,
    columns: usize,
}

impl<'a> BeforeLookup<'a> {
    /// By their address.
    fn at(conn: &'a Connection, table: &'a Table, key: &ReferenceKey) -> rusqlite::Result<Self> {
        let same =
            |(at, column): (usize, &str)| format!("c.{} = ?{}", ident::quote(column), at + 1);
        Self::new(
            conn,
            table,
            key,
            read::address_columns(table)
                .into_iter()
                .enumerate()
                .map(same),
        )
    }

    /// By their primary key. A value is the same only as it is, not as the column compares it.
    fn keyed(conn: &'a Connection, table: &'a Table, key: &ReferenceKey) -> rusqlite::Result<Self> {
        let same = |(at, place): (usize, &usize)| {
            let column = ident::quote(&table.columns[*place].name);
            format!(
                "c.{column} = ?{0} AND (+c.{column}) COLLATE BINARY = ?{0}",
                at + 1
            )
        };
        Self::new(
            conn,
            table,
            key,
            table.primary_key.iter().enumerate().map(same),
        )
    }

    fn new(
        conn: &'a Connection,
        table: &'a Table,
        key: &ReferenceKey,
        equal: impl Iterator<Item = String>,
    ) -> rusqlite::Result<Self> {
        let address = read::address_columns(table)
            .into_iter()
            .map(|name| format!("c.{}", ident::quote(name)));
        let list = address.chain([key.list()]).collect::<Vec<_>>().join(", ");
        let equal = equal.collect::<Vec<_>>().join(" AND ");
        let sql = format!(
            "SELECT {list} FROM {} AS c WHERE {equal} AND {}",
            read::from(table),
            key.leads_nowhere()
        );
        Ok(Self {
            statement: conn.prepare(&sql)?,
            table,
            columns: key.columns.len(),
        })
    }

    /// What the row refers by and where it stands, where it leads nowhere.
    fn find(&mut self, by: &[Value]) -> rusqlite::Result<Option<(Vec<Value>, RowAddress)>> {
        let Self {
            statement,
            table,
            columns,
        } = self;
        let addressed = read::address_columns(table).len();
        let mut rows = statement.query(params_from_iter(by))?;
        let read = |row: &Row<'_>| {
            Ok((
                read::cells(row, addressed, *columns)?,
                read::address(row, table, addressed)?,
            ))
        };
        rows.next()?.map(read).transpose()
    }
}

/// All values that lead nowhere, with how many rows have them.
fn all(conn: &Connection, table: &Table, key: &ReferenceKey) -> rusqlite::Result<Values> {
    let each = key
        .columns
        .iter()
        .map(|own| ident::quote(own))
        .map(|own| format!("c.{own} COLLATE BINARY, typeof(c.{own})"));
    let group = each.collect::<Vec<_>>().join(", ");
    let sql = format!(
        "SELECT {}, count(*) FROM {} AS c WHERE {} GROUP BY {group}",
        key.list(),
        read::from(table),
        key.leads_nowhere()
    );
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
