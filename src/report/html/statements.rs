//! The statements: the SQL, what it matched and wrote, its preview as a SELECT to run by hand, its
//! subqueries alone.

use super::facets::{Facet, Facets, natural};
use super::highlight::Code;
use super::room::Room;
use super::shown::{Shown, counted, pair};
use crate::report::evidence::{
    Finding, Mark, Migration, Outcome, Preview, Severity, Statement, Subquery,
};
use crate::report::words;
use crate::sql::ident;
use indexmap::IndexMap;
use serde::Serialize;
use std::collections::BTreeMap;

/// Tenants of one list at most.
const TENANTS: usize = 24;

/// Rows of one preview at most.
const ROWS: usize = 100;

/// Columns of one preview's rows at most.
const COLUMNS: usize = 40;

/// One line of the list of statements.
#[derive(Debug, Serialize)]
pub(super) struct Entry {
    /// a statement
    statement: Option<Box<View>>,
    /// else how many follow here that are left out
    left: usize,
}

#[derive(Debug, Serialize)]
struct View {
    index: usize,
    line: usize,
    /// `update point_info`
    what: Shown,
    /// `matches 5 rows of 5 tenants`
    result: Vec<Shown>,
    /// `failed`, `refused`, `timed out`, `not reached`, or empty
    state: &'static str,
    error: Option<Shown>,
    /// the findings at it: number, severity, code
    findings: Vec<Link>,
    open: bool,
    sql: Code,
    tenants: Vec<Share>,
    tenants_left: usize,
    ambiguous: u64,
    several: u64,
    subqueries: Vec<Alone>,
    preview: Option<Code>,
    samples: Option<Samples>,
    /// `DELETE FROM chats → cascade → messages: delete 812`
    indirect: Vec<Shown>,
    facet: Facet,
}

/// A finding at a statement.
#[derive(Debug, Serialize)]
struct Link {
    number: usize,
    severity: &'static str,
    code: Shown,
}

/// The rows of one tenant.
#[derive(Debug, Serialize)]
struct Share {
    tenant: Shown,
    rows: u64,
    /// how its rows of this table compare with what is declared; empty where that is not judged
    mark: &'static str,
}

/// A subquery, run alone.
#[derive(Debug, Serialize)]
struct Alone {
    /// its number, where there are several
    number: Option<usize>,
    sql: Code,
    /// `selects 1 row`, or why it did not run
    result: Shown,
    ran: bool,
    tenants: Vec<Share>,
    tenants_left: usize,
}

/// Rows of a preview.
#[derive(Debug, Serialize)]
struct Samples {
    key: Vec<Shown>,
    columns: Vec<Shown>,
    columns_left: usize,
    rows: Vec<Row>,
    left: u64,
}

#[derive(Debug, Serialize)]
struct Row {
    key: Vec<Shown>,
    cells: Vec<(Option<Shown>, Shown)>,
}

/// The statements of a migration in order. Where there are too many, those that something is said
/// of stay.
pub(super) fn statements(
    migration: &Migration,
    facets: &mut Facets,
    room: &mut Room,
) -> Vec<Entry> {
    let mut at: BTreeMap<usize, Vec<(usize, &Finding)>> = BTreeMap::new();
    for (number, finding) in migration.findings.iter().enumerate() {
        if let Some(statement) = finding.statement {
            at.entry(statement).or_default().push((number + 1, finding));
        }
    }
    let found = |statement: &Statement| {
        at.get(&statement.index)
            .map(Vec::as_slice)
            .unwrap_or_default()
    };
    let mut kept: Vec<&Statement> = migration.statements.iter().collect();
    kept.sort_by_key(|statement| interest(statement, found(statement)));
    kept.truncate(room.statements(kept.len()));
    kept.sort_by_key(|statement| statement.index);
    let to_open = kept
        .iter()
        .find(|statement| interest(statement, found(statement)) == 0)
        .map(|statement| statement.index);
    let marks = marks(migration);
    let mut entries = Vec::new();
    let mut next = 0;
    for statement in kept {
        entries.extend(gap(statement.index.saturating_sub(next + 1)));
        next = statement.index;
        let view = View {
            open: to_open == Some(statement.index),
            ..view(migration, statement, found(statement), &marks, facets, room)
        };
        entries.push(Entry {
            statement: Some(Box::new(view)),
            left: 0,
        });
    }
    entries.extend(gap(migration.statements.len().saturating_sub(next)));
    entries
}

fn gap(left: usize) -> Option<Entry> {
    (left > 0).then_some(Entry {
        statement: None,
        left,
    })
}

/// What a reviewer looks at first: 0 what fails or rejects, then other findings, then what writes.
fn interest(statement: &Statement, findings: &[(usize, &Finding)]) -> u8 {
    let rejects = |(_, finding): &(usize, &Finding)| finding.severity == Severity::Error;
    match statement {
        s if s.error.is_some() || findings.iter().any(rejects) => 0,
        _ if !findings.is_empty() => 1,
        s if s.preview.is_some() || s.direct.total() + s.indirect.total() > 0 => 2,
        _ => 3,
    }
}

