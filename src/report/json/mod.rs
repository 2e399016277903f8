//! The JSON report, version 1, and its JSON Schema. Keys are added, never renamed.
//!
//! A tenant is text, `null` where the rows have none. A BLOB is `{"blob": hex of at most 32 bytes, "bytes": n}`; text that is
//! not UTF-8 likewise with `text`; a number that JSON cannot spell is its SQL literal as a string.

mod cell;
mod document;
mod migration;
mod scope;
mod statement;
mod words;

use super::Report;
use document::Document;
use schemars::generate::SchemaSettings;
use serde_json::Value as Json;
use std::io::{self, Write};

pub(super) fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &Document::new(report))?;
    writeln!(out)
}

/// The JSON Schema (draft 2020-12) of what [`render`] writes, from the types that it writes. Every object is closed.
pub(super) fn schema() -> Json {
    SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<Document<'_>>().to_value()
}
