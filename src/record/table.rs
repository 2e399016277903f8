//! Expected against actual, by table and by owner.

use super::Counts;
use crate::change::{Owner, TableChanges};
use crate::scope::{Count, ExpectedTable, Op, Stored, Tenant, TenantName};
use crate::sql::ident;
use crate::verdict::{self, Case, Severity, Verdict};
use crate::words::words;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt::Display;

/// What is expected of rows that are not declared.
const NOTHING: &str = "nothing";

/// Expected against actual for one table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TableResult {
    /// The table.
    pub table: String,
    /// What is declared: `update 6`, `nothing`.
    pub expected: String,
    /// How the two compare.
    pub mark: Mark,
    /// Distinct rows written.
    pub touched: u64,
    /// Distinct rows changed.
    pub actual: Counts,
    /// The same by owner: those whose rows were touched, and behind them the tenants that are
    /// declared and met nothing.
    pub owners: Vec<OwnerResult>,
}

words! {
    /// How expected and actual compare.
    pub enum Mark {
        /// Rows that nobody declared.
        Outside = "outside",
        /// Declared, and not met.
        Wrong = "wrong",
        /// Not judged: the migration did not run through.
        Unjudged = "unjudged",
        /// As declared.
        Ok = "ok",
    }
}

/// Expected against actual for one owner's rows of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OwnerResult {
    /// The owner: `9 (Amber Electric)`, `shared`, `unassigned`, `ambiguous`.
    pub owner: String,
    /// The tenant, spelled as in `changes`; null where it is none.
    pub tenant: Option<String>,
    /// What is declared for it: `update 6`, `allowed`, `nothing`.
    pub expected: String,
    /// How the two compare.
    pub mark: Mark,
    /// Distinct rows written.
    pub touched: u64,
    /// Distinct rows changed.
    pub actual: Counts,
}

/// Every table that changed or is declared, what is wrong first.
pub(super) fn results(case: Case<'_>, verdict: &Verdict) -> Vec<TableResult> {
    let declared = case.declared().map(|table| table.table.as_str());
    let changed = case.diff.changes.tables.keys().map(String::as_str);
    let names: BTreeMap<String, &str> = declared
        .chain(changed)
        .map(|name| (ident::folded(name), name))
        .collect();
    let mut results: Vec<_> = names
        .into_values()
        .map(|table| TableOfCase::new(case, verdict, table).result())
        .collect();
    results.sort_by_key(|table| table.mark);
    results
}

/// One table of a case.
struct TableOfCase<'a> {
    case: Case<'a>,
    verdict: &'a Verdict,
    table: &'a str,
    declared: Option<&'a ExpectedTable>,
    /// what happened to its rows
    changes: &'a TableChanges,
    stored: Stored,
}

impl<'a> TableOfCase<'a> {
    fn new(case: Case<'a>, verdict: &'a Verdict, table: &'a str) -> Self {
        let changes = case.diff.changes.tables.get(table);
        Self {
            case,
            verdict,
            table,
            declared: case.expected(table),
            changes: changes.unwrap_or(TableChanges::none()),
            stored: case.stored(table),
        }
    }

    fn result(&self) -> TableResult {
        let expected = self.counts().map(|(op, count)| (*op, count.spelling()));
        let groups = self.changes.groups.values();
        let owners = self.changes.owners().map(|owner| self.owner(owner));
        TableResult {
            table: self.table.to_owned(),
            expected: listed(expected),
            mark: self.mark(),
            touched: groups.map(|group| group.touched).sum(),
            actual: self.changes.changed(),
            owners: owners.chain(self.unmet()).collect(),
        }
    }

    /// What merely says why leaves the numbers of a table as they are.
    fn is_wrong(&self, finding: &verdict::Finding) -> bool {
        let table = finding.table.as_deref();
        finding.severity == Severity::Error
            && finding.code.entry().is_core
            && table.is_some_and(|table| ident::same(table, self.table))
    }

