//! What became of the table or view that an index is over, as far as its entries depend on it.

use super::question::IndexQuestion;
use super::temporary;
use crate::rehearse::{Rehearsal, TouchedRows, read};
use crate::snapshot::catalog::{Table, TableKind};
use crate::sql::ident;

/// What became of the content of an index.
pub(super) enum ContentChange {
    /// nothing that concerns its entries
    None,
    /// rows were written, and nothing that concerns its entries
    Other,
    /// rows that are found by their rowid, or an indexed column of them
    Rows,
    /// its rows have other rowids, or are those of another table
    Readdressed,
    /// a view reads tables that changed
    View,
    /// something that cannot be followed
    Unknown,
}

impl IndexQuestion<'_, '_> {
    pub(super) fn change_of(&self, content: &str) -> ContentChange {
        let name = ident::folded(content);
        let Some(after) = self.rehearsal.after.tables.get(&name) else {
            return ContentChange::Unknown;
        };
        match after.kind {
            TableKind::Ordinary => self.change_of_table(&name, after),
            TableKind::View if self.is_view_changed(after) => ContentChange::View,
            TableKind::Virtual | TableKind::Shadow if self.is_reached(&name) => {
                ContentChange::Unknown
            }
            _ => ContentChange::None,
        }
    }

    fn is_reached(&self, name: &str) -> bool {
        let Rehearsal {
            touched, altered, ..
        } = self.rehearsal;
        let rows = touched.rows.get(name);
        rows.is_some_and(|rows| !rows.is_empty())
            || touched.doubtful.contains_key(name)
            || altered.contains_key(name)
    }

    fn change_of_table(&self, name: &str, after: &Table) -> ContentChange {
        let Rehearsal {
            lineage, touched, ..
        } = self.rehearsal;
        let Some(before) = self.rehearsal.origin(name) else {
            return ContentChange::Readdressed;
        };
        if lineage.is_readdressed(name, before) {
            return ContentChange::Readdressed;
        }
        // The index reads its content by the names of its columns.
        let reads = || temporary::columns(self.table).chain([&*self.index.content_rowid]);
        let is_another = |column: &str| {
            let was = lineage.column_before(column, before, after);
            was.is_some_and(|at| !ident::same(&before.columns[at].name, column))
        };
        let mut unevaluated = self.diff.unevaluated.iter();
        if touched.doubtful.contains_key(name)
            || reads().any(is_another)
            || unevaluated.any(|(table, _)| *table == after.name)
        {
            return ContentChange::Unknown;
        }
        let is_altered = self.rehearsal.altered.contains_key(name);
        let is_changed = self.are_entries_concerned(after, &reads().collect::<Vec<_>>());
        match is_changed || touched.rows.get(name).is_some_and(has_moved) {
            true if is_altered || !self.is_found_by_rowid(after) => ContentChange::Unknown,
            true => ContentChange::Rows,
            false if self.is_reached(name) => ContentChange::Other,
            false => ContentChange::None,
        }
    }

    /// Whether rows were inserted or deleted, or changed in a column that the index reads.
    fn are_entries_concerned(&self, content: &Table, reads: &[&str]) -> bool {
        let Some(changes) = self.diff.changes.tables.get(&content.name) else {
            return false;
        };
        let is_read = |column: &str| reads.iter().any(|read| ident::same(read, column));
        let mut computed = content.columns.iter().filter(|column| column.generated);
        let rows = changes.changed();
        // What a computed column is computed from is not known.
        let any_update = rows.update > 0 && computed.any(|column| is_read(&column.name));
        let mut columns = changes.groups.values().flat_map(|g| g.columns.keys());
        rows.insert + rows.delete > 0 || any_update || columns.any(|column| is_read(column))
    }

    /// Whether the index finds the rows of a table by their rowid.
    pub(super) fn is_found_by_rowid(&self, content: &Table) -> bool {
        let column = &self.index.content_rowid;
        let is_rowid = match content.column(column) {
            Some(at) => content.integer_primary_key == Some(at),
            None => ["rowid", "_rowid_", "oid"]
                .iter()
                .any(|alias| alias.eq_ignore_ascii_case(column)),
        };
        content.kind == TableKind::Ordinary && content.rowid_alias.is_some() && is_rowid
    }

    /// Whether a view is another, or reads a table that changed.
    fn is_view_changed(&self, view: &Table) -> bool {
        let tables = self.read_by(view);
        tables.is_none_or(|tables| tables.iter().any(|name| self.is_reached(name)))
    }

    /// The folded names of a table or view and of the tables that it reads, by what the engine would
    /// open for it; `None` for a view over a virtual table, which may read anything.
    pub(super) fn read_by(&self, content: &Table) -> Option<Vec<String>> {
        let mut names = vec![ident::folded(&content.name)];
        if content.kind != TableKind::View {
            return Some(names);
        }
        let sql = format!("SELECT * FROM {}", read::from(content));
        // A view that cannot be read says so by itself.
        for opened in read::opened(self.states.after, &sql).unwrap_or_default() {
            let (root, _) = opened?;
            let objects = self.rehearsal.after.objects.values();
            let of_root = objects.filter(|object| object.root_page == root);
            names.extend(of_root.map(|object| ident::folded(&object.table)));
        }
        Some(names)
    }
}

/// Whether a row that was there before has another rowid.
fn has_moved(rows: &TouchedRows) -> bool {
    let TouchedRows::Listed(rows) = rows else {
        return false;
    };
    rows.iter()
        .any(|row| row.origin.is_some() && row.current.is_some() && row.origin != row.current)
}
