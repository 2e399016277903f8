//! Where reports go: standard output, and files that are opened before the run and written after
//! it.

use super::Ending;
use super::actions::{self, JobStep};
use super::staged::StagedFile;
use super::targets::Targets;
use super::workspace::Workspace;
use crate::report::{self, Detail, Evidence, Format, Layout, Listing};
use anyhow::Context as _;
use clap::ValueEnum;
use clap::builder::PossibleValue;
use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, IsTerminal as _, Write};
use std::path::{Path, PathBuf};

impl ValueEnum for Format {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(self.word().into())
    }
}

impl ValueEnum for Listing {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(self.word().into())
    }
}

/// Parses `FORMAT=PATH`.
pub(super) fn report_target(word: &str) -> Result<(Format, PathBuf), String> {
    match word.split_once('=') {
        Some((name, path)) if !path.is_empty() => {
            let format = Format::from_str(name, false).map_err(|_| {
                let words = Format::ALL.map(Format::word).join(", ");
                format!("no such format: `{name}`; there are {words}")
            })?;
            Ok((format, PathBuf::from(path)))
        }
        _ => Err("expected FORMAT=PATH, such as json=evidence.json".to_owned()),
    }
}

/// A file that a report goes to.
pub(super) struct ReportFile {
    format: Format,
    sink: Sink,
}

enum Sink {
    Staged(StagedFile),
    /// a device or pipe, which cannot be replaced, and what messages call it
    Direct(File, String),
}

impl ReportFile {
    /// Claims and opens all files of `--report`.
    pub(super) fn open_all(
        reports: &[(Format, PathBuf)],
        targets: &mut Targets,
        workspace: &Workspace,
    ) -> anyhow::Result<Vec<Self>> {
        for (_, path) in reports {
            targets.claim("--report", path)?;
        }
        let open = |(format, path): &(Format, PathBuf)| {
            Ok(Self {
                format: *format,
                sink: Sink::open(path, workspace)?,
            })
        };
        reports.iter().map(open).collect()
    }

    fn write(self, evidence: &Evidence) -> anyhow::Result<()> {
        let render = |file: &mut File| {
            let render =
                |out: &mut dyn Write| report::render(evidence, self.format, Layout::default(), out);
            if self.format.has_colours() {
                buffered(anstream::StripStream::new(file), render)
            } else {
                buffered(file, render)
            }
        };
        match self.sink {
            Sink::Direct(mut file, name) => {
                render(&mut file).with_context(|| format!("{name} cannot be written"))
            }
            Sink::Staged(file) => file.replace(render),
        }
    }
}

impl Sink {
    fn open(path: &Path, workspace: &Workspace) -> anyhow::Result<Self> {
        let name = format!("report {}", path.display());
        let Ok(meta) = path.metadata() else {
            return Ok(Self::Staged(StagedFile::open(path, name, workspace)?));
        };
        let cannot = || format!("{name} cannot be written");
        if meta.is_dir() {
            return Err(io::Error::other("is a directory")).with_context(cannot);
        }
        // Renaming onto what /dev/stdout leads to would take the file away from whoever holds it
        // open.
        let is_redirected = ["/dev", "/proc"].iter().any(|of| path.starts_with(of));
        let is_appended = is_redirected || meta.is_file();
        let opened = OpenOptions::new()
            .append(is_appended)
            .write(!is_appended)
            .open(path)
            .with_context(cannot)?;
        if meta.is_file() && !is_redirected {
            let place = path.canonicalize().with_context(cannot)?;
            Ok(Self::Staged(StagedFile::open(&place, name, workspace)?))
        } else {
            Ok(Self::Direct(opened, name))
        }
    }
}

/// Writes every file that can be written, then standard output; the first failure is the error.
pub(super) fn publish(
    evidence: &Evidence,
    files: Vec<ReportFile>,
    format: Format,
    detail: Detail,
) -> anyhow::Result<()> {
    let written: Vec<_> = files.into_iter().map(|file| file.write(evidence)).collect();
    Standard::write(evidence, format, detail)?;
    written.into_iter().collect()
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
        emit(
            format,
            detail,
            |layout, out| report::render(evidence, format, layout, out),
            |text| actions::harmless(text, format),
        )
    }

    /// Says one sentence, of untrusted text too.
    pub(super) fn say(sentence: &str, ending: Ending) -> anyhow::Result<Ending> {
        Self::print(|layout, out| report::wrapped(sentence, "", "  ", layout, out))?;
        Ok(ending)
    }

    /// Has `render` write text to it, in the usual detail.
    pub(super) fn print(
        render: impl FnOnce(Layout, &mut dyn Write) -> io::Result<()>,
    ) -> anyhow::Result<Ending> {
        Self::print_in(Detail::Usual, render)?;
        Ok(Ending::Accepted)
    }

    /// Has `render` write text to it.
    pub(super) fn print_in(
        detail: Detail,
        render: impl FnOnce(Layout, &mut dyn Write) -> io::Result<()>,
    ) -> anyhow::Result<()> {
        emit(Format::Text, detail, render, |text| Ok(actions::said(text)))
    }
}

/// Renders to standard output; in a step of GitHub Actions what `harmless` makes of the text. A
/// reader that has gone away is no error.
fn emit(
    format: Format,
    detail: Detail,
    render: impl FnOnce(Layout, &mut dyn Write) -> io::Result<()>,
    harmless: impl FnOnce(String) -> anyhow::Result<String>,
) -> anyhow::Result<()> {
    let layout = Layout {
        width: width(),
        detail,
    };
    let written = if JobStep::current().is_some() {
        let mut text = Vec::new();
        render(layout, &mut text)?;
        let text = harmless(String::from_utf8(text)?)?;
        to_standard_output(format, |out| out.write_all(text.as_bytes()))
    } else {
        to_standard_output(format, |out| render(layout, out))
    };
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other.context("standard output cannot be written"),
    }
}

fn to_standard_output(
    format: Format,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    if format.has_colours() {
        buffered(anstream::AutoStream::auto(io::stdout()), write)
    } else {
        buffered(io::stdout(), write)
    }
}

/// The width of the terminal, where standard output is one that a person reads.
fn width() -> Option<usize> {
    let is_terminal = io::stdout().is_terminal() && JobStep::current().is_none();
    let (width, _) = terminal_size::terminal_size().filter(|_| is_terminal)?;
    Some(usize::from(width.0))
}
