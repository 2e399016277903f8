//! `[tenant]` of a draft: the column, why it was chosen, and the query for the tenants' names.

use super::super::{DraftError, spell};
use super::candidates::{Candidate, candidates};
use super::rules::{RuleDraft, Rules, described};
use crate::rehearse;
use crate::scope::TenantMap;
use crate::snapshot::Catalog;
use crate::sql::ident;
use rusqlite::Connection;
use serde::Serialize;
use std::collections::BTreeMap;

/// Other candidates that are named.
const OTHERS: usize = 3;

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
#[derive(Debug, Default, Serialize)]
pub(super) struct Tenancy {
    /// the column, where one is likelier than all others or was named
    pub(super) column: Option<String>,
    /// where none is: those that are as likely as each other, or an example
    pub(super) choices: Vec<String>,
    /// what was seen, as sentences
    pub(super) seen: Vec<String>,
    /// the query for the tenants' names
    pub(super) labels: Option<String>,
    /// the rules of tables without the column
    pub(super) rules: Vec<RuleDraft>,
}

/// Drafts the tenancy; `named` is the column that the person chose, and `applied` the table of
/// applied migrations.
pub(super) fn draft(
    conn: &Connection,
    schema: &Catalog,
    named: Option<&str>,
    applied: Option<&str>,
) -> Result<Tenancy, DraftError> {
    let found = candidates(schema);
    let chosen = match named {
        Some(named) => named_candidate(schema, &found, named)?,
        None => match likeliest(&found) {
            Some(likeliest) => likeliest.clone(),
            None => return Ok(undecided(schema, &found)),
        },
    };
    let rules = Rules {
        conn,
        schema,
        chosen: &chosen,
    };
    Ok(Tenancy {
        choices: Vec::new(),
        seen: seen(rules, &found),
        labels: labels(rules),
        rules: rules.draft(applied)?,
        column: Some(chosen.column),
    })
}

/// The candidate that is likelier than all others.
fn likeliest(found: &[Candidate]) -> Option<&Candidate> {
    let (first, second) = (found.first()?, found.get(1));
    let is_likelier = second.is_none_or(|second| first.rank() > second.rank());
    (first.is_clear() && is_likelier).then_some(first)
}

fn named_candidate(
    schema: &Catalog,
    found: &[Candidate],
    named: &str,
) -> Result<Candidate, DraftError> {
    if let Some(candidate) = found
        .iter()
        .find(|candidate| ident::same(&candidate.column, named))
    {
        return Ok(candidate.clone());
    }
    let tables: Vec<String> = schema
        .ordinary()
        .filter(|table| table.column(named).is_some())
        .map(|table| table.name.clone())
        .collect();
    if tables.is_empty() {
        return Err(DraftError::Refused(format!(
            "--tenant-column {named}: no table of the snapshot has this column"
        )));
    }
    Ok(Candidate {
        tables,
        column: named.to_owned(),
        ..Candidate::default()
    })
}

/// What was seen of the column and of the other candidates, as sentences.
fn seen(rules: Rules<'_>, found: &[Candidate]) -> Vec<String> {
    let (chosen, column) = (rules.chosen, &rules.chosen.column);
    let map = TenantMap {
        column: column.clone(),
        tables: BTreeMap::new(),
        none: None,
    };
    let rows = rules
        .tables()
        .filter(|table| rules.has_column(table))
        .map(|table| {
            let rows = rules.counted(table, &map);
            format!("{} ({})", table.name, described(rows.as_ref()))
        });
    let others = found
        .iter()
        .filter(|other| !ident::same(&other.column, column))
        .take(OTHERS)
        .map(|other| format!("{} ({})", other.column, facts(other)));
    let others = others.collect::<Vec<_>>().join("; ");
    let mut seen = vec![
        format!("{column}: {}.", facts(chosen)),
        format!("Rows: {}.", rows.collect::<Vec<_>>().join(", ")),
    ];
    if !others.is_empty() {
        seen.push(format!("Also considered: {others}."));
    }
    seen
}

/// No column, or several that nothing tells apart.
fn undecided(schema: &Catalog, found: &[Candidate]) -> Tenancy {
    let (equal, why) = match found.first() {
        None => (
            0,
            "No column was found that keys or foreign keys of several tables share.",
        ),
        Some(first) if first.is_clear() => (
            found
                .iter()
                .take_while(|c| c.rank() == first.rank())
                .count(),
            "Several columns fit equally well, and nothing found tells which one says whose a \
                row is:",
        ),
        Some(_) => (
            found.len().min(OTHERS),
            "No column is in several tables, which would tell that it says whose a row is:",
        ),
    };
    let equal = &found[..equal];
    let mut choices: Vec<String> = equal.iter().map(|c| c.column.clone()).collect();
    if choices.is_empty() {
        choices.push("tenant_id".to_owned());
    }
    Tenancy {
        choices,
        seen: [looked_at(schema), why.to_owned()]
            .into_iter()
            .chain(equal.iter().map(|c| format!("{}: {}.", c.column, facts(c))))
            .collect(),
        ..Tenancy::default()
    }
}

/// `Looked at the keys, foreign keys and columns of 3 tables: a, b, c.`
fn looked_at(schema: &Catalog) -> String {
    let tables: Vec<&str> = schema.ordinary().map(|table| &table.name[..]).collect();
    let number = spell::counted(tables.len() as u64, "table", "tables");
    let tables = tables.join(", ");
    format!("Looked at the keys, foreign keys and columns of {number}: {tables}.")
}

/// `in 3 tables, part of a key of several columns in a, b, c, refers to systems (id)`
fn facts(candidate: &Candidate) -> String {
    let tables = spell::counted(candidate.tables.len() as u64, "table", "tables");
    let mut facts = vec![format!("in {tables}")];
    if !candidate.keyed.is_empty() {
        let keyed = candidate.keyed.join(", ");
        facts.push(format!("part of a key of several columns in {keyed}"));
    }
    let refers = candidate.refers.iter();
    facts.extend(refers.map(|(table, column)| format!("refers to {table} ({column})")));
    facts.extend(
        candidate
            .named_after
            .iter()
            .map(|table| format!("named after {table}")),
    );
    facts.join(", ")
}

/// The query for the tenants' names, where the table that the column refers to has a column for them.
fn labels(rules: Rules<'_>) -> Option<String> {
    rules.chosen.refers.iter().find_map(|(parent, key)| {
        let parent = rules.schema.table(parent)?;
        let name = NAMES.iter().find_map(|name| parent.column(name))?;
        let [key, name] = [key, &parent.columns[name].name].map(|name| ident::quote(name));
        let sql = format!("SELECT {key}, {name} FROM {}", ident::quote(&parent.name));
        rehearse::pairs(rules.conn, &sql).is_ok().then_some(sql)
    })
}
