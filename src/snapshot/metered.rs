//! A stream under a meter: how far it is read, and the hash of what came.

use std::io::{self, Read};

/// How far a snapshot is loaded, in bytes of what is read: of a compressed one, the compressed bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// read so far
    pub bytes: u64,
    /// all there are, where that is known
    pub of: Option<u64>,
}

/// A reader that reports its progress.
pub(super) struct Metered<'a, R> {
    input: R,
    progress: Progress,
    hasher: blake3::Hasher,
    observer: &'a mut dyn FnMut(Progress),
}

impl<'a, R: Read> Metered<'a, R> {
    /// Reads `input`, of which there are `of` bytes where that is known.
    pub(super) fn new(input: R, of: Option<u64>, observer: &'a mut dyn FnMut(Progress)) -> Self {
        Self { input, progress: Progress { bytes: 0, of }, hasher: blake3::Hasher::new(), observer }
    }

    /// How many bytes were read, and their BLAKE3 as hexadecimal.
    pub(super) fn finish(self) -> (u64, String) {
        (self.progress.bytes, self.hasher.finalize().to_hex().to_string())
    }
}

impl<R: Read> Read for Metered<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer)?;
        self.hasher.update(&buffer[..read]);
        self.progress.bytes += read as u64;
        (self.observer)(self.progress);
        Ok(read)
    }
}
