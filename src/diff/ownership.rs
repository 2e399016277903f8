//! Whose the rows of one table are, in the state before and in the state after.

use super::States;
use super::columns::TablePair;
use crate::change::{Owner, OwnerPair};
use crate::rehearse::{LookupError, Owners};
use crate::scope::TenantMap;
use crate::snapshot::catalog::Table;
use crate::snapshot::tenancy;
use crate::sql::Value;
use rusqlite::Connection;

/// Finds the owners of rows in both states.
pub(super) struct Ownership<'a> {
    before: Option<Owners<'a>>,
    after: Option<Owners<'a>>,
}

impl<'a> Ownership<'a> {
    pub(super) fn new(
        states: States<'a>,
        tables: TablePair<'a>,
        tenants: &TenantMap,
    ) -> Result<Self, LookupError> {
        let TablePair { before, after, .. } = tables;
        let old = |table| {
            let place = |at| tables.column_before(at);
            owners(states.before, table, (after, &place), tenants)
        };
        let new = |table| {
            let place = |at| tables.column_after(at);
            owners(states.after, table, (before, &place), tenants)
        };
        Ok(Self {
            before: before.map(old).transpose()?,
            after: after.map(new).transpose()?,
        })
    }

    /// The owners of a row, by its cells in either state.
    pub(super) fn of(
        &mut self,
        before: Option<&[Value]>,
        after: Option<&[Value]>,
    ) -> Result<OwnerPair, LookupError> {
        let owner = |owners: &mut Option<Owners<'_>>, cells| {
            let found = owners.as_mut().zip(cells);
            found.map(|(owners, cells)| owners.of(cells)).transpose()
        };
        Ok(OwnerPair {
            before: owner(&mut self.before, before)?,
            after: owner(&mut self.after, after)?,
        })
    }

    /// Whether a row with the same cells in both states has the same owner in both.
    pub(super) fn follows_from_cells(&self) -> bool {
        match (&self.before, &self.after) {
            (Some(Owners::Column(before)), Some(Owners::Column(after))) => before == after,
            (Some(Owners::Fixed(before)), Some(Owners::Fixed(after))) => before == after,
            _ => false,
        }
    }
}

/// Who owns the rows of a table in one state. Where nothing says so, since the table or its tenant
/// column has another name there, the rule of the table in the other state applies; with it comes
/// the place here of each of its columns.
fn owners<'c>(
    conn: &'c Connection,
    table: &Table,
    (other, place): (Option<&Table>, &dyn Fn(usize) -> Option<usize>),
    tenants: &TenantMap,
) -> Result<Owners<'c>, LookupError> {
    let rule = tenancy::rule_for(tenants, table).or_else(|| tenancy::rule_for(tenants, other?));
    rule.map_or(Ok(Owners::Fixed(Owner::Unassigned)), |rule| {
        Owners::by(conn, table, &rule, |name| {
            (table.column(name)).or_else(|| other?.column(name).and_then(place))
        })
    })
}
