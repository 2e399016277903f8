//! Paths of migrations as services name files: from the folder of the sources, with `/`, without
//! `.` and `..`.

use std::path::{Component, Path};

/// A path without `.`, and without `..` but at its beginning, with `/` between its segments on every
/// system.
///
/// It goes by the names alone, so that what a link leads to is not seen.
pub(super) fn normal(path: &str) -> String {
    let mut segments: Vec<String> = Vec::new();
    for component in Path::new(path).components() {
        let can_leave = segments
            .last()
            .is_some_and(|last| last != ".." && !last.is_empty());
        match component {
            Component::CurDir => {}
            Component::ParentDir if can_leave => drop(segments.pop()),
            Component::RootDir => segments.push(String::new()),
            other => segments.push(other.as_os_str().to_string_lossy().into_owned()),
        }
    }
    segments.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_the_one_that_a_service_knows() {
        assert_eq!(normal("./migrations/0001.sql"), "migrations/0001.sql");
        assert_eq!(
            normal("db/../migrations//./0001.sql"),
            "migrations/0001.sql"
        );
        assert_eq!(normal("../../a.sql"), "../../a.sql");
        assert_eq!(
            (normal("/a/../../b.sql"), normal("/b.sql")),
            ("/../b.sql".to_owned(), "/b.sql".to_owned())
        );
    }
}
