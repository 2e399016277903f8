//! The private folder of one run: gone afterwards, after Ctrl-C, SIGTERM and SIGHUP too.

use anyhow::Context as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tempfile::TempDir;

/// What the shell reports for a process that SIGINT ended.
const INTERRUPTED: i32 = 130;

/// Whether a signal is ending the process.
static SIGNALLED: AtomicBool = AtomicBool::new(false);

/// Leaves the ending of the process to a signal, where there was one: a run whose folder it removes
/// fails, and must not say so.
pub(super) fn give_way_to_signal() {
    while SIGNALLED.load(Ordering::SeqCst) {
        std::thread::park();
    }
}

/// A folder for the clone, removed with all in it when the run ends.
pub(super) struct Workspace {
    folder: TempDir,
    others: Arc<Mutex<Vec<PathBuf>>>,
    before: Arc<Mutex<Vec<Task>>>,
}

/// What is done before a signal ends the process.
type Task = Box<dyn FnOnce() + Send>;

impl Workspace {
    /// Creates the folder and has signals remove it.
    pub(super) fn create() -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new()
            .prefix("harness-")
            .tempdir()
            .context("cannot create a private folder for the clone")?;
        let others = Arc::new(Mutex::new(Vec::new()));
        let before: Arc<Mutex<Vec<Task>>> = Arc::default();
        let (path, staged, tasks) = (
            folder.path().to_owned(),
            Arc::clone(&others),
            Arc::clone(&before),
        );
        let on_signal = move || {
            SIGNALLED.store(true, Ordering::SeqCst);
            tasks
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .drain(..)
                .for_each(|task| task());
            for file in staged.lock().unwrap_or_else(PoisonError::into_inner).iter() {
                let _ = std::fs::remove_file(file);
            }
            // The rehearsal may still be creating files: once more where it was quicker.
            while path.exists() && std::fs::remove_dir_all(&path).is_err() {}
            std::process::exit(INTERRUPTED);
        };
        ctrlc::set_handler(on_signal).context("cannot handle signals")?;
        Ok(Self {
            folder,
            others,
            before,
        })
    }

    /// The folder.
    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Has signals do this before they end the process.
    pub(super) fn on_signal(&self, task: impl FnOnce() + Send + 'static) {
        self.before
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(Box::new(task));
    }

    /// Has signals remove this file too.
    pub(super) fn also_remove(&self, file: &Path) {
        self.others
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(file.to_owned());
    }
}
