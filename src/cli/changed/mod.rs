//! What a branch changes, asked of git: `--changed-since REF`.
//!
//! The migrations as they stand in the work tree (committed, staged, neither, or not even known to git) are held against those of
//! the commit where HEAD left REF. What git leaves open is an error: that nothing changed is said only where it is certain.

mod git;

use anyhow::bail;
use git::{Differing, Git};
use harness::migration::{Branch, BranchFile, FileChange, is_named_sql};
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

/// The branch since `since`, given the files that stand in `folder`, as `migration::in_folder` lists them, and the configuration.
///
/// # Errors
/// Where git cannot be run, or gives no certain answer.
pub(super) fn branch(since: &str, folder: &Path, present: &[PathBuf], config: &Path) -> anyhow::Result<Branch> {
    let git = Git::here()?;
    let Some(place) = git.place(folder)? else {
        bail!("--changed-since: {} is not in {}, the repository of the current folder", folder.display(), git.top().display());
    };
    let present = names(present);
    let is_told = |path: &PathBuf| path.parent() == Some(&place) && path.file_name().is_some_and(|name| present.contains(name));
    if let Some(path) = git.unlooked(&place)?.iter().find(|path| is_told(path)) {
        bail!("--changed-since: git was told to take {} for unchanged, and does not look at it", path.display());
    }
    let config = git.place(config)?;
    let bases = git.bases(since)?;
    let (mut changes, mut aside, mut is_configured_anew) = (BTreeMap::new(), BTreeSet::new(), false);
    for base in &bases {
        let sides = Sides { git: &git, base, is_only_base: bases.len() == 1, folder: &place, present: present.clone() };
        let differing = git.differing(base, &place)?;
        aside.extend(differing.iter().filter_map(|entry| sides.aside(entry)).map(|path| folder.join(path).display().to_string()));
        for (name, change) in sides.changes(&differing)? {
            // An edit of the one, and new to the other: an edit.
            if change != FileChange::Added || !changes.contains_key(&name) {
                changes.insert(name, change);
            }
        }
        if let Some(config) = &config {
            is_configured_anew |= git.modes(base, config)?.is_empty() || !git.differing(base, config)?.is_empty();
        }
    }
    let file =
        |(name, change): (OsString, FileChange)| BranchFile { path: folder.join(&name).display().to_string(), name: stem(&name), change };
    let (files, aside) = (changes.into_iter().map(file).collect(), aside.into_iter().collect());
    Ok(Branch { since: since.to_owned(), bases, files, is_configured_anew, aside })
}

fn names(paths: &[PathBuf]) -> BTreeSet<&OsStr> {
    paths.iter().filter_map(|path| path.file_name()).collect()
}

fn stem(name: &OsStr) -> String {
    Path::new(name).file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
}

/// The folder of migrations at one commit, and as it stands.
struct Sides<'a> {
    git: &'a Git,
    base: &'a str,
    /// whether no other commit has a say
    is_only_base: bool,
    /// the folder, as seen from the top of the work tree
    folder: &'a Path,
    /// the names of the migrations that stand in it
    present: BTreeSet<&'a OsStr>,
}

impl Sides<'_> {
    /// The name of a file of the folder itself that is named like a migration.
    fn name<'p>(&self, path: &'p Path) -> Option<&'p OsStr> {
        path.file_name().filter(|_| path.parent() == Some(self.folder) && is_named_sql(path))
    }

    /// A file named like a migration that differs in a sub-folder: its path below the folder.
    fn aside<'p>(&self, entry: &'p Differing) -> Option<&'p Path> {
        let path = entry.path.strip_prefix(self.folder).ok()?;
        (self.name(&entry.path).is_none() && is_named_sql(path)).then_some(path)
    }

    /// What happened to the migrations of the folder, by name.
    fn changes(&self, differing: &[Differing]) -> anyhow::Result<BTreeMap<OsString, FileChange>> {
        let modes = self.git.modes(self.base, self.folder)?;
        let modes: BTreeMap<&OsStr, &str> = modes.iter().filter_map(|(path, mode)| Some((self.name(path)?, mode.as_str()))).collect();
        let mut changes = BTreeMap::new();
        for entry in differing {
            self.note(entry, &mut changes)?;
        }
        for name in &self.present {
            match (changes.get(*name), modes.get(name)) {
                // Git has it no more, and it is there: taken out of the index only.
                (Some(FileChange::Deleted), _) => drop(changes.insert((*name).to_owned(), self.edited(name)?)),
                (Some(_), _) => {}
                (None, None) => drop(changes.insert((*name).to_owned(), FileChange::Added)),
                (None, Some(mode)) if mode.starts_with("100") => {}
                (None, Some(_)) => bail!("--changed-since: {} is a link: git does not say whether what it leads to changed", shown(name)),
            }
        }
        self.verify(&changes, modes.keys().copied())?;
        Ok(changes)
    }

    /// Takes in one entry of git's.
    fn note(&self, entry: &Differing, changes: &mut BTreeMap<OsString, FileChange>) -> anyhow::Result<()> {
        let name = self.name(&entry.path).map(OsStr::to_owned);
        let from = entry.from.as_deref().and_then(|from| self.name(from)).map(OsStr::to_owned);
        match (entry.status, name, from) {
            ('R', name, from) => {
                if let Some(from) = &from {
                    changes.entry(from.clone()).or_insert(FileChange::Deleted);
                }
                if let Some(name) = name {
                    changes.insert(name, from.map_or(FileChange::Added, |from| FileChange::Renamed(stem(&from))));
                }
            }
            (_, None, _) => {}
            ('A', Some(name), _) => drop(changes.insert(name, FileChange::Added)),
            ('M' | 'T', Some(name), _) => {
                let edited = self.edited(&name)?;
                changes.insert(name, edited);
            }
            ('D', Some(name), _) => drop(changes.entry(name).or_insert(FileChange::Deleted)),
            (status, Some(name), _) => bail!("--changed-since: git says `{status}` of {}: is it in conflict?", shown(&name)),
        }
        Ok(())
    }

    fn edited(&self, name: &OsStr) -> anyhow::Result<FileChange> {
        let before = if self.is_only_base { self.git.text(self.base, &self.folder.join(name))? } else { None };
        Ok(FileChange::Edited(before))
    }

    /// Holds what git says against the files that are there: one that it takes for unchanged is there, one that is gone is not, as it
    /// may be in a sparse checkout or in another repository below this one.
    fn verify<'n>(&self, changes: &BTreeMap<OsString, FileChange>, mut before: impl Iterator<Item = &'n OsStr>) -> anyhow::Result<()> {
        let is_gone = |name: &OsStr| changes.get(name) == Some(&FileChange::Deleted);
        if let Some(name) = before.find(|name| !self.present.contains(name) && !is_gone(name)) {
            bail!("--changed-since: {} is missing, and git does not say that it is deleted: is this a sparse checkout?", shown(name));
        }
        if let Some((name, _)) = changes.iter().find(|(name, _)| !self.present.contains(name.as_os_str()) && !is_gone(name)) {
            bail!("--changed-since: git names {}, which is not there", shown(name));
        }
        Ok(())
    }
}

fn shown(name: &OsStr) -> std::path::Display<'_> {
    Path::new(name).display()
}
