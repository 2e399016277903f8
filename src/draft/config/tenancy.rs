//! `[tenant]` of a draft: the column, and a rule for each table that has none of it, each tried on
//! the rows of the snapshot.
//!
//! A rule stands ready where every row has one tenant by it and no other foreign key says another;
//! else it is a comment, for a person to decide. That a table is shared is never assumed.

use super::super::{DraftError, Schema, spell};
use super::candidates::{Candidate, Settled, candidates, key_named_by};
use super::lookup::{Way, half_key};
use crate::inspect::rows::{self, Rows};
use crate::progress::Progress;
use crate::rehearse;
use crate::scope::{TableTenancy, TenantMap, TenantRule};
use crate::snapshot::catalog::{Table, TableKind};
use crate::snapshot::keys::Keys;
use crate::sql::ident;
use rusqlite::Connection;
use std::collections::BTreeMap;

/// Other candidates that are told.
const TOLD: usize = 3;

/// Columns of a table that a person would know a tenant by, the best first.
const NAMES: [&str; 8] = [
    "display_name",
    "displayname",
    "name",
    "full_name",
    "title",
    "label",
    "company_name",
    "slug",
];

/// What a draft says about tenancy.
#[derive(Debug, Default)]
pub(super) struct Tenancy {
    /// the column, where one is likelier than all others or was named
    pub(super) column: Option<String>,
    /// where none is: those that are as likely as each other
    pub(super) choices: Vec<String>,
    /// what was seen, as sentences
    pub(super) seen: Vec<String>,
    /// the query for the tenants' names
    pub(super) labels: Option<String>,
    /// the rules of tables without the column
    pub(super) rules: Vec<Rule>,
}

/// A rule of one table.
#[derive(Debug)]
pub(super) struct Rule {
    pub(super) table: String,
    /// what it says; of a table that is a comment, what it may say
    pub(super) says: Vec<TenantRule>,
    /// whether it stands ready
    pub(super) ready: bool,
    /// why
    pub(super) why: String,
}

/// Drafts the tenancy; `named` is the column that the person chose, and `applied` the table of
/// applied migrations.
pub(super) fn draft(
    conn: &Connection,
    schema: &Schema,
    named: Option<&str>,
    applied: Option<&str>,
) -> Result<Tenancy, DraftError> {
    let found = candidates(schema);
    let chosen = match named {
        Some(named) => Some(chosen(schema, &found, named)?),
        None => found
            .first()
            .filter(|first| {
                first.is_clear()
                    && found
                        .get(1)
                        .is_none_or(|second| first.rank() > second.rank())
            })
            .cloned(),
    };
    let Some(chosen) = chosen else {
        return Ok(undecided(&found));
    };
    let map = TenantMap {
        column: chosen.column.clone(),
        tables: BTreeMap::new(),
    };
    let tables = || {
        schema
            .catalog
            .tables
            .values()
            .filter(|table| matches!(table.kind, TableKind::Ordinary | TableKind::Virtual))
    };
    let (having, others): (Vec<&Table>, Vec<&Table>) =
        tables().partition(|table| table.column(&chosen.column).is_some());
    let counted = having.into_iter().map(|table| {
        format!(
            "{} ({})",
            table.name,
            told(counted(conn, table, &map).as_ref())
        )
    });
    let counted: Vec<String> = counted.collect();
    let rules = rules(conn, schema, &chosen, others, applied)?;
    let mut seen = vec![
        format!("{}: {}.", chosen.column, facts(&chosen)),
        format!("Rows: {}.", counted.join(", ")),
    ];
    let others: Vec<String> = found
        .iter()
        .filter(|c| !ident::same(&c.column, &chosen.column))
        .take(TOLD)
        .map(|c| format!("{} ({})", c.column, facts(c)))
        .collect();
    if !others.is_empty() {
        seen.push(format!("Also considered: {}.", others.join("; ")));
    }
    let labels = chosen
        .refers
        .iter()
        .find_map(|(parent, key)| labels(conn, schema.catalog.table(parent)?, key));
    Ok(Tenancy {
        column: Some(chosen.column),
        choices: Vec::new(),
        seen,
        labels,
        rules,
    })
}

