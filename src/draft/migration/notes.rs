//! What a person should know of a drafted migration.

use super::MigrationRequest;
use std::path::PathBuf;

pub(super) fn all(request: &MigrationRequest<'_>, paths: &[PathBuf], file: &str) -> Vec<String> {
    let names = paths.iter().filter_map(|path| path.file_name()?.to_str());
    let later = names.filter(|other| *other > file).max().map(|later| {
        format!("it sorts before {later}, and `harness check` runs a folder in the order of names")
    });
    let notes = [
        (
            file.ends_with(".up.sql"),
            "the .down.sql beside it is yours to write",
        ),
        (
            request.folder.join("meta/_journal.json").exists(),
            "drizzle runs only what meta/_journal.json lists, and this file is not in it yet",
        ),
        (
            request
                .config
                .expect
                .contains_key(file.trim_end_matches(".sql")),
            "harness.toml declares a scope for this name already: keep one of the two",
        ),
    ];
    let due = notes
        .into_iter()
        .filter(|(is_due, _)| *is_due)
        .map(|(_, note)| note.to_owned());
    later.into_iter().chain(due).collect()
}
