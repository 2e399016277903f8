//! How much a command says: `--quiet` and `--verbose`, and in which colours.

use super::actions;
use super::progress::Watch;
use crate::progress::{Pass, Spent, Work};
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
    /// Of a command that says nothing but what it is for.
    pub(super) fn quietly(quiet: bool) -> Self {
        Self {
            quiet,
            verbose: false,
        }
    }

    /// How much of a text report is shown.
    pub(super) fn detail(self) -> Detail {
        match self {
            Self { quiet: true, .. } => Detail::Verdict,
            Self { verbose: true, .. } => Detail::All,
            Self { .. } => Detail::Usual,
        }
    }

    /// Says on standard error how long each part of the run took, where that is wanted.
    pub(super) fn tell_times(self, watch: &Watch, evidence: Option<&Evidence>) {
        if !self.verbose {
            return;
        }
        let mut lines = vec![format!("the run took {}", span(watch.elapsed()))];
        let (mut parts, mut migration) = (watch.progress().spent(), None);
        parts.sort_by_key(|part| part.migration.is_some());
        for part in parts {
            if part.migration.is_some() && migration != part.migration {
                lines.push(terminal_line(part.migration.as_deref().unwrap_or_default()));
                migration.clone_from(&part.migration);
            }
            lines.push(told(&part));
        }
        for migration in evidence.iter().flat_map(|evidence| &evidence.migrations) {
            lines.push(format!("{}, by statement", terminal_line(&migration.name)));
            let timed = migration
                .statements
                .iter()
                .filter_map(|statement| Some((statement, statement.elapsed_ms?)));
            lines.extend(timed.map(|(s, ms)| {
                let table = s
                    .table
                    .as_deref()
                    .map(|table| format!(" {}", terminal_line(table)))
                    .unwrap_or_default();
                format!(
                    "  {ms:>10.3} ms  {:>3}  line {:<4} {}{table}",
                    s.index,
                    s.line,
                    terminal_line(&s.kind)
                )
            }));
        }
        // Standard error may be closed; the report is written all the same.
        let _ = writeln!(io::stderr(), "{}", actions::said(lines.join("\n")));
    }
}

/// `     1.204 s   previews, 32 rows`
fn told(part: &Spent) -> String {
    let run = match part.pass {
        Pass::First => "",
        Pass::Second => "second run: ",
        Pass::Failing => "made to fail: ",
    };
    let rows = || format!(", {} rows", HumanCount(part.done));
    let bytes = || format!(", {}", HumanBytes(part.done));
    let (what, count) = match part.work {
        Work::Load => ("loading the snapshot", bytes()),
        Work::Copy => ("copying files", bytes()),
        Work::Hash => ("hashing the snapshot, beside the rest", bytes()),
        Work::Count => ("counting rows by tenant", rows()),
        Work::Preview => ("previews", rows()),
        Work::Write => ("statements", format!("{} written", rows())),
        Work::Compare => ("comparison of the states", rows()),
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
