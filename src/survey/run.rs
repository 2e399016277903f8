//! Running one file of a survey on the clone, and putting together what the stages say about each
//! of its statements.

use super::folder::FoundFile;
use super::{FileFault, Reading, SurveyedFile, SurveyedPreview, SurveyedRun, SurveyedStatement};
use crate::bounds::Bounds;
use crate::migration::{self, Migration, MigrationError, Statement, StatementKind};
use crate::progress::Progress;
use crate::regime::Regime;
use crate::rehearse::{
    self, Clone, Engine, FrozenClock, Mismatch, Outcome, Place, PreviewRun, Rehearsal,
    RehearseError, StatementRun,
};
use crate::rewrite::{self, NoPreview};
use crate::scope::TenantMap;
use crate::sql::message;

/// Reads and runs one file.
pub(super) fn file(
    found: &FoundFile,
    clone: &Clone,
    clock: &FrozenClock,
    regime: Regime,
    progress: &Progress,
) -> SurveyedFile {
    let path = found.path.display().to_string();
    let reading = match &found.refused {
        Some(reason) => Reading::Refused {
            line: None,
            reason: reason.clone(),
        },
        None => match migration::read(&found.path) {
            Err(error) => refused(error),
            Ok(migration) => ran(
                &migration,
                rehearse(&migration, clone, clock, regime, progress),
            ),
        },
    };
    SurveyedFile { path, reading }
}

/// The reason without the path, which stands before it already.
fn refused(error: MigrationError) -> Reading {
    match error {
        MigrationError::Unreadable { reason, .. } | MigrationError::Unusable { reason, .. } => {
            Reading::Refused { line: None, reason }
        }
        MigrationError::Foreign { line, reason, .. } => Reading::Refused {
            line: Some(line),
            reason,
        },
    }
}

/// On a fresh connection, as a runner would.
fn rehearse(
    migration: &Migration,
    clone: &Clone,
    clock: &FrozenClock,
    regime: Regime,
    progress: &Progress,
) -> Result<Rehearsal, RehearseError> {
    let mut engine =
        Engine::open(clone.path(), regime, &Bounds::default(), clock, None)?.telling(progress);
    let rehearsal = rehearse::rehearse(
        &mut engine,
        migration,
        regime,
        Place::Last,
        &TenantMap::nobody(),
        0,
    )?;
    engine.close()?;
    Ok(rehearsal)
}

fn ran(migration: &Migration, rehearsal: Result<Rehearsal, RehearseError>) -> Reading {
    match rehearsal {
        Ok(rehearsal) => {
            let of_runner = rehearsal
                .failure
                .filter(|failure| failure.statement.is_none());
            let fault = of_runner.map(|failure| FileFault {
                statement: None,
                message: failure.message,
            });
            let mut runs = rehearsal.statements.into_iter();
            let statements = migration
                .statements
                .iter()
                .map(|s| with_run(migration, s, runs.next()))
                .collect();
            Reading::Ran {
                statements,
                left_open: rehearsal.left_open,
                fault,
            }
        }
        Err(error) => {
            let fault = FileFault {
                statement: place(&error),
                message: reason(&error),
            };
            let statements = migration
                .statements
                .iter()
                .map(|s| around(migration, s, &fault))
                .collect();
            Reading::Ran {
                statements,
                left_open: false,
                fault: Some(fault),
            }
        }
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

/// The reason without the place, which stands before it already.
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

/// A statement with its record; without one it was not reached.
fn with_run(
    migration: &Migration,
    statement: &Statement,
    run: Option<StatementRun>,
) -> SurveyedStatement {
    match run {
        None => surveyed(
            migration,
            statement,
            unknown(statement),
            SurveyedRun::NotReached,
        ),
        Some(run) => surveyed(
            migration,
            statement,
            previewed(run.preview),
            outcome(run.error, run.outcome == Outcome::Refused, run.unbound),
        ),
    }
}

/// A statement of a file that could not be run to its end.
fn around(migration: &Migration, statement: &Statement, fault: &FileFault) -> SurveyedStatement {
    let ran = match fault.statement {
        Some(at) if at == statement.index => SurveyedRun::GaveUp(fault.message.clone()),
        Some(at) if at < statement.index => SurveyedRun::NotReached,
        _ => SurveyedRun::Lost,
    };
    surveyed(migration, statement, unknown(statement), ran)
}

/// The preview of a statement that left no record.
fn unknown(statement: &Statement) -> SurveyedPreview {
    match statement.kind {
        StatementKind::Update | StatementKind::Delete => SurveyedPreview::Unknown,
        _ => SurveyedPreview::NotApplicable(None),
    }
}

fn surveyed(
    migration: &Migration,
    statement: &Statement,
    previewed: SurveyedPreview,
    ran: SurveyedRun,
) -> SurveyedStatement {
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

fn previewed(preview: Option<Result<PreviewRun, NoPreview>>) -> SurveyedPreview {
    match preview {
        None => SurveyedPreview::NotApplicable(None),
        Some(Err(none)) if none.is_a_gap() => SurveyedPreview::No(none.to_string()),
        Some(Err(none)) => SurveyedPreview::NotApplicable(Some(none.to_string())),
        Some(Ok(PreviewRun {
            mismatch:
                Some(Mismatch {
                    unwritten,
                    unforeseen,
                    reason: None,
                }),
            ..
        })) => SurveyedPreview::Differs(format!(
            "rows previewed and not written: {unwritten}; rows written and not previewed: \
            {unforeseen}"
        )),
        Some(Ok(run)) => SurveyedPreview::Yes {
            sql: run.sql,
            rows: run.rows,
        },
    }
}

fn outcome(error: Option<String>, refused: bool, unbound: Vec<String>) -> SurveyedRun {
    match error {
        Some(message) if refused => SurveyedRun::Refused(message),
        Some(message) => SurveyedRun::Failed(message),
        None if unbound.is_empty() => SurveyedRun::Yes,
        None => SurveyedRun::Unbound(unbound),
    }
}
