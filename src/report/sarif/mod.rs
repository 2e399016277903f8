//! The SARIF 2.1.0 report, for code scanning: the table of codes as rules, each finding as a result
//! at its place in the migration.
//!
//! The form is that of OASIS,
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/sarif-v2.1.0-errata01-os-complete.html>.
//! It is written from types of our own, each beside what fills it: the crate `serde-sarif` makes its types from the
//! schema while it is built, which takes 50 crates, two of them without a maintainer (`schemafy`,
//! `Inflector`), and a second `syn`.
//!
//! A result's fingerprint is what the finding is about, not its place nor what the snapshot showed of
//! it, so that a result is known again after an edit above it. GitHub takes 25,000 results of a run
//! at most.

mod fingerprint;
mod message;
mod place;
mod result;
mod rules;
mod run;

use super::write_json;
use crate::record::Evidence;
use std::io::{self, Write};

pub(super) fn render(evidence: &Evidence, out: &mut dyn Write) -> io::Result<()> {
    write_json(&run::Log::new(evidence), out)
}
