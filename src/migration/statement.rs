//! What a statement does and names, by its leading words alone. Never fails; does not know the rest
//! of the grammar.

use super::kind::{ObjectType, StatementKind};
use crate::sql::token::TokenKind;
use crate::sql::{Span, Words, ident};

/// One SQL statement of a migration.
#[derive(Debug, Clone)]
pub struct Statement {
    /// its place among the statements, from 1
    pub index: usize,
    /// its text's place in the migration's, with the semicolon
    pub span: Span,
    /// the line it starts on, from 1
    pub line: usize,
    /// what it does
    pub kind: StatementKind,
    /// the table that it names as its target
    pub table: Option<String>,
    /// the new name that ALTER TABLE gives
    pub rename: Option<Rename>,
    /// what CREATE makes or DROP drops
    pub object: Option<Object>,
}

/// What `ALTER TABLE … RENAME` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rename {
    /// the column that gets the name; `None` where the table does
    pub column: Option<String>,
    /// the name
    pub to: String,
}

/// The object that CREATE or DROP names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// its name, without a schema
    pub name: String,
    /// the table behind ON, of a trigger or an index
    pub on: Option<String>,
    /// whether the text says that it belongs to the connection alone: it is temporary, or in an
    /// attached database
    pub is_temporary: bool,
    /// whether the text says IF EXISTS or IF NOT EXISTS
    pub is_conditional: bool,
}

impl Statement {
    /// Reads the statement with the text `sql`.
    pub(super) fn parse(index: usize, span: Span, line: usize, sql: &str) -> Self {
        let words = Words::of(sql);
        let mut statement = Self {
            index,
            span,
            line,
            kind: StatementKind::Unknown,
            table: None,
            rename: None,
            object: None,
        };
        if let Some(verb) = verb(&words) {
            statement.take(&words, verb);
        }
        statement
    }

    /// Takes in what the words from the verb on say.
    fn take(&mut self, words: &Words<'_>, verb: usize) {
        let (at, of) = object_type(words, verb + 1);
        self.kind = kind(words, verb, of);
        match self.kind {
            StatementKind::Insert | StatementKind::Update | StatementKind::Delete => {
                self.table = target(words, verb + 1);
            }
            StatementKind::Create(of) | StatementKind::Drop(of) => {
                self.object = object(words, at);
                let table = self.object.as_ref().filter(|_| of == ObjectType::Table);
                self.table = table.map(|object| object.name.clone());
            }
            StatementKind::AlterTable => {
                let (table, behind) = words.qualified(at);
                self.table = Some(table).filter(|name| !name.is_empty());
                self.rename = rename(words, behind);
            }
            _ => {}
        }
    }

    /// Whether the statement names a table as its target.
    pub fn targets(&self, table: &str) -> bool {
        self.table
            .as_ref()
            .is_some_and(|own| ident::same(own, table))
    }

    /// The name that `ALTER TABLE … RENAME TO` gives the target.
    pub fn renamed_to(&self) -> Option<&str> {
        let rename = self.rename.as_ref()?;
        rename.column.is_none().then_some(&rename.to)
    }
}

/// The place of the verb: the first word, or behind WITH the first verb outside parentheses.
fn verb(words: &Words<'_>) -> Option<usize> {
    const VERBS: [&str; 6] = ["SELECT", "VALUES", "INSERT", "REPLACE", "UPDATE", "DELETE"];
    if words.is(0, "WITH") {
        return (1..words.len()).find(|at| words.is_any(*at, &VERBS));
    }
    (words.kind(0) == Some(TokenKind::Word)).then_some(0)
}

/// The type of the object that CREATE, DROP or ALTER names, which is one of the three words from
/// `start` on, with the place behind it.
fn object_type(words: &Words<'_>, start: usize) -> (usize, Option<ObjectType>) {
    let typed = (start..start + 3).find_map(|at| {
        let of = ObjectType::ALL
            .into_iter()
            .find(|of| words.is(at, of.word()))?;
        Some((at + 1, Some(of)))
    });
    typed.unwrap_or((start, None))
}

fn kind(words: &Words<'_>, verb: usize, object: Option<ObjectType>) -> StatementKind {
    let last = || words.name((words.len() - 1).max(verb + 1));
    let word = words.text(verb).to_ascii_lowercase();
    match (word.as_str(), object) {
        ("create", Some(of)) => StatementKind::Create(of),
        ("drop", Some(of)) => StatementKind::Drop(of),
        ("alter", Some(ObjectType::Table)) => StatementKind::AlterTable,
        ("alter", Some(of)) => StatementKind::Other(format!("alter-{}", of.word())),
        ("savepoint", _) => StatementKind::Savepoint(last()),
        ("release", _) => StatementKind::Release(last()),
        ("rollback", _) if words.has("TO") => StatementKind::RollbackTo(last()),
        ("values", _) => StatementKind::Select,
        ("replace", _) => StatementKind::Insert,
        _ => {
            let mut plain = StatementKind::PLAIN.into_iter();
            let known = plain.find(|kind| kind.word() == word);
            known.unwrap_or(StatementKind::Other(word))
        }
    }
}

