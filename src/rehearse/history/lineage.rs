//! Lineage: which table and column of the state before a table of the state after continues,
//! through every rename.
//!
//! It pairs what is compared and decides nothing: a wrong pair shows as rows and cells that differ.
//! If the state after has a table or column of the old name again, the name decides, since readers
//! of the database use names.

use super::entry::Entry;
use crate::scope::{TenantMap, TenantRule};
use crate::snapshot::Catalog;
use crate::snapshot::catalog::{Table, TableKind};
use crate::snapshot::tenancy;
use crate::sql::ident;
use std::collections::BTreeMap;

/// What each table continues; a table that is not in the map continues the one of its own name.
#[derive(Debug, Clone, Default)]
pub struct Lineage {
    tables: BTreeMap<String, Continued>,
}

/// What one table continues. All names are folded.
#[derive(Debug, Clone, Default)]
struct Continued {
    /// `None` for a table that the migration made and for a name that is free again
    origin: Option<String>,
    /// by the name of a renamed column, its old name; `None` for a name that is free again
    columns: BTreeMap<String, Option<String>>,
    /// the tables before that its names may have meant earlier, the last one last; some may not
    /// exist
    predecessors: Vec<String>,
    /// whether VACUUM gave its rows other rowids
    renumbered: bool,
}

impl Lineage {
    pub(crate) fn take(&mut self, step: &Entry) {
        match step {
            Entry::Made(table) => {
                let line = Continued {
                    predecessors: self.meant(table),
                    ..Continued::default()
                };
                self.tables.insert(table.clone(), line);
            }
            Entry::Renumbered(table) => self.line(table).renumbered = true,
            Entry::Renamed { from, to } => self.rename(from, to),
            Entry::ColumnRenamed { table, from, to } => {
                let columns = &mut self.line(table).columns;
                let known = columns.insert(from.clone(), None);
                columns.insert(to.clone(), known.unwrap_or_else(|| Some(from.clone())));
            }
            Entry::Doubtful { .. } | Entry::StorageWritten { .. } | Entry::Untracked(_) => {}
        }
    }

    fn rename(&mut self, from: &str, to: &str) {
        let (mut line, meant) = (self.line(from).clone(), self.meant(to));
        line.predecessors.extend(meant);
        let free = Continued {
            predecessors: self.meant(from),
            ..Continued::default()
        };
        self.tables.insert(from.to_owned(), free);
        self.tables.insert(to.to_owned(), line);
    }

    fn line(&mut self, table: &str) -> &mut Continued {
        self.tables
            .entry(table.to_owned())
            .or_insert_with(|| Continued {
                origin: Some(table.to_owned()),
                ..Continued::default()
            })
    }

    /// The folded names of the tables before that a name may have meant until now.
    fn meant(&self, name: &str) -> Vec<String> {
        match self.tables.get(name) {
            None => vec![name.to_owned()],
            Some(Continued {
                origin: Some(origin),
                ..
            }) => vec![origin.clone()],
            Some(line) => line.predecessors.clone(),
        }
    }

