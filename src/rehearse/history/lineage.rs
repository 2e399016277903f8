//! Lineage: which table and column of the state before a table of the state after continues,
//! through every rename.
//!
//! It pairs what is compared and decides nothing: a pair that it names wrongly shows as rows and
//! cells that differ. Where the state after has a table or column of the old name again, the name
//! decides, since that is what readers of the database use.

use super::entry::Entry;
use crate::scope::{TenantMap, TenantRule};
use crate::snapshot::Catalog;
use crate::snapshot::catalog::{Table, TableKind};
use crate::snapshot::tenancy;
use crate::sql::ident;
use std::collections::BTreeMap;

/// What each table continues; tables that are not mentioned continue those of their own name.
#[derive(Debug, Clone, Default)]
pub struct Lineage {
    tables: BTreeMap<String, Line>,
}

/// What one table continues. All names are folded.
#[derive(Debug, Clone, Default)]
struct Line {
    /// `None` for a table that the migration made, and for a name that is free again
    origin: Option<String>,
    /// for each column that was renamed, its name before; `None` for a name that is free again
    columns: BTreeMap<String, Option<String>>,
    /// of a table without an origin, the one before whose place it took under a name that that had
    /// got in between
    successor_of: Option<String>,
    /// the names that it has borne, and what those stood for, the last one last; some may be of no
    /// table before
    stood_for: Vec<String>,
    /// whether VACUUM gave its rows other rowids
    renumbered: bool,
}

impl Lineage {
    pub(crate) fn take(&mut self, step: &Entry) {
        match step {
            Entry::Made(table) => {
                let line = Line {
                    successor_of: self.predecessor(table),
                    stood_for: self.held(table),
                    ..Line::default()
                };
                self.tables.insert(table.clone(), line);
            }
            Entry::Renumbered(table) => self.line(table).renumbered = true,
            Entry::Renamed { from, to } => {
                let (mut line, held) = (self.line(from).clone(), self.held(to));
                line.stood_for.extend(held);
                if line.origin.is_none() {
                    line.successor_of = self.predecessor(to).or(line.successor_of);
                }
                self.tables.insert(from.clone(), Line::default());
                self.tables.insert(to.clone(), line);
            }
            Entry::ColumnRenamed { table, from, to } => {
                let columns = &mut self.line(table).columns;
                let origin = columns
                    .get(from)
                    .cloned()
                    .unwrap_or_else(|| Some(from.clone()));
                columns.insert(from.clone(), None);
                columns.insert(to.clone(), origin);
            }
            Entry::Doubtful { .. } | Entry::Untracked(_) => {}
        }
    }

    fn line(&mut self, table: &str) -> &mut Line {
        self.tables.entry(table.to_owned()).or_insert_with(|| Line {
            origin: Some(table.to_owned()),
            ..Line::default()
        })
    }

    /// The folded name of the table before that has got this name in between and held it until now.
    fn predecessor(&self, name: &str) -> Option<String> {
        let line = self.tables.get(name)?;
        line.origin
            .clone()
            .or_else(|| line.successor_of.clone())
            .filter(|origin| origin != name)
    }

    /// The folded names of the tables before that a name may have stood for until now.
    fn held(&self, name: &str) -> Vec<String> {
        match self.tables.get(name) {
            None => vec![name.to_owned()],
            Some(line) => line
                .origin
                .as_ref()
                .map_or_else(|| line.stood_for.clone(), |origin| vec![origin.clone()]),
        }
    }

    /// The folded name of the table of the state before that a table continues or took the place
    /// of, if there was one.
    pub(super) fn stands_for<'a>(&'a self, table: &'a str, before: &Catalog) -> Option<&'a str> {
        let was = |name: &&str| before.tables.contains_key(*name);
        let stood_for = || {
            self.tables
                .get(table)?
                .stood_for
                .iter()
                .map(String::as_str)
                .rfind(was)
        };
        self.origin(table).filter(was).or_else(stood_for)
    }

    /// Whether the rows of a table still have the addresses of the state before.
    pub(crate) fn is_original(&self, table: &str) -> bool {
        self.tables
            .get(table)
            .is_none_or(|line| line.origin.is_some() && !line.renumbered)
    }

    /// How the rows of a table tell whose they are, with the places of the columns that tell: by
    /// its own name and columns, else by those that it had.
    pub(crate) fn rule(
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
            let was = old?.column(name)?;
            (0..table.columns.len()).find(|at| {
                old.and_then(|old| self.column_before(&table.columns[*at].name, old, table))
                    == Some(was)
            })
        };
        let places: Option<Vec<usize>> = tenancy::columns_of(&rule)
            .iter()
            .map(|name| table.column(name).or_else(|| renamed(name)))
            .collect();
        Some((rule, places?))
    }

    /// The folded name of the table of the state before that the one of this folded name continues,
    /// whatever else has that name now.
    pub(crate) fn origin<'a>(&'a self, table: &'a str) -> Option<&'a str> {
        self.tables
            .get(table)
            .map_or(Some(table), |line| line.origin.as_deref())
    }

    /// The table before that a table of the state after is compared with: the one of its name, else
    /// the one it was.
    pub fn before<'c>(
        &self,
        table: &str,
        before: &'c Catalog,
        after: &Catalog,
    ) -> Option<&'c Table> {
        before.tables.get(table).or_else(|| {
            let line = self.tables.get(table)?;
            let origin = line.origin.as_ref().or(line.successor_of.as_ref())?;
            let is_there = |name: &str| {
                after
                    .tables
                    .get(name)
                    .is_some_and(|t| t.kind != TableKind::View)
            };
            if is_there(origin) || !is_there(table) {
                None
            } else {
                before.tables.get(origin)
            }
        })
    }

    /// The folded name under which a table of the state before goes on, where that is another.
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

    /// Whether a table was made by the migration, or is another one of the state before, rather
    /// than the one of the state before that it is compared with.
    pub fn is_replaced(&self, table: &str, before: &Table) -> bool {
        self.origin(table) != Some(&ident::folded(&before.name))
    }

    /// Whether the rows of a table stand at other addresses than in the one before that it is
    /// compared with.
    pub fn is_readdressed(&self, table: &str, before: &Table) -> bool {
        let renumbered = self.tables.get(table).is_some_and(|line| line.renumbered);
        renumbered || self.is_replaced(table, before)
    }

    /// The column before that a column of a table of the state after is compared with: the one of
    /// its name, else the one it was.
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

    /// The name under which what happened to a table of the state before is judged: its own where
    /// the state after has it, else the one that it got.
    pub(crate) fn judged_as(&self, origin: &str, before: &Catalog, after: &Catalog) -> String {
        let name = if after.tables.contains_key(origin) {
            origin
        } else {
            self.renamed_to(origin, before, after).unwrap_or(origin)
        };
        let table = after.tables.get(name).or_else(|| before.tables.get(name));
        table.map_or_else(|| name.to_owned(), |table| table.name.clone())
    }
}
