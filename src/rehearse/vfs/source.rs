//! The source of a clone: the bytes of its base file, which is opened read-only and never written
//! to.
//!
//! The engine rolls a hot journal of the file back as if the file were writable; what it writes goes
//! to a private file beside it, at the same places, and is read from there
//! (<https://sqlite.org/fileformat2.html#the_rollback_journal>).

use super::locked;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard};

/// The unit of what is recovered, in bytes: the smallest page. The engine writes whole pages.
const BLOCK: u64 = 512;

/// A read-only file, and the parts of it that recovery replaced.
#[derive(Debug)]
pub(super) struct Source {
    file: File,
    recovered: Option<Mutex<Recovered>>,
}

/// Blocks that replace those of the file.
#[derive(Debug)]
struct Recovered {
    file: File,
    blocks: BTreeSet<u64>,
    /// bytes of the whole
    len: u64,
    /// bytes of the original that still count
    original: u64,
}

impl Source {
    /// Opens the file at `path` for reading; what is recovered goes to a new file at `recovered`, if
    /// that is given.
    pub(super) fn open(path: &Path, recovered: Option<PathBuf>) -> io::Result<Self> {
        let file = File::open(path)?;
        let recovered = recovered.map(|path| -> io::Result<_> {
            let (mut new, len) = (File::options(), file.metadata()?.len());
            Ok(Mutex::new(Recovered {
                file: new.read(true).write(true).create_new(true).open(path)?,
                blocks: BTreeSet::new(),
                len,
                original: len,
            }))
        });
        Ok(Self {
            file,
            recovered: recovered.transpose()?,
        })
    }

    /// What recovery replaced; an error where nothing may be recovered.
    fn recovered(&self) -> io::Result<MutexGuard<'_, Recovered>> {
        let recovered = self.recovered.as_ref().map(locked);
        recovered.ok_or_else(|| io::ErrorKind::PermissionDenied.into())
    }

    /// Bytes.
    pub(super) fn len(&self) -> io::Result<u64> {
        match self.recovered() {
            Ok(recovered) => Ok(recovered.len),
            Err(_) => self.file.metadata().map(|meta| meta.len()),
        }
    }

    /// Reads up to the end of the file, and returns the number of bytes.
    pub(super) fn read(&self, out: &mut [u8], offset: u64) -> io::Result<usize> {
        let Ok(recovered) = self.recovered() else {
            return read_at(&self.file, out, offset);
        };
        let wanted = within(out, recovered.len.saturating_sub(offset)).len();
        let mut done = 0;
        while done < wanted {
            let at = offset + done as u64;
            let (from, end) = if recovered.blocks.contains(&(at / BLOCK)) {
                (&recovered.file, u64::MAX)
            } else {
                (&self.file, recovered.original)
            };
            let part = within(&mut out[done..wanted], BLOCK - at % BLOCK);
            // Beyond what either holds, the file that was made longer reads as zeros.
            let read = read_at(from, within(part, end.saturating_sub(at)), at)?;
            part[read..].fill(0);
            done += part.len();
        }
        Ok(wanted)
    }

    /// Writes in the recovered part; without one it refuses.
    pub(super) fn write(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        let mut recovered = self.recovered()?;
        let end = offset + bytes.len() as u64;
        if !offset.is_multiple_of(BLOCK) || !end.is_multiple_of(BLOCK) {
            return Err(io::Error::other("recovery writes less than a page"));
        }
        recovered.file.seek(SeekFrom::Start(offset))?;
        recovered.file.write_all(bytes)?;
        recovered.blocks.extend(offset / BLOCK..end / BLOCK);
        recovered.len = recovered.len.max(end);
        Ok(())
    }

    /// Sets the length; without a recovered part it refuses.
    pub(super) fn truncate(&self, len: u64) -> io::Result<()> {
        let mut recovered = self.recovered()?;
        recovered.len = len;
        recovered.original = recovered.original.min(len);
        recovered.blocks.split_off(&len.div_ceil(BLOCK));
        Ok(())
    }

    /// Makes of `copy`, a copy of the file, what recovery made of the file.
    pub(super) fn recover_copy(&self, copy: &Path) -> io::Result<()> {
        let Ok(recovered) = self.recovered() else {
            return Ok(());
        };
        let mut copy = File::options().write(true).open(copy)?;
        copy.set_len(recovered.original)?;
        copy.set_len(recovered.len)?;
        for block in &recovered.blocks {
            let mut bytes = [0; 512];
            let read = read_at(&recovered.file, &mut bytes, block * BLOCK)?;
            copy.seek(SeekFrom::Start(block * BLOCK))?;
            copy.write_all(&bytes[..read])?;
        }
        Ok(())
    }
}

/// The first bytes, this many at most.
fn within(bytes: &mut [u8], most: u64) -> &mut [u8] {
    let len = usize::try_from(most).map_or(bytes.len(), |most| most.min(bytes.len()));
    &mut bytes[..len]
}

/// Reads as much as there is.
fn read_at(file: &File, out: &mut [u8], offset: u64) -> io::Result<usize> {
    let mut done = 0;
    while done < out.len() {
        match read_some(file, &mut out[done..], offset + done as u64) {
            Ok(0) => break,
            Ok(n) => done += n,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(done)
}

#[cfg(unix)]
fn read_some(file: &File, out: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, out, offset)
}

#[cfg(windows)]
fn read_some(file: &File, out: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, out, offset)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_recovered_stands_for_the_original_which_stays_as_it_is() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("original");
        std::fs::write(&path, [1; 2048]).expect("written");
        let source = Source::open(&path, Some(folder.path().join("recovered"))).expect("opens");
        source.write(&[2; 512], 512).expect("writes");
        let all = |len: usize| {
            let mut bytes = vec![9; len];
            let read = source.read(&mut bytes, 0).expect("reads");
            bytes.truncate(read);
            bytes
        };
        assert_eq!(all(4096), [[1; 512], [2; 512], [1; 512], [1; 512]].concat());
        source.truncate(1536).expect("shortens");
        source
            .write(&[3; 512], 2048)
            .expect("writes behind the end");
        let whole = [[1; 512], [2; 512], [1; 512], [0; 512], [3; 512]].concat();
        assert_eq!(all(4096), whole, "what was cut off does not come back");
        let mut part = [0; 100];
        assert_eq!(source.read(&mut part, 1000).expect("reads"), 100);
        assert_eq!(part, whole[1000..1100]);
        assert!(source.write(&[4; 100], 0).is_err());
        let copy = folder.path().join("copy");
        std::fs::copy(&path, &copy).expect("copied");
        source.recover_copy(&copy).expect("recovers");
        assert_eq!(std::fs::read(&copy).expect("reads"), whole);
        assert_eq!(std::fs::read(&path).expect("reads"), [1; 2048]);
    }
}
