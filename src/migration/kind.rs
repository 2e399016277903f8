//! What a statement does and which table it names, by its leading words alone. Never fails.

use crate::scope::Op;
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
    /// CREATE, with the type of what it makes
    Create(ObjectType),
    /// DROP, with the type of what it drops
    Drop(ObjectType),
    /// ALTER TABLE
    AlterTable,
    /// BEGIN
    Begin,
    /// SAVEPOINT, with its name
    Savepoint(String),
    /// RELEASE, with its name
    Release(String),
    /// ROLLBACK TO, with the savepoint's name
    RollbackTo(String),
    /// PRAGMA
    Pragma,
    /// VACUUM
    Vacuum,
    /// ATTACH
    Attach,
    /// DETACH
    Detach,
    /// a text that no verb begins
    Unknown,
    /// any other verb, as the word for reports
    Other(String),
}

/// The type of an object of the schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ObjectType {
    /// a table, virtual or not
    Table,
    /// an index
    Index,
    /// a trigger
    Trigger,
    /// a view
    View,
}

impl ObjectType {
    const ALL: [Self; 4] = [Self::Table, Self::Index, Self::Trigger, Self::View];

    /// The type as `sqlite_schema` spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Index => "index",
            Self::Trigger => "trigger",
            Self::View => "view",
        }
    }
}

impl StatementKind {
    /// The word for it in reports.
    pub fn word(&self) -> &str {
        use ObjectType::{Index, Table, Trigger, View};
        match self {
            Self::Select => "select",
            Self::Insert => "insert",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::Create(Table) => "create-table",
            Self::Create(Index) => "create-index",
            Self::Create(Trigger) => "create-trigger",
            Self::Create(View) => "create-view",
            Self::Drop(Table) => "drop-table",
            Self::Drop(Index) => "drop-index",
            Self::Drop(Trigger) => "drop-trigger",
            Self::Drop(View) => "drop-view",
            Self::AlterTable => "alter-table",
            Self::Begin => "begin",
            Self::Savepoint(_) => "savepoint",
            Self::Release(_) => "release",
            Self::RollbackTo(_) => "rollback-to",
            Self::Pragma => "pragma",
            Self::Vacuum => "vacuum",
            Self::Attach => "attach",
            Self::Detach => "detach",
            Self::Unknown => "unknown",
            Self::Other(word) => word,
        }
    }

    /// The operation of an INSERT, UPDATE or DELETE; `None` for any other statement.
    pub fn op(&self) -> Option<Op> {
        match self {
            Self::Insert => Some(Op::Insert),
            Self::Update => Some(Op::Update),
            Self::Delete => Some(Op::Delete),
            _ => None,
        }
    }

    /// Whether the statement is an INSERT, UPDATE or DELETE.
    pub fn writes_rows(&self) -> bool {
        self.op().is_some()
    }

    /// Whether the statement is an UPDATE or DELETE.
    pub fn finds_rows(&self) -> bool {
        matches!(self, Self::Update | Self::Delete)
    }

    /// Whether the statement writes or reads rows only, so that the schema is the same after it.
    pub fn keeps_schema(&self) -> bool {
        *self == Self::Select || self.writes_rows()
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
        return (StatementKind::Unknown, None);
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
        "BEGIN" => (StatementKind::Begin, None),
        "PRAGMA" => (StatementKind::Pragma, None),
        "VACUUM" => (StatementKind::Vacuum, None),
        "ATTACH" => (StatementKind::Attach, None),
        "DETACH" => (StatementKind::Detach, None),
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

/// Kind and table of `CREATE …`, `DROP …` or `ALTER …`, by the words behind the verb.
fn object(sql: &str, verb: &str, rest: &[Token]) -> (StatementKind, Option<String>) {
    let of = |token: &Token| {
        let is = |of: &ObjectType| token.is_word(sql, of.as_str());
        ObjectType::ALL.into_iter().find(is)
    };
    let found = rest.iter().take(3).find_map(of);
    let target = found.filter(|of| *of == ObjectType::Table);
    let kind = match (verb, found) {
        ("CREATE", Some(of)) => StatementKind::Create(of),
        ("DROP", Some(of)) => StatementKind::Drop(of),
        ("ALTER", Some(ObjectType::Table)) => StatementKind::AlterTable,
        (_, Some(of)) => StatementKind::Other(format!("alter-{}", of.as_str())),
        (_, None) => StatementKind::Other(verb.to_ascii_lowercase()),
    };
    (kind, target.and_then(|_| table(sql, rest)))
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
