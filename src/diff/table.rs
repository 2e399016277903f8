//! One table under comparison: how its rows are read, and why they are not.

use super::columns::TablePair;
use super::error::TableError;
use super::grouping::Grouping;
use super::{Asked, Diff, DiffError, SchemaChange, SchemaEvent, States, compare, indexes, rows};
use crate::progress::{Meter, Work};
use crate::rehearse::{Rehearsal, TouchedRows, is_environment_of_module};
use crate::snapshot::catalog::{Table, TableKind};
use crate::snapshot::storage::Content;
use crate::sql::{ident, is_lack, message};

/// A table under comparison.
#[derive(Clone, Copy)]
pub(super) struct TableComparison<'a> {
    pub(super) states: States<'a>,
    pub(super) rehearsal: &'a Rehearsal,
    pub(super) tables: TablePair<'a>,
    /// its folded name after, else before
    pub(super) name: &'a str,
}

impl<'a> TableComparison<'a> {
    /// The rows that were written under its name.
    pub(super) fn touched(self) -> Option<&'a TouchedRows> {
        self.rehearsal.touched.rows.get(self.name)
    }

    /// Whether the capture lost track of its rows.
    pub(super) fn is_doubtful(self) -> bool {
        self.rehearsal.touched.doubtful.contains_key(self.name)
    }

    /// Whether its schema changed under its rows.
    pub(super) fn is_altered(self) -> bool {
        let is_renamed = |before: &Table| !ident::same(&before.name, self.name);
        self.tables.before.is_some_and(is_renamed) || self.rehearsal.altered.contains_key(self.name)
    }

    /// Whether each of its rows is at the address it had, unless it was written.
    fn is_followed(self) -> bool {
        let TablePair { lineage, .. } = self.tables;
        let is_plain = |table: &Table| table.kind == TableKind::Ordinary;
        self.tables.each().all(is_plain)
            && !self.is_doubtful()
            && (self.tables.both())
                .is_some_and(|(before, _)| !lineage.is_readdressed(self.name, before))
    }

    /// Whether it is a virtual table that its module cannot read, for what its storage is now.
    pub(super) fn is_broken(self, error: &rusqlite::Error) -> bool {
        let is_virtual = |table: &Table| table.kind == TableKind::Virtual;
        self.tables.each().any(is_virtual) && !is_environment_of_module(error)
    }

    /// A meter of the rows compared; `rows` is how many there are, where that is known.
    pub(super) fn begin(self, rows: Option<u64>) -> Meter {
        let name = &self.tables.either().name;
        self.states.progress.begin(Work::Compare, name, rows)
    }
}

/// Compares one table by its folded name and adds what it finds to `out`.
pub(super) fn difference(
    states: States<'_>,
    rehearsal: &Rehearsal,
    name: &str,
    asked: Asked<'_>,
    out: &mut Diff,
) -> Result<(), DiffError> {
    let at = TableComparison {
        states,
        rehearsal,
        tables: pair(rehearsal, name),
        name,
    };
    if !has_rows_to_compare(at, out) {
        return Ok(());
    }
    let table = &at.tables.either().name;
    match compare_rows(at, asked, out) {
        // A generated column or a key may rely on a function or collation that this engine lacks.
        Err(TableError::Sqlite(error)) if is_lack(&error) || at.is_broken(&error) => {
            out.unevaluated.push((table.clone(), message(&error)));
            Ok(())
        }
        result => result.map_err(|error| error.of(table)),
    }
}

/// A table before and after; neither for the old name of one that was renamed.
pub(super) fn pair<'a>(rehearsal: &'a Rehearsal, name: &str) -> TablePair<'a> {
    let is_renamed = rehearsal.renamed_to(name).is_some();
    let is_row_table = |t: &&Table| t.kind != TableKind::View;
    let origin = rehearsal.origin(name).filter(is_row_table);
    TablePair {
        before: origin.filter(|_| !is_renamed),
        after: rehearsal.after.tables.get(name).filter(is_row_table),
        lineage: &rehearsal.lineage,
    }
}

/// Whether the table has rows of its own that can be read; says in `out` why not. A view has none,
/// and the storage of a virtual table has the virtual table's.
fn has_rows_to_compare(at: TableComparison<'_>, out: &mut Diff) -> bool {
    let is_kind = |kind: TableKind| move |t: &Table| t.kind == kind;
    if at.tables.each().all(is_kind(TableKind::Shadow)) {
        return false;
    }
    let table = at.tables.either();
    let unreadable = at.tables.each().find_map(|t| t.unreadable.as_deref());
    let content = table.index.as_ref().map(|index| &index.content);
    let reason = match (unreadable, content) {
        (Some(reason), _) => reason,
        (None, Some(Content::Elsewhere(_))) => {
            out.schema.push(reindexed(table));
            return false;
        }
        (None, Some(Content::Own | Content::Nowhere) | None) => return true,
    };
    out.unevaluated
        .push((table.name.clone(), reason.to_owned()));
    false
}

/// Compares the rows of one table and adds what it finds to `out`.
fn compare_rows(
    at: TableComparison<'_>,
    asked: Asked<'_>,
    out: &mut Diff,
) -> Result<(), TableError> {
    let table = at.tables.either();
    let is_contentless =
        |table: &Table| matches!(&table.index, Some(it) if it.content == Content::Nowhere);
    if at.tables.each().any(is_contentless) {
        return compare_entries(at, asked, out);
    }
    let mut grouping = Grouping::new(at, asked)?;
    let has_addresses = table.rowid_alias.is_some() || table.without_rowid;
    if has_addresses && at.is_followed() {
        rows::nominated(at, &mut grouping)?;
    } else {
        let whole = compare::whole(at, &mut grouping)?;
        out.wholes.insert(table.name.clone(), whole);
    }
    let (changes, moved, written) = grouping.finish();
    out.changes.moved.extend(moved);
    out.rows.extend(written.map(|mut written| {
        if at.is_doubtful() {
            written.lost = Some("its writes were too many, or too uncertain, to be followed");
        }
        (at.name.to_owned(), written)
    }));
    if !has_addresses && at.touched().is_some_and(|rows| !rows.is_empty()) {
        let reason = "its columns hide its rowid, so its rows cannot be followed";
        out.unevaluated
            .push((table.name.clone(), reason.to_owned()));
    }
    if !changes.groups.is_empty() {
        out.changes.tables.insert(table.name.clone(), changes);
    } else if table.kind == TableKind::Virtual {
        out.schema.push(reindexed(table));
    }
    Ok(())
}

/// Compares the entries of an index that keeps no content.
fn compare_entries(
    at: TableComparison<'_>,
    asked: Asked<'_>,
    out: &mut Diff,
) -> Result<(), TableError> {
    let table = at.tables.either();
    if asked.rows_of.contains(at.name) {
        let rows = out.rows.entry(at.name.to_owned()).or_default();
        rows.lost = Some("it keeps no content, so its rows have no values");
    }
    match indexes::contentless::changes(at, asked)? {
        Some(changes) if changes.groups.is_empty() => out.schema.push(reindexed(table)),
        Some(changes) => drop(out.changes.tables.insert(table.name.clone(), changes)),
        None => {
            let reason = "it keeps no content of its own that could be read back";
            let unread = (table.name.clone(), reason.to_owned());
            out.unevaluated.push(unread);
        }
    }
    Ok(())
}

/// An index was written that has no rows of its own, or none that differ.
fn reindexed(table: &Table) -> SchemaChange {
    SchemaChange::new("table", &table.name, SchemaEvent::Reindexed)
}
