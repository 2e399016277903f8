//! The page: its verdict, what it was rehearsed on, and each migration.

use super::changes::{self, Changes};
use super::facets::{Choices, Facets};
use super::findings::{self, Findings, Kept};
use super::map::{self, Map, actual};
use super::room::Room;
use super::shown::{Prose, Shown, counted, prose};
use super::statements::{self, Entry};
use crate::report::evidence::{
    Evidence, Mark, Migration, Outcome, SchemaChange, Scope, Severity, Status, TableResult, Verdict,
};
use crate::report::words;
use serde::Serialize;
use std::time::{Duration, UNIX_EPOCH};

/// Tables that one sentence names at most.
const TABLES: usize = 4;

/// Tenants that one sentence names at most.
const TENANTS: usize = 6;

/// Changes of the schema of one migration that are listed at most.
const SCHEMA: usize = 500;

/// Where a branch changes no migration.
const NOTHING: &str = "no migration to rehearse";

/// Everything that the template shows.
#[derive(Debug, Serialize)]
pub(super) struct Page {
    accepted: bool,
    title: Shown,
    /// what a branch changes, where only that was asked for
    branch: Option<Shown>,
    warnings: Vec<Shown>,
    /// what it was rehearsed on, in one sentence
    rehearsed: Shown,
    identities: Vec<Fact>,
    choices: Choices,
    /// whether a map is not whole
    some_left: bool,
    migrations: Vec<View>,
    /// of several, how many are accepted; of none, that there is none
    several: Option<String>,
}

/// A name and what it is, with a hash where it has one.
#[derive(Debug, Serialize)]
struct Fact {
    name: &'static str,
    value: Shown,
    blake3: Option<Shown>,
}

#[derive(Debug, Serialize)]
struct View {
    number: usize,
    name: Shown,
    accepted: bool,
    /// `8 errors, 1 warning`
    result: String,
    headline: Option<Vec<Prose>>,
    declared: Vec<Prose>,
    happened: Vec<Vec<Prose>>,
    map: Option<Map>,
    conditions: Vec<Condition>,
    checklist: Vec<Item>,
    findings: Findings,
    statements: Vec<Entry>,
    changes: Vec<Changes>,
    schema: Vec<Schema>,
    schema_left: usize,
    suppressed: Vec<Kept>,
    identities: Vec<Fact>,
    counts: Counts,
}

/// How much there is of what, for the headings and the contents.
#[derive(Debug, Serialize)]
struct Counts {
    errors: usize,
    warnings: usize,
    findings: usize,
    statements: usize,
    rows: u64,
}

/// What had to be kept.
#[derive(Debug, Serialize)]
struct Condition {
    /// `ok`, `wrong`, `unjudged`
    mark: &'static str,
    name: Shown,
    told: Shown,
}

/// An item of the checklist.
#[derive(Debug, Serialize)]
struct Item {
    status: &'static str,
    title: Shown,
    shown_by: Vec<Prose>,
    would_show: Option<Vec<Prose>>,
}

/// An object of the schema that is not what it was.
#[derive(Debug, Serialize)]
struct Schema {
    change: &'static str,
    object: Shown,
    name: Shown,
    from: Option<Shown>,
    named: bool,
}

impl Page {
    /// The page of a run.
    pub(super) fn new(evidence: &Evidence) -> Self {
        let (mut facets, mut room) = (Facets::default(), Room::default());
        let mut order: Vec<(usize, &Migration)> = evidence.migrations.iter().enumerate().collect();
        order.sort_by_key(|(_, migration)| migration.verdict == Verdict::Accepted);
        let mut migrations: Vec<View> = order
            .into_iter()
            .map(|(at, migration)| view(at + 1, migration, &mut facets, &mut room))
            .collect();
        migrations.sort_by_key(|view| view.number);
        let accepted = evidence.verdict == Verdict::Accepted;
        let verdict = if accepted { "Accepted" } else { "Rejected" };
        let (title, several) = match &migrations[..] {
            [] => (format!("{verdict}: {NOTHING}"), Some(NOTHING.to_owned())),
            [only] => (format!("{verdict}: {}", only.name.as_str()), None),
            all => {
                let n = all.iter().filter(|migration| migration.accepted).count();
                let several = format!("{n} of {} accepted", counted(all.len(), "migration"));
                (format!("{verdict}: {several}"), Some(several))
            }
        };
        Self {
            accepted,
            title: Shown::line(title),
            branch: evidence
                .branch
                .as_ref()
                .map(|branch| Shown::line(&branch.shown)),
            warnings: evidence.warnings.iter().map(Shown::line).collect(),
            rehearsed: Shown::line(format!(
                "{}; SQLite {}; {}",
                snapshot(evidence),
                evidence.engine.sqlite,
                runner(evidence)
            )),
            identities: identities(evidence),
            choices: facets.choices(),
            some_left: migrations
                .iter()
                .filter_map(|migration| migration.map.as_ref())
                .any(Map::is_cut),
            migrations,
            several,
        }
    }
}

