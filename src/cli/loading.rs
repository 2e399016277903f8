//! Opening the snapshot, with its progress on standard error: only on a terminal, and only where it takes its time.

use super::workspace::Workspace;
use anyhow::bail;
use harness::report::terminal_text;
use harness::snapshot::{Progress, Snapshot, Source};
use indicatif::{ProgressBar, ProgressStyle};
use std::io::{self, IsTerminal as _};
use std::time::{Duration, Instant};

/// What is over sooner is not worth a line.
const PATIENCE: Duration = Duration::from_millis(500);

/// Opens the snapshot; a person at a terminal sees how far it is loaded.
pub(super) fn open(source: &Source, workspace: &Workspace) -> anyhow::Result<Snapshot> {
    if *source == Source::StandardInput && io::stdin().is_terminal() {
        bail!("--snapshot -: standard input is a terminal; pipe a snapshot in, or name a file");
    }
    let label = format!("loading {}", terminal_text(&source.to_string()));
    let mut line = Line { workspace, begun: Instant::now(), label, bar: None };
    let opened = Snapshot::open(source, workspace.path(), &mut |progress| line.show(progress));
    drop(line);
    Ok(opened?)
}

/// The line of progress, which goes away when it is dropped.
struct Line<'a> {
    workspace: &'a Workspace,
    begun: Instant,
    label: String,
    bar: Option<ProgressBar>,
}

impl Line<'_> {
    fn show(&mut self, progress: Progress) {
        if self.begun.elapsed() < PATIENCE {
            return;
        }
        let bar = self.bar.get_or_insert_with(|| {
            let bar = bar(&self.label, progress.of);
            self.workspace.also_clear(&bar);
            bar
        });
        bar.set_position(progress.bytes);
    }
}

impl Drop for Line<'_> {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

/// A line without colours, hidden by indicatif where standard error is no terminal.
fn bar(label: &str, of: Option<u64>) -> ProgressBar {
    let template = if of.is_some() { "{msg} {bar:24} {bytes} of {total_bytes}" } else { "{msg} {bytes}" };
    let style = ProgressStyle::with_template(template).expect("the template is valid").progress_chars("=> ");
    let bar = of.map_or_else(ProgressBar::no_length, ProgressBar::new);
    bar.with_style(style).with_message(label.to_owned())
}
