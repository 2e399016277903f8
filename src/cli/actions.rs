//! GitHub Actions: where a run is a step of a job, its findings are annotations, and nothing else
//! that it prints is a command.
//!
//! The runner reads both streams of a step. It takes a line for a command that begins with `::`, or
//! that has `##[` anywhere, and the SQL, names and cells of a report could hold either. So what is
//! printed is looked through as the runner does it, and more strictly: it passes over blanks at the
//! beginning, and over characters that have no width, for which all are taken here that are neither
//! ASCII nor a letter.

use crate::report::{self, Evidence, Format};
use anyhow::{Context as _, bail};
use std::borrow::Cow;
use std::io::{self, Write as _};
use std::path::PathBuf;

/// The step of a job that this process is in.
pub(super) struct JobStep {
    /// what leads from the repository to the working directory
    folder: PathBuf,
}

impl JobStep {
    /// The step; `None` where this is none.
    pub(super) fn current() -> Option<Self> {
        std::env::var_os("GITHUB_ACTIONS").filter(|value| value == "true")?;
        let workspace = std::env::var_os("GITHUB_WORKSPACE")
            .and_then(|path| PathBuf::from(path).canonicalize().ok());
        let here = std::env::current_dir()
            .and_then(|path| path.canonicalize())
            .ok();
        let folder = here
            .zip(workspace)
            .and_then(|(here, workspace)| here.strip_prefix(workspace).ok().map(PathBuf::from));
        // Elsewhere than in the repository, the paths are the user's own.
        Some(Self {
            folder: folder.unwrap_or_default(),
        })
    }

    /// Writes a command for each finding to standard error, so that what reads standard output gets
    /// the report alone.
    pub(super) fn annotate(&self, evidence: &Evidence) -> anyhow::Result<()> {
        let mut commands = Vec::new();
        report::annotations(evidence, &self.folder, &mut commands)?;
        match io::stderr().write_all(&commands) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            other => other.context("standard error cannot be written"),
        }
    }
}

/// A report without a line that the runner would take for a command, unless it goes to a file,
/// which the runner does not read.
///
/// In text, which is for people, and in JSON, there is another way to write what looks like one. In
/// the other formats there is none, and such a report is refused.
pub(super) fn harmless(report: String, format: Format) -> anyhow::Result<String> {
    if is_file() || format == Format::Github {
        return Ok(report);
    }
    // JSON spells `##[` otherwise wherever it is written.
    let report = if format.has_colours() {
        defused(&report)
    } else {
        report
    };
    match report
        .split(['\n', '\r'])
        .position(|line| is_command(line).is_some())
    {
        None => Ok(report),
        Some(at) => bail!(
            "line {} of the report would be a command to the runner of GitHub Actions: write \
            it to a file, with --report {}=PATH",
            at + 1,
            format.word()
        ),
    }
}

/// What is said to a person beside a report, likewise.
pub(super) fn said(text: String) -> String {
    if JobStep::current().is_some() {
        defused(&text)
    } else {
        text
    }
}

/// Text in which the sign of what looks like a command is an escape; such a line has no colours.
fn defused(text: &str) -> String {
    text.split_inclusive('\n').map(defused_line).collect()
}

fn defused_line(line: &str) -> Cow<'_, str> {
    let plain = anstream::adapter::strip_str(line).to_string();
    let Some(sign) = is_command(&plain).or(is_command(line)) else {
        return line.into();
    };
    let escaped = plain.replace(sign, &format!("\\u{{{:x}}}", u32::from(sign)));
    // It may look like a command of the other kind still.
    defused_line(&escaped).into_owned().into()
}

/// Whether the runner could take a line for a command, and the character without which it could
/// not.
fn is_command(line: &str) -> Option<char> {
    if !line.contains(['#', ':']) {
        return None;
    }
    let has_width =
        |c: &char| c.is_ascii_graphic() || c.is_alphanumeric() || matches!(c, ' ' | '\t');
    let seen: String = line.chars().filter(has_width).collect();
    let begins = seen.trim_start().starts_with("::").then_some(':');
    begins.or(seen.contains("##[").then_some('['))
}

/// Whether standard output is a file.
fn is_file() -> bool {
    #[cfg(unix)]
    let output = std::os::fd::AsFd::as_fd(&io::stdout()).try_clone_to_owned();
    #[cfg(windows)]
    let output = std::os::windows::io::AsHandle::as_handle(&io::stdout()).try_clone_to_owned();
    output.is_ok_and(|output| {
        std::fs::File::from(output)
            .metadata()
            .is_ok_and(|meta| meta.is_file())
    })
}
