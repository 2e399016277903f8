//! A stream that is hashed and counted as it is read.

use std::io::{self, Read};

/// A reader that hashes what it reads.
pub(super) struct Hashed<R> {
    input: R,
    bytes: u64,
    hasher: blake3::Hasher,
}

impl<R: Read> Hashed<R> {
    pub(super) fn new(input: R) -> Self {
        Self {
            input,
            bytes: 0,
            hasher: blake3::Hasher::new(),
        }
    }

    /// How many bytes were read, and their BLAKE3 as hexadecimal.
    pub(super) fn finish(self) -> (u64, String) {
        (self.bytes, self.hasher.finalize().to_hex().to_string())
    }
}

impl<R: Read> Read for Hashed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer)?;
        self.hasher.update(&buffer[..read]);
        self.bytes += read as u64;
        Ok(read)
    }
}
