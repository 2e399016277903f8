//! The facts of evidence as JSON objects, keyed by what they are about, in the order in which they
//! are compared.

use crate::record::{Evidence, Finding, Migration, Scope, Statement, Subquery, TableResult};
use crate::report::phrases::TableLine;
use serde::Serialize;
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;

/// Everything that is compared.
pub(super) fn of(evidence: &Evidence) -> Json {
    let (engine, options) = (&evidence.engine, evidence.options);
    let branch = evidence.branch.as_ref();
    let branch = branch.map(|b| json!({ "bases": b.bases, "files": b.files, "others": b.others }));
    let migrations = evidence.migrations.iter();
    json!({
        "migrations": keyed(migrations.clone().map(|m| (&m.name, &m.blake3))),
        "snapshot": { "blake3": evidence.snapshot.blake3, "bytes": evidence.snapshot.bytes },
        "branch": branch,
        "engine": { "foreign_keys": engine.foreign_keys, "transaction": engine.transaction, "on_error": engine.on_error },
        "options": { "samples": options.samples, "deep": options.deep },
        "severities": evidence.severities,
        "rehearsal": keyed(migrations.map(|m| (&m.name, migration(m)))),
        "verdict": evidence.verdict,
    })
}

/// Everything else, without times, versions, and what names the configuration and the snapshot's
/// place.
pub(super) fn words(evidence: &Evidence) -> Json {
    let mut evidence = evidence.clone();
    evidence.harness.clear();
    evidence.engine.sqlite.clear();
    evidence.engine.now_ms = 0;
    evidence.config.blake3.clear();
    evidence.snapshot.blake3_from = None;
    if let Some(branch) = &mut evidence.branch {
        // What it is held against may have moved on since; where it left that stands in `bases`.
        (branch.since, branch.shown) = (String::new(), String::new());
    }
    for statement in evidence
        .migrations
        .iter_mut()
        .flat_map(|m| &mut m.statements)
    {
        statement.elapsed_ms = None;
    }
    json!(evidence)
}

fn migration(m: &Migration) -> Json {
    let schema = m.schema.iter();
    let suppressed = m.suppressed.iter();
    let suppressed =
        suppressed.map(|s| (format!("{} at line {}", s.code, s.line), s.findings.len()));
    json!({
        "outcome": m.outcome,
        "error": m.error,
        "statements": keyed(m.statements.iter().map(|s| (s.index.to_string(), statement(s)))),
        "changes": keyed(m.changes.iter().map(|c| (owned(&c.table, &c.described), c))),
        "schema": keyed(schema.map(|s| (format!("{} {}", s.object, s.name), s))),
        "expected": keyed(m.tables.iter().flat_map(expected)),
        "kept": keyed(m.scope.iter().flat_map(kept)),
        "verdict": m.verdict,
        "findings": keyed(m.findings.iter().map(finding)),
        "suppressed": keyed(suppressed),
        "checklist": keyed(m.checklist.iter().map(|item| (item.id.word(), item.status))),
    })
}

/// What a statement matched and wrote.
fn statement(s: &Statement) -> Json {
    let subquery = |(at, s): (usize, &Subquery)| {
        (
            format!("subquery {}", at + 1),
            json!({ "rows": s.rows, "distinct": s.distinct, "tenants": s.tenants, "ambiguous": s.ambiguous }),
        )
    };
    let preview = s.preview.as_ref().map(|p| {
        json!({
            "rows": p.rows, "tenants": p.tenants, "ambiguous": p.ambiguous, "several": p.several,
            "subqueries": keyed(p.subqueries.iter().enumerate().map(subquery)),
            "samples": p.samples,
        })
    });
    let indirect = s.paths.iter();
    let indirect = indirect.map(|i| (format!("{} {}", i.op.word(), i.table), i.rows));
    json!({
        "ran": s.ran, "outcome": s.outcome, "preview": preview, "direct": s.direct, "indirect": s.indirect, "by table": keyed(indirect),
        "error": s.error,
    })
}

/// What was declared of a table and what happened to it, as a whole and of each owner.
fn expected(t: &TableResult) -> impl Iterator<Item = (String, Json)> {
    let fact = |line: TableLine| json!({ "expected": line.expected, "mark": line.mark, "touched": line.touched, "actual": line.changed });
    let owners = t.owners.iter();
    let owners = owners.map(move |o| (owned(&t.table, &o.owner), fact(o.into())));
    std::iter::once((t.table.clone(), fact(t.into()))).chain(owners)
}

/// What must be kept, and whether it was.
fn kept(scope: &Scope) -> impl Iterator<Item = (String, Json)> {
    let conserved = scope.conserve.iter();
    let conserved = conserved.map(|c| (format!("rows of {}", c.table), json!(c)));
    let invariants = scope.invariants.iter();
    let invariants = invariants.map(|i| (format!("invariant {}", i.name), json!(i)));
    let claims = scope.claims.iter();
    let claims = claims.map(|c| {
        let of = (c.kind.word(), c.op.word());
        (format!("{} of {} {}", of.0, of.1, c.table), json!(c))
    });
    conserved.chain(invariants).chain(claims)
}

/// What a finding is about; its sentences may be those of another version.
fn finding(f: &Finding) -> (String, Json) {
    let place = f.line.map(|line| format!(" at line {line}"));
    let fact = json!({ "severity": f.severity, "column": f.column, "table": f.table, "tenants": f.tenants, "rows": f.rows });
    (format!("{}{}", f.code, place.unwrap_or_default()), fact)
}

fn owned(table: &str, owner: &str) -> String {
    format!("{table}, {owner}")
}

/// An object; a key that comes again is numbered.
fn keyed(items: impl Iterator<Item = (impl Into<String>, impl Serialize)>) -> Json {
    let (mut object, mut met) = (Map::new(), BTreeMap::<String, usize>::new());
    for (key, value) in items {
        let mut key = key.into();
        let n = met.entry(key.clone()).and_modify(|n| *n += 1).or_insert(1);
        if *n > 1 {
            key = format!("{key} ({n})");
        }
        object.insert(key, json!(value));
    }
    Json::Object(object)
}
