//! Names of tenants: how every message and report spells them.
//!
//! A tenant is spelled as its value reads; NULL, and values that would share a spelling, as their
//! SQL literal.

use crate::change::Owner;
use crate::scope::Tenant;
use crate::sql::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Spellings and labels of the tenants of one run.
#[derive(Debug, Clone, Default)]
pub struct TenantNames {
    ambiguous: BTreeSet<String>,
    labels: BTreeMap<Tenant, String>,
}

impl TenantNames {
    /// Names for every tenant of the run; `labels` are from the configuration's query, where it has
    /// one.
    pub fn new<'a>(
        met: impl IntoIterator<Item = &'a Tenant>,
        labels: Option<BTreeMap<Tenant, String>>,
    ) -> Self {
        let labels = labels.unwrap_or_default();
        let mut all: BTreeSet<Tenant> = labels.keys().cloned().collect();
        all.extend(met.into_iter().cloned());
        let mut seen = BTreeSet::new();
        let ambiguous = all
            .iter()
            .map(|t| t.0.spelling())
            .filter(|spelling| !seen.insert(spelling.clone()))
            .collect();
        Self { ambiguous, labels }
    }

    /// The same spellings without the labels.
    #[must_use]
    pub fn unlabelled(self) -> Self {
        Self {
            labels: BTreeMap::new(),
            ..self
        }
    }

    /// `9`; or `'9'` where there is also a tenant 9 of another storage class.
    pub fn spell(&self, tenant: &Tenant) -> String {
        let spelling = tenant.0.spelling();
        if matches!(tenant.0, Value::Null) || self.ambiguous.contains(&spelling) {
            tenant.0.literal()
        } else {
            spelling
        }
    }

    /// `9 (Amber Electric)`, or without a label `9`.
    pub fn describe(&self, tenant: &Tenant) -> String {
        match self.labels.get(tenant) {
            Some(label) => format!("{} ({label})", self.spell(tenant)),
            None => self.spell(tenant),
        }
    }

    /// An owner, described.
    pub fn describe_owner(&self, owner: &Owner) -> String {
        match owner {
            Owner::Tenant(tenant) => self.describe(tenant),
            Owner::Shared => "shared".to_owned(),
            Owner::Unassigned => "unassigned".to_owned(),
            Owner::Ambiguous => "ambiguous".to_owned(),
        }
    }
}
