//! The file that is validated, and all problems that are found in it, each with its place.

use crate::sql::Position;
use std::path::Path;
use toml::Spanned;

/// TOML that is validated, and the problems found so far.
#[derive(Debug)]
pub(super) struct Validation<'a> {
    /// the file, for messages; its folder resolves relative paths
    pub(super) path: &'a Path,
    /// its whole text
    pub(super) text: &'a str,
    /// the byte of the text at which the TOML begins
    from: usize,
    /// the problems, each at a byte of the TOML
    problems: Vec<(usize, String)>,
}

impl<'a> Validation<'a> {
    pub(super) fn of(path: &'a Path, text: &'a str, from: usize) -> Self {
        Self {
            path,
            text,
            from,
            problems: Vec::new(),
        }
    }

    /// Adds a problem at a byte of the TOML.
    pub(super) fn problem_at(&mut self, offset: usize, message: impl Into<String>) {
        // A problem is one line, also where a value of the file is several.
        let message = message.into().replace('\r', "\\r").replace('\n', "\\n");
        self.problems.push((offset, message));
    }

    /// Adds a problem of a value or name.
    pub(super) fn problem<T>(&mut self, place: &Spanned<T>, message: impl Into<String>) {
        self.problem_at(place.span().start, message);
    }

    /// `harness.toml:7:1`
    pub(super) fn place(&self, offset: usize) -> String {
        let Position { line, column } = Position::at(self.text, self.from + offset);
        format!("{}:{line}:{column}", self.path.display())
    }

    /// The value where there are no problems, or the problems in the file's order, each
    /// `harness.toml:7:1: unknown field …`.
    pub(super) fn end<T>(mut self, value: Option<T>) -> Result<T, Vec<String>> {
        self.problems.sort_by_key(|(offset, _)| *offset);
        let located: Vec<String> = self
            .problems
            .iter()
            .map(|(offset, message)| format!("{}: {message}", self.place(*offset)))
            .collect();
        value.filter(|_| located.is_empty()).ok_or(located)
    }
}
