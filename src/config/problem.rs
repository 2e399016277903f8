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
        Self { offset, message: message.into() }
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
