//! The schema of a migration under way, and what each statement did to it: read from the catalogs
//! before and after the statement rather than from its text.

use super::entry::Entry;
use crate::migration::StatementKind;
use crate::snapshot::Catalog;
use crate::snapshot::catalog::{Table, TableKind, is_bookkeeping};
use crate::sql::{ident, token};
use std::collections::{BTreeMap, BTreeSet};

/// What happened to an object of the schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SchemaWrite {
    /// it was not there before
    Made,
    /// it is not there any more
    Gone,
    /// it has another text
    Changed,
}

/// An object of the schema, by type and name.
type ObjectName = (String, String);

/// The schema before a migration and now, with what its statements did to it.
#[derive(Debug, Default)]
pub(crate) struct Schema {
    pub(crate) before: Catalog,
    pub(crate) now: Catalog,
    /// tables that were not the same throughout, by folded name, with the statements that changed
    /// them; 0 is one of the runner
    pub(crate) altered: BTreeMap<String, BTreeSet<usize>>,
    /// objects that a statement changed or dropped without naming them
    pub(crate) unnamed: BTreeSet<ObjectName>,
    /// objects other than tables that a statement dropped without dropping one of their type, with
    /// that statement
    pub(crate) dropped_along: BTreeMap<ObjectName, usize>,
}

impl Schema {
    /// Takes in the catalog after a statement; `by` is the kind and text of the statement, or `None`
    /// after a rollback that brought an earlier schema back. Returns what the statement means for
    /// rows written before and after, and the objects that it wrote, without those of the engine.
    pub(crate) fn take(
        &mut self,
        now: Catalog,
        statement: usize,
        by: Option<(&StatementKind, &str)>,
    ) -> (Vec<Entry>, Vec<(SchemaWrite, String, String)>) {
        let earlier = std::mem::replace(&mut self.now, now);
        for name in altered(&earlier, &self.now) {
            let statements = self.altered.entry(name.clone()).or_default();
            statements.insert(statement);
        }
        let Some((kind, sql)) = by else {
            return (Vec::new(), Vec::new());
        };
        let is_alter = *kind == StatementKind::AlterTable;
        let mut entries = entries(&earlier, &self.now, is_alter);
        // VACUUM, and DROP under auto_vacuum, give tables other root pages and leave them what they are.
        let may_swap = kind.writes_rows() || *kind == StatementKind::Unknown;
        let changed = storage_altered(&earlier, &self.now, may_swap).into_iter();
        entries.extend(changed.map(|table| Entry::StorageWritten { table, statement }));
        (entries, self.note_writes(&earlier, statement, kind, sql))
    }

    /// Notes what a statement did to objects without naming them. Returns the objects that it wrote.
    fn note_writes(
        &mut self,
        earlier: &Catalog,
        statement: usize,
        kind: &StatementKind,
        sql: &str,
    ) -> Vec<(SchemaWrite, String, String)> {
        let names: BTreeSet<String> = token::folded(sql).collect();
        let mut writes = Vec::new();
        for (write, object) in changed_objects(earlier, &self.now) {
            let (of, name) = object;
            let is_named = names.contains(&ident::folded(name));
            if write != SchemaWrite::Made && !is_named {
                self.unnamed.insert(object.clone());
            }
            // Who makes it again by its name has named it.
            if write == SchemaWrite::Made && is_named {
                self.unnamed.remove(object);
            }
            if write == SchemaWrite::Gone && of != "table" {
                // An object that was dropped along and made again may now be dropped by name.
                if matches!(kind, StatementKind::Drop(dropped) if dropped.word() == of) {
                    self.dropped_along.remove(object);
                } else {
                    self.dropped_along.insert(object.clone(), statement);
                }
            }
            if !is_bookkeeping(name) {
                writes.push((write, of.clone(), name.clone()));
            }
        }
        writes
    }

    /// The folded names of the tables whose rows VACUUM may give other rowids: those without
    /// INTEGER PRIMARY KEY.
    pub(crate) fn moved_by_vacuum(&self) -> Vec<String> {
        let may_move = |table: &Table| !table.without_rowid && table.integer_primary_key.is_none();
        let tables = self.now.tables.iter();
        let moved = tables.filter(|(_, table)| may_move(table));
        moved.map(|(name, _)| name.clone()).collect()
    }

    /// Forgets the objects that were made again as they were.
    pub(crate) fn forget_restored(&mut self) {
        let (before, now) = (&self.before, &self.now);
        self.dropped_along.retain(|object, _| {
            let was = text(before, object);
            was.is_some() && was != text(now, object)
        });
    }
}

/// The text of an object, and its table.
fn text<'a>(catalog: &'a Catalog, object: &ObjectName) -> Option<(&'a Option<String>, &'a String)> {
    let object = catalog.objects.get(object)?;
    Some((&object.sql, &object.table))
}

/// The text of a table and its root page, which are other ones for another table.
fn entry<'a>(catalog: &'a Catalog, folded: &str) -> Option<(&'a Option<String>, i64)> {
    let table = catalog.tables.get(folded)?;
    let object = ["table", "view"].iter().find_map(|kind| {
        let key = ((*kind).to_owned(), table.name.clone());
        catalog.objects.get(&key)
    })?;
    Some((&object.sql, object.root_page))
}

