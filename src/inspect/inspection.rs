//! What an inspection is asked, and what it found.

use super::fitness::{self, FitnessFact};
use super::needs::Needs;
use super::proposal::{self, Proposal};
use super::state::{Database, SnapshotState, TableFacts, TenancyFacts};
use crate::names::TenantNames;
use crate::redaction::Redaction;
use crate::scope::{Tenant, TenantMap};
use crate::snapshot::age::SnapshotAge;
use crate::snapshot::{Header, Identity, Manifest, Snapshot, SnapshotError};
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
    /// harness's version
    pub harness: &'static str,
    /// SQLite's version
    pub sqlite: &'static str,
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
    /// the database, with what a WAL or hot journal adds
    pub database: Database,
    /// who says whose the rows are
    pub tenancy: Option<TenancyFacts>,
    /// columns that may say it, where nobody does; the likeliest first
    pub proposals: Vec<Proposal>,
    /// the tables, by name
    pub tables: Vec<TableFacts>,
    /// rows of each tenant in all tables, the largest number first
    pub tenants: Vec<(Tenant, u64)>,
    /// how tenants are spelled
    pub names: TenantNames,
    /// what of the engine the schema uses
    pub needs: Needs,
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
    /// What was found of `snapshot`, with the facts that follow.
    pub(super) fn new(
        snapshot: &Snapshot,
        state: SnapshotState,
        age: SnapshotAge,
        identity: Identity,
        manifest: Option<Manifest>,
    ) -> Result<Self, SnapshotError> {
        let facts = fitness::facts(&state);
        let proposals = match state.tenancy {
            Some(_) => Vec::new(),
            None => proposal::propose(&state.tables, &state.catalog),
        };
        Ok(Self {
            harness: env!("CARGO_PKG_VERSION"),
            sqlite: rusqlite::version(),
            source: snapshot.source.clone(),
            form: snapshot.form,
            bytes: snapshot.bytes,
            neighbours: snapshot.neighbours(),
            header: snapshot.header()?,
            database: state.database,
            tenancy: state.tenancy,
            proposals,
            tables: state.tables,
            tenants: state.tenants,
            names: state.names,
            needs: state.needs,
            age,
            identity,
            manifest,
            facts,
        })
    }

    /// Whether nothing that decides speaks against a rehearsal on it, or is unknown.
    pub(crate) fn is_fit(&self) -> bool {
        self.facts.iter().all(FitnessFact::allows)
    }
}
