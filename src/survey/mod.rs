//! The survey: what of a project's migration history the tool can read, preview and run, statement
//! by statement.
//!
//! It throws whole folders at the stages and keeps what each of them says; nothing is skipped in
//! silence, and nothing stops it but a folder or a snapshot that cannot be used. Knows no tenants,
//! compares no states, judges no rows.

mod folder;
mod json;
mod run;
mod text;

use crate::bounds::CloneKind;
use crate::migration::MigrationError;
use crate::progress::Progress;
use crate::regime::{OnError, Regime, TransactionMode};
use crate::rehearse::{Clone, FrozenClock, RehearseError};
use crate::report::{EngineInfo, Layout, Listing};
use crate::snapshot::{Snapshot, SnapshotError};
use std::io::{self, Write};
use std::path::Path;

/// What to survey and how.
#[derive(Debug)]
pub struct SurveyRequest<'a> {
    /// the folder of SQL files
    pub folder: &'a Path,
    /// whether the folders in it are surveyed too
    pub depth: Depth,
    /// the database that the history starts from; an empty one otherwise
    pub snapshot: Option<&'a Snapshot>,
    /// whether the production runner enforces foreign keys
    pub foreign_keys: bool,
    /// a private folder that the caller removes
    pub workspace: &'a Path,
    /// the time that `now` stands at, in milliseconds after 1970
    pub now_ms: i64,
    /// is told how far the survey is
    pub progress: Progress,
}

/// How deep a folder is looked into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// its own files, in the order of their names
    Files,
    /// those of the folders in it too, in the order of their paths
    Tree,
}

/// Everything that one survey found out.
#[derive(Debug)]
pub struct Survey<'a> {
    /// harness's version
    pub harness: &'static str,
    /// the folder as the user gave it
    pub folder: String,
    /// what the history started from; an empty database where there is none
    pub snapshot: Option<&'a Snapshot>,
    /// the engine and how it was set
    pub engine: EngineInfo,
    /// the files, in the order in which they ran
    pub files: Vec<SurveyedFile>,
}

/// One file of the folder.
#[derive(Debug)]
pub struct SurveyedFile {
    /// the folder's path with the file's place in it
    pub path: String,
    /// what became of it
    pub reading: Reading,
}

/// What became of a file.
#[derive(Debug)]
pub enum Reading {
    /// it is no migration that could be run as it stands
    Refused {
        /// the line that shows it
        line: Option<usize>,
        /// why
        reason: String,
    },
    /// its statements ran, as far as they could
    Ran {
        /// in the file's order
        statements: Vec<SurveyedStatement>,
        /// whether it ended inside a transaction that it had opened, which closing the connection
        /// rolls back
        left_open: bool,
        /// why the rest of it could not be run
        fault: Option<FileFault>,
    },
}

/// Why a file could not be run to its end: the engine, the machine or harness gave up, which no
/// statement can do.
#[derive(Debug)]
pub struct FileFault {
    /// the statement at which it happened, where it is one
    pub statement: Option<usize>,
    /// what happened
    pub message: String,
}

/// One statement and what each stage says about it.
#[derive(Debug)]
pub struct SurveyedStatement {
    /// its number in the file, from 1
    pub index: usize,
    /// its line
    pub line: usize,
    /// what it does
    pub kind: String,
    /// the table that it names
    pub table: Option<String>,
    /// its text
    pub sql: String,
    /// why the grammar does not read it
    pub unparsed: Option<String>,
    /// its preview
    pub previewed: SurveyedPreview,
    /// how it ran
    pub ran: SurveyedRun,
}

/// What came of previewing a statement.
#[derive(Debug, PartialEq, Eq)]
pub enum SurveyedPreview {
    /// the preview returned the rows that the statement wrote, or the reason for the difference is
    /// known
    Yes {
        /// the SELECT
        sql: String,
        /// its distinct rows
        rows: u64,
    },
    /// it is no UPDATE or DELETE, or writes no rows of the database; the reason where it is the
    /// latter
    NotApplicable(Option<String>),
    /// there is none; the reason
    No(String),
    /// its rows are not those that the statement wrote, for no known reason; how they differ
    Differs(String),
    /// the statement was not reached, or its record is lost
    Unknown,
}

/// What came of running a statement.
#[derive(Debug, PartialEq, Eq)]
pub enum SurveyedRun {
    /// it ran
    Yes,
    /// it ran with NULL in the place of these parameters, as no runner would have it
    Unbound(Vec<String>),
    /// the engine's message
    Failed(String),
    /// it would have reached outside the clone; the engine's message
    Refused(String),
    /// the engine, the machine or harness gave up at it; the reason
    GaveUp(String),
    /// it stands behind such a statement
    NotReached,
    /// whether it ran is not known: its record went when the file could not be run to its end
    Lost,
}

