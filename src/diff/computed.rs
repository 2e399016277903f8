//! Whether a computed column is computed as it was, so that it follows from others and is no change
//! of its own.

use super::columns::TablePair;
use crate::rehearse::Rehearsal;
use crate::rewrite;
use crate::snapshot::Catalog;
use crate::snapshot::catalog::Table;
use crate::sql::ident;
use crate::sql::token::exact_words;
use std::collections::BTreeMap;

/// The expressions of the computed columns of a table, if its text is another.
pub(super) struct Computed<'a> {
    tables: TablePair<'a>,
    /// by column; none that cannot be read
    changed: Option<[BTreeMap<String, String>; 2]>,
}

impl<'a> Computed<'a> {
    pub(super) fn of(rehearsal: &Rehearsal, tables: TablePair<'a>) -> Self {
        let text = |catalog: &Catalog, table: Option<&Table>| {
            Some(catalog.definition(&table?.name)?.to_owned())
        };
        let before = text(&rehearsal.before, tables.before);
        let after = text(&rehearsal.after, tables.after);
        let read = |sql: Option<String>| {
            let definition = sql.as_deref().and_then(rewrite::definition);
            definition.unwrap_or_default().generated
        };
        let changed = (before != after).then(|| [read(before), read(after)]);
        Self { tables, changed }
    }

    /// As if no expression were another.
    pub(super) fn unchanged(tables: TablePair<'a>) -> Self {
        Self {
            tables,
            changed: None,
        }
    }

    /// Whether the columns at these places are computed by the same expression, but for renamed
    /// columns.
    pub(super) fn is_same(&self, before: usize, after: usize) -> bool {
        let (Some([old, new]), Some((was, is))) = (&self.changed, self.tables.both()) else {
            return true;
        };
        let (was, is) = (&was.columns[before], &is.columns[after]);
        let words = |all: &BTreeMap<String, String>, column: &str| {
            Some(exact_words(all.get(&ident::folded(column))?))
        };
        let both = words(old, &was.name).zip(words(new, &is.name));
        was.affinity == is.affinity
            && both.is_some_and(|(old, new)| {
                old.len() == new.len() && old.iter().zip(&new).all(|both| self.is_same_word(both))
            })
    }

    fn is_same_word(&self, (old, new): (&String, &String)) -> bool {
        let continues = || {
            let (before, after) = self.tables.both()?;
            let at = self.tables.column_before(after.column(new)?)?;
            Some(before.column(old) == Some(at))
        };
        old == new || continues() == Some(true)
    }
}
