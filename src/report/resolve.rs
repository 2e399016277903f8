//! From a rehearsal, its diff and its verdict to the resolved report of one migration.

use super::{
    ChangeReport, FailureReport, Mark, MigrationReport, OwnerKind, OwnerReport, PreviewReport,
    SchemaReport, StatementReport, StatementResult, SubqueryReport, TableReport, echo, kept,
};
use crate::change::{Counts, Owner, RowChange, TableChanges};
use crate::diff::SchemaChange;
use crate::files::blake3_of;
use crate::hidden::Hidden;
use crate::migration::{Migration, Statement};
use crate::rehearse::{Outcome, PreviewRun, StatementRun, SubqueryRun};
use crate::scope::{Count, Op, ResolvedTable, Tenant, key_names_tenant};
use crate::sql::mask::Masked;
use crate::sql::{Value, ident};
use crate::verdict::{self, Case, Finding, Place, Severity, Suppressed, Verdict};
use std::collections::{BTreeMap, BTreeSet};

/// What the report of one migration is resolved from.
pub struct Resolved<'a> {
    /// what was judged
    pub case: Case<'a>,
    /// the verdict on it
    pub verdict: Verdict,
    /// rows shown per group
    pub samples: usize,
}

/// The report of a migration that ran.
pub fn migration_report(resolved: Resolved<'_>) -> MigrationReport {
    let Resolved {
        case,
        verdict,
        samples,
    } = resolved;
    let line = |statement: Option<usize>| {
        case.migration
            .statements
            .get(statement?.checked_sub(1)?)
            .map(|s| s.line)
    };
    let error = case.rehearsal.failure.as_ref();
    let source = case.hidden.source(case.migration);
    let of_suppressed = |s: Suppressed| Suppressed {
        findings: placed(case.hidden, &source, s.findings),
        ..s
    };
    let mut report = MigrationReport {
        accepted: verdict.is_accepted(),
        outcome: case.rehearsal.outcome,
        error: error.map(|f| FailureReport {
            statement: f.statement,
            line: line(f.statement),
            message: f.message.clone(),
        }),
        scope: kept::scope_report(case),
        amendment: verdict::amendment(case),
        statements: case
            .migration
            .statements
            .iter()
            .map(|s| statement(case, s))
            .collect(),
        tables: tables(case, &verdict),
        changes: changes(case, &verdict, samples),
        schema: case.diff.schema.iter().map(schema_report).collect(),
        findings: placed(case.hidden, &source, verdict.findings),
        suppressed: verdict.suppressed.into_iter().map(of_suppressed).collect(),
        checklist: verdict.checklist,
        ..head(case.migration, source.text)
    };
    // Where all values are hidden, what is left are keys, which stay.
    if !case.hidden.is_everything() {
        echo::hide(&mut report);
    }
    report
}

/// Findings with their places in the text that is shown.
fn placed(hidden: &Hidden, source: &Masked, findings: Vec<Finding>) -> Vec<Finding> {
    let moved = |place: Place| Place {
        span: source.place(place.span),
        ..place
    };
    let one = |finding: Finding| {
        let table = finding.table.map(|table| hidden.name(&table));
        Finding {
            place: finding.place.map(moved),
            table,
            ..finding
        }
    };
    findings.into_iter().map(one).collect()
}

fn schema_report(change: &SchemaChange) -> SchemaReport {
    let SchemaChange {
        object,
        name,
        event,
        from,
        unnamed,
    } = change.clone();
    SchemaReport {
        object,
        name,
        change: event,
        from,
        named: !unnamed,
    }
}

/// The report of a migration that was not run, with the verdict that says why.
pub fn not_run(migration: &Migration, hidden: &Hidden, verdict: Verdict) -> MigrationReport {
    let statements = migration
        .statements
        .iter()
        .map(|s| plain_statement(migration, hidden, s))
        .collect();
    let source = hidden.source(migration);
    let findings = placed(hidden, &source, verdict.findings);
    MigrationReport {
        findings,
        checklist: verdict.checklist,
        statements,
        ..head(migration, source.text)
    }
}

fn head(migration: &Migration, text: String) -> MigrationReport {
    MigrationReport {
        name: migration.name.clone(),
        path: migration.path.clone(),
        blake3: blake3_of(migration.text.as_bytes()),
        accepted: false,
        outcome: Outcome::NotRun,
        error: None,
        scope: None,
        amendment: verdict::Amendment::default(),
        statements: Vec::new(),
        tables: Vec::new(),
        changes: Vec::new(),
        schema: Vec::new(),
        findings: Vec::new(),
        suppressed: Vec::new(),
        checklist: Vec::new(),
        text,
    }
}

fn plain_statement(
    migration: &Migration,
    hidden: &Hidden,
    statement: &Statement,
) -> StatementReport {
    StatementReport {
        index: statement.index,
        line: statement.line,
        kind: hidden.kind(statement),
        table: statement.table.as_ref().map(|table| hidden.name(table)),
        sql: hidden.sql(statement.index, migration.sql(statement)),
        run: None,
    }
}

