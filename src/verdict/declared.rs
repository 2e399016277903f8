//! What was written in a table, and what the scope says about it: whose rows may be written, how
//! many, in which columns. Asks the declaration and answers; makes no findings.

use super::Case;
use crate::change::{Owner, TableChanges};
use crate::scope::{AllowedTenants, Count, ExpectedTable, Op, Tenant, key_names_tenant};
use crate::sql::{Affinity, Value, ident};
use std::collections::BTreeSet;

/// The tenants whose rows of a table may be written.
pub(super) struct Allowed<'a> {
    pub(super) tenants: &'a AllowedTenants,
    affinity: Affinity,
}

impl<'a> Allowed<'a> {
    /// `None` if no scope is declared.
    pub(super) fn of(case: Case<'a>, table: &str) -> Option<Self> {
        Some(Self {
            tenants: case.scope?.tenants_of(table),
            affinity: case.affinity(table),
        })
    }

    pub(super) fn tenant(&self, tenant: &Tenant) -> bool {
        self.tenants.allows(tenant, self.affinity)
    }

    pub(super) fn owner(&self, owner: &Owner) -> bool {
        match owner {
            Owner::Tenant(tenant) => self.tenant(tenant),
            Owner::Shared => true,
            Owner::Unassigned | Owner::Ambiguous => false,
        }
    }

    /// Whether it is a tenant that is not allowed; rows that are nobody's have their own findings.
    pub(super) fn is_outside(&self, owner: &Owner) -> bool {
        owner.tenant().is_some_and(|tenant| !self.tenant(tenant))
    }
}

/// What the migration wrote in a table.
#[derive(Clone, Copy)]
pub(super) struct Written<'a> {
    pub(super) case: Case<'a>,
    pub(super) table: &'a str,
    pub(super) changes: &'a TableChanges,
}

/// How the changes of a table compare with the declared scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// table, operation and column are declared, for these tenants, and the number fits
    Declared,
    /// declared, but another number of rows changed
    Miscounted,
    /// not declared, or not for these tenants
    Undeclared,
}

