//! The main file of the clone as the engine sees it: the source, read-only, with a header that says
//! WAL.
//!
//! Bytes 18 and 19 of the header
//! (<https://sqlite.org/fileformat2.html#file_format_version_numbers>) read as 2, so that all writes
//! go to the private WAL. Nothing is locked in the file system: every connection is of this process,
//! and other processes may read the snapshot as before. Version 2 of the methods has no memory
//! mapping, which would bypass the header.
#![expect(unsafe_code, reason = "the methods of a file are C function pointers")]

use super::answer::{self, JournalMode, Standing, Told};
use super::source::Source;
use super::wal_index::{Held, REGION, WalIndex};
use rusqlite::{Connection, ffi};
use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::io;
use std::path::{Path, PathBuf};
use std::ptr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The places in the header of the versions that are needed to write and to read the file; 2 is WAL.
const VERSIONS: std::ops::Range<u64> = 18..20;

/// The main file, which all connections share.
#[derive(Debug)]
pub(crate) struct MainFile {
    source: Arc<Source>,
    index: WalIndex,
    /// whether recovery is over: nothing is written any more, and the header says WAL
    sealed: AtomicBool,
    /// whether the production database would be in WAL mode now, which its header keeps across
    /// connections
    wal: AtomicBool,
}

impl MainFile {
    /// The file at `path`. The engine may recover it, into a new file at `recovered`, until it is
    /// sealed.
    ///
    /// # Errors
    /// The system's, where a file cannot be opened.
    pub(crate) fn open(path: &Path, recovered: Option<PathBuf>) -> io::Result<Self> {
        let source = Arc::new(Source::open(path, recovered)?);
        Ok(Self {
            source,
            index: WalIndex::default(),
            sealed: AtomicBool::new(false),
            wal: AtomicBool::new(false),
        })
    }

    /// Ends recovery; `has_wal` says whether the file has a WAL. No connection may be open.
    ///
    /// # Errors
    /// The system's, where the header cannot be read.
    pub(crate) fn seal(&self, has_wal: bool) -> io::Result<()> {
        let mut versions = [0; 2];
        self.source.read(&mut versions, VERSIONS.start)?;
        self.index.clear();
        self.wal
            .store(has_wal || versions[1] == 2, Ordering::Relaxed);
        self.sealed.store(true, Ordering::Relaxed);
        Ok(())
    }

    /// The same file for another clone, with a WAL of its own.
    pub(crate) fn fork(&self) -> Self {
        let wal = AtomicBool::new(self.is_wal());
        Self {
            source: Arc::clone(&self.source),
            index: WalIndex::default(),
            sealed: AtomicBool::new(self.is_sealed()),
            wal,
        }
    }

    /// The bytes of the WAL that hold what is committed. No write may be under way.
    pub(crate) fn committed(&self) -> u64 {
        self.index.committed()
    }

    /// Whether the production database would be in WAL mode after what the migrations set.
    pub(crate) fn is_wal(&self) -> bool {
        self.wal.load(Ordering::Relaxed)
    }

    /// Makes of `copy`, a copy of the file, what recovery made of the file.
    ///
    /// # Errors
    /// The system's, where it cannot be written.
    pub(crate) fn recover_copy(&self, copy: &Path) -> io::Result<()> {
        self.source.recover_copy(copy)
    }

    fn is_sealed(&self) -> bool {
        self.sealed.load(Ordering::Relaxed)
    }

    /// Reads, with the header that the engine is to see, and returns the number of bytes.
    fn read(&self, out: &mut [u8], offset: u64) -> io::Result<usize> {
        let read = self.source.read(out, offset)?;
        if self.is_sealed() && offset < VERSIONS.end {
            let versions = VERSIONS
                .filter_map(|at| usize::try_from(at.checked_sub(offset)?).ok())
                .filter(|at| *at < read);
            for at in versions {
                // A version above 2 keeps its meaning: the database cannot be written to, or not be
                // read.
                out[at] = out[at].max(2);
            }
        }
        Ok(read)
    }
}

