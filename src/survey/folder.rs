//! Which files a survey takes up, in which order; what stands in the folder like one and cannot be
//! read is listed with its reason.

use super::{Depth, SurveyError};
use crate::files;
use crate::migration::{self, MigrationError};
use std::fs::DirEntry;
use std::path::{Path, PathBuf};

/// Something in the folder that is named like a migration, or may hold some.
#[derive(Debug)]
pub(super) struct FoundFile {
    pub(super) path: PathBuf,
    /// why it is not even opened
    pub(super) refused: Option<String>,
}

/// What an entry of a folder is to the survey.
enum FolderEntry {
    File(FoundFile),
    Folder(PathBuf),
    Other,
}

/// The `*.sql` files of `folder`, in the order of their paths.
pub(super) fn files(folder: &Path, depth: Depth) -> Result<Vec<FoundFile>, SurveyError> {
    let unreadable = |e: &std::io::Error| MigrationError::Unreadable {
        path: folder.display().to_string(),
        reason: files::unreadable(e),
    };
    let (mut found, mut folders) = list(folder, depth).map_err(|e| unreadable(&e))?;
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
        let hint = if depth == Depth::Files {
            "; --recursive looks into its sub-folders"
        } else {
            ""
        };
        return Err(SurveyError::NoFile {
            folder: folder.display().to_string(),
            hint,
        });
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

/// What one folder holds: files, and the folders to look into.
fn list(folder: &Path, depth: Depth) -> std::io::Result<(Vec<FoundFile>, Vec<PathBuf>)> {
    let (mut found, mut folders) = (Vec::new(), Vec::new());
    for entry in std::fs::read_dir(folder)? {
        match classify(&entry?, depth) {
            FolderEntry::File(file) => found.push(file),
            FolderEntry::Folder(path) => folders.push(path),
            FolderEntry::Other => {}
        }
    }
    Ok((found, folders))
}

/// A link to a folder is not followed: it may lead back up.
fn classify(entry: &DirEntry, depth: Depth) -> FolderEntry {
    let path = entry.path();
    let is_named = migration::is_named_sql(&path);
    let is_link = entry.file_type().is_ok_and(|kind| kind.is_symlink());
    let refused = match path.metadata() {
        Ok(meta) if meta.is_dir() && is_link && (is_named || depth == Depth::Tree) => {
            "is a link to a folder, and not followed"
        }
        Ok(meta) if meta.is_dir() && !is_link && depth == Depth::Tree => {
            return FolderEntry::Folder(path);
        }
        Ok(meta) if meta.is_dir() && is_named => "is a folder",
        // A pipe would keep its reader waiting.
        Ok(meta) if !meta.is_file() && is_named => "is not a regular file",
        _ if is_named => {
            return FolderEntry::File(FoundFile {
                path,
                refused: None,
            });
        }
        _ => return FolderEntry::Other,
    };
    FolderEntry::File(FoundFile {
        path,
        refused: Some(refused.to_owned()),
    })
}