fn chosen(schema: &Schema, found: &[Candidate], named: &str) -> Result<Candidate, DraftError> {
    if let Some(candidate) = found
        .iter()
        .find(|candidate| ident::same(&candidate.column, named))
    {
        return Ok(candidate.clone());
    }
    let having: Vec<String> = schema
        .tables()
        .filter(|(t, _)| t.column(named).is_some())
        .map(|(t, _)| t.name.clone())
        .collect();
    if having.is_empty() {
        return Err(DraftError::Refused(format!(
            "--tenant-column {named}: no table of the snapshot has this column"
        )));
    }
    Ok(Candidate {
        column: named.to_owned(),
        tables: having,
        keyed: Vec::new(),
        refers: Vec::new(),
        named_after: None,
        settles: 0,
    })
}

/// Nothing, or several columns that nothing found tells apart.
fn undecided(found: &[Candidate]) -> Tenancy {
    let Some(first) = found.first() else {
        let none = "No column was found that keys or foreign keys of several tables share.";
        return Tenancy {
            seen: vec![none.to_owned()],
            ..Tenancy::default()
        };
    };
    let (equal, why): (Vec<&Candidate>, _) = if first.is_clear() {
        let equal = found
            .iter()
            .take_while(|c| c.rank() == first.rank())
            .collect();
        (
            equal,
            "Several columns fit equally well, and nothing found tells which one says whose a \
            row is:",
        )
    } else {
        (
            found.iter().take(TOLD).collect(),
            "No column is in several tables, which would tell that it says whose a row is:",
        )
    };
    let mut seen = vec![why.to_owned()];
    seen.extend(equal.iter().map(|c| format!("{}: {}.", c.column, facts(c))));
    Tenancy {
        choices: equal.iter().map(|c| c.column.clone()).collect(),
        seen,
        ..Tenancy::default()
    }
}

/// `in 3 tables, part of the key of 3 of them (a, b, c), refers to systems (id), settles 4 tables`
fn facts(candidate: &Candidate) -> String {
    let mut facts = vec![format!(
        "in {}",
        spell::counted(candidate.tables.len() as u64, "table", "tables")
    )];
    if !candidate.keyed.is_empty() {
        facts.push(format!(
            "part of a key of several columns in {}",
            candidate.keyed.join(", ")
        ));
    }
    facts.extend(
        candidate
            .refers
            .iter()
            .map(|(table, column)| format!("refers to {table} ({column})")),
    );
    facts.extend(
        candidate
            .named_after
            .iter()
            .map(|table| format!("named after {table}")),
    );
    facts.join(", ")
}

/// `32 rows of 6 tenants`
fn told(rows: Option<&Result<Rows, String>>) -> String {
    match rows {
        None => "not counted".to_owned(),
        Some(Err(reason)) => format!("not counted: {reason}"),
        Some(Ok(rows)) if rows.total == 0 => "no rows".to_owned(),
        Some(Ok(rows)) => {
            let tenants = spell::counted(rows.by_tenant.len() as u64, "tenant", "tenants");
            let nobody = rows
                .by_tenant
                .iter()
                .find(|(tenant, _)| tenant.0.is_null())
                .map_or(0, |(_, n)| *n);
            let nobody = if nobody > 0 {
                format!(", {nobody} of them with NULL")
            } else {
                String::new()
            };
            format!(
                "{} of {tenants}{nobody}",
                spell::counted(rows.total, "row", "rows")
            )
        }
    }
}

/// The query for the tenants' names, where their table has a column for them.
fn labels(conn: &Connection, parent: &Table, key: &str) -> Option<String> {
    let name = NAMES.iter().find_map(|name| parent.column(name))?;
    let columns = [key, &parent.columns[name].name].map(ident::quote);
    let sql = format!(
        "SELECT {} FROM {}",
        columns.join(", "),
        ident::quote(&parent.name)
    );
    rehearse::pairs(conn, &sql).is_ok().then_some(sql)
}

