//! The wal-index: what all connections to the clone know of its WAL, and the locks by which they
//! share it.
//!
//! <https://sqlite.org/walformat.html#the_wal_index_file_format> describes it as a shared file of
//! 32 KiB regions with eight locks. All connections to a clone are of this process, so it is on the
//! heap, and needs no file beside the snapshot. The lock of a checkpoint is never given, so that the
//! WAL only grows and every reader keeps the state in which it began.
#![expect(
    unsafe_code,
    reason = "the regions are shared with the engine, which writes to them"
)]

use super::locked;
use rusqlite::ffi;
use std::ffi::{c_int, c_void};
use std::sync::Mutex;

/// The bytes of a region.
pub(super) const REGION: usize = 32 * 1024;

/// The words of a region, for the alignment.
const WORDS: usize = REGION / size_of::<u64>();

/// The number of locks.
const LOCKS: usize = ffi::SQLITE_SHM_NLOCK as usize;

/// The lock that a checkpoint takes alone; recovery takes it together with the next lock.
const CHECKPOINT: usize = 1;

/// The regions and locks of one clone.
#[derive(Debug, Default)]
pub(super) struct WalIndex(Mutex<Shared>);

#[derive(Debug, Default)]
struct Shared {
    regions: Vec<Region>,
    /// for each lock how many connections share it, or -1 if one has it alone
    held: [i32; LOCKS],
}

/// The locks that one connection holds, a bit for each.
#[derive(Debug, Default)]
pub(super) struct Held {
    shared: u8,
    alone: u8,
}

/// Memory that the engine reads and writes.
#[derive(Debug)]
struct Region(*mut [u64]);

// SAFETY: the pointer is to a box that only `Region` frees; the engine synchronises its use of the
// memory by the locks.
unsafe impl Send for Region {}

impl Drop for Region {
    fn drop(&mut self) {
        // SAFETY: from `Box::into_raw`, and no connection is left that could use it: each keeps the
        // index alive.
        drop(unsafe { Box::from_raw(self.0) });
    }
}

impl WalIndex {
    /// The region at place `at`, made if `extend` asks for it; null if there is none. It stays for
    /// the life of the index.
    pub(super) fn region(&self, at: usize, extend: bool) -> *mut c_void {
        let mut shared = locked(&self.0);
        while extend && shared.regions.len() <= at {
            let words = vec![0; WORDS].into_boxed_slice();
            shared.regions.push(Region(Box::into_raw(words)));
        }
        shared
            .regions
            .get(at)
            .map_or(std::ptr::null_mut(), |region| region.0.cast())
    }

    /// The bytes of the WAL up to the end of the last commit: by the place of that frame and the size
    /// of a page from the header (<https://sqlite.org/walformat.html#the_wal_index_header>), with 32
    /// bytes before the first frame and 24 before each page. No write may be under way.
    pub(super) fn committed(&self) -> u64 {
        let shared = locked(&self.0);
        let Some(region) = shared.regions.first() else {
            return 0;
        };
        // SAFETY: the region has more words, and by contract nobody writes to it.
        let header: [u64; 3] = std::array::from_fn(|at| unsafe { (*region.0)[at] });
        let bytes: Vec<u8> = header.iter().flat_map(|word| word.to_ne_bytes()).collect();
        let page = u16::from_ne_bytes([bytes[14], bytes[15]]);
        let frames = u32::from_ne_bytes([bytes[16], bytes[17], bytes[18], bytes[19]]);
        // The size 65536 is written as 1.
        let page = if page == 1 { 65_536 } else { u64::from(page) };
        if frames == 0 {
            0
        } else {
            32 + u64::from(frames) * (24 + page)
        }
    }

    /// Forgets what it knows. No connection may be open.
    pub(super) fn clear(&self) {
        locked(&self.0).regions.clear();
    }

