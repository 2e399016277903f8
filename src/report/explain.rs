//! The table of codes for a person: all of it, a line each, and the page of one.

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
        let lead = format!(
            "{:width$}  {:7}  {fixed:6}  ",
            entry.id,
            entry.severity.word()
        );
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

/// The page of one code. Its paragraphs are laid out anew, what is fenced stays as it is.
///
/// # Errors
/// What `out` gives.
pub fn explanation(entry: &Entry, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    let fixed = if entry.is_core { ", always" } else { "" };
    writeln!(
        out,
        "{HEAD}# {}{HEAD:#} ({}{fixed})\n",
        entry.id,
        entry.severity.word()
    )?;
    let mut chars = entry.sentence.chars();
    let first: String = chars
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .collect();
    paragraph(&format!("{first}{}.", chars.as_str()), "", "", layout, out)?;
    for (at, part) in entry.explanation.split("```").enumerate() {
        if at % 2 == 1 {
            writeln!(out, "\n```{part}```")?;
            continue;
        }
        for text in part
            .split("\n\n")
            .map(str::trim)
            .filter(|text| !text.is_empty())
        {
            writeln!(out)?;
            match text.strip_prefix("## ") {
                Some(heading) => writeln!(out, "{HEAD}## {heading}{HEAD:#}")?,
                None => block(text, layout, out)?,
            }
        }
    }
    writeln!(out)?;
    paragraph(&format!("What to do: {}.", entry.help), "", "", layout, out)
}

/// A paragraph, or a list of which each item is one.
fn block(text: &str, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    if !text.starts_with("* ") && !text.starts_with("- ") {
        return paragraph(text, "", "", layout, out);
    }
    for item in text[2..].split(if text.starts_with('*') {
        "\n* "
    } else {
        "\n- "
    }) {
        paragraph(item, "* ", "  ", layout, out)?;
    }
    Ok(())
}

fn paragraph(
    text: &str,
    first: &str,
    rest: &str,
    layout: Layout,
    out: &mut dyn Write,
) -> io::Result<()> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let options = textwrap::Options::new(
        layout
            .width
            .unwrap_or(PIPED)
            .clamp(40, PIPED.max(first.len() + 40)),
    );
    let options = options
        .initial_indent(first)
        .subsequent_indent(rest)
        .break_words(false);
    textwrap::wrap(&text, options)
        .iter()
        .try_for_each(|line| writeln!(out, "{line}"))
}
