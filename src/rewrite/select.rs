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
    let mut list = SelectList::of(it, table);
    let address = list.address()?;
    let mut shown = list.columns(&table.primary_key);
    if shown.is_empty() {
        shown.clone_from(&address);
    }
    let owner = list.owner(tenants, &mut shown);
    shown.dedup();
    let assigned = list.assigned()?;
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
    let (lead, schema) = match (it.with, &it.target.schema) {
        ("", _) => ("", ""),
        (_, Some(_)) => ("\n", ""),
        (_, None) => ("\n", "main."),
    };
    let from = match it.from {
        Some(from) if it.joins_terms => format!(", ({from})"),
        Some(from) => format!(", {from}"),
        None => String::new(),
    };
    let filter = it.filter.map(|filter| format!("\nWHERE {filter}"));
    let filter = filter.unwrap_or_default();
    let (with, target) = (it.with, it.target_text);
    format!("{with}{lead}SELECT {list}\nFROM {schema}{target}{from}{filter};")
}

/// Known reasons why the rows written can differ from the rows matched.
fn may_differ(it: &UpdateOrDelete<'_>, table: &Table, catalog: &Catalog) -> Option<&'static str> {
    let definition = catalog.definition(&table.name);
    let has_clause = || definition.is_some_and(|sql| mentions(sql, "conflict"));
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

/// The select list of a statement on a table or view, under construction.
struct SelectList<'a> {
    it: &'a UpdateOrDelete<'a>,
    table: &'a Table,
    items: Vec<String>,
    /// folded names that the statement uses: as an alias, each would take the name's place in the
    /// WHERE clause
    taken: BTreeSet<String>,
}

impl<'a> SelectList<'a> {
    fn of(it: &'a UpdateOrDelete<'_>, table: &'a Table) -> Self {
        let clauses = [Some(it.with), it.from, it.filter].into_iter().flatten();
        let texts = clauses.chain(it.sets.iter().map(|(_, value)| *value));
        Self {
            it,
            table,
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
        ident::qualified(self.it.called(), column)
    }

    /// Adds columns of the table, by their places.
    fn columns(&mut self, places: &[usize]) -> Vec<usize> {
        let table = self.table;
        places
            .iter()
            .map(|at| &table.columns[*at].name)
            .map(|name| self.push(self.reference(name)))
            .collect()
    }

    /// Adds what addresses a row of the table; a row of a view has no address, and is known by all
    /// its columns.
    fn address(&mut self) -> Result<Vec<usize>, NoPreview> {
        let table = self.table;
        if table.kind == TableKind::View {
            self.columns(&(0..table.columns.len()).collect::<Vec<_>>());
            return Ok(Vec::new());
        }
        if table.without_rowid {
            return Ok(self.columns(&table.primary_key));
        }
        let none = || NoPreview::unsupported(format!("columns of `{}` hide its rowid", table.name));
        let alias = table.rowid_alias.as_ref().ok_or_else(none)?;
        Ok(vec![self.push(self.reference(alias))])
    }

    /// Adds what says whose a row is: the tenant column, or the columns that a lookup takes and,
    /// for the reader, its result.
    fn owner(&mut self, tenants: &TenantMap, shown: &mut Vec<usize>) -> Vec<(usize, usize)> {
        let Some(rule) = tenancy::rule_for(tenants, self.table) else {
            return Vec::new();
        };
        let named = tenancy::columns_of(&rule);
        let places: Vec<usize> = named
            .iter()
            .filter_map(|name| self.table.column(name))
            .collect();
        let results = self.columns(&places);
        match rule {
            TenantRule::Lookup(query) if self.reads_the_same(&query) => {
                shown.push(self.looked_up(&query));
            }
            _ => {
                let mut new = results.clone();
                new.retain(|at| !shown.contains(at));
                shown.extend(new);
            }
        }
        places.into_iter().zip(results).collect()
    }

    /// Whether a lookup reads within the statement what it reads alone: a common table expression,
    /// or the target itself, could take the place of that.
    fn reads_the_same(&self, query: &str) -> bool {
        let mut names = [self.it.called(), &self.table.name].into_iter();
        self.it.with.is_empty() && !names.any(|name| mentions(query, name))
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

    /// Adds each assigned column, before and after.
    fn assigned(&mut self) -> Result<Vec<Assigned>, NoPreview> {
        let lasting = self.lasting()?.into_iter();
        let pair = |(column, after): (String, String)| {
            // A view may be set at a rowid that it does not have.
            let is_view = self.table.kind == TableKind::View;
            let before = if is_view && self.table.column(&column).is_none() {
                "NULL".to_owned()
            } else {
                self.reference(&column)
            };
            Assigned {
                before: self.push_as(&before, &format!("{column} before")),
                after: self.push_as(&after, &format!("{column} after")),
                column,
            }
        };
        Ok(lasting.map(pair).collect())
    }

    /// The columns that the statement assigns, as the table spells them, each with the last
    /// expression for it.
    fn lasting(&self) -> Result<Vec<(String, String)>, NoPreview> {
        let fresh = self.fresh("harness_assigned");
        let mut pairs: Vec<(String, String)> = Vec::new();
        for (columns, value) in &self.it.sets {
            let expressions = expressions(columns.len(), value, &fresh)?;
            for (column, expression) in columns.iter().zip(expressions) {
                let known = self.table.column(column);
                let spelled = known.map_or(column, |at| &self.table.columns[at].name);
                pairs.retain(|(earlier, _)| !ident::same(earlier, spelled));
                pairs.push((spelled.clone(), expression));
            }
        }
        Ok(pairs)
    }
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
