//! What the words of the evidence mean, read once for all formats. No format compares a word that it
//! shows, since a name or value of the database may be the same one.

use crate::record::{Finding, Migration, Owner, Severity, Statement, TableResult};

/// What is expected, or found, where no row is.
pub(super) const NOTHING: &str = "nothing";

/// What a statement does, as far as a report says other things of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// INSERT or REPLACE
    Insert,
    /// UPDATE
    Update,
    /// DELETE
    Delete,
    /// PRAGMA
    Pragma,
    /// any other
    Other,
}

impl Kind {
    /// That of a statement.
    pub(super) fn of(statement: &Statement) -> Self {
        match statement.kind.as_str() {
            "insert" => Self::Insert,
            "update" => Self::Update,
            "delete" => Self::Delete,
            "pragma" => Self::Pragma,
            _ => Self::Other,
        }
    }
}

/// Whether a change of the table is declared.
pub(super) fn is_declared(table: &TableResult) -> bool {
    table.expected != NOTHING
}

/// Whether the rows of a table are no tenant's, so that its total says everything.
pub(super) fn is_shared(migration: &Migration, table: &TableResult) -> bool {
    let mut of_table = migration
        .changes
        .iter()
        .filter(|change| change.table == table.table);
    table.owners.len() == 1 && of_table.any(|change| change.owner == Owner::Shared)
}

/// The findings of one severity, in their order.
pub(crate) fn findings_of(
    migration: &Migration,
    severity: Severity,
) -> impl Iterator<Item = &Finding> {
    migration
        .findings
        .iter()
        .filter(move |finding| finding.severity == severity)
}

/// The message of the first error, which decides the verdict.
pub(super) fn first_error(migration: &Migration) -> Option<&str> {
    findings_of(migration, Severity::Error)
        .next()
        .map(|finding| finding.message.as_str())
}
