//! What was written in a table, whose rows these are, and what the scope says about it: whose rows
//! may be written, how many, in which columns. Asks the declaration and answers; makes no findings.

use super::phrases::{few, spelled, whose};
use super::{Case, amendment};
use crate::change::{Owner, RowGroup, TableChanges};
use crate::scope::{AllowedTenants, Count, ExpectedTable, Op, Stored, Tenant, TenantName};
use crate::sentence::Sentence;
use crate::sql::ident;
use std::collections::{BTreeMap, BTreeSet};

/// The tenants whose rows of a table may be written.
pub(super) struct Allowed<'a> {
    pub(super) tenants: &'a AllowedTenants,
    stored: Stored,
}

impl Allowed<'_> {
    pub(super) fn tenant(&self, tenant: &Tenant) -> bool {
        self.tenants.allows(tenant, self.stored)
    }

    pub(super) fn owner(&self, owner: &Owner) -> bool {
        match owner {
            Owner::Tenant(tenant) => self.tenant(tenant),
            Owner::Shared => true,
            Owner::Unassigned | Owner::Ambiguous => false,
        }
    }

    /// The declared name of another tenant that is spelled like this one, and the name of this one,
    /// both as TOML has them in a list.
    pub(super) fn twin(&self, tenant: &Tenant) -> Option<(String, String)> {
        let AllowedTenants::Only(names, _) = self.tenants else {
            return None;
        };
        let spelling = tenant.0.spelling();
        let declared = names.iter().find(|name| name.spelling() == spelling)?;
        let own = TenantName::in_list(tenant, [self.stored]);
        Some((amendment::listed_as(declared)?, amendment::listed_as(&own)?))
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

/// The owners of the rows that an operation changed, each with how many.
pub(super) struct Affected<'a> {
    case: Case<'a>,
    rows: BTreeMap<&'a Owner, u64>,
}

impl Affected<'_> {
    /// ` (1 (Ash): 3, 2 (Birch): 2)`, if the numbers are those of the rows.
    pub(super) fn phrase(&self, rows: u64) -> Sentence {
        if self.rows.is_empty() || self.rows.values().sum::<u64>() != rows {
            return Sentence::default();
        }
        let each = self
            .rows
            .iter()
            .map(|(owner, n)| whose(self.case, owner) + ": " + *n);
        " (" + few(each, ", ") + ")"
    }

    /// The tenants among them, as reports spell them.
    pub(super) fn tenants(&self) -> Vec<String> {
        spelled(self.case, self.rows.keys().copied())
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
        self.written()
            .find(|written| written.table == table)
            .or_else(|| self.written().find(|it| ident::same(it.table, table)))
    }

    /// What was written in a table; nothing, if it is not in the diff.
    pub(super) fn written_in(self, table: &'a str) -> Written<'a> {
        self.found_in(table).unwrap_or(Written {
            case: self,
            table,
            changes: TableChanges::none(),
        })
    }
}

impl<'a> Written<'a> {
    /// The tenants whose rows may be written; `None` if no scope is declared.
    pub(super) fn allowed(&self) -> Option<Allowed<'a>> {
        Some(Allowed {
            tenants: self.case.scope?.tenants_of(self.table),
            stored: self.case.stored(self.table),
        })
    }

    /// The owners of the rows that an operation changed, in the groups that meet a condition.
    pub(super) fn affected(&self, op: Op, is_meant: impl Fn(&RowGroup) -> bool) -> Affected<'a> {
        let mut rows = BTreeMap::new();
        for (owners, group) in &self.changes.groups {
            let (changed, owner) = (group.changed.of(op), owners.before.as_ref());
            if let Some(owner) = owner.or(owners.after.as_ref())
                && changed > 0
                && is_meant(group)
            {
                *rows.entry(owner).or_default() += changed;
            }
        }
        let case = self.case;
        Affected { case, rows }
    }

    pub(super) fn expected(&self) -> Option<&'a ExpectedTable> {
        self.case.expected(self.table)
    }

    /// How many rows an operation may change, as declared.
    pub(super) fn count(&self, op: Op) -> Option<&'a Count> {
        self.expected()?.counts.get(&op)
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
        changes
            .owners()
            .map(move |owner| (owner, changes.changed_of(owner).of(op)))
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
            let count = self.count(op).filter(|_| !is_other)?;
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
        let declared = self.expected().and_then(|it| it.columns.as_ref());
        declared.is_none_or(|all| all.iter().any(|declared| ident::same(declared, column)))
    }

    /// Whether every operation and column that changed an owner's rows is declared.
    pub(super) fn is_declared(&self, owner: &Owner) -> bool {
        self.changes.of_owner(owner).all(|group| {
            let mut ops = group.changed.by_op().into_iter();
            let mut columns = group.columns.keys();
            ops.all(|(op, rows)| rows == 0 || self.count(op).is_some())
                && columns.all(|name| self.is_column_declared(name))
        })
    }

    /// Whether the rows that an operation changed are as many as declared.
    pub(super) fn fits(&self, op: Op, count: &Count) -> bool {
        match count {
            // Whether they are those is the matter of the claim.
            Count::Any | Count::Selected => true,
            Count::Range(from, to) => (*from..=*to).contains(&self.changed(op)),
            Count::PerTenant(each) => self.miscounts(op, each).next().is_none(),
        }
    }
}
