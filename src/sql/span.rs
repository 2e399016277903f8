//! Byte spans in a source text, and the line and column they are at.
//!
//! Lines end at `\n`; columns count characters from 1. Does not read files.

/// A half-open range of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// first byte
    pub start: usize,
    /// one past the last byte
    pub end: usize,
}

impl Span {
    /// The text the span covers.
    pub fn of(self, source: &str) -> &str {
        &source[self.start..self.end]
    }

    /// The place in `source` of `slice`, which must be a slice of it.
    pub fn within(source: &str, slice: &str) -> Self {
        let start = slice.as_ptr() as usize - source.as_ptr() as usize;
        let end = start + slice.len();
        debug_assert!(end <= source.len(), "a slice of the text");
        Self { start, end }
    }
}

/// A place in a file, both counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// line
    pub line: usize,
    /// character in the line
    pub column: usize,
}

impl Position {
    /// The position of byte `offset` in `source`; a byte-order mark takes no column.
    pub fn at(source: &str, offset: usize) -> Self {
        Self::near(source, offset, (0, 1))
    }

    /// The position of byte `offset`, counted from a byte near it whose line is known.
    pub fn near(source: &str, offset: usize, (known, line): (usize, usize)) -> Self {
        let mut offset = offset.min(source.len());
        while !source.is_char_boundary(offset) {
            offset -= 1;
        }
        let lines = |text: &str| text.bytes().filter(|b| *b == b'\n').count();
        let line = if offset < known {
            line - lines(&source[offset..known])
        } else {
            line + lines(&source[known..offset])
        };
        let before = source[..offset]
            .rsplit('\n')
            .next()
            .unwrap_or_default()
            .trim_start_matches('\u{feff}');
        Self {
            line,
            column: before.chars().count() + 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_lines_and_characters() {
        let source = "\u{feff}a\r\nbé;\nc";
        let at = |needle: &str| Position::at(source, source.find(needle).expect("present"));
        assert_eq!(at("a"), Position { line: 1, column: 1 });
        assert_eq!(at(";"), Position { line: 2, column: 3 });
        assert_eq!(at("c"), Position { line: 3, column: 1 });
        let known = (source.find('b').expect("present"), 2);
        for offset in 0..=source.len() {
            assert_eq!(
                Position::near(source, offset, known),
                Position::at(source, offset),
                "{offset}"
            );
        }
    }
}
