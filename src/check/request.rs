//! What a check is asked, and what it gives.

use crate::config::Config;
use crate::migration::{Branch, Migration};
use crate::record::Evidence;
use crate::snapshot::Snapshot;
use crate::verdict::Amendment;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// What to rehearse and how.
#[derive(Debug)]
pub struct Request<'a> {
    /// the validated configuration
    pub config: &'a Config,
    /// the snapshot
    pub snapshot: &'a Snapshot,
    /// the migrations, in the order in which they run
    pub migrations: Migrations<'a>,
    /// a private folder that the caller removes
    pub workspace: &'a Path,
    /// what `now` is throughout, in milliseconds after 1970
    pub now_ms: i64,
    /// rows kept for each group
    pub samples: usize,
    /// where to leave the migrated database
    pub keep_clone: Option<&'a Path>,
    /// whether the record needs the hash of the snapshot
    pub identify: bool,
    /// whether to do what costs a second run or a whole scan
    pub deep: bool,
    /// makes the capture fail after so many writes, to test what follows then
    pub fail_capture_after: Option<u64>,
}

/// Which migrations to rehearse.
#[derive(Debug)]
pub enum Migrations<'a> {
    /// these
    Named(&'a [Migration]),
    /// those of the folder that the configured query does not name as applied; the paths in its
    /// sub-folders that look like migrations and are taken for none
    Pending(&'a [Migration], &'a [String]),
    /// those of the folder that a branch changes; where the query is configured, with all that are
    /// pending
    Changed(&'a [Migration], &'a Branch),
}

/// What a run found out.
#[derive(Debug)]
pub struct Checked {
    /// the record of it
    pub evidence: Evidence,
    /// for each migration that ran, what its declared scope would have to become to hold what was
    /// observed
    pub amendments: Vec<Amendment>,
}

impl Request<'_> {
    /// The time of the rehearsal.
    pub(super) fn now(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_millis(u64::try_from(self.now_ms).unwrap_or_default())
    }

    /// Whether all migrations run that are not applied, so that none is left to make what the
    /// configuration names.
    pub(super) fn is_whole(&self) -> bool {
        match self.migrations {
            Migrations::Named(_) => false,
            Migrations::Pending(..) => true,
            Migrations::Changed(..) => self.config.applied.is_some(),
        }
    }
}
