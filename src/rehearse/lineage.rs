//! Lineage: which table and column of the state before a table of the state after continues, through every rename.
//!
//! It pairs what is compared and decides nothing: a pair that it names wrongly shows as rows and cells that differ. Where the
//! state after has a table or column of the old name again, the name decides, since that is what readers of the database use.

use super::step::Step;
use crate::snapshot::Catalog;
use crate::snapshot::catalog::Table;
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
    /// whether VACUUM gave its rows other rowids
    renumbered: bool,
}

impl Lineage {
    pub(super) fn take(&mut self, step: &Step) {
        match step {
            Step::Made(table) => {
                self.tables.insert(table.clone(), Line::default());
            }
            Step::Renumbered(table) => self.line(table).renumbered = true,
            Step::Renamed { from, to } => {
                let line = self.line(from).clone();
                self.tables.insert(from.clone(), Line::default());
                self.tables.insert(to.clone(), line);
            }
            Step::ColumnRenamed { table, from, to } => {
                let columns = &mut self.line(table).columns;
                let origin = columns.get(from).cloned().unwrap_or_else(|| Some(from.clone()));
                columns.insert(from.clone(), None);
                columns.insert(to.clone(), origin);
            }
            Step::Doubtful { .. } | Step::Passed(_) => {}
        }
    }

    fn line(&mut self, table: &str) -> &mut Line {
        self.tables.entry(table.to_owned()).or_insert_with(|| Line { origin: Some(table.to_owned()), ..Line::default() })
    }

    /// The folded name of the table of the state before that the one of this folded name continues, whatever else has that name now.
    pub(super) fn origin<'a>(&'a self, table: &'a str) -> Option<&'a str> {
        self.tables.get(table).map_or(Some(table), |line| line.origin.as_deref())
    }

    /// The table before that a table of the state after is compared with: the one of its name, else the one it was.
    pub fn before<'c>(&self, table: &str, before: &'c Catalog, after: &Catalog) -> Option<&'c Table> {
        before.tables.get(table).or_else(|| {
            let origin = self.origin(table)?;
            if after.tables.contains_key(origin) || !after.tables.contains_key(table) { None } else { before.tables.get(origin) }
        })
    }

    /// The folded name under which a table of the state before goes on, where that is another.
    pub fn renamed_to<'a>(&'a self, table: &str, before: &Catalog, after: &Catalog) -> Option<&'a str> {
        let goes_on =
            |name: &&String| name.as_str() != table && self.before(name, before, after).is_some_and(|t| ident::folded(&t.name) == table);
        self.tables.keys().find(goes_on).map(String::as_str)
    }

    /// Whether the rows of a table stand at other addresses than in the one before that it is compared with.
    pub fn is_readdressed(&self, table: &str, before: &Table) -> bool {
        let renumbered = self.tables.get(table).is_some_and(|line| line.renumbered);
        renumbered || self.origin(table) != Some(&ident::folded(&before.name))
    }

    /// The column before that a column of a table of the state after is compared with: the one of its name, else the one it was.
    pub fn column_before(&self, column: &str, before: &Table, after: &Table) -> Option<usize> {
        before.column(column).or_else(|| {
            let line = self.tables.get(&ident::folded(&after.name))?;
            let origin = line.columns.get(&ident::folded(column))?.as_deref()?;
            if after.column(origin).is_some() { None } else { before.column(origin) }
        })
    }
}