fn statement(case: Case<'_>, statement: &Statement) -> StatementReport {
    let run = case.rehearsal.statement(statement.index);
    StatementReport {
        run: run.map(|run| result(case, statement, run)),
        ..plain_statement(case.migration, case.hidden, statement)
    }
}

fn result(case: Case<'_>, statement: &Statement, run: &StatementRun) -> StatementResult {
    let (preview, no_preview) = match &run.preview {
        Some(Ok(preview)) => (Some(preview_report(case, statement, preview)), None),
        Some(Err(none)) => (None, Some(none.to_string())),
        None => (None, None),
    };
    StatementResult {
        preview,
        no_preview,
        direct: run.direct,
        indirect: run.indirect,
        paths: run.paths.clone(),
        error: run.error.as_ref().map(|error| case.hidden.message(error)),
        outcome: run.outcome,
        elapsed_ms: run.elapsed.as_secs_f64() * 1000.0,
    }
}

fn preview_report(case: Case<'_>, statement: &Statement, run: &PreviewRun) -> PreviewReport {
    let subquery = |run: &SubqueryRun| {
        let tenants = run
            .result
            .as_ref()
            .ok()
            .and_then(|selected| selected.tenants.as_ref());
        SubqueryReport {
            run: run.clone(),
            tenants: tenants.map(|(tenants, _)| by_tenant_name(case, tenants)),
        }
    };
    PreviewReport {
        run: run.clone(),
        tenants: by_tenant_name(case, &run.tenants),
        subqueries: run.subqueries.iter().map(subquery).collect(),
        hidden: case
            .hidden
            .result_columns(statement, case.migration.sql(statement), run),
    }
}

fn by_tenant_name(case: Case<'_>, tenants: &BTreeMap<Tenant, u64>) -> Vec<(String, String, u64)> {
    tenants
        .iter()
        .map(|(tenant, rows)| (case.names.spell(tenant), case.names.describe(tenant), *rows))
        .collect()
}

/// Every table that changed or is declared, what is wrong first.
fn tables(case: Case<'_>, verdict: &Verdict) -> Vec<TableReport> {
    let mut names: BTreeMap<String, &str> = BTreeMap::new();
    for declared in case.scope.iter().flat_map(|s| s.tables.values()) {
        names.insert(
            ident::folded(&declared.expected.table),
            &declared.expected.table,
        );
    }
    for table in case.diff.changes.tables.keys() {
        names.insert(ident::folded(table), table);
    }
    let declared = |folded: &str| case.scope.and_then(|s| s.tables.get(folded));
    let mut tables: Vec<TableReport> = names
        .iter()
        .map(|(folded, name)| table(case, verdict, name, declared(folded)))
        .collect();
    tables.sort_by_key(|table| table.mark);
    tables
}

fn table(
    case: Case<'_>,
    verdict: &Verdict,
    name: &str,
    declared: Option<&ResolvedTable>,
) -> TableReport {
    let none = TableChanges::default();
    let changes = case.diff.changes.tables.get(name).unwrap_or(&none);
    // What merely says why leaves the numbers as they are.
    let is_about = |f: &verdict::Finding| f.table.as_deref().is_some_and(|t| ident::same(t, name));
    let wrong = |f: &verdict::Finding| {
        f.severity == Severity::Error && f.code.entry().is_core && is_about(f)
    };
    let mark = match (declared, case.rehearsal.ran_through()) {
        _ if verdict.findings.iter().any(wrong)
            || (declared.is_none() && changes.changed().total() > 0) =>
        {
            Mark::Wrong
        }
        (_, true) => Mark::Ok,
        (_, false) => Mark::Unjudged,
    };
    TableReport {
        table: name.to_owned(),
        expected: expected(declared),
        touched: changes.groups.values().map(|g| g.touched).sum(),
        actual: changes.changed(),
        mark,
        owners: owners(case, verdict, name, declared, changes),
    }
}

