//! Running the files of a survey on one clone, and putting together what the stages say about each
//! statement.

use super::folder::FoundFile;
use super::{
    FileFault, Reading, Survey, SurveyError, SurveyRequest, SurveyedFile, SurveyedPreview,
    SurveyedRun, SurveyedStatement,
};
use crate::bounds::{Bounds, CloneKind};
use crate::migration::{self, Migration, MigrationError, Statement, StatementKind};
use crate::progress::Progress;
use crate::record;
use crate::regime::{OnError, Regime, TransactionMode};
use crate::rehearse::{
    self, Clone, Engine, FrozenClock, Mismatch, Outcome, Place, PreviewRun, Rehearsal,
    RehearseError, StatementRun,
};
use crate::rewrite::{self, NoPreview};
use crate::scope::TenantMap;
use crate::snapshot::Snapshot;
use crate::sql::message;

/// Runs the files one after the other on a clone of the snapshot, or on an empty database.
pub(super) fn survey<'a>(
    request: &SurveyRequest<'a>,
    found: &[FoundFile],
) -> Result<Survey<'a>, SurveyError> {
    let runner = SurveyRunner::new(request)?;
    let file = |(at, file): (usize, &FoundFile)| {
        let path = file.path.display().to_string();
        request.progress.migration(&path, at + 1, found.len());
        let reading = runner.read(file);
        SurveyedFile { path, reading }
    };
    let files = found.iter().enumerate().map(file).collect();
    request.progress.leave();
    request
        .snapshot
        .map_or(Ok(()), Snapshot::verify_unchanged)?;
    Ok(Survey {
        folder: request.folder.display().to_string(),
        snapshot: request.snapshot,
        engine: record::Engine::new(runner.regime, request.now_ms),
        files,
    })
}

/// What the files run on, and how.
struct SurveyRunner<'a> {
    clone: Clone,
    clock: FrozenClock,
    regime: Regime,
    progress: &'a Progress,
}

impl<'a> SurveyRunner<'a> {
    fn new(request: &'a SurveyRequest<'_>) -> Result<Self, SurveyError> {
        let workspace = request.workspace;
        let clock = FrozenClock::at(request.now_ms, workspace, Vec::new())?;
        Ok(Self {
            clone: match request.snapshot {
                Some(snapshot) => Clone::create(snapshot, workspace, CloneKind::default(), &clock)?,
                None => Clone::empty(workspace)?,
            },
            clock,
            regime: Regime {
                foreign_keys: request.foreign_keys,
                transaction: TransactionMode::None,
                on_error: OnError::Continue,
            },
            progress: &request.progress,
        })
    }

    fn read(&self, found: &FoundFile) -> Reading {
        if let Some(reason) = &found.refused {
            return Reading::Refused {
                line: None,
                reason: reason.clone(),
            };
        }
        match migration::read(&found.path) {
            Err(error) => refused(error),
            Ok(migration) => match self.rehearse(&migration) {
                Ok(rehearsal) => ran(&migration, rehearsal),
                Err(error) => gave_up(&migration, &error),
            },
        }
    }

    /// Rehearses on a fresh connection, as a runner would.
    fn rehearse(&self, migration: &Migration) -> Result<Rehearsal, RehearseError> {
        let bounds = Bounds::default();
        let engine = Engine::open(self.clone.path(), self.regime, &bounds, &self.clock, None)?;
        let mut engine = engine.telling(self.progress);
        let nobody = TenantMap::nobody();
        let rehearsal =
            rehearse::rehearse(&mut engine, migration, self.regime, Place::Last, &nobody, 0)?;
        engine.close()?;
        Ok(rehearsal)
    }
}

/// The reason without the path, which is before it already.
fn refused(error: MigrationError) -> Reading {
    let (line, reason) = match error {
        MigrationError::Unreadable { reason, .. } => (None, reason),
        MigrationError::Foreign { line, reason, .. } => (Some(line), reason),
    };
    Reading::Refused { line, reason }
}

