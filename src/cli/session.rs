//! The run of a command: its private folder, its progress, and how much it says.

use super::Ending;
use super::output::Standard;
use super::progress::Watch;
use super::talk::Talk;
use super::workspace::Workspace;
use crate::hidden::errors;
use crate::redaction::Redaction;
use crate::report::Layout;
use crate::snapshot::{Snapshot, SnapshotSource};
use anyhow::bail;
use std::io::{self, IsTerminal as _, Write};
use std::path::Path;

/// A run, and all that is removed when it ends.
pub(super) struct CommandSession {
    pub(super) workspace: Workspace,
    pub(super) watch: Watch,
    talk: Talk,
}

impl CommandSession {
    pub(super) fn begin(talk: Talk) -> anyhow::Result<Self> {
        let workspace = Workspace::create()?;
        Ok(Self {
            watch: Watch::begin(&workspace, talk),
            workspace,
            talk,
        })
    }

    /// The private folder.
    pub(super) fn path(&self) -> &Path {
        self.workspace.path()
    }

    /// Opens the snapshot; the watch shows how far it is loaded. Errors are without what is
    /// redacted.
    pub(super) fn open(
        &self,
        source: &SnapshotSource,
        redaction: &Redaction,
    ) -> anyhow::Result<Snapshot> {
        if *source == SnapshotSource::StandardInput && io::stdin().is_terminal() {
            bail!("--snapshot -: standard input is a terminal; pipe a snapshot in, or name a file");
        }
        Snapshot::open(source, self.path(), &self.watch.progress)
            .map_err(|error| errors::snapshot(redaction, error).into())
    }

    /// Says one sentence, and nothing more of the progress.
    pub(super) fn say(&mut self, sentence: &str, ending: Ending) -> anyhow::Result<Ending> {
        self.watch.clear();
        Standard::say(sentence, ending)
    }

    /// Prints what was found, and how long it took.
    pub(super) fn print(
        mut self,
        is_accepted: bool,
        render: impl FnOnce(Layout, &mut dyn Write) -> io::Result<()>,
    ) -> anyhow::Result<Ending> {
        self.watch.clear();
        Standard::print_in(self.talk.detail(), render)?;
        self.talk.tell_times(&self.watch, None);
        Ok(Ending::accepted_if(is_accepted))
    }
}