/// The rules of tables that have not the column, by name.
fn rules(
    conn: &Connection,
    schema: &Schema,
    chosen: &Candidate,
    mut tables: Vec<&Table>,
    applied: Option<&str>,
) -> Result<Vec<Rule>, DraftError> {
    let mut settled = Settled::by(schema, &chosen.column);
    // Nearer tables first: those behind them go by what their rows showed.
    tables.sort_by_key(|table| settled.depth(table).unwrap_or(usize::MAX));
    let mut rules = Vec::new();
    for table in tables {
        let is_applied = applied.is_some_and(|applied| ident::same(applied, &table.name));
        rules.push(match settled.column(table) {
            Some(column) => by_column(conn, table, column, chosen),
            None if is_applied => shared(
                table,
                true,
                "the applied migrations, which are nobody's".to_owned(),
            ),
            None => by_keys(conn, schema, chosen, &mut settled, table)?,
        });
    }
    rules.sort_by(|a, b| a.table.cmp(&b.table));
    Ok(rules)
}

fn shared(table: &Table, ready: bool, why: String) -> Rule {
    Rule {
        table: table.name.clone(),
        says: vec![TenantRule::Shared],
        ready,
        why,
    }
}

/// The rule of a table by its foreign keys, which the tables behind it then go by; or what else it
/// may be.
fn by_keys(
    conn: &Connection,
    schema: &Schema,
    chosen: &Candidate,
    settled: &mut Settled,
    table: &Table,
) -> Result<Rule, DraftError> {
    let nothing = Keys::default();
    let keys = schema.keys(&table.name).unwrap_or(&nothing);
    let found = settled.ways(schema, table, keys);
    let ways: Vec<(Way, TenantRule)> = found
        .iter()
        .filter_map(|way| Some((way.clone(), way.rule()?)))
        .collect();
    let (rule, way) = match (found.first(), &ways[..]) {
        (None, _) => (unsettled(conn, schema, chosen, table, keys), None),
        (Some(first), []) => {
            let why = format!(
                "its foreign key ({}) cannot be written as a lookup, since no parameter can \
                have such a name",
                columns(first)
            );
            (shared(table, false, why), None)
        }
        (_, ways) => by_ways(conn, schema, table, ways)?,
    };
    settled.adopt(table, way);
    Ok(rule)
}

fn unsettled(
    conn: &Connection,
    schema: &Schema,
    chosen: &Candidate,
    table: &Table,
    keys: &Keys,
) -> Rule {
    let total = match counted(conn, table, &TenantMap::nobody()) {
        Some(Ok(rows)) => spell::counted(rows.total, "row", "rows"),
        Some(Err(reason)) => format!("rows not counted: {reason}"),
        None => "rows not counted".to_owned(),
    };
    let named = key_named_by(table, keys, &chosen.column);
    let halves: Vec<String> = keys
        .foreign
        .iter()
        .filter_map(|key| half_key(schema, key))
        .collect();
    let why = match (&named, &halves[..]) {
        (Some(_), _) => format!(
            "{total}; by its name, {} refers to it, and no foreign key says so",
            chosen.column
        ),
        (None, []) => {
            format!("{total}; no foreign key of its own leads to a table whose tenants are settled")
        }
        (None, halves) => format!("{total}; {}", halves.join("; ")),
    };
    let says = named
        .map(TenantRule::Column)
        .into_iter()
        .chain([TenantRule::Shared])
        .collect();
    Rule {
        says,
        ..shared(table, false, why)
    }
}

/// The rows of a table; they are part of one piece of work, which the whole draft is.
fn counted(conn: &Connection, table: &Table, map: &TenantMap) -> Option<Result<Rows, String>> {
    rows::count(conn, table, map, &Progress::default())
}

