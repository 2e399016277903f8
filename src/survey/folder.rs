//! Which files a survey takes, and in which order. What is named like a file of SQL and cannot be read
//! is listed with its reason.

use super::{Depth, SurveyError};
use crate::files;
use crate::migration::{self, MigrationError};
use std::path::{Path, PathBuf};

/// Something in the folder that is named like a migration, or may hold some.
#[derive(Debug)]
pub(super) struct FoundFile {
    pub(super) path: PathBuf,
    /// why it is not even opened
    pub(super) refused: Option<String>,
}

/// The `*.sql` files of `folder`, in the order of their paths.
pub(super) fn files(folder: &Path, depth: Depth) -> Result<Vec<FoundFile>, SurveyError> {
    let shown = || folder.display().to_string();
    let (mut found, mut folders) = list(folder, depth).map_err(|e| MigrationError::Unreadable {
        path: shown(),
        reason: files::unreadable(&e),
    })?;
    while let Some(below) = folders.pop() {
        match list(&below, depth) {
            Ok((files, more)) => {
                found.extend(files);
                folders.extend(more);
            }
            Err(e) => found.push(FoundFile {
                path: below,
                refused: Some(files::unreadable(&e)),
            }),
        }
    }
    if found.is_empty() {
        return Err(SurveyError::NoFile {
            folder: shown(),
            hint: match depth {
                Depth::Files => "; --recursive looks into its sub-folders",
                Depth::Tree => "",
            },
        });
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

/// What one folder holds: files, and the folders to look into.
fn list(folder: &Path, depth: Depth) -> std::io::Result<(Vec<FoundFile>, Vec<PathBuf>)> {
    let (mut found, mut folders) = (Vec::new(), Vec::new());
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let is_link = path.is_symlink();
        let meta = path.metadata();
        // Where there is none, reading the file says why.
        let (is_folder, is_file) = meta.map_or((false, true), |it| (it.is_dir(), it.is_file()));
        let is_looked_into = is_folder && depth == Depth::Tree;
        let refused = match (is_looked_into, migration::is_named_sql(&path)) {
            (true, _) if !is_link => {
                folders.push(path);
                continue;
            }
            (false, false) => continue,
            // It may lead back up.
            _ if is_folder && is_link => Some("is a link to a folder, and not followed"),
            _ if is_folder => Some("is a folder"),
            // A pipe would keep its reader waiting.
            _ if !is_file => Some("is not a regular file"),
            _ => None,
        };
        let refused = refused.map(str::to_owned);
        found.push(FoundFile { path, refused });
    }
    Ok((found, folders))
}
