//! What the two JSON Schemas have in common. Knows none of their types.

use schemars::Schema;
use serde_json::Value as Json;

/// Puts each paragraph of a description on one line, wherever its comment in the source is wrapped.
pub(crate) fn unwrap_description(schema: &mut Schema) {
    if let Some(Json::String(text)) = schema.get_mut("description") {
        let paragraphs: Vec<String> = text.split("\n\n").map(|p| p.replace('\n', " ")).collect();
        *text = paragraphs.join("\n\n");
    }
}
