//! Evidence that was saved: its schema, and reading it again.

use super::Evidence;
use super::document::{FORMAT, VERSION};
use crate::schema::unwrap_description;
use schemars::Schema;
use schemars::generate::SchemaSettings;
use schemars::transform::{RecursiveTransform, Transform as _};
use serde::Deserialize;
use serde_json::Value as Json;

/// The milliseconds before and after 1970 that SQLite knows as times: of the years 0 to 9999.
const TIMES: std::ops::RangeInclusive<i64> = -62_167_219_200_000..=253_402_300_799_999;

/// Why a text is no evidence.
#[derive(Debug, thiserror::Error)]
pub enum EvidenceError {
    /// it is not JSON, or not of the documented shape
    #[error("is no evidence of harness: {0}")]
    Invalid(String),
    /// it says that it is something else
    #[error("is no evidence of harness: `format` is {0:?}")]
    Format(String),
    /// it is of a form that this version does not know
    #[error("is evidence of version {0}, and this harness reads version {VERSION}")]
    Version(u32),
}

impl From<serde_json::Error> for EvidenceError {
    fn from(error: serde_json::Error) -> Self {
        Self::Invalid(error.to_string())
    }
}

/// What says how the rest is to be read.
#[derive(Deserialize)]
struct EvidenceHead {
    format: String,
    version: u32,
}

impl Evidence {
    /// Reads evidence that was saved as JSON. Keys that are not known are passed over: a later
    /// harness may have added them.
    ///
    /// # Errors
    /// When the text is not evidence of version 1.
    pub fn read(text: &str) -> Result<Self, EvidenceError> {
        let EvidenceHead { format, version } = serde_json::from_str(text)?;
        if format != FORMAT {
            return Err(EvidenceError::Format(format));
        }
        if version != VERSION {
            return Err(EvidenceError::Version(version));
        }
        let read: Self = serde_json::from_str(text)?;
        if TIMES.contains(&read.engine.now_ms) {
            return Ok(read);
        }
        let reason = "`engine.now_ms` is no time of the years 0 to 9999";
        Err(EvidenceError::Invalid(reason.to_owned()))
    }
}

/// Lets an object have its properties and no others; one of any keys has no properties.
fn close(schema: &mut Schema) {
    if let Some(object) = schema.as_object_mut()
        && let Some(at) = object.keys().position(|key| key == "properties")
    {
        object.shift_insert(at, "additionalProperties".to_owned(), false.into());
    }
}

/// The JSON Schema (draft 2020-12) of saved evidence, from the types that are written. Every object
/// is closed.
pub fn schema() -> Json {
    let generator = SchemaSettings::draft2020_12()
        .for_serialize()
        .into_generator();
    let mut schema = generator.into_root_schema_for::<Evidence>();
    RecursiveTransform(close).transform(&mut schema);
    RecursiveTransform(unwrap_description).transform(&mut schema);
    schema.to_value()
}
