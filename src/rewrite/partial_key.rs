//! Comparisons of a part of a key with rows that could supply the whole: `WHERE id IN (SELECT p.id
//! FROM point_info p …)` on a table whose key is `(system_id, id)`. Each comes with the clause over
//! the whole key, where that can be written.
//!
//! A part is suspicious where the tenant is what it lacks, or, compared with rows of the table
//! itself, where it lacks the first column of the key: the other columns of a composite key begin
//! anew under each value of the first. It is not where another term of the same branch names the
//! rest, or where the values compared are unique in the table that they come from.

mod join;
mod query;

use super::UpdateOrDelete;
use super::common_table::{CommonTable, common_tables};
use super::condition::{ColumnRef, Compared, branches, compared, names_column};
use super::query::FromTerm;
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

impl UpdateOrDelete<'_> {
    /// What the WHERE clause compares.
    pub fn comparisons(&self, catalog: &Catalog, tenants: &TenantMap) -> Comparisons {
        let mut found = Comparisons::default();
        let look = self.look(catalog, tenants);
        let (Some(filter), Some(look)) = (self.filter, look) else {
            return found;
        };
        let (all, joined) = (branches(filter), self.joined());
        for branch in &all {
            found.selecting.extend(look.selecting(branch));
            for mut partial in look.branch(branch, &joined) {
                partial.names = partial.names.filter(|_| all.len() == 1);
                if !found.partial.iter().any(|known| known.span == partial.span) {
                    found.partial.push(partial);
                }
            }
        }
        found
    }

    /// What to look with; `None` where there is nothing to be seen.
    fn look<'l>(&'l self, catalog: &'l Catalog, tenants: &TenantMap) -> Option<KeySearch<'l>> {
        // Most statements compare with values alone.
        let words = Words::of(self.sql);
        if !["IN", "SELECT", "FROM"].iter().any(|word| words.has(word)) {
            return None;
        }
        let table = self.target.in_main(catalog).ok()?;
        let rule = tenancy::rule_for(tenants, table);
        let tenant = rule.and_then(|rule| tenancy::places_of(&rule, table));
        Some(KeySearch {
            sql: self.sql,
            called: self.called(),
            table,
            tenant: tenant.unwrap_or_default(),
            with: self.with,
            common: common_tables(self.with),
            catalog,
        })
    }
}

/// A statement under examination.
struct KeySearch<'a> {
    sql: &'a str,
    called: &'a str,
    table: &'a Table,
    /// the columns that say whose a row is
    tenant: Vec<usize>,
    with: &'a str,
    /// its common table expressions
    common: Vec<CommonTable<'a>>,
    catalog: &'a Catalog,
}

/// A key of which some columns are compared, and the columns of it that nothing names.
struct KeyPart {
    key: Vec<usize>,
    compared: Vec<usize>,
    missing: Vec<usize>,
}

/// The table that the rows compared come from, and what the query calls it.
struct KeySource<'a> {
    called: &'a str,
    table: &'a Table,
}

impl KeySource<'_> {
    fn has(&self, column: &ColumnRef<'_>) -> bool {
        self.table.column(&column.name).is_some()
    }
}

impl<'a> KeySearch<'a> {
    fn branch(&self, terms: &[&str], from: &[FromTerm]) -> Vec<PartialKey> {
        let mut found = Vec::new();
        for (at, term) in terms.iter().enumerate() {
            let others = [&terms[..at], &terms[at + 1..]].concat();
            match compared(term) {
                Compared::Query { columns, by, query } => {
                    found.extend(self.query(term, &others, &columns, (by, query)));
                }
                Compared::List { column, values } => {
                    found.extend(self.list(term, &others, &column, values));
                }
                Compared::Exists { query } => found.extend(self.exists(&others, query)),
                Compared::Columns(..) | Compared::Other => {}
            }
        }
        found.extend(self.joins(terms, &[], from, false));
        found
    }

    /// The queries that select rows in a branch, where no term of it names the columns that say
    /// whose a row is.
    fn selecting(&self, terms: &[&str]) -> Vec<Span> {
        let mut tenant = self.tenant.iter();
        if tenant.any(|at| self.is_named(terms, self.name(*at))) {
            return Vec::new();
        }
        let query = |term: &&str| match compared(term) {
            Compared::Query { query, .. } | Compared::Exists { query } => {
                Some(Span::within(self.sql, query))
            }
            _ => None,
        };
        terms.iter().filter_map(query).collect()
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
        let place = self.place(column)?;
        let parts = self.parts(&[place], |column| self.is_named(others, column));
        let is_tenant = |at: &usize| self.tenant.contains(at);
        let lacks = |part: &KeyPart| part.missing.iter().any(is_tenant);
        let mut part = parts.into_iter().find(lacks)?;
        let is_all = part.missing.iter().all(is_tenant);
        part.missing.retain(is_tenant);
        let corrected = format!("({}) IN (VALUES …)", self.listed(&part));
        Some(PartialKey {
            names: is_all.then_some(values as u64),
            ..self.partial(term, &part, corrected, None)
        })
    }