/// How many of what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// statements
    pub statements: usize,
    /// those that the grammar reads
    pub parsed: usize,
    /// those that a preview applies to
    pub previewable: usize,
    /// those that were previewed
    pub previewed: usize,
    /// those that ran
    pub ran: usize,
}

/// Why there is no survey. The process exits with 2.
#[derive(Debug, thiserror::Error)]
pub enum SurveyError {
    /// the folder cannot be read
    #[error(transparent)]
    Folder(#[from] MigrationError),
    /// nothing in the folder is named `*.sql`
    #[error("no migration found: {folder} holds no .sql file{hint}")]
    NoFile {
        /// as the user gave it
        folder: String,
        /// what may help
        hint: &'static str,
    },
    /// the snapshot cannot be used
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    /// there is no clone to run on
    #[error(transparent)]
    Rehearse(#[from] RehearseError),
}

impl From<rusqlite::Error> for SurveyError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Rehearse(error.into())
    }
}

/// Surveys a folder: runs its files one after the other on one clone, each on a fresh connection,
/// going on after failures.
///
/// # Errors
/// When the folder cannot be read or holds no `*.sql`, or the snapshot cannot be used or changed
/// meanwhile.
pub fn survey<'a>(request: &SurveyRequest<'a>) -> Result<Survey<'a>, SurveyError> {
    let found = folder::files(request.folder, request.depth)?;
    let snapshot = request.snapshot;
    let clock = FrozenClock::at(request.now_ms, request.workspace, Vec::new())?;
    let clone = match snapshot {
        Some(snapshot) => Clone::create(snapshot, request.workspace, CloneKind::default(), &clock)?,
        None => Clone::empty(request.workspace)?,
    };
    let regime = Regime {
        foreign_keys: request.foreign_keys,
        transaction: TransactionMode::None,
        on_error: OnError::Continue,
    };
    let (all, progress) = (found.len(), &request.progress);
    let file = |(at, file): (usize, folder::FoundFile)| {
        progress.migration(&file.path.display().to_string(), at + 1, all);
        run::file(&file, &clone, &clock, regime, progress)
    };
    let files = found.into_iter().enumerate().map(file).collect();
    progress.leave();
    if let Some(snapshot) = snapshot {
        snapshot.verify_unchanged()?;
    }
    Ok(Survey {
        harness: env!("CARGO_PKG_VERSION"),
        folder: request.folder.display().to_string(),
        snapshot,
        engine: EngineInfo {
            sqlite: rusqlite::version(),
            regime,
            now_ms: request.now_ms,
        },
        files,
    })
}

/// Writes the survey in one format.
///
/// # Errors
/// What `out` gives.
pub fn render(
    survey: &Survey<'_>,
    format: Listing,
    layout: Layout,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        Listing::Text => text::render(survey, layout, out),
        Listing::Json => json::render(survey, out),
    }
}

impl Survey<'_> {
    /// Whether every file was read, and every statement parsed, previewed where that applies, and
    /// ran.
    pub fn is_clean(&self) -> bool {
        self.files.iter().all(SurveyedFile::is_clean)
    }

    /// The statements of all files.
    pub fn totals(&self) -> Totals {
        Totals::of(self.files.iter().flat_map(SurveyedFile::statements))
    }
}

impl SurveyedFile {
    /// Its statements; none where it was refused.
    pub fn statements(&self) -> &[SurveyedStatement] {
        match &self.reading {
            Reading::Refused { .. } => &[],
            Reading::Ran { statements, .. } => statements,
        }
    }

    /// Whether it was read, and every statement of it is clean and lasts.
    pub fn is_clean(&self) -> bool {
        let lasts = matches!(
            self.reading,
            Reading::Ran {
                left_open: false,
                fault: None,
                ..
            }
        );
        lasts && self.statements().iter().all(SurveyedStatement::is_clean)
    }
}

impl SurveyedStatement {
    /// Whether it parsed, was previewed where that applies, and ran.
    pub fn is_clean(&self) -> bool {
        let previewed = matches!(
            self.previewed,
            SurveyedPreview::Yes { .. } | SurveyedPreview::NotApplicable(_)
        );
        self.unparsed.is_none() && previewed && self.ran == SurveyedRun::Yes
    }
}

impl Totals {
    fn of<'a>(statements: impl IntoIterator<Item = &'a SurveyedStatement>) -> Self {
        statements.into_iter().fold(Self::default(), |sum, s| Self {
            statements: sum.statements + 1,
            parsed: sum.parsed + usize::from(s.unparsed.is_none()),
            previewable: sum.previewable
                + usize::from(!matches!(s.previewed, SurveyedPreview::NotApplicable(_))),
            previewed: sum.previewed
                + usize::from(matches!(s.previewed, SurveyedPreview::Yes { .. })),
            ran: sum.ran + usize::from(s.ran == SurveyedRun::Yes),
        })
    }
}
