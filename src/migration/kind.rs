//! What a statement does and which table it names, told from its leading words alone; it never
//! fails.

use crate::sql::ident;
use crate::sql::token::{self, Token, TokenKind};

/// What a statement does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StatementKind {
    /// SELECT or VALUES
    Select,
    /// INSERT or REPLACE
    Insert,
    /// UPDATE
    Update,
    /// DELETE
    Delete,
    /// SAVEPOINT, with its name
    Savepoint(String),
    /// RELEASE, with its name
    Release(String),
    /// ROLLBACK TO, with the savepoint's name
    RollbackTo(String),
    /// anything else, as the word for reports: `begin`, `create-table`, `pragma`
    Other(String),
}

impl StatementKind {
    /// The word that stands for it in reports.
    pub fn word(&self) -> &str {
        match self {
            Self::Select => "select",
            Self::Insert => "insert",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::Savepoint(_) => "savepoint",
            Self::Release(_) => "release",
            Self::RollbackTo(_) => "rollback-to",
            Self::Other(word) => word,
        }
    }

    /// Whether the statement writes or reads rows only, so that the schema is the same after it.
    pub fn keeps_schema(&self) -> bool {
        matches!(
            self,
            Self::Select | Self::Insert | Self::Update | Self::Delete
        )
    }
}

/// Words that may stand between a statement's verb and the name of its table.
const FILLER: [&str; 15] = [
    "OR",
    "ROLLBACK",
    "ABORT",
    "FAIL",
    "IGNORE",
    "REPLACE",
    "INTO",
    "FROM",
    "TABLE",
    "TEMP",
    "TEMPORARY",
    "IF",
    "NOT",
    "EXISTS",
    "VIRTUAL",
];

/// Kind and target table of one statement's text.
pub(super) fn classify(sql: &str) -> (StatementKind, Option<String>) {
    let tokens = token::significant(sql);
    let Some(verb_at) = verb(sql, &tokens) else {
        return (StatementKind::Other("unknown".to_owned()), None);
    };
    let rest = &tokens[verb_at + 1..];
    let verb = tokens[verb_at].span.of(sql).to_ascii_uppercase();
    match verb.as_str() {
        "SELECT" | "VALUES" => (StatementKind::Select, None),
        "INSERT" | "REPLACE" => (StatementKind::Insert, table(sql, rest)),
        "UPDATE" => (StatementKind::Update, table(sql, rest)),
        "DELETE" => (StatementKind::Delete, table(sql, rest)),
        "SAVEPOINT" => (StatementKind::Savepoint(name(sql, rest.first())), None),
        "RELEASE" => (StatementKind::Release(last_name(sql, rest)), None),
        "ROLLBACK" if rest.iter().any(|t| t.is_word(sql, "TO")) => {
            (StatementKind::RollbackTo(last_name(sql, rest)), None)
        }
        "CREATE" | "DROP" | "ALTER" => object(sql, &verb, rest),
        other => (StatementKind::Other(other.to_ascii_lowercase()), None),
    }
}

/// The place of the verb: the first word, or behind WITH the first verb outside parentheses.
fn verb(sql: &str, tokens: &[Token]) -> Option<usize> {
    let first = tokens.first().filter(|t| t.kind == TokenKind::Word)?;
    if !first.is_word(sql, "WITH") {
        return Some(0);
    }
    let mut depth = 0_usize;
    tokens.iter().position(|token| {
        match token.span.of(sql) {
            "(" => depth += 1,
            ")" => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0
            && ["SELECT", "VALUES", "INSERT", "REPLACE", "UPDATE", "DELETE"]
                .iter()
                .any(|w| token.is_word(sql, w))
    })
}

fn object(sql: &str, verb: &str, rest: &[Token]) -> (StatementKind, Option<String>) {
    let types = ["TABLE", "INDEX", "TRIGGER", "VIEW"];
    let found = rest
        .iter()
        .take(3)
        .find_map(|t| types.into_iter().find(|word| t.is_word(sql, word)));
    let word = found.map_or_else(
        || verb.to_ascii_lowercase(),
        |kind| format!("{verb}-{kind}").to_ascii_lowercase(),
    );
    let table = if found == Some("TABLE") {
        table(sql, rest)
    } else {
        None
    };
    (StatementKind::Other(word), table)
}

/// The first name behind filler words, without its schema.
fn table(sql: &str, rest: &[Token]) -> Option<String> {
    let is_dot = |at: usize| rest.get(at).is_some_and(|t| t.span.of(sql) == ".");
    let is_filler =
        |at: usize| FILLER.iter().any(|word| rest[at].is_word(sql, word)) && !is_dot(at + 1);
    let start = (0..rest.len()).find(|at| !is_filler(*at))?;
    let token = rest.get(if is_dot(start + 1) { start + 2 } else { start })?;
    let is_name = matches!(
        token.kind,
        TokenKind::Word | TokenKind::Quoted | TokenKind::Text
    );
    is_name.then(|| ident::dequote(token.span.of(sql)))
}

fn name(sql: &str, token: Option<&Token>) -> String {
    token
        .map(|t| ident::dequote(t.span.of(sql)))
        .unwrap_or_default()
}

fn last_name(sql: &str, rest: &[Token]) -> String {
    name(
        sql,
        rest.iter().rev().find(|t| t.kind != TokenKind::Semicolon),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(sql: &str) -> (String, Option<String>) {
        let (kind, table) = classify(sql);
        (kind.word().to_owned(), table)
    }

    #[test]
    fn finds_verb_and_table() {
        let cases = [
            (
                "UPDATE OR IGNORE main.\"a b\" AS x SET y=1",
                "update",
                Some("a b"),
            ),
            (
                "with q(x) as (select 1) DELETE FROM [t] WHERE 1;",
                "delete",
                Some("t"),
            ),
            ("REPLACE INTO t VALUES(1)", "insert", Some("t")),
            ("INSERT INTO temp.t VALUES(1)", "insert", Some("t")),
            (
                "CREATE TEMP TABLE IF NOT EXISTS t(a)",
                "create-table",
                Some("t"),
            ),
            ("CREATE UNIQUE INDEX i ON t(a)", "create-index", None),
            ("ALTER TABLE t RENAME TO u", "alter-table", Some("t")),
            ("BEGIN IMMEDIATE", "begin", None),
            ("VALUES(1)", "select", None),
            ("EXPLAIN UPDATE t SET a=1", "explain", None),
            ("(", "unknown", None),
        ];
        for (sql, kind, table) in cases {
            assert_eq!(
                of(sql),
                (kind.to_owned(), table.map(str::to_owned)),
                "{sql}"
            );
        }
    }

    #[test]
    fn finds_savepoints() {
        assert_eq!(
            classify("SAVEPOINT \"A b\";").0,
            StatementKind::Savepoint("A b".to_owned())
        );
        assert_eq!(
            classify("ROLLBACK TRANSACTION TO SAVEPOINT s;").0,
            StatementKind::RollbackTo("s".to_owned())
        );
        assert_eq!(
            classify("RELEASE s").0,
            StatementKind::Release("s".to_owned())
        );
        assert_eq!(of("ROLLBACK").0, "rollback");
    }
}
