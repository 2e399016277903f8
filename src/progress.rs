//! Progress: what a run is doing and how far it is, reported by the run and read by another thread.
//!
//! Rows and bytes are counted in atomics; a lock is taken only where one piece of work ends and
//! another begins. Has names of migrations, tables and files, never a value of a row. Shows nothing.

use std::io::{self, Read};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// A run under way; its clones are of the same run.
#[derive(Debug, Clone, Default)]
pub struct Progress(Arc<Mutex<RunState>>);

#[derive(Debug, Default)]
struct RunState {
    place: RunPosition,
    under_way: Vec<Arc<WorkPiece>>,
    spent: Vec<Spent>,
}

/// Where in the migrations a run is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RunPosition {
    /// the current migration: its name, its number from 1, and how many there are
    pub migration: Option<(Arc<str>, usize, usize)>,
    /// which of its runs this is
    pub pass: Pass,
    /// the current statement: its number from 1, and how many there are
    pub statement: Option<(usize, usize)>,
    /// how many rows it will write, where its preview says so
    expected: Option<u64>,
}

/// Which run of a migration is under way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Pass {
    /// the one that is judged
    #[default]
    First,
    /// the one on the state that the first left
    Second,
    /// one that is made to fail
    Failing,
}

/// A kind of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Work {
    /// loading a dump, a compressed file or a stream; bytes
    Load,
    /// copying a file; bytes
    Copy,
    /// hashing the snapshot; bytes
    Hash,
    /// counting the rows of a table by tenant; rows
    Count,
    /// running the preview of a statement; rows
    Preview,
    /// running a statement; rows written
    Write,
    /// comparing a table in the states before and after; rows
    Compare,
    /// looking for rows that refer to none; not counted
    References,
    /// running the author's queries; not counted
    Ask,
    /// the engine's own check of the whole database; not counted
    Integrity,
}

/// A piece of work under way, at one moment.
#[derive(Debug, Clone)]
pub struct WorkUnderWay {
    /// what kind it is
    pub work: Work,
    /// the file or table that it is about, or nothing
    pub what: String,
    /// how many bytes or rows are done
    pub done: u64,
    /// of how many, where that is known
    pub of: Option<u64>,
    /// when it began
    pub begun: Instant,
}

/// Work of one kind that is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spent {
    /// the migration that it was done for; none where it was done for the snapshot
    pub migration: Option<Arc<str>>,
    /// in which of its runs
    pub pass: Pass,
    /// what kind it is
    pub work: Work,
    /// how many bytes or rows
    pub done: u64,
    /// how long it took
    pub elapsed: Duration,
}

/// The count of a piece of work, which ends when this is dropped.
#[derive(Debug)]
pub struct Meter {
    progress: Progress,
    piece: Arc<WorkPiece>,
}

#[derive(Debug)]
struct WorkPiece {
    work: Work,
    what: String,
    begun: Instant,
    done: Counter,
    of: Option<u64>,
}

/// How many bytes or rows are done. One thread adds, any may read.
#[derive(Debug, Clone, Default)]
pub struct Counter(Arc<AtomicU64>);

impl Counter {
    /// Counts so many more.
    pub fn add(&self, more: u64) {
        // One thread writes: a stored sum costs less than an atomic addition, once for each row.
        self.0.store(
            self.0.load(Ordering::Relaxed).wrapping_add(more),
            Ordering::Relaxed,
        );
    }