fn fact(name: &'static str, value: impl AsRef<str>) -> Fact {
    Fact {
        name,
        value: Shown::line(value),
        blake3: None,
    }
}

fn hashed(name: &'static str, value: &str, blake3: &str) -> Fact {
    Fact {
        blake3: Some(Shown::line(blake3)),
        ..fact(name, value)
    }
}

/// `snapshots/prod.db (299848 bytes, 6 tenants)`
fn snapshot(evidence: &Evidence) -> String {
    let snapshot = &evidence.snapshot;
    let tenants = snapshot
        .tenants
        .map(|n| format!(", {}", counted(n, "tenant")))
        .unwrap_or_default();
    format!("{} ({} bytes{tenants})", snapshot.source, snapshot.bytes)
}

/// `foreign keys off, transaction none, on error stop`
fn runner(evidence: &Evidence) -> String {
    let engine = &evidence.engine;
    let keys = if engine.foreign_keys { "on" } else { "off" };
    format!(
        "foreign keys {keys}, transaction {}, on error {}",
        engine.transaction.word(),
        engine.on_error.word()
    )
}

fn identities(evidence: &Evidence) -> Vec<Fact> {
    let Evidence {
        engine,
        config,
        options,
        ..
    } = evidence;
    let from = evidence
        .snapshot
        .blake3_from
        .map(|from| format!(", its hash from its {}", from.word()))
        .unwrap_or_default();
    let each: Vec<String> = evidence
        .severities
        .iter()
        .map(|(code, level)| format!("{code} {}", level.word()))
        .collect();
    let samples = words::rows(options.samples as u64);
    let mut facts = vec![
        Fact {
            blake3: evidence.snapshot.blake3.as_deref().map(Shown::line),
            ..fact("snapshot", snapshot(evidence) + &from)
        },
        hashed("configuration", &config.path, &config.blake3),
        fact("engine", format!("SQLite {}", engine.sqlite)),
        fact("runner", runner(evidence)),
        fact("now", time(engine.now_ms)),
        fact(
            "options",
            format!(
                "at most {samples} of each group, {}",
                if options.deep { "deep" } else { "not deep" }
            ),
        ),
        fact("harness", &evidence.harness),
    ];
    if !each.is_empty() {
        facts.push(fact("severities", each.join(", ")));
    }
    facts
}

/// `2026-11-23T04:45:00.000Z`
fn time(ms: i64) -> String {
    let after = u64::try_from(ms)
        .ok()
        .and_then(|ms| UNIX_EPOCH.checked_add(Duration::from_millis(ms)));
    // What is behind the year 9999 has no such form.
    let last = 253_402_300_800_000;
    match after {
        Some(time) if ms < last => humantime::format_rfc3339_millis(time).to_string(),
        _ => format!("{ms} ms after 1970"),
    }
}

fn view(number: usize, migration: &Migration, facets: &mut Facets, room: &mut Room) -> View {
    let of = |severity| {
        migration
            .findings
            .iter()
            .filter(|finding| finding.severity == severity)
            .count()
    };
    let counts = Counts {
        errors: of(Severity::Error),
        warnings: of(Severity::Warning),
        findings: migration.findings.len(),
        statements: migration.statements.len(),
        rows: migration
            .tables
            .iter()
            .map(|table| table.actual.total())
            .fold(0, u64::saturating_add),
    };
    View {
        number,
        name: Shown::line(&migration.name),
        accepted: migration.verdict == Verdict::Accepted,
        result: result(&counts),
        headline: migration
            .findings
            .iter()
            .find(|finding| finding.severity == Severity::Error)
            .map(|finding| prose(finding.message.lines().next().unwrap_or_default())),
        declared: prose(declared(migration)),
        happened: happened(migration).iter().map(prose).collect(),
        map: map::map(migration, facets, room),
        conditions: migration.scope.iter().flat_map(conditions).collect(),
        checklist: checklist(migration),
        findings: findings::findings(migration, facets, room),
        statements: statements::statements(migration, facets, room),
        changes: changes::changes(migration, facets, room),
        schema: migration.schema.iter().take(SCHEMA).map(schema).collect(),
        schema_left: migration.schema.len().saturating_sub(SCHEMA),
        suppressed: findings::suppressed(migration, facets, room),
        identities: own_identities(migration),
        counts,
    }
}

fn own_identities(migration: &Migration) -> Vec<Fact> {
    let scope = migration.scope.as_ref().map_or_else(
        || "none".to_owned(),
        |scope| format!("{}:{}", scope.path, scope.line),
    );
    vec![
        hashed("migration", &migration.path, &migration.blake3),
        fact("declared scope", scope),
        fact("outcome", migration.outcome.word()),
    ]
}

