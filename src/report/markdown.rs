//! The Markdown report: a comment on a pull request.

use super::Evidence;
use std::io::{self, Write};

pub(super) fn render(evidence: &Evidence, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}", evidence.verdict.word())
}
