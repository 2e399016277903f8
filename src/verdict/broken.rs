//! Findings about views and triggers that no longer work.

use super::repointed;
use super::{Case, Code, Finding};
use crate::diff::BrokenObject;
use crate::migration::{ObjectType, Statement, StatementKind};
use crate::sentence::{Sentence, engine, name};
use crate::sql::token;

pub(super) fn findings(case: Case<'_>) -> Vec<Finding> {
    // A text that a RENAME took along says why by itself.
    let repointed = repointed::objects(case);
    let is_other = |broken: &&BrokenObject| {
        let mut keys = repointed.iter().map(|(key, _)| key);
        !keys.any(|(kind, name)| *kind == broken.object && *name == broken.name)
    };
    let broken = case.diff.broken.iter().filter(is_other);
    broken.map(|broken| finding(case, broken)).collect()
}

fn finding(case: Case<'_>, broken: &BrokenObject) -> Finding {
    let message = Sentence::from(format!("{} ", broken.object))
        + name(&broken.name)
        + " no longer works: "
        + engine(&broken.reason);
    let breaking = case
        .latest()
        .find(|statement| may_break(statement, &broken.reason))
        .map(|statement| statement.index);
    let finding = Finding::new(Code::SchemaObjectLost, message)
        .at(case.place(breaking))
        .help("make what it uses again, or drop it by name and make it anew to fit");
    match broken.object.as_str() {
        "trigger" => finding.on(&broken.table),
        _ => finding,
    }
}

/// Whether a statement drops or alters a table that the engine's reason names.
fn may_break(statement: &Statement, reason: &str) -> bool {
    let changes = matches!(
        statement.kind,
        StatementKind::Drop(ObjectType::Table) | StatementKind::AlterTable
    );
    let is_named =
        |table: &String| token::mentions(reason, table) || reason.ends_with(&format!(".{table}"));
    changes && statement.table.as_ref().is_some_and(is_named)
}
