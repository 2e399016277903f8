//! Whose rows were written, where they cannot be followed: read just before a statement that may
//! give the rows of a table other addresses, or known by counts alone.
//!
//! Only the capture shows a row that was written with the values it had; once its address means
//! another row, only what was noted here says that it was reached.

use super::entry::{Entry, UntrackedTouch};
use super::journal::{Journal, WrittenRow};
use super::lineage::Lineage;
use super::schema_change::Schema;
use crate::change::{Owner, RowAddress};
use crate::migration::Statement;
use crate::rehearse::capture::{OwnerCells, OwnerColumns};
use crate::rehearse::fault::RehearseError;
use crate::rehearse::owner::{Owners, known_cells};
use crate::rehearse::preview::PreviewRun;
use crate::rehearse::read::{self, ByAddress};
use crate::scope::{Tenant, TenantMap, TenantRule};
use crate::snapshot::Catalog;
use crate::snapshot::catalog::{Table, TableKind};
use crate::snapshot::tenancy;
use crate::sql::{ident, lacking, message};
use rusqlite::Connection;
use std::collections::{BTreeMap, BTreeSet};

/// The tables at a moment of the migration, and what they continue.
#[derive(Clone, Copy)]
pub(crate) struct Now<'a> {
    pub(crate) conn: &'a Connection,
    pub(crate) schema: &'a Schema,
    pub(crate) lineage: &'a Lineage,
    pub(crate) tenants: &'a TenantMap,
}

/// Rows by owner, with the statements that wrote them.
type RowsByOwner = BTreeMap<Owner, (u64, BTreeSet<usize>)>;

impl<'a> Now<'a> {
    fn rule(self, table: &Table) -> Option<(TenantRule, Vec<usize>)> {
        self.lineage.rule(table, &self.schema.before, self.tenants)
    }

    /// The columns that tell the owner of a table's rows.
    pub(crate) fn owner_columns(self, table: &Table) -> OwnerColumns {
        let name = ident::folded(&table.name);
        let places = self.rule(table).map(|(_, places)| places);
        let is_known = places.is_some() || tenancy::rule_for(self.tenants, table).is_none();
        let is_same = self.lineage.is_original(&name)
            && self.schema.before.tables.contains_key(&name)
            && !self.schema.altered.contains_key(&name);
        OwnerColumns {
            places: places.unwrap_or_default(),
            is_original: is_known && is_same,
        }
    }

    /// Whose the rows of a table are. A temporary table or view may hide what a lookup reads; then
    /// nobody can say.
    fn owners(self, table: &Table) -> Result<Owners<'a>, RehearseError> {
        let Some((rule, places)) = self.rule(table) else {
            return Ok(Owners::Fixed(Owner::Unassigned));
        };
        if matches!(rule, TenantRule::Lookup(_)) && self.schema.now.hidden().next().is_some() {
            return Ok(Owners::Fixed(Owner::Ambiguous));
        }
        let names = tenancy::columns_of(&rule);
        let place = |name: &str| {
            let at = names.iter().position(|n| ident::same(n, name))?;
            Some(places[at])
        };
        Ok(Owners::by(self.conn, table, &rule, place)?)
    }

    fn touches(self, table: &Table, found: RowsByOwner) -> Vec<Entry> {
        let name = ident::folded(&table.name);
        let origin = self.lineage.origin_or_replaced(&name, &self.schema.before);
        let touch = |(owner, (rows, statements))| {
            Entry::Untracked(UntrackedTouch {
                table: table.name.clone(),
                origin: origin.map(str::to_owned),
                owner,
                rows,
                statements,
            })
        };
        found.into_iter().map(touch).collect()
    }

    /// The owners of the rows of the table of this folded name that were written so far, as they are
    /// now. Rows that an INSERT alone wrote to a table which the migration made are copies, and not
    /// counted.
    pub(crate) fn written(
        self,
        name: &str,
        journal: &Journal,
    ) -> Result<Vec<Entry>, RehearseError> {
        let table = self.schema.now.table(name);
        let Some(table) = table.filter(|table| {
            table.kind == TableKind::Ordinary && !read::address_columns(table).is_empty()
        }) else {
            return Ok(Vec::new());
        };
        let origin = self.lineage.origin(name);
        let is_old = origin.is_some_and(|origin| self.schema.before.tables.contains_key(origin));
        let mut rows = journal.standing(name);
        rows.retain(|_, written| is_old || written.updated);
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        Ok(self.touches(table, self.owners_of(table, rows)?))
    }

    fn owners_of(
        self,
        table: &Table,
        rows: BTreeMap<RowAddress, WrittenRow>,
    ) -> Result<RowsByOwner, RehearseError> {
        let mut owners = self.owners(table)?;
        let mut reader = match ByAddress::new(self.conn, table) {
            // The rows cannot be read, and only they say whose they are.
            Err(e) if lacking(&message(&e)).is_some() => None,
            reader => Some(reader?),
        };
        let mut found = RowsByOwner::new();
        for (address, written) in rows {
            let owner = match &mut reader {
                None => Owner::Ambiguous,
                Some(reader) => match reader.read(&address)? {
                    None => continue,
                    Some(cells) => owners.of(&cells)?,
                },
            };
            let (count, statements) = found.entry(owner).or_default();
            *count += 1;
            statements.extend(written.statements);
        }
        Ok(found)
    }

    /// Whose the rows are that a statement wrote, of which only the cells that tell their owner are
    /// known.
    pub(crate) fn counted(
        self,
        name: &str,
        (by_cells, unknown): (BTreeMap<&OwnerCells, u64>, u64),
        statement: usize,
    ) -> Result<Vec<Entry>, RehearseError> {
        let Some(table) = self.schema.now.table(name) else {
            return Ok(Vec::new());
        };
        let mut owners = self.owners(table)?;
        let places = self.owner_columns(table).places;
        let mut found = RowsByOwner::new();
        if unknown > 0 {
            found.entry(Owner::Ambiguous).or_default().0 = unknown;
        }
        for (cells, rows) in by_cells {
            let known = places.iter().copied().zip(cells.iter().cloned());
            let owner = owners.of(&known_cells(table, known))?;
            found.entry(owner).or_default().0 += rows;
        }
        for (_, statements) in found.values_mut() {
            statements.insert(statement);
        }
        Ok(self.touches(table, found))
    }
}

/// The rows of a virtual table that an UPDATE or DELETE reached, as its preview says: the capture
/// does not see them.
pub(crate) fn of_virtual(
    catalog: &Catalog,
    statement: &Statement,
    preview: &PreviewRun,
) -> Vec<Entry> {
    let target = statement.table.as_deref();
    let table = target.and_then(|name| catalog.table(name));
    let Some(table) = table.filter(|table| table.kind == TableKind::Virtual) else {
        return Vec::new();
    };
    let touch = |(tenant, rows): (&Tenant, &u64)| {
        Entry::Untracked(UntrackedTouch {
            table: table.name.clone(),
            origin: None,
            owner: Owner::Tenant(tenant.clone()),
            rows: *rows,
            statements: BTreeSet::from([statement.index]),
        })
    };
    preview.tenants.iter().map(touch).collect()
}
