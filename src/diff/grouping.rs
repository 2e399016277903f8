//! Grouping changed rows by their owners: operation, changed columns, samples, statements.

use super::Asked;
use super::columns::{self, ColumnPair, TablePair};
use super::computed::Computed;
use super::error::TableError;
use super::fate::RulePair;
use super::ownership::Ownership;
use super::table::TableComparison;
use super::written_rows::{Addresses, WrittenRows};
use crate::change::{MovedRows, NamedCell, OwnerPair, RowChange, RowGroup, TableChanges};
use crate::rehearse::{ImagedRows, Statements, known_cells};
use crate::scope::Op;
use crate::snapshot::catalog::Table;
use crate::snapshot::tenancy;
use crate::sql::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// The changes of one table under construction.
pub(super) struct Grouping<'a> {
    tables: TablePair<'a>,
    columns: Vec<ColumnPair>,
    pub(super) ownership: Ownership<'a>,
    /// the places of the columns before that say whose a row is
    owner_columns: Vec<usize>,
    /// how many changed rows of each group are kept as samples
    pub(super) samples: usize,
    /// the rows by their owners, each group with the statements that were added to it last
    groups: BTreeMap<OwnerPair, (RowGroup, Statements)>,
    moved: MovedRows,
    /// which rows were written, if that is asked for
    pub(super) written: Option<WrittenRows>,
}

/// One row: its image before, its image after, and who wrote it.
pub(super) struct Image<'r> {
    pub(super) before: Option<&'r [Value]>,
    pub(super) after: Option<&'r [Value]>,
    pub(super) statements: &'r Statements,
    /// whether a statement wrote the row, even with the values it had
    pub(super) touched: bool,
    /// where the row is, if that is asked for
    pub(super) at: Addresses,
}

impl Image<'_> {
    /// What happened to the row, when these columns are those in which the images differ.
    fn op(&self, changed: &[&ColumnPair]) -> Option<Op> {
        match (self.before, self.after) {
            (None, None) => None,
            (None, Some(_)) => Some(Op::Insert),
            (Some(_), None) => Some(Op::Delete),
            (Some(_), Some(_)) => (!changed.is_empty()).then_some(Op::Update),
        }
    }
}

impl<'a> Grouping<'a> {
    pub(super) fn new(at: TableComparison<'a>, asked: Asked<'_>) -> Result<Self, TableError> {
        let (tables, tenants) = (at.tables, asked.tenants);
        let rules = RulePair::of(at.states, at.rehearsal, tables, tenants);
        let owner_columns = tables
            .before
            .and_then(|t| tenancy::places_of(&tenancy::rule_for(tenants, t)?, t));
        Ok(Self {
            tables,
            columns: columns::pairs(
                tables,
                &Computed::of(at.rehearsal, tables),
                &rules.begun_columns(tables),
                at.states.clock,
            ),
            ownership: Ownership::new(at, &rules, tenants)?,
            owner_columns: owner_columns.unwrap_or_default(),
            samples: asked.samples,
            groups: BTreeMap::new(),
            written: asked.rows_of.contains(at.name).then(WrittenRows::default),
            moved: MovedRows {
                table: tables.either().name.clone(),
                fate: rules.fate,
                rows: 0,
                owners: BTreeSet::new(),
            },
        })
    }

    /// Adds one row. One that is neither touched nor changed counts only where it moved.
    pub(super) fn add(&mut self, mut image: Image<'_>) -> Result<(), TableError> {
        if image.before.is_none() && image.after.is_none() {
            return Ok(());
        }
        let at = std::mem::take(&mut image.at);
        let image = &image;
        let changed = changed_columns(&self.columns, image);
        let op = image.op(&changed);
        let owners = self.ownership.of(image.before, image.after)?;
        if let (Some(before), Some(after)) = (image.before, image.after)
            && self
                .ownership
                .is_moved(&owners, (before, after), op.is_some())
        {
            count_moved(&mut self.moved, &owners, 1);
        }
        if op.is_none() && !image.touched {
            return Ok(());
        }
        if let Some(written) = &mut self.written {
            written.take(op, at);
        }
        let (group, latest) = self.groups.entry(owners).or_default();
        touch(group, latest, image.statements);
        let Some(op) = op else { return Ok(()) };
        count(group, op, changed.iter().copied(), 1);
        if group.samples.len() < self.samples {
            let shown = match op {
                Op::Update => changed,
                Op::Insert | Op::Delete => self.columns.iter().filter(|c| !c.follows).collect(),
            };
            group.samples.push(sample(self.tables, op, &shown, image));
        }
        Ok(())
    }

