//! Loading a dump, a compressed file or a stream into a private database.
//!
//! What a stream is, and what is in it, its content says. Nothing is held in memory as a whole, and
//! every stream is read to its end, where an archive has its checksums.

use super::content::{self, FileForm};
use super::dump;
use crate::files;
use flate2::read::MultiGzDecoder;
use std::fs::File;
use std::io::{self, Cursor, Read, Write as _};
use std::path::Path;

/// Why a stream is not loaded.
pub(super) enum LoadError {
    /// it is no snapshot, or cannot be read or written
    Unusable(String),
    /// a statement of a dump fails, with the engine's message
    Dump { line: usize, message: String },
}

impl From<String> for LoadError {
    fn from(reason: String) -> Self {
        Self::Unusable(reason)
    }
}

/// Why a stream cannot be read further: the system's error, or a decoder's.
impl From<io::Error> for LoadError {
    fn from(error: io::Error) -> Self {
        Self::Unusable(match error.kind() {
            _ if error.raw_os_error().is_some() => files::unreadable(&error),
            io::ErrorKind::UnexpectedEof => {
                "is truncated: its compressed data ends too early".to_owned()
            }
            _ => format!("cannot be unpacked: {error}"),
        })
    }
}

/// What was loaded.
pub(super) struct LoadedStream {
    /// the number of its bytes
    pub(super) bytes: u64,
    /// their hash
    pub(super) hash: String,
    /// what cannot be known of it, as a sentence
    pub(super) doubt: Option<&'static str>,
}

/// Loads what `input` gives into a new database `target`.
pub(super) fn load(input: impl Read, target: &Path) -> Result<LoadedStream, LoadError> {
    let mut input = Hashed {
        input,
        bytes: 0,
        hasher: blake3::Hasher::new(),
    };
    let doubt = store(&mut input, target, false)?;
    Ok(LoadedStream {
        bytes: input.bytes,
        hash: input.hasher.finalize().to_hex().to_string(),
        doubt,
    })
}

/// A reader that hashes and counts what it reads.
struct Hashed<R> {
    input: R,
    bytes: u64,
    hasher: blake3::Hasher,
}

impl<R: Read> Read for Hashed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer)?;
        self.hasher.update(&buffer[..read]);
        self.bytes += read as u64;
        Ok(read)
    }
}

/// Stores the database that a stream is or says; an archive is unpacked, and holds none again.
/// Returns what cannot be known of it.
fn store(
    input: &mut dyn Read,
    target: &Path,
    is_unpacked: bool,
) -> Result<Option<&'static str>, LoadError> {
    let (head, mut input) = peek(input)?;
    let form = content::form_of(&head).map_err(|reason| {
        if is_unpacked {
            format!("is compressed, and what it holds {reason}")
        } else {
            reason
        }
    })?;
    match form {
        FileForm::Gzip | FileForm::Zstd if is_unpacked => {
            Err("is compressed more than once: unpack it".to_owned().into())
        }
        FileForm::Gzip => store(&mut MultiGzDecoder::new(input), target, true),
        FileForm::Zstd => store(&mut zstd::Decoder::new(input)?, target, true),
        FileForm::Dump => dump::load(&mut input, target),
        FileForm::Database => {
            content::whole(&head, copy(&mut input, target)?)?;
            Ok(None)
        }
    }
}

/// The first bytes of `input`, and all of it.
fn peek<R: Read>(mut input: R) -> io::Result<(Vec<u8>, impl Read)> {
    let head = content::head(&mut input)?;
    Ok((head.clone(), Cursor::new(head).chain(input)))
}

/// Copies `input` into a new file; the number of its bytes.
fn copy(input: &mut dyn Read, target: &Path) -> Result<u64, LoadError> {
    let full = |e: io::Error| format!("cannot be copied to {}: {e}", target.display());
    let mut file = File::create_new(target).map_err(full)?;
    let mut buffer = vec![0; 1 << 18];
    let mut bytes = 0;
    loop {
        match input.read(&mut buffer) {
            Ok(0) => return Ok(bytes),
            Ok(read) => {
                file.write_all(&buffer[..read]).map_err(full)?;
                bytes += read as u64;
            }
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e.into()),
        }
    }
}
