//! The SARIF 2.1.0 report, for code scanning: the table of codes as rules, each finding as a result
//! at its place in the migration.
//!
//! The form is that of OASIS,
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/sarif-v2.1.0-errata01-os-complete.html>.
//! It is written as JSON: the crate `serde-sarif` makes its types from the schema while it is built,
//! which takes 50 crates, two of them without a maintainer (`schemafy`, `Inflector`), and a second
//! `syn`. The tests hold the form against the published schema.
//!
//! A result's fingerprint is what the finding is about, not its place nor what the snapshot showed of
//! it, so that a result is known again after an edit above it. GitHub takes 25,000 results of a run
//! at most.

mod fingerprint;
mod place;
mod result;
mod run;

use super::escape;
use super::write_json;
use crate::record::Evidence;
use serde_json::{Value as Json, json};
use std::io::{self, Write};

pub(super) fn render(evidence: &Evidence, out: &mut dyn Write) -> io::Result<()> {
    write_json(&run::log(evidence), out)
}

/// A message: plain text, in which nothing is an argument or a link.
fn message(text: &str) -> Json {
    json!({ "text": braces(&escape::block(text)).replace("](", "]\\(") })
}

/// A message's text in which `{` and `}` are themselves: alone they would hold the place of an
/// argument (§3.11.5).
fn braces(text: &str) -> String {
    text.replace('{', "{{").replace('}', "}}")
}

/// An object without the members that have no value: the form has no null for them.
fn present(mut object: Json) -> Json {
    if let Json::Object(members) = &mut object {
        members.retain(|_, value| !value.is_null());
    }
    object
}
