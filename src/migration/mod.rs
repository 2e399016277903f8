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
mod savepoints;
mod statement;

pub use branch::{Branch, BranchFile, FileChange, FileChangeKind};
pub use directive::{Allow, Directive, Says, directives};
pub use discover::{
    MigrationError, aside, in_folder, is_migration_at, is_named_sql, name_of, read,
};
pub use kind::{ObjectType, StatementKind};
pub use savepoints::Savepoints;
pub use statement::{Object, Rename, Statement};

use crate::sql::split;

/// One unit of SQL as its tool would run it.
#[derive(Debug, Clone)]
pub struct Migration {
    /// the file's name without `.sql`, or that of the folder that it has for itself
    pub name: String,
    /// the path as the user gave it
    pub path: String,
    /// the whole text
    pub text: String,
    /// its statements, in order
    pub statements: Vec<Statement>,
}

impl Migration {
    /// Splits `text` into statements.
    pub fn parse(name: &str, path: &str, text: String) -> Self {
        let mut statements = Vec::new();
        // Lines are counted on from the statement before, so that a long file is read once.
        let (mut counted, mut line) = (0, 1);
        for span in split::statements(&text) {
            line += text[counted..span.start].matches('\n').count();
            counted = span.start;
            let number = statements.len() + 1;
            statements.push(Statement::parse(number, span, line, span.of(&text)));
        }
        Self {
            name: name.to_owned(),
            path: path.to_owned(),
            text,
            statements,
        }
    }

    /// The statement with a number, from 1.
    pub fn statement(&self, number: usize) -> Option<&Statement> {
        self.statements.get(number.checked_sub(1)?)
    }

    /// What its statements give other names, each with its table.
    pub fn renames(&self) -> impl Iterator<Item = (&str, &Rename)> {
        self.statements
            .iter()
            .filter_map(|s| Some((s.table.as_deref()?, s.rename.as_ref()?)))
    }

    /// A statement's text.
    pub fn sql(&self, statement: &Statement) -> &str {
        statement.span.of(&self.text)
    }
}
