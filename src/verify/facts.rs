//! The facts of evidence as JSON objects, keyed by what they are about, in the order in which they
//! are compared.

use crate::record::{Change, Finding, Migration, OwnerResult, Statement, TableResult};
use crate::report::Evidence;
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;

/// Everything that is compared.
pub(super) fn of(evidence: &Evidence) -> Json {
    let (engine, options) = (&evidence.engine, evidence.options);
    let texts = evidence
        .migrations
        .iter()
        .map(|m| (m.name.clone(), json!(m.blake3)));
    let branch = evidence
        .branch
        .as_ref()
        .map(|b| json!({ "bases": b.bases, "files": b.files, "others": b.others }));
    let migrations = evidence
        .migrations
        .iter()
        .map(|m| (m.name.clone(), migration(m)));
    json!({
        "migrations": keyed(texts),
        "snapshot": { "blake3": evidence.snapshot.blake3, "bytes": evidence.snapshot.bytes },
        "branch": branch,
        "engine": { "foreign_keys": engine.foreign_keys, "transaction": engine.transaction, "on_error": engine.on_error },
        "options": { "samples": options.samples, "deep": options.deep },
        "severities": evidence.severities,
        "rehearsal": keyed(migrations),
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
    let change = |c: &Change| (owned(&c.table, &c.described), json!(c));
    let schema = m
        .schema
        .iter()
        .map(|s| (format!("{} {}", s.object, s.name), json!(s)));
    let kept = m.scope.iter().flat_map(|scope| {
        let conserved = scope
            .conserve
            .iter()
            .map(|c| (format!("rows of {}", c.table), json!(c)));
        conserved.chain(
            scope
                .invariants
                .iter()
                .map(|i| (format!("invariant {}", i.name), json!(i))),
        )
    });
    let suppressed = m.suppressed.iter().map(|s| {
        (
            format!("{} at line {}", s.code, s.line),
            json!(s.findings.len()),
        )
    });
    json!({
        "outcome": m.outcome,
        "error": m.error,
        "statements": keyed(m.statements.iter().map(|s| (s.index.to_string(), statement(s)))),
        "changes": keyed(m.changes.iter().map(change)),
        "schema": keyed(schema),
        "expected": keyed(m.tables.iter().flat_map(expected)),
        "kept": keyed(kept),
        "verdict": m.verdict,
        "findings": keyed(m.findings.iter().map(finding)),
        "suppressed": keyed(suppressed),
        "checklist": keyed(m.checklist.iter().map(|item| (item.id.word().to_owned(), json!(item.status)))),
    })
}

/// What a statement matched and wrote.
fn statement(s: &Statement) -> Json {
    let preview = s.preview.as_ref().map(|p| {
        let subqueries = p.subqueries.iter().enumerate().map(|(at, s)| {
            (
                format!("subquery {}", at + 1),
                json!({ "rows": s.rows, "distinct": s.distinct, "tenants": s.tenants, "ambiguous": s.ambiguous }),
            )
        });
        json!({
            "rows": p.rows, "tenants": p.tenants, "ambiguous": p.ambiguous, "several": p.several, "subqueries": keyed(subqueries),
            "samples": p.samples,
        })
    });
    let indirect = s
        .paths
        .iter()
        .map(|i| (format!("{} {}", i.op.word(), i.table), json!(i.rows)));
    json!({
        "ran": s.ran, "outcome": s.outcome, "preview": preview, "direct": s.direct, "indirect": s.indirect, "by table": keyed(indirect),
        "error": s.error,
    })
}

/// What was declared of a table and what happened to it, as a whole and of each owner.
fn expected(t: &TableResult) -> Vec<(String, Json)> {
    let whole =
        json!({ "expected": t.expected, "mark": t.mark, "touched": t.touched, "actual": t.actual });
    let owner = |o: &OwnerResult| json!({ "expected": o.expected, "mark": o.mark, "touched": o.touched, "actual": o.actual });
    let owners = t
        .owners
        .iter()
        .map(|o| (owned(&t.table, &o.owner), owner(o)));
    std::iter::once((t.table.clone(), whole))
        .chain(owners)
        .collect()
}

/// What a finding is about; its sentences may be those of another version.
fn finding(f: &Finding) -> (String, Json) {
    let place = f
        .line
        .map(|line| format!(" at line {line}"))
        .unwrap_or_default();
    let fact = json!({ "severity": f.severity, "column": f.column, "table": f.table, "tenants": f.tenants, "rows": f.rows });
    (format!("{}{place}", f.code), fact)
}

fn owned(table: &str, owner: &str) -> String {
    format!("{table}, {owner}")
}

/// An object; a key that comes again is numbered.
fn keyed(items: impl IntoIterator<Item = (String, Json)>) -> Json {
    let (mut object, mut met) = (Map::new(), BTreeMap::<String, usize>::new());
    for (key, value) in items {
        let n = met.entry(key.clone()).and_modify(|n| *n += 1).or_insert(1);
        object.insert(if *n == 1 { key } else { format!("{key} ({n})") }, value);
    }
    Json::Object(object)
}
