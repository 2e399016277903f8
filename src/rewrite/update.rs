//! An UPDATE or DELETE, read once: what the grammar says of it, and its clauses as slices of the
//! author's own text.
//!
//! The grammar has accepted the statement, so its clause keywords are outside parentheses in
//! grammar order. Two words look like keywords and are not: FROM in `IS [NOT] DISTINCT FROM`, and
//! everything inside parentheses. What is cut is held against the tree; where the two disagree,
//! there is no preview.

use super::clauses::between_commas;
use super::grammar::{Target, dequoted, first_statement};
use super::query::FromTerm;
use super::{NoPreview, Preview, select};
use crate::scope::TenantMap;
use crate::snapshot::Catalog;
use crate::sql::{Words, ident};
use sqlite3_parser::ast::{QualifiedName, ResolveType, Set, Stmt};
use std::ops::Range;

/// An UPDATE or DELETE that the grammar reads.
#[derive(Debug)]
pub struct UpdateOrDelete<'a> {
    /// the statement
    pub(super) sql: &'a str,
    pub(super) target: Target,
    /// for each assignment, the columns it sets and the expression
    pub(super) sets: Vec<(Vec<String>, &'a str)>,
    /// whether FROM joins several terms, which the engine treats as one parenthesised join
    pub(super) joins_terms: bool,
    /// whether a conflict clause may skip rows or stop halfway
    pub(super) may_skip: bool,
    /// `WITH …`, or empty
    pub(super) with: &'a str,
    /// the qualified table name with alias and index hint
    pub(super) target_text: &'a str,
    /// what is behind FROM
    pub(super) from: Option<&'a str>,
    /// what is behind WHERE
    pub(super) filter: Option<&'a str>,
    /// whether there is an ORDER BY or LIMIT
    is_limited: bool,
}

impl<'a> UpdateOrDelete<'a> {
    /// Reads a statement.
    ///
    /// # Errors
    /// Why it cannot be read as an UPDATE or DELETE.
    pub fn parse(sql: &'a str) -> Result<Self, NoPreview> {
        let look = |statement: &Stmt<'_>| {
            let cut = match statement {
                Stmt::Update {
                    or_conflict,
                    tbl_name,
                    sets,
                    from,
                    where_clause: filter,
                    ..
                } => {
                    let has = [from.is_some(), filter.is_some()];
                    let mut joins = from.iter().flat_map(|from| &from.joins).flatten();
                    let may_skip = matches!(
                        or_conflict,
                        Some(ResolveType::Ignore | ResolveType::Fail | ResolveType::Replace)
                    );
                    Self::cut(sql, tbl_name, sets, has).map(|cut| Self {
                        joins_terms: joins.next().is_some(),
                        may_skip,
                        ..cut
                    })
                }
                Stmt::Delete {
                    tbl_name,
                    where_clause: filter,
                    ..
                } => Self::cut(sql, tbl_name, &[], [false, filter.is_some()]),
                _ => return None,
            };
            Some(cut)
        };
        let cut = first_statement(sql, look).map_err(NoPreview::Unparsed)?;
        let cut = cut.ok_or("it is neither an UPDATE nor a DELETE");
        cut.and_then(|cut| cut.ok_or("its clauses cannot be told apart"))
            .map_err(|why| NoPreview::Unparsed(why.to_owned()))
    }

    /// The statement cut into its clauses, given its target, its assignments, which a DELETE has
    /// none of, and whether it has FROM and WHERE; `None` where what is cut is not as that says.
    fn cut(
        sql: &'a str,
        target: &QualifiedName<'_>,
        sets: &[Set<'_>],
        has: [bool; 2],
    ) -> Option<Self> {
        let words = Words::of(sql);
        let at = Places::find(&words, !sets.is_empty())?;
        let clause = |word: Option<usize>, end| word.map(|at| words.slice(at + 1, end));
        let from = clause(at.from, at.filter.unwrap_or(at.end));
        let filter = clause(at.filter, at.end);
        let is_same = [from.is_some(), filter.is_some()] == has;
        Some(Self {
            sql,
            target: Target::of(target),
            sets: at.assignments(&words, sets).filter(|_| is_same)?,
            joins_terms: false,
            may_skip: false,
            with: words.slice(0, at.verb),
            target_text: words.slice(at.target, at.set.or(at.filter).unwrap_or(at.end)),
            from,
            filter,
            is_limited: words.find_any(at.end, &["ORDER", "LIMIT"]).is_some(),
        })
    }

    /// The columns that it sets, folded.
    pub fn assigned(&self) -> impl Iterator<Item = String> {
        let columns = self.sets.iter().flat_map(|(columns, _)| columns);
        columns.map(|column| ident::folded(column))
    }

    /// What the statement calls its target.
    pub(super) fn called(&self) -> &str {
        self.target.alias.as_ref().unwrap_or(&self.target.table)
    }

    /// The target as a term of a FROM clause.
    pub(super) fn target_term(&self) -> FromTerm {
        FromTerm::of_table(self.called(), &self.target.table)
    }

    /// The SELECT over its WHERE clause that the statement is.
    ///
    /// # Errors
    /// The reason why there is none.
    pub fn preview(&self, catalog: &Catalog, tenants: &TenantMap) -> Result<Preview, NoPreview> {
        if self.is_limited {
            let why = "this engine has no ORDER BY or LIMIT on UPDATE and DELETE";
            return Err(NoPreview::unsupported(why));
        }
        let table = self.target.in_main(catalog)?;
        select::build(self, table, catalog, tenants)
    }
}

