//! Folding row images into groups by owner: operation, changed columns, samples, statements.

use super::columns::{self, ColumnPair, TablePair};
use super::{DiffError, States};
use crate::change::{self, MovedRows, NamedCell, RowChange, RowGroup, TableChanges};
use crate::rehearse::{ImagedRows, Owners, Statements};
use crate::scope::{Op, TenantMap};
use crate::snapshot::catalog::Table;
use crate::snapshot::tenancy;
use crate::sql::Value;
use rusqlite::Connection;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// The changes of one table under construction.
pub(super) struct Grouping<'a> {
    tables: TablePair<'a>,
    columns: Vec<ColumnPair>,
    owners_before: Option<Owners<'a>>,
    owners_after: Option<Owners<'a>>,
    /// the places of the columns before that tell whose a row is
    told_by: Vec<usize>,
    samples: usize,
    /// the rows by their owners, each group with the statements that were added to it last
    groups: BTreeMap<change::OwnerPair, (RowGroup, Statements)>,
    moved: MovedRows,
}

/// One row: its image before, its image after, and who wrote it.
pub(super) struct Image<'r> {
    pub(super) before: Option<&'r [Value]>,
    pub(super) after: Option<&'r [Value]>,
    pub(super) statements: &'r Statements,
    /// whether a statement wrote the row, apart from whether it differs
    pub(super) touched: bool,
}

impl<'a> Grouping<'a> {
    pub(super) fn new(
        states: States<'a>,
        tables: TablePair<'a>,
        tenants: &TenantMap,
        samples: usize,
    ) -> Result<Self, DiffError> {
        let columns = columns::pairs(tables, states.clock);
        let owners_before = tables
            .before
            .map(|t| {
                owners(
                    states.before,
                    t,
                    tables.after,
                    |at| tables.column_before(at),
                    tenants,
                )
            })
            .transpose()?;
        let owners_after = tables
            .after
            .map(|t| {
                owners(
                    states.after,
                    t,
                    tables.before,
                    |at| tables.column_after(at),
                    tenants,
                )
            })
            .transpose()?;
        let moved = MovedRows {
            table: tables.either().name.clone(),
            rows: 0,
            owners: BTreeSet::new(),
        };
        let told_by = tables
            .before
            .and_then(|t| tenancy::places_of(&tenancy::rule_for(tenants, t)?, t))
            .unwrap_or_default();
        Ok(Self {
            tables,
            columns,
            owners_before,
            owners_after,
            told_by,
            samples,
            groups: BTreeMap::new(),
            moved,
        })
    }

    /// Takes in one row; one that is neither touched nor changed counts only where it belongs to
    /// another tenant now.
    pub(super) fn add(&mut self, image: &Image<'_>) -> Result<(), DiffError> {
        let changed = self.changed_columns(image);
        let op = match (image.before, image.after) {
            (None, None) => return Ok(()),
            (None, Some(_)) => Some(Op::Insert),
            (Some(_), None) => Some(Op::Delete),
            (Some(_), Some(_)) => (!changed.is_empty()).then_some(Op::Update),
        };
        let owners = change::OwnerPair {
            before: owner(self.owners_before.as_mut(), image.before)?,
            after: owner(self.owners_after.as_mut(), image.after)?,
        };
        if op.is_none() && !image.touched {
            if owners.before != owners.after {
                self.moved.rows += 1;
                self.moved.owners.extend(owners.each().cloned());
            }
            return Ok(());
        }
        let (group, latest) = self.groups.entry(owners).or_default();
        group.touched += 1;
        // Millions of rows share a set, which may be of thousands.
        if !Rc::ptr_eq(latest, image.statements) {
            group.statements.extend(image.statements.iter());
            *latest = Rc::clone(image.statements);
        }
        let Some(op) = op else { return Ok(()) };
        group.changed.add(op, 1);
        for at in &changed {
            *group
                .columns
                .entry(self.columns[*at].name.clone())
                .or_default() += 1;
        }
        if group.samples.len() < self.samples {
            let sample = sample(&self.columns, self.tables, op, &changed, image);
            group.samples.push(sample);
        }
        Ok(())
    }

    /// Whether a row with the same cells on both tables has the same owner on both.
    pub(super) fn tells_by_cells(&self) -> bool {
        match (&self.owners_before, &self.owners_after) {
            (Some(Owners::Column(before)), Some(Owners::Column(after))) => before == after,
            (Some(Owners::Fixed(before)), Some(Owners::Fixed(after))) => before == after,
            _ => false,
        }
    }

    /// Changed rows of each group that are kept as samples.
    pub(super) fn samples(&self) -> usize {
        self.samples
    }

