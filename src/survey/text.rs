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
use crate::report::phrases::{counted, engine};
use crate::report::{BAD, DIM, Detail, GOOD, HEAD, Page, terminal_line};

/// Paths longer than this do not push the counts of the other files to the right.
const WIDEST: usize = 60;

/// Below the path of the file.
const BELOW: [&str; 2] = ["         ", "             "];

pub(super) fn render(survey: &Survey<'_>, page: &mut Page) {
    if page.layout.detail == Detail::Verdict {
        return totals(survey, page);
    }
    setting(survey, page);
    page.line("");
    let files = survey.files.iter();
    let width = files
        .map(|file| terminal_line(&file.path).chars().count())
        .filter(|w| *w <= WIDEST)
        .max()
        .unwrap_or(0);
    for file in &survey.files {
        let path = terminal_line(&file.path);
        head(file, &format!("{path:width$}"), page);
        for trouble in troubles(file) {
            page.text(&format!("{path}{}", terminal_line(&trouble)), BELOW);
        }
    }
    page.line("");
    totals(survey, page);
}

/// What the history started from, and how it ran.
fn setting(survey: &Survey<'_>, page: &mut Page) {
    let start = match &survey.snapshot {
        Some(snapshot) => format!(
            "{} ({} bytes)",
            terminal_line(&snapshot.source),
            snapshot.bytes
        ),
        None => "none: from an empty database".to_owned(),
    };
    let engine = engine(&survey.engine, ", ");
    page.line(format_args!("{DIM}snapshot  {start}{DIM:#}"));
    page.line(format_args!("{DIM}engine    {engine}{DIM:#}"));
}

/// The line of a file; where the terminal is too narrow, its text is below the path.
fn head(file: &SurveyedFile, path: &str, page: &mut Page) {
    let counted = || counts(Totals::of(file.statements()));
    let (style, word, text) = match &file.reading {
        Reading::Refused { line, reason } => {
            let place = line.map(|line| format!("line {line}: "));
            let reason = terminal_line(reason);
            (BAD, "not read", place.unwrap_or_default() + &reason)
        }
        Reading::Ran { .. } if file.is_clean() => (GOOD, "ok      ", counted()),
        Reading::Ran { .. } => (BAD, "trouble ", counted()),
    };
    let word = format!("{style}{word}{style:#}");
    let needed = BELOW[0].len() + path.chars().count() + 2 + text.chars().count();
    if page.layout.width.is_none_or(|columns| needed <= columns) {
        return page.line(format_args!("{word} {path}  {text}"));
    }
    page.line(format_args!("{word} {}", path.trim_end()));
    page.text(&text, BELOW);
}

/// What is wrong in a file that ran, each behind its path.
fn troubles(file: &SurveyedFile) -> Vec<String> {
    let Reading::Ran {
        statements,
        left_open,
        fault,
    } = &file.reading
    else {
        return Vec::new();
    };
    let mut troubles = Vec::new();
    for statement in statements {
        let (line, kind) = (statement.line, &statement.kind);
        let reading = reading_trouble(statement).into_iter();
        let all = reading.chain(run_trouble(&statement.ran));
        troubles.extend(all.map(|trouble| format!(":{line} {kind} {trouble}")));
    }
    let fault = fault.as_ref().filter(|fault| fault.statement.is_none());
    troubles.extend(fault.map(|fault| format!(": {}", fault.message)));
    let open = ": ends inside a transaction: closing the connection rolls all of it back";
    troubles.extend(left_open.then(|| open.to_owned()));
    troubles
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
    let statements = counted(statements, "statement");
    format!("{statements}, {parsed} parsed, {previewed} of {previewable} previewed, {ran} ran")
}

fn reading_trouble(statement: &SurveyedStatement) -> Option<String> {
    if let Some(why) = &statement.unparsed {
        return Some(format!("not parsed: {why}"));
    }
    match &statement.previewed {
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
fn totals(survey: &Survey<'_>, page: &mut Page) {
    let files = survey.files.len();
    let clean = survey.files.iter().filter(|file| file.is_clean()).count();
    let is_refused = |file: &&SurveyedFile| matches!(file.reading, Reading::Refused { .. });
    let refused = survey.files.iter().filter(is_refused).count();
    let (all, trouble) = (counted(files, "file"), files - clean - refused);
    page.line(format_args!(
        "{HEAD}{all}: {clean} ok, {trouble} with trouble, {refused} not read{HEAD:#}"
    ));
    page.line(format_args!("{HEAD}{}{HEAD:#}", counts(survey.totals())));
}
