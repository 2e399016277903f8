//! A part of a key among the results of a query: `a IN (SELECT …)`.

use super::part::KeyPart;
use super::{KeySearch, KeySource, PartialKey};
use crate::rewrite::condition::ColumnRef;
use crate::rewrite::query::{FromTerm, PlainSelect};
use crate::sql::{Span, ident};

/// Columns of the target that are compared with the results of a query.
struct Matched<'q> {
    columns: &'q [ColumnRef<'q>],
    /// the columns as the target's table spells them
    target: Vec<&'q str>,
    select: PlainSelect<'q>,
    results: Vec<ColumnRef<'q>>,
}

impl Matched<'_> {
    /// What is before the names of the columns and of the results, whose table the query calls
    /// `called`.
    fn prefixes(&self, called: &str) -> [String; 2] {
        let is_among_several = self.select.outline.terms.len() > 1;
        let inner = match self.results[0].prefix {
            "" if is_among_several => format!("{}.", ident::quote(called)),
            prefix => prefix.to_owned(),
        };
        [self.columns[0].prefix.to_owned(), inner]
    }

    /// The whole key in its own order: the columns of the target, and beside them those that the
    /// query has for them. It calls their table `called`.
    fn whole(&self, part: &KeyPart<'_>, called: &str) -> [String; 2] {
        let prefixes = self.prefixes(called);
        let pairs = self.columns.iter().zip(&self.results);
        let written = pairs.map(|(own, other)| [own, other].map(|column| column.text.to_owned()));
        let missing = part.missing.iter().map(|name| {
            let [own, theirs] = &prefixes;
            [(own, *name), (theirs, part.their(name))]
                .map(|(prefix, name)| format!("{prefix}{}", ident::quote(name)))
        });
        let names = self.target.iter().chain(&part.missing);
        let mut all: Vec<_> = names.zip(written.chain(missing)).collect();
        all.sort_by_key(|(name, _)| part.key.iter().position(|own| own == *name));
        [0, 1].map(|side| {
            all.iter()
                .map(|(_, sides)| sides[side].as_str())
                .collect::<Vec<_>>()
                .join(", ")
        })
    }
}

/// The select list of a common table expression that a query reads.
struct List<'a> {
    text: &'a str,
    /// the names of its columns
    given: Vec<String>,
    /// for each result of the query, the column in it that the result is
    columns: Vec<ColumnRef<'a>>,
    /// the terms that it reads itself
    terms: Vec<FromTerm>,
}

impl KeySearch<'_> {
    /// `columns IN (query)`, or with another operator `by`.
    pub(super) fn query(
        &self,
        term: &str,
        others: &[&str],
        columns: &[ColumnRef<'_>],
        (by, query): (&str, &str),
    ) -> Option<PartialKey> {
        let matched = self.matched(columns, query)?;
        let list = self.behind(&matched);
        let (source, names) = self.origin(&matched, list.as_ref())?;
        let part = self.suspicious(&matched.target, (source.table, &names), |column| {
            self.is_named(others, column) || self.column(column).is_named_within(query)
        })?;
        let [own, theirs] = matched.whole(&part, source.called);
        let head = format!("({own}) {by} ({} {theirs}", matched.select.head);
        let statement = self.replaced(term, &format!("{head} {})", matched.select.from));
        let statement = self.completed(statement, list, &part);
        Some(self.partial(term, &part, format!("{head} …)"), Some(statement)))
    }

    /// The table that the results come from, and the columns of it that they are.
    fn origin<'t>(
        &'t self,
        matched: &'t Matched<'_>,
        list: Option<&'t List<'_>>,
    ) -> Option<(KeySource<'t>, Vec<&'t str>)> {
        let (columns, terms) = match list {
            Some(list) => (&list.columns, &list.terms),
            None => (&matched.results, &matched.select.outline.terms),
        };
        let names = columns.iter().map(|column| column.name.as_str());
        Some((self.source_of(columns, terms)?, names.collect()))
    }

    fn matched<'q>(&'q self, columns: &'q [ColumnRef<'q>], query: &'q str) -> Option<Matched<'q>> {
        let target = columns.iter().map(|column| self.own(column));
        let target: Vec<&str> = target.collect::<Option<_>>()?;
        let select = PlainSelect::of(query)?;
        let results = select.results().map(|result| Some(result?.1));
        let results: Vec<ColumnRef<'_>> = results.collect::<Option<_>>()?;
        (results.len() == target.len()).then_some(Matched {
            columns,
            target,
            select,
            results,
        })
    }

    /// The list of the common table expression that is all that a query reads.
    fn behind(&self, matched: &Matched<'_>) -> Option<List<'_>> {
        let [term] = &matched.select.outline.terms[..] else {
            return None;
        };
        let common = self.common(&term.table);
        let select = PlainSelect::of(common.filter(|table| !table.has_columns)?.body)?;
        let (given, columns): (Vec<String>, Vec<ColumnRef<'_>>) =
            select.results().flatten().unzip();
        let behind = |result: &ColumnRef<'_>| {
            let mut names = given.iter();
            let at = names.position(|name| ident::same(name, &result.name))?;
            Some(columns[at].clone())
        };
        Some(List {
            text: select.list,
            columns: matched.results.iter().map(behind).collect::<Option<_>>()?,
            given,
            terms: select.outline.terms,
        })
    }

    /// A statement, of which only what is behind `list` is another, with what the list lacks of the
    /// missing columns.
    fn completed(
        &self,
        mut statement: String,
        list: Option<List<'_>>,
        part: &KeyPart<'_>,
    ) -> String {
        if let Some(list) = list {
            let prefix = list.columns[0].prefix;
            let gives = |column: &str| list.given.iter().any(|given| ident::same(given, column));
            let missing = part.missing.iter().map(|name| part.their(name));
            let missing = missing.filter(|name| !gives(name));
            let more = missing.map(|name| format!(", {prefix}{}", ident::quote(name)));
            let end = Span::within(self.sql, list.text).end;
            statement.insert_str(end, &more.collect::<Vec<_>>().concat());
        }
        statement
    }

    /// The table that all of these result columns come from.
    fn source_of<'t>(
        &'t self,
        results: &[ColumnRef<'_>],
        terms: &'t [FromTerm],
    ) -> Option<KeySource<'t>> {
        let first = self.source_in(terms, results.first()?)?;
        let is_same = |result: &ColumnRef<'_>| {
            let source = self.source_in(terms, result);
            first.has(result) && source.is_some_and(|s| ident::same(s.called, first.called))
        };
        results.iter().all(is_same).then_some(first)
    }

    /// The table that a column comes from.
    fn source_in<'t>(
        &'t self,
        terms: &'t [FromTerm],
        column: &ColumnRef<'_>,
    ) -> Option<KeySource<'t>> {
        let mut sources = terms.iter().map(|term| self.source(term));
        let source = sources.find(|source| match (source, &column.qualifier) {
            (Some(source), Some(qualifier)) => ident::same(source.called, qualifier),
            (Some(source), None) => source.has(column),
            // One that is no table may have the column.
            (None, qualifier) => qualifier.is_none(),
        });
        source?
    }
}
