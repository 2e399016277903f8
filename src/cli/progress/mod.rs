//! Progress on standard error: one line, only on a terminal, only where a run takes its time, and
//! gone when it is over.
//!
//! A thread looks at the run ten times a second and draws what it sees; the run itself only counts.
//! However the run ends, by Ctrl-C or a panic too, the line goes first.

mod line;

use super::talk::Talk;
use super::workspace::Workspace;
use crate::progress::{Progress, Seen, Work};
use indicatif::{ProgressBar, ProgressStyle};
use line::Speed;
use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, TryLockError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};
use std::{io, panic};

/// What is over sooner is not worth a line.
const PATIENCE: Duration = Duration::from_millis(500);

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(100);

/// Looks by which the speed is told: those of five seconds.
const LOOKS: usize = 50;

/// A terminal of fewer columns has no room for a bar.
const ROOM_FOR_BAR: usize = 80;

/// A run that is watched until this is dropped.
pub(super) struct Watch {
    begun: Instant,
    progress: Progress,
    ticker: Option<(Arc<SharedLine>, JoinHandle<()>)>,
}

impl Watch {
    /// Watches the run that begins, where a person is there to see it.
    pub(super) fn begin(workspace: &Workspace, talk: Talk) -> Self {
        let (begun, progress, bar) = (
            Instant::now(),
            Progress::default(),
            ProgressBar::no_length(),
        );
        // Hidden is also what a terminal cannot draw.
        if talk.quiet || bar.is_hidden() {
            return Self {
                begun,
                progress,
                ticker: None,
            };
        }
        let shown = Arc::new(SharedLine {
            line: Mutex::new(Some(ProgressLine::new(bar))),
            gone: Condvar::new(),
        });
        let (watched, ours) = (progress.clone(), Arc::clone(&shown));
        // Without a thread to spare there is no progress to see.
        let thread = thread::Builder::new().spawn(move || ours.run(&watched));
        let ticker = thread.ok().map(|thread| {
            let (on_signal, on_panic) = (Arc::clone(&shown), Arc::clone(&shown));
            workspace.on_signal(move || on_signal.clear());
            let next = panic::take_hook();
            panic::set_hook(Box::new(move |info| {
                on_panic.clear_if_free();
                next(info);
            }));
            (shown, thread)
        });
        Self {
            begun,
            progress,
            ticker,
        }
    }

    /// What the run is to tell.
    pub(super) fn progress(&self) -> &Progress {
        &self.progress
    }

    /// How long the run has taken.
    pub(super) fn elapsed(&self) -> Duration {
        self.begun.elapsed()
    }

    /// Has the line go, so that other things can be said.
    pub(super) fn clear(&mut self) {
        if let Some((shown, thread)) = self.ticker.take() {
            shown.clear();
            // It has nothing to say that could be lost.
            let _ = thread.join();
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.clear();
    }
}

/// The line that both threads, and whoever ends the process, know of; none once it is gone for
/// good.
struct SharedLine {
    line: Mutex<Option<ProgressLine>>,
    gone: Condvar,
}

impl SharedLine {
    fn run(&self, progress: &Progress) {
        let mut line = self.wait(self.lock(), PATIENCE);
        while let Some(shown) = line.as_mut() {
            shown.draw(progress);
            line = self.wait(line, PAUSE);
        }
    }

    fn clear(&self) {
        if let Some(line) = self.lock().take() {
            line.bar.finish_and_clear();
        }
        self.gone.notify_all();
    }

    /// The same from a thread that may be drawing the line itself.
    fn clear_if_free(&self) {
        let line = match self.line.try_lock() {
            Ok(mut line) => line.take(),
            Err(TryLockError::Poisoned(line)) => line.into_inner().take(),
            Err(TryLockError::WouldBlock) => None,
        };
        if let Some(line) = line {
            line.bar.finish_and_clear();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<ProgressLine>> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'l>(
        &'l self,
        line: MutexGuard<'l, Option<ProgressLine>>,
        most: Duration,
    ) -> MutexGuard<'l, Option<ProgressLine>> {
        let waited = self
            .gone
            .wait_timeout_while(line, most, |line| line.is_some());
        waited.unwrap_or_else(PoisonError::into_inner).0
    }
}

struct ProgressLine {
    bar: ProgressBar,
    begun: Instant,
    /// the piece of work at hand, by what it is and when it began
    piece: Option<(Work, Instant)>,
    /// how far it was at each of the last looks
    looks: VecDeque<(Instant, u64)>,
}

impl ProgressLine {
    fn new(bar: ProgressBar) -> Self {
        Self {
            bar,
            begun: Instant::now(),
            piece: None,
            looks: VecDeque::new(),
        }
    }

    fn draw(&mut self, progress: &Progress) {
        let width = terminal_size::terminal_size_of(io::stderr())
            .map_or(80, |(width, _)| usize::from(width.0));
        let (place, seen) = progress.look();
        let piece = line::foremost(&seen);
        let speed = self.speed(piece);
        let of = piece
            .and_then(|piece| piece.of)
            .filter(|of| *of > 0 && width >= ROOM_FOR_BAR);
        let (template, room) = if of.is_some() {
            ("{bar:16} {wide_msg}", width - 17)
        } else {
            ("{wide_msg}", width)
        };
        self.bar.set_style(
            ProgressStyle::with_template(template)
                .expect("the template is valid")
                .progress_chars("=> "),
        );
        self.bar
            .set_message(line::words(&place, piece, speed, room));
        self.bar.update(|state| {
            state.set_len(of.unwrap_or_default());
            state.set_pos(piece.map_or(0, |piece| piece.done));
        });
        self.bar.force_draw();
    }

    /// How fast the piece of work was since the oldest of the last looks, or since it began.
    fn speed(&mut self, piece: Option<&Seen>) -> Speed {
        let now = Instant::now();
        if self.piece != piece.map(|piece| (piece.work, piece.begun)) {
            self.piece = piece.map(|piece| (piece.work, piece.begun));
            self.looks = piece.map(|piece| (piece.begun, 0)).into_iter().collect();
        }
        let (done, of) = piece.map_or((0, None), |piece| (piece.done, piece.of));
        self.looks.push_back((now, done));
        if self.looks.len() > LOOKS {
            self.looks.pop_front();
        }
        let since = self.looks.front().copied().unwrap_or((now, done));
        Speed::between(since, (now, done), of, self.begun)
    }
}
