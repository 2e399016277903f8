//! Which files a run may create: none that it reads, nor a neighbour of the snapshot, nor the same
//! one twice.

use crate::files::{database_files, resolved};
use crate::snapshot::{SnapshotSource, manifest_path};
use anyhow::bail;
use std::path::{Path, PathBuf};

/// The files that a run reads, and those it is about to create.
pub(super) struct Targets {
    taken: Vec<(PathBuf, String)>,
    /// the folder of migrations, where another `*.sql` would be one
    migrations: Option<PathBuf>,
}

impl Targets {
    /// Protects the snapshot with the files that SQLite keeps beside it, and the others that the run
    /// reads; keeps what would be taken for a migration out of their folder.
    pub(super) fn protecting(
        snapshot: &SnapshotSource,
        others: impl IntoIterator<Item = PathBuf>,
        migrations: Option<&Path>,
    ) -> Self {
        let snapshot = match snapshot {
            SnapshotSource::File(path) => path,
            // Where the system has it, it leads to the file that is redirected here.
            SnapshotSource::StandardInput => Path::new("/dev/stdin"),
        };
        let mut targets = Self::reading(others);
        targets.migrations = migrations.map(resolved);
        for (at, file) in database_files(&resolved(snapshot)).into_iter().enumerate() {
            let what = match at {
                0 => "the snapshot",
                _ => "a neighbour of the snapshot",
            };
            targets.taken.push((file, what.to_owned()));
        }
        let manifest = resolved(&manifest_path(snapshot));
        targets
            .taken
            .push((manifest, "the manifest of the snapshot".to_owned()));
        targets
    }

    /// Protects the files that a run reads.
    pub(super) fn reading(files: impl IntoIterator<Item = PathBuf>) -> Self {
        let taken = files
            .into_iter()
            .map(|path| (resolved(&path), "read by this run".to_owned()));
        Self {
            taken: taken.collect(),
            migrations: None,
        }
    }

    /// Claims a path for an output; `option` names it in the message.
    pub(super) fn claim(&mut self, option: &str, path: &Path) -> anyhow::Result<()> {
        let place = resolved(path);
        if let Some((_, what)) = self.taken.iter().find(|(taken, _)| *taken == place) {
            bail!(
                "{option} {}: is {what}, and is not overwritten",
                path.display()
            );
        }
        if place.extension().is_some_and(|e| e == "sql")
            && place.parent() == self.migrations.as_deref()
        {
            bail!(
                "{option} {}: would be taken for a migration, in their folder",
                path.display()
            );
        }
        if path.metadata().map_or(true, |meta| meta.is_file()) {
            self.taken
                .push((place, format!("written by another {option}")));
        }
        Ok(())
    }
}