/// `8 errors, 1 warning`
fn result(counts: &Counts) -> String {
    let warnings = counted(counts.warnings, "warning");
    match (counts.errors, counts.warnings) {
        (0, 0) => "within its declared scope".to_owned(),
        (0, _) => format!("within its declared scope, with {warnings}"),
        (n, 0) => counted(n, "error"),
        (n, _) => format!("{}, {warnings}", counted(n, "error")),
    }
}

/// ``update 6 of `point_info`; insert 1 of `migrations` ``
fn declared(migration: &Migration) -> String {
    if migration.scope.is_none() {
        return "no scope".to_owned();
    }
    let declared = migration
        .tables
        .iter()
        .filter(|table| table.expected != "nothing");
    let parts: Vec<String> = declared
        .map(|table| format!("{} of `{}`", table.expected, table.table))
        .collect();
    if parts.is_empty() {
        "that nothing changes".to_owned()
    } else {
        listed(&parts, TABLES, "; ")
    }
}

/// How it ended, and what it changed: ``update 32 of `point_info`, outside the scope those of 1, 2,
/// 3, 5, 6``
fn happened(migration: &Migration) -> Vec<String> {
    let place = migration
        .error
        .as_ref()
        .map(|error| match (error.statement, error.line) {
            (Some(statement), Some(line)) => {
                format!("statement {statement}, line {line}: {}", error.message)
            }
            _ => error.message.clone(),
        });
    let ended = match (migration.outcome, place) {
        (Outcome::Applied, None) => None,
        // What it is that kept it from running is its first finding.
        (Outcome::NotRun, _) => Some("it did not run".to_owned()),
        (Outcome::Applied, Some(place)) => Some(format!("it ran on after an error at {place}")),
        (Outcome::Failed, place) => Some(format!("it failed at {}", place.unwrap_or_default())),
        (Outcome::Refused, place) => {
            Some(format!("it was refused at {}", place.unwrap_or_default()))
        }
        (Outcome::TimedOut, place) => {
            Some(format!("it took too long at {}", place.unwrap_or_default()))
        }
    };
    let tables: Vec<&TableResult> = migration
        .tables
        .iter()
        .filter(|table| table.touched > 0 || table.actual.total() > 0)
        .collect();
    let mut parts: Vec<String> = tables
        .iter()
        .take(TABLES)
        .map(|table| of_table(table))
        .collect();
    if tables.len() > TABLES {
        parts.push(format!(
            "and {} more",
            counted(tables.len() - TABLES, "table")
        ));
    }
    if parts.is_empty() && migration.outcome == Outcome::Applied {
        parts.push("no row changed".to_owned());
    }
    ended.into_iter().chain(parts).collect()
}

fn of_table(table: &TableResult) -> String {
    let outside: Vec<String> = table
        .owners
        .iter()
        .filter(|owner| owner.mark == Mark::Outside)
        .map(|owner| owner.owner.clone())
        .collect();
    let what = format!(
        "{} of `{}`",
        actual(table.actual, table.touched),
        table.table
    );
    if outside.is_empty() {
        return what;
    }
    format!(
        "{what}, outside the scope those of {}",
        listed(&outside, TENANTS, ", ")
    )
}

/// The first few, and how many more there are.
fn listed(parts: &[String], most: usize, between: &str) -> String {
    let shown = parts[..parts.len().min(most)].join(between);
    match parts.len().saturating_sub(most) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

fn conditions(scope: &Scope) -> Vec<Condition> {
    let mark =
        |held: Option<bool>| held.map_or("unjudged", |held| if held { "ok" } else { "wrong" });
    let unjudged = "the migration did not run through";
    let rows = scope.conserve.iter().map(|conserve| Condition {
        mark: mark(conserve.held),
        name: Shown::line(format!("rows of {}", conserve.table)),
        told: Shown::line(conserve.shown.as_deref().unwrap_or(unjudged)),
    });
    let invariants = scope.invariants.iter().map(|invariant| Condition {
        mark: mark(invariant.held),
        name: Shown::line(format!("invariant {}", invariant.name)),
        told: Shown::line(invariant.shown().as_deref().unwrap_or(unjudged)),
    });
    rows.chain(invariants).collect()
}

fn checklist(migration: &Migration) -> Vec<Item> {
    let item = |item: &crate::report::evidence::ChecklistItem| Item {
        status: match item.status {
            Status::Pass => "pass",
            Status::Fail => "fail",
            Status::NotEvaluated => "not evaluated",
        },
        title: Shown::line(&item.title),
        shown_by: prose(&item.shown_by),
        would_show: item.would_show.as_ref().map(prose),
    };
    match &migration.checklist[..] {
        [first, ..] if migration.outcome == Outcome::NotRun => vec![Item {
            title: Shown::line("all of it"),
            ..item(first)
        }],
        items => items.iter().map(item).collect(),
    }
}

fn schema(change: &SchemaChange) -> Schema {
    Schema {
        change: change.change.word(),
        object: Shown::line(&change.object),
        name: Shown::line(&change.name),
        from: change.from.as_ref().map(Shown::line),
        named: change.named,
    }
}
