//! Comparisons that NULL keeps from being true: `a = NULL`, `a <> NULL`, and NOT IN where what is
//! compared with has NULL in it (<https://sqlite.org/lang_expr.html#the_in_and_not_in_operators>).
//! Whether a query gives NULL is asked elsewhere.

use super::clauses;
use super::subquery::behind;
use crate::sql::{Span, Words, ident};

/// A comparison that is not true where NULL is compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NullComparison {
    /// with what it compares
    pub with: NullSource,
    /// the comparison without its left side, as bytes of the statement
    pub span: Span,
    /// the statement with another comparison in its place, which leaves NULL out, or looks for it
    /// where that is what was written
    pub instead: String,
}

/// What a comparison compares with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NullSource {
    /// NULL itself, by `=` or IN; `false` by `<>`
    Literal(bool),
    /// a list behind NOT IN that has NULL in it
    List,
    /// the rows of a query, or of a table, behind NOT IN
    Query {
        /// a SELECT that has a row if they have NULL in them
        asks: String,
        /// whether one NULL is enough: a row of several values may differ by another
        is_enough: bool,
    },
}

/// The comparisons in a statement, or a lone SELECT, that NULL would keep from being true.
pub fn null_comparisons(sql: &str) -> Vec<NullComparison> {
    let words = Words::of(sql);
    let is_meant = |at: usize| words.is_word_of(at, &["IN", "NULL"]);
    let places = (1..words.len()).filter(|at| is_meant(*at));
    let search = NullSearch { sql, words: &words };
    places.filter_map(|at| search.at(at)).collect()
}

/// A statement under examination.
struct NullSearch<'a> {
    sql: &'a str,
    words: &'a Words<'a>,
}

/// Words before parentheses that are no function.
const AROUND: [&str; 5] = ["NOT", "AND", "OR", "WHERE", "ON"];

