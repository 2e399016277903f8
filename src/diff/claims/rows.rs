//! `rows`: the keys that the author's query selects, held against the rows that were written.

use super::ask::ClaimedTable;
use super::each::is_of_connection;
use super::shown::MOST;
use super::slips::{Slip, slips};
use super::{Asking, FoundRows};
use crate::change::RowAddress;
use crate::diff::written_rows::{AddressSet, Addresses};
use crate::rehearse::{QueryError, read};
use crate::rewrite::{self, Varies, Varying};
use crate::scope::Op;
use crate::snapshot::catalog::Table;
use crate::sql::token::TokenKind;
use crate::sql::{Affinity, Value, Words, ident};
use rusqlite::{Connection, Statement, params_from_iter};

/// What the states say to `rows`.
#[derive(Debug)]
pub struct RowsAnswer {
    /// how many rows are selected, and keys that no row has
    pub selected: u64,
    /// of these, the keys that no row has
    pub absent: u64,
    /// written rows that are not selected
    pub outside: FoundRows,
    /// selected rows that did not change
    pub left_out: FoundRows,
    /// what may be slips in the query
    pub slips: Vec<Slip>,
}

impl ClaimedTable<'_> {
    /// What the states say to a query of keys.
    pub(super) fn rows(
        self,
        sql: &str,
        asking: &mut Asking<'_>,
    ) -> Result<Result<RowsAnswer, String>, QueryError> {
        let (op, after) = (self.op, &*asking.after);
        let Some(table) = (match op {
            Op::Insert => self.tables.after,
            Op::Update | Op::Delete => self.tables.before,
        }) else {
            return Ok(Err("the table is not there".to_owned()));
        };
        check(sql, table)?;
        let selected = read::within(asking.before, asking.limit, |before| {
            let state = if op == Op::Insert { after } else { before };
            SelectedRows::of(before, sql, table, state)
        })?;
        let (catalog, tenants) = asking.schema;
        let slips = read::within(asking.before, asking.limit, |before| {
            Ok(slips(sql, (before, catalog), tenants))
        })?;
        Ok(Ok(self.held(&selected, slips, asking)?))
    }

    /// The rows that were written, held against those that are selected.
    fn held(
        self,
        selected: &SelectedRows,
        slips: Vec<Slip>,
        asking: &Asking<'_>,
    ) -> rusqlite::Result<RowsAnswer> {
        let changed = self.written.changed(self.op);
        let held = match self.op {
            Op::Update => changed.clone().with(&self.written.same),
            Op::Insert | Op::Delete => changed.clone(),
        };
        let outside = held.without(&selected.rows);
        let left_out = selected.rows.without(&changed);
        let shown = self.shown(asking);
        let places = |rows: &AddressSet| -> Vec<Addresses> {
            rows.each().take(MOST).map(|row| self.place(row)).collect()
        };
        Ok(RowsAnswer {
            selected: selected.rows.len() + selected.absent,
            absent: selected.absent,
            outside: shown.found(outside.len(), places(&outside))?,
            left_out: shown.found(left_out.len(), places(&left_out))?,
            slips,
        })
    }

    /// Where a row is, by the address that it is held by.
    fn place(self, row: RowAddress) -> Addresses {
        match self.op {
            Op::Insert => [None, Some(row)],
            Op::Delete => [Some(row), None],
            Op::Update => [Some(row.clone()), self.written.updated.after(&row)],
        }
    }
}

/// What would select other rows in another run.
fn check(sql: &str, table: &Table) -> Result<(), QueryError> {
    let words = Words::of(sql);
    let varying = rewrite::varying(sql);
    let is_chance = |varies: &Varies| varies.by == Varying::Chance;
    if varying.iter().any(is_chance) || is_of_connection(&words) {
        return Err(QueryError::Varies("chance decides which rows it selects"));
    }
    if (0..words.len()).any(|at| rewrite::is_clock(&words, at)) {
        return Err(QueryError::Varies(
            "the time of the run decides which rows it selects",
        ));
    }
    let limit = (0..words.len()).find(|at| words.is_word(*at, "LIMIT"));
    match limit {
        Some(limit) if !varying.is_empty() || !is_ordered(&words, limit, table) => {
            Err(QueryError::Varies(
                "LIMIT selects by an order that is not total: order the query itself by the whole \
                key, or leave LIMIT out",
            ))
        }
        _ => Ok(()),
    }
}