/// The rows of a table under one rule.
fn tried(conn: &Connection, table: &Table, rule: &TenantRule) -> Result<Rows, String> {
    let entry = TableTenancy {
        table: table.name.clone(),
        rule: rule.clone(),
    };
    let map = TenantMap {
        tables: BTreeMap::from([(ident::folded(&table.name), entry)]),
        ..TenantMap::nobody()
    };
    counted(conn, table, &map).unwrap_or_else(|| Err("it has no rows of its own".to_owned()))
}

fn by_column(conn: &Connection, table: &Table, column: &str, chosen: &Candidate) -> Rule {
    let says = TenantRule::Column(column.to_owned());
    let rows = tried(conn, table, &says);
    let why = format!("{}; {} refers to it", told(Some(&rows)), chosen.column);
    Rule {
        table: table.name.clone(),
        says: vec![says],
        ready: rows.is_ok(),
        why,
    }
}

/// The rule by the shortest way that gives every row a tenant, where the other ways do not lead to
/// another one.
fn by_ways(
    conn: &Connection,
    schema: &Schema,
    table: &Table,
    ways: &[(Way, TenantRule)],
) -> Result<(Rule, Option<Way>), DraftError> {
    let all = || ways.iter().map(|(_, rule)| rule.clone()).collect();
    let open = |why: String| {
        Ok((
            Rule {
                table: table.name.clone(),
                says: all(),
                ready: false,
                why,
            },
            None,
        ))
    };
    let mut lacking = Vec::new();
    let mut best = None;
    for (at, (way, rule)) in ways.iter().enumerate() {
        match tried(conn, table, rule) {
            Err(reason) => return open(format!("not tried: {reason}")),
            Ok(rows) if lost(&rows) == 0 => {
                best = Some((at, way, rule, rows));
                break;
            }
            Ok(rows) => lacking.push(format!(
                "by {} {} of {} rows have no tenant",
                columns(way),
                lost(&rows),
                rows.total
            )),
        }
    }
    let Some((at, way, rule, rows)) = best else {
        return open(lacking.join("; "));
    };
    if ways.len() > 1 && rows.total == 0 {
        return open(
            "no rows that would show which of its foreign keys says whose a row is".to_owned(),
        );
    }
    let mut agreeing = Vec::new();
    for (_, (other, _)) in ways.iter().enumerate().filter(|(place, _)| *place != at) {
        let apart = apart(conn, schema, table, way, other)?;
        if apart > 0 {
            return open(format!(
                "by {} and by {}, {apart} of {} rows have different tenants",
                columns(way),
                columns(other),
                rows.total
            ));
        }
        agreeing.push(format!("; {} says no other", columns(other)));
    }
    let shown = if rows.total == 0 {
        "no rows to try it on".to_owned()
    } else {
        format!("tried on {}", told(Some(&Ok(rows))))
    };
    let rule = Rule {
        table: table.name.clone(),
        says: vec![rule.clone()],
        ready: true,
        why: shown + &agreeing.concat(),
    };
    Ok((rule, Some(way.clone())))
}

fn columns(way: &Way) -> String {
    way.start().collect::<Vec<_>>().join(", ")
}

/// The rows that have no tenant, or NULL.
fn lost(rows: &Rows) -> u64 {
    rows.ambiguous
        + rows
            .by_tenant
            .iter()
            .filter(|(tenant, _)| tenant.0.is_null())
            .map(|(_, n)| n)
            .sum::<u64>()
}

/// The rows for which two ways lead to two tenants.
fn apart(
    conn: &Connection,
    schema: &Schema,
    table: &Table,
    a: &Way,
    b: &Way,
) -> rusqlite::Result<u64> {
    let mut outer = "this_row".to_owned();
    while schema.catalog.table(&outer).is_some() {
        outer.push('_');
    }
    let (a, b) = (a.beside(&outer), b.beside(&outer));
    let sql = format!(
        "SELECT count(*) FROM {} AS {outer} WHERE ({a}) IS NOT ({b}) AND ({b}) IS NOT NULL",
        ident::qualified("main", &table.name)
    );
    let n: i64 = conn.query_row(&sql, [], |row| row.get(0))?;
    Ok(n.unsigned_abs())
}
