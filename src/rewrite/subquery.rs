//! The subqueries of a WHERE clause, each as a SELECT that can be run alone, and a SELECT that gives
//! the owners of the rows that it selects.
//!
//! The owner of a selected row is that of the row its first result column comes from. Where the
//! text does not say which row that is (compound and aggregate queries, views, common table
//! expressions), there is no such SELECT.

use super::clauses::{self, is_within};
use super::query::{FirstColumn, FromTerm, PlainSelect, QueryOutline};
use super::select::calls_random;
use crate::scope::{TenantMap, TenantRule};
use crate::snapshot::Catalog;
use crate::snapshot::catalog::{Table, TableKind};
use crate::snapshot::tenancy;
use crate::sql::{Words, ident, token};

/// One subquery.
#[derive(Debug, Clone)]
pub struct Subquery {
    /// the SELECT, without its parentheses, behind the statement's common table expressions
    pub sql: String,
    /// whose rows it selects
    pub owner: Option<OwnerQuery>,
    /// whether it is inside another subquery, whose columns it may refer to
    pub nested: bool,
    /// whether that other one has common table expressions of its own, which it may refer to
    pub behind_with: bool,
}

/// A subquery with the columns that say whose its rows are as its last result columns.
#[derive(Debug, Clone)]
pub struct OwnerQuery {
    /// the SELECT
    pub sql: String,
    /// the table whose rows they are
    pub table: String,
    /// the places of the table's columns that say whose a row is, in the order of the last results
    pub columns: Vec<usize>,
}

/// The subqueries in `filter`, in their order, nested ones included; `with` is the statement's own
/// WITH.
pub(super) fn subqueries(
    filter: &str,
    with: &str,
    catalog: &Catalog,
    tenants: &TenantMap,
) -> Vec<Subquery> {
    let all = clauses::subqueries(filter);
    let subquery = |text: &&str| {
        let is_around = |other: &&&str| other.len() > text.len() && is_within(text, other);
        let around = || all.iter().filter(is_around);
        Subquery {
            sql: behind(with, text),
            owner: owner(text, with, catalog, tenants),
            nested: around().next().is_some(),
            behind_with: around().any(|other| has_with(other)),
        }
    };
    all.iter().map(subquery).collect()
}

fn has_with(sql: &str) -> bool {
    Words::of(sql).is(0, "WITH")
}

/// A SELECT behind a statement's WITH; it may have a WITH of its own.
pub(super) fn behind(with: &str, select: &str) -> String {
    match (with.is_empty(), has_with(select)) {
        (true, _) => select.to_owned(),
        (false, false) => format!("{with}\n{select}"),
        (false, true) => format!("{with}\nSELECT * FROM ({select}\n)"),
    }
}

fn owner(text: &str, with: &str, catalog: &Catalog, tenants: &TenantMap) -> Option<OwnerQuery> {
    let select = PlainSelect::of(text)?;
    // Where rows are folded, or only some are taken, other columns could be of other rows.
    let is_limited = Words::of(select.from).find(0, "LIMIT").is_some();
    if select.is_distinct || is_limited || calls_random(text) || calls_aggregate(select.list) {
        return None;
    }
    let (name, table) = source(&select.outline, with, catalog)?;
    let rule = tenancy::rule_for(tenants, table).filter(|rule| *rule != TenantRule::Shared)?;
    let columns = tenancy::places_of(&rule, table)?;
    let list = columns
        .iter()
        .map(|at| ident::qualified(name, &table.columns[*at].name))
        .collect::<Vec<_>>()
        .join(", ");
    let sql = format!("{}, {list} {}", select.before_from, select.from);
    Some(OwnerQuery {
        sql: behind(with, &sql),
        table: table.name.clone(),
        columns,
    })
}

/// The term of the FROM clause that the first result column comes from, by the name that the query
/// has for it.
fn source<'a>(
    outline: &'a QueryOutline,
    with: &str,
    catalog: &'a Catalog,
) -> Option<(&'a str, &'a Table)> {
    let table = |term: &'a FromTerm| {
        let table = term.in_catalog(catalog, |name| token::mentions(with, name));
        table.filter(|table| table.kind != TableKind::View)
    };
    let mut terms = outline.terms.iter();
    let term = match &outline.first {
        FirstColumn::Of(qualifier) => terms.find(|term| ident::same(&term.called, qualifier)),
        FirstColumn::Named(column) => {
            terms.find(|term| table(term).is_none_or(|t| t.column(column).is_some()))
        }
        FirstColumn::All => terms.next(),
        FirstColumn::Computed => None,
    }?;
    Some((&term.called, table(term)?))
}

/// Whether a list of result columns may fold many rows into one.
pub(super) fn calls_aggregate(list: &str) -> bool {
    const AGGREGATES: [&str; 8] = [
        "count",
        "sum",
        "total",
        "avg",
        "min",
        "max",
        "group_concat",
        "string_agg",
    ];
    let words = Words::of(list);
    let is_aggregate = |name: &str| {
        AGGREGATES.contains(&name)
            || name.contains("_group_")
            || name.starts_with("median")
            || name.starts_with("percentile")
    };
    let mut calls = (1..words.len()).filter(|at| words.text(*at) == "(");
    calls.any(|at| is_aggregate(&ident::folded(&words.name(at - 1))))
}
