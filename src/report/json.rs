//! The JSON report, version 1. Keys are added, never renamed; the structures here are its wire form and nothing else.
//!
//! A tenant is text, `null` where the rows have none. A BLOB is `{"blob": hex of at most 32 bytes, "bytes": n}`; text that is
//! not UTF-8 likewise with `text`; a number that JSON cannot spell is its SQL literal as a string.

use super::{
    ChangeReport, FailureReport, MigrationReport, OwnerKind, PreviewReport, Report, SchemaReport, StatementReport, SubqueryReport,
};
use crate::change::{Cell, Counts, RowChange};
use crate::rehearse::{Indirect, Outcome};
use crate::sql::Value;
use crate::sql::value::hex;
use crate::verdict::{Finding, Suppressed};
use serde::Serialize;
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// Bytes of a BLOB that are shown.
const SHOWN_BYTES: usize = 32;

pub(super) fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &wire(report))?;
    writeln!(out)
}

fn wire(report: &Report) -> Json {
    let regime = report.engine.regime;
    json!({
        "format": "harness-report",
        "version": 1,
        "harness": report.harness,
        "engine": {
            "sqlite": report.engine.sqlite,
            "foreign_keys": regime.foreign_keys,
            "transaction": regime.transaction.word(),
            "on_error": regime.on_error.word(),
            "now_ms": report.engine.now_ms,
        },
        "snapshot": {
            "source": report.snapshot.source,
            "bytes": report.snapshot.bytes,
            "blake3": report.snapshot.identity.as_ref().map(|identity| &identity.blake3),
            "blake3_from": report.snapshot.identity.as_ref().map(|identity| identity.from.word()),
            "tenants": report.snapshot.tenants,
        },
        "severities": report.severities.iter().map(|(code, level)| (code.id(), super::words::level(*level))).collect::<BTreeMap<_, _>>(),
        "verdict": verdict(report.is_accepted()),
        "migrations": report.migrations.iter().map(MigrationWire::new).collect::<Vec<_>>(),
    })
}

fn schema(s: &SchemaReport) -> Json {
    json!({ "object": s.object, "name": s.name, "change": s.change, "from": s.from, "named": s.named })
}

fn path(i: &Indirect) -> Json {
    json!({ "table": i.table, "op": i.op.word(), "rows": i.rows, "paths": i.paths })
}

fn by_tenant(tenants: &[(String, String, u64)]) -> Map<String, Json> {
    tenants.iter().map(|(tenant, _, rows)| (tenant.clone(), json!(rows))).collect()
}

fn subquery(s: &SubqueryReport) -> Json {
    let selected = s.run.result.as_ref().ok();
    json!({
        "sql": s.run.sql,
        "rows": selected.map(|s| s.rows),
        "distinct": selected.map(|s| s.distinct),
        "tenants": s.tenants.as_deref().map(by_tenant),
        "ambiguous": selected.and_then(|s| s.tenants.as_ref()).map(|(_, ambiguous)| ambiguous),
        "not_alone": s.run.result.as_ref().err(),
    })
}

fn verdict(accepted: bool) -> &'static str {
    if accepted { "accepted" } else { "rejected" }
}

fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Applied => "applied",
        Outcome::Failed => "failed",
        Outcome::Refused => "refused",
        Outcome::TimedOut => "timed-out",
        Outcome::NotRun => "not-run",
    }
}

#[derive(Serialize)]
struct MigrationWire<'a> {
    name: &'a str,
    path: &'a str,
    blake3: &'a str,
    verdict: &'static str,
    outcome: &'static str,
    error: Option<Json>,
    statements: Vec<StatementWire<'a>>,
    changes: Vec<ChangeWire<'a>>,
    schema: Vec<Json>,
    findings: Vec<FindingWire<'a>>,
    suppressed: Vec<SuppressedWire<'a>>,
}

impl<'a> MigrationWire<'a> {
    fn new(m: &'a MigrationReport) -> Self {
        let error = |e: &FailureReport| json!({ "statement": e.statement, "line": e.line, "message": e.message });
        Self {
            name: &m.name,
            path: &m.path,
            blake3: &m.blake3,
            verdict: verdict(m.accepted),
            outcome: outcome(m.outcome),
            error: m.error.as_ref().map(error),
            statements: m.statements.iter().map(StatementWire::new).collect(),
            changes: m.changes.iter().map(ChangeWire::new).collect(),
            schema: m.schema.iter().map(schema).collect(),
            findings: m.findings.iter().map(FindingWire::new).collect(),
            suppressed: m.suppressed.iter().map(SuppressedWire::new).collect(),
        }
    }
}

#[derive(Serialize)]
struct StatementWire<'a> {
    index: usize,
    line: usize,
    kind: &'a str,
    table: Option<&'a str>,
    sql: &'a str,
    ran: bool,
    preview: Option<PreviewWire<'a>>,
    no_preview: Option<&'a str>,
    direct: CountsWire,
    indirect: CountsWire,
    paths: Vec<Json>,
    error: Option<&'a str>,
    elapsed_ms: Option<f64>,
}

