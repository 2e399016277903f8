//! What the text alone of a statement that writes shows to be looked at: no WHERE clause, a column
//! set to its own name, chance and the clock. Pure.

use super::clauses;
use super::parsed::{self, Verb};
use crate::sql::token::TokenKind;
use crate::sql::{Span, Words, ident};

/// Something to be looked at, with its bytes in the statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hazard {
    /// an UPDATE or DELETE has no WHERE clause
    MissingWhere,
    /// a column is set to the string that is its own name
    SelfNamed {
        /// the column
        column: String,
        /// the string
        span: Span,
    },
    /// what it writes, or to which rows, differs from run to run
    Varies {
        /// by what
        by: Varying,
        /// whether that decides which rows are written
        chooses: bool,
        /// the word
        span: Span,
    },
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
}

/// The hazards in the text of an UPDATE or DELETE.
pub fn hazards(sql: &str) -> Vec<Hazard> {
    let Ok(parsed) = parsed::parse(sql) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    if !parsed.has_where {
        found.push(Hazard::MissingWhere);
    }
    if let (Verb::Update, Ok(clauses)) = (parsed.verb, clauses::cut(sql, &parsed)) {
        let pairs = parsed
            .sets
            .iter()
            .zip(&clauses.values)
            .filter(|(columns, _)| columns.len() == 1);
        found.extend(pairs.filter_map(|(columns, value)| self_named(sql, &columns[0], value)));
    }
    found.extend(varying(sql));
    found
}

fn self_named(sql: &str, column: &str, value: &str) -> Option<Hazard> {
    let top = Words::of(value);
    let is_named = |at: usize| ident::same(&ident::dequote(top.text(at)), column);
    let is_string = |at: usize| top.kind(at) == Some(TokenKind::Text) && is_named(at);
    if (0..top.len()).any(|at| is_named(at) && !is_string(at)) {
        return None;
    }
    // Elsewhere in an expression the word may well be meant: as a key of JSON, or compared with a
    // kind.
    let at = (0..top.len())
        .find(|at| is_string(*at) && (top.len() == 1 || (*at > 0 && top.text(at - 1) == "(")))?;
    let (start, span) = (
        value.as_ptr() as usize - sql.as_ptr() as usize,
        top.span(at)?,
    );
    Some(Hazard::SelfNamed {
        column: column.to_owned(),
        span: Span {
            start: start + span.start,
            end: start + span.end,
        },
    })
}

/// Functions that give the time where they get no argument.
const CLOCKS: [&str; 6] = [
    "date",
    "time",
    "datetime",
    "julianday",
    "unixepoch",
    "strftime",
];

/// What differs from run to run in the text of a statement that writes rows: each kind at its first
/// place; the clock only where it decides which rows are written, since a time that is stored is
/// meant to be that of the run.
pub fn varying(sql: &str) -> Vec<Hazard> {
    let top = Words::of(sql);
    let chooses = |at: usize| choosing(&top, at);
    let first = |by: Varying, is: &dyn Fn(usize) -> bool| {
        let at = (0..top.len()).find(|at| is(*at))?;
        Some(Hazard::Varies {
            by,
            chooses: chooses(at),
            span: top.span(at)?,
        })
    };
    let calls = |at: usize, names: &[&str]| {
        names.iter().any(|name| top.is_word(at, name)) && top.text(at + 1) == "("
    };
    let is_clock = |at: usize| {
        let is_now =
            top.kind(at) == Some(TokenKind::Text) && top.text(at).eq_ignore_ascii_case("'now'");
        let is_bare = calls(at, &CLOCKS) && top.text(at + 2) == ")";
        is_now
            || is_bare
            || ["CURRENT_TIME", "CURRENT_DATE", "CURRENT_TIMESTAMP"]
                .iter()
                .any(|word| top.is_word(at, word))
    };
    [
        first(Varying::Chance, &|at| calls(at, &["random", "randomblob"])),
        first(Varying::Clock, &|at| is_clock(at) && chooses(at)),
        first(Varying::Order, &|at| {
            top.is_word(at, "LIMIT") && is_unordered(&top, at)
        }),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Whether a token stands behind a WHERE, of the statement or of a query that it is in, or in a
/// query's LIMIT.
fn choosing(top: &Words<'_>, at: usize) -> bool {
    let mut depth = top.depth(at);
    for before in (0..at).rev() {
        depth = depth.min(top.depth(before));
        if top.depth(before) > depth {
            continue;
        }
        if top.depth(before) == depth
            && ["WHERE", "HAVING", "ON"]
                .iter()
                .any(|word| top.is_word(before, word))
        {
            return true;
        }
    }
    false
}

/// Whether the query that a LIMIT ends has no ORDER BY.
fn is_unordered(top: &Words<'_>, limit: usize) -> bool {
    let depth = top.depth(limit);
    let own = (0..limit)
        .rev()
        .take_while(|at| top.depth(*at) >= depth)
        .filter(|at| top.depth(*at) == depth);
    !own.into_iter().any(|at| top.is_word(at, "ORDER"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(sql: &str) -> Vec<String> {
        let found = if sql.starts_with("INSERT") {
            varying(sql)
        } else {
            hazards(sql)
        };
        let told = |hazard| match hazard {
            Hazard::MissingWhere => "no where".to_owned(),
            Hazard::SelfNamed { column, span } => format!("{column} = {}", span.of(sql)),
            Hazard::Varies { by, chooses, span } => format!(
                "{by:?}{} {}",
                if chooses { " chooses" } else { "" },
                span.of(sql)
            ),
        };
        found.into_iter().map(told).collect()
    }

    #[test]
    fn what_the_text_shows_is_told() {
        let cases: [(&str, &[&str]); 14] = [
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
