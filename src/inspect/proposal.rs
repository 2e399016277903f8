//! Columns that may say whose a row is, where nobody declared it: those that several tables share
//! and key their rows by.
//!
//! A proposal and no more: nothing is counted by it.

use super::state::TableFacts;
use crate::snapshot::catalog::TableKind;
use crate::snapshot::keys::Keys;
use crate::sql::ident;
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// How many are made.
const MOST: usize = 3;

/// A column that may say whose a row is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Proposal {
    /// its name
    pub column: String,
    /// how many tables have it
    pub tables: usize,
    /// in how many it is part of a key of several columns
    pub keyed: usize,
    /// in how many it refers to another table
    pub refers: usize,
}

/// The likeliest columns first: those in the most tables, then those in the most keys of several
/// columns.
pub(super) fn propose(tables: &[TableFacts]) -> Vec<Proposal> {
    let mut found: BTreeMap<String, Proposal> = BTreeMap::new();
    for TableFacts { table, .. } in tables {
        for name in table.column_names() {
            // A key of its own tells rows apart, not tenants.
            let is_key = ident::is_only(&table.keys.primary, name);
            if table.kind == TableKind::Ordinary && !is_key {
                found
                    .entry(ident::folded(name))
                    .or_default()
                    .count(name, &table.keys);
            }
        }
    }
    found.retain(|_, p| p.tables > 1 && p.keyed + p.refers > 0);
    let mut likely: Vec<Proposal> = found.into_values().collect();
    likely.sort_by_key(|p| Reverse((p.tables, p.keyed, p.refers)));
    likely.truncate(MOST);
    likely
}

impl Proposal {
    /// Counts a table that has the column.
    fn count(&mut self, name: &str, keys: &Keys) {
        let mut composite = keys.composite_columns();
        let mut referring = keys.foreign.iter().flat_map(|key| &key.columns);
        if self.tables == 0 {
            name.clone_into(&mut self.column);
        }
        self.tables += 1;
        self.keyed += usize::from(composite.any(|column| ident::same(column, name)));
        self.refers += usize::from(referring.any(|column| ident::same(column, name)));
    }
}