    /// The folded name of the table of the state before that a table continues or replaces.
    pub(super) fn origin_or_replaced<'a>(
        &'a self,
        table: &'a str,
        before: &Catalog,
    ) -> Option<&'a str> {
        let was = |name: &&str| before.tables.contains_key(*name);
        self.origin(table).filter(was).or_else(|| {
            let predecessors = &self.tables.get(table)?.predecessors;
            predecessors.iter().map(String::as_str).rfind(was)
        })
    }

    /// Whether the rows of a table still have the addresses of the state before.
    pub(crate) fn is_original(&self, table: &str) -> bool {
        self.tables
            .get(table)
            .is_none_or(|line| line.origin.is_some() && !line.renumbered)
    }

    /// The rule that tells whose the rows of a table are, with the places of the columns that it
    /// reads: by the name and columns of the table, else by those that it had before.
    pub(super) fn rule(
        &self,
        table: &Table,
        before: &Catalog,
        tenants: &TenantMap,
    ) -> Option<(TenantRule, Vec<usize>)> {
        let old = self
            .origin(&ident::folded(&table.name))
            .and_then(|origin| before.tables.get(origin));
        let rule =
            tenancy::rule_for(tenants, table).or_else(|| tenancy::rule_for(tenants, old?))?;
        let renamed = |name: &str| {
            let (old, was) = (old?, old?.column(name)?);
            let mut names = table.column_names();
            names.position(|name| self.column_before(name, old, table) == Some(was))
        };
        let names = tenancy::columns_of(&rule);
        let places = names
            .iter()
            .map(|name| table.column(name).or_else(|| renamed(name)))
            .collect::<Option<_>>()?;
        Some((rule, places))
    }

    /// The folded name of the table of the state before that the table of this folded name
    /// continues, even if another table has that name now.
    pub(super) fn origin<'a>(&'a self, table: &'a str) -> Option<&'a str> {
        self.tables
            .get(table)
            .map_or(Some(table), |line| line.origin.as_deref())
    }

    /// The table before that a table of the state after is compared with: the table of the same
    /// name, else the table it was, else the one whose place it took and whose name is free again.
    pub fn before<'c>(
        &self,
        table: &str,
        before: &'c Catalog,
        after: &Catalog,
    ) -> Option<&'c Table> {
        before.tables.get(table).or_else(|| {
            let is_there = |name: &str| {
                after
                    .tables
                    .get(name)
                    .is_some_and(|t| t.kind != TableKind::View)
            };
            let origin = self.origin_or_replaced(table, before)?;
            let is_other = |other: &&String| *other != table && is_there(other);
            let mut others = self.tables.keys().filter(is_other);
            // One that merely took the place comes behind one that is the table, and is none of
            // several.
            let has_place = self.origin(table) == Some(origin)
                || !others.any(|other| self.origin_or_replaced(other, before) == Some(origin));
            if is_there(origin) || !is_there(table) || !has_place {
                None
            } else {
                before.tables.get(origin)
            }
        })
    }

    /// The name after of a table before that goes on while one that the migration made has its name.
    pub fn put_aside<'c>(&self, table: &str, after: &'c Catalog) -> Option<&'c Table> {
        if self.origin(table).is_some() {
            return None;
        }
        let is_it = |(name, line): &(&String, &Continued)| {
            *name != table && line.origin.as_deref() == Some(table)
        };
        let mut found = self.tables.iter().filter(is_it);
        found.find_map(|(name, _)| after.tables.get(name))
    }

    /// The other folded name that a table of the state before has in the state after, if it was
    /// renamed.
    pub fn renamed_to<'a>(
        &'a self,
        table: &str,
        before: &Catalog,
        after: &Catalog,
    ) -> Option<&'a str> {
        let goes_on = |name: &&String| {
            name.as_str() != table
                && self
                    .before(name, before, after)
                    .is_some_and(|t| ident::folded(&t.name) == table)
        };
        self.tables.keys().find(goes_on).map(String::as_str)
    }

    /// Whether a table is not the table of the state before that it is compared with: the migration
    /// made it, or it was another table.
    pub fn is_replaced(&self, table: &str, before: &Table) -> bool {
        self.origin(table) != Some(&ident::folded(&before.name))
    }

    /// Whether the rows of a table have other addresses than in the table before that it is compared
    /// with.
    pub fn is_readdressed(&self, table: &str, before: &Table) -> bool {
        let renumbered = self.tables.get(table).is_some_and(|line| line.renumbered);
        renumbered || self.is_replaced(table, before)
    }

    /// The column before that a column of a table of the state after is compared with: the column
    /// of the same name, else the column it was.
    pub fn column_before(&self, column: &str, before: &Table, after: &Table) -> Option<usize> {
        before.column(column).or_else(|| {
            let line = self.tables.get(&ident::folded(&after.name))?;
            let origin = line.columns.get(&ident::folded(column))?.as_deref()?;
            if after.column(origin).is_some() {
                None
            } else {
                before.column(origin)
            }
        })
    }

    /// The folded name that a column of a table had in the state before, where it is the same
    /// table's column under another name, even if the state after has a column of that name again.
    pub fn column_was<'a>(
        &'a self,
        column: &str,
        before: &Table,
        after: &Table,
    ) -> Option<&'a str> {
        let line = self.tables.get(&ident::folded(&after.name))?;
        let was = line.columns.get(&ident::folded(column))?.as_deref()?;
        let is_its_own = line.origin.is_some() && before.column(was).is_some();
        (is_its_own && !ident::same(was, column)).then_some(was)
    }

    /// Whether a table has another name than in the state before, or a renamed column that meets a
    /// condition.
    pub fn is_renamed(&self, table: &str, is_meant: impl Fn(&str) -> bool) -> bool {
        let Some(line) = self.tables.get(table) else {
            return false;
        };
        let mut columns = line.columns.iter();
        let is_new = |(name, was): (&String, &Option<String>)| {
            was.as_ref().is_some_and(|was| was != name) && is_meant(name)
        };
        line.origin.as_ref().is_some_and(|origin| origin != table) || columns.any(is_new)
    }

    /// The name that the verdict uses for a table of the state before: its own if the state after
    /// has that, else the name it got.
    pub(crate) fn current_name(&self, origin: &str, before: &Catalog, after: &Catalog) -> String {
        let name = if after.tables.contains_key(origin) {
            origin
        } else {
            self.renamed_to(origin, before, after).unwrap_or(origin)
        };
        let table = after.tables.get(name).or_else(|| before.tables.get(name));
        table.map_or_else(|| name.to_owned(), |table| table.name.clone())
    }
}