/// Where the words of the clauses are.
struct Places {
    verb: usize,
    /// the target, behind `UPDATE [OR word]` or `DELETE FROM`
    target: usize,
    set: Option<usize>,
    from: Option<usize>,
    filter: Option<usize>,
    /// RETURNING, ORDER or LIMIT, or behind the last word
    end: usize,
}

impl Places {
    fn find(words: &Words<'_>, is_update: bool) -> Option<Self> {
        let verb = words.find(0, if is_update { "UPDATE" } else { "DELETE" })?;
        let set = words.find(verb, "SET").filter(|_| is_update);
        let from = set.and_then(|set| words.find_from(set));
        let filter = words.find(from.or(set).unwrap_or(verb), "WHERE");
        let last = filter.or(from).or(set).unwrap_or(verb);
        let end = words.find_any(last, &["RETURNING", "ORDER", "LIMIT"]);
        let target = match is_update {
            true if words.is(verb + 1, "OR") => verb + 3,
            true => verb + 1,
            false => words.find(verb, "FROM")? + 1,
        };
        Some(Self {
            verb,
            target,
            set,
            from,
            filter,
            end: end.unwrap_or(words.len()),
        })
    }

    /// Each assignment with its text; `None` where they are not those of the tree.
    fn assignments<'a>(
        &self,
        words: &Words<'a>,
        sets: &[Set<'_>],
    ) -> Option<Vec<(Vec<String>, &'a str)>> {
        let Some(set) = self.set else {
            return Some(Vec::new());
        };
        let end = self.from.or(self.filter).unwrap_or(self.end);
        let all = between_commas(words, set + 1, end);
        if all.len() != sets.len() {
            return None;
        }
        let assignment = |(range, set): (Range<usize>, &Set<'_>)| {
            Some((
                set.col_names.iter().map(dequoted).collect(),
                value(words, range)?,
            ))
        };
        all.into_iter().zip(sets).map(assignment).collect()
    }
}

/// What an assignment assigns.
fn value<'a>(words: &Words<'a>, mut assignment: Range<usize>) -> Option<&'a str> {
    let end = assignment.end;
    let equals = assignment.find(|at| words.is_text(*at, "="))?;
    // `==` is another spelling of `=`.
    let is_double = equals + 1 < end && words.is_text(equals + 1, "=");
    Some(words.slice(equals + 1 + usize::from(is_double), end))
}
