//! What the text alone of a statement that writes shows to be looked at: no WHERE clause, a column
//! set to its own name, chance and the clock.

use super::UpdateOrDelete;
use crate::sql::token::TokenKind;
use crate::sql::{Span, Words, ident};

/// A word by which what a statement writes, or to which rows, differs from run to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Varies {
    /// by what
    pub by: Varying,
    /// whether that decides which rows are written
    pub chooses: bool,
    /// the word, as bytes of the statement
    pub span: Span,
}

/// What differs from run to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Varying {
    /// `random()` and `randomblob()`
    Chance,
    /// `now` and `CURRENT_TIMESTAMP`
    Clock,
    /// LIMIT without ORDER BY in a query
    Order,
    /// a column of a grouped query that is neither grouped nor aggregated
    Group,
}

impl UpdateOrDelete<'_> {
    /// Whether it has a WHERE clause.
    pub fn has_where(&self) -> bool {
        self.filter.is_some()
    }

    /// The columns that it sets to a condition where a comma was left out: `a = 'x' AND b = 'y'` gives
    /// `a` the truth of the two. Each with the column that is not set, and the bytes of the value.
    pub fn joined_by_and(&self) -> Vec<(String, String, Span)> {
        let joined = self.sets.iter().filter_map(|(columns, value)| {
            let words = Words::of(value);
            let is_literal = words.kind(0) == Some(TokenKind::Text) || words.is_number(0);
            let is_other = words.is_name(2) && words.kind(2) != Some(TokenKind::Text);
            let [column] = &columns[..] else {
                return None;
            };
            let is_joined = is_literal && words.is(1, "AND") && is_other && words.text(3) == "=";
            is_joined.then(|| (column.clone(), words.name(2), Span::within(self.sql, value)))
        });
        joined.collect()
    }

    /// The columns that it sets to the string that is their own name, each with the bytes of the
    /// string.
    pub fn self_named(&self) -> Vec<(String, Span)> {
        let named = self.sets.iter().filter_map(|(columns, value)| {
            let [column] = &columns[..] else {
                return None;
            };
            let text = own_name(column, value)?;
            Some((column.clone(), Span::within(self.sql, text)))
        });
        named.collect()
    }
}

/// The string in an expression that is the name of the column it is for.
fn own_name<'a>(column: &str, value: &'a str) -> Option<&'a str> {
    let words = Words::of(value);
    let is_named = |at: &usize| ident::same(&words.name(*at), column);
    let is_string = |at: usize| words.kind(at) == Some(TokenKind::Text);
    let named: Vec<usize> = (0..words.len()).filter(is_named).collect();
    // Elsewhere in an expression the word may well be meant: as a key of JSON, or compared with a
    // kind.
    let is_value = |at: &&usize| words.len() == 1 || (**at > 0 && words.text(**at - 1) == "(");
    let at = named.iter().find(is_value)?;
    let is_all = named.iter().all(|at| is_string(*at));
    is_all.then(|| words.text(*at))
}

/// What differs from run to run in the text of a statement that writes rows: each kind at its first
/// place; the clock only where it decides which rows are written, since a time that is stored is
/// meant to be that of the run.
pub fn varying(sql: &str) -> Vec<Varies> {
    let words = Words::of(sql);
    let all = [Varying::Chance, Varying::Clock, Varying::Order].into_iter();
    let first = all.filter_map(|by| {
        let at = (0..words.len()).find(|at| varies(&words, *at, by))?;
        Some(Varies {
            by,
            chooses: chooses(&words, at),
            span: words.span(at)?,
        })
    });
    first.collect()
}

fn varies(words: &Words<'_>, at: usize, by: Varying) -> bool {
    match by {
        Varying::Chance => calls(words, at, &["random", "randomblob"]),
        Varying::Clock => is_clock(words, at) && chooses(words, at),
        Varying::Group => false,
        Varying::Order => {
            // The query that the LIMIT ends has no ORDER BY.
            let depth = words.depth(at);
            let mut around = (0..at).rev().take_while(|at| words.depth(*at) >= depth);
            words.is_word(at, "LIMIT")
                && !around.any(|at| words.depth(at) == depth && words.is_word(at, "ORDER"))
        }
    }
}

fn calls(words: &Words<'_>, at: usize, names: &[&str]) -> bool {
    words.is_word_of(at, names) && words.text(at + 1) == "("
}

/// Whether the time of the run is asked for at a place.
pub fn is_clock(words: &Words<'_>, at: usize) -> bool {
    /// Functions that give the time where they get no argument.
    const CLOCKS: [&str; 6] = [
        "date",
        "time",
        "datetime",
        "julianday",
        "unixepoch",
        "strftime",
    ];
    const CURRENT: [&str; 3] = ["CURRENT_TIME", "CURRENT_DATE", "CURRENT_TIMESTAMP"];
    let is_bare = calls(words, at, &CLOCKS) && words.text(at + 2) == ")";
    words.text(at).eq_ignore_ascii_case("'now'") || is_bare || words.is_word_of(at, &CURRENT)
}

