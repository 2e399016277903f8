//! Findings about views and triggers that no longer work.

use super::repointed;
use super::{Case, Code, Finding};
use crate::diff::BrokenObject;
use crate::migration::{ObjectType, Statement, StatementKind};
use crate::sentence::{Sentence, engine, name};
use crate::sql::token;

pub(super) fn findings(case: Case<'_>) -> Vec<Finding> {
    // A foreign key or a text that a RENAME took along says why by itself.
    let repointed = repointed::objects(case);
    let is_other = |broken: &&BrokenObject| {
        !repointed
            .iter()
            .any(|it| (it.kind, it.name) == (&broken.object, &broken.name))
    };
    let broken = case.diff.broken.iter().filter(is_other);
    broken.map(|broken| finding(case, broken)).collect()
}

fn finding(case: Case<'_>, broken: &BrokenObject) -> Finding {
    let BrokenObject { object, reason, .. } = broken;
    let is_cause =
        |name: &str| token::mentions(reason, name) || reason.ends_with(&format!(".{name}"));
    let changes = |statement: &&Statement| {
        matches!(
            statement.kind,
            StatementKind::Drop(ObjectType::Table) | StatementKind::AlterTable
        ) && statement.table.as_deref().is_some_and(is_cause)
    };
    let changing = case.latest().find(changes);
    let message = Sentence::from(object.as_str())
        + " "
        + name(&broken.name)
        + " no longer works: "
        + engine(reason);
    let finding = Finding::new(Code::SchemaObjectLost, message)
        .at(changing.and_then(|statement| case.place(statement.index)))
        .help("make what it uses again, or drop it by name and make it anew to fit");
    match object.as_str() {
        "trigger" => finding.on(&broken.table),
        _ => finding,
    }
}
