//! Findings about schema statements whose success depends on rows, and that met a table without one.

use super::case::Look;
use super::continued::Continued;
use super::index_shape::IndexShape;
use super::phrases::{list, statement};
use super::rebuild::{Rebuild, rebuilds};
use super::{Case, Code, Finding};
use crate::migration::{ObjectType, StatementKind};
use crate::rewrite::{self, RowDemand};
use crate::scope::Op;
use crate::sentence::{Sentence, name, schema_part};
use crate::sql::token::exact_words;
use crate::sql::{ident, token};

pub(super) fn findings(case: Case<'_>) -> Vec<Finding> {
    if case.facts.empty.is_empty() {
        return Vec::new();
    }
    let rebuilt = rebuilds(case);
    case.ran()
        .filter_map(of_statement)
        .chain(rebuilt.iter().filter_map(of_rebuild))
        .collect()
}

/// A statement that asks something of rows, of a table that had none before and none then.
fn of_statement(look: Look<'_>) -> Option<Finding> {
    let table = look.run.on_empty.as_deref()?;
    let case = look.case;
    let origin = case
        .rehearsal
        .origin(&ident::folded(look.table_after(table)?))?;
    let asked = look.asked(&Continued::of(case, &origin.name)?);
    if asked.is_empty() || !case.facts.empty.contains(&origin.name) {
        return None;
    }
    let message = look.named() + " meets " + name(table) + NOTHING + Sentence::join(asked, ", ");
    Some(look.finding(Code::UnpopulatedTable, message).on(table))
}

const NOTHING: &str = " without a row, so nothing was shown: with rows, ";

impl Look<'_> {
    /// What it asks of rows, in a table.
    fn asked(self, table: &Continued<'_>) -> Vec<Sentence> {
        if self.statement.kind == StatementKind::Create(ObjectType::Index) {
            let own = self.statement.object.iter();
            let key = own.map(|own| ("index".to_owned(), own.name.clone())).next();
            let shape = key.and_then(|key| IndexShape::of(&self.case.rehearsal.after, &key));
            let is_new = shape.map_or_else(
                || token::mentions(self.sql(), "unique"),
                |shape| shape.is_unique() && !table.has_had(&shape),
            );
            let unique = is_new.then(|| "UNIQUE may fail".into());
            return unique.into_iter().collect();
        }
        let sets_keys = |look: Look<'_>| token::mentions(look.sql(), "foreign_keys");
        let may_have_keys =
            || self.case.facts.regime.foreign_keys || self.case.ran().any(sets_keys);
        let phrase = |asked: RowDemand| {
            let (what, how) = match asked {
                RowDemand::NeverWithKeys(_) if !may_have_keys() => return None,
                RowDemand::Never(what) | RowDemand::NeverWithKeys(what) => (what, " fails"),
                RowDemand::Checked(what) => (what, " may fail"),
            };
            Some(Sentence::from(what) + how)
        };
        rewrite::demands(self.sql())
            .into_iter()
            .filter_map(phrase)
            .collect()
    }
}

/// A table that was made again with more constraints, and into which no row was copied. Where the
/// query that copies has a preview, that says so.
fn of_rebuild(rebuild: &Rebuild<'_>) -> Option<Finding> {
    let table = rebuild.table;
    let (case, own) = (table.case, &table.after.name);
    let is_said = rebuild.filling().any(|insert| {
        let preview = case.look(insert.index).and_then(Look::preview);
        preview.is_some_and(|preview| preview.target_is_empty)
    });
    let has_rows = !case.facts.empty.contains(&table.before.name)
        || case.written_in(own).changed(Op::Insert) > 0;
    let new = new_constraints(rebuild);
    if is_said || has_rows || new.is_empty() {
        return None;
    }
    let number = rebuild.created?;
    let lead = statement(number) + " makes " + name(own) + " again";
    let message = lead + NOTHING + Sentence::join(new, ", ") + " may fail";
    let finding = Finding::new(Code::UnpopulatedTable, message).on(own);
    Some(finding.at(case.place(number)))
}

/// What the table made again asks of rows and the one before did not.
fn new_constraints(rebuild: &Rebuild<'_>) -> Vec<Sentence> {
    let table = rebuild.table;
    let Some((old, new)) = table.definitions() else {
        return vec!["what it says".into()];
    };
    let own = |column: &str| Some(column.to_owned());
    let keys = IndexShape::keys(&new).filter(|key| !table.has_had(key));
    let keys = keys.map(|key| key.phrase(&table.after.name, own));
    let not_null = new.not_null.difference(&old.not_null);
    let not_null = not_null.map(|column| "NOT NULL of " + list([column]));
    let is_old = |check: &&String| {
        let mut checks = old.checks.iter();
        checks.any(|old| exact_words(old) == exact_words(check))
    };
    let checks = new.checks.iter().filter(|check| !is_old(check));
    let checks = checks.map(|check| "CHECK (" + schema_part(&table.after.name, check) + ")");
    let strict = (new.strict && !old.strict).then(|| "STRICT".into());
    strict
        .into_iter()
        .chain(not_null)
        .chain(keys)
        .chain(checks)
        .collect()
}