    /// Takes in this many rows of a class that the capture judged, without an image.
    pub(super) fn add_judged(
        &mut self,
        class: &ImagedRows<'_>,
        rows: u64,
    ) -> Result<(), DiffError> {
        if rows == 0 {
            return Ok(());
        }
        let ImagedRows {
            op,
            images,
            statement,
            ..
        } = class;
        let row = |table: Option<&Table>, told: &[Value]| -> Option<Vec<Value>> {
            let mut cells = vec![Value::Null; table?.columns.len()];
            for (at, value) in self.told_by.iter().zip(told) {
                cells[*at] = value.clone();
            }
            Some(cells)
        };
        let before = row(
            self.tables.before.filter(|_| *op != Op::Insert),
            &images.before,
        );
        let after = row(
            self.tables.after.filter(|_| *op != Op::Delete),
            &images.after,
        );
        let owners = change::OwnerPair {
            before: owner(self.owners_before.as_mut(), before.as_deref())?,
            after: owner(self.owners_after.as_mut(), after.as_deref())?,
        };
        let (group, _) = self.groups.entry(owners).or_default();
        group.touched += rows;
        group.statements.insert(*statement);
        if *op == Op::Update && images.differs == 0 {
            return Ok(());
        }
        group.changed.add(*op, rows);
        for pair in self.columns.iter().filter(|pair| {
            pair.before
                .is_some_and(|at| images.differs & (1 << at) != 0)
        }) {
            *group.columns.entry(pair.name.clone()).or_default() += rows;
        }
        Ok(())
    }

    /// The changes, and the rows that moved to another tenant without being written.
    pub(super) fn finish(self) -> (TableChanges, Option<MovedRows>) {
        let moved = (self.moved.rows > 0).then_some(self.moved);
        let groups = self
            .groups
            .into_iter()
            .map(|(owners, (group, _))| (owners, group))
            .collect();
        (TableChanges::new(groups), moved)
    }

    /// The columns in which the two images of an updated row differ.
    fn changed_columns(&self, image: &Image<'_>) -> Vec<usize> {
        match (image.before, image.after) {
            (Some(before), Some(after)) => {
                let differing = |follows: bool| -> Vec<usize> {
                    let each = self
                        .columns
                        .iter()
                        .enumerate()
                        .filter(|(_, pair)| pair.follows == follows);
                    each.filter(|(_, pair)| pair.differs(before, after))
                        .map(|(at, _)| at)
                        .collect()
                };
                let stored = differing(false);
                if stored.is_empty() {
                    differing(true)
                } else {
                    stored
                }
            }
            _ => Vec::new(),
        }
    }
}

/// Who owns the rows of one side. Where nothing says so, since the table or its tenant column has
/// another name there, what is said of the other side holds; `here` is the place of a column of the
/// other side on this one.
fn owners<'c>(
    conn: &'c Connection,
    table: &Table,
    other: Option<&Table>,
    here: impl Fn(usize) -> Option<usize>,
    tenants: &TenantMap,
) -> Result<Owners<'c>, DiffError> {
    let rule = tenancy::rule_for(tenants, table).or_else(|| tenancy::rule_for(tenants, other?));
    let Some(rule) = rule else {
        return Ok(Owners::Fixed(change::Owner::Unassigned));
    };
    let place = |name: &str| {
        table
            .column(name)
            .or_else(|| other?.column(name).and_then(&here))
    };
    Ok(Owners::by(conn, table, &rule, place)?)
}

fn owner(
    owners: Option<&mut Owners<'_>>,
    cells: Option<&[Value]>,
) -> Result<Option<change::Owner>, DiffError> {
    match (owners, cells) {
        (Some(owners), Some(cells)) => Ok(Some(owners.of(cells)?)),
        _ => Ok(None),
    }
}

fn sample(
    columns: &[ColumnPair],
    tables: TablePair<'_>,
    op: Op,
    changed: &[usize],
    image: &Image<'_>,
) -> RowChange {
    let shown: Vec<&ColumnPair> = match op {
        Op::Update => changed.iter().map(|at| &columns[*at]).collect(),
        Op::Insert | Op::Delete => columns.iter().filter(|pair| !pair.follows).collect(),
    };
    let cells = |cells: Option<&[Value]>,
                 place: fn(&ColumnPair) -> Option<usize>|
     -> Vec<NamedCell> {
        let named = |pair: &&ColumnPair| Some((pair.name.clone(), cells?[place(pair)?].clone()));
        shown.iter().filter_map(named).collect()
    };
    let key = match (image.before, tables.before, image.after, tables.after) {
        (Some(cells), Some(table), ..) | (_, _, Some(cells), Some(table)) => key(table, cells),
        _ => Vec::new(),
    };
    RowChange {
        op,
        key,
        before: cells(image.before, |p| p.before),
        after: cells(image.after, |p| p.after),
    }
}

/// The primary key's cells.
fn key(table: &Table, cells: &[Value]) -> Vec<NamedCell> {
    table
        .primary_key
        .iter()
        .map(|at| (table.columns[*at].name.clone(), cells[*at].clone()))
        .collect()
}
