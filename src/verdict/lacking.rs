//! What one text of a table says and another does not. Makes no findings.

use super::index_shape::IndexShape;
use super::phrases::list;
use crate::rewrite::{Definition, Reference};
use crate::sentence::{Sentence, bare, name, schema_part};
use crate::sql::Affinity;
use crate::sql::token::exact_words;
use std::collections::BTreeMap;

/// What `one` says of a table of this name and `other` does not.
pub(super) fn lacking(table: &str, one: &Definition, other: &Definition) -> Vec<Sentence> {
    let part = |sql: &String| schema_part(table, sql);
    let foreign_key = |key: &Reference| {
        "FOREIGN KEY (" + list(&key.columns) + ") REFERENCES " + bare(&key.parent)
    };
    let keys = IndexShape::keys(one).filter(|key| !IndexShape::keys(other).any(|it| it == *key));
    let own = |column: &str| Some(column.to_owned());
    let checks = one.checks.iter().filter(|check| {
        let mut others = other.checks.iter();
        !others.any(|it| exact_words(it) == exact_words(check))
    });
    let foreign = one
        .foreign_keys
        .iter()
        .filter(|key| !other.foreign_keys.contains(key));
    of_columns(one, other)
        .into_iter()
        .chain(flags(one, other))
        .chain(keys.map(|key| key.phrase(table, own)))
        .chain(checks.map(|check| "CHECK (" + part(check) + ")"))
        .chain(foreign.map(foreign_key))
        .collect()
}

fn flags(one: &Definition, other: &Definition) -> impl Iterator<Item = Sentence> {
    [
        (one.strict, other.strict, "STRICT"),
        (one.without_rowid, other.without_rowid, "WITHOUT ROWID"),
        (one.autoincrement, other.autoincrement, "AUTOINCREMENT"),
    ]
    .into_iter()
    .filter(|(one, other, _)| *one && !other)
    .map(|(_, _, what)| what.into())
}

/// The columns that `other` has not, and what is said of those that it has.
fn of_columns(one: &Definition, other: &Definition) -> Vec<Sentence> {
    let mut said = Vec::new();
    for (column, of) in &one.columns {
        let mut others = other.columns.iter();
        let Some((_, other_type)) = others.find(|(name, _)| name == column) else {
            said.push("the column " + name(column));
            continue;
        };
        let mut say = |is_lacking: bool, what: Sentence| {
            if is_lacking {
                said.push(what + " of " + name(column));
            }
        };
        let differs = |one: &BTreeMap<String, String>, other: &BTreeMap<String, String>| {
            let words =
                |said: &BTreeMap<String, String>| said.get(column).map(|it| exact_words(it));
            one.contains_key(column) && words(one) != words(other)
        };
        let is_number = |of: &str| of == "integer" && one.is_in_key(column);
        let is_other =
            Affinity::of(of) != Affinity::of(other_type) || is_number(of) != is_number(other_type);
        // Without a type, a column stores what it is given, and asks for nothing.
        let of = bare(of.to_uppercase());
        say(is_other && !of.is_empty(), "the type " + of);
        let may_be_null = !other.not_null.contains(column);
        say(
            one.not_null.contains(column) && may_be_null,
            "NOT NULL".into(),
        );
        say(differs(&one.defaults, &other.defaults), "DEFAULT".into());
        say(
            differs(&one.collations, &other.collations),
            "COLLATE".into(),
        );
        say(
            differs(&one.generated, &other.generated),
            "GENERATED".into(),
        );
    }
    said
}
