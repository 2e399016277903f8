//! Cutting a statement into its clauses, as slices of the author's own text.
//!
//! The parser has accepted the statement, so its clause keywords stand outside parentheses in
//! grammar order. Two words look like keywords and are not: FROM in `IS [NOT] DISTINCT FROM`, and
//! everything inside parentheses. What is cut is held against what the parser found; where the two
//! disagree there is no preview.

use super::NoPreview;
use super::parsed::{From, Parsed, Verb};
use crate::sql::Span;
use crate::sql::token::{self, Token, TokenKind};

/// The clauses of one UPDATE or DELETE.
#[derive(Debug)]
pub(super) struct Clauses<'a> {
    /// `WITH …`, or empty
    pub(super) with: &'a str,
    /// the qualified table name with alias and index hint
    pub(super) target: &'a str,
    /// for each assignment, what stands right of its `=`
    pub(super) values: Vec<&'a str>,
    /// what stands behind FROM
    pub(super) from: Option<&'a str>,
    /// what stands behind WHERE
    pub(super) filter: Option<&'a str>,
    /// whether there is an ORDER BY or LIMIT
    pub(super) limited: bool,
}

/// Cuts `sql`, which the grammar has read as `parsed`.
pub(super) fn cut<'a>(sql: &'a str, parsed: &Parsed) -> Result<Clauses<'a>, NoPreview> {
    let clauses = try_cut(sql, parsed)
        .ok_or_else(|| NoPreview::Unparsed("its clauses cannot be told apart".to_owned()))?;
    let agrees = clauses.values.len() == parsed.sets.len()
        && clauses.filter.is_some() == parsed.has_where
        && clauses.from.is_some() == (parsed.from != From::Absent);
    if agrees {
        Ok(clauses)
    } else {
        Err(NoPreview::Unparsed(
            "its clauses cannot be told apart".to_owned(),
        ))
    }
}

fn try_cut<'a>(sql: &'a str, parsed: &Parsed) -> Option<Clauses<'a>> {
    let top = Top::of(sql);
    let is_update = parsed.verb == Verb::Update;
    let verb = top.find(0, if is_update { "UPDATE" } else { "DELETE" })?;
    let with = top.slice(0, verb);
    let set = if is_update {
        Some(top.find(verb, "SET")?)
    } else {
        None
    };
    let from = if is_update { top.find_from(set?) } else { None };
    let filter = top.find(from.or(set).unwrap_or(verb), "WHERE");
    let after = filter.or(from).or(set).unwrap_or(verb);
    let end = ["RETURNING", "ORDER", "LIMIT"]
        .iter()
        .filter_map(|w| top.find(after, w))
        .min()
        .unwrap_or(top.len());
    let head_end = set.or(filter).unwrap_or(end);
    let target = top.slice(target_start(&top, verb, parsed)?, head_end);
    let values = match set {
        Some(set) => top.values(set + 1, from.or(filter).unwrap_or(end))?,
        None => Vec::new(),
    };
    Some(Clauses {
        with,
        target,
        values,
        from: from.map(|at| top.slice(at + 1, filter.unwrap_or(end))),
        filter: filter.map(|at| top.slice(at + 1, end)),
        limited: ["ORDER", "LIMIT"]
            .iter()
            .any(|w| top.find(after, w).is_some()),
    })
}

/// Where the table's name starts: behind `UPDATE [OR word]` or `DELETE FROM`.
fn target_start(top: &Top<'_>, verb: usize, parsed: &Parsed) -> Option<usize> {
    if parsed.verb == Verb::Delete {
        return top.find(verb, "FROM").map(|at| at + 1);
    }
    Some(if top.is(verb + 1, "OR") {
        verb + 3
    } else {
        verb + 1
    })
}

/// The significant tokens of a statement with their depth in parentheses, without the last
/// semicolon.
pub(super) struct Top<'a> {
    sql: &'a str,
    tokens: Vec<(Token, usize)>,
}

impl<'a> Top<'a> {
    pub(super) fn of(sql: &'a str) -> Self {
        let mut depth = 0_usize;
        let with_depth = |token: Token| {
            let text = token.span.of(sql);
            if text == ")" {
                depth = depth.saturating_sub(1);
            }
            let at = depth;
            if text == "(" {
                depth += 1;
            }
            (token, at)
        };
        let tokens = token::significant(sql)
            .into_iter()
            .filter(|t| t.kind != TokenKind::Semicolon)
            .map(with_depth)
            .collect();
        Self { sql, tokens }
    }

    pub(super) fn len(&self) -> usize {
        self.tokens.len()
    }

    /// Whether token `at` is this word outside parentheses.
    pub(super) fn is(&self, at: usize, word: &str) -> bool {
        self.tokens
            .get(at)
            .is_some_and(|(token, depth)| *depth == 0 && token.is_word(self.sql, word))
    }

