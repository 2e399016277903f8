//! How much a command says: `--quiet` and `--verbose`, and in which colours.

use super::actions;
use super::progress::Watch;
use crate::progress::{Pass, Spent, Work};
use crate::record::Migration;
use crate::report::{Detail, Evidence, terminal_line};
use clap::{Args, ColorChoice};
use indicatif::{HumanBytes, HumanCount};
use std::io::{self, Write as _};
use std::time::Duration;

/// How much is said besides, and of, a report.
#[derive(Debug, Clone, Copy, Default, Args)]
pub(super) struct Talk {
    /// No progress, and of a text report only the verdict, in one line for each migration
    #[arg(long, short, conflicts_with = "verbose")]
    pub(super) quiet: bool,

    /// All of a text report however long it is, and on standard error how long each part took
    #[arg(long, short)]
    pub(super) verbose: bool,
}

impl Talk {
    /// How much of a text report is shown.
    pub(super) fn detail(self) -> Detail {
        match self {
            Self { quiet: true, .. } => Detail::Verdict,
            Self { verbose: true, .. } => Detail::All,
            Self { .. } => Detail::Usual,
        }
    }

    /// Says on standard error how long each part of the run took, with `--verbose`.
    pub(super) fn tell_times(self, watch: &Watch, evidence: Option<&Evidence>) {
        if !self.verbose {
            return;
        }
        let mut lines = vec![format!("the run took {}", span(watch.begun.elapsed()))];
        lines.extend(parts(watch.progress.spent()));
        lines.extend(
            evidence
                .into_iter()
                .flat_map(|evidence| &evidence.migrations)
                .flat_map(statements),
        );
        // Standard error may be closed; the report is written all the same.
        let _ = writeln!(io::stderr(), "{}", actions::said(lines.join("\n")));
    }
}

/// The parts of the run as a whole, then those of each migration below its name.
fn parts(mut parts: Vec<Spent>) -> Vec<String> {
    parts.sort_by_key(|part| part.migration.is_some());
    let (mut lines, mut migration) = (Vec::new(), None);
    for part in &parts {
        if part.migration != migration {
            lines.extend(part.migration.as_deref().map(terminal_line));
            migration.clone_from(&part.migration);
        }
        lines.push(described(part));
    }
    lines
}

/// How long each statement of a migration took.
fn statements(migration: &Migration) -> Vec<String> {
    let title = format!("{}, by statement", terminal_line(&migration.name));
    let statements = migration.statements.iter().filter_map(|statement| {
        let ms = statement.elapsed_ms?;
        let (index, line) = (statement.index, statement.line);
        let table = statement.table.iter().map(|table| format!(" {table}"));
        let what = terminal_line(&format!("{}{}", statement.kind, table.collect::<String>()));
        Some(format!(
            "  {ms:>10.3} ms  {index:>3}  line {line:<4} {what}"
        ))
    });
    [title].into_iter().chain(statements).collect()
}

/// `     1.204 s   previews, 32 rows`
fn described(part: &Spent) -> String {
    let run = match part.pass {
        Pass::First => "",
        Pass::Second => "second run: ",
        Pass::Failing => "made to fail: ",
    };
    let bytes = format!(", {}", HumanBytes(part.done));
    let rows = format!(", {} rows", HumanCount(part.done));
    let (what, count) = match part.work {
        Work::Load => ("loading the snapshot", bytes),
        Work::Copy => ("copying files", bytes),
        Work::Hash => ("hashing the snapshot, beside the rest", bytes),
        Work::Count => ("counting rows by tenant", rows),
        Work::Preview => ("previews", rows),
        Work::Write => ("statements", rows + " written"),
        Work::Compare => ("comparison of the states", rows),
        Work::References => ("references", String::new()),
        Work::Ask => ("what must hold", String::new()),
        Work::Integrity => ("looking for damage", String::new()),
    };
    format!("  {:>13}  {run}{what}{count}", span(part.elapsed))
}

fn span(time: Duration) -> String {
    format!("{:.3} ms", time.as_secs_f64() * 1000.0)
}

/// Has all output take colours as `--color` says; `auto` goes by the terminal, `NO_COLOR` and
/// `CLICOLOR_FORCE`.
pub(super) fn choose_colours(choice: ColorChoice) {
    let choice = match choice {
        ColorChoice::Auto => anstream::ColorChoice::Auto,
        ColorChoice::Always => anstream::ColorChoice::Always,
        ColorChoice::Never => anstream::ColorChoice::Never,
    };
    choice.write_global();
}
