//! How a declared scope would have to change so that it holds what was observed. Decides nothing.
//!
//! What the author wrote stays if it holds what was observed: a query that gives the tenants, a
//! range, `"any"`, `"all"` say more than the numbers of one snapshot.

use super::Case;
use super::declared::Written;
use super::scope::is_helper;
use crate::change::Owner;
use crate::rehearse::UntrackedTouch;
use crate::scope::{Count, Op, Stored, Tenant, TenantName};
use crate::sql::{Value, ident};
use std::collections::{BTreeMap, BTreeSet};
use toml::{Table, Value as Toml};

/// What a scope would have to become.
#[derive(Debug, Clone, Default)]
pub struct Amendment {
    /// the tenants of all tables that name none of their own
    pub tenants: Entry<Vec<TenantName>>,
    /// the tables that changed or are declared
    pub tables: Vec<TableAmendment>,
}

/// What the scope of one table would have to become.
#[derive(Debug, Clone)]
pub struct TableAmendment {
    /// its name
    pub table: String,
    /// its own tenants
    pub tenants: Entry<Vec<TenantName>>,
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
    pub fn unspelled(&self) -> impl Iterator<Item = &TenantName> {
        std::iter::once(&self.tenants)
            .chain(self.tables.iter().map(|t| &t.tenants))
            .filter_map(|entry| match entry {
                Entry::Becomes(tenants) => Some(tenants),
                Entry::Stays | Entry::Goes => None,
            })
            .flatten()
            .filter(|tenant| !tenant.is_spelled())
    }
}

impl TableAmendment {
    /// Whether nothing of the table was observed, so that nothing of its declaration is left.
    pub fn goes(&self) -> bool {
        !self.counts.is_empty() && self.counts.values().all(|count| *count == Entry::Goes)
    }
}

/// What the scope of a case would have to become; if none is declared, all of it.
pub(crate) fn amendment(case: Case<'_>) -> Amendment {
    let (mut everywhere, mut is_outside) = (BTreeSet::new(), false);
    let (mut tables, mut alike) = (Vec::new(), Vec::new());
    for written in concerned(case).map(|name| case.written_in(name)) {
        let mut amended = written.amended();
        let (tenants, is_beyond) = written.tenants();
        let expected = written.expected();
        if expected.is_some_and(|expected| expected.tenants.is_some()) {
            if is_beyond {
                amended.tenants = Entry::Becomes(listed(&tenants, &[written]));
            }
        } else {
            everywhere.extend(tenants);
            is_outside |= is_beyond;
            alike.push(written);
        }
        if expected.is_some() || written.changes.changed().total() > 0 {
            tables.push(amended);
        }
    }
    let tenants = if is_outside {
        Entry::Becomes(listed(&everywhere, &alike))
    } else {
        Entry::Stays
    };
    Amendment { tenants, tables }
}

