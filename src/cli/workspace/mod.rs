//! The private folder of one run: gone afterwards, after Ctrl-C, SIGTERM and SIGHUP too.

use anyhow::Context as _;
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

/// A folder for the clone, removed with all its content when the run ends.
pub(super) struct Workspace {
    folder: TempDir,
    on_signal: Arc<Mutex<Tasks>>,
}

/// What is done before a signal ends the process.
type Tasks = Vec<Box<dyn FnOnce() + Send>>;

impl Workspace {
    /// Creates the folder and has signals remove it.
    pub(super) fn create() -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new()
            .prefix("harness-")
            .tempdir()
            .context("cannot create a private folder for the clone")?;
        let on_signal = Arc::<Mutex<Tasks>>::default();
        let (path, due) = (folder.path().to_owned(), Arc::clone(&on_signal));
        ctrlc::set_handler(move || end(&path, &mut lock(&due))).context("cannot handle signals")?;
        Ok(Self { folder, on_signal })
    }

    /// The folder.
    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Has signals do this before they end the process.
    pub(super) fn on_signal(&self, task: impl FnOnce() + Send + 'static) {
        lock(&self.on_signal).push(Box::new(task));
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
