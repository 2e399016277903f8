//! The observed scope as TOML, ready to be reviewed and declared.

use super::Case;
use crate::change::{Owner, TableChanges};
use crate::scope::Op;
use crate::sql::Value;
use std::collections::BTreeSet;
use toml::{Table, Value as Toml};

/// `[expect.NAME]` with everything that the migration was seen to change. Tenants that TOML cannot spell (NULL, blobs) are left
/// out, and a comment says so: they have to be declared as `"all"` or by a query.
pub fn as_toml(case: Case<'_>) -> String {
    let changes = &case.diff.changes.tables;
    let owners: BTreeSet<&Owner> = changes.values().flat_map(TableChanges::owners).collect();
    let tenants: Vec<Toml> = owners.into_iter().filter_map(tenant).collect();
    let tables: Table =
        changes.iter().filter(|(_, c)| c.changed().total() > 0).map(|(name, c)| (name.clone(), Toml::Table(table(c)))).collect();
    let mut scope = Table::new();
    if !tenants.is_empty() {
        scope.insert("tenants".to_owned(), Toml::Array(tenants));
    }
    scope.insert("tables".to_owned(), Toml::Table(tables));
    let named = Table::from_iter([(case.migration.name.clone(), Toml::Table(scope))]);
    let document = Table::from_iter([("expect".to_owned(), Toml::Table(named))]);
    let spelled = toml::to_string(&document).unwrap_or_default();
    let unspelled = changes.values().flat_map(TableChanges::owners).any(|o| matches!(o, Owner::Tenant(_)) && tenant(o).is_none());
    if unspelled {
        format!("{spelled}# tenants that TOML cannot spell, such as NULL, are left out: declare them by a query\n")
    } else {
        spelled
    }
}

fn tenant(owner: &Owner) -> Option<Toml> {
    let Owner::Tenant(tenant) = owner else { return None };
    match &tenant.0 {
        Value::Integer(i) => Some(Toml::Integer(*i)),
        Value::Real(r) => Some(Toml::Float(*r)),
        Value::Text(text) => std::str::from_utf8(text).ok().map(|t| Toml::String(t.to_owned())),
        Value::Null | Value::Blob(_) => None,
    }
}

fn table(changes: &TableChanges) -> Table {
    let counts = changes.changed();
    let mut out = Table::new();
    for op in Op::ALL.into_iter().filter(|op| counts.of(*op) > 0) {
        out.insert(op.word().to_owned(), Toml::Integer(i64::try_from(counts.of(op)).unwrap_or(i64::MAX)));
    }
    let columns: BTreeSet<&String> = changes.groups.values().flat_map(|g| g.columns.keys()).collect();
    if !columns.is_empty() {
        out.insert("columns".to_owned(), Toml::Array(columns.into_iter().map(|c| Toml::String(c.clone())).collect()));
    }
    out
}
