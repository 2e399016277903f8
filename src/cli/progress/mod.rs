//! Progress on standard error: one line, only on a terminal, only where a run takes its time, and
//! gone when it is over.
//!
//! A thread looks at the run ten times a second and draws what it sees; the run itself only counts.
//! However the run ends, by Ctrl-C or a panic too, the line goes first.

mod line;
mod shared;

use super::talk::Talk;
use super::workspace::Workspace;
use crate::progress::Progress;
use indicatif::ProgressBar;
use shared::SharedLine;
use std::panic;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Instant;

/// A run that is watched until this is dropped.
pub(super) struct Watch {
    pub(super) begun: Instant,
    /// how far the run is
    pub(super) progress: Progress,
    ticker: Option<Ticker>,
}

/// The line, and the thread that draws it.
type Ticker = (Arc<SharedLine>, JoinHandle<()>);

impl Watch {
    /// Watches the run that begins, where a person is there to see it.
    pub(super) fn begin(workspace: &Workspace, talk: Talk) -> Self {
        let progress = Progress::default();
        let bar = ProgressBar::no_length();
        // Hidden is also what a terminal cannot draw.
        let is_shown = !talk.quiet && !bar.is_hidden();
        let ticker = is_shown.then(|| tick(&progress, bar, workspace)).flatten();
        Self {
            begun: Instant::now(),
            progress,
            ticker,
        }
    }

    /// Removes the line, so that other text can be written.
    pub(super) fn clear(&mut self) {
        if let Some((line, thread)) = self.ticker.take() {
            line.clear();
            thread.thread().unpark();
            // The thread has no result.
            let _ = thread.join();
        }
    }
}

/// Draws the line from a thread of its own; none where there is no thread to spare. Signals and
/// panics clear it.
fn tick(progress: &Progress, bar: ProgressBar, workspace: &Workspace) -> Option<Ticker> {
    let line = Arc::new(SharedLine::new(bar));
    let (drawn, watched) = (Arc::clone(&line), progress.clone());
    let thread = thread::Builder::new()
        .spawn(move || drawn.run(&watched))
        .ok()?;
    let (on_signal, on_panic) = (Arc::clone(&line), Arc::clone(&line));
    workspace.on_signal(move || on_signal.clear());
    let next = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        on_panic.clear_if_free();
        next(info);
    }));
    Some((line, thread))
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.clear();
    }
}
