//! What a branch changes: `--changed-since REF`.
//!
//! The migrations in the work tree (committed, staged, neither, or not even known to git) are
//! compared, byte by byte, with those of the commit where HEAD left REF. Git is asked what was there
//! and never what differs, except to find the former name of a file. What it leaves open is an error:
//! "nothing changed" is said only where it is certain.

mod comparison;
mod git;

use crate::config::Config;
use crate::migration::{self, Branch, BranchFile, FileChange};
use comparison::FolderComparison;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The branch since `since`, given the files in `folder` as `migration::in_folder` lists them, and
/// the configuration.
///
/// # Errors
/// Where git cannot be run, or gives no certain answer.
pub(super) fn branch(
    since: &str,
    folder: &Path,
    present: &[PathBuf],
    config: &Config,
) -> anyhow::Result<Branch> {
    let comparison = FolderComparison::new(since, folder, present, config)?;
    let (mut is_configured_anew, mut had_tenants) = (false, false);
    let mut changes: BTreeMap<PathBuf, FileChange> = BTreeMap::new();
    let mut aside = BTreeSet::new();
    for base in &comparison.bases {
        let since = comparison.since(base)?;
        is_configured_anew |= since.is_configured_anew;
        had_tenants |= since.had_tenants;
        aside.extend(
            since
                .aside
                .iter()
                .map(|path| folder.join(path).display().to_string()),
        );
        for (place, change) in since.changes {
            // An edit since one base that is new since another is an edit.
            if change != FileChange::Added || !changes.contains_key(&place) {
                changes.insert(place, change);
            }
        }
    }
    let file = |(place, change): (PathBuf, FileChange)| {
        let path = folder.join(place);
        BranchFile {
            path: path.display().to_string(),
            name: migration::name_of(&path),
            change,
        }
    };
    Ok(Branch {
        since: since.to_owned(),
        bases: comparison.bases,
        files: changes.into_iter().map(file).collect(),
        is_configured_anew,
        takes_tenants_away: had_tenants && config.tenants.none.is_some(),
        aside: aside.into_iter().collect(),
    })
}
