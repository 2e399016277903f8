//! A new object of the schema, which is an addition if its name is new and nothing that was there
//! before can mean it.

use super::super::Case;
use super::additions::Refusal;
use super::reach::{SchemaReader, readers, readers_of};
use super::trigger;
use crate::migration::ObjectType;
use crate::rewrite::{self, Addition, Varying};
use crate::sentence::{Sentence, name};
use crate::snapshot::catalog::{Table, TableKind};
use crate::sql::{Words, ident};

/// What it adds, as a clause.
pub(super) fn added(case: Case<'_>, addition: &Addition) -> Result<Sentence, Refusal> {
    let Addition::Object {
        of,
        name: own,
        is_unique,
        is_virtual,
    } = addition
    else {
        return Ok(Sentence::default());
    };
    let what = Sentence::from(of.word()) + " " + name(own);
    meant_before(case, *of, own)?;
    match of {
        ObjectType::Table if *is_virtual => virtual_table(case, own)?,
        ObjectType::Table => table(case, own)?,
        ObjectType::View => {}
        ObjectType::Index => index(case, own, *is_unique)?,
        ObjectType::Trigger => return Ok(what + trigger::writes(case, own)?),
    }
    Ok(what)
}

/// Holds the name against what was there before: a table or view may be in the place of one that an
/// earlier migration took away, and a word that meant something else may mean it now.
fn meant_before(case: Case<'_>, of: ObjectType, own: &str) -> Result<(), Refusal> {
    let [before, _] = case.catalogs();
    let refused = |why: Sentence| Err(Sentence::from(of.word()) + " " + name(own) + why);
    let has_rows = matches!(of, ObjectType::Table | ObjectType::View);
    let is_earlier =
        before.table(own).is_none() && case.facts.earlier.contains(&ident::folded(own));
    if has_rows && is_earlier {
        return refused(" is in the place of one that an earlier migration took away".into());
    }
    if has_rows && is_function(own) {
        return refused(" takes the place of a function that gives rows".into());
    }
    if of == ObjectType::View && case.tenants.tables.contains_key(&ident::folded(own)) {
        return refused(" is in the place of a table of [tenant.tables]".into());
    }
    if of == ObjectType::Trigger {
        return Ok(());
    }
    if let Some(reader) = readers(case).iter().find(|reader| reader.may_mean(own)) {
        return refused(" may change what is read by " + reader.named());
    }
    let mut keys = before.ordinary().filter(|table| {
        let mut parents = table.keys.foreign.iter().map(|key| &key.parent);
        parents.any(|parent| ident::same(parent, own))
    });
    match keys.next() {
        Some(child) if has_rows => {
            refused(" is what a foreign key of " + name(&child.name) + " refers to")
        }
        _ => Ok(()),
    }
}

/// Whether queries find a function of the engine's under a name, until there is such a table.
fn is_function(own: &str) -> bool {
    const FUNCTIONS: [&str; 6] = [
        "json_each",
        "json_tree",
        "jsonb_each",
        "jsonb_tree",
        "generate_series",
        "dbstat",
    ];
    let own = ident::folded(own);
    own.starts_with("pragma_") || FUNCTIONS.contains(&own.as_str())
}

/// A table that looks like the storage of a virtual table would be taken for that.
fn table(case: Case<'_>, own: &str) -> Result<(), Refusal> {
    let [before, after] = case.catalogs();
    let what = || "table " + name(own);
    let Some(table) = after.table(own) else {
        return Err(what() + " is gone");
    };
    if before.owner_of_shadow(own).is_some() || table.kind != TableKind::Ordinary {
        return Err(what() + " has the name of a virtual table's storage");
    }
    Ok(())
}

/// A virtual table is an addition if it has no rows yet: it keeps them itself, or is over a table that
/// the migration makes.
fn virtual_table(case: Case<'_>, own: &str) -> Result<(), Refusal> {
    let [before, after] = case.catalogs();
    let refused = |why: &str| Err("virtual table " + name(own) + why);
    let sql = after
        .table(own)
        .and_then(|table| after.definition(&table.name));
    let sql = sql.unwrap_or_default();
    let words = Words::of(sql);
    let module = words
        .find(0, "USING")
        .map(|at| ident::folded(&words.name(at + 1)));
    let known = ["fts3", "fts4", "fts5", "rtree", "rtree_i32", "geopoly"];
    if !module.is_some_and(|module| known.contains(&module.as_str())) {
        return refused(" is of a module that may show rows of others");
    }
    let is_plain = |table: &Table| table.kind == TableKind::Ordinary;
    let is_made = |own: &str| before.table(own).is_none() && after.table(own).is_some_and(is_plain);
    let is_old = |content: String| !content.is_empty() && !is_made(&content);
    if contents(&words).any(is_old) {
        return refused(" is over a table that may have rows");
    }
    let prefix = ident::folded(own) + "_";
    if before.tables.keys().any(|table| table.starts_with(&prefix)) {
        return refused(" would take a table that was there for its storage");
    }
    Ok(())
}

/// What the options of a virtual table name as its content. FTS5 takes an option by the beginning of
/// its name.
fn contents(words: &Words<'_>) -> impl Iterator<Item = String> {
    let is_content = |at: &usize| "content".starts_with(&ident::folded(words.text(*at)));
    (1..words.len())
        .filter(|at| words.text(*at) == "=")
        .filter(move |at| is_content(&(at - 1)))
        .map(|at| words.name(at + 1))
}

/// An index is an addition if it holds no rows apart, and no query takes the first rows that come.
fn index(case: Case<'_>, own: &str, is_unique: bool) -> Result<(), Refusal> {
    let [before, after] = case.catalogs();
    let mut objects = after.objects.iter();
    let object = objects.find(|((of, name), _)| of == "index" && ident::same(name, own));
    let Some((_, object)) = object else {
        return Err("index " + name(own) + " is gone");
    };
    let Some(table) = before.table(&object.table) else {
        return Ok(());
    };
    let says_unique = Words::of(object.sql.as_deref().unwrap_or_default()).is(1, "UNIQUE");
    if is_unique || says_unique {
        return Err("index " + name(own) + " lets no two rows be alike");
    }
    if table.kind != TableKind::Ordinary {
        return Err(name(&table.name) + " is no ordinary table");
    }
    let all = readers(case);
    let takes_first = |reader: &&&SchemaReader<'_>| {
        let mut varying = rewrite::varying(reader.text).into_iter();
        varying.any(|varies| varies.by == Varying::Order)
    };
    let readers = readers_of(&all, &table.name);
    match readers.iter().find(takes_first) {
        Some(reader) => {
            Err("index " + name(own) + " may change which rows come first in " + reader.named())
        }
        None => Ok(()),
    }
}
