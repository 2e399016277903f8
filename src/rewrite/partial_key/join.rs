//! A part of a key among the terms of a join: `t.a = o.a`, in `UPDATE … FROM o` or in
//! `EXISTS (SELECT … FROM o WHERE …)`.

use super::part::KeyPart;
use super::{KeySearch, KeySource, PartialKey};
use crate::rewrite::UpdateOrDelete;
use crate::rewrite::condition::{ColumnRef, Compared, branches, compared, filter_of};
use crate::rewrite::query::{FromTerm, QueryOutline};
use crate::sql::ident;

impl UpdateOrDelete<'_> {
    /// The terms of its FROM clause.
    pub(in crate::rewrite) fn joined(&self) -> Vec<FromTerm> {
        let query = self.from.map(|from| format!("SELECT 1 FROM {from}"));
        let outline = query.and_then(|query| QueryOutline::of(&query));
        outline.map_or_else(Vec::new, |outline| outline.terms)
    }
}

/// A term that equates a column of the target with one of a source.
struct Link<'t> {
    term: &'t str,
    /// the target's column, as its table spells it
    column: &'t str,
    own: ColumnRef<'t>,
    other: ColumnRef<'t>,
}

impl KeySearch<'_> {
    /// `EXISTS (SELECT … WHERE o.a = t.a)`
    pub(super) fn exists(&self, others: &[&str], query: &str) -> Vec<PartialKey> {
        let outline = QueryOutline::of(query).filter(|outline| outline.is_plain);
        match (outline, filter_of(query).map(branches).as_deref()) {
            (Some(outline), Some([terms])) => {
                self.joins(terms, others, &outline.terms, true).collect()
            }
            _ => Vec::new(),
        }
    }

    /// `t.a = o.a` among the terms of a join with each of the terms `from` of a FROM clause;
    /// `is_inner` where they are of a query, whose own names come first. `others` are the terms
    /// around the query.
    pub(super) fn joins(
        &self,
        terms: &[&str],
        others: &[&str],
        from: &[FromTerm],
        is_inner: bool,
    ) -> impl Iterator<Item = PartialKey> {
        from.iter().filter_map(move |term| {
            let source = self.source(term)?;
            let links = self.links(terms, &source, is_inner);
            let mut rest = terms.to_vec();
            rest.retain(|term| !links.iter().any(|link| link.term == *term));
            // Inside a query only the target's own name speaks of it.
            self.linked(&links, &source, |name| {
                let column = self.column(name);
                let speaks = |term: &str| !is_inner || column.is_mentioned_within(term);
                rest.iter()
                    .any(|term| speaks(term) && column.is_named(term))
                    || self.is_named(others, name)
            })
        })
    }

    /// What links the target with a source, in the order in which it is written; `is_inner` where
    /// the terms are of a query.
    fn links<'t>(
        &'t self,
        terms: &[&'t str],
        source: &KeySource<'_>,
        is_inner: bool,
    ) -> Vec<Link<'t>> {
        let is_source = |column: &ColumnRef<'_>| self.is_of(source, column, is_inner);
        let link = |term: &&'t str| {
            let Some(Compared::Columns(left, right)) = compared(term) else {
                return None;
            };
            let (own, other) = if is_source(&right) {
                (left, right)
            } else {
                (right, left)
            };
            let column = self.own_beside(&own, source)?;
            is_source(&other).then_some(Link {
                term,
                column,
                own,
                other,
            })
        };
        terms.iter().filter_map(link).collect()
    }

    /// Whether a column is one of a source.
    fn is_of(&self, source: &KeySource<'_>, column: &ColumnRef<'_>, is_inner: bool) -> bool {
        let is_its = match &column.qualifier {
            Some(qualifier) => ident::same(qualifier, source.called),
            None => is_inner || self.own(column).is_none(),
        };
        is_its && source.has(column)
    }

    /// The column of the target, and none of the source, that a reference is to.
    fn own_beside(&self, column: &ColumnRef<'_>, source: &KeySource<'_>) -> Option<&str> {
        let is_own = column.qualifier.is_some() || !source.has(column);
        let is_other = !ident::same(source.called, self.called);
        self.own(column).filter(|_| is_own && is_other)
    }

    /// The part of a key that the links compare, with the clause over the whole one.
    fn linked(
        &self,
        links: &[Link<'_>],
        source: &KeySource<'_>,
        is_named: impl Fn(&str) -> bool,
    ) -> Option<PartialKey> {
        let last = links.last()?.term;
        let target: Vec<&str> = links.iter().map(|link| link.column).collect();
        let by: Vec<&str> = links.iter().map(|link| link.other.name.as_str()).collect();
        let part = self.suspicious(&target, (source.table, &by), is_named)?;
        let more = self.equated(&part, &links[0], source);
        let terms: Vec<&str> = links.iter().map(|link| link.term).collect();
        let corrected = format!("{} AND {more}", terms.join(" AND "));
        let statement = self.replaced(last, &format!("{last} AND {more}"));
        Some(self.partial(last, &part, corrected, Some(statement)))
    }

    /// The missing columns equated with those of the source, spelled as the first link is.
    fn equated(&self, part: &KeyPart<'_>, first: &Link<'_>, source: &KeySource<'_>) -> String {
        let own = prefix(&first.own, self.called);
        let other = prefix(&first.other, source.called);
        let terms = part.missing.iter().map(|name| {
            let their = ident::quote(part.their(name));
            format!("{own}{} = {other}{their}", ident::quote(name))
        });
        terms.collect::<Vec<_>>().join(" AND ")
    }
}

/// What is before the name of a column, or would be.
fn prefix(column: &ColumnRef<'_>, called: &str) -> String {
    match &column.qualifier {
        Some(_) => column.prefix.to_owned(),
        None => format!("{}.", ident::quote(called)),
    }
}
