//! Findings about unique indexes that a statement dropped by name, or whose columns compare in
//! another way, and that keep fewer rows apart under their name than before. Those that went with
//! their table and have another text are the matter of `dropped_along`.

use super::continued::Continued;
use super::index_shape::IndexShape;
use super::phrases::object;
use super::{Case, Code, Finding, Severity};
use crate::migration::{ObjectType, Statement, StatementKind};
use crate::sentence::{Sentence, name, schema};
use crate::sql::ident;

pub(super) fn findings(case: Case<'_>) -> Vec<Finding> {
    let [before, after] = case.catalogs();
    if before.objects == after.objects {
        return Vec::new();
    }
    keys(case).filter_map(|key| finding(case, key)).collect()
}

/// The tables, by their names after, and the indexes that are less than they were.
pub(super) fn losses(case: Case<'_>) -> Vec<(String, Sentence)> {
    let what = |key| Some((finding(case, key)?.table?, object("index", &key.1)));
    keys(case).filter_map(what).collect()
}

fn keys(case: Case<'_>) -> impl Iterator<Item = &(String, String)> {
    let goes_with_table = move |key| case.rehearsal.dropped_along.contains_key(key);
    let indexes = case.rehearsal.before.objects.keys();
    indexes.filter(move |key| key.0 == "index" && !goes_with_table(*key))
}

/// None if the index keeps no rows apart, or something keeps them apart as it did.
fn finding(case: Case<'_>, key: &(String, String)) -> Option<Finding> {
    let [before, after] = case.catalogs();
    let [was, now] = [before.objects.get(key)?, after.objects.get(key)?];
    let (table, own) = (Continued::of(case, &was.table)?, &key.1);
    let shape = IndexShape::of(before, key).filter(IndexShape::is_unique)?;
    let is_lost = table.has_terms(&shape) && !table.still_has(&shape);
    if !is_lost || !ident::same(&now.table, &table.after.name) {
        return None;
    }
    let (how, leaves_out) = table.lacks(&shape, &IndexShape::of(after, key)?);
    let message =
        "unique " + object("index", own) + " of " + name(&now.table) + " was made again " + how;
    let finding = Finding::new(Code::SchemaObjectLost, message)
        .on(&now.table)
        .at(case.place(making(case, own)))
        .severity((!leaves_out).then_some(Severity::Warning));
    if case.declares_loss(&now.table, &object("index", own)) {
        return Some(finding.declared_loss());
    }
    // With the text that it had, only its columns can compare in another way.
    let (help, text) = if was.sql == now.sql {
        (OF_COLUMNS, before.definition(&table.before.name)?)
    } else {
        (OF_TEXT, was.sql.as_deref()?)
    };
    Some(finding.help(help + schema(text) + ";"))
}

/// The last statement that made an index of a name.
fn making(case: Case<'_>, index: &str) -> Option<usize> {
    let is_it = |it: &&Statement| {
        let object = it.object.as_ref();
        it.kind == StatementKind::Create(ObjectType::Index)
            && object.is_some_and(|object| ident::same(&object.name, index))
    };
    Some(case.latest().find(is_it)?.index)
}

const OF_COLUMNS: &str =
    "say COLLATE in it or in its columns, as these did; before, their table was made by\n";

const OF_TEXT: &str = "make it as it was, if rows are to be kept apart as before, or declare it under \
    `drops`:\n";
