//! A table of the state before and what it is after: under which names its columns go on, and whether
//! two texts about it say the same. Makes no findings.

use super::Case;
use crate::rewrite::{self, Definition};
use crate::snapshot::Catalog;
use crate::snapshot::catalog::{Table, TableKind};
use crate::sql::ident;

/// A table or view of the state before, and the one that it is compared with.
#[derive(Clone, Copy)]
pub(super) struct Continued<'a> {
    pub(super) case: Case<'a>,
    pub(super) before: &'a Table,
    pub(super) after: &'a Table,
}

impl<'a> Continued<'a> {
    /// By its name before; `None` if it is gone.
    pub(super) fn of(case: Case<'a>, name: &str) -> Option<Self> {
        let [before, after] = case.catalogs();
        let folded = ident::folded(name);
        let renamed = || after.tables.get(case.rehearsal.renamed_to(&folded)?);
        Some(Self {
            case,
            before: before.tables.get(&folded)?,
            after: after.tables.get(&folded).or_else(renamed)?,
        })
    }

    /// Every table of the state after with the one that it is compared with.
    pub(super) fn all(case: Case<'a>) -> impl Iterator<Item = Self> {
        case.rehearsal
            .after
            .tables
            .iter()
            .filter(|(_, table)| table.kind == TableKind::Ordinary)
            .filter_map(move |(folded, after)| {
                let before = case.rehearsal.origin(folded)?;
                Some(Self {
                    case,
                    before,
                    after,
                })
            })
    }

    /// What it promised before and promises after, if both can be read.
    pub(super) fn definitions(&self) -> Option<(Definition, Definition)> {
        let [before, after] = self.case.catalogs();
        let read = |catalog: &Catalog, table: &Table| {
            rewrite::definition(catalog.definition(&table.name)?)
        };
        read(before, self.before).zip(read(after, self.after))
    }

    /// The folded name after of a column before.
    pub(super) fn column(&self, column: &str) -> Option<String> {
        let (before, after) = (self.before, self.after);
        let at = before.column(column)?;
        let lineage = &self.case.rehearsal.lineage;
        let is_it = |name: &&str| lineage.column_before(name, before, after) == Some(at);
        after.column_names().find(is_it).map(ident::folded)
    }

    /// The names after of some columns before; `None` if one of them is gone.
    pub(super) fn columns<'c>(
        &self,
        columns: impl IntoIterator<Item = &'c String>,
    ) -> Option<Vec<String>> {
        columns
            .into_iter()
            .map(|column| self.column(column))
            .collect()
    }

    /// Words of a text before, with the names after of the columns; `None` if one of these is
    /// gone.
    pub(super) fn translated(
        &self,
        words: impl IntoIterator<Item = String>,
    ) -> Option<Vec<String>> {
        let word = |word: String| match self.before.column(&word) {
            Some(_) => self.column(&word),
            None => Some(word),
        };
        words.into_iter().map(word).collect()
    }

    /// Whether a text after says what one before did: the words are the same, but for the names of
    /// the table and its columns.
    pub(super) fn says_same(&self, was: &[String], now: &[String]) -> bool {
        let is_renamed = |was: &String, now: &String| {
            let is_table =
                ident::same(was, &self.before.name) && ident::same(now, &self.after.name);
            is_table || self.column(was).as_ref() == Some(now)
        };
        let is_same = |(was, now)| was == now || is_renamed(was, now);
        was.len() == now.len() && was.iter().zip(now).all(is_same)
    }
}