type Marks<'a> = BTreeMap<(String, &'a str), Mark>;

/// How each tenant's rows of each table compare with what is declared.
fn marks(migration: &Migration) -> Marks<'_> {
    let owners = migration
        .tables
        .iter()
        .flat_map(|table| table.owners.iter().map(move |owner| (table, owner)));
    owners
        .filter_map(|(table, owner)| {
            Some((
                (ident::folded(&table.table), owner.tenant.as_deref()?),
                owner.mark,
            ))
        })
        .collect()
}

fn view(
    migration: &Migration,
    statement: &Statement,
    findings: &[(usize, &Finding)],
    marks: &Marks,
    facets: &mut Facets,
    room: &mut Room,
) -> View {
    let preview = statement.preview.as_ref();
    let shares = |tenants: &IndexMap<String, u64>| shares(migration, statement, tenants, marks);
    let tenants = preview
        .map(|preview| shares(&preview.tenants))
        .unwrap_or_default();
    View {
        index: statement.index,
        line: statement.line,
        what: what(statement),
        result: result(statement),
        state: state(statement),
        error: statement.error.as_ref().map(Shown::line),
        findings: findings
            .iter()
            .map(|(number, finding)| link(*number, finding))
            .collect(),
        open: false,
        sql: Code::new(&statement.sql, Some(statement.line), room),
        tenants_left: preview.map_or(0, |preview| preview.tenants.len()) - tenants.len(),
        tenants,
        ambiguous: preview.map_or(0, |preview| preview.ambiguous),
        several: preview.map_or(0, |preview| preview.several),
        subqueries: preview
            .map(|preview| subqueries(preview, shares, room))
            .unwrap_or_default(),
        preview: preview.map(|preview| Code::new(&preview.sql, None, room)),
        samples: preview.and_then(|preview| samples(preview, room)),
        indirect: statement
            .paths
            .iter()
            .map(|indirect| Shown::line(words::indirect(indirect)))
            .collect(),
        facet: facet(migration, statement, findings, facets),
    }
}

/// `update point_info`; what a PRAGMA sets is all there is to say about it.
fn what(statement: &Statement) -> Shown {
    match &statement.table {
        Some(table) => Shown::line(format!("{} {table}", statement.kind)),
        None if statement.kind == "pragma" => {
            Shown::line(statement.sql.chars().take(60).collect::<String>())
        }
        None => Shown::line(&statement.kind),
    }
}

fn facet(
    migration: &Migration,
    statement: &Statement,
    findings: &[(usize, &Finding)],
    facets: &mut Facets,
) -> Facet {
    let tables = statement
        .table
        .iter()
        .chain(statement.paths.iter().map(|indirect| &indirect.table));
    let tenants = statement.preview.as_ref().filter(|preview| {
        !preview.tenants.is_empty() && preview.ambiguous == 0 && statement.paths.is_empty()
    });
    Facet {
        tenant: tenants.and_then(|preview| {
            facets.tenants(migration, preview.tenants.keys().map(String::as_str))
        }),
        table: Some(facets.tables(tables.map(String::as_str))),
        code: Some(facets.codes(findings.iter().map(|(_, finding)| finding.code.as_str()))),
    }
}

fn link(number: usize, finding: &Finding) -> Link {
    Link {
        number,
        severity: finding.severity.word(),
        code: Shown::line(&finding.code),
    }
}

fn state(statement: &Statement) -> &'static str {
    match (&statement.error, statement.outcome) {
        (Some(_), Some(Outcome::Refused)) => "refused",
        (Some(_), Some(Outcome::TimedOut)) => "timed out",
        (Some(_), _) => "failed",
        (None, _) if statement.ran => "",
        (None, _) => "not reached",
    }
}

/// What it did, in parts.
fn result(statement: &Statement) -> Vec<Shown> {
    let is_insert = statement.kind == "insert";
    let mut parts = Vec::new();
    if let Some(preview) = &statement.preview {
        let verb = if is_insert { "selects" } else { "matches" };
        parts.push(format!(
            "{verb} {}{}",
            words::rows(preview.rows),
            tenants(preview)
        ));
    } else if let Some(none) = &statement.no_preview {
        parts.push(format!("no preview: {none}"));
    }
    if (is_insert || statement.preview.is_none()) && statement.direct.total() > 0 {
        parts.push(words::counts(statement.direct));
    }
    if is_insert && let Some(left) = words::left_out(statement) {
        parts.push(left);
    }
    if statement.indirect.total() > 0 {
        parts.push(format!("indirectly {}", words::counts(statement.indirect)));
    }
    parts.iter().map(Shown::line).collect()
}

