//! Which errors another scope answers.

use crate::codes::{Code, Severity};
use crate::record::{Finding, Migration};

/// The findings that declaring another scope answers.
const OF_SCOPE: [Code; 5] = [
    Code::NoDeclaredScope,
    Code::OutOfScope,
    Code::UndeclaredChange,
    Code::CountMismatch,
    Code::ColumnOutOfScope,
];

/// The findings about what a migration also did, which are no errors where just that is declared. Only
/// a rehearsal under the edited scope shows whether it is. No other error depends on the scope.
const OF_EFFECT: [Code; 4] = [
    Code::TriggerEffect,
    Code::Cascade,
    Code::RowsLostInRebuild,
    Code::MissingWhere,
];

/// The errors that no other scope answers.
pub(crate) fn obstacles(migration: &Migration) -> Vec<&Finding> {
    errors(migration, |code| {
        !is_one_of(code, &OF_SCOPE) && !is_one_of(code, &OF_EFFECT)
    })
}

/// The errors about effects, such as a cascade, that a scope may declare: whoever declares it is to
/// see them.
pub(crate) fn effects(migration: &Migration) -> Vec<&Finding> {
    errors(migration, |code| is_one_of(code, &OF_EFFECT))
}

fn errors(migration: &Migration, is_meant: fn(&str) -> bool) -> Vec<&Finding> {
    let findings = migration.findings.iter();
    findings
        .filter(|finding| finding.severity == Severity::Error && is_meant(&finding.code))
        .collect()
}

fn is_one_of(id: &str, codes: &[Code]) -> bool {
    codes.iter().any(|code| code.id() == id)
}