    /// Whether token `at` stands outside parentheses.
    pub(super) fn is_top(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|(_, depth)| *depth == 0)
    }

    /// The text of token `at`; empty where there is none.
    pub(super) fn text(&self, at: usize) -> &'a str {
        self.tokens
            .get(at)
            .map_or("", |(token, _)| token.span.of(self.sql))
    }

    /// What token `at` is.
    pub(super) fn kind(&self, at: usize) -> Option<TokenKind> {
        self.tokens.get(at).map(|(token, _)| token.kind)
    }

    /// Whether token `at` is this word, in parentheses or not.
    pub(super) fn is_word(&self, at: usize, word: &str) -> bool {
        self.tokens
            .get(at)
            .is_some_and(|(token, _)| token.is_word(self.sql, word))
    }

    /// How many parentheses token `at` stands in.
    pub(super) fn depth(&self, at: usize) -> usize {
        self.tokens.get(at).map_or(0, |(_, depth)| *depth)
    }

    /// The bytes of token `at`.
    pub(super) fn span(&self, at: usize) -> Option<Span> {
        self.tokens.get(at).map(|(token, _)| token.span)
    }

    /// The first such token from `start` on.
    pub(super) fn find(&self, start: usize, word: &str) -> Option<usize> {
        (start..self.len()).find(|at| self.is(*at, word))
    }

    /// The FROM that is a clause: not that of `IS DISTINCT FROM`.
    pub(super) fn find_from(&self, start: usize) -> Option<usize> {
        let end = self.find(start, "WHERE").unwrap_or(self.len());
        (start..end).find(|at| self.is(*at, "FROM") && !self.is(at - 1, "DISTINCT"))
    }

    /// The text from token `start` up to before token `end`.
    pub(super) fn slice(&self, start: usize, end: usize) -> &'a str {
        if start >= end || end > self.len() {
            return "";
        }
        &self.sql[self.tokens[start].0.span.start..self.tokens[end - 1].0.span.end]
    }

    /// The subqueries at any depth, without their parentheses.
    pub(super) fn subqueries(&self) -> Vec<&'a str> {
        let opens = (0..self.tokens.len()).filter(|at| self.tokens[*at].0.span.of(self.sql) == "(");
        let inner = |open: usize| {
            let depth = self.tokens[open].1;
            let close = (open + 1..self.tokens.len()).find(|at| {
                self.tokens[*at].1 == depth && self.tokens[*at].0.span.of(self.sql) == ")"
            })?;
            Some(&self.sql[self.tokens[open].0.span.end..self.tokens[close].0.span.start])
        };
        opens
            .filter_map(inner)
            .filter(|text| is_query(text))
            .collect()
    }

    /// The right-hand sides of the assignments between two tokens.
    fn values(&self, start: usize, end: usize) -> Option<Vec<&'a str>> {
        let is_punct = |at: usize, text: &str| {
            self.tokens[at].1 == 0 && self.tokens[at].0.span.of(self.sql) == text
        };
        let mut values = Vec::new();
        let mut from = start;
        while from < end {
            let to = (from..end).find(|at| is_punct(*at, ",")).unwrap_or(end);
            let equals = (from..to).find(|at| is_punct(*at, "="))?;
            // `==` is another spelling of `=`.
            let value = if equals + 1 < to && is_punct(equals + 1, "=") {
                equals + 2
            } else {
                equals + 1
            };
            values.push(self.slice(value, to));
            from = to + 1;
        }
        Some(values)
    }
}

/// The elements of a parenthesised list, `(a, f(b, c))` → `a`, `f(b, c)`; `None` where the text is
/// a subquery or no list.
pub(super) fn list(text: &str) -> Option<Vec<&str>> {
    let inner = parenthesised(text)?;
    if is_query(inner) {
        None
    } else {
        Some(elements(inner))
    }
}

/// The elements of a list without parentheses.
pub(super) fn elements(inner: &str) -> Vec<&str> {
    let top = Top::of(inner);
    let commas: Vec<usize> = (0..top.len())
        .filter(|at| top.tokens[*at].1 == 0 && top.tokens[*at].0.span.of(inner) == ",")
        .collect();
    let starts = std::iter::once(0).chain(commas.iter().map(|c| c + 1));
    let ends = commas.iter().copied().chain(std::iter::once(top.len()));
    starts
        .zip(ends)
        .map(|(start, end)| top.slice(start, end))
        .collect()
}

/// The subquery inside one pair of parentheses, `(SELECT 1)` → `SELECT 1`.
pub(super) fn subquery(text: &str) -> Option<&str> {
    parenthesised(text).filter(|inner| is_query(inner))
}

/// What stands inside one pair of parentheses that holds a condition: no query and no list of
/// several.
pub(super) fn grouped(text: &str) -> Option<&str> {
    parenthesised(text)
        .filter(|inner| !is_query(inner) && list(text).is_none_or(|list| list.len() == 1))
}

/// Whether a slice of a text lies inside another.
pub(super) fn is_within(inner: &str, outer: &str) -> bool {
    let (outer, inner) = (
        outer.as_bytes().as_ptr_range(),
        inner.as_bytes().as_ptr_range(),
    );
    outer.start <= inner.start && inner.end <= outer.end
}

fn is_query(text: &str) -> bool {
    let first = token::significant(text).into_iter().next();
    first.is_some_and(|t| {
        ["SELECT", "WITH", "VALUES"]
            .iter()
            .any(|word| t.is_word(text, word))
    })
}

/// What stands between a first `(` and the `)` that closes it, where that is the end of the text.
fn parenthesised(text: &str) -> Option<&str> {
    let top = Top::of(text);
    let last = top.len().checked_sub(1)?;
    let closes = (0..=last)
        .find(|at| *at > 0 && top.tokens[*at].1 == 0 && top.tokens[*at].0.span.of(text) == ")")?;
    let opens = top.tokens[0].0.span.of(text) == "(" && closes == last;
    opens.then(|| &text[top.tokens[0].0.span.end..top.tokens[last].0.span.start])
}
