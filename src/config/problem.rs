//! A problem of `harness.toml` with its place, and the list of all that are found.

use crate::sql::Position;
use std::path::Path;
use toml::Spanned;

/// Something wrong at one byte of the file.
#[derive(Debug)]
pub(super) struct Problem {
    offset: usize,
    message: String,
}

impl Problem {
    pub(super) fn at(offset: usize, message: impl Into<String>) -> Self {
        // A problem is one line, also where a value of the file is several.
        let message = message.into().replace('\r', "\\r").replace('\n', "\\n");
        Self { offset, message }
    }

    /// The same problem with a hint after its message.
    pub(super) fn with_hint(self, hint: &str) -> Self {
        let message = self.message + hint;
        Self { message, ..self }
    }

    /// `harness.toml:7:1: unknown field …`; the TOML begins at byte `from` of `text`.
    pub(super) fn located(&self, text: &str, from: usize, path: &Path) -> String {
        let Position { line, column } = Position::at(text, from + self.offset);
        format!("{}:{line}:{column}: {}", path.display(), self.message)
    }
}

/// The problems found so far.
#[derive(Debug, Default)]
pub(super) struct Problems(Vec<Problem>);

impl Problems {
    /// Adds a problem of the file as a whole.
    pub(super) fn of_file(&mut self, message: &str) {
        self.0.push(Problem::at(0, message));
    }

    /// Adds a problem of a value or name.
    pub(super) fn add<T>(&mut self, place: &Spanned<T>, message: impl Into<String>) {
        self.0.push(Problem::at(place.span().start, message));
    }

    /// The value where there are no problems, or the problems in the file's order.
    pub(super) fn or<T>(mut self, value: Option<T>) -> Result<T, Vec<Problem>> {
        self.0.sort_by_key(|problem| problem.offset);
        value.filter(|_| self.0.is_empty()).ok_or(self.0)
    }
}
