//! Comparisons of a part of a key with rows that could supply the whole: `WHERE id IN (SELECT p.id
//! FROM point_info p …)` on a table whose key is `(system_id, id)`. Each comes with the clause over
//! the whole key, where that can be written. Pure.
//!
//! A part is suspicious where the tenant is what it lacks, or, compared with rows of the table
//! itself, where it lacks the first column of the key: the other columns of a composite key begin
//! anew under each value of the first. It is not where another term of the same branch names the
//! rest, or where the values compared are unique in the table that they come from.

use super::clauses::{self, Clauses};
use super::common_table::{common_tables, outputs};
use super::condition::{
    ColumnRef, Compared, branches, column, compared, filter_of, mentions_column, names_column,
    names_within,
};
use super::parsed::{From, Term, select_outline};
use super::{clauses::is_within, parsed, target_of};
use crate::scope::TenantMap;
use crate::snapshot::Catalog;
use crate::snapshot::catalog::Table;
use crate::snapshot::tenancy;
use crate::sql::{Span, Words, ident, token};

/// A comparison of a part of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartialKey {
    /// the key's columns
    pub key: Vec<String>,
    /// those that are compared
    pub compared: Vec<String>,
    /// those that the same rows could supply, and nothing names
    pub missing: Vec<String>,
    /// the comparison, as bytes of the statement
    pub span: Span,
    /// the comparison over the whole key, cut short: `(system_id, id) IN (SELECT pi.system_id,
    /// pi.id …)`
    pub corrected: String,
    /// the statement with that comparison, where it can be written
    pub statement: Option<String>,
    /// of a list, how many rows at most its values would name if they were whole keys, where it
    /// alone decides
    pub names: Option<u64>,
}

/// What the WHERE clause of an UPDATE or DELETE compares.
#[derive(Debug, Clone, Default)]
pub struct Comparisons {
    /// its comparisons of a part of a key
    pub partial: Vec<PartialKey>,
    /// the queries, as bytes of the statement, that select its rows in a branch that names no
    /// tenant
    pub selecting: Vec<Span>,
}

/// What the WHERE clause of an UPDATE or DELETE compares, given as its text.
pub fn comparisons(sql: &str, catalog: &Catalog, tenants: &TenantMap) -> Comparisons {
    let mut found = Comparisons::default();
    // Most statements compare with values alone: these are not read again.
    if !token::significant(sql).iter().any(|t| {
        ["IN", "SELECT", "FROM"]
            .iter()
            .any(|word| t.is_word(sql, word))
    }) {
        return found;
    }
    let Ok(parsed) = parsed::parse(sql) else {
        return found;
    };
    let (Ok(clauses), Ok(table)) = (
        clauses::cut(sql, &parsed),
        target_of(parsed.schema.as_deref(), &parsed.table, catalog),
    ) else {
        return found;
    };
    let Some(filter) = clauses.filter else {
        return found;
    };
    let called = parsed.alias.as_deref().unwrap_or(&parsed.table);
    let tenant = tenancy::rule_for(tenants, table)
        .and_then(|rule| tenancy::places_of(&rule, table))
        .unwrap_or_default();
    let look = Look {
        sql,
        called,
        table,
        tenant,
        with: clauses.with,
        catalog,
    };
    let all = branches(filter);
    let is_only = all.len() == 1;
    for branch in all {
        found.selecting.extend(look.selecting(&branch));
        for partial in look.branch(&branch, &joined(&clauses, parsed.from)) {
            if !found.partial.iter().any(|known| known.span == partial.span) {
                let names = partial.names.filter(|_| is_only);
                found.partial.push(PartialKey { names, ..partial });
            }
        }
    }
    found
}

/// The terms of an UPDATE's FROM clause.
fn joined(clauses: &Clauses<'_>, from: From) -> Vec<Term> {
    let outline = clauses
        .from
        .filter(|_| from != From::Absent)
        .and_then(|from| select_outline(&format!("SELECT 1 FROM {from}")));
    outline.map(|outline| outline.terms).unwrap_or_default()
}

/// A statement under examination.
struct Look<'a> {
    sql: &'a str,
    called: &'a str,
    table: &'a Table,
    /// the columns that tell the tenant
    tenant: Vec<usize>,
    with: &'a str,
    catalog: &'a Catalog,
}

