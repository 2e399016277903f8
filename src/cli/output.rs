//! Where reports go: standard output, and files that are opened before the run and written whole
//! after it.

use super::Ending;
use super::actions::{self, Step};
use super::workspace::Workspace;
use crate::report::{self, Detail, Evidence, Format, Layout, Listing};
use anyhow::Context as _;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use std::fs::File;
use std::io::{self, BufWriter, IsTerminal as _, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// Parses the name of a format.
pub(super) fn format() -> impl TypedValueParser<Value = Format> {
    PossibleValuesParser::new(Format::ALL.map(Format::word)).try_map(|word| named(&word))
}

/// Parses the name of a format of what is no report of a rehearsal.
pub(super) fn listing() -> impl TypedValueParser<Value = Listing> {
    let named = |word: String| {
        Listing::ALL
            .into_iter()
            .find(|format| format.word() == word)
            .ok_or("no such format")
    };
    PossibleValuesParser::new(Listing::ALL.map(Listing::word)).try_map(named)
}

fn named(name: &str) -> Result<Format, String> {
    let missing = || {
        format!(
            "no such format: `{name}`; there are {}",
            Format::ALL.map(Format::word).join(", ")
        )
    };
    Format::ALL
        .into_iter()
        .find(|format| format.word() == name)
        .ok_or_else(missing)
}

/// Parses `FORMAT=PATH`.
pub(super) fn report_target(word: &str) -> Result<(Format, PathBuf), String> {
    match word.split_once('=') {
        Some((name, path)) if !path.is_empty() => Ok((named(name)?, PathBuf::from(path))),
        _ => Err("expected FORMAT=PATH, such as json=evidence.json".to_owned()),
    }
}

/// A file that a report goes to.
pub(super) struct ReportTarget {
    format: Format,
    path: PathBuf,
    sink: Sink,
}

enum Sink {
    /// a neighbour of the target, renamed onto it at the end
    Staged(NamedTempFile),
    /// a device or pipe, which cannot be replaced
    Direct(File),
}

impl ReportTarget {
    /// Opens the target, so that one which cannot be written stops the command before its run.
    pub(super) fn open(format: Format, path: &Path, workspace: &Workspace) -> anyhow::Result<Self> {
        let cannot = || format!("report {} cannot be written", path.display());
        let existing = path.metadata().ok();
        let sink = match existing {
            Some(meta) if meta.is_dir() => anyhow::bail!(
                "report {} cannot be written: is a directory",
                path.display()
            ),
            // Renaming onto what /dev/stdout leads to would take the file away from whoever holds
            // it open.
            Some(_)
                if ["/dev", "/proc"]
                    .iter()
                    .any(|folder| path.starts_with(folder)) =>
            {
                Sink::Direct(
                    std::fs::OpenOptions::new()
                        .append(true)
                        .open(path)
                        .with_context(cannot)?,
                )
            }
            Some(meta) if !meta.is_file() => Sink::Direct(
                std::fs::OpenOptions::new()
                    .write(true)
                    .open(path)
                    .with_context(cannot)?,
            ),
            Some(_) => {
                std::fs::OpenOptions::new()
                    .append(true)
                    .open(path)
                    .with_context(cannot)?;
                Sink::Staged(
                    stage(&path.canonicalize().with_context(cannot)?).with_context(cannot)?,
                )
            }
            None => Sink::Staged(stage(path).with_context(cannot)?),
        };
        if let Sink::Staged(file) = &sink {
            workspace.also_remove(file.path());
        }
        Ok(Self {
            format,
            path: path.canonicalize().unwrap_or_else(|_| path.to_owned()),
            sink,
        })
    }

    /// Renders the evidence into the target.
    pub(super) fn write(self, evidence: &Evidence) -> anyhow::Result<()> {
        let layout = Layout::default();
        let cannot = || format!("report {} cannot be written", self.path.display());
        match self.sink {
            Sink::Direct(mut file) => {
                render(evidence, self.format, layout, &mut file).with_context(cannot)
            }
            Sink::Staged(mut file) => {
                render(evidence, self.format, layout, file.as_file_mut()).with_context(cannot)?;
                file.persist(&self.path).map(drop).with_context(cannot)
            }
        }
    }
}

/// Writes every report that can be written; the first failure is that of the whole.
pub(super) fn write_all(targets: Vec<ReportTarget>, evidence: &Evidence) -> anyhow::Result<()> {
    let written: Vec<anyhow::Result<()>> = targets
        .into_iter()
        .map(|target| target.write(evidence))
        .collect();
    written.into_iter().collect()
}

/// A file beside `path`, to be renamed onto it.
pub(super) fn stage(path: &Path) -> io::Result<NamedTempFile> {
    let folder = path
        .parent()
        .filter(|p| !p.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".harness-report-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}

/// Replaces a file that is there, whole or not at all; it keeps its permissions, and a link to it
/// stays one.
pub(super) fn replace(path: &Path, text: &str, workspace: &Workspace) -> anyhow::Result<()> {
    let cannot = || format!("{} cannot be written", path.display());
    let target = path.canonicalize().with_context(cannot)?;
    let mut file = stage(&target).with_context(cannot)?;
    workspace.also_remove(file.path());
    file.write_all(text.as_bytes()).with_context(cannot)?;
    file.as_file()
        .set_permissions(target.metadata().with_context(cannot)?.permissions())
        .with_context(cannot)?;
    file.as_file().sync_all().with_context(cannot)?;
    file.persist(&target).map(drop).with_context(cannot)
}

/// Renders into a file, without the colours of a terminal.
fn render(evidence: &Evidence, format: Format, layout: Layout, to: &mut File) -> io::Result<()> {
    let render = |out: &mut dyn Write| report::render(evidence, format, layout, out);
    if format.has_colours() {
        buffered(anstream::StripStream::new(to), render)
    } else {
        buffered(to, render)
    }
}

fn buffered(
    to: impl Write,
    render: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let mut out = BufWriter::new(to);
    render(&mut out)?;
    out.flush()
}

/// Standard output.
pub(super) struct Standard;

impl Standard {
    /// Renders the evidence.
    pub(super) fn write(evidence: &Evidence, format: Format, detail: Detail) -> anyhow::Result<()> {
        if Step::current().is_some() {
            let mut report = Vec::new();
            report::render(
                evidence,
                format,
                Layout {
                    width: None,
                    detail,
                },
                &mut report,
            )?;
            let report = actions::harmless(String::from_utf8(report)?, format)?;
            let write = |out: &mut dyn Write| out.write_all(report.as_bytes());
            return written(if format.has_colours() {
                buffered(anstream::AutoStream::auto(io::stdout()), write)
            } else {
                buffered(io::stdout(), write)
            });
        }
        if format.has_colours() {
            return Self::print_in(detail, |layout, out| {
                report::render(evidence, format, layout, out)
            });
        }
        written(buffered(io::stdout(), |out| {
            report::render(evidence, format, Layout::default(), out)
        }))
    }

    /// Says one sentence, of untrusted text too.
    pub(super) fn say(sentence: &str, ending: Ending) -> anyhow::Result<Ending> {
        Self::print(|layout, out| report::wrapped(sentence, "", "  ", layout, out))?;
        Ok(ending)
    }

    /// Has `render` write to it; a reader that has gone away is no error.
    pub(super) fn print(
        render: impl FnOnce(Layout, &mut dyn Write) -> io::Result<()>,
    ) -> anyhow::Result<()> {
        Self::print_in(Detail::Usual, render)
    }

    /// The same, in more or less detail.
    pub(super) fn print_in(
        detail: Detail,
        render: impl FnOnce(Layout, &mut dyn Write) -> io::Result<()>,
    ) -> anyhow::Result<()> {
        if Step::current().is_some() {
            let mut text = Vec::new();
            render(
                Layout {
                    width: None,
                    detail,
                },
                &mut text,
            )?;
            let text = actions::said(String::from_utf8(text)?);
            return written(buffered(anstream::AutoStream::auto(io::stdout()), |out| {
                out.write_all(text.as_bytes())
            }));
        }
        let width = if io::stdout().is_terminal() {
            terminal_size::terminal_size().map(|(width, _)| usize::from(width.0))
        } else {
            None
        };
        let layout = Layout { width, detail };
        written(buffered(anstream::AutoStream::auto(io::stdout()), |out| {
            render(layout, out)
        }))
    }
}

fn written(result: io::Result<()>) -> anyhow::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other.context("standard output cannot be written"),
    }
}
