//! What a branch changes: `--changed-since REF`.
//!
//! The migrations as they stand in the work tree (committed, staged, neither, or not even known to
//! git) are held, byte by byte, against those of the commit where HEAD left REF. Git is asked for
//! what stood there and never for what differs, except to find the former name of a file. What it
//! leaves open is an error: that nothing changed is said only where it is certain.

mod git;

use crate::config::{self, Config};
use crate::migration::{Branch, BranchFile, FileChange, is_named_sql};
use anyhow::bail;
use git::{Differing, Git, TreeEntry};
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

/// What to do about a submodule.
const RUN_THERE: &str = "run it in the submodule, with the configuration there or outside";

/// The branch since `since`, given the files that stand in `folder`, as `migration::in_folder`
/// lists them, and the configuration.
///
/// # Errors
/// Where git cannot be run, or gives no certain answer.
pub(super) fn branch(
    since: &str,
    folder: &Path,
    present: &[PathBuf],
    config: &Config,
) -> anyhow::Result<Branch> {
    let git = Git::here()?;
    let Some(place) = git.place(folder)? else {
        bail!(
            "--changed-since: {} is not in {}, the repository of the current folder",
            folder.display(),
            git.top().display()
        );
    };
    let knows_applied = config.applied.is_some();
    let config = git.place(&config.path)?;
    let bases = git.bases(since)?;
    let present = hashed(&git, &place, present)?;
    sparse(&git, &place, &present)?;
    let (mut changes, mut aside, mut is_configured_anew) =
        (BTreeMap::new(), BTreeSet::new(), false);
    for base in &bases {
        for folder in
            std::iter::once(place.as_path()).chain(config.as_deref().and_then(Path::parent))
        {
            if let Some(submodule) = git.submodule(base, folder)? {
                let (folder, submodule) = (folder.display(), submodule.display());
                bail!(
                    "--changed-since: {folder} is in {submodule}, a submodule, of whose files \
                    this repository knows nothing; {RUN_THERE}"
                );
            }
        }
        let (is_same, before) = match &config {
            Some(config) => configured(&git, base, config, &place)?,
            None => (true, Some(place.clone())),
        };
        is_configured_anew |= !is_same;
        let before = match before {
            Some(before) => git.entries(base, &before)?,
            // All that are pending run: that all are new to the configuration is no reason to call
            // the applied ones added.
            None if knows_applied => git.entries(base, &place)?,
            None => Vec::new(),
        };
        let sides = FolderComparison {
            git: &git,
            is_only_base: bases.len() == 1,
            folder: &place,
            present: &present,
        };
        let differing = git.differing(base, &place)?;
        aside.extend(
            differing
                .iter()
                .filter_map(|entry| sides.aside(entry))
                .map(|path| folder.join(path).display().to_string()),
        );
        for (name, change) in sides.changes(before, &differing)? {
            // An edit of the one, and new to the other: an edit.
            if change != FileChange::Added || !changes.contains_key(&name) {
                changes.insert(name, change);
            }
        }
    }
    let file = |(name, change): (OsString, FileChange)| BranchFile {
        path: folder.join(&name).display().to_string(),
        name: stem(&name),
        change,
    };
    let (files, aside) = (
        changes.into_iter().map(file).collect(),
        aside.into_iter().collect(),
    );
    Ok(Branch {
        since: since.to_owned(),
        bases,
        files,
        is_configured_anew,
        aside,
    })
}

/// The names of the files that stand in a folder, each with the hash of what it holds.
fn hashed(
    git: &Git,
    folder: &Path,
    present: &[PathBuf],
) -> anyhow::Result<BTreeMap<OsString, String>> {
    let names: Vec<&OsStr> = present.iter().filter_map(|path| path.file_name()).collect();
    let hashes = git.hashes(
        &names
            .iter()
            .map(|name| folder.join(name))
            .collect::<Vec<_>>(),
    )?;
    Ok(names.into_iter().map(OsStr::to_owned).zip(hashes).collect())
}

/// Whether the configuration is what it was at a commit, to the byte, and which folder of
/// migrations it had there; none where nothing says so, as where there was no configuration, or one
/// that is not valid now. `folder` is the one that it has now.
fn configured(
    git: &Git,
    base: &str,
    config: &Path,
    folder: &Path,
) -> anyhow::Result<(bool, Option<PathBuf>)> {
    let Some(before) = git.entry(base, config)?.filter(TreeEntry::is_file) else {
        return Ok((false, None));
    };
    if git.hashes(&[config.to_owned()])?.contains(&before.id) {
        return Ok((true, Some(folder.to_owned())));
    }
    let before = git
        .text(&before.id)?
        .and_then(|text| config::parse(&text, config).ok());
    Ok((
        false,
        before.and_then(|before| git.lexical(&before.migrations?)),
    ))
}

