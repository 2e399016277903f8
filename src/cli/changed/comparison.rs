//! The folder of migrations in the work tree, compared with the same folder at a commit.

use super::git::{Differing, Git, TreeEntry};
use crate::config::{self, Config};
use crate::migration::{self, FileChange, is_migration_at, is_named_sql};
use anyhow::bail;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What to do about a submodule.
const RUN_THERE: &str = "run it in the submodule, with the configuration there or outside";

/// The folder of migrations in the work tree, and the commits to compare it with. Paths are relative
/// to the top of the work tree.
pub(super) struct FolderComparison {
    git: Git,
    /// the commits where HEAD left the revision
    pub(super) bases: Vec<String>,
    /// the folder
    folder: PathBuf,
    /// its migrations by their places in it, each with the hash of its content
    present: BTreeMap<PathBuf, String>,
    /// the configuration, where that is in the work tree
    config: Option<PathBuf>,
    /// whether the configuration says which migrations are applied
    knows_applied: bool,
}

/// What the configuration was at a commit.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Configured {
    /// what it is
    Same,
    /// another, which says that there are no tenants
    WithoutTenants,
    /// another, or none
    Otherwise,
}

/// What is other than at a commit.
pub(super) struct ChangesSince {
    pub(super) is_configured_anew: bool,
    /// whether the configuration was another, and did not say that there are no tenants
    pub(super) had_tenants: bool,
    /// what happened to the migrations of the folder, by their places in it
    pub(super) changes: BTreeMap<PathBuf, FileChange>,
    /// other files in sub-folders that are named like migrations, below the folder
    pub(super) aside: Vec<PathBuf>,
}

impl FolderComparison {
    pub(super) fn new(
        since: &str,
        folder: &Path,
        present: &[PathBuf],
        config: &Config,
    ) -> anyhow::Result<Self> {
        let git = Git::here()?;
        let Some(place) = git.place(folder)? else {
            let (folder, top) = (folder.display(), git.top.display());
            bail!(
                "--changed-since: {folder} is not in {top}, the repository of the current folder"
            );
        };
        let place_of_config = git.place(&config.path)?;
        let bases = git.bases(since)?;
        let below = present
            .iter()
            .filter_map(|path| path.strip_prefix(folder).ok());
        let below: Vec<&Path> = below.collect();
        let places: Vec<PathBuf> = below.iter().map(|below| place.join(below)).collect();
        let hashes = git.hashes(&places)?;
        let comparison = Self {
            git,
            bases,
            folder: place,
            present: below.into_iter().map(Path::to_owned).zip(hashes).collect(),
            config: place_of_config,
            knows_applied: config.applied.is_some(),
        };
        comparison.refuse_sparse()?;
        Ok(comparison)
    }

    /// Refuses a folder in which a migration is missing that git was told not to look for, as in a
    /// sparse checkout.
    fn refuse_sparse(&self) -> anyhow::Result<()> {
        let unlooked = self.git.unlooked(&self.folder)?;
        let mut places = unlooked.iter().filter_map(|path| self.place(path));
        if let Some(name) = places.find(|place| !self.present.contains_key(*place)) {
            let name = name.display();
            bail!(
                "--changed-since: {name} is missing, and git does not say that it is deleted: is \
                this a sparse checkout?"
            );
        }
        Ok(())
    }

    /// What is other than at a commit.
    pub(super) fn since(&self, base: &str) -> anyhow::Result<ChangesSince> {
        self.refuse_submodules(base)?;
        let (configured, before) = self.before(base)?;
        let differing = self.git.differing(base, &self.folder)?;
        let aside = differing.iter().filter_map(|file| self.aside(file));
        Ok(ChangesSince {
            is_configured_anew: configured != Configured::Same,
            had_tenants: configured == Configured::Otherwise,
            aside: aside.map(Path::to_owned).collect(),
            changes: self.changes(before, &differing)?,
        })
    }

    /// Refuses a folder or configuration in a submodule.
    fn refuse_submodules(&self, base: &str) -> anyhow::Result<()> {
        let config = self.config.as_deref().and_then(Path::parent);
        for folder in [self.folder.as_path()].into_iter().chain(config) {
            if let Some(submodule) = self.git.submodule(base, folder)? {
                let (folder, submodule) = (folder.display(), submodule.display());
                bail!(
                    "--changed-since: {folder} is in {submodule}, a submodule, of whose files \
                    this repository knows nothing; {RUN_THERE}"
                );
            }
        }
        Ok(())
    }

