//! What a survey found: files, their statements, and what each stage says of them.

use crate::record::Engine;
use crate::snapshot::Snapshot;
use serde::Serialize;

/// Everything that one survey found out.
#[derive(Debug)]
pub(crate) struct Survey<'a> {
    /// the folder as the user gave it
    pub folder: String,
    /// the snapshot that the history started from; an empty database where there is none
    pub snapshot: Option<&'a Snapshot>,
    /// the engine and how it was set
    pub engine: Engine,
    /// the files, in the order in which they ran
    pub files: Vec<SurveyedFile>,
}

/// One file of the folder.
#[derive(Debug)]
pub(crate) struct SurveyedFile {
    /// the folder's path with the file's place in it
    pub path: String,
    /// what became of it
    pub reading: Reading,
}

/// What became of a file.
#[derive(Debug)]
pub(crate) enum Reading {
    /// it is no migration that could be run
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

/// Why a file could not be run to its end: the engine, the machine or harness gave up.
#[derive(Debug)]
pub(crate) struct FileFault {
    /// the statement at which it happened, if it was at one
    pub statement: Option<usize>,
    /// what happened
    pub message: String,
}

/// One statement and what each stage says about it.
#[derive(Debug)]
pub(crate) struct SurveyedStatement {
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
pub(crate) enum SurveyedPreview {
    /// the preview returned the rows that the statement wrote, or the reason for the difference is
    /// known
    Yes {
        /// the SELECT
        sql: String,
        /// its distinct rows
        rows: u64,
    },
    /// it is no UPDATE or DELETE, or writes no rows of the database; for the latter the reason
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
pub(crate) enum SurveyedRun {
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
    /// it is behind such a statement
    NotReached,
    /// it is not known whether it ran: the record is lost of a file not run to its end
    Lost,
}

/// How many of what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Totals {
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

impl Survey<'_> {
    /// Whether every file was read, and every statement parsed, previewed where that applies, and
    /// ran.
    pub(crate) fn is_clean(&self) -> bool {
        self.files.iter().all(SurveyedFile::is_clean)
    }

    /// The statements of all files.
    pub(crate) fn totals(&self) -> Totals {
        Totals::of(self.files.iter().flat_map(SurveyedFile::statements))
    }
}

impl SurveyedFile {
    /// Its statements; none where it was refused.
    pub(crate) fn statements(&self) -> &[SurveyedStatement] {
        match &self.reading {
            Reading::Refused { .. } => &[],
            Reading::Ran { statements, .. } => statements,
        }
    }

    /// Whether it was read, and every statement of it is clean and lasts.
    pub(crate) fn is_clean(&self) -> bool {
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
    pub(crate) fn is_clean(&self) -> bool {
        let previewed = matches!(
            self.previewed,
            SurveyedPreview::Yes { .. } | SurveyedPreview::NotApplicable(_)
        );
        self.unparsed.is_none() && previewed && self.ran == SurveyedRun::Yes
    }
}

impl Totals {
    pub(super) fn of<'a>(statements: impl IntoIterator<Item = &'a SurveyedStatement>) -> Self {
        let mut totals = Self::default();
        for statement in statements {
            let [previewable, previewed] = match &statement.previewed {
                SurveyedPreview::NotApplicable(_) => [0, 0],
                SurveyedPreview::Yes { .. } => [1, 1],
                _ => [1, 0],
            };
            totals.statements += 1;
            totals.parsed += usize::from(statement.unparsed.is_none());
            totals.previewable += previewable;
            totals.previewed += previewed;
            totals.ran += usize::from(statement.ran == SurveyedRun::Yes);
        }
        totals
    }
}
