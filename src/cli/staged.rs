//! Files that a command writes whole or not at all: staged beside their place before the run, and
//! renamed onto it at the end.

use super::workspace::Workspace;
use crate::files::folder_of;
use anyhow::{Context as _, bail};
use std::fs::{File, Permissions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// A file that is to take its place at a path.
pub(super) struct StagedFile {
    path: PathBuf,
    file: NamedTempFile,
    /// what messages call it, such as `report out.json`
    name: String,
}

impl StagedFile {
    /// Stages a file, so that a place which cannot be written to stops the command before its run.
    pub(super) fn open(path: &Path, name: String, workspace: &Workspace) -> anyhow::Result<Self> {
        let file =
            neighbour(path, workspace).with_context(|| format!("{name} cannot be written"))?;
        workspace.also_remove(file.path());
        Ok(Self {
            path: path.to_owned(),
            file,
            name,
        })
    }

    /// Writes the file, and replaces what is at its place.
    pub(super) fn replace(
        mut self,
        write: impl FnOnce(&mut File) -> io::Result<()>,
    ) -> anyhow::Result<()> {
        write(self.file.as_file_mut())
            .map_err(anyhow::Error::from)
            .and_then(|()| Ok(self.file.persist(&self.path).map(drop)?))
            .with_context(|| format!("{} cannot be written", self.name))
    }

    /// Writes the file, unless something is at its place by now, such as a link that leads nowhere.
    pub(super) fn create(mut self, text: &str) -> anyhow::Result<()> {
        let written = self.file.write_all(text.as_bytes());
        let place = &self.path;
        match written.and_then(|()| Ok(self.file.persist_noclobber(place).map(drop)?)) {
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {
                bail!("{} exists already, and is not overwritten", place.display())
            }
            other => other.with_context(|| format!("{} cannot be written", self.name)),
        }
    }
}

/// Replaces a file that exists; it keeps its permissions, and a link to it stays one.
pub(super) fn replace(path: &Path, text: &str, workspace: &Workspace) -> anyhow::Result<()> {
    let name = path.display().to_string();
    let target = path.canonicalize();
    let target = target.with_context(|| format!("{name} cannot be written"))?;
    StagedFile::open(&target, name, workspace)?.replace(|file| {
        file.write_all(text.as_bytes())?;
        file.set_permissions(target.metadata()?.permissions())?;
        file.sync_all()
    })
}

/// A file beside `path`, with the permissions that a new file has.
fn neighbour(path: &Path, workspace: &Workspace) -> io::Result<NamedTempFile> {
    let (name, random) = workspace.staged_name(path)?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(&name).rand_bytes(random);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder_of(path))
}
