//! Where the values that a statement writes come from: column by column, as the author's own text.
//! Pure.
//!
//! Goes by tokens, since the statements of a trigger's body have no text of their own in the
//! grammar's tree.

use super::clauses;
use super::parsed;
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
    /// this cannot be told column by column
    Unknown,
}

/// What an INSERT, an UPDATE or a CREATE TABLE from a query writes; `None` for any other statement.
pub fn written(sql: &str) -> Option<Written> {
    let top = Words::of(sql);
    let verb = (0..top.len()).find(|at| {
        ["INSERT", "REPLACE", "UPDATE", "CREATE"]
            .iter()
            .any(|word| top.is(*at, word))
    })?;
    if top.is(verb, "CREATE") {
        return created(&top);
    }
    if top.is(verb, "UPDATE") {
        return Some(updated(sql, &top, verb));
    }
    let into = top.find(verb, "INTO")?;
    let (table, mut at) = name(&top, into + 1);
    if top.is(at, "AS") {
        at += 2;
    }
    let columns = (top.text(at) == "(")
        .then(|| group(&top, at))
        .map(|(list, behind)| {
            at = behind;
            clauses::elements(list)
                .into_iter()
                .map(ident::dequote)
                .collect()
        });
    // DO UPDATE may set any column to what would be inserted.
    if (at..top.len()).any(|at| top.is(at, "ON") && top.is(at + 1, "CONFLICT")) {
        return Some(Written {
            table,
            columns: None,
            source: Source::Unknown,
        });
    }
    let source = if verb == 0 {
        source(&top, at)
    } else {
        Source::Unknown
    };
    Some(Written {
        table,
        columns,
        source,
    })
}

/// The statements of a trigger's body.
pub fn body(sql: &str) -> Vec<&str> {
    let tokens = token::significant(sql);
    let Some(begin) = tokens.iter().position(|t| t.is_word(sql, "BEGIN")) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let mut start = tokens[begin].span.end;
    for token in tokens[begin..]
        .iter()
        .filter(|t| t.kind == TokenKind::Semicolon)
    {
        found.push(&sql[start..token.span.start]);
        start = token.span.end;
    }
    found
}

fn created(top: &Words<'_>) -> Option<Written> {
    let mut at = top.find(0, "TABLE")? + 1;
    if top.is(at, "IF") {
        at += 3;
    }
    let (table, at) = name(top, at);
    top.is(at, "AS").then(|| Written {
        table,
        columns: None,
        source: source(top, at + 1),
    })
}

fn updated(sql: &str, top: &Words<'_>, verb: usize) -> Written {
    let unknown = || {
        let (table, _) = name(
            top,
            if top.is(verb + 1, "OR") {
                verb + 3
            } else {
                verb + 1
            },
        );
        Written {
            table,
            columns: None,
            source: Source::Unknown,
        }
    };
    let Ok(parsed) = parsed::parse(sql) else {
        return unknown();
    };
    let Ok(clauses) = clauses::cut(sql, &parsed) else {
        return unknown();
    };
    let pairs = parsed.sets.iter().zip(&clauses.values);
    let (columns, values) = pairs
        .flat_map(|(columns, value)| columns.iter().map(|c| (c.clone(), (*value).to_owned())))
        .unzip();
    let is_plain = clauses.with.is_empty() && clauses.from.is_none_or(is_of_tables);
    Written {
        table: parsed.table,
        columns: Some(columns),
        source: if is_plain {
            Source::Each(values)
        } else {
            Source::Unknown
        },
    }
}

/// The name at a place, without its schema, and the place behind it.
fn name(top: &Words<'_>, at: usize) -> (String, usize) {
    let at = if top.text(at + 1) == "." { at + 2 } else { at };
    (ident::dequote(top.text(at)), at + 1)
}

/// What stands in the parentheses that open at a place, and the place behind them.
fn group<'a>(top: &Words<'a>, open: usize) -> (&'a str, usize) {
    let close = (open + 1..top.len())
        .find(|at| top.depth(*at) == top.depth(open))
        .unwrap_or(top.len());
    (top.slice(open + 1, close), close + 1)
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
const COMPOUND: [&str; 3] = ["UNION", "EXCEPT", "INTERSECT"];

fn source(top: &Words<'_>, start: usize) -> Source {
    if top.is(start, "VALUES") && top.text(start + 1) == "(" {
        let (row, behind) = group(top, start + 1);
        let is_one = behind >= top.len() || top.is(behind, "RETURNING");
        return if is_one { each(row) } else { Source::Unknown };
    }
    let is_compound = || (start..top.len()).any(|at| COMPOUND.iter().any(|word| top.is(at, word)));
    if !top.is(start, "SELECT") || is_compound() {
        return Source::Unknown;
    }
    let first = if top.is(start + 1, "DISTINCT") || top.is(start + 1, "ALL") {
        start + 2
    } else {
        start + 1
    };
    let end_from = |from: usize| {
        (from..top.len())
            .find(|at| ENDS.iter().any(|word| top.is(*at, word)))
            .unwrap_or(top.len())
    };
    let end = end_from(first);
    let behind = if top.is(end, "FROM") {
        end_from(end + 1)
    } else {
        end
    };
    let from = top.slice((end + 1).min(behind), behind);
    if !is_of_tables(from) {
        return Source::Unknown;
    }
    let list = top.slice(first, end);
    match only_table(from) {
        Some(table) if list.trim() == "*" => Source::Table(table),
        _ => each(list),
    }
}

/// Whether a FROM clause names tables and nothing else that has columns: a function gives values of
/// its arguments under names of its own, and takes those from WHERE too where it stands without
/// them.
fn is_of_tables(from: &str) -> bool {
    let tokens = token::significant(from);
    let text = |at: usize| tokens[at].span.of(from);
    let is_module = |at: usize| {
        ["json_", "jsonb_", "pragma_"]
            .iter()
            .any(|lead| ident::folded(&ident::dequote(text(at))).starts_with(lead))
    };
    let opens = |at: usize| at + 1 < tokens.len() && text(at + 1) == "(";
    let is_word = |at: usize| {
        ["ON", "USING", "AND", "OR", "IN", "NOT", "JOIN"]
            .iter()
            .any(|word| tokens[at].is_word(from, word))
    };
    let is_name = |at: usize| {
        matches!(
            tokens[at].kind,
            TokenKind::Word | TokenKind::Quoted | TokenKind::Text
        )
    };
    let is_strange = |at: usize| is_name(at) && (is_module(at) || (opens(at) && !is_word(at)));
    !["SELECT", "VALUES"]
        .iter()
        .any(|word| token::mentions(from, word))
        && !(0..tokens.len()).any(is_strange)
}

fn each(list: &str) -> Source {
    let all: Vec<String> = clauses::elements(list)
        .into_iter()
        .map(str::to_owned)
        .collect();
    if all.iter().any(|part| part.ends_with('*')) {
        Source::Unknown
    } else {
        Source::Each(all)
    }
}

/// The table that a FROM clause is, where it is one and nothing else.
fn only_table(from: &str) -> Option<String> {
    let top = Words::of(from);
    let (table, at) = name(&top, 0);
    (at == top.len() && !table.is_empty()).then_some(table)
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
