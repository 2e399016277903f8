//! The inspection as JSON, version 1. Keys are added, never renamed.
//!
//! Times are RFC 3339 in UTC, null where they are not known. A table's `rows` is null where they
//! were not counted, for the reason in `not_counted`, or because it has none of its own. `tenants`
//! lists those with the most rows; `tenant_count` counts all.

use super::Inspection;
use super::state::TableFacts;
use crate::names::TenantNames;
use crate::report::write_json;
use crate::scope::{Tenant, TenantRule};
use crate::snapshot::Header;
use crate::snapshot::age::spelling;
use crate::snapshot::catalog::TableKind;
use serde_json::{Value as Json, json};
use std::io::{self, Write};

pub(super) fn render(i: &Inspection, most: usize, out: &mut dyn Write) -> io::Result<()> {
    let (state, needs) = (&i.state, &i.state.needs);
    let shown = &state.tenants[..state.tenants.len().min(most)];
    let need = |(name, of)| json!({ "feature": name, "of": of });
    let inspection = json!({
        "format": "harness-snapshot",
        "version": 1,
        "harness": env!("CARGO_PKG_VERSION"),
        "engine": { "sqlite": rusqlite::version() },
        "fit": i.is_fit(),
        "facts": i.facts,
        "snapshot": snapshot(i),
        "database": state.database,
        "tenancy": state.tenancy,
        "proposals": i.proposals,
        "needs": needs.features.iter().map(need).collect::<Json>(),
        "lacks": needs.lacks,
        "tenant_count": state.tenancy.as_ref().map(|_| state.tenants.len()),
        "tenants": tenants(&state.names, shown),
        "tables": state.tables.iter().map(|t| table(i, t, shown)).collect::<Json>(),
    });
    write_json(&inspection, out)
}

fn tenants(names: &TenantNames, shown: &[(Tenant, u64)]) -> Json {
    let tenant = |(tenant, rows): &(Tenant, u64)| {
        let (spelled, described) = (names.spell(tenant), names.describe(tenant));
        json!({ "tenant": spelled, "described": described, "rows": rows })
    };
    shown.iter().map(tenant).collect()
}

fn snapshot(i: &Inspection) -> Json {
    let beside = i.neighbours.iter();
    let beside = beside.map(|(suffix, bytes)| json!({ "suffix": suffix, "bytes": bytes }));
    json!({
        "source": i.source,
        "form": i.form,
        "bytes": i.bytes,
        "beside": beside.collect::<Json>(),
        "blake3": i.identity.blake3,
        "blake3_from": i.identity.from.word(),
        "taken_at": i.age.taken.and_then(|(at, _)| spelling(at)),
        "taken_by": i.age.taken.map(|(_, by)| by.word()),
        "modified_at": i.age.modified.and_then(spelling),
        "header": i.header.as_ref().map(header),
    })
}

fn header(h: &Header) -> Json {
    json!({
        "journal": h.journal.word(),
        "change_counter": h.change_counter,
        "schema_format": h.schema_format,
        "written_by": h.written_by,
    })
}

fn table(i: &Inspection, t: &TableFacts, shown: &[(Tenant, u64)]) -> Json {
    let rows = t.counted();
    let of = |tenant| Some((i.state.names.spell(tenant), *rows?.by_tenant.get(tenant)?));
    let of_shown = || shown.iter().filter_map(|(tenant, _)| of(tenant));
    json!({
        "name": t.table.name,
        "kind": kind(t.table.kind),
        "rows": rows.map(|rows| rows.total),
        "not_counted": t.rows.as_ref().and_then(|rows| rows.as_ref().err()),
        "tenant_count": rows.map(|rows| rows.by_tenant.len()),
        "tenants": rows.map(|_| of_shown().collect::<Json>()),
        "ambiguous": rows.map(|rows| rows.ambiguous),
        "rule": t.rule.as_ref().map(rule),
        "primary_key": t.table.keys.primary,
        "composite_key": t.table.keys.is_composite(),
        "unique": t.table.keys.unique,
        "foreign_keys": t.table.keys.foreign,
        "unreadable": t.table.unreadable,
    })
}

fn kind(kind: TableKind) -> &'static str {
    match kind {
        TableKind::Ordinary => "table",
        TableKind::Virtual => "virtual",
        TableKind::Shadow => "shadow",
        TableKind::View => "view",
    }
}

/// As `[tenant.tables]` spells it.
fn rule(rule: &TenantRule) -> Json {
    match rule {
        TenantRule::Column(column) => json!(column),
        TenantRule::Lookup(sql) => json!({ "lookup": sql }),
        TenantRule::Shared => json!({ "shared": true }),
    }
}
