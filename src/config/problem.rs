//! A problem of `harness.toml` with its place.

use crate::sql::Position;
use std::path::Path;

/// Something wrong at one byte of the file.
#[derive(Debug)]
pub(super) struct Problem {
    offset: usize,
    message: String,
}

impl Problem {
    pub(super) fn at(offset: usize, message: impl Into<String>) -> Self {
        // A problem is one line, whatever the file's own values hold.
        let message = message.into().replace('\r', "\\r").replace('\n', "\\n");
        Self { offset, message }
    }

    /// The byte that it is at.
    pub(super) fn offset(&self) -> usize {
        self.offset
    }

    /// `harness.toml:7:1: unknown field …`
    pub(super) fn located(self, text: &str, path: &Path) -> String {
        let Position { line, column } = Position::at(text, self.offset);
        format!("{}:{line}:{column}: {}", path.display(), self.message)
    }
}