    /// Whether the configuration is what it was at a commit, and what its folder of migrations held
    /// there.
    fn before(&self, base: &str) -> anyhow::Result<(Configured, Vec<TreeEntry>)> {
        let (configured, folder) = match &self.config {
            Some(config) => self.configured(base, config)?,
            None => (Configured::Same, Some(self.folder.clone())),
        };
        // All that are pending run: that all are new to the configuration does not make the applied
        // ones added.
        let folder = folder.or_else(|| self.knows_applied.then(|| self.folder.clone()));
        let entries = match folder {
            Some(folder) => self.git.entries(base, &folder)?,
            None => Vec::new(),
        };
        Ok((configured, entries))
    }

    /// Whether the configuration is what it was at a commit, to the byte, and its folder of
    /// migrations there; none where nothing says so, as without a configuration, or with one that is
    /// not valid now.
    fn configured(
        &self,
        base: &str,
        config: &Path,
    ) -> anyhow::Result<(Configured, Option<PathBuf>)> {
        let before = self.git.entry(base, config)?;
        let Some(before) = before.filter(TreeEntry::is_file) else {
            return Ok((Configured::Otherwise, None));
        };
        let now = self.git.hashes(&[config.to_owned()])?;
        if now.contains(&before.id) {
            return Ok((Configured::Same, Some(self.folder.clone())));
        }
        let text = self.git.text(&before.id)?;
        let before = text.and_then(|text| config::parse(&text, config).ok());
        let is_of_none = before.as_ref().is_some_and(|it| it.tenants.none.is_some());
        let configured = if is_of_none {
            Configured::WithoutTenants
        } else {
            Configured::Otherwise
        };
        let folder = before.and_then(|before| self.git.lexical(&before.migrations?));
        Ok((configured, folder))
    }

    /// The place in the folder of a file that is a migration there.
    fn place<'p>(&self, path: &'p Path) -> Option<&'p Path> {
        let place = path.strip_prefix(&self.folder).ok()?;
        is_migration_at(place).then_some(place)
    }

    /// A file named like a migration, and taken for none, that differs in a sub-folder: its path below
    /// the folder.
    fn aside<'p>(&self, file: &'p Differing) -> Option<&'p Path> {
        let path = file.path.strip_prefix(&self.folder).ok()?;
        (self.place(&file.path).is_none() && is_named_sql(path)).then_some(path)
    }

    /// What happened to the migrations of the folder, by place, given what the folder of the commit
    /// held, which may be another one, and what git takes for renamed.
    fn changes(
        &self,
        before: Vec<TreeEntry>,
        differing: &[Differing],
    ) -> anyhow::Result<BTreeMap<PathBuf, FileChange>> {
        let mut before: BTreeMap<PathBuf, TreeEntry> = before
            .into_iter()
            .filter(|entry| is_migration_at(&entry.path) && (entry.is_file() || entry.is_link()))
            .map(|entry| (entry.path.clone(), entry))
            .collect();
        let mut changes = BTreeMap::new();
        for (place, hash) in &self.present {
            let change = match before.remove(place) {
                Some(before) => self.edit(place, hash, &before)?,
                None => Some(FileChange::Added),
            };
            changes.extend(change.map(|change| (place.clone(), change)));
        }
        changes.extend(before.into_keys().map(|name| (name, FileChange::Deleted)));
        self.rename(&mut changes, differing);
        Ok(changes)
    }

    /// Takes an added file for the new name of a deleted one where git does so.
    fn rename(&self, changes: &mut BTreeMap<PathBuf, FileChange>, differing: &[Differing]) {
        for file in differing {
            let from = file.from.as_deref().and_then(|from| self.place(from));
            if let (Some(from), Some(place)) = (from, self.place(&file.path))
                && changes.get(from) == Some(&FileChange::Deleted)
                && changes.get(place) == Some(&FileChange::Added)
            {
                let from = migration::name_of(&self.folder.join(from));
                changes.insert(place.to_owned(), FileChange::Renamed(from));
            }
        }
    }

    /// What happened to a file that was there before; none where it is the same.
    fn edit(
        &self,
        below: &Path,
        hash: &str,
        before: &TreeEntry,
    ) -> anyhow::Result<Option<FileChange>> {
        if before.is_file() && before.id == hash {
            return Ok(None);
        }
        let place = self.git.top.join(&self.folder).join(below);
        if before.is_link() && place.is_symlink() {
            bail!(
                "--changed-since: {} is a link: git does not say whether what it leads to changed",
                below.display()
            );
        }
        let text = if self.bases.len() == 1 && before.is_file() {
            self.git.text(&before.id)?
        } else {
            None
        };
        Ok(Some(FileChange::Edited(text)))
    }
}
