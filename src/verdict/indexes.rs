//! Findings about virtual tables: a table in which one keeps its rows or its index is gone.

use super::phrases::object;
use super::{Case, Code, Finding};
use crate::sentence::name;
use crate::snapshot::catalog::{Table, TableKind};
use crate::sql::ident;

pub(super) fn findings(case: Case<'_>) -> Vec<Finding> {
    let tables = case.rehearsal.before.tables.values();
    let storage = tables.filter(|table| table.kind == TableKind::Shadow);
    storage
        .filter_map(|storage| lost_storage(case, storage))
        .collect()
}

/// A table of the storage of a virtual table that goes on without it.
fn lost_storage(case: Case<'_>, storage: &Table) -> Option<Finding> {
    let [before, after] = case.catalogs();
    let owner = before.owner_of_shadow(&storage.name)?;
    let folded = ident::folded(&owner.name);
    let now = case.rehearsal.renamed_to(&folded).unwrap_or(&folded);
    let goes_on = after.tables.get(now).is_some_and(|table| {
        table.kind == TableKind::Virtual && !case.rehearsal.lineage.is_replaced(now, owner)
    });
    let ending = storage.name.get(owner.name.len()..)?;
    let kept = after.table(&format!("{now}{ending}"));
    if !goes_on || kept.is_some_and(|table| table.kind == TableKind::Shadow) {
        return None;
    }
    let what = match kept {
        None => " is gone",
        Some(_) => " is another table, which is none of its storage",
    };
    let message = object("table", &storage.name)
        + ", in which virtual table "
        + name(&owner.name)
        + " keeps what it holds,"
        + what;
    let statements = case.rehearsal.altered.get(&ident::folded(&storage.name));
    let help = "leave the storage to its module: to make the table anew, drop it by its own name, \
        make it again and fill it";
    Some(
        Finding::new(Code::SchemaObjectLost, message)
            .on(&owner.name)
            .at(case.first_place(statements.into_iter().flatten()))
            .help(help),
    )
}