impl NullSearch<'_> {
    fn at(&self, at: usize) -> Option<NullComparison> {
        if self.words.is_word(at, "IN") {
            self.among(at)
        } else {
            self.equated(at)
        }
    }

    /// `a = NULL`, `NULL <> a`, where it decides something: `SET a = NULL` assigns.
    fn equated(&self, null: usize) -> Option<NullComparison> {
        let words = self.words;
        let behind = words.text(null + 1);
        let is_part = words.is_word_of(null - 1, &["IS", "NOT"]);
        let operator = if ["=", "!", "<"].contains(&behind) && !is_part {
            let is_two = ["=", ">"].contains(&words.text(null + 2));
            null + 1..null + 2 + usize::from(is_two)
        } else {
            let is_two = null > 1 && ["=", "!", "<", ">"].contains(&words.text(null - 2));
            null - 1 - usize::from(is_two)..null
        };
        let spelled: String = operator.clone().map(|at| words.text(at)).collect();
        let is_equal = ["=", "=="].contains(&&spelled[..]);
        let is_meant = is_equal || ["<>", "!="].contains(&&spelled[..]);
        if !is_meant || !is_condition(words, null) {
            return None;
        }
        let instead = if is_equal { "IS" } else { "IS NOT" };
        Some(NullComparison {
            with: NullSource::Literal(is_equal),
            span: self.span(operator.start.min(null), operator.end.max(null + 1))?,
            instead: self.replaced(self.span(operator.start, operator.end)?, instead),
        })
    }

    /// `a NOT IN (…)`, `NOT a IN (…)`, `a NOT IN t`, and `a IN (NULL)`.
    fn among(&self, at: usize) -> Option<NullComparison> {
        let words = self.words;
        let first = at - usize::from(words.is_word(at - 1, "NOT"));
        let left = self.left(first);
        let right = self.span(at + 1, self.behind_right(at)?)?;
        let is_negated = first < at || self.is_negated(left, at);
        let (with, replaced, instead) = match clauses::list(right.of(self.sql)) {
            Some(list) => self.listed(at, right, &list, is_negated)?,
            None if is_negated => self.queried(left, first, right),
            None => return None,
        };
        Some(NullComparison {
            with,
            span: Span {
                start: words.span(first)?.start,
                end: right.end,
            },
            instead: self.replaced(replaced, &instead),
        })
    }

    /// The place behind the right side of the IN at a place.
    fn behind_right(&self, at: usize) -> Option<usize> {
        let words = self.words;
        match words.text(at + 1) {
            "(" => Some(words.close(at + 1)? + 1),
            _ => Some(words.qualified(at + 1).1),
        }
    }

    /// What IN does with a list: with what it compares, and what to write in the place of which
    /// bytes.
    fn listed(
        &self,
        at: usize,
        right: Span,
        list: &[&str],
        is_negated: bool,
    ) -> Option<(NullSource, Span, String)> {
        let is_null = |value: &&str| value.eq_ignore_ascii_case("NULL");
        let (nulls, rest): (Vec<&str>, Vec<&str>) = list.iter().copied().partition(is_null);
        if nulls.is_empty() || (!is_negated && !rest.is_empty()) {
            return None;
        }
        if is_negated {
            let rest = format!("({})", rest.join(", "));
            return Some((NullSource::List, right, rest));
        }
        let all = Span {
            start: self.words.span(at)?.start,
            end: right.end,
        };
        Some((NullSource::Literal(true), all, "IS NULL".to_owned()))
    }

    /// The same of NOT IN with a query or a table.
    fn queried(&self, left: usize, first: usize, right: Span) -> (NullSource, Span, String) {
        let query = match clauses::subquery(right.of(self.sql)) {
            Some(query) => query.to_owned(),
            None => format!("SELECT * FROM {}", right.of(self.sql)),
        };
        let row = clauses::list(self.words.slice(left, first));
        let columns = row.map_or(1, |values| values.len());
        let (asks, instead) = self.asked(&query, columns);
        let is_enough = columns == 1;
        (NullSource::Query { asks, is_enough }, right, instead)
    }

    /// The place where the left side of a comparison begins that ends before `end`: a name, with
    /// what is before its dot, or what is in parentheses, with the function before it.
    fn left(&self, end: usize) -> usize {
        let words = self.words;
        let Some(mut at) = end.checked_sub(1) else {
            return end;
        };
        if words.text(at) == ")" {
            let opens = |open: &usize| words.text(*open) == "(" && words.close(*open) == Some(at);
            at = (0..at).rev().find(opens).unwrap_or(at);
            let is_call = at > 0 && words.is_name(at - 1) && !words.is_word_of(at - 1, &AROUND);
            return at - usize::from(is_call);
        }
        while at > 1 && words.text(at - 1) == "." {
            at -= 2;
        }
        at
    }

    /// Whether NOT is before a comparison, or before the parentheses around it.
    fn is_negated(&self, left: usize, operator: usize) -> bool {
        let words = self.words;
        let Some(before) = left.checked_sub(1) else {
            return false;
        };
        let end = self.behind_right(operator);
        let is_around = before > 0 && words.text(before) == "(" && words.close(before) == end;
        words.is_word(before - usize::from(is_around), "NOT")
    }

    /// A SELECT that has a row if a query gives NULL, and the query without NULL, in parentheses.
    fn asked(&self, query: &str, columns: usize) -> (String, String) {
        let names: Vec<String> = (1..=columns).map(|at| format!("column{at}")).collect();
        let name = ident::folded(self.sql);
        let mut given = "harness_given".to_owned();
        while name.contains(&given) {
            given.push('_');
        }
        let all = names.join(", ");
        let with = format!("WITH {given}({all}) AS ({query}\n)");
        let test = |is: &str, joined: &str| {
            let tests = names.iter().map(|name| format!("{name} {is}"));
            tests.collect::<Vec<_>>().join(joined)
        };
        let asks = format!(
            "{with} SELECT 1 FROM {given} WHERE {}",
            test("IS NULL", " OR ")
        );
        let verbs = ["UPDATE", "DELETE", "INSERT", "REPLACE", "SELECT"];
        let verb = self.words.find_any(0, &verbs).unwrap_or_default();
        let asks = behind(self.words.slice(0, verb), &asks);
        let rest = test("IS NOT NULL", " AND ");
        (
            asks,
            format!("({with} SELECT {all} FROM {given} WHERE {rest})"),
        )
    }

    fn span(&self, start: usize, end: usize) -> Option<Span> {
        Some(Span {
            start: self.words.span(start)?.start,
            end: self.words.span(end.checked_sub(1)?)?.end,
        })
    }

    fn replaced(&self, span: Span, with: &str) -> String {
        let (before, behind) = (&self.sql[..span.start], &self.sql[span.end..]);
        format!("{before}{with}{behind}")
    }
}