/// The main file as one connection has it open.
#[repr(C)]
pub(super) struct Handle {
    base: ffi::sqlite3_file,
    main: Arc<MainFile>,
    held: Held,
    told: Told,
    db: *mut ffi::sqlite3,
    /// whether a PRAGMA inside a PRAGMA is asking the engine
    asking: bool,
}

impl Handle {
    /// Writes a handle to `file`, which has room for it.
    pub(super) unsafe fn write_to(file: *mut ffi::sqlite3_file, main: Arc<MainFile>) {
        let handle = Self {
            base: ffi::sqlite3_file {
                pMethods: &raw const METHODS,
            },
            told: Told {
                journal_mode: if main.is_wal() {
                    JournalMode::Wal
                } else {
                    JournalMode::Delete
                },
                exclusive: false,
            },
            main,
            held: Held::default(),
            db: ptr::null_mut(),
            asking: false,
        };
        // SAFETY: the engine gives `szOsFile` bytes, which the VFS sets to hold a handle.
        unsafe { ptr::write(file.cast(), handle) };
    }

    /// Tells the connection its mode, which is that of the database too from now on.
    fn tell(&mut self, mode: JournalMode) {
        if mode != self.told.journal_mode {
            self.main
                .wal
                .store(mode == JournalMode::Wal, Ordering::Relaxed);
        }
        self.told.journal_mode = mode;
    }

    /// The state of the transaction, as the engine says: it refuses to leave WAL mode in one that has
    /// written nothing, and changes nothing in any case.
    fn standing(db: *mut ffi::sqlite3) -> Standing {
        // SAFETY: the connection that is preparing the PRAGMA; SQLite allows statements within a
        // file control.
        unsafe {
            if db.is_null() || ffi::sqlite3_get_autocommit(db) != 0 {
                return Standing::Outside;
            }
            let sql = c"PRAGMA main.journal_mode = DELETE";
            match ffi::sqlite3_exec(db, sql.as_ptr(), None, ptr::null_mut(), ptr::null_mut()) {
                ffi::SQLITE_OK => Standing::Dirty,
                _ => Standing::Clean,
            }
        }
    }
}

/// The file control that reads the journal mode that a connection was told, beyond those that
/// SQLite keeps to itself (<https://sqlite.org/c3ref/file_control.html>).
const ASK_MODE: c_int = 0x4841_0001;

/// The file control that sets it.
const TELL_MODE: c_int = 0x4841_0002;

/// The journal mode that a connection to a clone was told.
#[derive(Debug)]
pub(crate) struct ToldMode(Option<JournalMode>);

impl ToldMode {
    /// The mode of `conn`, which may be a connection to any database.
    pub(crate) fn of(conn: &Connection) -> Self {
        let mut mode = Self(None);
        mode.pass(conn, ASK_MODE);
        mode
    }

    /// Takes back what `conn` was told since. A PRAGMA is answered when it is prepared, and may then
    /// only be explained, or be followed by a text that is no SQL.
    pub(crate) fn restore(mut self, conn: &Connection) {
        self.pass(conn, TELL_MODE);
    }

    fn pass(&mut self, conn: &Connection, op: c_int) {
        // SAFETY: the handle is open as long as `conn` is; `file_control` takes a mode for these
        // two, other files know neither.
        unsafe {
            ffi::sqlite3_file_control(
                conn.handle(),
                c"main".as_ptr(),
                op,
                (&raw mut self.0).cast(),
            )
        };
    }
}

static METHODS: ffi::sqlite3_io_methods = ffi::sqlite3_io_methods {
    iVersion: 2,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(file_size),
    xLock: Some(lock),
    xUnlock: Some(unlock),
    xCheckReservedLock: Some(check_reserved_lock),
    xFileControl: Some(file_control),
    xSectorSize: Some(sector_size),
    xDeviceCharacteristics: Some(device_characteristics),
    xShmMap: Some(shm_map),
    xShmLock: Some(shm_lock),
    xShmBarrier: Some(shm_barrier),
    xShmUnmap: Some(shm_unmap),
    xFetch: None,
    xUnfetch: None,
};

/// The handle of a file that the engine passes to a method.
unsafe fn handle<'a>(file: *mut ffi::sqlite3_file) -> &'a mut Handle {
    // SAFETY: the engine calls these methods with files that `write_to` filled, one call at a time
    // for each.
    unsafe { &mut *file.cast() }
}

