//! Findings about virtual tables: an index that is out of step with what it is derived from, and a
//! table in which one keeps what it holds that is gone.

use super::facts::IndexFault;
use super::phrases::{object, rows_of};
use super::{Case, Code, Finding, Severity};
use crate::diff::{EntryChanges, IndexCause};
use crate::sentence::{Sentence, engine, name, sql};
use crate::snapshot::catalog::{Table, TableKind};
use crate::sql::ident;

pub(super) fn findings(case: Case<'_>) -> Vec<Finding> {
    let tables = case.rehearsal.before.tables.values();
    let storage = tables.filter(|table| table.kind == TableKind::Shadow);
    let lost = storage.filter_map(|storage| lost_storage(case, storage));
    let faults = case.facts.indexes.iter();
    faults
        .map(|fault| out_of_step(case, fault))
        .chain(lost)
        .collect()
}

fn out_of_step(case: Case<'_>, fault: &IndexFault) -> Finding {
    let finding = Finding::new(Code::IndexOutOfStep, told(fault))
        .on(&fault.table)
        .at(case.first_place(&fault.statements))
        .severity(fault.is_held.then_some(Severity::Warning));
    if fault.cause == IndexCause::Storage {
        return finding
            .help("leave the storage to its module: write the virtual table by its name");
    }
    let own = ident::quote(&fault.table);
    let again = format!("INSERT INTO {own}({own}) VALUES ('rebuild')");
    let help = "write the index along with the rows, or make it again from them: ";
    finding.help(help + sql(again))
}

fn told(fault: &IndexFault) -> Sentence {
    let (index, content) = ("index " + name(&fault.table), fault.content.as_deref());
    let content = content.unwrap_or(&fault.table);
    let differs = " does not say what the rows of " + name(content) + " say";
    if fault.cause == IndexCause::Storage && fault.reason.is_empty() {
        return "the storage of virtual table "
            + name(&fault.table)
            + " was written by other means than its module: its rows and its index are in order, \
               and what else it keeps was not compared";
    }
    if fault.is_held {
        return index + differs + ", and did not before the migration";
    }
    match fault.cause {
        IndexCause::Rows(EntryChanges { left, .. }) if left > 0 => {
            let said = match left {
                1 => " has what it said before",
                _ => " has what they said before",
            };
            rows_of(left, content) + " changed, and " + index + said
        }
        IndexCause::Rows(EntryChanges { alone, .. }) if alone > 0 => {
            let lead = match alone {
                1 => "1 entry of ".into(),
                n => Sentence::from(n) + " entries of ",
            };
            lead + index + " changed, and the rows of " + name(content) + " did not"
        }
        IndexCause::Made => index + " is made, and" + differs,
        IndexCause::Readdressed => {
            let lead = name(content) + " was made again, or its rows got other rowids, and ";
            lead + index + differs
        }
        IndexCause::Storage => {
            "the storage of virtual table "
                + name(&fault.table)
                + " was written by other means than its module: "
                + engine(&fault.reason)
        }
        IndexCause::View | IndexCause::Unknown | IndexCause::Rows(_) => index + differs,
    }
}

/// What keeps the rows of a table apart, as far as a module relies on it.
fn key(table: &Table) -> (bool, bool, Vec<&str>) {
    let is_rowid = table.integer_primary_key.is_some();
    (table.without_rowid, is_rowid, table.key_columns().collect())
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
    let what = match kept {
        _ if !goes_on => return None,
        None => " is gone",
        Some(kept) if kept.kind != TableKind::Shadow => {
            " is another table, which is none of its storage"
        }
        Some(kept) if key(kept) != key(storage) => " is made again without the key that it had",
        Some(_) => return None,
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
