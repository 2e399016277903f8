//! The private folder of one run: gone afterwards, after Ctrl-C, SIGTERM and SIGHUP too. What a run
//! leaves that is ended otherwise is removed by a later one.

mod claim;
#[cfg(target_os = "linux")]
mod sweep;

use anyhow::Context as _;
use claim::{FOLDER, FolderClaim, STAGED};
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::{fs, process, thread};
use tempfile::TempDir;

/// What the shell reports for a process that SIGINT ended.
const INTERRUPTED: i32 = 130;

/// Whether a signal is ending the process.
static SIGNALLED: AtomicBool = AtomicBool::new(false);

/// Waits for a signal to end the process, if there was one: it removes the folder of the run, which
/// then fails and must not say so.
pub(super) fn give_way_to_signal() {
    while SIGNALLED.load(Ordering::SeqCst) {
        thread::park();
    }
}

/// Whether this run has had a private folder.
static WAS_MADE: AtomicBool = AtomicBool::new(false);

/// Removes what dead runs left, if this run has had a folder of its own. Changes neither what it
/// said nor how it ended.
pub(super) fn clear_up() {
    #[cfg(target_os = "linux")]
    if WAS_MADE.load(Ordering::SeqCst) {
        sweep::sweep(&std::env::temp_dir());
    }
}

/// A folder for the clone, removed with all its content when the run ends.
pub(super) struct Workspace {
    folder: TempDir,
    /// held until the process ends
    claim: Option<FolderClaim>,
    on_signal: Arc<Mutex<Tasks>>,
}

/// What is done before a signal ends the process.
type Tasks = Vec<Box<dyn FnOnce() + Send>>;

impl Workspace {
    /// Creates the folder and has signals remove it.
    pub(super) fn create() -> anyhow::Result<Self> {
        let mut builder = tempfile::Builder::new();
        builder.prefix(FOLDER).rand_bytes(12);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            builder.permissions(fs::Permissions::from_mode(0o700));
        }
        let folder = builder
            .tempdir()
            .context("cannot create a private folder for the clone")?;
        let claim = FolderClaim::take(folder.path());
        WAS_MADE.store(true, Ordering::SeqCst);
        let on_signal = Arc::<Mutex<Tasks>>::default();
        let (path, due) = (folder.path().to_owned(), Arc::clone(&on_signal));
        ctrlc::set_handler(move || end(&path, &mut lock(&due))).context("cannot handle signals")?;
        Ok(Self {
            folder,
            claim,
            on_signal,
        })
    }

    /// The folder.
    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Has signals do this before they end the process.
    pub(super) fn on_signal(&self, task: impl FnOnce() + Send + 'static) {
        lock(&self.on_signal).push(Box::new(task));
    }

    /// The name of a file to be staged beside a target, and how many random characters go behind it.
    pub(super) fn staged_name(&self, target: &Path) -> io::Result<(String, usize)> {
        match &self.claim {
            Some(claim) => Ok((claim.stage(target)?, 0)),
            None => Ok((STAGED.to_owned(), 12)),
        }
    }

    /// Has signals remove this file too.
    pub(super) fn also_remove(&self, file: &Path) {
        let file = file.to_owned();
        self.on_signal(|| drop(fs::remove_file(file)));
    }
}

fn lock(due: &Mutex<Tasks>) -> MutexGuard<'_, Tasks> {
    due.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Ends the process.
fn end(folder: &Path, due: &mut Tasks) {
    SIGNALLED.store(true, Ordering::SeqCst);
    due.drain(..).for_each(|task| task());
    // The rehearsal may still be creating files: try again while it does.
    while folder.exists() && fs::remove_dir_all(folder).is_err() {}
    process::exit(INTERRUPTED);
}
