//! Comparing a whole table, where its rows cannot be followed: dropped, created, rebuilt, virtual,
//! or left in doubt by a failure.
//!
//! One ordered pass over the table in each state, joined as [`Join`] says. Copying rows into a table
//! that replaces another is not touching them.

use super::columns::TablePair;
use super::cursor::{self, CursorRow, TableReader};
use super::error::TableError;
use super::grouping::{Grouping, Image};
use super::join::Join;
use super::table::TableComparison;
use crate::rehearse::{Addressed, Removed, Statements, TouchedRows};
use crate::sql::ident;
use std::collections::{BTreeMap, BTreeSet};

/// What a table that was compared whole had before.
#[derive(Debug, Default)]
pub struct Whole {
    /// how many rows
    pub rows: u64,
    /// where another table took its place, how many of the rows are gone, by what deleted them
    pub gone: BTreeMap<Deletions, u64>,
    /// whether the addresses of rows deleted from that other table say which rows they were here
    pub tells_removed: bool,
}

/// The statements that deleted a row.
#[derive(Debug, Default, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Deletions {
    /// all that wrote it, where it was deleted from the table of the state before
    pub from_old: BTreeSet<usize>,
    /// all that wrote it, where it was written and not deleted there
    pub rewritten: BTreeSet<usize>,
    /// those that themselves deleted a row of its key from the table that took the place
    pub from_new: BTreeSet<usize>,
}

/// Groups the difference of a whole table.
pub(super) fn whole(
    at: TableComparison<'_>,
    grouping: &mut Grouping<'_>,
) -> Result<Whole, TableError> {
    let statements = Statements::new(at.writing());
    let writers = Writers::of(at);
    let ignores_equal = have_same_columns(at.tables) && grouping.ownership.follows_from_cells();
    let mut gone = GoneRows::of(at);
    let mut rows = 0;
    let join = Join::by_content(at.states, at.tables, at.name)?;
    if let Some(written) = &mut grouping.written
        && matches!(join, Join::Values(..))
        && at.tables.both().is_some()
    {
        written.lost = Some("no key says which row before is which row after");
    }
    merge(at, &join, |old, new| {
        rows += u64::from(old.is_some());
        if let (Some(gone), Some(old), None) = (&mut gone, old, new) {
            gone.count(old)?;
        }
        let by = writers.find(old, new)?;
        if by.is_none()
            && ignores_equal
            && let Some((old, new)) = old.zip(new)
            && old.is_like(new)?
        {
            return Ok(());
        }
        let statements = by.as_ref().unwrap_or(&statements);
        add(grouping, (old, new), statements, by.is_some())
    })?;
    Ok(Whole {
        rows,
        gone: gone.map(|gone| gone.counts).unwrap_or_default(),
        tells_removed: keep_addresses(at.tables) && !at.is_doubtful(),
    })
}

/// The rows that were written, by their addresses before and after.
struct Writers<'t> {
    origins: Vec<Addressed<'t>>,
    standing: Vec<Addressed<'t>>,
}

impl<'t> Writers<'t> {
    fn of(at: TableComparison<'t>) -> Self {
        Self {
            origins: addressed(written_before(at), TouchedRows::original),
            standing: addressed(at.touched(), TouchedRows::standing),
        }
    }

    /// The statements that wrote a row, where any did.
    fn find(
        &self,
        old: Option<CursorRow<'_>>,
        new: Option<CursorRow<'_>>,
    ) -> rusqlite::Result<Option<Statements>> {
        match find(&self.standing, new)? {
            None => find(&self.origins, old),
            found => Ok(found),
        }
    }
}

/// The rows that are gone from a table whose place another took.
struct GoneRows<'t> {
    ended: Vec<Addressed<'t>>,
    original: Vec<Addressed<'t>>,
    /// the rows that were deleted from the other table, where their addresses say which they are
    removed: Option<&'t Removed>,
    counts: BTreeMap<Deletions, u64>,
}

impl<'t> GoneRows<'t> {
    /// None yet; nothing where the table is still itself.
    fn of(at: TableComparison<'t>) -> Option<Self> {
        let (before, _) = at.tables.both()?;
        if !at.tables.lineage.is_replaced(at.name, before) {
            return None;
        }
        let removed = at.rehearsal.touched.removed.get(at.name);
        Some(Self {
            ended: addressed(written_before(at), TouchedRows::ended),
            original: addressed(written_before(at), TouchedRows::original),
            removed: removed.filter(|_| keep_addresses(at.tables)),
            counts: BTreeMap::new(),
        })
    }

    fn count(&mut self, row: CursorRow<'_>) -> rusqlite::Result<()> {
        let from_old = find(&self.ended, Some(row))?;
        let rewritten = if from_old.is_none() {
            find(&self.original, Some(row))?
        } else {
            None
        };
        let all = |by: Option<Statements>| by.map(|by| by.as_ref().clone()).unwrap_or_default();
        let mut deletions = Deletions {
            from_old: all(from_old),
            rewritten: all(rewritten),
            ..Deletions::default()
        };
        if let Some(removed) = self.removed
            && let Some(address) = row.address()?
        {
            deletions.from_new = removed.statements_of(&address);
        }
        *self.counts.entry(deletions).or_default() += 1;
        Ok(())
    }
}

/// Groups the rows of a table whose schema changed under them and that no write nominated: those
/// that stayed where they were, and those that are in one state only.
pub(super) fn unwritten(
    at: TableComparison<'_>,
    grouping: &mut Grouping<'_>,
) -> Result<(), TableError> {
    let statements = Statements::new(altering(at));
    let standing = addressed(at.touched(), TouchedRows::standing);
    let origins = addressed(at.touched(), TouchedRows::original);
    merge(at, &Join::by_address(at.tables), |old, new| {
        let (old, new) = (unless_among(&origins, old)?, unless_among(&standing, new)?);
        add(grouping, (old, new), &statements, false)
    })
}