/// The table behind `INSERT [OR …] INTO`, `UPDATE [OR …]` or `DELETE FROM`.
fn target(words: &Words<'_>, mut at: usize) -> Option<String> {
    if words.is(at, "OR") {
        at += 2;
    }
    if words.is_any(at, &["INTO", "FROM"]) {
        at += 1;
    }
    named(words, at).map(|(name, _)| name)
}

/// The name at a place, without its schema, and the place behind it; `None` where no name can be.
fn named(words: &Words<'_>, at: usize) -> Option<(String, usize)> {
    let (name, behind) = words.qualified(at);
    words.is_name(behind - 1).then_some((name, behind))
}

/// The object that is named from a place on, behind its type.
fn object(words: &Words<'_>, mut at: usize) -> Option<Object> {
    let of = at - 1;
    let is_conditional = words.is(at, "IF") && words.is_any(at + 1, &["NOT", "EXISTS"]);
    if is_conditional {
        at += if words.is(at + 1, "NOT") { 3 } else { 2 };
    }
    let (name, behind) = named(words, at)?;
    let on = words.find(behind, "ON");
    // Other databases than the main one are in memory.
    let is_of_other = behind > at + 1 && !ident::same(&words.name(at), "main");
    Some(Object {
        name,
        on: on.and_then(|on| Some(named(words, on + 1)?.0)),
        is_temporary: is_of_other || (1..of).any(|at| words.is_any(at, &["TEMP", "TEMPORARY"])),
        is_conditional,
    })
}

/// `RENAME TO name` or `RENAME [COLUMN] name TO name`, from a place on.
fn rename(words: &Words<'_>, at: usize) -> Option<Rename> {
    let to = words
        .find(at + 1, "TO")
        .filter(|_| words.is(at, "RENAME"))?;
    let column = (to > at + 1).then(|| words.name(to - 1));
    let to = words.name(to + 1);
    (!to.is_empty()).then_some(Rename { column, to })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(sql: &str) -> Statement {
        let span = Span {
            start: 0,
            end: sql.len(),
        };
        Statement::parse(1, span, 1, sql)
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
            ("UPDATE temp SET a=1", "update", Some("temp")),
            (
                "CREATE TEMP TABLE IF NOT EXISTS t(a)",
                "create-table",
                Some("t"),
            ),
            ("CREATE UNIQUE INDEX i ON t(a)", "create-index", None),
            ("DROP VIEW v", "drop-view", None),
            ("ALTER TABLE t RENAME TO u", "alter-table", Some("t")),
            ("BEGIN IMMEDIATE", "begin", None),
            ("ROLLBACK", "rollback", None),
            ("VALUES(1)", "select", None),
            ("EXPLAIN UPDATE t SET a=1", "explain", None),
            ("(", "unknown", None),
        ];
        for (sql, kind, table) in cases {
            let found = of(sql);
            assert_eq!(
                (found.kind.word(), found.table.as_deref()),
                (kind, table),
                "{sql}"
            );
        }
    }

    #[test]
    fn finds_savepoints() {
        let name = "A b".to_owned();
        assert_eq!(
            of("SAVEPOINT \"A b\";").kind,
            StatementKind::Savepoint(name)
        );
        let kind = of("ROLLBACK TRANSACTION TO SAVEPOINT s;").kind;
        assert_eq!(kind, StatementKind::RollbackTo("s".to_owned()));
        assert_eq!(of("RELEASE s").kind, StatementKind::Release("s".to_owned()));
    }

    #[test]
    fn finds_what_is_made_dropped_and_renamed() {
        let object = |sql: &str| {
            let object = of(sql).object.expect("an object");
            let on = object.on.unwrap_or_default();
            (object.name, on, object.is_temporary, object.is_conditional)
        };
        let some = |name: &str, on: &str, temp, conditional| {
            (name.to_owned(), on.to_owned(), temp, conditional)
        };
        assert_eq!(
            object("CREATE TEMP TRIGGER IF NOT EXISTS main.\"g\" AFTER UPDATE ON main.t BEGIN"),
            some("g", "t", true, true)
        );
        assert_eq!(
            object("DROP TABLE IF EXISTS if"),
            some("if", "", false, true)
        );
        assert_eq!(object("CREATE TABLE temp.t(a)"), some("t", "", true, false));
        let rename = |sql: &str| {
            let rename = of(sql).rename.expect("a rename");
            (rename.column.unwrap_or_default(), rename.to)
        };
        let names = |column: &str, to: &str| (column.to_owned(), to.to_owned());
        assert_eq!(
            rename("ALTER TABLE main.t RENAME TO \"u v\";"),
            names("", "u v")
        );
        assert_eq!(rename("ALTER TABLE t RENAME a TO b"), names("a", "b"));
        assert_eq!(
            rename("ALTER TABLE t RENAME COLUMN [a] TO b"),
            names("a", "b")
        );
        assert_eq!(of("ALTER TABLE t ADD COLUMN rename TEXT").rename, None);
    }
}
