//! The line of progress, drawn by one thread and cleared by any.

use super::line::{Speed, foremost, words};
use crate::progress::{Progress, Work, WorkUnderWay};
use indicatif::{ProgressBar, ProgressStyle};
use std::collections::VecDeque;
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};
use std::thread;
use std::time::{Duration, Instant};

/// A run that is over sooner is not worth a line.
const PATIENCE: Duration = Duration::from_millis(500);

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(100);

/// Looks by which the speed is found: those of five seconds.
const LOOKS: usize = 50;

/// A terminal of fewer columns has no room for a bar.
const ROOM_FOR_BAR: usize = 80;

/// The line, which both threads, and whoever ends the process, know; none once it is cleared.
pub(super) struct SharedLine(Mutex<Option<ProgressLine>>);

impl SharedLine {
    pub(super) fn new(bar: ProgressBar) -> Self {
        Self(Mutex::new(Some(ProgressLine {
            bar,
            begun: Instant::now(),
            piece: None,
            looks: VecDeque::new(),
        })))
    }

    /// Draws the line until it is cleared; waking the thread has it see that.
    pub(super) fn run(&self, progress: &Progress) {
        thread::park_timeout(PATIENCE);
        while self.draw(progress) {
            thread::park_timeout(PAUSE);
        }
    }

    /// Draws the line once; false where it is cleared.
    fn draw(&self, progress: &Progress) -> bool {
        let mut line = self.lock();
        line.as_mut().map(|line| line.draw(progress)).is_some()
    }

    pub(super) fn clear(&self) {
        if let Some(line) = self.lock().take() {
            line.bar.finish_and_clear();
        }
    }

    /// The same from a thread that may be drawing the line itself.
    pub(super) fn clear_if_free(&self) {
        let line = match self.0.try_lock() {
            Ok(mut line) => line.take(),
            Err(TryLockError::Poisoned(line)) => line.into_inner().take(),
            Err(TryLockError::WouldBlock) => None,
        };
        if let Some(line) = line {
            line.bar.finish_and_clear();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<ProgressLine>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
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
    fn draw(&mut self, progress: &Progress) {
        let width = terminal_size::terminal_size_of(io::stderr())
            .map_or(80, |(width, _)| usize::from(width.0));
        let (place, seen) = progress.look();
        let piece = foremost(&seen);
        let speed = self.speed(piece);
        let of = piece.and_then(|piece| piece.of);
        let of = of.filter(|of| *of > 0 && width >= ROOM_FOR_BAR);
        let (template, room) = match of {
            Some(_) => ("{bar:16} {wide_msg}", width - 17),
            None => ("{wide_msg}", width),
        };
        let style = ProgressStyle::with_template(template).expect("the template is valid");
        self.bar.set_style(style.progress_chars("=> "));
        self.bar.set_message(words(&place, piece, speed, room));
        self.bar.update(|state| {
            state.set_len(of.unwrap_or_default());
            state.set_pos(piece.map_or(0, |piece| piece.done));
        });
        self.bar.force_draw();
    }

    /// How fast the piece of work was since the oldest of the last looks, or since it began.
    fn speed(&mut self, piece: Option<&WorkUnderWay>) -> Speed {
        let now = Instant::now();
        let begun = piece.map(|piece| (piece.work, piece.begun));
        if self.piece != begun {
            self.piece = begun;
            self.looks = begun.map(|(_, begun)| (begun, 0)).into_iter().collect();
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