    /// Takes `count` locks from `first` on for the connection that has `held`, or gives them back, as
    /// `flags` say. Returns the code of the engine for the outcome.
    pub(super) fn lock(&self, held: &mut Held, first: usize, count: usize, flags: c_int) -> c_int {
        let mut shared = locked(&self.0);
        if first + count > LOCKS {
            return ffi::SQLITE_IOERR_SHMLOCK;
        }
        let places = first..first + count;
        if flags & ffi::SQLITE_SHM_UNLOCK != 0 {
            shared.release(held, places);
            return ffi::SQLITE_OK;
        }
        let alone = flags & ffi::SQLITE_SHM_EXCLUSIVE != 0;
        if (alone && (first, count) == (CHECKPOINT, 1))
            || !places.clone().all(|at| shared.is_free(held, at, alone))
        {
            return ffi::SQLITE_BUSY;
        }
        for at in places {
            shared.take(held, at, alone);
        }
        ffi::SQLITE_OK
    }

    /// Gives back every lock of a connection.
    pub(super) fn release(&self, held: &mut Held) {
        locked(&self.0).release(held, 0..LOCKS);
    }
}

impl Shared {
    fn is_free(&self, held: &Held, at: usize, alone: bool) -> bool {
        let bit = 1 << at;
        match self.held[at] {
            0 => true,
            _ if alone => held.alone & bit != 0,
            others => others > 0 || held.alone & bit != 0,
        }
    }

    fn take(&mut self, held: &mut Held, at: usize, alone: bool) {
        let bit = 1 << at;
        if (held.shared | held.alone) & bit != 0 {
            return;
        }
        if alone {
            held.alone |= bit;
            self.held[at] = -1;
        } else {
            held.shared |= bit;
            self.held[at] += 1;
        }
    }

    fn release(&mut self, held: &mut Held, places: std::ops::Range<usize>) {
        for at in places {
            let bit = 1 << at;
            if held.alone & bit != 0 {
                self.held[at] = 0;
            } else if held.shared & bit != 0 {
                self.held[at] -= 1;
            }
            held.alone &= !bit;
            held.shared &= !bit;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: c_int = ffi::SQLITE_SHM_LOCK;
    const SHARED: c_int = LOCK | ffi::SQLITE_SHM_SHARED;
    const ALONE: c_int = LOCK | ffi::SQLITE_SHM_EXCLUSIVE;
    const BACK: c_int = ffi::SQLITE_SHM_UNLOCK;

    #[test]
    fn a_lock_is_shared_by_many_or_held_by_one() {
        let index = WalIndex::default();
        let (mut one, mut other) = (Held::default(), Held::default());
        assert_eq!(index.lock(&mut one, 4, 1, SHARED), ffi::SQLITE_OK);
        assert_eq!(index.lock(&mut other, 4, 1, SHARED), ffi::SQLITE_OK);
        assert_eq!(
            index.lock(&mut other, 3, 2, ALONE),
            ffi::SQLITE_BUSY,
            "one of the two is shared"
        );
        assert_eq!(
            index.lock(&mut one, 3, 1, ALONE),
            ffi::SQLITE_OK,
            "the refused request took nothing"
        );
        assert_eq!(
            index.lock(&mut one, 3, 1, BACK | ffi::SQLITE_SHM_EXCLUSIVE),
            ffi::SQLITE_OK
        );
        assert_eq!(
            index.lock(&mut one, 4, 1, BACK | ffi::SQLITE_SHM_SHARED),
            ffi::SQLITE_OK
        );
        assert_eq!(
            index.lock(&mut one, 4, 1, ALONE),
            ffi::SQLITE_BUSY,
            "the other has it still"
        );
        index.release(&mut other);
        assert_eq!(index.lock(&mut one, 4, 1, ALONE), ffi::SQLITE_OK);
        assert_eq!(index.lock(&mut other, 4, 1, SHARED), ffi::SQLITE_BUSY);
    }

    #[test]
    fn recovery_may_hold_off_checkpoints_and_none_may_begin() {
        let index = WalIndex::default();
        let mut held = Held::default();
        assert_eq!(
            index.lock(&mut held, CHECKPOINT, 1, ALONE),
            ffi::SQLITE_BUSY
        );
        assert_eq!(index.lock(&mut held, CHECKPOINT, 2, ALONE), ffi::SQLITE_OK);
    }

    #[test]
    fn regions_stay_where_they_are() {
        let index = WalIndex::default();
        assert!(index.region(0, false).is_null());
        let first = index.region(0, true);
        assert!(!index.region(20, true).is_null());
        assert_eq!(index.region(0, false), first);
    }
}