    /// Adds this many rows of a class that the capture judged, without an image.
    pub(super) fn add_judged(
        &mut self,
        class: &ImagedRows<'_>,
        rows: u64,
    ) -> Result<(), TableError> {
        if rows == 0 {
            return Ok(());
        }
        let (op, images) = (class.op, class.images);
        let before = self.tables.before.filter(|_| op != Op::Insert);
        let after = self.tables.after.filter(|_| op != Op::Delete);
        let before = before.map(|table| self.owner_cells(table, &images.before));
        let after = after.map(|table| self.owner_cells(table, &images.after));
        let owners = self.ownership.of(before.as_deref(), after.as_deref())?;
        let is_changed = op != Op::Update || images.differs != 0;
        if let Some(written) = &mut self.written {
            // The first ones are read again.
            let rows = class.rows.but_first(self.samples);
            written.take_all(is_changed.then_some(op), &rows);
        }
        if let (Some(before), Some(after)) = (&before, &after)
            && self
                .ownership
                .is_moved(&owners, (before, after), is_changed)
        {
            count_moved(&mut self.moved, &owners, rows);
        }
        let (group, _) = self.groups.entry(owners).or_default();
        group.touched += rows;
        group.statements.insert(class.statement);
        if is_changed {
            let differs = |at: usize| images.differs & (1 << at) != 0;
            let changed = self
                .columns
                .iter()
                .filter(|c| c.before.is_some_and(differs));
            count(group, op, changed, rows);
        }
        Ok(())
    }

    /// The cells of a row of which those that tell its owner are known.
    fn owner_cells(&self, table: &Table, known: &[Value]) -> Vec<Value> {
        let places = self.owner_columns.iter().copied();
        known_cells(table, places.zip(known.iter().cloned()))
    }

    /// The changes, the rows that moved to another tenant without a write that says so, and which rows
    /// were written.
    pub(super) fn finish(self) -> (TableChanges, Option<MovedRows>, Option<WrittenRows>) {
        let moved = (self.moved.rows > 0).then_some(self.moved);
        let groups = self.groups.into_iter();
        let groups = groups.map(|(owners, (group, _))| (owners, group));
        (TableChanges::new(groups.collect()), moved, self.written)
    }
}

fn count_moved(moved: &mut MovedRows, owners: &OwnerPair, rows: u64) {
    moved.rows += rows;
    moved.owners.extend(owners.each().cloned());
}

/// Counts a touched row. Millions of rows share a set of statements, which may be of thousands:
/// `latest` is the one that was added last.
fn touch(group: &mut RowGroup, latest: &mut Statements, statements: &Statements) {
    group.touched += 1;
    if !Rc::ptr_eq(latest, statements) {
        group.statements.extend(statements.iter());
        *latest = Rc::clone(statements);
    }
}

/// The columns in which the two images of an updated row differ: computed ones only where no other
/// does.
fn changed_columns<'c>(columns: &'c [ColumnPair], image: &Image<'_>) -> Vec<&'c ColumnPair> {
    let (Some(before), Some(after)) = (image.before, image.after) else {
        return Vec::new();
    };
    let differing = |follows: bool| -> Vec<&ColumnPair> {
        let each = columns.iter().filter(|column| column.follows == follows);
        each.filter(|column| column.differs(before, after))
            .collect()
    };
    let stored = differing(false);
    if stored.is_empty() {
        differing(true)
    } else {
        stored
    }
}

/// Counts changed rows, and for each of these columns that they changed it.
fn count<'c>(
    group: &mut RowGroup,
    op: Op,
    columns: impl Iterator<Item = &'c ColumnPair>,
    rows: u64,
) {
    group.changed.add(op, rows);
    for column in columns {
        *group.columns.entry(column.name.clone()).or_default() += rows;
    }
}

pub(super) fn sample(
    tables: TablePair<'_>,
    op: Op,
    shown: &[&ColumnPair],
    image: &Image<'_>,
) -> RowChange {
    let cells = |cells: Option<&[Value]>, place: fn(&ColumnPair) -> Option<usize>| {
        shown
            .iter()
            .filter_map(|column| Some((column.name.clone(), cells?[place(column)?].clone())))
            .collect()
    };
    let key = image
        .before
        .zip(tables.before)
        .or_else(|| image.after.zip(tables.after));
    RowChange {
        op,
        key: key.map_or_else(Vec::new, |(cells, table)| key_cells(table, cells)),
        before: cells(image.before, |column| column.before),
        after: cells(image.after, |column| column.after),
    }
}

fn key_cells(table: &Table, cells: &[Value]) -> Vec<NamedCell> {
    let values = table.primary_key.iter().map(|at| cells[*at].clone());
    table.key_columns().map(str::to_owned).zip(values).collect()
}
