//! What the capture does with writes to each table: how it finds a row, which columns tell the owner
//! of the row, and whether its images can be read.

use super::images;
use crate::snapshot::Catalog;
use crate::snapshot::catalog::{Column, Table, TableKind};
use crate::snapshot::storage;
use crate::sql::{Affinity, ident};
use std::collections::HashMap;
use std::ffi::c_int;
use std::rc::Rc;

/// The folded name of a table, which all writes to it share.
pub(crate) type TableName = Rc<str>;

/// What to do with writes to each table, by its name as the engine spells it.
pub(super) type Plans = HashMap<Vec<u8>, Plan>;

/// What to do with writes to one table.
#[derive(Clone)]
pub(super) enum Plan {
    /// rows of the table
    Rows(Rc<RowPlan>),
    /// storage of the virtual table of this name, which shows its rows; the plan is that of the
    /// storage that has one row for each entry of an index
    Storage(TableName, Option<Rc<RowPlan>>),
    /// not rows of the database
    Ignored,
}

/// How to find the rows of a table and the cells that tell their owner.
pub(super) struct RowPlan {
    pub(super) table: TableName,
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

/// The plans for the tables of a catalog.
pub(super) fn plans(catalog: &Catalog, owner: impl Fn(&Table) -> OwnerColumns) -> Plans {
    let plan = |table: &Table| {
        let storage_of = catalog
            .owner_of_shadow(&table.name)
            .filter(|_| table.kind == TableKind::Shadow);
        let plan = match storage_of {
            Some(of) => {
                let of_entries = storage::is_of_entries(&table.name);
                let entries = of_entries.then(|| RowPlan::new(table, &OwnerColumns::default()));
                Plan::Storage(ident::folded(&of.name).into(), entries.map(Rc::new))
            }
            None => Plan::Rows(Rc::new(RowPlan::new(table, &owner(table)))),
        };
        (table.name.clone().into_bytes(), plan)
    };
    catalog.tables.values().map(plan).collect()
}

impl RowPlan {
    fn new(table: &Table, owner: &OwnerColumns) -> Self {
        let numbers = |places: &[usize]| {
            let number = |at: &usize| c_int::try_from(*at).ok();
            places.iter().filter_map(number).collect()
        };
        Self {
            table: ident::folded(&table.name).into(),
            key: table.without_rowid.then(|| numbers(&table.primary_key)),
            owner: numbers(&owner.places),
            columns: image_columns(table, owner),
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