impl<'a> StatementWire<'a> {
    fn new(s: &'a StatementReport) -> Self {
        let run = s.run.as_ref();
        Self {
            index: s.index,
            line: s.line,
            kind: &s.kind,
            table: s.table.as_deref(),
            sql: &s.sql,
            ran: run.is_some(),
            preview: run.and_then(|r| r.preview.as_ref()).map(PreviewWire::new),
            no_preview: run.and_then(|r| r.no_preview.as_deref()),
            direct: CountsWire::new(run.map(|r| r.direct).unwrap_or_default()),
            indirect: CountsWire::new(run.map(|r| r.indirect).unwrap_or_default()),
            paths: run.iter().flat_map(|r| &r.paths).map(path).collect(),
            error: run.and_then(|r| r.error.as_deref()),
            elapsed_ms: run.map(|r| (r.elapsed_ms * 1000.0).round() / 1000.0),
        }
    }
}

#[derive(Serialize)]
struct PreviewWire<'a> {
    sql: &'a str,
    rows: u64,
    tenants: Map<String, Json>,
    ambiguous: u64,
    several: u64,
    subqueries: Vec<Json>,
    samples: Vec<Json>,
}

impl<'a> PreviewWire<'a> {
    fn new(p: &'a PreviewReport) -> Self {
        let row = |values: &Vec<Value>| Json::Object(p.run.columns.iter().cloned().zip(values.iter().map(cell)).collect());
        Self {
            sql: &p.run.sql,
            rows: p.run.rows,
            ambiguous: p.run.ambiguous,
            several: p.run.several,
            subqueries: p.subqueries.iter().map(subquery).collect(),
            tenants: by_tenant(&p.tenants),
            samples: p.run.samples.iter().map(row).collect(),
        }
    }
}

#[derive(Serialize)]
struct CountsWire {
    insert: u64,
    update: u64,
    delete: u64,
}

impl CountsWire {
    fn new(c: Counts) -> Self {
        Self { insert: c.insert, update: c.update, delete: c.delete }
    }
}

#[derive(Serialize)]
struct ChangeWire<'a> {
    table: &'a str,
    tenant: Option<&'a str>,
    owner: &'static str,
    expected: bool,
    touched: u64,
    #[serde(flatten)]
    changed: CountsWire,
    columns: &'a std::collections::BTreeMap<String, u64>,
    samples: Vec<Json>,
}

impl<'a> ChangeWire<'a> {
    fn new(c: &'a ChangeReport) -> Self {
        let owner = match c.owner {
            OwnerKind::Tenant => "tenant",
            OwnerKind::Shared => "shared",
            OwnerKind::Unassigned => "unassigned",
            OwnerKind::Ambiguous => "ambiguous",
        };
        Self {
            table: &c.table,
            tenant: c.tenant.as_deref(),
            owner,
            expected: c.expected,
            touched: c.touched,
            changed: CountsWire::new(c.changed),
            columns: &c.columns,
            samples: c.samples.iter().map(sample).collect(),
        }
    }
}

#[derive(Serialize)]
struct FindingWire<'a> {
    code: &'static str,
    severity: &'static str,
    message: &'a str,
    help: &'a str,
    line: Option<usize>,
    column: Option<usize>,
    end_line: Option<usize>,
    end_column: Option<usize>,
    table: Option<&'a str>,
    tenants: &'a [String],
    rows: Option<u64>,
}

impl<'a> FindingWire<'a> {
    fn new(f: &'a Finding) -> Self {
        Self {
            code: f.code.id(),
            severity: f.severity.word(),
            message: &f.message,
            help: &f.help,
            line: f.place.map(|place| place.from.line),
            column: f.place.map(|place| place.from.column),
            end_line: f.place.map(|place| place.to.line),
            end_column: f.place.map(|place| place.to.column),
            table: f.table.as_deref(),
            tenants: &f.tenants,
            rows: f.rows,
        }
    }
}

#[derive(Serialize)]
struct SuppressedWire<'a> {
    code: &'static str,
    until: &'a str,
    reason: &'a str,
    line: usize,
    findings: Vec<FindingWire<'a>>,
}

impl<'a> SuppressedWire<'a> {
    fn new(s: &'a Suppressed) -> Self {
        Self {
            code: s.code.id(),
            until: &s.until,
            reason: &s.reason,
            line: s.place.from.line,
            findings: s.findings.iter().map(FindingWire::new).collect(),
        }
    }
}

fn sample(change: &RowChange) -> Json {
    json!({ "op": change.op.word(), "key": cells(&change.key), "before": cells(&change.before), "after": cells(&change.after) })
}

fn cells(cells: &[Cell]) -> Json {
    Json::Object(cells.iter().map(|(name, value)| (name.clone(), cell(value))).collect())
}

fn cell(value: &Value) -> Json {
    let bytes = |name: &str, all: &[u8]| json!({ name: hex(&all[..all.len().min(SHOWN_BYTES)]), "bytes": all.len() });
    match value {
        Value::Null => Json::Null,
        Value::Integer(i) => json!(i),
        Value::Real(r) if r.is_finite() => json!(r),
        Value::Real(_) => json!(value.literal()),
        Value::Text(text) => std::str::from_utf8(text).map_or_else(|_| bytes("text", text), |t| json!(t)),
        Value::Blob(blob) => bytes("blob", blob),
    }
}
