//! The statements of a dump, one after the other, from a stream: memory holds the current one and a
//! piece of what follows.
//!
//! Bytes, not text: SQLite takes any bytes in a literal, and its shell writes them. Whether a
//! statement is valid is the engine's to say.

use super::dump::LoadFault;
use crate::sql::{Span, split};
use std::io::{self, Read};

/// Bytes that are read at a time, where a statement is not longer.
const PIECE: usize = 1 << 18;

/// The longest statement that the engine takes, in bytes (`SQLITE_MAX_SQL_LENGTH`).
const LONGEST: usize = 1_000_000_000;

/// The comments of sqlite3's and tursodb's shells in the dump of a database that they could not read
/// to its end.
const DAMAGE: [&[u8]; 3] = [
    b"/**** ERROR: (",
    b"/****** ERROR: ",
    b"/****** CORRUPTION ERROR",
];

/// A dump being read.
pub(super) struct DumpStatements<'a> {
    input: &'a mut dyn Read,
    buffer: Vec<u8>,
    /// whether the buffer holds the end of the dump
    ended: bool,
    /// the current statement
    span: Span,
    /// lines before the buffer
    lines: usize,
}

impl<'a> DumpStatements<'a> {
    pub(super) fn new(input: &'a mut dyn Read) -> Self {
        Self {
            input,
            buffer: Vec::new(),
            ended: false,
            span: Span { start: 0, end: 0 },
            lines: 0,
        }
    }

    /// Goes to the next statement; false where there is none.
    pub(super) fn advance(&mut self) -> Result<bool, LoadFault> {
        loop {
            let from = self.span.end;
            let found = if self.ended {
                split::last(&self.buffer, from)
            } else {
                split::complete(&self.buffer, from)
            };
            if found.is_some() || self.ended {
                self.span = found.unwrap_or(Span {
                    start: self.buffer.len(),
                    end: self.buffer.len(),
                });
                sound(&self.buffer[from..self.span.start])?;
                return Ok(found.is_some());
            }
            if self.buffer.len() - from > LONGEST {
                return Err(LoadFault::Dump(format!(
                    "a statement is longer than {LONGEST} bytes, or has no end"
                )));
            }
            self.fill().map_err(LoadFault::Io)?;
        }
    }

    /// The current statement.
    pub(super) fn sql(&self) -> &[u8] {
        &self.buffer[self.span.start..self.span.end]
    }

    /// The line in which the current statement begins; after the last one, the dump's last line.
    pub(super) fn line(&self) -> usize {
        self.lines + newlines(&self.buffer[..self.span.start]) + 1
    }

    /// Drops the statements before and reads on: as much again as the buffer holds, so that a long
    /// statement is not split over and over.
    fn fill(&mut self) -> io::Result<()> {
        self.lines += newlines(self.buffer.drain(..self.span.end).as_slice());
        self.span = Span { start: 0, end: 0 };
        let more = self.buffer.len().max(PIECE);
        let read = self.input.take(more as u64).read_to_end(&mut self.buffer)?;
        self.ended = read < more;
        Ok(())
    }
}

#[expect(
    clippy::naive_bytecount,
    reason = "the engine's work on the same bytes is a hundred times as much"
)]
fn newlines(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte == b'\n').count()
}

/// Refuses text between two statements that says that rows are missing.
fn sound(between: &[u8]) -> Result<(), LoadFault> {
    let stands = |mark: &&[u8]| between.windows(mark.len()).any(|window| window == *mark);
    if DAMAGE.iter().any(stands) {
        return Err(LoadFault::Dump(
            "the dump lacks rows: the shell that wrote it says here that the database is damaged"
                .to_owned(),
        ));
    }
    Ok(())
}

/// Whether a statement starts with a word, in whatever case.
pub(super) fn starts_with(sql: &[u8], word: &str) -> bool {
    sql.get(..word.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(word.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives its bytes a few at a time, as a pipe does.
    struct Drops<'a>(&'a [u8]);

    impl Read for Drops<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let len = self.0.len().min(buffer.len()).min(7);
            buffer[..len].copy_from_slice(&self.0[..len]);
            self.0 = &self.0[len..];
            Ok(len)
        }
    }

    #[test]
    fn statements_longer_and_shorter_than_a_piece_keep_their_lines() {
        let long = format!("INSERT INTO t\nVALUES('{};\n')", "x".repeat(3 * PIECE));
        let expected: Vec<(usize, String)> = vec![
            (2, "CREATE TABLE t(x);".to_owned()),
            (3, format!("{long};")),
            (6, "SELECT 1;".to_owned()),
            (8, "SELECT 2".to_owned()),
        ];
        let text = format!("-- a;\nCREATE TABLE t(x);\n{long};\n SELECT 1;\n/* ;\n*/ SELECT 2 ");
        let mut input = Drops(text.as_bytes());
        let mut statements = DumpStatements::new(&mut input);
        let mut seen = Vec::new();
        while statements.advance().is_ok_and(|more| more) {
            seen.push((
                statements.line(),
                String::from_utf8(statements.sql().to_owned()).expect("UTF-8"),
            ));
        }
        assert_eq!(seen, expected);
    }
}