fn tenants(preview: &Preview) -> String {
    match preview.tenants.len() {
        0 => String::new(),
        n => format!(" of {}", counted(n, "tenant")),
    }
}

/// The rows of each tenant: those outside the scope first, then as people count.
fn shares(
    migration: &Migration,
    statement: &Statement,
    tenants: &IndexMap<String, u64>,
    marks: &Marks,
) -> Vec<Share> {
    let table = statement
        .table
        .as_deref()
        .map(ident::folded)
        .unwrap_or_default();
    let mark = |tenant: &str| marks.get(&(table.clone(), tenant)).copied();
    let mut sorted: Vec<_> = tenants
        .iter()
        .map(|(tenant, rows)| (mark(tenant), tenant.as_str(), *rows))
        .collect();
    sorted.sort_by(|a, b| {
        (a.0.unwrap_or(Mark::Ok), natural(a.1)).cmp(&(b.0.unwrap_or(Mark::Ok), natural(b.1)))
    });
    let share = |(mark, tenant, rows): (Option<Mark>, &str, u64)| Share {
        tenant: Shown::line(migration.tenants.get(tenant).map_or(tenant, String::as_str)),
        rows,
        mark: mark.map_or("", Mark::word),
    };
    sorted.into_iter().take(TENANTS).map(share).collect()
}

fn subqueries(
    preview: &Preview,
    shares: impl Fn(&IndexMap<String, u64>) -> Vec<Share> + Copy,
    room: &mut Room,
) -> Vec<Alone> {
    let several = preview.subqueries.len() > 1;
    let numbered = preview.subqueries.iter().enumerate();
    numbered
        .map(|(at, subquery)| Alone {
            number: several.then_some(at + 1),
            ..alone(subquery, shares, room)
        })
        .collect()
}

fn alone(
    subquery: &Subquery,
    shares: impl Fn(&IndexMap<String, u64>) -> Vec<Share>,
    room: &mut Room,
) -> Alone {
    let result = match (&subquery.not_alone, subquery.rows, subquery.distinct) {
        (Some(reason), ..) => format!("does not run alone: {reason}"),
        (None, Some(rows), Some(distinct)) if rows != distinct => {
            format!("selects {} ({distinct} distinct)", words::rows(rows))
        }
        (None, rows, _) => format!(
            "selects {}",
            rows.map_or_else(|| "an unknown number of rows".to_owned(), words::rows)
        ),
    };
    let tenants = subquery.tenants.as_ref().map(shares).unwrap_or_default();
    Alone {
        number: None,
        sql: Code::new(
            subquery.sql.trim_start_matches(['\r', '\n']).trim_end(),
            None,
            room,
        ),
        result: Shown::line(result),
        ran: subquery.not_alone.is_none(),
        tenants_left: subquery.tenants.as_ref().map_or(0, IndexMap::len) - tenants.len(),
        tenants,
    }
}

/// The first rows of a preview: what a row is known by, and each assigned column before and after;
/// else all columns.
fn samples(preview: &Preview, room: &mut Room) -> Option<Samples> {
    let first = preview.samples.first()?;
    let is_update = !preview.assigned.is_empty();
    let key: Vec<&str> = preview.key.iter().map(String::as_str).collect();
    let others = first
        .keys()
        .map(String::as_str)
        .filter(|column| !is_update && !key.contains(column));
    let columns: Vec<(Option<&str>, &str, &str)> = if is_update {
        preview
            .assigned
            .iter()
            .map(|a| (Some(a.before.as_str()), a.after.as_str(), a.column.as_str()))
            .collect()
    } else {
        others.map(|column| (None, column, column)).collect()
    };
    let shown = &columns[..columns.len().min(COLUMNS)];
    let rows = room.rows(preview.samples.len().min(ROWS), key.len() + shown.len());
    let cell = |row: &crate::report::evidence::Row, name: &str| {
        row.get(name).map_or_else(|| Shown::line(""), Shown::cell)
    };
    let both = |row: &crate::report::evidence::Row,
                (before, after, _): &(Option<&str>, &str, &str)| match (
        before.and_then(|name| row.get(name)),
        row.get(*after),
    ) {
        (Some(before), Some(after)) if before != after => {
            let (before, after) = pair(before, after);
            (Some(before), after)
        }
        _ => (None, cell(row, after)),
    };
    let rows: Vec<Row> = preview.samples[..rows]
        .iter()
        .map(|row| Row {
            key: key.iter().map(|name| cell(row, name)).collect(),
            cells: shown.iter().map(|column| both(row, column)).collect(),
        })
        .collect();
    Some(Samples {
        key: key.iter().map(Shown::line).collect(),
        columns: shown.iter().map(|(.., name)| Shown::line(name)).collect(),
        columns_left: columns.len() - shown.len(),
        left: preview.rows.saturating_sub(rows.len() as u64),
        rows,
    })
}