/// Whether the query that a LIMIT ends is the whole one, and is ordered by the whole key.
fn is_ordered(words: &Words<'_>, limit: usize, table: &Table) -> bool {
    let order = (0..limit).rfind(|at| words.is(*at, "ORDER"));
    let Some(order) = order.filter(|_| words.depth(limit) == 0) else {
        return false;
    };
    // A term of the order that is the column itself.
    let is_term = |at: usize, key: &str| {
        let is_begun = [",", "."].contains(&words.text(at - 1)) || words.is_word(at - 1, "BY");
        let behind = ["LIMIT", "ASC", "DESC", "NULLS"];
        let is_ended = words.text(at + 1) == "," || words.is_word_of(at + 1, &behind);
        let is_text = words.kind(at) == Some(TokenKind::Text);
        is_begun && is_ended && !is_text && ident::same(&words.name(at), key)
    };
    let is_named = |key: &str| (order + 1..limit).any(|at| is_term(at, key));
    key_names(table).into_iter().all(is_named)
}

/// The rows of a table whose keys a query selects.
#[derive(Default)]
struct SelectedRows {
    rows: AddressSet,
    /// how many of its results are the key of no row
    absent: u64,
}

impl SelectedRows {
    /// Runs the query on the state before, and looks for the rows of its keys in `state`.
    fn of(
        before: &Connection,
        sql: &str,
        table: &Table,
        state: &Connection,
    ) -> Result<Self, QueryError> {
        let mut statement = read::select(before, sql)?;
        let places = places(&statement, table)?;
        let mut search = KeyLookup::new(state, table)?;
        let (mut found, mut results) = (Self::default(), statement.raw_query());
        while let Some(result) = results.next()? {
            let key = places.iter().map(|at| result.get_ref(*at).map(Value::from));
            let key = key.collect::<rusqlite::Result<Vec<_>>>()?;
            found.absent += u64::from(!search.add(key, &mut found.rows)?);
        }
        Ok(found)
    }
}

/// The names by which a row of the table is selected: the columns of its key, else its rowid.
fn key_names(table: &Table) -> Vec<&str> {
    if table.primary_key.is_empty() {
        table.rowid_alias.as_deref().into_iter().collect()
    } else {
        table.key_columns().collect()
    }
}

/// For each part of the key, the place of its column among those of a query: by name, since a query
/// that gives them in another order would select other rows.
fn places(statement: &Statement<'_>, table: &Table) -> Result<Vec<usize>, QueryError> {
    let (found, wanted) = (statement.column_names(), key_names(table));
    let found: Vec<&str> = found.collect();
    let is_rowid = table.primary_key.is_empty() || table.integer_primary_key.is_some();
    let is_it = |name: &str, wanted: &str| {
        let is_alias = is_rowid && ident::ROWIDS.iter().any(|alias| ident::same(alias, name));
        ident::same(name, wanted) || (is_alias && table.column(name).is_none())
    };
    let place = |wanted: &&str| found.iter().position(|name| is_it(name, wanted));
    let places: Option<Vec<usize>> = wanted.iter().map(place).collect();
    places
        .filter(|places| places.len() == found.len())
        .ok_or_else(|| QueryError::Key {
            wanted: wanted.join(", "),
            found: found.join(", "),
        })
}

/// Looks for the rows of a key.
struct KeyLookup<'c> {
    table: &'c Table,
    /// none for an INTEGER PRIMARY KEY or a bare rowid, which are the address
    statement: Option<Statement<'c>>,
}

impl<'c> KeyLookup<'c> {
    fn new(conn: &'c Connection, table: &'c Table) -> rusqlite::Result<Self> {
        let is_address = table.primary_key.is_empty() || table.integer_primary_key.is_some();
        if is_address && !table.without_rowid {
            let statement = None;
            return Ok(Self { table, statement });
        }
        // A parameter has no affinity, so that the column's applies; and its collation.
        let names = key_names(table).into_iter().zip(1..);
        let terms: Vec<String> = names
            .map(|(name, at)| format!("{} IS ?{at}", ident::quote(name)))
            .collect();
        let sql = format!(
            "SELECT {} FROM {} WHERE {}",
            read::list(read::address_columns(table)),
            read::from(table),
            terms.join(" AND ")
        );
        let statement = Some(conn.prepare(&sql)?);
        Ok(Self { table, statement })
    }

    /// Adds the rows of a key; false where no row can have it.
    fn add(&mut self, key: Vec<Value>, rows: &mut AddressSet) -> rusqlite::Result<bool> {
        let Some(statement) = &mut self.statement else {
            let rowid = key.into_iter().next().map(|it| Affinity::Integer.apply(it));
            let Some(Value::Integer(rowid)) = rowid else {
                return Ok(false);
            };
            rows.insert(RowAddress::Rowid(rowid));
            return Ok(true);
        };
        let addressed = read::address_columns(self.table).len();
        let mut found = statement.query(params_from_iter(key.iter()))?;
        let mut is_found = false;
        while let Some(row) = found.next()? {
            rows.insert(read::address(row, self.table, addressed)?);
            is_found = true;
        }
        Ok(is_found)
    }
}
