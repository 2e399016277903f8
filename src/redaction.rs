//! What the author wants hidden in reports: columns by pattern, or every value. Does not know which
//! columns there are.

use crate::sql::ident;

/// What is hidden.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Redaction {
    /// whether every value is
    pub all: bool,
    /// the columns that are
    pub patterns: Vec<Pattern>,
}

impl Redaction {
    /// Whether nothing is.
    pub fn is_nothing(&self) -> bool {
        !self.all && self.patterns.is_empty()
    }

    /// Whether a pattern is of this column; `is_kept` as in [`Pattern::hides`].
    pub fn hides(&self, table: &str, column: &str, is_kept: bool) -> bool {
        self.patterns
            .iter()
            .any(|pattern| pattern.hides(table, column, is_kept))
    }

    /// Everything that may be.
    #[must_use]
    pub fn everything(&self) -> Self {
        Self {
            all: true,
            patterns: self.patterns.clone(),
        }
    }
}

/// `TABLE.COLUMN`, where `*` stands for any name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    /// as it is written
    pub text: String,
    /// where it is written: `harness.toml:30:11`
    pub place: String,
    /// the table; `None` for any
    pub table: Option<String>,
    /// the column; `None` for any that is neither of a key nor says whose a row is
    pub column: Option<String>,
}

impl Pattern {
    /// Reads `users.email`, `*.token`, `users.*`, `"a.b"."c d"`; `None` where that is no pattern.
    pub fn read(text: &str, place: String) -> Option<Self> {
        let (table, rest) = part(text)?;
        let (column, rest) = part(rest.strip_prefix('.')?)?;
        rest.is_empty().then(|| Self {
            text: text.to_owned(),
            place,
            table,
            column,
        })
    }

    /// Whether it is of this table.
    pub fn is_of(&self, table: &str) -> bool {
        self.table
            .as_ref()
            .is_none_or(|own| ident::same(own, table))
    }

    /// Whether it is of this column; `is_kept` says of one that only its own name hides it.
    pub fn hides(&self, table: &str, column: &str, is_kept: bool) -> bool {
        self.is_of(table)
            && self
                .column
                .as_ref()
                .map_or(!is_kept, |own| ident::same(own, column))
    }
}

/// A name at the start of a text, `None` in it for `*`, and what stands behind it.
fn part(text: &str) -> Option<(Option<String>, &str)> {
    if let Some(rest) = text.strip_prefix('*') {
        return Some((None, rest));
    }
    let len = match text.strip_prefix('"') {
        Some(inner) => {
            let mut quotes = inner.match_indices('"').map(|(at, _)| at).peekable();
            loop {
                let at = quotes.next()?;
                // A doubled quote is one of the name's own.
                if quotes.next_if_eq(&(at + 1)).is_none() {
                    break at + 2;
                }
            }
        }
        None => text.find('.').unwrap_or(text.len()),
    };
    let (name, rest) = text.split_at(len);
    let is_bare = !name.starts_with('"');
    let is_wrong = is_bare && name.contains(|c: char| c.is_whitespace() || "\"'`[]*".contains(c));
    let name = if is_bare {
        name.to_owned()
    } else {
        ident::dequote(name)
    };
    (!is_wrong && !name.is_empty()).then_some((Some(name), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<(Option<String>, Option<String>)> {
        Pattern::read(text, String::new()).map(|pattern| (pattern.table, pattern.column))
    }

    #[test]
    fn names_may_be_quoted_and_a_star_is_any() {
        let some = |name: &str| Some(name.to_owned());
        assert_eq!(read("users.email"), Some((some("users"), some("email"))));
        assert_eq!(read("*.token"), Some((None, some("token"))));
        assert_eq!(read("users.*"), Some((some("users"), None)));
        assert_eq!(
            read("\"a.b\".\"c \"\"d\"\"\""),
            Some((some("a.b"), some("c \"d\"")))
        );
        assert_eq!(read("\"*\".é"), Some((some("*"), some("é"))));
        for wrong in [
            "",
            "users",
            "users.",
            ".email",
            "a.b.c",
            "us*.email",
            "users.e mail",
            "\"a.b",
            "\"a\"b.c",
            "*",
            "users.'email'",
            "\"\".a",
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_key_is_hidden_by_its_own_name_alone() {
        let hides = |text: &str, is_kept| {
            Pattern::read(text, String::new())
                .expect("a pattern")
                .hides("Users", "EMAIL", is_kept)
        };
        assert!(hides("users.email", true) && hides("*.email", true) && hides("users.*", false));
        assert!(
            !hides("users.*", true)
                && !hides("*.*", true)
                && !hides("user.email", false)
                && !hides("users.mail", false)
        );
    }
}
