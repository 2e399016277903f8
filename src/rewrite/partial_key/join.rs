//! A part of a key among the terms of a join: `t.a = o.a`, in `UPDATE … FROM o` or in
//! `EXISTS (SELECT … FROM o WHERE …)`.

use super::{Look, PartialKey, Source};
use crate::rewrite::UpdateOrDelete;
use crate::rewrite::condition::{
    ColumnRef, Compared, branches, compared, filter_of, mentions_within, names_column,
};
use crate::rewrite::query::{FromTerm, QueryOutline};
use crate::sql::ident;

impl UpdateOrDelete<'_> {
    /// The terms of its FROM clause.
    pub(super) fn joined(&self) -> Vec<FromTerm> {
        let query = self.from.map(|from| format!("SELECT 1 FROM {from}"));
        let outline = query.and_then(|query| QueryOutline::of(&query));
        outline.map_or_else(Vec::new, |outline| outline.terms)
    }
}

/// A term that equates a column of the target with one of a source.
struct Link<'t> {
    term: &'t str,
    /// the place of the target's column
    at: usize,
    own: ColumnRef<'t>,
    other: ColumnRef<'t>,
}

impl Look<'_> {
    /// `EXISTS (SELECT … WHERE o.a = t.a)`, whose own names come first. Only the target's own name
    /// speaks of it there.
    pub(super) fn exists(&self, others: &[&str], query: &str) -> Vec<PartialKey> {
        let outline = QueryOutline::of(query).filter(QueryOutline::is_plain);
        let branches = filter_of(query).map(branches);
        let (Some(outline), Some([terms])) = (outline, branches.as_deref()) else {
            return Vec::new();
        };
        let speaks = |term: &str, column: &str| {
            mentions_within(term, self.called, column) && names_column(term, self.called, column)
        };
        let partial = |source: Source<'_>| {
            let links = self.links(terms, &source, true);
            self.linked(&links, &source, |column| {
                let mut rest = unlinked(terms, &links);
                rest.any(|term| speaks(term, column)) || self.is_named(others, column)
            })
        };
        let sources = outline.terms.iter().filter_map(|term| self.source(term));
        sources.filter_map(partial).collect()
    }

    /// `t.a = o.a` among the terms of the statement's own join.
    pub(super) fn join(&self, terms: &[&str], source: &Source<'_>) -> Option<PartialKey> {
        let links = self.links(terms, source, false);
        self.linked(&links, source, |column| {
            let mut rest = unlinked(terms, &links);
            rest.any(|term| names_column(term, self.called, column))
        })
    }

    /// What links the target with a source, in the order in which it is written; `is_inner` where
    /// the terms are of a query.
    fn links<'t>(&self, terms: &[&'t str], source: &Source<'_>, is_inner: bool) -> Vec<Link<'t>> {
        let is_source = |column: &ColumnRef<'_>| {
            let is_its = match &column.qualifier {
                Some(qualifier) => ident::same(qualifier, source.called),
                None => is_inner || self.place(column).is_none(),
            };
            is_its && source.has(column)
        };
        let link = |term: &&'t str| {
            let Compared::Columns(left, right) = compared(term) else {
                return None;
            };
            let (own, other) = if is_source(&right) {
                (left, right)
            } else {
                (right, left)
            };
            let at = self.place_beside(&own, source)?;
            is_source(&other).then_some(Link {
                term,
                at,
                own,
                other,
            })
        };
        terms.iter().filter_map(link).collect()
    }

    /// The place of a column of the target that is none of the source.
    fn place_beside(&self, column: &ColumnRef<'_>, source: &Source<'_>) -> Option<usize> {
        let is_own = column.qualifier.is_some() || !source.has(column);
        let place = self.place(column).filter(|_| is_own);
        place.filter(|_| !ident::same(source.called, self.called))
    }

    /// The part of a key that the links compare, with the clause over the whole one.
    fn linked(
        &self,
        links: &[Link<'_>],
        source: &Source<'_>,
        is_named: impl Fn(&str) -> bool,
    ) -> Option<PartialKey> {
        let (first, last) = (links.first()?, links.last()?.term);
        let target: Vec<usize> = links.iter().map(|link| link.at).collect();
        let by: Vec<&str> = links.iter().map(|link| link.other.name.as_str()).collect();
        let part = self.suspicious(&target, (source.table, &by), is_named)?;
        let prefixes = [
            prefix(&first.own, self.called),
            prefix(&first.other, source.called),
        ];
        let more = part.missing.iter().map(|at| {
            let [own, other] = prefixes
                .each_ref()
                .map(|p| format!("{p}{}", self.quoted(*at)));
            format!("{own} = {other}")
        });
        let more = more.collect::<Vec<_>>().join(" AND ");
        let terms: Vec<&str> = links.iter().map(|link| link.term).collect();
        let corrected = format!("{} AND {more}", terms.join(" AND "));
        let statement = self.replaced(last, &format!("{last} AND {more}"));
        Some(self.partial(last, &part, corrected, Some(statement)))
    }
}

/// The terms that link nothing.
fn unlinked<'t>(terms: &[&'t str], links: &[Link<'_>]) -> impl Iterator<Item = &'t str> {
    let is_link = |term: &&str| links.iter().any(|link| link.term == *term);
    terms.iter().copied().filter(move |term| !is_link(term))
}

/// What is before the name of a column, or would be.
fn prefix(column: &ColumnRef<'_>, called: &str) -> String {
    match &column.qualifier {
        Some(_) => column.prefix.to_owned(),
        None => format!("{}.", ident::quote(called)),
    }
}
