//! Another row of the target itself that nothing ties to the row that is written: `EXISTS (SELECT 1
//! FROM t AS o WHERE o.kind = 1)` is true for every row of `t` or for none, and
//! `UPDATE t … FROM t AS o` joins each with any.
//!
//! A row that is named by its whole key is meant, whichever row is written.

use super::KeySearch;
use super::part::keys;
use crate::rewrite::condition::{TargetColumn, branches, filter_of};
use crate::rewrite::query::{FromTerm, QueryOutline};
use crate::sql::{Span, Words, ident};

/// Another row of the target that nothing ties to the row that is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Untied {
    /// what the statement calls it
    pub called: String,
    /// where it is, as bytes of the statement
    pub span: Span,
    /// whether the target has the same name there, so that no condition can name both
    pub is_hidden: bool,
    /// a condition that ties it, by the key
    pub tie: Option<String>,
    /// the statement with that condition, where it can be written
    pub statement: Option<String>,
}

impl KeySearch<'_> {
    /// Whether a term of a FROM clause is the target's table.
    fn is_target(&self, term: &FromTerm) -> bool {
        let source = self.source(term);
        source.is_some_and(|source| ident::same(&source.table.name, &self.table.name))
    }

    /// `EXISTS (SELECT … FROM t AS o …)`, which is the term of a WHERE clause.
    pub(super) fn untied_query(&self, term: &str, query: &str) -> Option<Untied> {
        let outline = QueryOutline::of(query).filter(|outline| outline.is_plain)?;
        let other = outline.terms.iter().find(|term| self.is_target(term))?;
        let words = Words::of(query);
        let is_inner = |name: &str| {
            outline
                .terms
                .iter()
                .any(|own| ident::same(&own.called, name))
        };
        let is_outer = |at: usize| words.text(at + 1) == "." && !is_inner(&words.name(at));
        let filter = filter_of(query);
        let is_tied = (0..words.len()).any(is_outer) || self.is_pinned(other, filter);
        (!is_tied).then(|| self.untied(other, term, filter))
    }

    /// `UPDATE t … FROM t AS o`
    pub(super) fn untied_join(
        &self,
        from: &[FromTerm],
        text: Option<&str>,
        filter: &str,
    ) -> Option<Untied> {
        let [other] = from else {
            return None;
        };
        let has = |words: &Words<'_>, name: &str| {
            let is = |at: usize| words.text(at + 1) == "." && ident::same(&words.name(at), name);
            (0..words.len()).any(is)
        };
        let ties = |term: &&str| {
            let words = Words::of(term);
            has(&words, &other.called) && has(&words, self.called)
        };
        let is_tied = branches(filter).iter().flatten().any(ties)
            || self.is_pinned(other, Some(filter))
            || !self.is_target(other);
        (!is_tied).then(|| self.untied(other, text.unwrap_or(filter), Some(filter)))
    }

    /// Whether a condition names a whole key of another row in each of its branches.
    fn is_pinned(&self, other: &FromTerm, filter: Option<&str>) -> bool {
        let is_named = |terms: &Vec<&str>, name: &str| {
            let called = &other.called;
            let column = TargetColumn { called, name };
            terms.iter().any(|term| column.is_named(term))
        };
        let names_key = |terms: &Vec<&str>| {
            keys(self.table).any(|key| key.iter().all(|name| is_named(terms, name)))
        };
        filter.is_some_and(|filter| branches(filter).iter().all(names_key))
    }

    fn untied(&self, other: &FromTerm, place: &str, filter: Option<&str>) -> Untied {
        let is_hidden = ident::same(&other.called, self.called);
        let key = keys(self.table).next().filter(|_| !is_hidden);
        let (own, theirs) = (ident::quote(self.called), ident::quote(&other.called));
        let equal = |name: &&str| {
            let name = ident::quote(name);
            format!("{theirs}.{name} = {own}.{name}")
        };
        let tie = key.map(|key| key.iter().map(equal).collect::<Vec<_>>().join(" AND "));
        let tied = |(filter, tie): (&str, &String)| {
            self.replaced(filter, &format!("({filter}) AND {tie}"))
        };
        Untied {
            called: other.called.clone(),
            is_hidden,
            span: Span::within(self.sql, place),
            statement: filter.zip(tie.as_ref()).map(tied),
            tie,
        }
    }
}