/// Columns of the target compared with columns of one term of a FROM clause, in the order in which
/// they are written.
struct Pairs<'a> {
    target: Vec<usize>,
    source: Source<'a>,
    /// the columns of the source
    by: Vec<String>,
}

/// The select list of a common table expression.
struct List {
    /// where in the statement it ends
    end: usize,
    /// what stands before a column's name in it
    qualifier: String,
    /// the names of its columns
    given: Vec<String>,
}

impl List {
    fn gives(&self, column: &str) -> bool {
        self.given.iter().any(|given| ident::same(given, column))
    }
}

/// The table that the rows compared come from, and what the query calls it.
#[derive(Clone)]
struct Source<'a> {
    called: String,
    table: &'a Table,
}

impl Look<'_> {
    fn branch(&self, terms: &[&str], from: &[Term]) -> Vec<PartialKey> {
        let mut found = Vec::new();
        for (at, term) in terms.iter().enumerate() {
            let others: Vec<&str> = terms
                .iter()
                .enumerate()
                .filter(|(other, _)| *other != at)
                .map(|(_, term)| *term)
                .collect();
            match compared(term) {
                Compared::Query { columns, by, query } => {
                    found.extend(self.query(term, &others, &columns, by, query));
                }
                Compared::List { column, values } => {
                    found.extend(self.list(term, &others, &column, values));
                }
                Compared::Exists { query } => found.extend(self.exists(&others, query)),
                Compared::Columns(..) | Compared::Other => {}
            }
        }
        found.extend(
            from.iter()
                .filter_map(|term| self.join(terms, &[], &self.source(term)?, false)),
        );
        found
    }

    /// The queries that select rows in a branch, where no term of it names the columns that tell
    /// the tenant.
    fn selecting(&self, terms: &[&str]) -> Vec<Span> {
        let names = |term: &str| {
            self.tenant
                .iter()
                .any(|at| names_column(term, self.called, &self.table.columns[*at].name))
        };
        if terms.iter().any(|term| names(term)) {
            return Vec::new();
        }
        let query = |term: &&str| match compared(term) {
            Compared::Query { query, .. } | Compared::Exists { query } => Some(self.span(query)),
            _ => None,
        };
        terms.iter().filter_map(query).collect()
    }

    /// The places of columns of the target; `None` where one is not its own.
    fn places(&self, columns: &[ColumnRef<'_>]) -> Option<Vec<usize>> {
        columns.iter().map(|column| self.place(column)).collect()
    }

    fn place(&self, column: &ColumnRef<'_>) -> Option<usize> {
        let is_own = column
            .qualifier
            .as_ref()
            .is_none_or(|q| ident::same(q, self.called));
        self.table.column(&column.name).filter(|_| is_own)
    }

    /// `a IN (SELECT …)`
    fn query(
        &self,
        term: &str,
        others: &[&str],
        columns: &[ColumnRef<'_>],
        by: &str,
        query: &str,
    ) -> Option<PartialKey> {
        let target = self.places(columns)?;
        let outline = select_outline(query).filter(|outline| outline.is_plain)?;
        let top = Words::of(query);
        let from = top.find_from(1)?;
        let first = if top.is(1, "DISTINCT") || top.is(1, "ALL") {
            2
        } else {
            1
        };
        let results: Vec<ColumnRef<'_>> = clauses::elements(top.slice(first, from))
            .into_iter()
            .map(result)
            .collect::<Option<_>>()?;
        if !top.is(0, "SELECT") || results.len() != target.len() {
            return None;
        }
        let (pairs, behind) = match self.source_of(&results, &outline.terms) {
            Some(source) => (
                Pairs {
                    target,
                    source,
                    by: results.iter().map(|result| result.name.clone()).collect(),
                },
                None,
            ),
            None => self.through(target, &results, &outline.terms)?,
        };
        let (key, missing) = self.suspicious(&pairs, |column| {
            others
                .iter()
                .any(|other| names_column(other, self.called, column))
                || names_within(query, self.called, column)
        })?;
        // The whole key in its own order: each column of the target beside what the query has for
        // it.
        let (outer, inner) = (
            columns[0].prefix().to_owned(),
            results[0].prefix().to_owned(),
        );
        let inner = if inner.is_empty() && outline.terms.len() > 1 {
            format!("{}.", ident::quote(&pairs.source.called))
        } else {
            inner
        };
        let mut whole: Vec<(usize, String, String)> = (0..columns.len())
            .map(|at| {
                (
                    pairs.target[at],
                    columns[at].text.to_owned(),
                    results[at].text.to_owned(),
                )
            })
            .collect();
        for column in &missing {
            let name = ident::quote(&self.table.columns[*column].name);
            whole.push((*column, format!("{outer}{name}"), format!("{inner}{name}")));
        }
        whole.sort_by_key(|(column, ..)| key.iter().position(|k| k == column));
        let list = |pick: fn(&(usize, String, String)) -> &String| {
            whole
                .iter()
                .map(|w| pick(w).as_str())
                .collect::<Vec<_>>()
                .join(", ")
        };
        let head = format!(
            "({}) {by} ({} {}",
            list(|w| &w.1),
            top.slice(0, first),
            list(|w| &w.2)
        );
        let clause = format!("{head} {})", top.slice(from, top.len()));
        let mut statement = self.replaced(term, &clause);
        if let Some(list) = behind {
            let lacking = self.names(
                missing
                    .iter()
                    .filter(|column| !list.gives(&self.table.columns[**column].name)),
            );
            let more: Vec<String> = lacking
                .into_iter()
                .map(|name| format!(", {}{name}", list.qualifier))
                .collect();
            statement.insert_str(list.end, &more.concat());
        }
        Some(self.partial(
            term,
            &pairs.target,
            &key,
            &missing,
            format!("{head} …)"),
            Some(statement),
        ))
    }

    /// The columns that a query reads from a common table expression, in the table that they come
    /// from.
    fn through(
        &self,
        target: Vec<usize>,
        results: &[ColumnRef<'_>],
        terms: &[Term],
    ) -> Option<(Pairs<'_>, Option<List>)> {
        let [term] = terms else { return None };
        let table = common_tables(self.with)
            .into_iter()
            .find(|table| ident::same(&table.name, &term.table) && !table.has_columns)?;
        let outline = select_outline(table.body).filter(|outline| outline.is_plain)?;
        let top = Words::of(table.body);
        let (from, first) = (
            top.find_from(1)?,
            if top.is(1, "DISTINCT") || top.is(1, "ALL") {
                2
            } else {
                1
            },
        );
        let list = top.slice(first, from);
        let given = outputs(&clauses::elements(list));
        let behind = |result: &ColumnRef<'_>| {
            Some(
                given
                    .iter()
                    .find(|(name, _)| ident::same(name, &result.name))?
                    .1
                    .clone(),
            )
        };
        let columns: Vec<ColumnRef<'_>> = results.iter().map(behind).collect::<Option<_>>()?;
        let source = self.source_of(&columns, &outline.terms)?;
        let qualifier = columns[0].prefix().to_owned();
        let by = columns.into_iter().map(|column| column.name).collect();
        let list = List {
            end: self.span(list).end,
            qualifier,
            given: given.into_iter().map(|(name, _)| name).collect(),
        };
        Some((Pairs { target, source, by }, Some(list)))
    }

    /// `a IN (1, 2)`: only where it is the tenant that it lacks, since a list says nothing of where
    /// its values come from.
    fn list(
        &self,
        term: &str,
        others: &[&str],
        column: &ColumnRef<'_>,
        values: usize,
    ) -> Option<PartialKey> {
        let target = vec![self.place(column)?];
        let is_named = |column: &str| {
            others
                .iter()
                .any(|other| names_column(other, self.called, column))
        };
        let (key, missing, is_all) =
            self.keys_lacking(&target, is_named)
                .find_map(|(key, lacking)| {
                    let is_all = lacking.iter().all(|column| self.tenant.contains(column));
                    let tenant: Vec<usize> = lacking
                        .into_iter()
                        .filter(|column| self.tenant.contains(column))
                        .collect();
                    (!tenant.is_empty()).then_some((key, tenant, is_all))
                })?;
        let names = self.names(
            key.iter()
                .filter(|column| target.contains(column) || missing.contains(column)),
        );
        let corrected = format!("({}) IN (VALUES …)", names.join(", "));
        let names = is_all.then_some(values as u64);
        Some(PartialKey {
            names,
            ..self.partial(term, &target, &key, &missing, corrected, None)
        })
    }

    /// `EXISTS (SELECT … WHERE o.a = t.a)`
    fn exists(&self, others: &[&str], query: &str) -> Vec<PartialKey> {
        let Some(outline) = select_outline(query).filter(|outline| outline.is_plain) else {
            return Vec::new();
        };
        match filter_of(query).map(branches).as_deref() {
            Some([terms]) => outline
                .terms
                .iter()
                .filter_map(|term| self.join(terms, others, &self.source(term)?, true))
                .collect(),
            _ => Vec::new(),
        }
    }

    /// `t.a = o.a` among the terms of a join; `is_inner` where they stand in a query, whose own
    /// names come first.
    fn join(
        &self,
        terms: &[&str],
        others: &[&str],
        source: &Source<'_>,
        is_inner: bool,
    ) -> Option<PartialKey> {
        let of_source = |column: &ColumnRef<'_>| {
            let is_its = match &column.qualifier {
                Some(qualifier) => ident::same(qualifier, &source.called),
                None => is_inner || self.place(column).is_none(),
            };
            is_its && source.table.column(&column.name).is_some()
        };
        let of_target = |column: &ColumnRef<'_>| {
            let is_own = column.qualifier.is_some() || source.table.column(&column.name).is_none();
            self.place(column)
                .filter(|_| is_own && !ident::same(&source.called, self.called))
        };
        let mut pairs = Pairs {
            target: Vec::new(),
            source: source.clone(),
            by: Vec::new(),
        };
        let mut linking: Vec<&str> = Vec::new();
        let mut written = None;
        for term in terms {
            let Compared::Columns(left, right) = compared(term) else {
                continue;
            };
            let (own, other) = if of_source(&right) {
                (left, right)
            } else {
                (right, left)
            };
            let Some(place) = of_target(&own).filter(|_| of_source(&other)) else {
                continue;
            };
            pairs.target.push(place);
            pairs.by.push(other.name.clone());
            linking.push(term);
            written.get_or_insert((own, other));
        }
        let (own, other) = written?;
        let rest: Vec<&&str> = terms
            .iter()
            .filter(|term| !linking.contains(term))
            .collect();
        // Inside a query only the target's own name speaks of it.
        let may_speak = |term: &str, column: &str| {
            !is_inner || mentions_column(&format!("(SELECT {term})"), self.called, column)
        };
        let (key, missing) = self.suspicious(&pairs, |column| {
            rest.iter()
                .any(|term| may_speak(term, column) && names_column(term, self.called, column))
                || others
                    .iter()
                    .any(|term| names_column(term, self.called, column))
        })?;
        let prefix = |reference: &ColumnRef<'_>, called: &str| match &reference.qualifier {
            Some(_) => reference.prefix().to_owned(),
            None => format!("{}.", ident::quote(called)),
        };
        let (own, other) = (prefix(&own, self.called), prefix(&other, &source.called));
        let more: Vec<String> = self
            .names(missing.iter())
            .into_iter()
            .map(|name| format!("{own}{name} = {other}{name}"))
            .collect();
        let term = *linking.last()?;
        let corrected = format!("{} AND {}", linking.join(" AND "), more.join(" AND "));
        let statement = self.replaced(term, &format!("{term} AND {}", more.join(" AND ")));
        Some(self.partial(
            term,
            &pairs.target,
            &key,
            &missing,
            corrected,
            Some(statement),
        ))
    }

    /// The key of which the pairs compare a part, and the columns of it that the source could
    /// supply and nothing names.
    fn suspicious(
        &self,
        pairs: &Pairs<'_>,
        is_named: impl Fn(&str) -> bool,
    ) -> Option<(Vec<usize>, Vec<usize>)> {
        let source = pairs.source.table;
        let places: Vec<usize> = pairs
            .by
            .iter()
            .filter_map(|name| source.column(name))
            .collect();
        if keys(source).any(|key| key.iter().all(|column| places.contains(column))) {
            return None;
        }
        let is_self = ident::same(&source.name, &self.table.name);
        self.keys_lacking(&pairs.target, is_named)
            .find_map(|(key, lacking)| {
                let supplied =
                    |column: &usize| source.column(&self.table.columns[*column].name).is_some();
                let missing: Vec<usize> = lacking.into_iter().filter(supplied).collect();
                let is_suspicious = missing
                    .iter()
                    .any(|column| self.tenant.contains(column) || (is_self && *column == key[0]));
                is_suspicious.then_some((key, missing))
            })
    }

    /// The keys of which some columns are compared and others neither compared nor named, with
    /// those others. None where what is compared and named makes up a key.
    fn keys_lacking<'l>(
        &'l self,
        target: &'l [usize],
        is_named: impl Fn(&str) -> bool + 'l,
    ) -> impl Iterator<Item = (Vec<usize>, Vec<usize>)> + 'l {
        let is_settled = move |column: &usize| {
            target.contains(column) || is_named(&self.table.columns[*column].name)
        };
        let all: Vec<(Vec<usize>, Vec<usize>)> = keys(self.table)
            .map(|key| {
                (
                    key.to_vec(),
                    key.iter()
                        .copied()
                        .filter(|column| !is_settled(column))
                        .collect(),
                )
            })
            .collect();
        let is_named_whole = all.iter().any(|(_, lacking)| lacking.is_empty());
        all.into_iter().filter(move |(key, _)| {
            !is_named_whole && key.iter().any(|column| target.contains(column))
        })
    }

    /// The table that all of these result columns come from.
    fn source_of(&self, results: &[ColumnRef<'_>], terms: &[Term]) -> Option<Source<'_>> {
        let of = |result: &ColumnRef<'_>| {
            let mut sources = terms.iter().map(|term| self.source(term));
            match &result.qualifier {
                Some(qualifier) => sources
                    .flatten()
                    .find(|source| ident::same(&source.called, qualifier)),
                None => sources
                    .find(|source| {
                        source
                            .as_ref()
                            .is_none_or(|s| s.table.column(&result.name).is_some())
                    })
                    .flatten(),
            }
        };
        let first = of(results.first()?)?;
        let is_all = results.iter().all(|r| {
            of(r).is_some_and(|s| ident::same(&s.called, &first.called))
                && first.table.column(&r.name).is_some()
        });
        is_all.then_some(first)
    }

    /// The table or view of a term; `None` for a query, a common table expression or a temporary
    /// table.
    fn source(&self, term: &Term) -> Option<Source<'_>> {
        let named = common_tables(self.with);
        let is_named = |name: &str| {
            named.iter().any(|table| ident::same(&table.name, name))
                || (named.is_empty() && token::mentions(self.with, name))
        };
        let is_hidden = is_named(&term.table)
            || self
                .catalog
                .temporary
                .tables
                .contains(&ident::folded(&term.table));
        let table = self
            .catalog
            .table(&term.table)
            .filter(|_| term.in_main && !is_hidden)?;
        Some(Source {
            called: term.called.clone(),
            table,
        })
    }

    fn names<'c>(&self, columns: impl Iterator<Item = &'c usize>) -> Vec<String> {
        columns
            .map(|column| ident::quote(&self.table.columns[*column].name))
            .collect()
    }

    /// The statement with another text in the place of a term of it.
    fn replaced(&self, term: &str, with: &str) -> String {
        let span = self.span(term);
        format!("{}{with}{}", &self.sql[..span.start], &self.sql[span.end..])
    }

    /// Where a slice of the statement stands in it.
    fn span(&self, term: &str) -> Span {
        debug_assert!(
            is_within(term, self.sql),
            "a term is a slice of the statement"
        );
        let start = term.as_ptr() as usize - self.sql.as_ptr() as usize;
        Span {
            start,
            end: start + term.len(),
        }
    }

    fn partial(
        &self,
        term: &str,
        target: &[usize],
        key: &[usize],
        missing: &[usize],
        corrected: String,
        statement: Option<String>,
    ) -> PartialKey {
        let names = |columns: &[usize]| {
            columns
                .iter()
                .map(|column| self.table.columns[*column].name.clone())
                .collect()
        };
        let compared: Vec<usize> = key
            .iter()
            .copied()
            .filter(|column| target.contains(column))
            .collect();
        PartialKey {
            key: names(key),
            compared: names(&compared),
            missing: names(missing),
            span: self.span(term),
            corrected,
            statement,
            names: None,
        }
    }
}

/// The keys of a table: its primary key and its unique indexes.
fn keys(table: &Table) -> impl Iterator<Item = &[usize]> {
    std::iter::once(&table.primary_key[..])
        .filter(|key| !key.is_empty())
        .chain(table.unique.iter().map(Vec::as_slice))
}

/// A result column that is a plain column, without its alias.
fn result(text: &str) -> Option<ColumnRef<'_>> {
    let top = Words::of(text);
    let alias = top.find(1, "AS").unwrap_or(top.len());
    column(top.slice(0, alias))
}