/// Touched rows to be asked for by their address, where there are any.
fn addressed<'t>(
    rows: impl IntoIterator<Item = &'t TouchedRows>,
    by: impl Fn(&'t TouchedRows) -> Addressed<'t>,
) -> Vec<Addressed<'t>> {
    rows.into_iter()
        .map(by)
        .filter(|rows| !rows.is_empty())
        .collect()
}

/// The statements that wrote a row, where it is among these.
fn find(
    rows: &[Addressed<'_>],
    row: Option<CursorRow<'_>>,
) -> rusqlite::Result<Option<Statements>> {
    let Some(row) = row.filter(|_| !rows.is_empty()) else {
        return Ok(None);
    };
    let Some(address) = row.address()? else {
        return Ok(None);
    };
    Ok(rows.iter().find_map(|rows| rows.statements_of(&address)))
}

/// The row, unless it is among these.
fn unless_among<'r>(
    rows: &[Addressed<'_>],
    row: Option<CursorRow<'r>>,
) -> rusqlite::Result<Option<CursorRow<'r>>> {
    let found = find(rows, row)?;
    Ok(row.filter(|_| found.is_none()))
}

/// Groups a row by copies of its images.
fn add(
    grouping: &mut Grouping<'_>,
    (old, new): (Option<CursorRow<'_>>, Option<CursorRow<'_>>),
    statements: &Statements,
    touched: bool,
) -> Result<(), TableError> {
    let before = old.map(CursorRow::cells).transpose()?;
    let after = new.map(CursorRow::cells).transpose()?;
    let place = |row: Option<CursorRow<'_>>| row.map_or(Ok(None), CursorRow::address);
    let is_asked = grouping.written.is_some();
    grouping.add(Image {
        at: if is_asked {
            [place(old)?, place(new)?]
        } else {
            [None, None]
        },
        before: before.as_deref(),
        after: after.as_deref(),
        statements,
        touched,
    })
}

/// Whether both tables have the same columns at the same places.
fn have_same_columns(tables: TablePair<'_>) -> bool {
    tables.both().is_some_and(|(before, after)| {
        before.columns.len() == after.columns.len()
            && (0..after.columns.len()).all(|at| tables.column_before(at) == Some(at))
    })
}

/// Whether a row that was copied from one table to the other has the same address in both.
fn keep_addresses(tables: TablePair<'_>) -> bool {
    let have_addresses = tables.both().is_some_and(|(before, after)| {
        (before.integer_primary_key.is_some() && after.integer_primary_key.is_some())
            || (before.without_rowid && after.without_rowid)
    });
    have_addresses && tables.have_same_key()
}

/// Goes through the table in both states and hands over each row, or both rows where they join.
fn merge(
    at: TableComparison<'_>,
    join: &Join,
    mut take: impl FnMut(Option<CursorRow<'_>>, Option<CursorRow<'_>>) -> Result<(), TableError>,
) -> Result<(), TableError> {
    let meter = at.begin(None);
    let mut readers = open(at, join)?;
    let (mut olds, mut news) = (readers.0.rows()?, readers.1.rows()?);
    loop {
        let (old, new) = (olds.row(), news.row());
        if old.is_none() && new.is_none() {
            return Ok(());
        }
        let order = cursor::order(old, new, at.rehearsal.after.encoding, join.is_unique())?;
        meter.add(1);
        take(old.filter(|_| order.is_le()), new.filter(|_| order.is_ge()))?;
        if order.is_le() {
            olds.advance()?;
        }
        if order.is_ge() {
            news.advance()?;
        }
    }
}

fn open<'c>(
    at: TableComparison<'c>,
    join: &'c Join,
) -> rusqlite::Result<(TableReader<'c>, TableReader<'c>)> {
    let open = |conn, table, places| TableReader::open(conn, table, places, join.is_unique());
    let (before, after) = join.places();
    Ok((
        open(at.states.before, at.tables.before, before)?,
        open(at.states.after, at.tables.after, after)?,
    ))
}

impl TableComparison<'_> {
    /// The statements that altered or wrote the table, or may have.
    pub(super) fn writing(self) -> BTreeSet<usize> {
        let mut statements = altering(self);
        let touched = self.touched().map(TouchedRows::statements);
        statements.extend(touched.into_iter().flatten());
        let doubtful = self.rehearsal.touched.doubtful.get(self.name);
        statements.extend(doubtful.into_iter().flatten());
        statements.remove(&0);
        statements
    }
}

/// The statements that altered a table under its name now or the one it had.
fn altering(at: TableComparison<'_>) -> BTreeSet<usize> {
    let old_name = at.tables.before.map(|t| ident::folded(&t.name));
    let names = [Some(at.name), old_name.as_deref()].into_iter().flatten();
    let altered = names.filter_map(|name| at.rehearsal.altered.get(name));
    let statements = altered.flatten().copied();
    statements.filter(|statement| *statement > 0).collect()
}

/// The rows of the state before that were written, wherever they went.
fn written_before(at: TableComparison<'_>) -> &[TouchedRows] {
    let origins = &at.rehearsal.touched.origins;
    let before = at.tables.before.map(|table| ident::folded(&table.name));
    let written = before.and_then(|name| origins.get(&name));
    written.map(Vec::as_slice).unwrap_or_default()
}
