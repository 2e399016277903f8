//! The table of codes for a person: all of it, a line each, and the page of one.

use super::phrases::{what_to_do, whole_sentence};
use super::{HEAD, Layout};
use crate::codes::{Entry, TABLE};
use std::io::{self, Write};

/// The width of text where there is no terminal, in characters.
const PIPED: usize = 100;

/// Every code with its severity and sentence.
///
/// # Errors
/// What `out` gives.
pub fn codes(layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    let width = TABLE
        .iter()
        .map(|entry| entry.id.len())
        .max()
        .unwrap_or_default();
    for entry in &TABLE {
        let fixed = if entry.is_core { "always" } else { "" };
        let (id, severity) = (entry.id, entry.severity.word());
        let lead = format!("{id:width$}  {severity:7}  {fixed:6}  ");
        match layout.width {
            Some(_) => paragraph(entry.sentence, &lead, &" ".repeat(lead.len()), layout, out)?,
            // A line a code, for grep.
            None => writeln!(out, "{lead}{}", entry.sentence)?,
        }
    }
    writeln!(out)?;
    let rest = "`always`: nothing lowers or suppresses it. The others take another severity \
        under [findings] in harness.toml, or, one by one, a comment in the migration: -- \
        harness: allow CODE until YYYY-MM-DD because REASON";
    paragraph(rest, "", "", layout, out)
}

/// The page of one code. Its paragraphs are laid out anew, fenced text is as it was.
///
/// # Errors
/// What `out` gives.
pub fn explanation(entry: &Entry, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    let fixed = if entry.is_core { ", always" } else { "" };
    let (id, severity) = (entry.id, entry.severity.word());
    writeln!(out, "{HEAD}# {id}{HEAD:#} ({severity}{fixed})\n")?;
    paragraph(&whole_sentence(entry), "", "", layout, out)?;
    for (at, part) in entry.explanation.split("```").enumerate() {
        if at % 2 == 1 {
            writeln!(out, "\n```{part}```")?;
        } else {
            blocks(part, layout, out)?;
        }
    }
    writeln!(out)?;
    paragraph(&what_to_do(entry), "", "", layout, out)
}

/// Headings, paragraphs and lists, each behind an empty line.
fn blocks(text: &str, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    let blocks = text.split("\n\n").map(str::trim);
    for text in blocks.filter(|text| !text.is_empty()) {
        writeln!(out)?;
        match text.strip_prefix("## ") {
            Some(heading) => writeln!(out, "{HEAD}## {heading}{HEAD:#}")?,
            None => block(text, layout, out)?,
        }
    }
    Ok(())
}

/// A paragraph, or a list of which each item is one.
fn block(text: &str, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    let item = match text.get(..2) {
        Some("* ") => "\n* ",
        Some("- ") => "\n- ",
        _ => return paragraph(text, "", "", layout, out),
    };
    let mut items = text[2..].split(item);
    items.try_for_each(|item| paragraph(item, "* ", "  ", layout, out))
}

fn paragraph(
    text: &str,
    first: &str,
    rest: &str,
    layout: Layout,
    out: &mut dyn Write,
) -> io::Result<()> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let widest = PIPED.max(first.len() + 40);
    let width = layout.width.unwrap_or(PIPED).clamp(40, widest);
    let options = textwrap::Options::new(width)
        .initial_indent(first)
        .subsequent_indent(rest)
        .break_words(false);
    let lines = textwrap::wrap(&text, options);
    lines.iter().try_for_each(|line| writeln!(out, "{line}"))
}