fn ran(migration: &Migration, rehearsal: Rehearsal) -> Reading {
    let failure = rehearsal.failure;
    let of_runner = failure.filter(|failure| failure.statement.is_none());
    let mut runs = rehearsal.statements.into_iter();
    let statement = |statement| {
        let run = runs.next().ok_or(SurveyedRun::NotReached);
        surveyed(migration, statement, run)
    };
    Reading::Ran {
        statements: migration.statements.iter().map(statement).collect(),
        left_open: rehearsal.left_open,
        fault: of_runner.map(|failure| FileFault {
            statement: None,
            message: failure.message,
        }),
    }
}

fn gave_up(migration: &Migration, error: &RehearseError) -> Reading {
    let (place, message) = (place(error), reason(error));
    let statement = |statement: &Statement| {
        let run = match place {
            Some(at) if at == statement.index => SurveyedRun::GaveUp(message.clone()),
            Some(at) if at < statement.index => SurveyedRun::NotReached,
            _ => SurveyedRun::Lost,
        };
        surveyed(migration, statement, Err(run))
    };
    Reading::Ran {
        statements: migration.statements.iter().map(statement).collect(),
        left_open: false,
        fault: Some(FileFault {
            statement: place,
            message,
        }),
    }
}

/// The statement at which a rehearsal could not go on.
fn place(error: &RehearseError) -> Option<usize> {
    match error {
        RehearseError::Engine { statement, .. } | RehearseError::Split { statement, .. } => {
            Some(*statement)
        }
        RehearseError::Capture { statement, .. } => Some(*statement).filter(|at| *at > 0),
        _ => None,
    }
}

/// The reason without the place, which is before it already.
fn reason(error: &RehearseError) -> String {
    match error {
        RehearseError::Engine { reason, .. } => {
            format!("the engine cannot go on: {}", message(reason))
        }
        RehearseError::Capture { reason, .. } => format!("the capture failed: {reason}"),
        RehearseError::Split { .. } => {
            "the engine ends it earlier than SQLite's own rules do".to_owned()
        }
        other => other.to_string(),
    }
}

/// A statement with its run, or with what is known of that where it left no record.
fn surveyed(
    migration: &Migration,
    statement: &Statement,
    run: Result<StatementRun, SurveyedRun>,
) -> SurveyedStatement {
    let is_previewed = matches!(
        statement.kind,
        StatementKind::Update | StatementKind::Delete
    );
    let (previewed, ran) = match run {
        Ok(run) => (
            previewed(run.preview),
            ended(run.outcome, run.error, run.unbound),
        ),
        Err(ran) if is_previewed => (SurveyedPreview::Unknown, ran),
        Err(ran) => (SurveyedPreview::NotApplicable(None), ran),
    };
    let sql = migration.sql(statement);
    SurveyedStatement {
        index: statement.index,
        line: statement.line,
        kind: statement.kind.word().to_owned(),
        table: statement.table.clone(),
        sql: sql.to_owned(),
        unparsed: rewrite::read(sql).err(),
        previewed,
        ran,
    }
}

fn ended(outcome: Outcome, error: Option<String>, unbound: Vec<String>) -> SurveyedRun {
    match error {
        Some(message) if outcome == Outcome::Refused => SurveyedRun::Refused(message),
        Some(message) => SurveyedRun::Failed(message),
        None if unbound.is_empty() => SurveyedRun::Yes,
        None => SurveyedRun::Unbound(unbound),
    }
}

fn previewed(preview: Option<Result<PreviewRun, NoPreview>>) -> SurveyedPreview {
    match preview {
        None => SurveyedPreview::NotApplicable(None),
        Some(Err(none)) if none.is_a_gap() => SurveyedPreview::No(none.to_string()),
        Some(Err(none)) => SurveyedPreview::NotApplicable(Some(none.to_string())),
        Some(Ok(run)) => match run.mismatch {
            Some(Mismatch {
                unwritten,
                unforeseen,
                reason: None,
                ..
            }) => SurveyedPreview::Differs(format!(
                "rows previewed and not written: {unwritten}; rows written and not previewed: \
                {unforeseen}"
            )),
            _ => SurveyedPreview::Yes {
                sql: run.sql,
                rows: run.rows,
            },
        },
    }
}