/// The owners that a table's changes concern, and behind them the tenants that are declared and met
/// nothing.
fn owners(
    case: Case<'_>,
    verdict: &Verdict,
    table: &str,
    declared: Option<&ResolvedTable>,
    changes: &TableChanges,
) -> Vec<OwnerReport> {
    let affinity = case.affinity(table);
    let per_tenant = || {
        declared
            .into_iter()
            .flat_map(|d| &d.expected.counts)
            .filter_map(|(op, count)| Some((*op, by_tenant(count)?)))
    };
    let mut reports = Vec::new();
    for owner in changes.owners() {
        let names = |key: &Value| matches!(owner, Owner::Tenant(t) if key_names_tenant(key, t, &case.names.spell(t), affinity));
        let of = |each: &[(Value, u64)]| {
            each.iter()
                .find(|(key, _)| names(key))
                .map_or(0, |(_, n)| *n)
        };
        let wanted: Vec<(Op, u64)> = per_tenant().map(|(op, each)| (op, of(each))).collect();
        let actual = counts(changes, owner);
        let place = (table.to_owned(), owner.clone());
        let (allowed, meant) = (
            !verdict.outside.contains(&place),
            !verdict.undeclared.contains(&place),
        );
        let met = wanted.iter().all(|(op, n)| actual.of(*op) == *n);
        let mark = match (allowed, met && meant, case.rehearsal.ran_through()) {
            (false, ..) => Mark::Outside,
            (true, _, false) => Mark::Unjudged,
            (true, false, true) => Mark::Wrong,
            (true, true, true) => Mark::Ok,
        };
        let expected = if allowed && declared.is_some() {
            wanted_words(&wanted)
        } else {
            "nothing".to_owned()
        };
        let tenant = tenant(case, owner);
        reports.push(OwnerReport {
            owner: case.names.describe_owner(owner),
            tenant,
            expected,
            mark,
            touched: touched(changes, owner),
            actual,
        });
    }
    let unmet = |key: &Value| {
        !changes.owners().any(|o| matches!(o, Owner::Tenant(t) if key_names_tenant(key, t, &case.names.spell(t), affinity)))
    };
    for (op, (key, n)) in per_tenant()
        .flat_map(|(op, each)| each.iter().map(move |entry| (op, entry)))
        .filter(|(_, (key, n))| *n > 0 && unmet(key))
    {
        let expected = wanted_words(&[(op, *n)]);
        reports.push(OwnerReport {
            owner: key.spelling(),
            tenant: Some(key.spelling()),
            expected,
            mark: if case.rehearsal.ran_through() {
                Mark::Wrong
            } else {
                Mark::Unjudged
            },
            touched: 0,
            actual: Counts::default(),
        });
    }
    reports
}

/// The spelling of an owner that is a tenant.
fn tenant(case: Case<'_>, owner: &Owner) -> Option<String> {
    match owner {
        Owner::Tenant(tenant) => Some(case.names.spell(tenant)),
        _ => None,
    }
}

fn by_tenant(count: &Count) -> Option<&[(Value, u64)]> {
    match count {
        Count::PerTenant(each) => Some(each),
        Count::Range(..) | Count::Any => None,
    }
}

fn wanted_words(wanted: &[(Op, u64)]) -> String {
    if wanted.is_empty() {
        return "allowed".to_owned();
    }
    let parts: Vec<String> = wanted
        .iter()
        .filter(|(_, n)| *n > 0)
        .map(|(op, n)| format!("{} {n}", op.word()))
        .collect();
    if parts.is_empty() {
        "nothing".to_owned()
    } else {
        parts.join(", ")
    }
}

fn expected(declared: Option<&ResolvedTable>) -> String {
    let Some(declared) = declared else {
        return "nothing".to_owned();
    };
    let parts: Vec<String> = declared
        .expected
        .counts
        .iter()
        .map(|(op, count)| format!("{} {}", op.word(), count.spelling()))
        .collect();
    if parts.is_empty() {
        "nothing".to_owned()
    } else {
        parts.join(", ")
    }
}

fn touched(changes: &TableChanges, owner: &Owner) -> u64 {
    changes.of_owner(owner).map(|g| g.touched).sum()
}

fn counts(changes: &TableChanges, owner: &Owner) -> Counts {
    let mut sum = Counts::default();
    for group in changes.of_owner(owner) {
        for op in Op::ALL {
            sum.add(op, group.changed.of(op));
        }
    }
    sum
}

fn changes(case: Case<'_>, verdict: &Verdict, samples: usize) -> Vec<ChangeReport> {
    let mut out = Vec::new();
    for (table, changes) in &case.diff.changes.tables {
        out.extend(
            changes
                .owners()
                .map(|owner| change(case, verdict, table, changes, owner, samples)),
        );
    }
    out
}

fn change(
    case: Case<'_>,
    verdict: &Verdict,
    table: &str,
    changes: &TableChanges,
    owner: &Owner,
    samples: usize,
) -> ChangeReport {
    let mut columns: BTreeMap<String, u64> = BTreeMap::new();
    for (column, rows) in changes.of_owner(owner).flat_map(|g| &g.columns) {
        *columns.entry(column.clone()).or_default() += rows;
    }
    let shown: Vec<RowChange> = changes
        .of_owner(owner)
        .flat_map(|g| &g.samples)
        .take(samples)
        .cloned()
        .collect();
    let kind = match owner {
        Owner::Tenant(_) => OwnerKind::Tenant,
        Owner::Shared => OwnerKind::Shared,
        Owner::Unassigned => OwnerKind::Unassigned,
        Owner::Ambiguous => OwnerKind::Ambiguous,
    };
    let place = (table.to_owned(), owner.clone());
    let cells = shown
        .iter()
        .flat_map(|row| row.key.iter().chain(&row.before).chain(&row.after));
    let hidden: BTreeSet<String> = cells
        .filter(|(column, _)| case.hidden.column(table, column))
        .map(|(column, _)| column.clone())
        .collect();
    ChangeReport {
        table: table.to_owned(),
        owner: kind,
        tenant: tenant(case, owner),
        described: case.names.describe_owner(owner),
        expected: [&verdict.outside, &verdict.undeclared]
            .into_iter()
            .all(|places| !places.contains(&place)),
        touched: touched(changes, owner),
        changed: counts(changes, owner),
        columns,
        samples: shown,
        hidden,
    }
}
