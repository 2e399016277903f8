//! The header of a database file: what its first 100 bytes say and the engine does not say, or says
//! of its copy only.
//!
//! Source: <https://sqlite.org/fileformat2.html#the_database_header>.

use super::content::u32_at;
use crate::words::words;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// Bytes of the header.
const BYTES: usize = 100;

/// What the header of a database file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// how the file is written to
    pub journal: FileJournal,
    /// transactions that changed the file since it was made, those in its WAL left out
    pub change_counter: u32,
    /// format of the schema, 1 to 4; 0 where nothing was created yet
    pub schema_format: u32,
    /// version of the SQLite that changed the file last, `3.54.1`; none where it is too old to
    /// leave one
    pub written_by: Option<String>,
}

words! {
    /// How a database file is written to.
    pub enum FileJournal {
        /// Through a rollback journal; which kind of it is a matter of each connection.
        Rollback = "rollback",
        /// Through a write-ahead log.
        Wal = "wal",
        /// In a way that this version of SQLite does not know.
        Unknown = "unknown",
    }
}

impl Header {
    /// Reads the header of the database file at `path`.
    pub(super) fn read(path: &Path) -> io::Result<Self> {
        let mut head = [0; BYTES];
        File::open(path)?.read_exact(&mut head)?;
        // The version that the file needs of its writer and of its reader.
        let journal = match (head[18], head[19]) {
            (1, 1) => FileJournal::Rollback,
            (2, 2) => FileJournal::Wal,
            _ => FileJournal::Unknown,
        };
        Ok(Self {
            journal,
            change_counter: u32_at(&head, 24),
            schema_format: u32_at(&head, 44),
            written_by: version(u32_at(&head, 96)),
        })
    }
}

/// 3054001 → `3.54.1`; 0 is no version.
fn version(number: u32) -> Option<String> {
    (number > 0).then(|| {
        format!(
            "{}.{}.{}",
            number / 1_000_000,
            number / 1000 % 1000,
            number % 1000
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::Connection;

    #[test]
    fn the_header_is_the_one_that_the_engine_writes() {
        let folder = tempfile::tempdir().expect("a folder");
        for (mode, journal) in [("delete", FileJournal::Rollback), ("wal", FileJournal::Wal)] {
            let path = folder.path().join(mode);
            let conn = Connection::open(&path).expect("opens");
            conn.execute_batch(&format!("PRAGMA journal_mode = {mode}; CREATE TABLE t(a);"))
                .expect("runs");
            conn.close().expect("closes");
            let header = Header::read(&path).expect("reads");
            assert_eq!(
                (header.journal, header.schema_format),
                (journal, 4),
                "{mode}"
            );
            assert_eq!(
                header.written_by.as_deref(),
                Some(rusqlite::version()),
                "{mode}"
            );
            assert!(header.change_counter > 0, "{mode}");
        }
        assert_eq!(version(0), None);
    }
}
