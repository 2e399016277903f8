//! Documents held against a JSON Schema.

use boon::{Compiler, SchemaIndex, Schemas};
use serde_json::Value as Json;

pub(crate) struct Validator {
    schemas: Schemas,
    index: SchemaIndex,
}

/// Reads a schema, which has to be one itself; what it says of formats is a demand.
pub(crate) fn validator(schema: &Json) -> Validator {
    const PLACE: &str = "schema.json";
    let (mut compiler, mut schemas) = (Compiler::new(), Schemas::new());
    compiler.enable_format_assertions();
    compiler.add_resource(PLACE, schema.clone()).expect("JSON");
    let index = compiler
        .compile(PLACE, &mut schemas)
        .unwrap_or_else(|error| panic!("the schema is none: {error:#}"));
    Validator { schemas, index }
}

impl Validator {
    pub(crate) fn is_valid(&self, document: &Json) -> bool {
        self.schemas.validate(document, self.index).is_ok()
    }
}

/// What is wrong with a document; empty where nothing is.
pub(crate) fn problems(validator: &Validator, document: &Json) -> Vec<String> {
    let result = validator.schemas.validate(document, validator.index);
    result
        .err()
        .iter()
        .map(|error| format!("{error:#}"))
        .collect()
}
