//! Where the values that a statement writes come from: column by column, as the author's own text.
//!
//! Goes by words, since the statements of a trigger's body have no text of their own in the
//! grammar's tree.

use super::{UpdateOrDelete, clauses};
use crate::sql::token::{self, TokenKind};
use crate::sql::{Words, ident};

/// What a statement writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// the table
    pub table: String,
    /// its columns, where the statement names them
    pub columns: Option<Vec<String>>,
    /// where their values come from
    pub source: Source,
}

/// Where the values come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// an expression for each column, in their order
    Each(Vec<String>),
    /// the columns of this table, in their order
    Table(String),
    /// the text does not say it column by column
    Unknown,
}

/// What an INSERT, an UPDATE or a CREATE TABLE from a query writes; `None` for any other statement.
pub fn written(sql: &str) -> Option<Written> {
    let words = Words::of(sql);
    let verb = words.find_any(0, &["INSERT", "REPLACE", "UPDATE", "CREATE"])?;
    if words.is(verb, "CREATE") {
        created(&words)
    } else if words.is(verb, "UPDATE") {
        Some(updated(sql).unwrap_or_else(|| {
            let is_or = words.is(verb + 1, "OR");
            let (table, _) = words.qualified(verb + if is_or { 3 } else { 1 });
            unknown(table)
        }))
    } else {
        inserted(&words, verb)
    }
}

/// A write of which only the table is known.
fn unknown(table: String) -> Written {
    Written {
        table,
        columns: None,
        source: Source::Unknown,
    }
}

fn inserted(words: &Words<'_>, verb: usize) -> Option<Written> {
    let (table, mut at) = words.qualified(words.find(verb, "INTO")? + 1);
    // DO UPDATE may set any column to what would be inserted.
    if (at..words.len()).any(|at| words.is(at, "ON") && words.is(at + 1, "CONFLICT")) {
        return Some(unknown(table));
    }
    if words.is(at, "AS") {
        at += 2;
    }
    let (columns, at) = named(words, at);
    let source = match verb {
        0 => source(words, at),
        _ => Source::Unknown,
    };
    Some(Written {
        table,
        columns,
        source,
    })
}

/// The columns that an INSERT names, and the place behind them.
pub(super) fn named(words: &Words<'_>, at: usize) -> (Option<Vec<String>>, usize) {
    if words.text(at) != "(" {
        return (None, at);
    }
    let (list, behind) = group(words, at);
    let names = clauses::elements(list).into_iter().map(ident::dequote);
    (Some(names.collect()), behind)
}

/// The statements of a trigger's body.
pub fn body(sql: &str) -> Vec<&str> {
    let mut tokens = token::significant(sql).into_iter();
    let Some(begin) = tokens.find(|t| t.is_word(sql, "BEGIN")) else {
        return Vec::new();
    };
    let mut start = begin.span.end;
    tokens
        .filter(|t| t.kind == TokenKind::Semicolon)
        .map(|end| {
            let statement = &sql[start..end.span.start];
            start = end.span.end;
            statement
        })
        .collect()
}

fn created(words: &Words<'_>) -> Option<Written> {
    let at = words.find(0, "TABLE")? + 1;
    let (table, at) = words.qualified(if words.is(at, "IF") { at + 3 } else { at });
    words.is(at, "AS").then(|| Written {
        source: source(words, at + 1),
        ..unknown(table)
    })
}

fn updated(sql: &str) -> Option<Written> {
    let update = UpdateOrDelete::parse(sql).ok()?;
    let each = update.sets.iter().flat_map(|(columns, value)| {
        columns
            .iter()
            .map(|column| (column.clone(), (*value).to_owned()))
    });
    let (columns, values) = each.unzip();
    let is_plain = update.with.is_empty() && update.from.is_none_or(is_of_tables);
    Some(Written {
        table: update.target.table,
        columns: Some(columns),
        source: if is_plain {
            Source::Each(values)
        } else {
            Source::Unknown
        },
    })
}

/// What is in the parentheses that open at a place, and the place behind them.
fn group<'a>(words: &Words<'a>, open: usize) -> (&'a str, usize) {
    let close = words.close(open).unwrap_or(words.len());
    (words.slice(open + 1, close), close + 1)
}

/// Words that end the list of a SELECT, and those that end its FROM clause.
const ENDS: [&str; 8] = [
    "FROM",
    "WHERE",
    "GROUP",
    "HAVING",
    "WINDOW",
    "ORDER",
    "LIMIT",
    "RETURNING",
];
/// Words that join queries into one.
pub(crate) const COMPOUND: [&str; 3] = ["UNION", "EXCEPT", "INTERSECT"];

/// The source that begins at a place.
fn source(words: &Words<'_>, start: usize) -> Source {
    if words.is(start, "VALUES") && words.text(start + 1) == "(" {
        let (row, behind) = group(words, start + 1);
        let is_one = behind >= words.len() || words.is(behind, "RETURNING");
        return if is_one { each(row) } else { Source::Unknown };
    }
    if words.is(start, "SELECT") && words.find_any(start, &COMPOUND).is_none() {
        selected(words, start)
    } else {
        Source::Unknown
    }
}

