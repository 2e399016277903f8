//! What the capture does with writes to each table: how its rows are found, how their owners are
//! told, whether they can be judged.

use super::images;
use crate::snapshot::Catalog;
use crate::snapshot::catalog::{Column, Table, TableKind};
use crate::sql::{Affinity, ident};
use std::collections::HashMap;
use std::ffi::c_int;
use std::rc::Rc;

/// The plans for all tables, and places for their names.
#[derive(Default)]
pub(super) struct Plans {
    by_name: HashMap<Vec<u8>, Plan>,
    names: Vec<String>,
}

/// What to do with writes to one table.
#[derive(Clone)]
pub(super) enum Plan {
    /// rows of the table at this place
    Rows(Rc<RowPlan>),
    /// storage of a virtual table: its rows are seen through that table
    Derived(usize),
    /// not rows of the database
    Ignored,
}

/// How rows of a table are found, and how their owner is told.
pub(super) struct RowPlan {
    pub(crate) table: usize,
    /// the key's columns; `None` where they are found by rowid
    pub(crate) key: Option<Vec<c_int>>,
    /// the columns that tell the owner
    pub(crate) owner: Vec<c_int>,
    /// the same, as bits
    pub(crate) telling: u128,
    /// the columns, where rows can be judged by what the hook shows of them
    pub(crate) columns: Option<Vec<ImageColumn>>,
}

/// What is to be known of a column whose cells the hook shows.
#[derive(Debug, Clone, Copy)]
pub(super) struct ImageColumn {
    pub(crate) affinity: Affinity,
    /// whether a record that was written before the column was added shows something else than NULL
    /// there
    pub(super) has_default: bool,
}

/// How the rows of a table tell whose they are.
#[derive(Debug, Default)]
pub(crate) struct Told {
    /// the columns
    pub(crate) by: Vec<usize>,
    /// whether the table is the one of the state before, as it was, so that its rows can be judged
    /// by their images
    pub(crate) is_original: bool,
}

impl Plans {
    /// Makes the plans anew for the tables of a catalog; places stay.
    pub(crate) fn learn(&mut self, catalog: &Catalog, told: impl Fn(&Table) -> Told) {
        self.by_name.clear();
        for table in catalog.tables.values() {
            let storage_of = catalog
                .owner_of_shadow(&table.name)
                .filter(|_| table.kind == TableKind::Shadow);
            let plan = match storage_of {
                Some(owner) => Plan::Derived(self.place(&owner.name)),
                None => Plan::Rows(Rc::new(RowPlan::new(
                    self.place(&table.name),
                    table,
                    &told(table),
                ))),
            };
            self.by_name.insert(table.name.clone().into_bytes(), plan);
        }
    }

    /// The plan for a table, by its name as the engine spells it.
    pub(crate) fn of(&self, table: &[u8]) -> Option<Plan> {
        self.by_name.get(table).cloned()
    }

    /// The place of a table by its name, where a catalog has had it.
    pub(crate) fn place_of(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|n| ident::same(n, name))
    }

    /// The name of a table by its place.
    pub(crate) fn name(&self, place: usize) -> &str {
        &self.names[place]
    }

    fn place(&mut self, name: &str) -> usize {
        self.place_of(name).unwrap_or_else(|| {
            self.names.push(name.to_owned());
            self.names.len() - 1
        })
    }
}

impl RowPlan {
    fn new(place: usize, table: &Table, told: &Told) -> Self {
        let places = |columns: &[usize]| {
            columns
                .iter()
                .filter_map(|at| c_int::try_from(*at).ok())
                .collect()
        };
        let can_judge = told.is_original
            && table.kind == TableKind::Ordinary
            && table.rowid_alias.is_some()
            && table.columns.len() <= images::COLUMNS
            && told.by.len() <= images::TELLING
            && !table.columns.iter().any(|column| column.generated);
        Self {
            table: place,
            key: table.without_rowid.then(|| places(&table.primary_key)),
            owner: places(&told.by),
            telling: told
                .by
                .iter()
                .filter(|at| **at < images::COLUMNS)
                .fold(0, |bits, at| bits | 1 << at),
            columns: can_judge.then(|| {
                let column = |c: &Column| ImageColumn {
                    affinity: c.affinity,
                    has_default: c.default.is_some(),
                };
                table.columns.iter().map(column).collect()
            }),
        }
    }
}
