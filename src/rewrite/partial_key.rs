//! Comparisons of a part of a key with rows that could supply the whole: `WHERE id IN (SELECT p.id
//! FROM point_info p …)` on a table whose key is `(system_id, id)`. Each comes with the clause over
//! the whole key, where that can be written.
//!
//! A part is suspicious where the tenant is what it lacks, or, compared with rows of the table
//! itself, where it lacks the first column of the key: the other columns of a composite key begin
//! anew under each value of the first. So is a part of a foreign key, compared with rows of the table
//! that it refers to. It is not where another term of the same branch names the rest, or where the
//! values compared are unique in the table that they come from.

mod join;
mod part;
mod query;
mod untied;

pub use untied::Untied;

use self::part::KeyPart;
use super::UpdateOrDelete;
use super::condition::{ColumnRef, Compared, TargetColumn, branches, compared};
use super::query::FromTerm;
use super::with::{CommonTable, common_tables};
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
    /// the table that it refers to, where it is a foreign key
    pub refers: Option<String>,
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
    /// other rows of its target that nothing ties to the row that is written
    pub untied: Vec<Untied>,
    /// the queries, as bytes of the statement, that select its rows in a branch that names no
    /// tenant
    pub selecting: Vec<Span>,
}

impl UpdateOrDelete<'_> {
    /// What the WHERE clause compares.
    pub fn comparisons(&self, catalog: &Catalog, tenants: &TenantMap) -> Comparisons {
        let mut found = Comparisons::default();
        let (Some(filter), Some(look)) = (self.filter, self.look(catalog, tenants)) else {
            return found;
        };
        let joined = self.joined();
        look.compare(filter, &joined, &mut found);
        found
            .untied
            .extend(look.untied_join(&joined, self.from, filter));
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
        let target = (self.called(), table);
        Some(KeySearch::of(
            self.sql,
            target,
            self.with,
            (catalog, tenants),
        ))
    }
}

/// A statement under examination.
struct KeySearch<'a> {
    sql: &'a str,
    called: &'a str,
    table: &'a Table,
    /// the columns that say whose a row is
    tenant: Vec<&'a str>,
    with: &'a str,
    /// its common table expressions
    common: Vec<CommonTable<'a>>,
    catalog: &'a Catalog,
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
    fn of(
        sql: &'a str,
        (called, table): (&'a str, &'a Table),
        with: &'a str,
        (catalog, tenants): (&'a Catalog, &TenantMap),
    ) -> Self {
        let tenant =
            tenancy::rule_for(tenants, table).and_then(|rule| tenancy::places_of(&rule, table));
        let tenant = tenant.iter().flatten();
        Self {
            sql,
            called,
            table,
            tenant: tenant.map(|at| &table.columns[*at].name[..]).collect(),
            with,
            common: common_tables(with),
            catalog,
        }
    }

    /// Adds what a WHERE clause compares, branch by branch.
    fn compare(&self, filter: &str, joined: &[FromTerm], found: &mut Comparisons) {
        let all = branches(filter);
        for branch in &all {
            found.selecting.extend(self.selecting(branch));
            for mut partial in self.branch(branch, joined) {
                partial.names = partial.names.filter(|_| all.len() == 1);
                if !found.partial.iter().any(|known| known.span == partial.span) {
                    found.partial.push(partial);
                }
            }
            let untied = branch.iter().filter_map(|term| match compared(term)? {
                Compared::Exists { query } if joined.is_empty() => self.untied_query(term, query),
                _ => None,
            });
            found.untied.extend(untied);
        }
    }

    fn branch(&self, terms: &[&str], from: &[FromTerm]) -> Vec<PartialKey> {
        let mut found = Vec::new();
        for (at, term) in terms.iter().enumerate() {
            let others = [&terms[..at], &terms[at + 1..]].concat();
            match compared(term) {
                Some(Compared::Query { columns, by, query }) => {
                    found.extend(self.query(term, &others, &columns, (by, query)));
                }
                Some(Compared::List { column, values }) => {
                    found.extend(self.list(term, &others, &column, values));
                }
                Some(Compared::Exists { query }) => found.extend(self.exists(&others, query)),
                Some(Compared::Columns(..)) | None => {}
            }
        }
        found.extend(self.joins(terms, &[], from, false));
        found
    }

    /// The queries that select rows in a branch, where no term of it names the columns that say
    /// whose a row is.
    fn selecting(&self, terms: &[&str]) -> Vec<Span> {
        if self.tenant.iter().any(|own| self.is_named(terms, own)) {
            return Vec::new();
        }
        let query = |term: &&str| match compared(term)? {
            Compared::Query { query, .. } | Compared::Exists { query } => {
                Some(Span::within(self.sql, query))
            }
            Compared::List { .. } | Compared::Columns(..) => None,
        };
        terms.iter().filter_map(query).collect()
    }

    /// `a IN (1, 2)`: only where the tenant is all that it lacks, since a list says nothing of where
    /// its values come from. A category in a wide key is no half of it.
    fn list(
        &self,
        term: &str,
        others: &[&str],
        column: &ColumnRef<'_>,
        values: usize,
    ) -> Option<PartialKey> {
        // A list of one value says what `=` says.
        let own = self.own(column).filter(|_| values > 1)?;
        let parts = self.parts(&[own], |column| self.is_named(others, column))?;
        let is_tenant = |name: &&str| self.tenant.contains(name);
        let lacks = |part: &KeyPart<'_>| part.missing.iter().all(is_tenant);
        let part = parts.into_iter().find(lacks)?;
        let whole: Vec<String> = part.key.iter().map(|name| ident::quote(name)).collect();
        let corrected = format!("({}) IN (VALUES …)", whole.join(", "));
        Some(PartialKey {
            names: Some(values as u64),
            ..self.partial(term, &part, corrected, None)
        })
    }

    /// Whether some terms say which values a column of the target has.
    fn is_named(&self, terms: &[&str], column: &str) -> bool {
        let column = self.column(column);
        terms.iter().any(|term| column.is_named(term))
    }

    /// A column of the target.
    fn column<'c>(&'c self, name: &'c str) -> TargetColumn<'c> {
        TargetColumn {
            called: self.called,
            name,
        }
    }

    /// The column of the target that a reference is to, as the table spells it; `None` where it is
    /// not its own.
    fn own(&self, column: &ColumnRef<'_>) -> Option<&'a str> {
        let qualifier = column.qualifier.as_ref();
        let is_own = qualifier.is_none_or(|q| ident::same(q, self.called));
        let at = self.table.column(&column.name).filter(|_| is_own)?;
        Some(&self.table.columns[at].name)
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

    /// The statement with another text in the place of a term of it.
    fn replaced(&self, term: &str, with: &str) -> String {
        let span = Span::within(self.sql, term);
        format!("{}{with}{}", &self.sql[..span.start], &self.sql[span.end..])
    }

    fn partial(
        &self,
        term: &str,
        part: &KeyPart<'_>,
        corrected: String,
        statement: Option<String>,
    ) -> PartialKey {
        let names = |columns: &[&str]| columns.iter().map(|name| (*name).to_owned()).collect();
        PartialKey {
            key: names(&part.key),
            refers: part.refers.map(|(parent, _)| parent.to_owned()),
            compared: names(&part.compared),
            missing: names(&part.missing),
            span: Span::within(self.sql, term),
            corrected,
            statement,
            names: None,
        }
    }
}
