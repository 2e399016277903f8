//! A sentence in parts: the words of harness, and what it quotes. So each format spells a name, a
//! value or SQL its own way, and none searches finished text for them. Knows no format.
//!
//! Displayed, names and SQL are between backticks; [`Sentence::read`] reads that again.

use crate::sql::Value;
use std::fmt;
use std::ops::{Add, AddAssign};

/// A piece of a sentence.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Part {
    /// what it is
    pub kind: PartKind,
    /// what it says, without marks
    pub text: String,
}

/// What a piece of a sentence is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum PartKind {
    /// words of harness
    Text,
    /// the name of an object of a schema, of a migration, of a key in a configuration
    Name,
    /// a value of the database, or something that holds one, as a person reads it
    Value,
    /// SQL of a migration or a schema
    Sql,
    /// a message of the engine's
    Engine,
    /// a name that is written without backticks, as in a list of columns between parentheses
    Bare,
    /// SQL that is written without backticks, as on a line of its own
    Clause,
    /// SQL of an object of the schema, written without backticks: of all of it, or a part of this
    /// table's
    Schema(Option<String>),
    /// a name that a text of others has, which may be none
    Quoted,
    /// a cell
    Cell(Cell),
}

/// A cell in a sentence.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cell {
    /// its value
    pub value: Value,
    /// where it is from
    pub of: Origin,
    /// what is before and behind a word in its place
    pub around: [&'static str; 2],
    /// its place among the cells of the sentence that are given numbers
    pub rank: usize,
}

/// Where a cell is from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// a table, and a column of it
    Column(String, String),
    /// a row that is shown, of which no other column is to show what one hides
    Row,
    /// the answer of a query
    Query(String),
}

/// A sentence, without its full stop.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sentence(Vec<Part>);

fn of(kind: PartKind, text: impl Into<String>) -> Sentence {
    let text = text.into();
    Part { kind, text }.into()
}

/// A name as a sentence.
pub(crate) fn name(name: impl Into<String>) -> Sentence {
    of(PartKind::Name, name)
}

/// A value as a sentence.
pub(crate) fn value(value: impl Into<String>) -> Sentence {
    of(PartKind::Value, value)
}

/// SQL as a sentence.
pub(crate) fn sql(sql: impl Into<String>) -> Sentence {
    of(PartKind::Sql, sql)
}

/// A message of the engine's as a sentence.
pub(crate) fn engine(message: impl Into<String>) -> Sentence {
    of(PartKind::Engine, message)
}

/// A name without backticks as a sentence.
pub(crate) fn bare(name: impl Into<String>) -> Sentence {
    of(PartKind::Bare, name)
}

/// SQL without backticks as a sentence.
pub(crate) fn clause(sql: impl Into<String>) -> Sentence {
    of(PartKind::Clause, sql)
}

/// SQL of an object of the schema as a sentence.
pub(crate) fn schema(sql: impl Into<String>) -> Sentence {
    of(PartKind::Schema(None), sql)
}

/// A part of a table's SQL as a sentence.
pub(crate) fn schema_part(table: &str, sql: impl Into<String>) -> Sentence {
    of(PartKind::Schema(Some(table.to_owned())), sql)
}

/// A name that a text of others has as a sentence.
pub(crate) fn quoted(name: impl Into<String>) -> Sentence {
    of(PartKind::Quoted, name)
}

/// A cell as a sentence, which says `shown` of it.
pub(crate) fn cell(cell: Cell, shown: String) -> Sentence {
    of(PartKind::Cell(cell), shown)
}

impl Sentence {
    /// A sentence from its displayed form: what is between backticks is a name. If a backtick has no
    /// partner, all of it is text.
    pub fn read(text: &str) -> Self {
        let pieces = text.split('`');
        if pieces.clone().count().is_multiple_of(2) {
            return text.into();
        }
        let kinds = [PartKind::Text, PartKind::Name].into_iter().cycle();
        let part = |(piece, kind): (&str, PartKind)| Part {
            kind,
            text: piece.to_owned(),
        };
        pieces.zip(kinds).map(part).collect()
    }

    /// Its parts, in order; none is empty, and no two texts follow each other.
    pub fn parts(&self) -> &[Part] {
        &self.0
    }

    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds a part; a text continues the text before it.
    fn push(&mut self, part: Part) {
        match self.0.last_mut() {
            Some(Part {
                kind: PartKind::Text,
                text,
            }) if part.kind == PartKind::Text => text.push_str(&part.text),
            _ if part.text.is_empty() => {}
            _ => self.0.push(part),
        }
    }

    /// Sentences one after the other, with `between` between two of them.
    #[must_use]
    pub fn join(all: impl IntoIterator<Item = Self>, between: &str) -> Self {
        let mut joined = Self::default();
        for (at, one) in all.into_iter().enumerate() {
            if at > 0 {
                joined += between;
            }
            joined += one;
        }
        joined
    }
}

impl Part {
    /// Whether it is between backticks where it is displayed.
    pub fn is_marked(&self) -> bool {
        matches!(self.kind, PartKind::Name | PartKind::Sql | PartKind::Quoted)
    }
}

impl fmt::Display for Sentence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|part| {
            let mark = if part.is_marked() { "`" } else { "" };
            write!(f, "{mark}{}{mark}", part.text)
        })
    }
}

impl FromIterator<Part> for Sentence {
    fn from_iter<I: IntoIterator<Item = Part>>(parts: I) -> Self {
        let mut sentence = Self::default();
        parts.into_iter().for_each(|part| sentence.push(part));
        sentence
    }
}

impl From<Part> for Sentence {
    fn from(part: Part) -> Self {
        std::iter::once(part).collect()
    }
}

impl From<&str> for Sentence {
    fn from(text: &str) -> Self {
        of(PartKind::Text, text)
    }
}

impl From<String> for Sentence {
    fn from(text: String) -> Self {
        of(PartKind::Text, text)
    }
}

impl From<u64> for Sentence {
    fn from(count: u64) -> Self {
        count.to_string().into()
    }
}

impl From<usize> for Sentence {
    fn from(count: usize) -> Self {
        count.to_string().into()
    }
}

impl<T: Into<Self>> AddAssign<T> for Sentence {
    fn add_assign(&mut self, other: T) {
        other.into().0.into_iter().for_each(|part| self.push(part));
    }
}

impl Add<Sentence> for &str {
    type Output = Sentence;

    fn add(self, other: Sentence) -> Sentence {
        Sentence::from(self) + other
    }
}

impl<T: Into<Self>> Add<T> for Sentence {
    type Output = Self;

    fn add(mut self, other: T) -> Self {
        self += other;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_down_is_read_again() {
        let written = Sentence::from("2 rows of ") + name("t") + " are " + value("9") + "s";
        assert_eq!(written.to_string(), "2 rows of `t` are 9s");
        let read = Sentence::read(&written.to_string());
        let parts: Vec<(&str, bool)> = read
            .parts()
            .iter()
            .map(|p| (p.text.as_str(), p.kind == PartKind::Name))
            .collect();
        assert_eq!(
            parts,
            [("2 rows of ", false), ("t", true), (" are 9s", false)]
        );
    }

    #[test]
    fn a_mark_without_a_partner_marks_nothing() {
        assert_eq!(Sentence::read("a `t"), "a `t".into());
        assert!(Sentence::read("").is_empty());
        assert_eq!(Sentence::read("`a``b`").parts().len(), 2);
    }
}
