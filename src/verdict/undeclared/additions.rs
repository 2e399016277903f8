//! A migration that touches no row and only adds to the schema needs no declared scope.
//!
//! Whether it does is judged by what the capture and the two catalogs show; the grammar says what
//! they do not tell, such as a CHECK. Adding is not harmless by itself: a new name may be what a view
//! or lookup meant with a word all along. What is not known to be an addition is none.

use super::super::Case;
use super::super::case::Look;
use super::reach::readers;
use super::{column, object};
use crate::migration::Statement;
use crate::rehearse::{SchemaWrite, changed_objects};
use crate::rewrite::{self, Addition};
use crate::sentence::{Sentence, name};
use crate::snapshot::catalog::is_bookkeeping;
use crate::sql::ident;

/// What one statement adds, or why it is no addition.
pub(super) struct Added {
    /// the number of the statement
    pub(super) statement: usize,
    /// that, as a clause
    pub(super) what: Sentence,
}

/// Why something is no addition, as a clause.
pub(super) type Refusal = Sentence;

/// What the migration adds, if it does nothing else; or why it needs a scope, unless other findings
/// and the changes show that.
pub(super) fn additions(case: Case<'_>) -> Result<Vec<Added>, Option<Added>> {
    if !is_unchanged(case) {
        return Err(None);
    }
    added(case).map_err(Some)
}

fn added(case: Case<'_>) -> Result<Vec<Added>, Added> {
    let mut added = Vec::new();
    for look in case.runs() {
        let statement = look.statement.index;
        let at = |what| Added { statement, what };
        added.extend(of_statement(look).map_err(at)?.map(at));
    }
    let last = case.migration.statements.len();
    let at_end = |what| Added {
        statement: last,
        what,
    };
    nothing_else(case, &added).map_err(at_end)?;
    Ok(added)
}

fn of_statement(look: Look<'_>) -> Result<Option<Sentence>, Refusal> {
    let Some(addition) = rewrite::addition(look.sql()) else {
        return Err(look.named() + " does more than add to the schema");
    };
    if look.run.wrote.rows || look.run.wrote.header {
        return Err(look.named() + " writes more than the schema");
    }
    what(look.case, look.statement, &addition)
}

/// Whether no row was touched, and all of it could be evaluated.
fn is_unchanged(case: Case<'_>) -> bool {
    let (rehearsal, diff) = (case.rehearsal, case.diff);
    let touched = &rehearsal.touched;
    let was_there = |table: &String| rehearsal.before.tables.contains_key(table);
    let is_written = touched.rows.keys().any(was_there)
        || touched.doubtful.keys().any(was_there)
        || !touched.storage_written.is_empty()
        || !touched.untracked.is_empty();
    let is_changed = !diff.changes.tables.is_empty() || !diff.changes.moved.is_empty();
    let is_whole = diff.unevaluated.is_empty() && diff.broken.is_empty();
    let is_through = rehearsal.ran_through() && rehearsal.failure.is_none();
    is_through && is_whole && !is_written && !is_changed && diff.regressed.is_empty()
}

/// What a statement adds, as a clause; `None` if it is not to add anything.
fn what(
    case: Case<'_>,
    statement: &Statement,
    addition: &Addition,
) -> Result<Option<Sentence>, Refusal> {
    let write = match addition {
        Addition::Nothing => return Ok(None),
        Addition::Object { of, name, .. } => (SchemaWrite::Made, of.word(), name),
        Addition::Column { table, .. } => (SchemaWrite::Changed, "table", table),
    };
    let run = case.rehearsal.statement(statement.index);
    let mut writes = run.iter().flat_map(|run| &run.wrote.schema);
    let is_done = writes.any(|(how, of, name)| {
        (*how, of.as_str()) == (write.0, write.1) && ident::same(name, write.2)
    });
    if !is_done {
        let of = Sentence::from(write.1) + " " + name(write.2);
        return Err("nothing was added by the statement for " + of);
    }
    match addition {
        Addition::Nothing => Ok(None),
        Addition::Object { .. } => object::added(case, addition).map(Some),
        Addition::Column {
            table,
            name,
            is_plain,
        } => column::added(case, table, name, *is_plain).map(Some),
    }
}

/// Whether the two catalogs differ in nothing but what the statements add.
fn nothing_else(case: Case<'_>, added: &[Added]) -> Result<(), Refusal> {
    let [before, after] = case.catalogs();
    if !after.temporary.is_empty() {
        return Err("it makes temporary objects".into());
    }
    let readers = readers(case);
    let mut on_schema = readers.iter().filter(|reader| reader.reads_schema());
    if let Some(reader) = on_schema.next().filter(|_| !added.is_empty()) {
        return Err(reader.named() + " reads the schema, which is another");
    }
    let is_named = |of: &str, object: &str| {
        added.iter().any(|added| {
            let statement = case.migration.statement(added.statement);
            let sql = statement.map_or("", |statement| case.migration.sql(statement));
            match rewrite::addition(sql) {
                Some(Addition::Object { of: made, name, .. }) => {
                    made.word() == of && ident::same(&name, object)
                }
                Some(Addition::Column { table, .. }) => {
                    of == "table" && ident::same(&table, object)
                }
                _ => false,
            }
        })
    };
    for (write, (of, object)) in changed_objects(before, after) {
        let is_storage = write == SchemaWrite::Made && is_new_storage(case, object);
        let is_expected = write != SchemaWrite::Gone && is_named(of, object);
        if !is_bookkeeping(object) && !is_storage && !is_expected {
            let of = Sentence::from(of.as_str());
            return Err(of + " " + name(object) + " is not as it was");
        }
    }
    Ok(())
}

/// Whether a table is storage that a virtual table of the migration made for itself.
fn is_new_storage(case: Case<'_>, table: &str) -> bool {
    let [before, after] = case.catalogs();
    let owner = after.owner_of_shadow(table);
    owner.is_some_and(|owner| before.table(&owner.name).is_none())
}