/// The folded names of the tables that `catalog` has and `other` has not.
fn tables_only_in<'a>(catalog: &'a Catalog, other: &Catalog) -> impl Iterator<Item = &'a String> {
    let names = catalog.tables.keys();
    names.filter(|name| !other.tables.contains_key(*name))
}

/// The folded names of tables that are not what they were: made, gone, of another text or at
/// another root page.
pub(crate) fn altered<'a>(
    earlier: &'a Catalog,
    now: &'a Catalog,
) -> impl Iterator<Item = &'a String> {
    let all = now.tables.keys().chain(tables_only_in(earlier, now));
    all.filter(|name| entry(earlier, name) != entry(now, name))
}

/// The folded names of the virtual tables, there both times, of whose storage a table was made, is
/// gone, or is another; `by_root` says whether another root page alone makes it that.
pub(crate) fn storage_altered(earlier: &Catalog, now: &Catalog, by_root: bool) -> BTreeSet<String> {
    let is_virtual = |catalog: &Catalog, name: &String| {
        let table = catalog.tables.get(name);
        table.is_some_and(|table| table.kind == TableKind::Virtual)
    };
    let owner = |catalog: &Catalog, name: &str| {
        let storage = catalog.tables.get(name)?;
        let is_storage = storage.kind == TableKind::Shadow;
        let owner = catalog.owner_of_shadow(name).filter(|_| is_storage)?;
        Some(ident::folded(&owner.name))
    };
    let text = |catalog, name| entry(catalog, name).map(|(sql, _)| sql);
    altered(earlier, now)
        .filter(|name| by_root || text(earlier, name) != text(now, name))
        .flat_map(|name| [owner(earlier, name), owner(now, name)])
        .flatten()
        .filter(|name| is_virtual(earlier, name) && is_virtual(now, name))
        .collect()
}

/// The objects that were made, are gone, or have another text or table, by type and name.
pub fn changed_objects<'a>(
    earlier: &'a Catalog,
    now: &'a Catalog,
) -> impl Iterator<Item = (SchemaWrite, &'a ObjectName)> {
    let objects = earlier.objects.keys().chain(now.objects.keys());
    let objects: BTreeSet<&ObjectName> = objects.collect();
    objects.into_iter().filter_map(|object| {
        let write = match (text(earlier, object), text(now, object)) {
            (None, Some(_)) => SchemaWrite::Made,
            (Some(_), None) => SchemaWrite::Gone,
            (old, new) if old != new => SchemaWrite::Changed,
            _ => return None,
        };
        Some((write, object))
    })
}

/// The tables that a statement made or renamed, and the columns that it renamed. ALTER TABLE does
/// one thing to one table, so one table gone and one new is a renamed table, and one column at the
/// same place under another name a renamed column.
fn entries(earlier: &Catalog, now: &Catalog, is_alter: bool) -> Vec<Entry> {
    let made = tables_only_in(now, earlier).map(|name| {
        let to = name.clone();
        match renamed_from(earlier, now, name, is_alter) {
            Some(from) => Entry::Renamed { from, to },
            None => Entry::Made(to),
        }
    });
    let mut entries: Vec<Entry> = made.collect();
    if is_alter {
        let columns = now.tables.iter();
        entries.extend(
            columns.filter_map(|(name, table)| column_renamed(earlier.tables.get(name)?, table)),
        );
    }
    entries
}

/// The name that a new table had before the statement: the name of the gone table that had its root
/// page.
fn renamed_from(earlier: &Catalog, now: &Catalog, name: &str, is_alter: bool) -> Option<String> {
    let mut gone = tables_only_in(earlier, now);
    let (_, root) = entry(now, name)?;
    if root > 0 {
        let had_root = |other: &&String| entry(earlier, other).is_some_and(|(_, r)| r == root);
        return gone.find(had_root).cloned();
    }
    // A virtual table has no page of its own.
    let is_virtual = |catalog: &Catalog, name: &str| {
        let table = catalog.tables.get(name);
        table.is_some_and(|table| table.kind == TableKind::Virtual)
    };
    let mut others = gone.filter(|other| is_virtual(earlier, other));
    match (others.next(), others.next()) {
        (Some(only), None) if is_alter && is_virtual(now, name) => Some(only.clone()),
        _ => None,
    }
}

fn column_renamed(earlier: &Table, now: &Table) -> Option<Entry> {
    if earlier.columns.len() != now.columns.len() {
        return None;
    }
    let columns = earlier.columns.iter().zip(&now.columns);
    let mut differing = columns.filter(|(old, new)| !ident::same(&old.name, &new.name));
    match (differing.next(), differing.next()) {
        (Some((old, new)), None) => Some(Entry::ColumnRenamed {
            table: ident::folded(&now.name),
            from: ident::folded(&old.name),
            to: ident::folded(&new.name),
        }),
        _ => None,
    }
}
