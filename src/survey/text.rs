//! The survey for a person: a line for each file, below it what is wrong in it by file and line,
//! the totals last.
//!
//! ```text
//! ok       db/0001.sql  12 statements, 12 parsed, 3 of 3 previewed, 12 ran
//! trouble  db/0002.sql  2 statements, 2 parsed, 0 of 1 previewed, 1 ran
//!          db/0002.sql:7 update no preview: no table `notes`
//!          db/0002.sql:7 update failed: no such table: notes
//! not read db/0003.sql  is not UTF-8 at byte 3
//! ```

use super::{
    Reading, Survey, SurveyedFile, SurveyedPreview, SurveyedRun, SurveyedStatement, Totals,
};
use crate::report::{BAD, DIM, Detail, GOOD, HEAD, Layout, terminal_line, wrapped};
use std::io::{self, Write};

/// Paths longer than this do not push the counts of the other files to the right.
const WIDEST: usize = 60;

/// Below the path of the file.
const INDENT: &str = "         ";

pub(super) fn render(survey: &Survey<'_>, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    if layout.detail == Detail::Verdict {
        return totals(survey, out);
    }
    setting(survey, out)?;
    let widths = survey
        .files
        .iter()
        .map(|f| terminal_line(&f.path).chars().count());
    let width = widths.filter(|w| *w <= WIDEST).max().unwrap_or(0);
    writeln!(out)?;
    for file in &survey.files {
        one(file, width, layout, out)?;
    }
    writeln!(out)?;
    totals(survey, out)
}

/// What the history started from, and how it ran.
fn setting(survey: &Survey<'_>, out: &mut dyn Write) -> io::Result<()> {
    let start = match &survey.snapshot {
        Some(snapshot) => format!(
            "{} ({} bytes)",
            terminal_line(&snapshot.source),
            snapshot.bytes
        ),
        None => "none: from an empty database".to_owned(),
    };
    let engine = &survey.engine;
    let keys = if engine.foreign_keys { "on" } else { "off" };
    let (transaction, on_error) = (engine.transaction.word(), engine.on_error.word());
    writeln!(out, "{DIM}snapshot  {start}{DIM:#}")?;
    writeln!(
        out,
        "{DIM}engine    SQLite {}, foreign keys {keys}, transaction {transaction}, on error \
        {on_error}{DIM:#}",
        engine.sqlite
    )
}

fn one(file: &SurveyedFile, width: usize, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    let path = format!("{:width$}", terminal_line(&file.path));
    let (word, text) = match &file.reading {
        Reading::Refused { line, reason } => {
            let place = line.map_or_else(String::new, |line| format!("line {line}: "));
            let reason = terminal_line(reason);
            (format!("{BAD}not read{BAD:#}"), place + &reason)
        }
        Reading::Ran { statements, .. } => {
            let word = if file.is_clean() {
                format!("{GOOD}ok      {GOOD:#}")
            } else {
                format!("{BAD}trouble {BAD:#}")
            };
            (word, counts(Totals::of(statements)))
        }
    };
    summary([&word, &path, &text], layout, out)?;
    details(file, path.trim_end(), layout, out)
}

/// The line of a file; where the terminal is too narrow, its text is below the path.
fn summary([word, path, text]: [&str; 3], layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    let needed = INDENT.len() + path.chars().count() + 2 + text.chars().count();
    if layout.width.is_none_or(|columns| needed <= columns) {
        return writeln!(out, "{word} {path}  {text}");
    }
    writeln!(out, "{word} {}", path.trim_end())?;
    below(text, layout, out)
}

/// What is wrong in a file that ran.
fn details(file: &SurveyedFile, path: &str, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    let Reading::Ran {
        statements,
        left_open,
        fault,
    } = &file.reading
    else {
        return Ok(());
    };
    for statement in statements {
        troubles(path, statement, layout, out)?;
    }
    let fault = fault.as_ref().filter(|fault| fault.statement.is_none());
    let fault = fault.map(|fault| terminal_line(&fault.message));
    let open = "ends inside a transaction: closing the connection rolls all of it back";
    let open = left_open.then(|| open.to_owned());
    let mut whole = fault.into_iter().chain(open);
    whole.try_for_each(|trouble| below(&format!("{path}: {trouble}"), layout, out))
}

fn below(text: &str, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    wrapped(text, INDENT, "             ", layout, out)
}

/// `12 statements, 12 parsed, 3 of 3 previewed, 12 ran`
fn counts(totals: Totals) -> String {
    let Totals {
        statements,
        parsed,
        previewable,
        previewed,
        ran,
    } = totals;
    let noun = if statements == 1 {
        "statement"
    } else {
        "statements"
    };
    format!(
        "{statements} {noun}, {parsed} parsed, {previewed} of {previewable} previewed, {ran} ran"
    )
}

/// A line for each thing that is wrong with a statement.
fn troubles(
    path: &str,
    statement: &SurveyedStatement,
    layout: Layout,
    out: &mut dyn Write,
) -> io::Result<()> {
    let (line, kind) = (statement.line, terminal_line(&statement.kind));
    let first = match &statement.unparsed {
        Some(why) => Some(format!("not parsed: {why}")),
        None => preview_trouble(&statement.previewed),
    };
    let mut troubles = first.into_iter().chain(run_trouble(&statement.ran));
    troubles.try_for_each(|trouble| {
        let trouble = terminal_line(&trouble);
        below(&format!("{path}:{line} {kind} {trouble}"), layout, out)
    })
}

fn preview_trouble(previewed: &SurveyedPreview) -> Option<String> {
    match previewed {
        SurveyedPreview::Yes { .. }
        | SurveyedPreview::NotApplicable(_)
        | SurveyedPreview::Unknown => None,
        SurveyedPreview::No(why) => Some(format!("no preview: {why}")),
        SurveyedPreview::Differs(how) => Some(format!("wrong preview: {how}")),
    }
}

fn run_trouble(ran: &SurveyedRun) -> Option<String> {
    match ran {
        SurveyedRun::Yes => None,
        SurveyedRun::Unbound(names) => Some(format!(
            "unbound parameter {}: it ran with NULL in its place",
            names.join(", ")
        )),
        SurveyedRun::Failed(message) => Some(format!("failed: {message}")),
        SurveyedRun::Refused(message) => Some(format!(
            "refused, as it would reach outside the clone or behind its journal: {message}"
        )),
        SurveyedRun::GaveUp(message) => Some(format!("given up: {message}")),
        SurveyedRun::NotReached => Some("not reached".to_owned()),
        SurveyedRun::Lost => Some("not known whether it ran: its record is lost".to_owned()),
    }
}

/// The last two lines.
fn totals(survey: &Survey<'_>, out: &mut dyn Write) -> io::Result<()> {
    let files = survey.files.len();
    let clean = survey.files.iter().filter(|file| file.is_clean()).count();
    let is_refused = |file: &&SurveyedFile| matches!(file.reading, Reading::Refused { .. });
    let refused = survey.files.iter().filter(is_refused).count();
    let noun = if files == 1 { "file" } else { "files" };
    writeln!(
        out,
        "{HEAD}{files} {noun}: {clean} ok, {} with trouble, {refused} not read{HEAD:#}",
        files - clean - refused
    )?;
    writeln!(out, "{HEAD}{}{HEAD:#}", counts(survey.totals()))
}