    fn now(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

impl Progress {
    /// Comes to a migration, the `number`th of `of`.
    pub fn migration(&self, name: &str, number: usize, of: usize) {
        self.state().place = RunPosition {
            migration: Some((name.into(), number, of)),
            ..RunPosition::default()
        };
    }

    /// Leaves the migrations.
    pub fn leave(&self) {
        self.state().place = RunPosition::default();
    }

    /// Begins another run of the current migration.
    pub fn pass(&self, pass: Pass) {
        let place = &mut self.state().place;
        (place.pass, place.statement, place.expected) = (pass, None, None);
    }

    /// Comes to a statement of the current migration, by its number and how many there are; `None`
    /// after the last.
    pub fn statement(&self, statement: Option<(usize, usize)>) {
        let place = &mut self.state().place;
        (place.statement, place.expected) = (statement, None);
    }

    /// Says how many rows the current statement will write.
    pub fn expect(&self, rows: u64) {
        self.state().place.expected = Some(rows);
    }

    /// Begins a piece of work on a file or table, of so many bytes or rows where that is known.
    pub fn begin(&self, work: Work, what: &str, of: Option<u64>) -> Meter {
        let piece = Arc::new(WorkPiece {
            work,
            what: what.to_owned(),
            begun: Instant::now(),
            done: Counter::default(),
            of,
        });
        self.state().under_way.push(Arc::clone(&piece));
        Meter {
            progress: self.clone(),
            piece,
        }
    }

    /// Where the run is, and what is under way, in the order in which it began.
    pub fn look(&self) -> (RunPosition, Vec<WorkUnderWay>) {
        let state = self.state();
        let seen = |piece: &Arc<WorkPiece>| {
            let done = piece.done.now();
            let of = match piece.work {
                Work::Write => state.place.expected,
                _ => piece.of,
            };
            WorkUnderWay {
                work: piece.work,
                what: piece.what.clone(),
                done,
                // What a trigger or REPLACE writes is not foreseen.
                of: of.filter(|of| done <= *of),
                begun: piece.begun,
            }
        };
        let seen = state.under_way.iter().map(seen).collect();
        (state.place.clone(), seen)
    }

    /// What is over, by migration, run and kind of work, in the order in which it was first over.
    pub fn spent(&self) -> Vec<Spent> {
        self.state().spent.clone()
    }

    fn state(&self) -> MutexGuard<'_, RunState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Meter {
    /// Counts so many more bytes or rows.
    pub fn add(&self, more: u64) {
        self.piece.done.add(more);
    }

    /// The count, for another that adds to it.
    pub fn count(&self) -> Counter {
        self.piece.done.clone()
    }

    /// `input`, whose bytes are counted as they are read.
    pub fn reading<R: Read>(&self, input: R) -> Metered<'_, R> {
        Metered { input, meter: self }
    }
}

impl Drop for Meter {
    fn drop(&mut self) {
        let mut state = self.progress.state();
        let is_this = |piece: &Arc<WorkPiece>| Arc::ptr_eq(piece, &self.piece);
        state.under_way.retain(|piece| !is_this(piece));
        let WorkPiece {
            work, done, begun, ..
        } = &*self.piece;
        let is_of_snapshot = matches!(work, Work::Load | Work::Copy | Work::Hash | Work::Count);
        let migration = state.place.migration.as_ref();
        let spent = Spent {
            migration: migration
                .filter(|_| !is_of_snapshot)
                .map(|(name, ..)| Arc::clone(name)),
            pass: state.place.pass,
            work: *work,
            done: done.now(),
            elapsed: begun.elapsed(),
        };
        state.add(spent);
    }
}

impl RunState {
    /// Adds up work of one kind, in one run of a migration or in none.
    fn add(&mut self, work: Spent) {
        let is_alike = |spent: &&mut Spent| {
            spent.migration == work.migration && spent.pass == work.pass && spent.work == work.work
        };
        match self.spent.iter_mut().rev().find(is_alike) {
            Some(spent) => {
                spent.done += work.done;
                spent.elapsed += work.elapsed;
            }
            None => self.spent.push(work),
        }
    }
}

/// A reader whose bytes are counted.
#[derive(Debug)]
pub struct Metered<'m, R> {
    input: R,
    meter: &'m Meter,
}

impl<R: Read> Read for Metered<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer)?;
        self.meter.add(read as u64);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_under_way_is_seen_until_it_is_over() {
        let progress = Progress::default();
        let beside = progress.clone();
        beside.migration("0001", 1, 2);
        beside.statement(Some((3, 12)));
        let (hash, write) = (
            beside.begin(Work::Hash, "a.db", Some(100)),
            beside.begin(Work::Write, "", None),
        );
        let mut bytes = [0; 10];
        assert_eq!(
            hash.reading(&b"four"[..]).read(&mut bytes).expect("reads"),
            4
        );
        write.count().add(7);
        let (place, seen) = progress.look();
        assert_eq!(
            (place.migration.expect("one").1, place.statement),
            (1, Some((3, 12)))
        );
        let told: Vec<_> = seen
            .iter()
            .map(|s| (s.work, s.what.as_str(), s.done, s.of))
            .collect();
        assert_eq!(
            told,
            [
                (Work::Hash, "a.db", 4, Some(100)),
                (Work::Write, "", 7, None)
            ]
        );
        drop(hash);
        beside.expect(8);
        assert_eq!(
            progress.look().1.iter().map(|s| s.of).collect::<Vec<_>>(),
            [Some(8)]
        );
        write.add(2);
        assert_eq!(progress.look().1[0].of, None, "more than was foreseen");
        drop(write);
        assert_eq!(progress.look().1.len(), 0);
        let spent: Vec<_> = progress
            .spent()
            .into_iter()
            .map(|spent| (spent.pass, spent.work, spent.done))
            .collect();
        assert_eq!(
            spent,
            [(Pass::First, Work::Hash, 4), (Pass::First, Work::Write, 9)]
        );
    }
}
