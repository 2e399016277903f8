//! Opening the snapshot.

use super::progress::Watch;
use super::workspace::Workspace;
use crate::hidden::errors;
use crate::redaction::Redaction;
use crate::snapshot::{Snapshot, SnapshotSource};
use anyhow::bail;
use std::io::{self, IsTerminal as _};

/// Opens the snapshot; the watch shows how far it is loaded. Errors are without what is redacted.
pub(super) fn open(
    source: &SnapshotSource,
    redaction: &Redaction,
    workspace: &Workspace,
    watch: &Watch,
) -> anyhow::Result<Snapshot> {
    if *source == SnapshotSource::StandardInput && io::stdin().is_terminal() {
        bail!("--snapshot -: standard input is a terminal; pipe a snapshot in, or name a file");
    }
    Snapshot::open(source, workspace.path(), watch.progress())
        .map_err(|error| errors::snapshot(redaction, error).into())
}
