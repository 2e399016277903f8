//! The JSON Schema of `harness.toml`, from its serde mirror.
//!
//! Draft 7: editors' plugins for TOML do not know all of a later one. The schema accepts all that
//! validation accepts, and some that it refuses: a range whose end is before its start, for one.

use super::file::File;
use super::validate::{VALUES, values_word};
use crate::bounds::CloneKind;
use crate::codes::{Level, TABLE};
use crate::regime::{OnError, TransactionMode};
use crate::schema::unwrap_description;
use schemars::generate::SchemaSettings;
use schemars::transform::{RecursiveTransform, Transform as _};
use schemars::{Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value as Json};

/// The spelling of a count: `any`, `6`, `1..=12`, `1..12`, `1..`, `..=12`.
pub(super) const COUNT: &str = r"^\s*(any|\+?[0-9]+|(\+?[0-9]+)?\s*\.\.\s*(=?\s*\+?[0-9]+)?)\s*$";

/// The JSON Schema of `harness.toml`, draft 7. Every table is closed, and every key has a
/// description.
pub fn schema() -> Json {
    let mut schema = SchemaSettings::draft07()
        .into_generator()
        .into_root_schema_for::<File>();
    RecursiveTransform(without_null).transform(&mut schema);
    RecursiveTransform(unwrap_description).transform(&mut schema);
    schema.to_value()
}

/// Takes null away: TOML has none, an optional key is left out.
fn without_null(schema: &mut Schema) {
    if schema.get("default").is_some_and(Json::is_null) {
        schema.remove("default");
    }
    if let Some(Json::Array(types)) = schema.get_mut("type") {
        types.retain(|t| t != "null");
        if let [only] = &types[..] {
            let only = only.clone();
            schema.insert("type".to_owned(), only);
        }
    }
    without_null_choice(schema);
}

/// Takes null from what a value may be any of.
fn without_null_choice(schema: &mut Schema) {
    let is_null = |schema: &Json| schema.get("type").is_some_and(|t| t == "null");
    let Some(Json::Array(any)) = schema.get_mut("anyOf") else {
        return;
    };
    if !any.iter().any(is_null) {
        return;
    }
    any.retain(|schema| !is_null(schema));
    // Draft 7 ignores what is beside `$ref`, such as a description.
    if any.len() == 1
        && let Some(rest) = schema.remove("anyOf")
    {
        schema.insert("allOf".to_owned(), rest);
    }
}

/// One of a closed set of words: the set that validation knows.
fn words<T: Copy>(all: &[T], name: fn(T) -> &'static str) -> Schema {
    let names: Vec<&str> = all.iter().copied().map(name).collect();
    json_schema!({ "type": "string", "enum": names })
}

pub(super) fn clone_kinds(_: &mut SchemaGenerator) -> Schema {
    words(&CloneKind::ALL, CloneKind::word)
}

pub(super) fn transactions(_: &mut SchemaGenerator) -> Schema {
    words(&TransactionMode::ALL, TransactionMode::word)
}

pub(super) fn on_error(_: &mut SchemaGenerator) -> Schema {
    words(&OnError::ALL, OnError::word)
}

pub(super) fn values(_: &mut SchemaGenerator) -> Schema {
    words(&VALUES, values_word)
}

/// The codes whose findings may be said to be more or less bad.
pub(super) fn findings(_: &mut SchemaGenerator) -> Schema {
    let level = |sentence: &str| {
        let mut schema = words(&Level::ALL, Level::word);
        schema.insert("description".to_owned(), sentence.into());
        schema.to_value()
    };
    let properties: Map<String, Json> = TABLE
        .iter()
        .filter(|entry| !entry.is_core)
        .map(|entry| (entry.id.to_owned(), level(entry.sentence)))
        .collect();
    json_schema!({ "type": "object", "additionalProperties": false, "properties": properties })
}
