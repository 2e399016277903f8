//! What was observed against what is declared: what a scope would have to become to hold it.
//! Decides nothing.
//!
//! What the author wrote stays wherever it holds what was observed: a query that gives the tenants,
//! a range, `"any"`, `"all"` say more than the numbers of one snapshot.

use super::Case;
use super::scope::{allows, count_mismatch, is_helper};
use crate::change::{Owner, TableChanges};
use crate::rehearse::UntrackedTouch;
use crate::scope::{Count, Op, ResolvedTable, Tenant};
use crate::sql::{Value, ident};
use std::collections::{BTreeMap, BTreeSet};
use toml::{Table, Value as Toml};

/// What a scope would have to become.
#[derive(Debug, Clone, Default)]
pub struct Amendment {
    /// the tenants of all tables that name none of their own
    pub tenants: Entry<BTreeSet<Tenant>>,
    /// the tables that changed or are declared
    pub tables: Vec<TableAmendment>,
}

/// What the scope of one table would have to become.
#[derive(Debug, Clone)]
pub struct TableAmendment {
    /// its name
    pub table: String,
    /// its own tenants
    pub tenants: Entry<BTreeSet<Tenant>>,
    /// how many rows, by operation
    pub counts: BTreeMap<Op, Entry<Count>>,
    /// the columns that an UPDATE may change
    pub columns: Entry<Vec<String>>,
}

/// What one entry of a scope would have to become.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Entry<T> {
    /// what it is, which may be missing
    #[default]
    Stays,
    /// this
    Becomes(T),
    /// missing
    Goes,
}

impl Amendment {
    /// Whether the scope is right as it is.
    pub fn is_empty(&self) -> bool {
        let stays = |t: &TableAmendment| {
            t.tenants == Entry::Stays
                && t.columns == Entry::Stays
                && t.counts.values().all(|count| *count == Entry::Stays)
        };
        self.tenants == Entry::Stays && self.tables.iter().all(stays)
    }

    /// The tenants in it that TOML cannot spell.
    pub fn unspelled(&self) -> impl Iterator<Item = &Tenant> {
        let entries = std::iter::once(&self.tenants).chain(self.tables.iter().map(|t| &t.tenants));
        let tenants = entries.filter_map(|entry| {
            if let Entry::Becomes(tenants) = entry {
                Some(tenants)
            } else {
                None
            }
        });
        tenants.flatten().filter(|tenant| !tenant.is_spelled())
    }
}

impl TableAmendment {
    /// Whether nothing of the table was observed, so that nothing that is declared for it is left.
    pub fn goes(&self) -> bool {
        !self.counts.is_empty() && self.counts.values().all(|count| *count == Entry::Goes)
    }
}

/// What the scope of a case would have to become; where none is declared, all of it.
pub fn amendment(case: Case<'_>) -> Amendment {
    let declared = |name: &str| {
        case.scope
            .and_then(|scope| scope.tables.get(&ident::folded(name)))
    };
    let mut names: BTreeMap<String, &str> = BTreeMap::new();
    let passing = case
        .rehearsal
        .touched
        .untracked
        .iter()
        .filter(|touch| !is_helper(case, touch))
        .map(|touch| touch.table.as_str());
    let in_scope = case
        .scope
        .iter()
        .flat_map(|scope| scope.tables.values().map(|t| t.expected.table.as_str()));
    for name in in_scope
        .chain(passing)
        .chain(case.diff.changes.tables.keys().map(String::as_str))
    {
        names.insert(ident::folded(name), name);
    }
    let (mut everywhere, mut tables) = (BTreeSet::new(), Vec::new());
    let mut is_outside = false;
    for name in names.into_values() {
        let (declared, none) = (declared(name), TableChanges::default());
        let changes = case
            .diff
            .changes
            .tables
            .iter()
            .find(|(table, _)| ident::same(table, name))
            .map_or(&none, |(_, changes)| changes);
        let (tenants, outside) = tenants(case, name, changes);
        let mut amended = table(case, name, changes, declared);
        match declared.and_then(|d| d.expected.tenants.as_ref()) {
            Some(_) if outside => amended.tenants = Entry::Becomes(tenants),
            Some(_) => {}
            None => {
                everywhere.extend(tenants);
                is_outside |= outside;
            }
        }
        if declared.is_some() || changes.changed().total() > 0 {
            tables.push(amended);
        }
    }
    Amendment {
        tenants: if is_outside {
            Entry::Becomes(everywhere)
        } else {
            Entry::Stays
        },
        tables,
    }
}

/// The tenants whose rows of a table were written, and whether one of them is not declared.
fn tenants(case: Case<'_>, table: &str, changes: &TableChanges) -> (BTreeSet<Tenant>, bool) {
    let is_of_table =
        |touch: &&UntrackedTouch| ident::same(&touch.table, table) && !is_helper(case, touch);
    let passing = case.rehearsal.touched.untracked.iter().filter(is_of_table);
    let owners: BTreeSet<&Owner> = changes
        .owners()
        .chain(passing.map(|touch| &touch.owner))
        .collect();
    let owners: Vec<&Owner> = owners
        .into_iter()
        .filter(|owner| matches!(owner, Owner::Tenant(_)))
        .collect();
    let is_allowed = |owner: &Owner| {
        case.scope
            .is_some_and(|scope| allows(scope, table, owner, case.affinity(table)))
    };
    let outside = !owners.iter().all(|owner| is_allowed(owner));
    let tenants = owners.into_iter().filter_map(|owner| {
        if let Owner::Tenant(tenant) = owner {
            Some(tenant.clone())
        } else {
            None
        }
    });
    (tenants.collect(), outside)
}

