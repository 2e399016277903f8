//! Documents held against a JSON Schema.

use jsonschema::Validator;
use serde_json::Value as Json;

pub(crate) fn validator(schema: &Json) -> Validator {
    assert!(jsonschema::meta::is_valid(schema), "the schema is one");
    jsonschema::validator_for(schema).expect("a schema")
}

/// What is wrong with a document; empty where nothing is.
pub(crate) fn problems(validator: &Validator, document: &Json) -> Vec<String> {
    validator
        .iter_errors(document)
        .map(|e| format!("{} at `{}`", e, e.instance_path()))
        .collect()
}
