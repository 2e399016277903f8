//! Building the SELECT: the row's address, key and tenant, and for UPDATE each assigned column
//! before and after.
//!
//! The semantics followed: <https://sqlite.org/lang_update.html>. Expressions see the row as it
//! was; of several assignments to one column the last counts; UPDATE FROM joins the target with its
//! FROM terms.

use super::NoPreview;
use super::clauses::{self, Clauses};
use super::parsed::{From, Parsed, Verb};
use super::subquery::{Subquery, subqueries};
use crate::scope::{TenantMap, TenantRule};
use crate::snapshot::Catalog;
use crate::snapshot::catalog::{Table, TableKind};
use crate::snapshot::tenancy;
use crate::sql::ident;
use crate::sql::token::{self, TokenKind, mentions};
use std::collections::BTreeSet;

/// The SELECT that an UPDATE or DELETE is.
#[derive(Debug, Clone)]
pub struct Preview {
    /// the SELECT, ready to paste
    pub sql: String,
    /// the table whose rows it returns
    pub table: String,
    /// the result columns that address the row: the rowid, or the primary key of a WITHOUT ROWID
    /// table; a view has none
    pub address: Vec<usize>,
    /// whether that is the rowid
    pub by_rowid: bool,
    /// how a row's owner is told: pairs of a column of the table and the result column that holds
    /// it; `None` where the results do not tell
    pub owner: Option<Vec<(usize, usize)>>,
    /// the result columns that a person knows a row by: its key and tenant; where empty, all
    pub shown: Vec<usize>,
    /// the columns that an UPDATE sets
    pub assigned: Vec<Assigned>,
    /// whether it joins the target with others, so that a row may match several times
    pub joins: bool,
    /// the subqueries of its WHERE clause
    pub subqueries: Vec<Subquery>,
    /// why the statement may write other rows than the preview returns, where there is a reason
    pub may_differ: Option<&'static str>,
}

/// One assigned column of an UPDATE.
#[derive(Debug, Clone)]
pub struct Assigned {
    /// its name
    pub column: String,
    /// the result column with its value before
    pub before: usize,
    /// the result column with its value after, before the column's affinity is applied
    pub after: usize,
}

/// Builds the preview of a statement on a table or view.
pub(super) fn build(
    parsed: &Parsed,
    clauses: &Clauses<'_>,
    table: &Table,
    catalog: &Catalog,
    tenants: &TenantMap,
) -> Result<Preview, NoPreview> {
    let called = parsed.alias.as_deref().unwrap_or(&parsed.table);
    let mut list = Columns {
        qualifier: ident::quote(called),
        items: Vec::new(),
        taken: names(clauses),
    };
    let address = address(&mut list, table)?;
    if table.kind == TableKind::View {
        table.column_names().for_each(|name| {
            list.column(name);
        });
    }
    let mut shown: Vec<usize> = table
        .primary_key
        .iter()
        .map(|at| list.column(&table.columns[*at].name))
        .collect();
    if shown.is_empty() {
        shown.clone_from(&address);
    }
    let owner = owner(&mut list, table, tenants, called, clauses, &mut shown);
    shown.dedup();
    let assigned = assigned(&mut list, parsed, clauses, table)?;
    let lead = if clauses.with.is_empty() {
        String::new()
    } else {
        format!("{}\n", clauses.with)
    };
    let from = match clauses.from {
        Some(from) if parsed.from == From::Join => format!(", ({from})"),
        Some(from) => format!(", {from}"),
        None => String::new(),
    };
    let filter = clauses
        .filter
        .map(|f| format!("\nWHERE {f}"))
        .unwrap_or_default();
    let sql = format!(
        "{lead}SELECT {}\nFROM {}{from}{filter};",
        list.laid_out(&assigned),
        target(parsed, clauses)
    );
    Ok(Preview {
        sql,
        table: table.name.clone(),
        address,
        by_rowid: !table.without_rowid,
        owner: Some(owner),
        shown,
        assigned,
        joins: parsed.from != From::Absent,
        subqueries: clauses
            .filter
            .map(|filter| subqueries(filter, clauses.with, catalog, tenants))
            .unwrap_or_default(),
        may_differ: may_differ(parsed, clauses, table, catalog),
    })
}

/// The target as the author wrote it, with its schema where a common table expression could take
/// its name.
fn target(parsed: &Parsed, clauses: &Clauses<'_>) -> String {
    let hidden = parsed.schema.is_none() && !clauses.with.is_empty();
    if hidden {
        format!("main.{}", clauses.target)
    } else {
        clauses.target.to_owned()
    }
}

