//! What the capture does with writes to each table: how it finds a row, which columns tell the owner
//! of the row, and whether its images can be read.

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
    /// by the name of the table as the engine spells it
    pub(super) by_name: HashMap<Vec<u8>, Plan>,
    /// the names that tables of any catalog had, by their places
    pub(super) names: Rc<Vec<String>>,
}

/// What to do with writes to one table.
#[derive(Clone)]
pub(super) enum Plan {
    /// rows of the table
    Rows(Rc<RowPlan>),
    /// storage of the virtual table at this place, which shows its rows
    Derived(usize),
    /// not rows of the database
    Ignored,
}

/// How to find the rows of a table and the cells that tell their owner.
pub(super) struct RowPlan {
    /// the place of the table
    pub(super) table: usize,
    /// the columns of the key; `None` for rows that are found by rowid
    pub(super) key: Option<Vec<c_int>>,
    /// the columns that tell the owner
    pub(super) owner: Vec<c_int>,
    /// all columns; `None` where the images that the hook shows are not certain
    pub(super) columns: Option<Vec<ImageColumn>>,
}

/// What decides how a cell of an image is read.
#[derive(Debug, Clone, Copy)]
pub(super) struct ImageColumn {
    pub(super) affinity: Affinity,
    /// whether a record from before the column was added shows something other than NULL there
    pub(super) has_default: bool,
    /// its place among the columns that tell the owner, if it is one of them
    pub(super) owner: Option<usize>,
}

/// The columns that tell the owner of a table's rows.
#[derive(Debug, Default)]
pub(crate) struct OwnerColumns {
    pub(crate) places: Vec<usize>,
    /// whether the table is still the one of the state before, so that the images of its rows say
    /// whose they are
    pub(crate) is_original: bool,
}

impl Plans {
    /// Makes the plans anew for the tables of a catalog; places stay.
    pub(super) fn learn(&mut self, catalog: &Catalog, owner: impl Fn(&Table) -> OwnerColumns) {
        self.by_name.clear();
        for table in catalog.tables.values() {
            let storage_of = catalog
                .owner_of_shadow(&table.name)
                .filter(|_| table.kind == TableKind::Shadow);
            let place = self.place(&storage_of.unwrap_or(table).name);
            let plan = match storage_of {
                Some(_) => Plan::Derived(place),
                None => Plan::Rows(Rc::new(RowPlan::new(place, table, &owner(table)))),
            };
            self.by_name.insert(table.name.clone().into_bytes(), plan);
        }
    }

    fn place(&mut self, name: &str) -> usize {
        let known = self.names.iter().position(|n| ident::same(n, name));
        known.unwrap_or_else(|| {
            Rc::make_mut(&mut self.names).push(name.to_owned());
            self.names.len() - 1
        })
    }
}

impl RowPlan {
    fn new(table: usize, of: &Table, owner: &OwnerColumns) -> Self {
        let numbers = |places: &[usize]| {
            let number = |at: &usize| c_int::try_from(*at).ok();
            places.iter().filter_map(number).collect()
        };
        Self {
            table,
            key: of.without_rowid.then(|| numbers(&of.primary_key)),
            owner: numbers(&owner.places),
            columns: image_columns(of, owner),
        }
    }
}

/// The columns of a table, if the images that the hook shows of its rows are certain.
fn image_columns(table: &Table, owner: &OwnerColumns) -> Option<Vec<ImageColumn>> {
    let is_certain = owner.is_original
        && table.kind == TableKind::Ordinary
        && table.rowid_alias.is_some()
        && table.columns.len() <= images::COLUMNS
        && owner.places.len() <= images::TELLING
        && !table.columns.iter().any(|column| column.generated);
    let column = |(at, column): (usize, &Column)| ImageColumn {
        affinity: column.affinity,
        has_default: column.default.is_some(),
        owner: owner.places.iter().position(|place| *place == at),
    };
    is_certain.then(|| table.columns.iter().enumerate().map(column).collect())
}
