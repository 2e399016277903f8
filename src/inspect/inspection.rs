//! What an inspection is asked, and what it found.

use super::fitness::FitnessFact;
use super::proposal::Proposal;
use super::state::SnapshotState;
use crate::redaction::Redaction;
use crate::scope::TenantMap;
use crate::snapshot::age::SnapshotAge;
use crate::snapshot::{
    Header, Identify, Identity, IdentityFrom, Manifest, Snapshot, SnapshotError,
};
use std::path::Path;
use std::time::SystemTime;

/// What to inspect and how.
#[derive(Debug)]
pub(crate) struct InspectRequest<'a> {
    /// the snapshot
    pub snapshot: &'a Snapshot,
    /// who declares whose the rows are; none where nobody does
    pub tenancy: Option<DeclaredTenancy>,
    /// whether the whole database is read to see that it is sound
    pub deep: bool,
    /// what becomes of the snapshot's manifest
    pub manifest: ManifestUse,
    /// a private folder that the caller removes
    pub workspace: &'a Path,
    /// the time it is now
    pub now: SystemTime,
    /// the same in milliseconds after 1970, for the clock of the clone's connections
    pub now_ms: i64,
}

impl InspectRequest<'_> {
    /// How the snapshot is hashed: from the files themselves where a manifest is made.
    pub(super) fn how(&self) -> Identify {
        match self.manifest {
            ManifestUse::Read => Snapshot::identity,
            ManifestUse::Make { .. } => |snapshot| {
                Ok(Identity {
                    blake3: snapshot.blake3()?,
                    from: IdentityFrom::File,
                })
            },
        }
    }

    /// The manifest that is asked for; `known` is the one that is there.
    pub(super) fn made(
        &self,
        identity: &Identity,
        known: Option<&Manifest>,
    ) -> Result<Option<Manifest>, SnapshotError> {
        let ManifestUse::Make { taken_at } = &self.manifest else {
            return Ok(None);
        };
        let taken_at = taken_at.clone().or_else(|| known?.taken_at.clone());
        let made = self
            .snapshot
            .certify(&identity.blake3, taken_at, self.now)?;
        Ok(Some(made))
    }
}

/// A tenant map, and where it was declared.
#[derive(Debug)]
pub(crate) struct DeclaredTenancy {
    /// the configuration's path, or the option
    pub by: String,
    /// how each table says whose its rows are
    pub map: TenantMap,
    /// the query for the tenants' names
    pub labels: Option<String>,
    /// what reports do not show
    pub redaction: Redaction,
}

/// What becomes of the snapshot's manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ManifestUse {
    /// it is believed where it is of these very files
    Read,
    /// it is made anew, from the bytes of the files
    Make {
        /// when the snapshot was taken, as RFC 3339 in UTC; as the old manifest says, where none is
        /// given and that is of these files
        taken_at: Option<String>,
    },
}

/// Everything that one inspection found out.
#[derive(Debug)]
pub(crate) struct Inspection {
    /// the path as the user gave it
    pub source: String,
    /// what it is, such as `SQL dump`
    pub form: &'static str,
    /// size of the file
    pub bytes: u64,
    /// suffix and size of the files of SQLite's beside it
    pub neighbours: Vec<(&'static str, u64)>,
    /// the header of the file, where that is a database
    pub header: Option<Header>,
    /// what the database says by itself
    pub state: SnapshotState,
    /// columns that may say whose a row is, where nobody does; the likeliest first
    pub proposals: Vec<Proposal>,
    /// when it was taken and written to
    pub age: SnapshotAge,
    /// its hash
    pub identity: Identity,
    /// the manifest that was asked for
    pub manifest: Option<Manifest>,
    /// what makes it fit for rehearsal, or unfit
    pub facts: Vec<FitnessFact>,
}

impl Inspection {
    /// Whether nothing that decides speaks against a rehearsal on it, or is unknown.
    pub(crate) fn is_fit(&self) -> bool {
        self.facts.iter().all(FitnessFact::allows)
    }
}