/// Known reasons why the rows written can differ from the rows matched.
fn may_differ(
    parsed: &Parsed,
    clauses: &Clauses<'_>,
    table: &Table,
    catalog: &Catalog,
) -> Option<&'static str> {
    if table.kind == TableKind::View {
        Some("INSTEAD OF triggers of the view decide what is written")
    } else if table.kind != TableKind::Ordinary {
        Some("the rows of a virtual table are written by its module")
    } else if parsed.may_skip {
        Some("its OR clause may skip, stop at or replace rows")
    } else if parsed.verb == Verb::Update
        && catalog
            .definition(&table.name)
            .is_some_and(|sql| mentions(sql, "conflict"))
    {
        Some("a conflict clause of the table may skip, stop at or replace rows")
    } else if table.has_trigger {
        Some("a trigger of the table may veto, change or forestall its writes")
    } else if table.has_key_action() {
        Some("an action of its foreign keys may write its rows first")
    } else if [
        clauses.with,
        clauses.from.unwrap_or(""),
        clauses.filter.unwrap_or(""),
    ]
    .into_iter()
    .any(calls_random)
    {
        Some("it calls a function that gives another value each time")
    } else {
        None
    }
}

pub(super) fn calls_random(sql: &str) -> bool {
    token::significant(sql)
        .iter()
        .any(|t| t.is_word(sql, "random") || t.is_word(sql, "randomblob"))
}

/// The select list under construction.
struct Columns {
    qualifier: String,
    items: Vec<String>,
    /// folded names that the statement uses: as an alias, each would take the name's place in the
    /// WHERE clause
    taken: BTreeSet<String>,
}

/// Every name in the clauses, folded.
fn names(clauses: &Clauses<'_>) -> BTreeSet<String> {
    let texts = [
        clauses.with,
        clauses.from.unwrap_or(""),
        clauses.filter.unwrap_or(""),
    ]
    .into_iter()
    .chain(clauses.values.iter().copied());
    texts
        .flat_map(|text| {
            token::significant(text)
                .into_iter()
                .map(|t| ident::folded(&ident::dequote(t.span.of(text))))
        })
        .collect()
}

impl Columns {
    /// Adds an expression, or finds it where it already stands; its place.
    fn push(&mut self, item: String) -> usize {
        if let Some(at) = self.items.iter().position(|i| *i == item) {
            return at;
        }
        self.items.push(item);
        self.items.len() - 1
    }

    /// The list with the key on its first line and each assigned column on one of its own.
    fn laid_out(&self, assigned: &[Assigned]) -> String {
        let starts_line = |at: usize| assigned.iter().any(|a| a.before == at);
        let mut out = String::new();
        for (at, item) in self.items.iter().enumerate() {
            let separator = match at {
                0 => "",
                _ if starts_line(at) => ",\n       ",
                _ => ", ",
            };
            out.push_str(separator);
            out.push_str(item);
        }
        out
    }

    /// A name that the statement does not use: this one, or a longer one.
    fn fresh(&self, name: &str) -> String {
        let mut name = name.to_owned();
        while self.taken.contains(&ident::folded(&name)) {
            name.push('_');
        }
        name
    }

    fn reference(&self, column: &str) -> String {
        format!("{}.{}", self.qualifier, ident::quote(column))
    }

    fn column(&mut self, column: &str) -> usize {
        self.push(self.reference(column))
    }
}

fn address(list: &mut Columns, table: &Table) -> Result<Vec<usize>, NoPreview> {
    if table.kind == TableKind::View {
        return Ok(Vec::new());
    }
    if table.without_rowid {
        return Ok(table
            .primary_key
            .iter()
            .map(|at| list.column(&table.columns[*at].name))
            .collect());
    }
    let alias = table.rowid_alias.as_deref().ok_or_else(|| {
        NoPreview::Unsupported(format!("columns of `{}` hide its rowid", table.name))
    })?;
    Ok(vec![list.column(alias)])
}