/// Tenants of some tables, named so that each name means the same in all of them.
fn listed(tenants: &BTreeSet<Tenant>, tables: &[Written<'_>]) -> Vec<TenantName> {
    let stored = |written: &Written<'_>| written.case.stored(written.table);
    let stored: Vec<Stored> = tables.iter().map(stored).collect();
    let name = |tenant| TenantName::in_list(tenant, stored.iter().copied());
    tenants.iter().map(name).collect()
}

/// The tables that are declared or were written, each once.
fn concerned(case: Case<'_>) -> impl Iterator<Item = &str> {
    let declared = case.declared().map(|table| table.table.as_str());
    let passing = touches(case).map(|touch| touch.table.as_str());
    let changed = case.diff.changes.tables.keys().map(String::as_str);
    let names: BTreeMap<String, &str> = declared
        .chain(passing)
        .chain(changed)
        .map(|name| (ident::folded(name), name))
        .collect();
    names.into_values()
}

/// The writes that could not be followed to the end, but for those of helper tables.
fn touches(case: Case<'_>) -> impl Iterator<Item = &UntrackedTouch> {
    case.rehearsal
        .touched
        .untracked
        .iter()
        .filter(move |touch| !is_helper(case, touch))
}

impl Written<'_> {
    /// The tenants whose rows were written, and whether one of them is not declared.
    fn tenants(&self) -> (BTreeSet<Tenant>, bool) {
        let passing = touches(self.case).filter(|touch| ident::same(&touch.table, self.table));
        let tenants: BTreeSet<Tenant> = self
            .changes
            .owners()
            .chain(passing.map(|touch| &touch.owner))
            .filter_map(Owner::tenant)
            .cloned()
            .collect();
        let allowed = self.allowed();
        let is_allowed = |tenant| allowed.as_ref().is_some_and(|it| it.tenant(tenant));
        let is_beyond = !tenants.iter().all(is_allowed);
        (tenants, is_beyond)
    }

    fn amended(&self) -> TableAmendment {
        let count = |op: Op| {
            let rows = self.changed(op);
            let entry = match self.count(op) {
                Some(count) if self.fits(op, count) => Entry::Stays,
                Some(_) if rows == 0 && !self.is_claimed(op) => Entry::Goes,
                Some(Count::PerTenant(_)) => Entry::Becomes(self.by_tenant(op)),
                None if rows == 0 => return None,
                _ => Entry::Becomes(Count::Range(rows, rows)),
            };
            Some((op, entry))
        };
        TableAmendment {
            table: self.expected().map_or(self.table, |e| &e.table).to_owned(),
            tenants: Entry::Stays,
            counts: Op::ALL.into_iter().filter_map(count).collect(),
            columns: self.amended_columns(),
        }
    }

    /// Whether more is declared of an operation than how many rows.
    fn is_claimed(&self, op: Op) -> bool {
        self.expected()
            .is_some_and(|it| it.claims.contains_key(&op))
    }

    fn amended_columns(&self) -> Entry<Vec<String>> {
        let columns = match self.expected() {
            // Who declared updates of any column meant that; who declared no update did not.
            Some(e) if e.columns.is_some() || e.counts.contains_key(&Op::Update) => {
                self.undeclared_columns()
            }
            _ => self.columns(),
        };
        if columns.is_empty() {
            Entry::Stays
        } else {
            Entry::Becomes(self.columns().into_iter().cloned().collect())
        }
    }

    /// The rows of each tenant; all of them in one number if some are nobody's.
    fn by_tenant(&self, op: Op) -> Count {
        let stored = self.case.stored(self.table);
        let key = |tenant| TenantName::as_key(tenant, stored);
        let each = self
            .by_owner(op)
            .map(|(owner, n)| Some((key(owner.tenant()?), n)));
        let all = self.changed(op);
        each.collect::<Option<_>>()
            .map_or(Count::Range(all, all), Count::PerTenant)
    }
}

/// `[expect.NAME]`, or without a name the scope at a migration's head, from an amendment of
/// nothing. Tenants that TOML cannot spell (NULL, blobs) are left out, and a comment says so: they
/// have to be declared as `"all"` or by a query.
pub(super) fn as_toml(name: Option<&str>, amendment: &Amendment) -> String {
    let mut scope = Table::new();
    if let Entry::Becomes(tenants) = &amendment.tenants {
        let spelled: Vec<Toml> = tenants.iter().filter_map(tenant).collect();
        if !spelled.is_empty() {
            scope.insert("tenants".to_owned(), spelled.into());
        }
    }
    let tables = amendment
        .tables
        .iter()
        .map(|t| (t.table.clone(), as_table(t).into()));
    scope.insert("tables".to_owned(), tables.collect::<Table>().into());
    let within = |key: &str, table: Table| Table::from_iter([(key.to_owned(), table.into())]);
    let document = match name {
        Some(name) => within("expect", within(name, scope)),
        None => scope,
    };
    let unspelled = match amendment.unspelled().next() {
        Some(_) => UNSPELLED,
        None => "",
    };
    toml::to_string(&document).unwrap_or_default() + unspelled
}

const UNSPELLED: &str =
    "# tenants that TOML cannot spell, such as NULL, are left out: declare them by a query\n";

fn tenant(tenant: &TenantName) -> Option<Toml> {
    tenant.is_spelled().then(|| match tenant {
        TenantName::Value(Value::Integer(i)) => (*i).into(),
        TenantName::Value(Value::Real(r)) => (*r).into(),
        other => other.spelling().into(),
    })
}

/// A tenant as an element of a list of TOML.
pub(super) fn listed_as(name: &TenantName) -> Option<String> {
    tenant(name).map(|element| element.to_string())
}

fn as_table(amendment: &TableAmendment) -> Table {
    let mut table: Table = amendment
        .counts
        .iter()
        .filter_map(|(op, count)| match count {
            Entry::Becomes(Count::Range(rows, _)) => {
                let rows = i64::try_from(*rows).unwrap_or(i64::MAX);
                Some((op.word().to_owned(), rows.into()))
            }
            _ => None,
        })
        .collect();
    if let Entry::Becomes(columns) = &amendment.columns {
        table.insert("columns".to_owned(), columns.clone().into());
    }
    table
}
