//! The kinds of statements. Does not read text.

use crate::scope::Op;
use crate::words::words;

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

words! {
    /// The type of an object of the schema, as `sqlite_schema` spells it.
    pub enum ObjectType {
        /// A table, virtual or not.
        Table = "table",
        /// An index.
        Index = "index",
        /// A trigger.
        Trigger = "trigger",
        /// A view.
        View = "view",
    }
}

impl StatementKind {
    /// Those that a verb says alone.
    pub(super) const PLAIN: [Self; 9] = [
        Self::Select,
        Self::Insert,
        Self::Update,
        Self::Delete,
        Self::Begin,
        Self::Pragma,
        Self::Vacuum,
        Self::Attach,
        Self::Detach,
    ];

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
