//! Formats of other tools that hold two directions in one file, or the downward one: recognised, so
//! that they are refused.

use crate::sql::Position;
use crate::sql::token::{TokenKind, tokens};
use std::path::Path;

/// Openings of comments by which tools mark their sections, in lower case, with the tool.
const MARKERS: [(&str, &str); 8] = [
    ("+goose", "goose"),
    ("+migrate", "sql-migrate"),
    ("migrate:up", "dbmate"),
    ("migrate:down", "dbmate"),
    ("rambler", "rambler"),
    ("liquibase formatted sql", "Liquibase"),
    ("!ups", "Play"),
    ("!downs", "Play"),
];

/// Whole comments that head a section.
const HEADINGS: [&str; 8] = [
    "up", "down", "up:", "down:", "@up", "@down", "@undo", "+down",
];

/// Why the file's name shows a downward migration.
pub(super) fn by_name(path: &Path) -> Option<String> {
    let name = path.file_name()?.to_string_lossy().to_ascii_lowercase();
    for suffix in ["down.sql", "undo.sql", "rollback.sql"] {
        let stem = name.strip_suffix(suffix);
        // The whole name where a tool keeps a folder for each migration, as Diesel does.
        if stem.is_some_and(|stem| stem.is_empty() || stem.ends_with('.')) {
            let why = format!("its name ends in `{suffix}`: it undoes a migration");
            return Some(why);
        }
    }
    let version = name.strip_prefix('u')?.split_once("__")?.0;
    let is_version = |c: char| c.is_ascii_digit() || c == '.' || c == '_';
    let is_undo = !version.is_empty() && version.chars().all(is_version);
    is_undo.then(|| "its name is that of a Flyway undo migration".to_owned())
}

/// The line of a section marker, and what it is.
pub(super) fn by_text(text: &str) -> Option<(usize, String)> {
    tokens(text, 0)
        .filter(|t| t.kind == TokenKind::Comment)
        .find_map(|comment| {
            let is_around = |c: char| c.is_whitespace() || "-/*".contains(c);
            let body = comment.span.of(text).trim_matches(is_around);
            let what = section(&body.to_ascii_lowercase())?;
            Some((Position::at(text, comment.span.start).line, what))
        })
}

/// What a comment marks.
fn section(body: &str) -> Option<String> {
    if let Some((_, tool)) = MARKERS.iter().find(|(marker, _)| body.starts_with(marker)) {
        return Some(format!("a section of {tool}'s up/down format"));
    }
    let is_heading = HEADINGS.contains(&body);
    is_heading.then(|| format!("the comment `{body}` heads an up/down section"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_are_seen_only_in_comments() {
        assert_eq!(
            by_text("SELECT 1;\n-- +goose Down\nSELECT 2;").map(|(line, _)| line),
            Some(2)
        );
        assert!(by_text("-----\n-- Up\n-----\nSELECT 1;").is_some());
        assert!(by_text("SELECT '-- migrate:down'; -- goes down to zero").is_none());
    }

    #[test]
    fn names_of_downward_files_are_seen() {
        assert!(by_name(Path::new("a/0001_x.DOWN.sql")).is_some());
        assert!(by_name(Path::new("U2__undo.sql")).is_some());
        assert!(by_name(Path::new("2024-09-21_settings/down.sql")).is_some());
        assert!(by_name(Path::new("touchdown.sql")).is_none());
        assert!(by_name(Path::new("update__x.sql")).is_none());
        assert!(by_name(Path::new("0001_x.up.sql")).is_none());
    }
}
