//! Migrations: text of SQL into statements with their place and kind, as the migration's tool would
//! run them.
//!
//! Splitting never fails on text: what the engine will refuse still becomes a statement. Opens no
//! connection.

mod branch;
mod directive;
mod discover;
mod foreign;
mod kind;

pub use branch::{Branch, BranchFile, FileChange};
pub use directive::{Allow, Directive, Says, directives};
pub use discover::{MigrationError, in_folder, is_named_sql, read};
pub use kind::{ObjectType, StatementKind};

use crate::sql::span::LineCursor;
use crate::sql::{Span, split};

/// One unit of SQL as its tool would run it.
#[derive(Debug, Clone)]
pub struct Migration {
    /// the file's name without `.sql`
    pub name: String,
    /// the path as the user gave it
    pub path: String,
    /// the whole text
    pub text: String,
    /// its statements, in order
    pub statements: Vec<Statement>,
}

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
}

impl Migration {
    /// Splits `text` into statements.
    pub fn parse(name: &str, path: &str, text: String) -> Self {
        let mut lines = LineCursor::new(&text);
        let statements = split::statements(&text)
            .enumerate()
            .map(|(at, span)| {
                let (kind, table) = kind::classify(span.of(&text));
                Statement {
                    index: at + 1,
                    span,
                    line: lines.line_of(span.start),
                    kind,
                    table,
                }
            })
            .collect();
        Self {
            name: name.to_owned(),
            path: path.to_owned(),
            text,
            statements,
        }
    }

    /// A statement's text.
    pub fn sql(&self, statement: &Statement) -> &str {
        statement.span.of(&self.text)
    }
}
