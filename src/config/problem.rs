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

    /// The same problem in a text that has `by` bytes before.
    pub(super) fn behind(self, by: usize) -> Self {
        Self {
            offset: self.offset + by,
            ..self
        }
    }

    /// The same problem with a hint behind its message.
    pub(super) fn with_hint(self, hint: &str) -> Self {
        Self {
            message: format!("{}{hint}", self.message),
            ..self
        }
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
