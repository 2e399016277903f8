//! How much a Markdown report says: all, or what is left of it where that is too long.

use super::escape;
use crate::report::escape::cut;
use crate::report::phrases::{self, PARTS};
use crate::sentence::Sentence;
use std::borrow::Cow;

/// Bytes of a report at most: GitHub's limit for a comment, less what a job may set around it.
pub(super) const LIMIT: usize = 65_000;

/// What can be left out, in the order in which it is.
#[derive(Debug, Clone, Copy)]
pub(super) enum Part {
    /// rows that previews returned
    Rows,
    /// previews
    Previews,
    /// more than a line of each accepted migration
    Accepted,
    /// statements
    Statements,
    /// the lines that findings point at
    Excerpts,
    /// tenants and tables that are as declared, and what of the checklist passes
    AsDeclared,
}

/// Of each list at most so many, and of each text so many characters, where all parts are left out
/// and that is not enough.
const FEWER: [(usize, usize); 6] = [
    (100, 300),
    (50, 300),
    (20, 200),
    (8, 100),
    (3, 100),
    (1, 60),
];

/// Characters of each text at most.
const LONGEST: usize = 2000;

/// What a report shows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Detail {
    /// so many of the parts are left out
    without: usize,
    /// so many of each list are shown
    pub(super) most: usize,
    /// so many characters of each text are shown
    longest: usize,
}

impl Detail {
    /// Everything, then less and less, each step without what the one before left out.
    pub(super) fn steps() -> impl Iterator<Item = Self> {
        let fewer_parts = (0..=PARTS.len()).map(|without| Self {
            without,
            most: usize::MAX,
            longest: LONGEST,
        });
        fewer_parts.chain(FEWER.map(|(most, longest)| Self {
            without: PARTS.len(),
            most,
            longest,
        }))
    }

    /// Whether a part is shown.
    pub(super) fn shows(&self, part: Part) -> bool {
        part as usize >= self.without
    }

    /// Whether of each list only the first are shown.
    pub(super) fn is_cut(&self) -> bool {
        self.most < usize::MAX
    }

    /// What is left out, as a part of a sentence; `None` where nothing is.
    pub(super) fn left_out(&self) -> Option<String> {
        let parts = PARTS[..self.without].iter().map(|&part| part.to_owned());
        let cut = self
            .is_cut()
            .then(|| phrases::but_the_first(self.most, self.longest));
        let left: Vec<String> = parts.chain(cut).collect();
        (!left.is_empty()).then(|| left.join("; "))
    }

    /// The beginning of a text that is long.
    pub(super) fn cut<'a>(&self, text: &'a str) -> Cow<'a, str> {
        cut(text, self.longest)
    }

    /// A text in a code span, cut where it is long.
    pub(super) fn code(&self, text: &str) -> String {
        escape::code(&self.cut(text))
    }

    /// A message of the evidence on one line, cut where it is long.
    pub(super) fn prose(&self, message: &str) -> String {
        escape::prose(&Sentence::read(self.cut(message).trim()))
    }

    /// A sentence, cut where it is long.
    pub(super) fn sentence(&self, sentence: &Sentence) -> String {
        match self.cut(&sentence.to_string()) {
            Cow::Borrowed(_) => escape::prose(sentence),
            Cow::Owned(cut) => escape::prose(&Sentence::read(&cut)),
        }
    }

    /// A list, each item as `shown` has it: the first of them, and between the two of `more` how
    /// many are left out.
    ///
    /// Where they are too long together for any report, the rest is not worked out.
    pub(super) fn list<T>(
        &self,
        items: impl IntoIterator<Item = T>,
        mut shown: impl FnMut(T) -> String,
        more: [&str; 2],
    ) -> Vec<String> {
        let items: Vec<T> = items.into_iter().collect();
        let left = items.len().saturating_sub(self.most);
        let (mut parts, mut bytes) = (Vec::new(), 0);
        for item in items.into_iter().take(self.most) {
            let part = shown(item);
            bytes += part.len();
            parts.push(part);
            if bytes > LIMIT {
                return parts;
            }
        }
        let [before, behind] = more;
        let and_more = || format!("{before}{}{behind}", phrases::and_more(left));
        parts.extend((left > 0).then(and_more));
        parts
    }
}