fn table(
    case: Case<'_>,
    name: &str,
    changes: &TableChanges,
    declared: Option<&ResolvedTable>,
) -> TableAmendment {
    let expected = declared.map(|d| &d.expected);
    let mut counts = BTreeMap::new();
    for op in Op::ALL {
        let (rows, count) = (
            changes.changed().of(op),
            expected.and_then(|e| e.counts.get(&op)),
        );
        let entry = match count {
            Some(count) if count_mismatch(case, name, changes, op, count).is_none() => Entry::Stays,
            Some(_) if rows == 0 => Entry::Goes,
            Some(Count::PerTenant(_)) => Entry::Becomes(by_tenant(case, changes, op)),
            None if rows == 0 => continue,
            _ => Entry::Becomes(Count::Range(rows, rows)),
        };
        counts.insert(op, entry);
    }
    let columns: BTreeSet<&String> = changes
        .groups
        .values()
        .flat_map(|g| g.columns.keys())
        .collect();
    let is_declared = |all: &Vec<String>| {
        columns
            .iter()
            .all(|column| all.iter().any(|c| ident::same(c, column)))
    };
    // Who declared updates of any column meant that; one who declared none did not.
    let is_limited =
        expected.is_none_or(|e| e.columns.is_some() || !e.counts.contains_key(&Op::Update));
    let fits = columns.is_empty()
        || !is_limited
        || expected
            .and_then(|e| e.columns.as_ref())
            .is_some_and(is_declared);
    let columns = if fits {
        Entry::Stays
    } else {
        Entry::Becomes(columns.into_iter().cloned().collect())
    };
    TableAmendment {
        table: expected.map_or(name, |e| &e.table).to_owned(),
        tenants: Entry::Stays,
        counts,
        columns,
    }
}

/// The rows of each tenant; all of them in one number where some are nobody's.
fn by_tenant(case: Case<'_>, changes: &TableChanges, op: Op) -> Count {
    let rows = |owner: &Owner| -> u64 { changes.of_owner(owner).map(|g| g.changed.of(op)).sum() };
    let mut each = Vec::new();
    for owner in changes.owners().filter(|owner| rows(owner) > 0) {
        let Owner::Tenant(tenant) = owner else {
            let all = changes.changed().of(op);
            return Count::Range(all, all);
        };
        each.push((Value::text(&case.names.spell(tenant)), rows(owner)));
    }
    Count::PerTenant(each)
}

/// `[expect.NAME]`, or without a name the scope at a migration's head, as an amendment of nothing
/// makes it. Tenants that TOML cannot spell (NULL, blobs) are left out, and a comment says so: they
/// have to be declared as `"all"` or by a query.
pub(super) fn as_toml(name: Option<&str>, amendment: &Amendment) -> String {
    let mut scope = Table::new();
    if let Entry::Becomes(tenants) = &amendment.tenants {
        let spelled: Vec<Toml> = tenants.iter().filter_map(tenant).collect();
        if !spelled.is_empty() {
            scope.insert("tenants".to_owned(), Toml::Array(spelled));
        }
    }
    let tables = amendment
        .tables
        .iter()
        .map(|t| (t.table.clone(), Toml::Table(as_table(t))))
        .collect();
    scope.insert("tables".to_owned(), Toml::Table(tables));
    let document = match name {
        Some(name) => Table::from_iter([(
            "expect".to_owned(),
            Toml::Table(Table::from_iter([(name.to_owned(), Toml::Table(scope))])),
        )]),
        None => scope,
    };
    let spelled = toml::to_string(&document).unwrap_or_default();
    if amendment.unspelled().next().is_some() {
        format!(
            "{spelled}# tenants that TOML cannot spell, such as NULL, are left out: declare \
            them by a query\n"
        )
    } else {
        spelled
    }
}

fn tenant(tenant: &Tenant) -> Option<Toml> {
    match &tenant.0 {
        Value::Integer(i) => Some(Toml::Integer(*i)),
        Value::Real(r) => Some(Toml::Float(*r)),
        Value::Text(text) => std::str::from_utf8(text)
            .ok()
            .map(|t| Toml::String(t.to_owned())),
        Value::Null | Value::Blob(_) => None,
    }
}

fn as_table(amendment: &TableAmendment) -> Table {
    let mut out = Table::new();
    for (op, count) in &amendment.counts {
        if let Entry::Becomes(Count::Range(rows, _)) = count {
            out.insert(
                op.word().to_owned(),
                Toml::Integer(i64::try_from(*rows).unwrap_or(i64::MAX)),
            );
        }
    }
    if let Entry::Becomes(columns) = &amendment.columns {
        out.insert(
            "columns".to_owned(),
            Toml::Array(columns.iter().cloned().map(Toml::String).collect()),
        );
    }
    out
}