/// Refuses a folder in which a migration is missing that git was told not to look for, as in a
/// sparse checkout.
fn sparse(git: &Git, folder: &Path, present: &BTreeMap<OsString, String>) -> anyhow::Result<()> {
    let unlooked = git.unlooked(folder)?;
    let mut names = unlooked
        .iter()
        .filter(|path| path.parent() == Some(folder) && is_named_sql(path))
        .filter_map(|path| path.file_name());
    if let Some(name) = names.find(|name| !present.contains_key(*name)) {
        bail!(
            "--changed-since: {} is missing, and git does not say that it is deleted: is this \
            a sparse checkout?",
            shown(name)
        );
    }
    Ok(())
}

fn stem(name: &OsStr) -> String {
    Path::new(name)
        .file_stem()
        .map(|stem| stem.to_string_lossy().into_owned())
        .unwrap_or_default()
}

/// The folder of migrations at one commit, and as it stands.
struct FolderComparison<'a> {
    git: &'a Git,
    /// whether no other commit has a say
    is_only_base: bool,
    /// the folder, as seen from the top of the work tree
    folder: &'a Path,
    /// the names of the migrations that stand in it, each with the hash of what it holds
    present: &'a BTreeMap<OsString, String>,
}

impl FolderComparison<'_> {
    /// The name of a file of the folder itself that is named like a migration.
    fn name<'p>(&self, path: &'p Path) -> Option<&'p OsStr> {
        path.file_name()
            .filter(|_| path.parent() == Some(self.folder) && is_named_sql(path))
    }

    /// A file named like a migration that differs in a sub-folder: its path below the folder.
    fn aside<'p>(&self, entry: &'p Differing) -> Option<&'p Path> {
        let path = entry.path.strip_prefix(self.folder).ok()?;
        (self.name(&entry.path).is_none() && is_named_sql(path)).then_some(path)
    }

    /// What happened to the migrations of the folder, by name, given what stood in that of the
    /// commit, which may be another one, and what git takes for renamed.
    fn changes(
        &self,
        before: Vec<TreeEntry>,
        differing: &[Differing],
    ) -> anyhow::Result<BTreeMap<OsString, FileChange>> {
        let before = before
            .into_iter()
            .filter(|entry| is_named_sql(&entry.path) && (entry.is_file() || entry.is_link()));
        let before: BTreeMap<OsString, TreeEntry> = before
            .filter_map(|entry| Some((entry.path.file_name()?.to_owned(), entry)))
            .collect();
        let mut changes = BTreeMap::new();
        for (name, hash) in self.present {
            if let Some(change) = self.change(name, hash, before.get(name))? {
                changes.insert(name.clone(), change);
            }
        }
        let gone = before
            .into_keys()
            .filter(|name| !self.present.contains_key(name));
        changes.extend(gone.map(|name| (name, FileChange::Deleted)));
        for entry in differing {
            let names = (
                entry.from.as_deref().and_then(|from| self.name(from)),
                self.name(&entry.path),
            );
            if let (Some(from), Some(name)) = names
                && (changes.get(from), changes.get(name))
                    == (Some(&FileChange::Deleted), Some(&FileChange::Added))
            {
                changes.insert(name.to_owned(), FileChange::Renamed(stem(from)));
            }
        }
        Ok(changes)
    }

    /// What happened to a file that is there, given the hash of what it holds and what stood there
    /// before.
    fn change(
        &self,
        name: &OsStr,
        hash: &str,
        before: Option<&TreeEntry>,
    ) -> anyhow::Result<Option<FileChange>> {
        let Some(before) = before else {
            return Ok(Some(FileChange::Added));
        };
        if before.is_file() && before.id == hash {
            return Ok(None);
        }
        if before.is_link() && self.git.top().join(self.folder).join(name).is_symlink() {
            bail!(
                "--changed-since: {} is a link: git does not say whether what it leads to changed",
                shown(name)
            );
        }
        let text = if self.is_only_base && before.is_file() {
            self.git.text(&before.id)?
        } else {
            None
        };
        Ok(Some(FileChange::Edited(text)))
    }
}

fn shown(name: &OsStr) -> std::path::Display<'_> {
    Path::new(name).display()
}