/// Whether a place is in a condition: behind WHERE, ON, HAVING or WHEN, and not behind what begins a
/// list or assigns.
fn is_condition(words: &Words<'_>, at: usize) -> bool {
    const BEGINS: [&str; 4] = ["WHERE", "ON", "HAVING", "WHEN"];
    const ENDS: [&str; 7] = ["SET", "SELECT", "VALUES", "THEN", "ELSE", "BY", "RETURNING"];
    let mut depth = words.depth(at);
    let mut around = (0..at).rev().filter(|before| {
        depth = depth.min(words.depth(*before));
        words.depth(*before) == depth
    });
    let is_keyword = |at: &usize| words.is_word_of(*at, &BEGINS) || words.is_word_of(*at, &ENDS);
    let nearest = around.find(is_keyword);
    nearest.is_some_and(|at| words.is_word_of(at, &BEGINS))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(sql: &str) -> Vec<String> {
        let all = null_comparisons(sql).into_iter();
        all.map(|it| {
            let with = match it.with {
                NullSource::Literal(_) => "NULL",
                NullSource::List => "list",
                NullSource::Query {
                    is_enough: true, ..
                } => "query",
                NullSource::Query { .. } => "rows",
            };
            format!("{with} {}", it.span.of(sql))
        })
        .collect()
    }

    #[test]
    fn what_null_keeps_from_being_true_is_found() {
        let cases: [(&str, &[&str]); 13] = [
            (
                "DELETE FROM t WHERE a NOT IN (SELECT b FROM u)",
                &["query NOT IN (SELECT b FROM u)"],
            ),
            (
                "DELETE FROM t WHERE NOT t.a IN (SELECT b FROM u)",
                &["query IN (SELECT b FROM u)"],
            ),
            (
                "DELETE FROM t WHERE x AND NOT (lower(a) IN (SELECT b FROM u))",
                &["query IN (SELECT b FROM u)"],
            ),
            (
                "DELETE FROM t WHERE (a, b) NOT IN (SELECT b, c FROM u)",
                &["rows NOT IN (SELECT b, c FROM u)"],
            ),
            (
                "WITH q AS (SELECT 1) DELETE FROM t WHERE a NOT IN q",
                &["query NOT IN q"],
            ),
            (
                "INSERT INTO t SELECT a FROM u WHERE a NOT IN (SELECT b FROM t)",
                &["query NOT IN (SELECT b FROM t)"],
            ),
            (
                "DELETE FROM t WHERE a NOT IN (1, null)",
                &["list NOT IN (1, null)"],
            ),
            ("DELETE FROM t WHERE a IN (NULL)", &["NULL IN (NULL)"]),
            (
                "UPDATE t SET a = NULL, b = 1 WHERE (a = NULL OR b == NULL)",
                &["NULL = NULL", "NULL == NULL"],
            ),
            (
                "DELETE FROM t WHERE a <> NULL AND NULL != b AND NULL = c",
                &["NULL <> NULL", "NULL NULL !=", "NULL NULL ="],
            ),
            (
                "UPDATE t SET a = CASE WHEN b = NULL THEN 1 ELSE 2 END, c = NULL",
                &["NULL = NULL"],
            ),
            ("SELECT a FROM t JOIN u ON t.a = NULL", &["NULL = NULL"]),
            (
                "INSERT INTO t VALUES (1) ON CONFLICT DO UPDATE SET a = NULL WHERE a = NULL",
                &["NULL = NULL"],
            ),
        ];
        for (sql, expected) in cases {
            assert_eq!(found(sql), expected, "{sql}");
        }
    }

    #[test]
    fn what_may_be_true_is_not() {
        for sql in [
            "UPDATE t SET a = NULL, b = (SELECT NULL), (c, d) = (NULL, 1) WHERE a IS NOT NULL",
            "DELETE FROM t WHERE a IN (1, NULL) AND b IN (SELECT c FROM u)",
            "DELETE FROM t WHERE a IS NOT NULL = 1 AND b = 'NULL' AND c <= 1",
            "DELETE FROM t WHERE a IS NOT DISTINCT FROM NULL AND b NOT IN (1, 2)",
            "INSERT INTO t SELECT a, NULL FROM u WHERE NOT EXISTS (SELECT 1 FROM t WHERE b = a)",
            "SELECT a = NULL FROM t ORDER BY a = NULL",
        ] {
            assert!(found(sql).is_empty(), "{sql}: {:?}", found(sql));
        }
    }

    #[test]
    fn what_is_asked_and_what_is_run_instead_are_statements() {
        let conn = rusqlite::Connection::open_in_memory().expect("opens");
        conn.execute_batch("CREATE TABLE t(a, b); CREATE TABLE u(b, c)")
            .expect("runs");
        for sql in [
            "WITH q AS (SELECT b FROM u) DELETE FROM t WHERE a NOT IN q -- behind",
            "DELETE FROM t WHERE NOT (a, b) IN (SELECT b, c FROM u -- behind\n)",
            "DELETE FROM t WHERE a NOT IN (NULL)",
            "DELETE FROM t WHERE NULL == a",
            "INSERT INTO t(a) SELECT b FROM u WHERE b NOT IN (SELECT a FROM t UNION SELECT c FROM u)",
        ] {
            let all = null_comparisons(sql);
            assert_eq!(all.len(), 1, "{sql}");
            conn.prepare(&all[0].instead).expect(&all[0].instead);
            if let NullSource::Query { asks, .. } = &all[0].with {
                conn.prepare(asks).expect(asks);
            }
        }
    }
}