/// Adds what tells a row's owner: the tenant column, or the columns that a lookup takes and, for
/// the reader, its result.
fn owner(
    list: &mut Columns,
    table: &Table,
    tenants: &TenantMap,
    called: &str,
    clauses: &Clauses<'_>,
    shown: &mut Vec<usize>,
) -> Vec<(usize, usize)> {
    let Some(rule) = tenancy::rule_for(tenants, table) else {
        return Vec::new();
    };
    let columns: Vec<usize> = tenancy::columns_of(&rule)
        .iter()
        .filter_map(|c| table.column(c))
        .collect();
    let pairs: Vec<(usize, usize)> = columns
        .into_iter()
        .map(|at| (at, list.column(&table.columns[at].name)))
        .collect();
    match rule {
        // Inside the statement a common table expression, or the target itself, could take the
        // place of what the lookup reads.
        TenantRule::Lookup(query)
            if !clauses.with.is_empty()
                || mentions(&query, called)
                || mentions(&query, &table.name) =>
        {
            shown.extend(
                pairs
                    .iter()
                    .map(|(_, at)| *at)
                    .filter(|at| !shown.contains(at))
                    .collect::<Vec<_>>(),
            );
        }
        TenantRule::Lookup(query) => {
            let query = with_references(&query, list);
            let lookup = list.fresh("harness_lookup");
            let all = format!(
                "(WITH {lookup}(tenant) AS ({query}) SELECT group_concat(DISTINCT tenant) FROM \
                {lookup})"
            );
            let alias = ident::quote(&list.fresh("tenant"));
            shown.push(list.push(format!("{all} AS {alias}")));
        }
        TenantRule::Column(_) => shown.extend(
            pairs
                .iter()
                .map(|(_, at)| *at)
                .filter(|at| !shown.contains(at))
                .collect::<Vec<_>>(),
        ),
        TenantRule::Shared => {}
    }
    pairs
}

/// A lookup with its parameters as columns of the row: `:session_id` → `attachments.session_id`.
fn with_references(query: &str, list: &Columns) -> String {
    let parts = token::tokens(query, 0)
        .filter(|t| t.kind != TokenKind::Semicolon)
        .map(|t| match t.kind {
            TokenKind::Variable => list.reference(&t.span.of(query)[1..]),
            TokenKind::Comment => " ".to_owned(),
            _ => t.span.of(query).to_owned(),
        });
    parts.collect()
}

fn assigned(
    list: &mut Columns,
    parsed: &Parsed,
    clauses: &Clauses<'_>,
    table: &Table,
) -> Result<Vec<Assigned>, NoPreview> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    for (columns, value) in parsed.sets.iter().zip(&clauses.values) {
        for (column, expression) in columns.iter().zip(expressions(
            columns.len(),
            value,
            &list.fresh("harness_assigned"),
        )?) {
            let spelled = table
                .column(column)
                .map_or(column.as_str(), |at| &table.columns[at].name);
            pairs.retain(|(earlier, _)| !ident::same(earlier, spelled));
            pairs.push((spelled.to_owned(), expression));
        }
    }
    let pair = |(column, expression): (String, String)| {
        // A view may be set at a rowid that it does not have.
        let is_there = table.kind != TableKind::View || table.column(&column).is_some();
        let value = if is_there {
            list.reference(&column)
        } else {
            "NULL".to_owned()
        };
        let before = format!(
            "{value} AS {}",
            ident::quote(&list.fresh(&format!("{column} before")))
        );
        let after = format!(
            "{expression} AS {}",
            ident::quote(&list.fresh(&format!("{column} after")))
        );
        let (before, after) = (list.push(before), list.push(after));
        Assigned {
            column,
            before,
            after,
        }
    };
    Ok(pairs.into_iter().map(pair).collect())
}

/// One expression for each of `n` columns set together: the value itself, the elements of a row
/// value, or the columns of a subquery, each picked out of it by name.
fn expressions(n: usize, value: &str, fresh: &str) -> Result<Vec<String>, NoPreview> {
    if n == 1 {
        return Ok(vec![value.to_owned()]);
    }
    if let Some(elements) = clauses::list(value).filter(|elements| elements.len() == n) {
        return Ok(elements.into_iter().map(str::to_owned).collect());
    }
    let query = clauses::subquery(value).ok_or_else(|| {
        NoPreview::Unsupported("its row value has another shape than its columns".to_owned())
    })?;
    let names: Vec<String> = (1..=n).map(|i| format!("column{i}")).collect();
    let pick = |name: &String| {
        format!(
            "(WITH {fresh}({}) AS ({query}) SELECT {name} FROM {fresh})",
            names.join(", ")
        )
    };
    Ok(names.iter().map(pick).collect())
}
