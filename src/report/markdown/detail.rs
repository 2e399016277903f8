//! How much a Markdown report says: all, or what is left of it where that is too long.

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

/// The parts as the notice names them, in their order.
const PARTS: [&str; 6] = [
    "the rows of the previews",
    "the previews",
    "the accepted migrations",
    "the statements",
    "the lines that findings point at",
    "what is as declared",
];

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
        let (most, longest) = (self.most, self.longest);
        let of_each = format!(
            "all but the first {most} of each list, and of each text all but the first \
            {longest} characters"
        );
        let left = PARTS[..self.without]
            .iter()
            .map(|&part| part.to_owned())
            .chain(self.is_cut().then_some(of_each));
        Some(left.collect::<Vec<_>>().join("; ")).filter(|left| !left.is_empty())
    }

    /// The beginning of a text that is long.
    pub(super) fn cut<'a>(&self, text: &'a str) -> Cow<'a, str> {
        match text.char_indices().nth(self.longest) {
            Some((at, _)) => format!("{}…", &text[..at]).into(),
            None => text.into(),
        }
    }

    /// The first of a list, each as `shown` has it; of what is left out, `more` says how many there
    /// are.
    ///
    /// Where they are too long together for any report, the rest is not worked out.
    pub(super) fn first<T>(
        &self,
        list: Vec<T>,
        mut shown: impl FnMut(T) -> String,
        more: impl Fn(String) -> String,
    ) -> Vec<String> {
        let left = list.len().saturating_sub(self.most);
        let (mut parts, mut bytes) = (Vec::new(), 0);
        for item in list.into_iter().take(self.most) {
            let part = shown(item);
            bytes += part.len();
            parts.push(part);
            if bytes > LIMIT {
                return parts;
            }
        }
        parts.extend((left > 0).then(|| more(format!("… and {left} more"))));
        parts
    }
}
