//! The private folder of one run: gone afterwards, after Ctrl-C, SIGTERM and SIGHUP too.

use anyhow::Context as _;
use indicatif::ProgressBar;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tempfile::TempDir;

/// What the shell reports for a process that SIGINT ended.
const INTERRUPTED: i32 = 130;

/// Whether a signal is ending the process.
static SIGNALLED: AtomicBool = AtomicBool::new(false);

/// Leaves the ending of the process to a signal, where there was one: a run whose folder it removes fails, and must not say so.
pub(super) fn give_way_to_signal() {
    while SIGNALLED.load(Ordering::SeqCst) {
        std::thread::park();
    }
}

/// A folder for the clone, removed with all in it when the run ends.
pub(super) struct Workspace {
    folder: TempDir,
    others: Arc<Mutex<Vec<PathBuf>>>,
    line: Arc<Mutex<Option<ProgressBar>>>,
}

impl Workspace {
    /// Creates the folder and has signals remove it.
    pub(super) fn create() -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new().prefix("harness-").tempdir().context("cannot create a private folder for the clone")?;
        let others = Arc::new(Mutex::new(Vec::new()));
        let line: Arc<Mutex<Option<ProgressBar>>> = Arc::default();
        let (path, staged, shown) = (folder.path().to_owned(), Arc::clone(&others), Arc::clone(&line));
        let on_signal = move || {
            SIGNALLED.store(true, Ordering::SeqCst);
            if let Some(line) = shown.lock().unwrap_or_else(PoisonError::into_inner).take() {
                line.finish_and_clear();
            }
            for file in staged.lock().unwrap_or_else(PoisonError::into_inner).iter() {
                let _ = std::fs::remove_file(file);
            }
            // The rehearsal may still be creating files: once more where it was quicker.
            while path.exists() && std::fs::remove_dir_all(&path).is_err() {}
            std::process::exit(INTERRUPTED);
        };
        ctrlc::set_handler(on_signal).context("cannot handle signals")?;
        Ok(Self { folder, others, line })
    }

    /// The folder.
    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Has signals clear this line of progress.
    pub(super) fn also_clear(&self, line: &ProgressBar) {
        *self.line.lock().unwrap_or_else(PoisonError::into_inner) = Some(line.clone());
    }

    /// Has signals remove this file too.
    pub(super) fn also_remove(&self, file: &Path) {
        self.others.lock().unwrap_or_else(PoisonError::into_inner).push(file.to_owned());
    }
}
