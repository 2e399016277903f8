//! What a file is by its first bytes: a database, a dump, or one of them compressed. Names say
//! nothing.
//!
//! Sources: <https://sqlite.org/fileformat2.html#the_database_header>, RFC 1952 (gzip), RFC 8878
//! (Zstandard).

use std::io::{self, Read};

/// The kind of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FileForm {
    /// an SQLite database
    Database,
    /// text of SQL statements
    Dump,
    /// one or the other, compressed by gzip
    Gzip,
    /// one or the other, compressed by zstd
    Zstd,
}

impl FileForm {
    /// The suffixes of the files that hold a snapshot of this form; a stream is one file.
    pub(super) fn suffixes(self) -> &'static [&'static str] {
        match self {
            Self::Database => &["", "-wal", "-journal"],
            Self::Dump | Self::Gzip | Self::Zstd => &[""],
        }
    }

    /// What it is, for reports.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Database => "SQLite database",
            Self::Dump => "SQL dump",
            Self::Gzip => "compressed by gzip",
            Self::Zstd => "compressed by zstd",
        }
    }
}

/// How many bytes the form is read from.
const HEAD: u64 = 4096;

const DATABASE: &[u8] = b"SQLite format 3\0";

/// What is often taken for a snapshot, by its first bytes.
const OTHERS: [(&[u8], &str); 9] = [
    (b"PK\x03\x04", "a zip archive"),
    (b"BZh", "compressed by bzip2"),
    (b"\xfd7zXZ\0", "compressed by xz"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"\x04\x22\x4d\x18", "compressed by lz4"),
    (b"\x1f\x9d", "compressed by compress"),
    (b"PGDMP", "an archive of pg_dump"),
    (b"\xff\xfe", "UTF-16 text, as PowerShell redirects output"),
    (b"\xfe\xff", "UTF-16 text"),
];

/// The bytes at the beginning of a file that its form is read from.
pub(super) fn head(input: impl Read) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    input.take(HEAD).read_to_end(&mut head)?;
    Ok(head)
}

/// The form of the file that begins with `head`; the reason where it is none.
pub(super) fn form_of(head: &[u8]) -> Result<FileForm, String> {
    if head.is_empty() {
        return Err("is empty".to_owned());
    }
    if head.starts_with(DATABASE) {
        return Ok(FileForm::Database);
    }
    if DATABASE.starts_with(head) {
        return Err("is truncated: its header is incomplete".to_owned());
    }
    if head.starts_with(b"\x1f\x8b") {
        return Ok(FileForm::Gzip);
    }
    if is_zstd(head) {
        return Ok(FileForm::Zstd);
    }
    if let Some((_, what)) = OTHERS.iter().find(|(magic, _)| head.starts_with(magic)) {
        return Err(format!(
            "is {what}: give the database, or a dump in UTF-8, as it is or compressed by gzip \
            or zstd"
        ));
    }
    if head.get(257..262) == Some(b"ustar") {
        return Err("is a tar archive: take the database or the dump out of it".to_owned());
    }
    if is_text(head) {
        return Ok(FileForm::Dump);
    }
    Err(
        "is neither an SQLite database nor an SQL dump; if it is an encrypted database, \
        decrypt a copy first"
            .to_owned(),
    )
}

/// A frame, or a skippable frame before one.
fn is_zstd(head: &[u8]) -> bool {
    match head {
        [0x28, 0xb5, 0x2f, 0xfd, ..] => true,
        [first, 0x2a, 0x4d, 0x18, ..] => first >> 4 == 5,
        _ => false,
    }
}

/// Whether SQL could begin so. A dump can have bytes that are not UTF-8, as the text of a row; an
/// encrypted file has every byte, NUL too.
fn is_text(head: &[u8]) -> bool {
    let first = head
        .strip_prefix("\u{feff}".as_bytes())
        .unwrap_or(head)
        .trim_ascii_start()
        .first();
    // The head may end inside a character.
    let is_utf8 = std::str::from_utf8(head).map_or_else(|e| e.error_len().is_none(), |_| true);
    (is_utf8 || first.is_some_and(|b| b.is_ascii_alphabetic() || b"-/;".contains(b)))
        && !head.contains(&0)
}

/// Whether a database of `len` bytes has all the pages that its header counts. Only sure where it has
/// no WAL or journal.
pub(super) fn whole(head: &[u8], len: u64) -> Result<(), String> {
    if head.len() < 100 {
        return Err("is truncated: its header is incomplete".to_owned());
    }
    let page_size = match u64::from(u16::from_be_bytes([head[16], head[17]])) {
        1 => 65_536,
        size if size >= 512 && size.is_power_of_two() => size,
        _ => return Err("is corrupt: its header has an impossible page size".to_owned()),
    };
    let counted = u64::from(u32_at(head, 28)) * page_size;
    if u32_at(head, 24) == u32_at(head, 92) && len < counted {
        return Err(format!(
            "is truncated: it has {len} bytes of the {counted} that its header counts"
        ));
    }
    if !len.is_multiple_of(page_size) {
        return Err(format!(
            "is truncated: its {len} bytes are no whole number of pages of {page_size}"
        ));
    }
    Ok(())
}

/// The number in four bytes of a header.
pub(super) fn u32_at(head: &[u8], at: usize) -> u32 {
    u32::from_be_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_is_told_by_content() {
        let form = |head: &[u8]| form_of(head).ok();
        assert_eq!(form(b"SQLite format 3\0\x10\0"), Some(FileForm::Database));
        assert_eq!(form(b"\x1f\x8b\x08\0"), Some(FileForm::Gzip));
        assert_eq!(form(b"\x28\xb5\x2f\xfd\x04"), Some(FileForm::Zstd));
        assert_eq!(
            form(b"\x5e\x2a\x4d\x18\x04\0\0\0"),
            Some(FileForm::Zstd),
            "a skippable frame"
        );
        assert_eq!(
            form("\u{feff}\r\n-- a dump".as_bytes()),
            Some(FileForm::Dump)
        );
        assert_eq!(form(b"INSERT INTO t VALUES('\xff')"), Some(FileForm::Dump));
        assert_eq!(form(b"C\0R\0E\0"), None);
        assert_eq!(form(b"\x89PNG"), None);
    }
}