    /// The columns of a key that are compared or missing.
    fn listed(&self, part: &KeyPart) -> String {
        let is_meant = |at: &&usize| part.compared.contains(at) || part.missing.contains(at);
        let names = part.key.iter().filter(is_meant).map(|at| self.quoted(*at));
        names.collect::<Vec<_>>().join(", ")
    }

    /// Whether some terms say which values a column of the target has.
    fn is_named(&self, terms: &[&str], column: &str) -> bool {
        terms
            .iter()
            .any(|term| names_column(term, self.called, column))
    }

    /// The place of a column of the target; `None` where it is not its own.
    fn place(&self, column: &ColumnRef<'_>) -> Option<usize> {
        let qualifier = column.qualifier.as_ref();
        let is_own = qualifier.is_none_or(|q| ident::same(q, self.called));
        self.table.column(&column.name).filter(|_| is_own)
    }

    /// The key of which columns of the target that are compared with those of a source are a part;
    /// missing of it is what the source could supply and nothing names.
    fn suspicious(
        &self,
        target: &[usize],
        (source, by): (&Table, &[&str]),
        is_named: impl Fn(&str) -> bool,
    ) -> Option<KeyPart> {
        if has_key_of(source, by) {
            return None;
        }
        let is_self = ident::same(&source.name, &self.table.name);
        let mut parts = self.parts(target, is_named).into_iter();
        parts.find_map(|mut part| {
            part.missing
                .retain(|at| source.column(self.name(*at)).is_some());
            let decides = |at: &usize| self.tenant.contains(at) || (is_self && *at == part.key[0]);
            part.missing.iter().any(decides).then_some(part)
        })
    }

    /// The keys of which some columns are compared. None where what is compared and named makes up
    /// a key.
    fn parts(&self, target: &[usize], is_named: impl Fn(&str) -> bool) -> Vec<KeyPart> {
        let part = |key: &[usize]| {
            let (compared, mut missing): (Vec<usize>, Vec<usize>) =
                key.iter().partition(|at| target.contains(at));
            missing.retain(|at| !is_named(self.name(*at)));
            KeyPart {
                key: key.to_vec(),
                compared,
                missing,
            }
        };
        let mut parts: Vec<KeyPart> = keys(self.table).map(part).collect();
        if parts.iter().any(|part| part.missing.is_empty()) {
            parts.clear();
        }
        parts.retain(|part| !part.compared.is_empty());
        parts
    }

    /// The table or view of a term; `None` for a query, a common table expression or a temporary
    /// table.
    fn source<'t>(&'t self, term: &'t FromTerm) -> Option<KeySource<'t>> {
        let is_common = |name: &str| match &self.common[..] {
            [] => token::mentions(self.with, name),
            _ => self.common(name).is_some(),
        };
        Some(KeySource {
            called: &term.called,
            table: term.in_catalog(self.catalog, is_common)?,
        })
    }

    /// The common table expression of this name.
    fn common(&self, name: &str) -> Option<&CommonTable<'a>> {
        self.common
            .iter()
            .find(|table| ident::same(&table.name, name))
    }

    /// The name of a column of the target.
    fn name(&self, at: usize) -> &'a str {
        &self.table.columns[at].name
    }

    fn quoted(&self, at: usize) -> String {
        ident::quote(self.name(at))
    }

    /// The statement with another text in the place of a term of it.
    fn replaced(&self, term: &str, with: &str) -> String {
        let span = Span::within(self.sql, term);
        format!("{}{with}{}", &self.sql[..span.start], &self.sql[span.end..])
    }

    fn partial(
        &self,
        term: &str,
        part: &KeyPart,
        corrected: String,
        statement: Option<String>,
    ) -> PartialKey {
        let names =
            |columns: &[usize]| columns.iter().map(|at| self.name(*at).to_owned()).collect();
        PartialKey {
            key: names(&part.key),
            compared: names(&part.compared),
            missing: names(&part.missing),
            span: Span::within(self.sql, term),
            corrected,
            statement,
            names: None,
        }
    }
}

/// Whether these columns of a table make up a key of it.
fn has_key_of(table: &Table, names: &[&str]) -> bool {
    let places: Vec<usize> = names.iter().filter_map(|name| table.column(name)).collect();
    keys(table).any(|key| key.iter().all(|column| places.contains(column)))
}

/// The keys of a table: its primary key and its unique indexes.
fn keys(table: &Table) -> impl Iterator<Item = &[usize]> {
    let primary = Some(&table.primary_key[..]).filter(|key| !key.is_empty());
    primary
        .into_iter()
        .chain(table.unique.iter().map(Vec::as_slice))
}
