//! The inspection: what a snapshot is, whose rows it has, how they are keyed, how old it is, and
//! whether it is fit for rehearsal.
//!
//! Reads a clone, as a rehearsal would, and runs no migration. What it could not find out it says;
//! a snapshot of which something that decides is not known is not called fit. The facts that decide
//! stand in [`fitness`].

pub mod fitness;
mod json;
pub mod needs;
pub mod proposal;
pub mod rows;
mod state;
mod text;

use crate::bounds::CloneKind;
use crate::hidden::errors;
use crate::names::TenantNames;
use crate::redaction::Redaction;
use crate::rehearse::{Clone, Engine, FrozenClock, LookupError, QueryError, RehearseError};
use crate::report::{Layout, Listing};
use crate::scope::{Tenant, TenantMap};
use crate::snapshot::age::Age;
use crate::snapshot::{
    Header, Identify, Identity, IdentityFrom, Manifest, Snapshot, SnapshotError,
};
use fitness::Fact;
use needs::Needs;
use proposal::Proposal;
use rusqlite::Connection;
use state::Found;
use std::io::{self, Write};
use std::path::Path;
use std::time::SystemTime;

pub use state::{Database, TableFacts, TenancyFacts};

/// What to inspect and how.
#[derive(Debug)]
pub struct Request<'a> {
    /// the snapshot
    pub snapshot: &'a Snapshot,
    /// who says whose the rows are; none where nobody does
    pub tenancy: Option<Declared<'a>>,
    /// whether the whole database is read to see that it is sound
    pub deep: bool,
    /// what becomes of the snapshot's manifest
    pub manifest: ManifestUse,
    /// a private folder that the caller removes
    pub workspace: &'a Path,
    /// the time it is now
    pub now: SystemTime,
    /// the same in milliseconds after 1970, as the clock of the clone's connections stands
    pub now_ms: i64,
}

/// A tenant map, and where it was declared.
#[derive(Debug, Clone, Copy)]
pub struct Declared<'a> {
    /// the configuration's path, or the option
    pub by: &'a str,
    /// how each table says whose its rows are
    pub map: &'a TenantMap,
    /// the query for the tenants' names
    pub labels: Option<&'a str>,
    /// what reports do not show
    pub redaction: &'a Redaction,
}

/// What becomes of the snapshot's manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ManifestUse {
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
pub struct Inspection {
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
    /// the database, with what stands in a WAL or hot journal taken in
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
    pub age: Age,
    /// its hash
    pub identity: Identity,
    /// the manifest that was asked for
    pub manifest: Option<Manifest>,
    /// what makes it fit for rehearsal, or unfit
    pub facts: Vec<Fact>,
}

/// Why there is no inspection. The process exits with 2.
#[derive(Debug, thiserror::Error)]
pub enum InspectError {
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
    fn hiding(self, redaction: &Redaction) -> Self {
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

/// Inspects a snapshot, and hashes it meanwhile.
///
/// # Errors
/// When the snapshot cannot be used or changes meanwhile, or the tenancy declared for it cannot be.
pub fn inspect(request: &Request<'_>) -> Result<Inspection, InspectError> {
    let nothing = Redaction::default();
    inspected(request).map_err(|error| {
        error.hiding(
            request
                .tenancy
                .map_or(&nothing, |declared| declared.redaction),
        )
    })
}

fn inspected(request: &Request<'_>) -> Result<Inspection, InspectError> {
    let snapshot = request.snapshot;
    let known = snapshot.manifest()?;
    let how: Identify = match request.manifest {
        ManifestUse::Read => Snapshot::identity,
        ManifestUse::Make { .. } => |snapshot| {
            Ok(Identity {
                blake3: snapshot.blake3()?,
                from: IdentityFrom::File,
            })
        },
    };
    let (found, identity) = snapshot.identify_beside(how, || {
        with_state(snapshot, request.workspace, request.now_ms, |conn| {
            state::read(conn, request)
        })
    });
    let (found, identity) = (found?, identity?);
    snapshot.verify_unchanged()?;
    let manifest = match &request.manifest {
        ManifestUse::Read => None,
        ManifestUse::Make { taken_at } => {
            let taken_at = taken_at
                .clone()
                .or_else(|| known.as_ref()?.taken_at.clone());
            Some(snapshot.certify(&identity.blake3, taken_at, request.now)?)
        }
    };
    let age = Age::of(snapshot, manifest.as_ref().or(known.as_ref()), request.now);
    let proposals = if request.tenancy.is_some() {
        Vec::new()
    } else {
        proposal::propose(&found.tables, &found.catalog)
    };
    let facts = fitness::facts(&found);
    let Found {
        database,
        tenancy,
        tables,
        tenants,
        names,
        needs,
        ..
    } = found;
    Ok(Inspection {
        harness: env!("CARGO_PKG_VERSION"),
        sqlite: rusqlite::version(),
        source: snapshot.source.clone(),
        form: snapshot.form,
        bytes: snapshot.bytes,
        neighbours: snapshot.neighbours(),
        header: snapshot.header()?,
        database,
        tenancy,
        proposals,
        tables,
        tenants,
        names,
        needs,
        age,
        identity,
        manifest,
        facts,
    })
}

/// Has `read` read the state of the snapshot, as a rehearsal would find it.
pub(crate) fn with_state<T>(
    snapshot: &Snapshot,
    workspace: &Path,
    now_ms: i64,
    read: impl FnOnce(&Connection) -> Result<T, InspectError>,
) -> Result<T, InspectError> {
    let clock = FrozenClock::at(now_ms, workspace, Vec::new())?;
    let clone = Clone::create(snapshot, workspace, CloneKind::default(), &clock)?;
    let state = Engine::open_state(clone.path(), &clock).map_err(|e| snapshot.unreadable(&e))?;
    read(&state).map_err(|error| match error {
        InspectError::Rehearse(RehearseError::Sqlite(reason)) => {
            snapshot.unreadable(&reason).into()
        }
        other => other,
    })
}

impl Inspection {
    /// Whether nothing that decides speaks against a rehearsal on it, or is unknown.
    pub fn is_fit(&self) -> bool {
        self.facts.iter().all(Fact::allows)
    }
}

/// Writes the inspection in one format; of tenants, the `most` with the largest numbers of rows.
///
/// # Errors
/// What `out` gives.
pub fn render(
    inspection: &Inspection,
    format: Listing,
    most: usize,
    layout: Layout,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        Listing::Text => text::render(inspection, most, layout, out),
        Listing::Json => json::render(inspection, most, out),
    }
}
