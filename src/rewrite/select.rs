//! Building the SELECT: the row's address, key and tenant, and for UPDATE each assigned column
//! before and after.
//!
//! The semantics followed: <https://sqlite.org/lang_update.html>. Expressions see the row as it
//! was; of several assignments to one column the last counts; UPDATE FROM joins the target with its
//! FROM terms.

use super::clauses;
use super::subquery::{Subquery, subqueries};
use super::{NoPreview, UpdateOrDelete};
use crate::scope::{TenantMap, TenantRule};
use crate::snapshot::Catalog;
use crate::snapshot::catalog::{Table, TableKind};
use crate::snapshot::tenancy;
use crate::sql::token::{self, TokenKind, mentions};
use crate::sql::{Words, ident};
use std::collections::BTreeSet;

/// The SELECT that an UPDATE or DELETE is.
#[derive(Debug, Clone, Default)]
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
    /// what says whose a row is: pairs of a column of the table and the result column that holds
    /// it; `None` where the results do not say
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
    it: &UpdateOrDelete<'_>,
    table: &Table,
    catalog: &Catalog,
    tenants: &TenantMap,
) -> Result<Preview, NoPreview> {
    let mut list = SelectList::of(it);
    let address = list.address(table)?;
    let mut shown = list.of_table(table, table.primary_key.iter().copied());
    if shown.is_empty() {
        shown.clone_from(&address);
    }
    let owner = list.owner(it, table, tenants, &mut shown);
    shown.dedup();
    let assigned = assigned(&mut list, it, table)?;
    let subqueries = it.filter.map(|f| subqueries(f, it.with, catalog, tenants));
    Ok(Preview {
        sql: spelled(it, &list.laid_out(&assigned)),
        table: table.name.clone(),
        address,
        by_rowid: !table.without_rowid,
        owner: Some(owner),
        shown,
        assigned,
        joins: it.from.is_some(),
        subqueries: subqueries.unwrap_or_default(),
        may_differ: may_differ(it, table, catalog),
    })
}

/// The SELECT with this list. Its target is as the author wrote it, with its schema where a common
/// table expression could take its name.
fn spelled(it: &UpdateOrDelete<'_>, list: &str) -> String {
    let has_with = !it.with.is_empty();
    let lead = if has_with { "\n" } else { "" };
    let schema = if has_with && it.target.schema.is_none() {
        "main."
    } else {
        ""
    };
    let from = match it.from {
        Some(from) if it.joins_terms => format!(", ({from})"),
        Some(from) => format!(", {from}"),
        None => String::new(),
    };
    let filter = it
        .filter
        .map_or_else(String::new, |f| format!("\nWHERE {f}"));
    let (with, target) = (it.with, it.target_text);
    format!("{with}{lead}SELECT {list}\nFROM {schema}{target}{from}{filter};")
}

