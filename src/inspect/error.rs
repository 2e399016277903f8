//! Why there is no inspection, and how that is said without what reports do not show.

use crate::hidden::errors;
use crate::redaction::Redaction;
use crate::rehearse::{LookupError, QueryError, RehearseError};
use crate::snapshot::SnapshotError;

/// Why there is no inspection. The process exits with 2.
#[derive(Debug, thiserror::Error)]
pub(crate) enum InspectError {
    /// the snapshot cannot be used
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    /// there is no clone to read
    #[error(transparent)]
    Rehearse(#[from] RehearseError),
    /// a tenant lookup cannot be used
    #[error("{by}: {source}")]
    Lookup {
        /// who declared it
        by: String,
        /// what is wrong with it
        source: LookupError,
    },
    /// the query for the tenants' names cannot be used
    #[error("{by}: [tenant] labels: {source}: {sql}")]
    Labels {
        /// who declared it
        by: String,
        /// the query
        sql: String,
        /// what is wrong with it
        source: QueryError,
    },
    /// the tenants' names are what reports do not show
    #[error("{0}: [tenant] labels gives what [report] redact hides: labels stand in every report")]
    LabelsRedacted(String),
    /// one of the others, without what reports do not show
    #[error("{0}")]
    Redacted(String),
}

impl InspectError {
    /// The same error without what reports do not show.
    pub(super) fn hiding(self, redaction: &Redaction) -> Self {
        if redaction.is_nothing() {
            return self;
        }
        match &self {
            Self::Labels { by, sql, source } => Self::Redacted(errors::query(
                redaction,
                &format!("{by}: [tenant] labels"),
                &source.to_string(),
                sql,
            )),
            Self::Lookup { .. } => Self::Redacted(errors::lookup(redaction, &self.to_string())),
            Self::Rehearse(RehearseError::Sqlite(reason)) => Self::Redacted(errors::said(
                redaction,
                &self.to_string(),
                &crate::sql::message(reason),
            )),
            Self::Rehearse(_) | Self::Snapshot(_) | Self::LabelsRedacted(_) | Self::Redacted(_) => {
                self
            }
        }
    }
}

impl From<rusqlite::Error> for InspectError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Rehearse(error.into())
    }
}
