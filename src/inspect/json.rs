//! The inspection as JSON, version 1. Keys are added, never renamed.
//!
//! Times are RFC 3339 in UTC, null where they are not known. A table's `rows` is null where they
//! were not counted, for the reason in `not_counted`, or because it has none of its own. `tenants`
//! lists those with the most rows; `tenant_count` counts all.

use super::{Inspection, TableFacts};
use crate::report::write_json;
use crate::scope::{Tenant, TenantRule};
use crate::snapshot::age::spelling;
use crate::snapshot::keys::Keys;
use serde_json::{Value as Json, json};
use std::io::{self, Write};

pub(super) fn render(inspection: &Inspection, most: usize, out: &mut dyn Write) -> io::Result<()> {
    write_json(&wire(inspection, most), out)
}

fn wire(i: &Inspection, most: usize) -> Json {
    let shown = &i.tenants[..i.tenants.len().min(most)];
    json!({
        "format": "harness-snapshot",
        "version": 1,
        "harness": i.harness,
        "engine": { "sqlite": i.sqlite },
        "fit": i.is_fit(),
        "facts": i.facts.iter().map(|f| json!({
            "name": f.name, "mark": f.mark.word(), "decides": f.decides, "sentence": f.sentence,
        })).collect::<Vec<_>>(),
        "snapshot": snapshot(i),
        "database": database(i),
        "tenancy": i.tenancy.as_ref().map(|t| json!({
            "by": t.by, "column": t.column, "exceptions": t.exceptions, "unfitting": t.unfitting,
        })),
        "proposals": i.proposals.iter().map(|p| json!({
            "column": p.column, "tables": p.tables, "keyed": p.keyed, "refers": p.refers,
        })).collect::<Vec<_>>(),
        "needs": i.needs.features.iter().map(|(name, of)| json!({ "feature": name, "of": of })).collect::<Vec<_>>(),
        "lacks": i.needs.lacks.iter().map(|l| json!({
            "table": l.table, "view": l.is_view, "what": l.what, "message": l.message,
        })).collect::<Vec<_>>(),
        "tenant_count": i.tenancy.as_ref().map(|_| i.tenants.len()),
        "tenants": shown.iter().map(|(tenant, rows)| json!({
            "tenant": i.names.spell(tenant), "described": i.names.describe(tenant), "rows": rows,
        })).collect::<Vec<_>>(),
        "tables": i.tables.iter().map(|t| table(i, t, shown)).collect::<Vec<_>>(),
    })
}

fn snapshot(i: &Inspection) -> Json {
    json!({
        "source": i.source,
        "form": i.form,
        "bytes": i.bytes,
        "beside": i.neighbours.iter().map(|(suffix, bytes)| json!({ "suffix": suffix, "bytes": bytes })).collect::<Vec<_>>(),
        "blake3": i.identity.blake3,
        "blake3_from": i.identity.from.word(),
        "taken_at": i.age.taken.and_then(|(at, _)| spelling(at)),
        "taken_by": i.age.taken.map(|(_, by)| by.word()),
        "modified_at": i.age.modified.and_then(spelling),
        "header": i.header.as_ref().map(|h| json!({
            "journal": h.journal.word(),
            "change_counter": h.change_counter,
            "schema_format": h.schema_format,
            "written_by": h.written_by,
        })),
    })
}

fn database(i: &Inspection) -> Json {
    let d = &i.database;
    json!({
        "page_size": d.page_size,
        "pages": d.pages,
        "free_pages": d.free_pages,
        "auto_vacuum": d.auto_vacuum,
        "encoding": d.encoding,
        "schema_version": d.schema_version,
        "user_version": d.user_version,
        "application_id": d.application_id,
    })
}

fn table(i: &Inspection, t: &TableFacts, shown: &[(Tenant, u64)]) -> Json {
    let rows = t.counted();
    let by_tenant = rows.map(|rows| {
        let of =
            |tenant: &Tenant| Some((i.names.spell(tenant), json!(rows.by_tenant.get(tenant)?)));
        shown
            .iter()
            .filter_map(|(tenant, _)| of(tenant))
            .collect::<serde_json::Map<_, _>>()
    });
    json!({
        "name": t.name,
        "kind": t.kind_word(),
        "rows": rows.map(|rows| rows.total),
        "not_counted": t.rows.as_ref().and_then(|rows| rows.as_ref().err()),
        "tenant_count": rows.map(|rows| rows.by_tenant.len()),
        "tenants": by_tenant,
        "ambiguous": rows.map(|rows| rows.ambiguous),
        "rule": t.rule.as_ref().map(rule),
        "primary_key": t.keys.primary,
        "composite_key": t.keys.is_composite(),
        "unique": unique(&t.keys),
        "foreign_keys": t.keys.foreign.iter().map(|f| json!({
            "columns": f.columns, "parent": f.parent, "parent_columns": f.parent_columns,
            "on_delete": f.on_delete, "on_update": f.on_update,
        })).collect::<Vec<_>>(),
        "unreadable": t.unreadable,
    })
}

fn unique(keys: &Keys) -> Vec<Json> {
    keys.unique
        .iter()
        .map(|key| json!({ "columns": key.columns, "partial": key.partial }))
        .collect()
}

/// As `[tenant.tables]` spells it.
fn rule(rule: &TenantRule) -> Json {
    match rule {
        TenantRule::Column(column) => json!(column),
        TenantRule::Lookup(sql) => json!({ "lookup": sql }),
        TenantRule::Shared => json!({ "shared": true }),
    }
}