/// Whether a place decides which rows are written: it is behind a WHERE, or in the order of a query
/// that takes only some rows, of the statement or of a query that it is in. A query that gives a
/// value to be written chooses no row that is.
fn chooses(words: &Words<'_>, at: usize) -> bool {
    const CHOOSING: [&str; 3] = ["WHERE", "HAVING", "ON"];
    let around = |at: usize| {
        let mut depth = words.depth(at);
        (0..at).rev().filter(move |before| {
            depth = depth.min(words.depth(*before));
            words.depth(*before) == depth
        })
    };
    let is_limited = |order: usize| {
        let depth = words.depth(order);
        let mut behind = (order..words.len()).take_while(|at| words.depth(*at) >= depth);
        behind.any(|at| words.depth(at) == depth && words.is_word(at, "LIMIT"))
    };
    let is_choice = |before: usize| {
        words.is_word_of(before, &CHOOSING)
            || (words.is_word(before, "ORDER") && is_limited(before))
    };
    around(at).any(is_choice) && !is_value(words, at)
}

/// Whether a place is in what is written rather than in what finds rows: behind SET, in a list of
/// results or among VALUES, of the statement itself.
fn is_value(words: &Words<'_>, at: usize) -> bool {
    const CLAUSES: [&str; 10] = [
        "SET",
        "SELECT",
        "VALUES",
        "FROM",
        "WHERE",
        "GROUP",
        "HAVING",
        "ORDER",
        "LIMIT",
        "RETURNING",
    ];
    let clause = (0..at).rev().find(|before| words.is_any(*before, &CLAUSES));
    clause.is_some_and(|clause| words.is_any(clause, &["SET", "SELECT", "VALUES"]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(sql: &str) -> Vec<String> {
        let mut found = Vec::new();
        if let Ok(update) = UpdateOrDelete::parse(sql) {
            found.extend((!update.has_where()).then(|| "no where".to_owned()));
            let named = update.self_named().into_iter();
            found.extend(named.map(|(column, span)| format!("{column} = {}", span.of(sql))));
        }
        let spelled = |Varies { by, chooses, span }| {
            let how = if chooses { " chooses" } else { "" };
            format!("{by:?}{how} {}", span.of(sql))
        };
        found.extend(varying(sql).into_iter().map(spelled));
        found
    }

    #[test]
    fn what_the_text_shows_is_told() {
        let cases: [(&str, &[&str]); 20] = [
            ("UPDATE t SET a = 1", &["no where"]),
            ("DELETE FROM t;", &["no where"]),
            (
                "UPDATE t SET \"Label\" = 'label' WHERE id = 1",
                &["Label = 'label'"],
            ),
            (
                "UPDATE t SET label = trim('label') WHERE id = 1",
                &["label = 'label'"],
            ),
            (
                "UPDATE t SET label = data ->> 'label', a = f(label, 'a') WHERE id = 1",
                &[],
            ),
            (
                "UPDATE t SET caption = 'label', label = label WHERE id = 1",
                &[],
            ),
            ("UPDATE t SET a = random() WHERE id = 1", &["Chance random"]),
            (
                "UPDATE t SET a = (SELECT b FROM u WHERE id = random() LIMIT 1) WHERE id = 1",
                &["Chance random", "Order LIMIT"],
            ),
            (
                "INSERT INTO t SELECT a, (SELECT b FROM u ORDER BY random() LIMIT 1) FROM u WHERE a",
                &["Chance random"],
            ),
            (
                "INSERT INTO t VALUES ((SELECT b FROM u WHERE random() > 1))",
                &["Chance random"],
            ),
            (
                "INSERT INTO t SELECT a FROM u ORDER BY random() LIMIT 5",
                &["Chance chooses random"],
            ),
            (
                "INSERT INTO t SELECT a FROM u ORDER BY random()",
                &["Chance random"],
            ),
            (
                "UPDATE t SET a = 1 WHERE id IN (SELECT id FROM u ORDER BY random() LIMIT 5)",
                &["Chance chooses random"],
            ),
            (
                "DELETE FROM t WHERE random() < 5",
                &["Chance chooses random"],
            ),
            ("UPDATE t SET at = datetime('now') WHERE id = 1", &[]),
            (
                "DELETE FROM t WHERE at < datetime('now', '-1 day')",
                &["Clock chooses 'now'"],
            ),
            (
                "DELETE FROM t WHERE at < unixepoch()",
                &["Clock chooses unixepoch"],
            ),
            (
                "DELETE FROM t WHERE id IN (SELECT id FROM u LIMIT 3)",
                &["Order chooses LIMIT"],
            ),
            (
                "DELETE FROM t WHERE id IN (SELECT id FROM u ORDER BY id LIMIT 3)",
                &[],
            ),
            (
                "INSERT INTO t SELECT a, random() FROM u",
                &["Chance random"],
            ),
        ];
        for (sql, expected) in cases {
            assert_eq!(of(sql), expected, "{sql}");
        }
    }
}