/// Known reasons why the rows written can differ from the rows matched.
fn may_differ(it: &UpdateOrDelete<'_>, table: &Table, catalog: &Catalog) -> Option<&'static str> {
    let definition = || catalog.definition(&table.name);
    let has_clause = || definition().is_some_and(|sql| mentions(sql, "conflict"));
    let clauses = [Some(it.with), it.from, it.filter];
    let is_random = || clauses.into_iter().flatten().any(calls_random);
    Some(if table.kind == TableKind::View {
        "INSTEAD OF triggers of the view decide what is written"
    } else if table.kind != TableKind::Ordinary {
        "the rows of a virtual table are written by its module"
    } else if it.may_skip {
        "its OR clause may skip, stop at or replace rows"
    } else if !it.sets.is_empty() && has_clause() {
        "a conflict clause of the table may skip, stop at or replace rows"
    } else if table.has_trigger {
        "a trigger of the table may veto, change or forestall its writes"
    } else if table.has_key_action() {
        "an action of its foreign keys may write its rows first"
    } else if is_random() {
        "it calls a function that gives another value each time"
    } else {
        return None;
    })
}

pub(super) fn calls_random(sql: &str) -> bool {
    let words = Words::of(sql);
    words.has("random") || words.has("randomblob")
}

/// The select list under construction.
struct SelectList {
    qualifier: String,
    items: Vec<String>,
    /// folded names that the statement uses: as an alias, each would take the name's place in the
    /// WHERE clause
    taken: BTreeSet<String>,
}

impl SelectList {
    fn of(it: &UpdateOrDelete<'_>) -> Self {
        let clauses = [Some(it.with), it.from, it.filter].into_iter().flatten();
        let texts = clauses.chain(it.sets.iter().map(|(_, value)| *value));
        Self {
            qualifier: ident::quote(it.called()),
            items: Vec::new(),
            taken: texts.flat_map(token::folded).collect(),
        }
    }

    /// Adds an expression, or finds it where it already is; its place.
    fn push(&mut self, item: String) -> usize {
        let known = self.items.iter().position(|i| *i == item);
        known.unwrap_or_else(|| {
            self.items.push(item);
            self.items.len() - 1
        })
    }

    /// Adds an expression under this name, or a longer one.
    fn push_as(&mut self, expression: &str, name: &str) -> usize {
        let alias = ident::quote(&self.fresh(name));
        self.push(format!("{expression} AS {alias}"))
    }

    /// The list with the key on its first line and each assigned column on one of its own.
    fn laid_out(&self, assigned: &[Assigned]) -> String {
        let starts_line = |at: usize| assigned.iter().any(|a| a.before == at);
        let mut out = String::new();
        for (at, item) in self.items.iter().enumerate() {
            out.push_str(match at {
                0 => "",
                _ if starts_line(at) => ",\n       ",
                _ => ", ",
            });
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

    /// Adds columns of the table, by their places.
    fn of_table(&mut self, table: &Table, places: impl IntoIterator<Item = usize>) -> Vec<usize> {
        let names = places.into_iter().map(|at| &table.columns[at].name);
        names.map(|name| self.column(name)).collect()
    }

    /// Adds what addresses a row of the table; a row of a view has no address, and is known by all
    /// its columns.
    fn address(&mut self, table: &Table) -> Result<Vec<usize>, NoPreview> {
        match &table.rowid_alias {
            _ if table.kind == TableKind::View => {
                self.of_table(table, 0..table.columns.len());
                Ok(Vec::new())
            }
            _ if table.without_rowid => Ok(self.of_table(table, table.primary_key.iter().copied())),
            Some(alias) => Ok(vec![self.column(alias)]),
            None => Err(NoPreview::unsupported(format!(
                "columns of `{}` hide its rowid",
                table.name
            ))),
        }
    }

    /// Adds what says whose a row is: the tenant column, or the columns that a lookup takes and,
    /// for the reader, its result.
    fn owner(
        &mut self,
        it: &UpdateOrDelete<'_>,
        table: &Table,
        tenants: &TenantMap,
        shown: &mut Vec<usize>,
    ) -> Vec<(usize, usize)> {
        let Some(rule) = tenancy::rule_for(tenants, table) else {
            return Vec::new();
        };
        let named = tenancy::columns_of(&rule);
        let places: Vec<usize> = named.iter().filter_map(|name| table.column(name)).collect();
        let results = self.of_table(table, places.iter().copied());
        match rule {
            TenantRule::Shared => {}
            TenantRule::Lookup(query) if reads_the_same(it, table, &query) => {
                shown.push(self.looked_up(&query));
            }
            TenantRule::Lookup(_) | TenantRule::Column(_) => {
                let mut new = results.clone();
                new.retain(|at| !shown.contains(at));
                shown.extend(new);
            }
        }
        places.into_iter().zip(results).collect()
    }

    /// Adds what a lookup gives, with its parameters as columns of the row: `:session_id` →
    /// `attachments.session_id`.
    fn looked_up(&mut self, query: &str) -> usize {
        let tokens = token::tokens(query, 0).filter(|t| t.kind != TokenKind::Semicolon);
        let parts = tokens.map(|t| match t.kind {
            TokenKind::Variable => self.reference(&t.span.of(query)[1..]),
            TokenKind::Comment => " ".to_owned(),
            _ => t.span.of(query).to_owned(),
        });
        let (query, lookup) = (parts.collect::<String>(), self.fresh("harness_lookup"));
        let all = format!(
            "(WITH {lookup}(tenant) AS ({query}) SELECT group_concat(DISTINCT tenant) FROM \
            {lookup})"
        );
        self.push_as(&all, "tenant")
    }
}

/// Whether a lookup reads within the statement what it reads alone: a common table expression, or
/// the target itself, could take the place of that.
fn reads_the_same(it: &UpdateOrDelete<'_>, table: &Table, query: &str) -> bool {
    it.with.is_empty() && !mentions(query, it.called()) && !mentions(query, &table.name)
}

/// Adds each assigned column, before and after.
fn assigned(
    list: &mut SelectList,
    it: &UpdateOrDelete<'_>,
    table: &Table,
) -> Result<Vec<Assigned>, NoPreview> {
    let lasting = lasting(it, table, &list.fresh("harness_assigned"))?;
    let pair = |(column, after): (String, String)| {
        // A view may be set at a rowid that it does not have.
        let is_there = table.kind != TableKind::View || table.column(&column).is_some();
        let before = if is_there {
            list.reference(&column)
        } else {
            "NULL".to_owned()
        };
        Assigned {
            before: list.push_as(&before, &format!("{column} before")),
            after: list.push_as(&after, &format!("{column} after")),
            column,
        }
    };
    Ok(lasting.into_iter().map(pair).collect())
}

/// The columns that the statement assigns, as the table spells them, each with the last expression
/// for it.
fn lasting(
    it: &UpdateOrDelete<'_>,
    table: &Table,
    fresh: &str,
) -> Result<Vec<(String, String)>, NoPreview> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    for (columns, value) in &it.sets {
        let expressions = expressions(columns.len(), value, fresh)?;
        for (column, expression) in columns.iter().zip(expressions) {
            let known = table.column(column).map(|at| &table.columns[at].name);
            let spelled = known.unwrap_or(column);
            pairs.retain(|(earlier, _)| !ident::same(earlier, spelled));
            pairs.push((spelled.clone(), expression));
        }
    }
    Ok(pairs)
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
    let Some(query) = clauses::subquery(value) else {
        let why = "its row value has another shape than its columns";
        return Err(NoPreview::unsupported(why));
    };
    let names: Vec<String> = (1..=n).map(|i| format!("column{i}")).collect();
    let all = names.join(", ");
    let pick = |name| format!("(WITH {fresh}({all}) AS ({query}) SELECT {name} FROM {fresh})");
    Ok(names.iter().map(pick).collect())
}
