//! Untrusted text in GitHub-flavoured Markdown: what it may not do is mean anything.
//!
//! Names and cells are in code spans, SQL is in fences; neither has escapes inside, links, mentions
//! or emoji. In prose each character that can begin a construct is escaped, and a word of which
//! GitHub would make a link — a mention, `#12`, an address, a hash — is in a code span, since GitHub
//! looks for those in the rendered text, which has no escapes. What a terminal would obey is an
//! escape here too.

use crate::report::escape;
use crate::sentence::{Part, PartKind, Sentence};
use std::fmt::Write as _;

/// A code span of one line, for prose and table cells alike.
///
/// A table cell ends at a `|` even within a code span, so that one is between two spans.
pub(super) fn code(text: &str) -> String {
    let text = escape::line(text);
    if text.is_empty() {
        return "`''`".to_owned();
    }
    let pieces = text.split('|').map(|piece| {
        if piece.is_empty() {
            String::new()
        } else {
            span(piece)
        }
    });
    pieces.collect::<Vec<_>>().join("&#124;")
}

/// A code span between more backticks than follow one another in it.
fn span(text: &str) -> String {
    let fence = "`".repeat(longest_run(text) + 1);
    // A backtick at an end would be taken for the fence's, and of spaces at both ends one is taken
    // away.
    let spaced = text.starts_with(' ') && text.ends_with(' ') && !text.trim().is_empty();
    let pad = if text.starts_with('`') || text.ends_with('`') || spaced {
        " "
    } else {
        ""
    };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// A fenced block of SQL, on lines of its own.
pub(super) fn fence(text: &str) -> String {
    let text = escape::block(text.trim_end());
    let fence = "`".repeat((longest_run(&text) + 1).max(3));
    format!("{fence}sql\n{text}\n{fence}\n")
}

fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`')
        .map(str::len)
        .max()
        .unwrap_or_default()
}

/// A sentence on one line, which must not be at its beginning. Names and SQL are in code spans.
pub(super) fn prose(sentence: &Sentence) -> String {
    let mut tokens: Vec<LinePart> = Vec::new();
    let is_code = |part: &Part| matches!(part.kind, PartKind::Name | PartKind::Sql);
    // A word may be of several parts.
    for parts in sentence.parts().chunk_by(|a, b| is_code(a) == is_code(b)) {
        let text: String = parts.iter().map(|part| escape::line(&part.text)).collect();
        if parts[0].is_marked() {
            push(&mut tokens, LinePart::Code(text));
        } else {
            words(&text, &mut tokens);
        }
    }
    tokens.iter().map(LinePart::spelled).collect()
}

/// A part of a line.
enum LinePart {
    /// as it is, but for escapes
    Plain(String),
    /// in a code span
    Code(String),
}

impl LinePart {
    fn spelled(&self) -> String {
        match self {
            Self::Plain(text) => plain(text),
            Self::Code(text) => code(text),
        }
    }
}

/// Adds a token. Two code spans without anything between them would be read as one of another
/// text, so they are joined.
fn push(tokens: &mut Vec<LinePart>, token: LinePart) {
    match (tokens.last_mut(), token) {
        (_, LinePart::Plain(text) | LinePart::Code(text)) if text.is_empty() => {}
        (Some(LinePart::Code(last)), LinePart::Code(text)) => last.push_str(&text),
        (_, token) => tokens.push(token),
    }
}

/// Adds text outside of code spans.
fn words(text: &str, tokens: &mut Vec<LinePart>) {
    let as_it_is = |text: &str| LinePart::Plain(text.to_owned());
    for (at, word) in text.split(' ').enumerate() {
        if at > 0 {
            push(tokens, as_it_is(" "));
        }
        if !is_reference(word) {
            push(tokens, as_it_is(word));
            continue;
        }
        let begun = word.trim_start_matches(['(', '"', '\'']);
        let core = begun.trim_end_matches([')', '"', '\'', ',', '.', ';', ':']);
        push(tokens, as_it_is(&word[..word.len() - begun.len()]));
        push(tokens, LinePart::Code(core.to_owned()));
        push(tokens, as_it_is(&begun[core.len()..]));
    }
}

/// Whether GitHub could make a link, a picture or a formula of a word.
///
/// `@team`, `a@b.c`, `#12`, `GH-12`, `https://…`, `www.…`, `:tada:`, `$x$`, the hash of a commit.
fn is_reference(word: &str) -> bool {
    let lower = word.to_lowercase();
    let is_hash = |run: &str| {
        run.len() >= 7
            && run.bytes().all(|b| b.is_ascii_hexdigit())
            && run.bytes().any(|b| b.is_ascii_alphabetic())
    };
    word.contains(['@', '#', '$'])
        || ["gh-", ":/", "www."]
            .iter()
            .any(|sign| lower.contains(sign))
        || word.matches(':').nth(1).is_some()
        || lower
            .split(|c: char| !c.is_ascii_alphanumeric())
            .any(is_hash)
}

/// A word with an entity for each character that can begin a construct.
fn plain(word: &str) -> String {
    let chars: Vec<char> = word.chars().collect();
    let is_letter = |at: Option<usize>| {
        at.and_then(|at| chars.get(at))
            .is_some_and(|c| c.is_alphanumeric())
    };
    let mut out = String::with_capacity(word.len());
    for (at, c) in chars.iter().copied().enumerate() {
        // Between letters an underscore is one of them.
        let is_inside = c == '_' && is_letter(at.checked_sub(1)) && is_letter(Some(at + 1));
        if "&<>\\|`*_~[]!^{}".contains(c) && !is_inside {
            let _ = write!(out, "&#{};", u32::from(c));
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prose(text: &str) -> String {
        super::prose(&Sentence::read(text.trim()))
    }

    use comrak::nodes::NodeValue;
    use comrak::{Arena, Options, parse_document};

    /// GitHub's extensions, and more that other readers have.
    fn options() -> Options<'static> {
        let mut options = Options::default();
        let on = &mut options.extension;
        (
            on.strikethrough,
            on.table,
            on.autolink,
            on.tasklist,
            on.footnotes,
        ) = (true, true, true, true, true);
        (on.math_dollars, on.math_code, on.alerts, on.superscript) = (true, true, true, true);
        options
    }

    /// The visible text, where nothing but paragraphs, tables, text and code may be.
    fn visible(markdown: &str) -> String {
        let arena = Arena::new();
        let mut shown = String::new();
        for node in parse_document(&arena, markdown, &options()).descendants() {
            match &node.data().value {
                NodeValue::Text(part) => {
                    assert!(
                        !part.contains(['@', '#']),
                        "{part:?} in {markdown:?} refers to something"
                    );
                    shown.push_str(part);
                }
                NodeValue::Code(code) => shown.push_str(&code.literal),
                NodeValue::CodeBlock(block) => shown.push_str(&block.literal),
                NodeValue::TableCell => shown.push('¦'),
                NodeValue::Document
                | NodeValue::Paragraph
                | NodeValue::Table(_)
                | NodeValue::TableRow(_) => {}
                other => panic!("{other:?} in {markdown:?}"),
            }
        }
        shown
    }

    /// Every pair of what could mean something, next to one another and apart.
    fn hostile() -> Vec<String> {
        let parts = [
            "|",
            "\\",
            "\\|",
            "`",
            "``",
            "```",
            "~~~",
            "<b>",
            "</details>",
            "<!--",
            "-->",
            "&lt;",
            "&#64;",
            "@team",
            "@a/b",
            "#12",
            "GH-7",
            "o/r#3",
            "https://a.example/b",
            "www.a.example",
            "me@a.example",
            "![x](y)",
            "[x](y)",
            "[x]",
            "[^1]",
            "[^1]: y",
            ":tada:",
            "$x$",
            "$`x`$",
            "**b**",
            "_i_",
            "__b__",
            "a_b_c",
            "~~s~~",
            "==h==",
            "^s^",
            "- a",
            "# a",
            "> a",
            "1. a",
            "+ a",
            "***",
            "===",
            "| a |",
            "|---|",
            ":-:",
            "deadbeef1",
            "\n",
            "\r\n\r\n",
            "\t",
            "\u{1b}[31m",
            "\u{202e}",
            "\u{200b}",
            " ",
            "  ",
            "é",
            "x",
            "",
        ];
        let pairs = parts.iter().flat_map(|a| {
            parts
                .iter()
                .flat_map(move |b| [format!("{a}{b}"), format!("{a} {b}"), format!("{a}x{b}")])
        });
        pairs.collect()
    }

    /// Markdown keeps no spaces at the ends of cells and lines.
    fn without_spaces(text: &str) -> String {
        text.split_whitespace().collect()
    }

    #[test]
    fn what_is_untrusted_means_nothing_and_is_seen_as_it_is() {
        for text in hostile() {
            let escaped = escape::line(&text);
            let named = if escaped.is_empty() { "''" } else { &escaped };
            assert_eq!(
                visible(&format!("so {}", code(&text))),
                format!("so {named}"),
                "{text:?}"
            );
            let row = format!(
                "| a | b |\n|---|---|\n| {} | {} |\n",
                code(&text),
                prose(&text)
            );
            let sentence = escape::line(text.trim());
            let sentence = if sentence.matches('`').count().is_multiple_of(2) {
                sentence.replace('`', "")
            } else {
                sentence
            };
            assert_eq!(
                without_spaces(&visible(&row)),
                without_spaces(&format!("¦a¦b¦{named}¦{sentence}")),
                "{text:?}: {row}"
            );
            assert_eq!(
                without_spaces(&visible(&format!("so {}", prose(&text)))),
                without_spaces(&format!("so {sentence}")),
                "{text:?}"
            );
            let block = escape::block(text.trim_end());
            assert_eq!(
                visible(&format!("so\n\n{}", fence(&text))),
                format!("so{block}\n"),
                "{text:?}"
            );
        }
    }

    #[test]
    fn what_is_trusted_reads_as_it_did() {
        assert_eq!(
            prose("`id` is half of the key (system_id, id)"),
            "`id` is half of the key (system_id, id)"
        );
        assert_eq!(
            prose("taken at 2025-11-16T10:04:16Z, as its name (#12) says"),
            "taken at `2025-11-16T10:04:16Z`, as its name (`#12`) says"
        );
        assert_eq!(
            (code("a|b"), code("a`b")),
            ("`a`&#124;`b`".to_owned(), "``a`b``".to_owned())
        );
    }
}