unsafe extern "C" fn close(file: *mut ffi::sqlite3_file) -> c_int {
    // SAFETY: as in `handle`; the engine does not use the file behind this call.
    unsafe {
        let this = handle(file);
        this.main.index.release(&mut this.held);
        ptr::drop_in_place(file.cast::<Handle>());
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn read(
    file: *mut ffi::sqlite3_file,
    out: *mut c_void,
    amount: c_int,
    offset: i64,
) -> c_int {
    let (Ok(amount), Ok(offset)) = (usize::try_from(amount), u64::try_from(offset)) else {
        return ffi::SQLITE_IOERR_READ;
    };
    // SAFETY: as in `handle`; `out` has room for `amount` bytes. The engine wants zeros beyond the
    // end of the file.
    let read = unsafe {
        ptr::write_bytes(out.cast::<u8>(), 0, amount);
        let out = std::slice::from_raw_parts_mut(out.cast(), amount);
        handle(file).main.read(out, offset)
    };
    match read {
        Ok(read) if read == amount => ffi::SQLITE_OK,
        Ok(_) => ffi::SQLITE_IOERR_SHORT_READ,
        Err(_) => ffi::SQLITE_IOERR_READ,
    }
}

unsafe extern "C" fn write(
    file: *mut ffi::sqlite3_file,
    bytes: *const c_void,
    amount: c_int,
    offset: i64,
) -> c_int {
    let (Ok(amount), Ok(offset)) = (usize::try_from(amount), u64::try_from(offset)) else {
        return ffi::SQLITE_IOERR_WRITE;
    };
    // SAFETY: as in `handle`; `bytes` are `amount` bytes.
    let (main, bytes) = unsafe {
        (
            &handle(file).main,
            std::slice::from_raw_parts(bytes.cast(), amount),
        )
    };
    if !main.is_sealed() && main.source.write(bytes, offset).is_ok() {
        ffi::SQLITE_OK
    } else {
        ffi::SQLITE_IOERR_WRITE
    }
}

unsafe extern "C" fn truncate(file: *mut ffi::sqlite3_file, size: i64) -> c_int {
    // SAFETY: as in `handle`.
    let main = unsafe { &handle(file).main };
    match u64::try_from(size) {
        Ok(size) if !main.is_sealed() && main.source.truncate(size).is_ok() => ffi::SQLITE_OK,
        _ => ffi::SQLITE_IOERR_TRUNCATE,
    }
}

/// Nothing of the clone has to survive a crash.
unsafe extern "C" fn sync(_: *mut ffi::sqlite3_file, _: c_int) -> c_int {
    ffi::SQLITE_OK
}

unsafe extern "C" fn file_size(file: *mut ffi::sqlite3_file, out: *mut i64) -> c_int {
    // SAFETY: as in `handle`; `out` is a place for the result.
    unsafe {
        match handle(file).main.source.len().map(i64::try_from) {
            Ok(Ok(len)) => *out = len,
            _ => return ffi::SQLITE_IOERR_FSTAT,
        }
    }
    ffi::SQLITE_OK
}

/// The engine takes an exclusive lock to write the WAL back, which only recovery may do.
unsafe extern "C" fn lock(file: *mut ffi::sqlite3_file, level: c_int) -> c_int {
    // SAFETY: as in `handle`.
    let sealed = unsafe { handle(file).main.is_sealed() };
    if sealed && level == ffi::SQLITE_LOCK_EXCLUSIVE {
        ffi::SQLITE_BUSY
    } else {
        ffi::SQLITE_OK
    }
}

unsafe extern "C" fn unlock(_: *mut ffi::sqlite3_file, _: c_int) -> c_int {
    ffi::SQLITE_OK
}

unsafe extern "C" fn check_reserved_lock(_: *mut ffi::sqlite3_file, out: *mut c_int) -> c_int {
    // SAFETY: `out` is a place for the result.
    unsafe { *out = 0 };
    ffi::SQLITE_OK
}

unsafe extern "C" fn file_control(
    file: *mut ffi::sqlite3_file,
    op: c_int,
    arg: *mut c_void,
) -> c_int {
    // SAFETY: as in `handle`; `arg` is what
    // <https://sqlite.org/c3ref/c_fcntl_begin_atomic_write.html> says of each operation.
    unsafe {
        let this = handle(file);
        match op {
            ffi::SQLITE_FCNTL_PDB => {
                this.db = *arg.cast::<*mut ffi::sqlite3>();
                ffi::SQLITE_OK
            }
            ASK_MODE => {
                *arg.cast::<Option<JournalMode>>() = Some(this.told.journal_mode);
                ffi::SQLITE_OK
            }
            TELL_MODE => {
                (*arg.cast::<Option<JournalMode>>())
                    .into_iter()
                    .for_each(|mode| this.tell(mode));
                ffi::SQLITE_OK
            }
            ffi::SQLITE_FCNTL_PRAGMA if this.main.is_sealed() && !this.asking => {
                pragma(file, arg.cast())
            }
            _ => ffi::SQLITE_NOTFOUND,
        }
    }
}

/// Answers a PRAGMA, or leaves it to the engine. `args` are the place for the answer, the name, and
/// the value or null.
unsafe fn pragma(file: *mut ffi::sqlite3_file, args: *mut *mut c_char) -> c_int {
    // SAFETY: as in `file_control`; no reference to the handle is held while the engine is asked,
    // which calls it again.
    unsafe {
        let text = |at: usize| {
            let text = (*args.add(at)).as_ref();
            text.map(|text| CStr::from_ptr(text).to_string_lossy())
        };
        let Handle { db, mut told, .. } = *handle(file);
        let standing = || {
            handle(file).asking = true;
            let standing = Handle::standing(db);
            handle(file).asking = false;
            standing
        };
        let name = text(1).unwrap_or_default();
        let Some(answer) = answer::answer(&mut told, standing, &name, text(2).as_deref()) else {
            return ffi::SQLITE_NOTFOUND;
        };
        let this = handle(file);
        this.tell(told.journal_mode);
        this.told = told;
        let (code, words) = match answer {
            Ok(word) => (ffi::SQLITE_OK, word),
            Err(error) => (ffi::SQLITE_ERROR, error),
        };
        let words = CString::new(words).unwrap_or_default();
        *args = ffi::sqlite3_mprintf(c"%s".as_ptr(), words.as_ptr());
        code
    }
}

unsafe extern "C" fn sector_size(_: *mut ffi::sqlite3_file) -> c_int {
    4096
}

unsafe extern "C" fn device_characteristics(_: *mut ffi::sqlite3_file) -> c_int {
    ffi::SQLITE_IOCAP_POWERSAFE_OVERWRITE
}

unsafe extern "C" fn shm_map(
    file: *mut ffi::sqlite3_file,
    at: c_int,
    size: c_int,
    extend: c_int,
    out: *mut *mut c_void,
) -> c_int {
    let (Ok(at), true) = (usize::try_from(at), usize::try_from(size) == Ok(REGION)) else {
        return ffi::SQLITE_IOERR_SHMMAP;
    };
    // SAFETY: as in `handle`; `out` is a place for the result.
    unsafe { *out = handle(file).main.index.region(at, extend != 0) };
    ffi::SQLITE_OK
}

unsafe extern "C" fn shm_lock(
    file: *mut ffi::sqlite3_file,
    first: c_int,
    count: c_int,
    flags: c_int,
) -> c_int {
    let (Ok(first), Ok(count)) = (usize::try_from(first), usize::try_from(count)) else {
        return ffi::SQLITE_IOERR_SHMLOCK;
    };
    // SAFETY: as in `handle`.
    let this = unsafe { handle(file) };
    this.main.index.lock(&mut this.held, first, count, flags)
}

unsafe extern "C" fn shm_barrier(_: *mut ffi::sqlite3_file) {
    std::sync::atomic::fence(Ordering::SeqCst);
}

/// Keeps the regions for the next connection, which then need not read the WAL again.
unsafe extern "C" fn shm_unmap(file: *mut ffi::sqlite3_file, _: c_int) -> c_int {
    // SAFETY: as in `handle`.
    let this = unsafe { handle(file) };
    this.main.index.release(&mut this.held);
    ffi::SQLITE_OK
}
