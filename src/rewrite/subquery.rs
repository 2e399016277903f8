//! The subqueries of a WHERE clause, each as a SELECT that can be run alone, and the one that tells
//! whose rows it selects.
//!
//! Whose: the owner of the row that the first result column comes from. Where that cannot be told
//! from the text (compound and aggregate queries, views, common table expressions) there is no such
//! SELECT.

use super::clauses::{self, is_within};
use super::parsed::{FirstColumn, SelectOutline, select_outline};
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
    /// whether it stands inside another subquery, whose columns it may refer to
    pub nested: bool,
    /// whether that other one has common table expressions of its own, which it may refer to
    pub behind_with: bool,
}

/// A subquery with what tells the owners of its rows as its last result columns.
#[derive(Debug, Clone)]
pub struct OwnerQuery {
    /// the SELECT
    pub sql: String,
    /// the table whose rows they are
    pub table: String,
    /// the places of the table's columns that tell the owner, in the order of the last results
    pub columns: Vec<usize>,
}

/// The subqueries in `filter`, in the order in which they stand there, nested ones included; `with`
/// is the statement's own WITH.
pub(super) fn subqueries(
    filter: &str,
    with: &str,
    catalog: &Catalog,
    tenants: &TenantMap,
) -> Vec<Subquery> {
    let all = clauses::subqueries(filter);
    let subquery = |text: &&str| {
        let around: Vec<&&str> = all
            .iter()
            .filter(|other| other.len() > text.len() && is_within(text, other))
            .collect();
        Subquery {
            sql: behind(with, text),
            owner: owner(text, with, catalog, tenants),
            nested: !around.is_empty(),
            behind_with: around.into_iter().any(|other| starts_with(other, "WITH")),
        }
    };
    all.iter().map(subquery).collect()
}

fn starts_with(sql: &str, word: &str) -> bool {
    token::significant(sql)
        .first()
        .is_some_and(|t| t.is_word(sql, word))
}

/// A SELECT behind a statement's WITH; it may have a WITH of its own.
pub(super) fn behind(with: &str, select: &str) -> String {
    match (with.is_empty(), starts_with(select, "WITH")) {
        (true, _) => select.to_owned(),
        (false, false) => format!("{with}\n{select}"),
        (false, true) => format!("{with}\nSELECT * FROM ({select}\n)"),
    }
}

/// Whether the FROM clause of a query has a term of this name.
pub(super) fn has_term(query: &str, name: &str) -> bool {
    select_outline(query).is_some_and(|outline| {
        outline
            .terms
            .iter()
            .any(|term| ident::same(&term.called, name))
    })
}

fn owner(text: &str, with: &str, catalog: &Catalog, tenants: &TenantMap) -> Option<OwnerQuery> {
    let top = Words::of(text);
    let outline = select_outline(text).filter(|outline| outline.is_plain)?;
    let from = top.is(0, "SELECT").then(|| top.find_from(1))??;
    // Where rows are folded, or only some are taken, other columns could be of other rows.
    let is_partial =
        top.is(1, "DISTINCT") || top.find(from, "LIMIT").is_some() || calls_random(text);
    if is_partial || calls_aggregate(top.slice(1, from)) {
        return None;
    }
    let (name, table) = source(&outline, with, catalog)?;
    let rule = tenancy::rule_for(tenants, table).filter(|rule| *rule != TenantRule::Shared)?;
    let columns: Vec<usize> = tenancy::columns_of(&rule)
        .iter()
        .filter_map(|c| table.column(c))
        .collect();
    let list: Vec<String> = columns
        .iter()
        .map(|at| {
            format!(
                "{}.{}",
                ident::quote(name),
                ident::quote(&table.columns[*at].name)
            )
        })
        .collect();
    let select = format!(
        "{}, {} {}",
        top.slice(0, from),
        list.join(", "),
        top.slice(from, top.len())
    );
    Some(OwnerQuery {
        sql: behind(with, &select),
        table: table.name.clone(),
        columns,
    })
}

/// The term of the FROM clause that the first result column comes from, by the name that the query
/// has for it.
fn source<'a>(
    outline: &'a SelectOutline,
    with: &str,
    catalog: &'a Catalog,
) -> Option<(&'a str, &'a Table)> {
    let is_hidden = |name: &str| {
        token::mentions(with, name) || catalog.temporary.tables.contains(&ident::folded(name))
    };
    let table = |name: &str| {
        catalog
            .table(name)
            .filter(|t| t.kind != TableKind::View && !is_hidden(name))
    };
    let mut terms = outline.terms.iter().map(|term| {
        (
            term.called.as_str(),
            term.in_main.then(|| table(&term.table)).flatten(),
        )
    });
    let (name, found) = match &outline.first {
        FirstColumn::Of(qualifier) => terms.find(|(called, _)| ident::same(called, qualifier))?,
        FirstColumn::Named(column) => {
            terms.find(|(_, table)| table.is_none_or(|t| t.column(column).is_some()))?
        }
        FirstColumn::All => terms.next()?,
        FirstColumn::Computed => return None,
    };
    Some((name, found?))
}

/// Whether a list of result columns may fold many rows into one.
fn calls_aggregate(list: &str) -> bool {
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
    let tokens = token::significant(list);
    let calls = |at: usize| tokens.get(at + 1).is_some_and(|t| t.span.of(list) == "(");
    (0..tokens.len()).any(|at| {
        let name = ident::dequote(tokens[at].span.of(list)).to_ascii_lowercase();
        calls(at)
            && (AGGREGATES.contains(&name.as_str())
                || name.contains("_group_")
                || name.starts_with("median")
                || name.starts_with("percentile"))
    })
}