/// The source that a SELECT is.
fn selected(words: &Words<'_>, start: usize) -> Source {
    let first = start + 1 + usize::from(words.is_any(start + 1, &["DISTINCT", "ALL"]));
    let end_from = |at: usize| words.find_any(at, &ENDS).unwrap_or(words.len());
    let end = end_from(first);
    let behind = if words.is(end, "FROM") {
        end_from(end + 1)
    } else {
        end
    };
    let (list, from) = (words.slice(first, end), words.slice(end + 1, behind));
    let terms = Words::of(from);
    let (table, behind) = terms.qualified(0);
    if !is_of_tables(from) {
        Source::Unknown
    } else if list == "*" && behind == terms.len() {
        Source::Table(table)
    } else {
        each(list)
    }
}

/// Whether a FROM clause names tables and nothing else that has columns: a function gives values of
/// its arguments under names of its own, and takes those from WHERE too where it is without them.
fn is_of_tables(from: &str) -> bool {
    const JOINING: [&str; 7] = ["ON", "USING", "AND", "OR", "IN", "NOT", "JOIN"];
    const MODULES: [&str; 3] = ["json_", "jsonb_", "pragma_"];
    let words = Words::of(from);
    let is_strange = |at: usize| {
        let name = ident::folded(&words.name(at));
        let is_module = MODULES.iter().any(|lead| name.starts_with(lead));
        let is_call = words.text(at + 1) == "(" && !words.is_word_of(at, &JOINING);
        words.is_name(at) && (is_module || is_call)
    };
    let has_query = token::mentions(from, "SELECT") || token::mentions(from, "VALUES");
    !has_query && !(0..words.len()).any(is_strange)
}

/// A source of these expressions.
fn each(list: &str) -> Source {
    let all = clauses::elements(list);
    if all.iter().any(|part| part.ends_with('*')) {
        Source::Unknown
    } else {
        Source::Each(all.into_iter().map(str::to_owned).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_column_has_its_expression_or_none_is_known() {
        let cases = [
            (
                "INSERT INTO main.\"a b\"(x, [y]) SELECT u.id, upper(u.email) AS e FROM users \
                u WHERE 1",
                "a b (x, y) [u.id|upper(u.email) AS e]",
            ),
            (
                "INSERT OR REPLACE INTO t AS q SELECT * FROM main.users",
                "t <users>",
            ),
            ("REPLACE INTO t(a) VALUES (NEW.email)", "t (a) [NEW.email]"),
            ("INSERT INTO t VALUES (1), (2)", "t ?"),
            ("INSERT INTO t SELECT u.*, 1 FROM users u", "t ?"),
            ("INSERT INTO t SELECT * FROM users u, orgs", "t ?"),
            (
                "INSERT INTO t SELECT e FROM (SELECT email AS e FROM users)",
                "t ?",
            ),
            ("INSERT INTO t SELECT a FROM u UNION SELECT b FROM v", "t ?"),
            (
                "INSERT INTO t(a) VALUES (1) ON CONFLICT DO UPDATE SET c = excluded.a",
                "t ?",
            ),
            (
                "INSERT INTO t SELECT id, value FROM users, json_each(email)",
                "t ?",
            ),
            (
                "INSERT INTO t SELECT value FROM users, json_each WHERE json = email",
                "t ?",
            ),
            ("INSERT INTO t SELECT a FROM u JOIN (v) USING (id)", "t [a]"),
            ("WITH q AS (SELECT 1) INSERT INTO t SELECT * FROM q", "t ?"),
            ("INSERT INTO t DEFAULT VALUES", "t ?"),
            (
                "UPDATE OR IGNORE t SET a = b || 'x', (c, d) = (1, e) WHERE 1",
                "t (a, c, d) [b || 'x'|(1, e)|(1, e)]",
            ),
            (
                "UPDATE t SET a = q.e FROM (SELECT email AS e FROM users) q",
                "t (a) ?",
            ),
            ("UPDATE t SET a = u.email FROM users u", "t (a) [u.email]"),
            (
                "CREATE TEMP TABLE IF NOT EXISTS t AS SELECT email FROM users",
                "t [email]",
            ),
        ];
        for (sql, expected) in cases {
            let Written {
                table,
                columns,
                source,
            } = written(sql).expect("it writes");
            let columns = columns
                .map(|columns| format!(" ({})", columns.join(", ")))
                .unwrap_or_default();
            let source = match source {
                Source::Each(all) => format!("[{}]", all.join("|")),
                Source::Table(table) => format!("<{table}>"),
                Source::Unknown => "?".to_owned(),
            };
            assert_eq!(format!("{table}{columns} {source}"), expected, "{sql}");
        }
        for sql in [
            "DELETE FROM t",
            "CREATE TABLE t(a)",
            "SELECT 1",
            "CREATE VIEW v AS SELECT 1",
        ] {
            assert_eq!(written(sql), None, "{sql}");
        }
    }

    #[test]
    fn the_statements_of_a_body_are_cut_at_their_semicolons() {
        let sql = "CREATE TRIGGER g AFTER INSERT ON t BEGIN INSERT INTO a VALUES (';'); SELECT \
            CASE 1 WHEN 1 THEN 2 END; END;";
        let found: Vec<&str> = body(sql).into_iter().map(str::trim).collect();
        assert_eq!(
            found,
            [
                "INSERT INTO a VALUES (';')",
                "SELECT CASE 1 WHEN 1 THEN 2 END",
                "END"
            ]
        );
    }
}
