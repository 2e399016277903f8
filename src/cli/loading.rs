//! Opening the snapshot.

use super::progress::Watch;
use super::workspace::Workspace;
use crate::hidden::errors;
use crate::redaction::Redaction;
use crate::snapshot::{Snapshot, SnapshotError, Source};
use anyhow::bail;
use std::io::{self, IsTerminal as _};

/// Opens the snapshot; a person at a terminal sees how far it is loaded, and how far the run is
/// that follows.
pub(super) fn open(
    source: &Source,
    workspace: &Workspace,
    watch: &Watch,
) -> anyhow::Result<Snapshot> {
    if *source == Source::StandardInput && io::stdin().is_terminal() {
        bail!("--snapshot -: standard input is a terminal; pipe a snapshot in, or name a file");
    }
    Ok(Snapshot::open(source, workspace.path(), watch.progress())?)
}

/// An error of opening the snapshot without what is redacted.
pub(super) fn redacted(redaction: &Redaction, error: anyhow::Error) -> anyhow::Error {
    match error.downcast::<SnapshotError>() {
        Ok(error) => errors::snapshot(redaction, error).into(),
        Err(other) => other,
    }
}