    fn mark(&self) -> Mark {
        let is_undeclared = self.declared.is_none() && self.changes.changed().total() > 0;
        if is_undeclared || self.verdict.findings.iter().any(|f| self.is_wrong(f)) {
            Mark::Wrong
        } else {
            self.judged(Mark::Ok)
        }
    }

    /// A mark, where the numbers mean anything: what a migration that failed left says nothing
    /// about what it would have done.
    fn judged(&self, mark: Mark) -> Mark {
        if self.case.rehearsal.ran_through() {
            mark
        } else {
            Mark::Unjudged
        }
    }

    /// The numbers of rows that are declared.
    fn counts(&self) -> impl Iterator<Item = (&'a Op, &'a Count)> {
        self.declared.into_iter().flat_map(|table| &table.counts)
    }

    /// The rows that are declared by tenant, for each operation.
    fn per_tenant(&self) -> impl Iterator<Item = (Op, &'a [(TenantName, u64)])> {
        self.counts().filter_map(|(op, count)| match count {
            Count::PerTenant(each) => Some((*op, each.as_slice())),
            Count::Range(..) | Count::Any | Count::Selected => None,
        })
    }

    fn names(&self, key: &TenantName, tenant: &Tenant) -> bool {
        key.names(tenant, self.stored)
    }

    fn owner(&self, owner: &Owner) -> OwnerResult {
        let is_allowed = self.case.allows(self.table, owner);
        let is_meant = self.case.declares(self.table, owner);
        let wanted = self.wanted(owner.tenant());
        let actual = self.changes.changed_of(owner);
        let is_met = is_meant && wanted.iter().all(|(op, n)| actual.of(*op) == *n);
        OwnerResult {
            owner: self.case.names.describe_owner(owner),
            tenant: owner.tenant().map(|tenant| self.case.names.spell(tenant)),
            expected: match self.declared {
                Some(_) if is_allowed => wanted_words(wanted),
                _ => NOTHING.to_owned(),
            },
            mark: match (is_allowed, is_met) {
                (false, _) => Mark::Outside,
                (true, true) => self.judged(Mark::Ok),
                (true, false) => self.judged(Mark::Wrong),
            },
            touched: self.changes.touched_of(owner),
            actual,
        }
    }

    /// The rows that are declared of an owner.
    fn wanted(&self, tenant: Option<&Tenant>) -> Vec<(Op, u64)> {
        let names = |key: &TenantName| tenant.is_some_and(|tenant| self.names(key, tenant));
        let of =
            |each: &[(TenantName, u64)]| each.iter().find(|(key, _)| names(key)).map(|(_, n)| *n);
        self.per_tenant()
            .map(|(op, each)| (op, of(each).unwrap_or(0)))
            .collect()
    }

    /// The tenants that are declared and met nothing.
    fn unmet(&self) -> impl Iterator<Item = OwnerResult> {
        let each = self
            .per_tenant()
            .flat_map(|(op, each)| each.iter().map(move |e| (op, e)));
        let is_met = |key: &TenantName| {
            self.changes
                .owners()
                .filter_map(Owner::tenant)
                .any(|tenant| self.names(key, tenant))
        };
        each.filter(move |(_, (key, n))| *n > 0 && !is_met(key))
            .map(|(op, (key, n))| OwnerResult {
                owner: key.spelling(),
                tenant: Some(key.spelling()),
                expected: listed([(op, *n)]),
                mark: self.judged(Mark::Wrong),
                touched: 0,
                actual: Counts::default(),
            })
    }
}

/// What is declared of one owner.
fn wanted_words(wanted: Vec<(Op, u64)>) -> String {
    if wanted.is_empty() {
        return "allowed".to_owned();
    }
    listed(wanted.into_iter().filter(|(_, n)| *n > 0))
}

/// `insert 1, update 6`
fn listed(counts: impl IntoIterator<Item = (Op, impl Display)>) -> String {
    let counts = counts
        .into_iter()
        .map(|(op, n)| format!("{} {n}", op.word()));
    let counts: Vec<String> = counts.collect();
    if counts.is_empty() {
        NOTHING.to_owned()
    } else {
        counts.join(", ")
    }
}
