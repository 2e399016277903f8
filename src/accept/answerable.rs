//! Which errors another scope answers.

use crate::codes::{Code, Severity};
use crate::record::{Finding, Migration};
use crate::report::findings_of;

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
    let is_answered =
        |finding: &&Finding| is_one_of(finding, &OF_SCOPE) || is_one_of(finding, &OF_EFFECT);
    findings_of(migration, Severity::Error)
        .filter(|finding| !is_answered(finding))
        .collect()
}

/// The errors about effects, such as a cascade, that a scope may declare: whoever declares it is to
/// see them.
pub(crate) fn effects(migration: &Migration) -> Vec<&Finding> {
    findings_of(migration, Severity::Error)
        .filter(|finding| is_one_of(finding, &OF_EFFECT))
        .collect()
}

fn is_one_of(finding: &Finding, codes: &[Code]) -> bool {
    codes.iter().any(|code| code.id() == finding.code)
}
