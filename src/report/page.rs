//! Lines on their way to a terminal: behind indents, wrapped to its width.

use crate::report::{Layout, escape};
use anstyle::{AnsiColor, Style};
use std::fmt::{Display, Write as _};
use std::io::{self, Write};
use tabled::Table;
use tabled::builder::Builder;
use tabled::settings::peaker::Priority;
use tabled::settings::{Style as Lines, Width};
use textwrap::{Options, WordSplitter};

pub(crate) const GOOD: Style = AnsiColor::Green.on_default().bold();
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();
pub(crate) const WARN: Style = AnsiColor::Yellow.on_default().bold();
pub(crate) const DIM: Style = Style::new().dimmed();
pub(crate) const HEAD: Style = Style::new().bold();

/// A terminal of fewer columns has none to spare for columns of words.
const NARROW: usize = 60;

/// What is laid out for a terminal.
pub(crate) struct Page {
    text: String,
    pub(crate) layout: Layout,
}

impl Page {
    /// Writes what `fill` lays out.
    pub(crate) fn write(
        layout: Layout,
        out: &mut dyn Write,
        fill: impl FnOnce(&mut Self),
    ) -> io::Result<()> {
        let mut page = Self {
            text: String::new(),
            layout,
        };
        fill(&mut page);
        out.write_all(page.text.as_bytes())
    }

    /// A line as it is.
    pub(crate) fn line(&mut self, line: impl Display) {
        let _ = writeln!(self.text, "{line}");
    }

    /// The title of a section, behind an empty line.
    pub(crate) fn heading(&mut self, title: &str) {
        self.line(format_args!("\n{HEAD}{title}{HEAD:#}"));
    }

    /// Untrusted text of possibly several lines, behind an indent for the first and one for the
    /// others.
    pub(crate) fn text(&mut self, text: &str, indents: [&str; 2]) {
        self.styled(&escape::block(text.trim_end()), indents);
    }

    /// The same on one line, however many the text has.
    pub(crate) fn sentence(&mut self, text: &str, indents: [&str; 2]) {
        self.text(&escape::line(text), indents);
    }

    /// The same of text that is escaped already and may have colours.
    pub(crate) fn styled(&mut self, text: &str, [first, rest]: [&str; 2]) {
        let mut indent = first;
        for line in text.lines() {
            match self.layout.width {
                Some(width) if !line.starts_with(char::is_whitespace) => {
                    let options = Options::new(width.max(40))
                        .initial_indent(indent)
                        .subsequent_indent(rest)
                        .break_words(false)
                        // Names of files, times and options are copied whole.
                        .word_splitter(WordSplitter::NoHyphenation);
                    for part in textwrap::wrap(line, options) {
                        self.line(part);
                    }
                }
                _ => self.line(format_args!("{indent}{line}")),
            }
            indent = rest;
        }
    }

    /// Records as a table, in lines where this is a terminal; its words wrapped to a width.
    pub(crate) fn table<R>(&self, records: impl Iterator<Item = R>, width: Option<usize>) -> Table
    where
        R: IntoIterator<Item: Into<String>>,
    {
        let mut table = records.collect::<Builder>().build();
        match self.layout.width {
            Some(_) => table.with(Lines::rounded()),
            None => table.with(Lines::psql()),
        };
        if let Some(width) = width {
            let wrap = Width::wrap(width).keep_words(true);
            table.with(wrap.priority(Priority::max(true)));
        }
        table
    }

    /// So many columns, or on a narrow terminal fewer, before what goes on from the line above.
    pub(crate) fn hanging(&self, columns: usize) -> String {
        let is_narrow = self.layout.width.is_some_and(|width| width < NARROW);
        " ".repeat(if is_narrow { 8 } else { columns })
    }
}

/// Untrusted text of possibly several lines, escaped and wrapped to the terminal, behind an indent.
///
/// # Errors
/// What `out` gives.
pub fn wrapped(
    text: &str,
    first: &str,
    rest: &str,
    layout: Layout,
    out: &mut dyn Write,
) -> io::Result<()> {
    Page::write(layout, out, |page| page.text(text, [first, rest]))
}
