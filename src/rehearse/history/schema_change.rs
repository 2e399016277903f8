//! What one statement did to the tables of the schema, told from the catalogs before and after it
//! rather than from its text.

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

/// The folded names of tables that are not what they were: made, gone, of another text or at
/// another root page.
pub(crate) fn altered<'a>(
    earlier: &'a Catalog,
    now: &'a Catalog,
) -> impl Iterator<Item = &'a String> {
    let gone = earlier
        .tables
        .keys()
        .filter(|name| !now.tables.contains_key(*name));
    now.tables
        .keys()
        .chain(gone)
        .filter(|name| entry(earlier, name) != entry(now, name))
}

/// The objects that are gone, or have another text or table, although the statement's text `sql`
/// does not name them: by type and name.
pub(crate) fn unnamed<'a>(
    earlier: &'a Catalog,
    now: &'a Catalog,
    sql: &str,
) -> impl Iterator<Item = &'a (String, String)> {
    let names: Vec<String> = token::folded(sql).collect();
    let is_other = |key: &&(String, String)| {
        let (old, new) = (earlier.objects.get(*key), now.objects.get(*key));
        old.map(|o| (&o.sql, &o.table)) != new.map(|o| (&o.sql, &o.table))
    };
    earlier
        .objects
        .keys()
        .filter(is_other)
        .filter(move |(_, name)| !names.contains(&ident::folded(name)))
}

/// The objects that a statement made, dropped or gave another text, by type and name; the engine's
/// own are not listed.
pub(crate) fn written(earlier: &Catalog, now: &Catalog) -> Vec<(SchemaWrite, String, String)> {
    let text = |catalog: &Catalog, key: &(String, String)| {
        catalog
            .objects
            .get(key)
            .map(|object| (object.sql.clone(), object.table.clone()))
    };
    let keys: BTreeSet<&(String, String)> = earlier
        .objects
        .keys()
        .chain(now.objects.keys())
        .filter(|(_, name)| !is_bookkeeping(name))
        .collect();
    let write = |key: &(String, String)| {
        let what = match (text(earlier, key), text(now, key)) {
            (None, Some(_)) => SchemaWrite::Made,
            (Some(_), None) => SchemaWrite::Gone,
            (old, new) if old != new => SchemaWrite::Changed,
            _ => return None,
        };
        Some((what, key.0.clone(), key.1.clone()))
    };
    keys.into_iter().filter_map(write).collect()
}

/// Notes the objects other than tables that a statement, given by number and kind, took along
/// without dropping one of their kind; one that was taken along before, made again and is now
/// dropped by name is taken along no more.
pub(crate) fn note_dropped_along(
    earlier: &Catalog,
    now: &Catalog,
    (statement, kind): (usize, &StatementKind),
    dropped_along: &mut BTreeMap<(String, String), usize>,
) {
    for key in earlier
        .objects
        .keys()
        .filter(|key| key.0 != "table" && !now.objects.contains_key(*key))
    {
        if matches!(kind, StatementKind::Drop(of) if of.as_str() == key.0) {
            dropped_along.remove(key);
        } else {
            dropped_along.insert(key.clone(), statement);
        }
    }
}

/// The tables that a statement made or renamed, and the columns that it renamed. ALTER TABLE does
/// one thing to one table, so that one table gone and one new is a renamed one, and one column at
/// the same place under another name a renamed one.
pub(crate) fn steps(earlier: &Catalog, now: &Catalog, is_alter: bool) -> Vec<Entry> {
    let made: Vec<&String> = now
        .tables
        .keys()
        .filter(|name| !earlier.tables.contains_key(*name))
        .collect();
    let step = |name: &&String| match renamed_from(earlier, now, name, is_alter) {
        Some(old) => Entry::Renamed {
            from: old.to_owned(),
            to: (*name).clone(),
        },
        None => Entry::Made((*name).clone()),
    };
    let mut steps: Vec<Entry> = made.iter().map(step).collect();
    if is_alter {
        steps.extend(
            now.tables
                .iter()
                .filter_map(|(name, table)| column_renamed(earlier.tables.get(name)?, table)),
        );
    }
    steps
}

/// The name that a new table had before the statement: that of the one which is gone and had its
/// root page.
fn renamed_from<'a>(
    earlier: &'a Catalog,
    now: &Catalog,
    name: &str,
    is_alter: bool,
) -> Option<&'a str> {
    let gone: Vec<&String> = earlier
        .tables
        .keys()
        .filter(|other| !now.tables.contains_key(*other))
        .collect();
    let (_, root) = entry(now, name)?;
    if root > 0 {
        return gone
            .into_iter()
            .find(|other| entry(earlier, other).is_some_and(|(_, page)| page == root))
            .map(String::as_str);
    }
    // A virtual table has no page of its own.
    let is_virtual = |catalog: &Catalog, name: &str| {
        catalog
            .tables
            .get(name)
            .is_some_and(|t| t.kind == TableKind::Virtual)
    };
    let mut others = gone.into_iter().filter(|other| is_virtual(earlier, other));
    match (
        is_alter && is_virtual(now, name),
        others.next(),
        others.next(),
    ) {
        (true, Some(only), None) => Some(only),
        _ => None,
    }
}

fn column_renamed(earlier: &Table, now: &Table) -> Option<Entry> {
    if earlier.columns.len() != now.columns.len() {
        return None;
    }
    let mut differing = earlier
        .columns
        .iter()
        .zip(&now.columns)
        .filter(|(old, new)| !ident::same(&old.name, &new.name));
    match (differing.next(), differing.next()) {
        (Some((old, new)), None) => Some(Entry::ColumnRenamed {
            table: ident::folded(&now.name),
            from: ident::folded(&old.name),
            to: ident::folded(&new.name),
        }),
        _ => None,
    }
}

/// What tells whether a table is still the same one: its text and its root page.
fn entry<'a>(catalog: &'a Catalog, folded: &str) -> Option<(&'a Option<String>, i64)> {
    let table = catalog.tables.get(folded)?;
    let object = ["table", "view"].iter().find_map(|kind| {
        catalog
            .objects
            .get(&((*kind).to_owned(), table.name.clone()))
    })?;
    Some((&object.sql, object.root_page))
}
