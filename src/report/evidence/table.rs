//! Expected against actual in the evidence, by table and by owner.

use super::statement::Counts;
use super::words::Mark;
use crate::report;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Expected against actual for one table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
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

impl TableResult {
    pub(super) fn new(t: &report::TableReport) -> Self {
        Self {
            table: t.table.clone(),
            expected: t.expected.clone(),
            mark: Mark::new(t.mark),
            touched: t.touched,
            actual: Counts::new(t.actual),
            owners: t.owners.iter().map(OwnerResult::new).collect(),
        }
    }
}

/// Expected against actual for one owner's rows of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
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

impl OwnerResult {
    fn new(o: &report::OwnerReport) -> Self {
        Self {
            owner: o.owner.clone(),
            tenant: o.tenant.clone(),
            expected: o.expected.clone(),
            mark: Mark::new(o.mark),
            touched: o.touched,
            actual: Counts::new(o.actual),
        }
    }
}
