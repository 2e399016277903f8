//! Columns that may say whose a row is, where nobody declared it: those that several tables share
//! and key their rows by.
//!
//! A proposal and no more: nothing is counted by it.

use super::TableFacts;
use crate::snapshot::Catalog;
use crate::snapshot::catalog::{Table, TableKind};
use crate::sql::ident;
use std::collections::BTreeMap;

/// How many are made.
const MOST: usize = 3;

/// A column that may say whose a row is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
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
pub(super) fn propose(tables: &[TableFacts], catalog: &Catalog) -> Vec<Proposal> {
    let mut found: BTreeMap<String, Proposal> = BTreeMap::new();
    for table in tables
        .iter()
        .filter(|table| table.kind == TableKind::Ordinary)
    {
        let names = catalog
            .table(&table.name)
            .into_iter()
            .flat_map(Table::column_names);
        // A key of its own tells rows apart, not tenants.
        for name in names
            .filter(|name| !matches!(&table.keys.primary[..], [only] if ident::same(only, name)))
        {
            let empty = || Proposal {
                column: name.to_owned(),
                tables: 0,
                keyed: 0,
                refers: 0,
            };
            let proposal = found.entry(ident::folded(name)).or_insert_with(empty);
            proposal.tables += 1;
            proposal.keyed += usize::from(
                table
                    .keys
                    .composite_columns()
                    .any(|column| ident::same(column, name)),
            );
            proposal.refers += usize::from(
                table
                    .keys
                    .foreign
                    .iter()
                    .any(|key| key.columns.iter().any(|column| ident::same(column, name))),
            );
        }
    }
    let mut likely: Vec<Proposal> = found
        .into_values()
        .filter(|p| p.tables > 1 && p.keyed + p.refers > 0)
        .collect();
    likely.sort_by_key(|p| std::cmp::Reverse((p.tables, p.keyed, p.refers)));
    likely.truncate(MOST);
    likely
}