/// A number of one tenant's rows that differs from the declared one.
pub(super) enum Miscount<'a> {
    /// the tenant has two declared numbers, under these keys
    Twice(&'a Owner, &'a Value, &'a Value),
    /// so many rows changed, so many are declared
    Other(&'a Owner, u64, u64),
    /// no row changed of the tenant that this key names; so many are declared
    NoRow(&'a Value, u64),
}

impl<'a> Miscount<'a> {
    /// Of an owner's rows that changed, against the declared numbers that name it.
    fn of(
        owner: &'a Owner,
        rows: u64,
        mut named: impl Iterator<Item = &'a (Value, u64)>,
    ) -> Option<Self> {
        match (named.next(), named.next()) {
            (Some((first, _)), Some((second, _))) => Some(Self::Twice(owner, first, second)),
            (only, _) => {
                let declared = only.map_or(0, |(_, n)| *n);
                (declared != rows).then_some(Self::Other(owner, rows, declared))
            }
        }
    }
}

impl<'a> Case<'a> {
    /// The tables in which something was written.
    pub(super) fn written(self) -> impl Iterator<Item = Written<'a>> {
        self.diff
            .changes
            .tables
            .iter()
            .map(move |(table, changes)| Written {
                case: self,
                table,
                changes,
            })
    }

    /// What was written in a table, under the name that the diff gives it; `None` if it is not in
    /// the diff.
    pub(super) fn found_in(self, table: &str) -> Option<Written<'a>> {
        let tables = &self.diff.changes.tables;
        let is_same = |(name, _): &(&String, _)| ident::same(name, table);
        tables
            .get_key_value(table)
            .or_else(|| tables.iter().find(is_same))
            .map(|(table, changes)| Written {
                case: self,
                table,
                changes,
            })
    }

    /// What was written in a table; nothing, if it is not in the diff.
    pub(super) fn written_in(self, table: &'a str) -> Written<'a> {
        let changes = TableChanges::none();
        self.found_in(table).unwrap_or(Written {
            case: self,
            table,
            changes,
        })
    }
}

impl<'a> Written<'a> {
    pub(super) fn allowed(&self) -> Option<Allowed<'a>> {
        Allowed::of(self.case, self.table)
    }

    pub(super) fn expected(&self) -> Option<&'a ExpectedTable> {
        self.case.expected(self.table)
    }

    /// The statements that wrote there.
    pub(super) fn statements(&self) -> BTreeSet<usize> {
        self.changes
            .groups
            .values()
            .flat_map(|group| &group.statements)
            .copied()
            .collect()
    }

    /// The columns that updates changed.
    pub(super) fn columns(&self) -> BTreeSet<&'a String> {
        self.changes
            .groups
            .values()
            .flat_map(|group| group.columns.keys())
            .collect()
    }

    /// How many rows an operation changed.
    pub(super) fn changed(&self, op: Op) -> u64 {
        self.changes.changed().of(op)
    }

    /// The owners of rows that an operation changed, each with how many.
    pub(super) fn by_owner(&self, op: Op) -> impl Iterator<Item = (&'a Owner, u64)> {
        let changes = self.changes;
        let rows = move |owner| {
            changes
                .of_owner(owner)
                .map(|group| group.changed.of(op))
                .sum()
        };
        changes
            .owners()
            .map(move |owner| (owner, rows(owner)))
            .filter(|(_, rows)| *rows > 0)
    }

    /// Whether rows were written for tenants that are not declared, changed or not.
    pub(super) fn is_outside(&self) -> bool {
        self.allowed().is_some_and(|allowed| {
            self.changes
                .groups
                .iter()
                .filter(|(_, group)| group.touched > 0)
                .flat_map(|(owners, _)| owners.each())
                .any(|owner| allowed.is_outside(owner))
        })
    }

    /// How the changes by one operation compare with the scope; if there are none, because they
    /// were compensated, all changes.
    pub(super) fn standing(&self, op: Op) -> Standing {
        if self.case.scope.is_none() || self.is_outside() {
            return Standing::Undeclared;
        }
        let is_meant =
            |other: &Op| self.changed(*other) > 0 && (*other == op || self.changed(op) == 0);
        let fits = |op: Op| {
            let is_other = op == Op::Update && !self.undeclared_columns().is_empty();
            let count = self.expected()?.counts.get(&op).filter(|_| !is_other)?;
            Some(self.fits(op, count))
        };
        let ops = Op::ALL.into_iter().filter(is_meant);
        match ops.map(fits).collect::<Option<Vec<bool>>>() {
            None => Standing::Undeclared,
            Some(fits) if fits.contains(&false) => Standing::Miscounted,
            Some(_) => Standing::Declared,
        }
    }

    /// The changed columns that are not among the declared ones, if those are limited.
    pub(super) fn undeclared_columns(&self) -> BTreeSet<&'a String> {
        let mut columns = self.columns();
        columns.retain(|column| !self.is_column_declared(column));
        columns
    }

    fn is_column_declared(&self, column: &str) -> bool {
        let declared = self
            .expected()
            .and_then(|expected| expected.columns.as_ref());
        declared.is_none_or(|all| all.iter().any(|declared| ident::same(declared, column)))
    }

    /// Whether every operation and column that changed an owner's rows is declared.
    pub(super) fn is_declared(&self, owner: &Owner) -> bool {
        let expected = self.expected();
        let is_declared = |op: Op| expected.is_some_and(|it| it.counts.contains_key(&op));
        self.changes.of_owner(owner).all(|group| {
            Op::ALL
                .into_iter()
                .filter(|op| group.changed.of(*op) > 0)
                .all(is_declared)
                && group
                    .columns
                    .keys()
                    .all(|name| self.is_column_declared(name))
        })
    }

    /// Whether the rows that an operation changed are as many as declared.
    pub(super) fn fits(&self, op: Op, count: &Count) -> bool {
        match count {
            Count::Any => true,
            Count::Range(from, to) => (*from..=*to).contains(&self.changed(op)),
            Count::PerTenant(each) => self.miscounts(op, each).is_empty(),
        }
    }

    /// The tenants whose numbers differ from the declared ones. A tenant that is not named must
    /// have none.
    pub(super) fn miscounts<'c>(&self, op: Op, each: &'c [(Value, u64)]) -> Vec<Miscount<'c>>
    where
        'a: 'c,
    {
        let affinity = self.case.affinity(self.table);
        let is_named = |key: &Value, owner: &Owner| {
            owner.tenant().is_some_and(|tenant| {
                key_names_tenant(key, tenant, &self.case.names.spell(tenant), affinity)
            })
        };
        let of_owner = |(owner, rows)| {
            Miscount::of(
                owner,
                rows,
                each.iter().filter(|(key, _)| is_named(key, owner)),
            )
        };
        let of_key = |(key, n): &'c (Value, u64)| {
            let is_met = self.by_owner(op).any(|(owner, _)| is_named(key, owner));
            (*n > 0 && !is_met).then_some(Miscount::NoRow(key, *n))
        };
        self.by_owner(op)
            .filter_map(of_owner)
            .chain(each.iter().filter_map(of_key))
            .collect()
    }
}
