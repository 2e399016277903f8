//! Whose the rows of one table are, in the state before and in the state after.

use super::columns::TablePair;
use super::fate::RulePair;
use super::table::TableComparison;
use crate::change::{Owner, OwnerPair, RuleFate};
use crate::rehearse::{LookupError, Owners};
use crate::scope::{Tenant, TenantMap, TenantRule};
use crate::snapshot::catalog::Table;
use crate::snapshot::tenancy;
use crate::sql::Value;
use rusqlite::Connection;

/// Finds the owners of rows in both states.
pub(super) struct Ownership<'a> {
    before: Option<Owners<'a>>,
    after: Option<Owners<'a>>,
    /// whether the rule of one state says of a row in both whose it is in the other as well
    shares: Option<Known>,
    pub(super) fate: RuleFate,
}

/// The state in which a row's owner is known.
#[derive(Clone, Copy)]
enum Known {
    Before,
    After,
}

impl<'a> Ownership<'a> {
    pub(super) fn new(
        at: TableComparison<'a>,
        rules: &RulePair,
        tenants: &TenantMap,
    ) -> Result<Self, LookupError> {
        let (states, tables) = (at.states, at.tables);
        let own = |conn, table: Option<&Table>| {
            table
                .map(|table| Owners::new(conn, table, tenants))
                .transpose()
        };
        let (mut before, mut after, mut shares) = (None, None, None);
        match (&rules.before, &rules.after, tables.both()) {
            (None, Some(rule), Some((old, _))) if rules.fate == RuleFate::Begun => {
                before = Some(begun(states.after, tables, old, rule)?);
                shares = Some(Known::After);
            }
            (Some(rule), None, Some((_, new))) => {
                after = lost(states.after, tables, new, rule)?;
                shares = after.is_none().then_some(Known::Before);
            }
            _ => {}
        }
        if before.is_none() {
            before = own(states.before, tables.before)?;
        }
        if after.is_none() {
            after = own(states.after, tables.after)?;
        }
        Ok(Self {
            before,
            after,
            shares,
            fate: rules.fate,
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
        let is_both = before.is_some() && after.is_some();
        Ok(match self.shares.filter(|_| is_both) {
            None => OwnerPair {
                before: owner(&mut self.before, before)?,
                after: owner(&mut self.after, after)?,
            },
            Some(Known::Before) => OwnerPair::same(owner(&mut self.before, before)?),
            Some(Known::After) => OwnerPair::same(owner(&mut self.after, after)?),
        })
    }

    /// Whether a row with the same cells in both states has the same owner in both, by a rule that
    /// is kept.
    pub(super) fn follows_from_cells(&self) -> bool {
        self.fate == RuleFate::Kept
            && match (&self.before, &self.after) {
                (Some(Owners::Column(before)), Some(Owners::Column(after))) => before == after,
                (Some(Owners::Fixed(before)), Some(Owners::Fixed(after))) => before == after,
                _ => false,
            }
    }

    /// Whether a row that is there in both states has another owner, or a rule of another fate,
    /// without a write that says so; `is_changed` says whether it has other values.
    pub(super) fn is_moved(
        &self,
        owners: &OwnerPair,
        (before, after): (&[Value], &[Value]),
        is_changed: bool,
    ) -> bool {
        let by = |owners: &Option<Owners<'_>>, cells| owners.as_ref()?.looks_up_by(cells);
        match self.fate {
            RuleFate::Begun | RuleFate::Lost => true,
            RuleFate::Renamed => owners.before != owners.after,
            RuleFate::Kept if owners.before == owners.after => false,
            // What a lookup gives another answer for is in another row.
            RuleFate::Kept => {
                let asked = by(&self.before, before);
                !is_changed || (asked.is_some() && asked == by(&self.after, after))
            }
        }
    }
}

/// Whose the rows were that are gone, by a rule that begins: the cells that it reads were not there
/// and read as NULL.
fn begun<'c>(
    conn: &'c Connection,
    tables: TablePair<'_>,
    old: &Table,
    rule: &TenantRule,
) -> Result<Owners<'c>, LookupError> {
    let place = |name: &str| tables.column_before(tables.after?.column(name)?);
    if let TenantRule::Column(name) = rule
        && place(name).is_none()
    {
        return Ok(Owners::Fixed(Owner::Tenant(Tenant(Value::Null))));
    }
    Owners::by(conn, old, rule, place)
}

/// Whose the rows are by a rule that is lost, as far as its columns go on by other names.
fn lost<'c>(
    conn: &'c Connection,
    tables: TablePair<'_>,
    new: &Table,
    rule: &TenantRule,
) -> Result<Option<Owners<'c>>, LookupError> {
    let place = |name: &str| tables.column_after(tables.before?.column(name)?);
    let goes_on = tenancy::columns_of(rule)
        .iter()
        .all(|name| place(name).is_some());
    let is_readable = match rule {
        TenantRule::Lookup(sql) => conn.prepare(sql).is_ok(),
        TenantRule::Column(_) | TenantRule::Shared => true,
    };
    if goes_on && is_readable {
        Owners::by(conn, new, rule, place).map(Some)
    } else {
        Ok(None)
    }
}
