//! The inspection: what a snapshot is, whose rows it has, how they are keyed, how old it is, and
//! whether it is fit for rehearsal.
//!
//! Reads a clone, as a rehearsal would, and runs no migration. It says what it could not find out;
//! a snapshot of which a deciding fact is not known is not called fit. [`fitness`] has the facts
//! that decide.

mod error;
pub(crate) mod fitness;
mod inspection;
mod json;
pub(crate) mod needs;
pub(crate) mod proposal;
pub(crate) mod rows;
mod state;
mod text;

pub(crate) use error::InspectError;
pub(crate) use inspection::{DeclaredTenancy, InspectRequest, Inspection, ManifestUse};

use crate::bounds::CloneKind;
use crate::redaction::Redaction;
use crate::rehearse::{Clone, Engine, FrozenClock, RehearseError};
use crate::report::{Layout, Listing, Page};
use crate::snapshot::Snapshot;
use crate::snapshot::age::SnapshotAge;
use rusqlite::Connection;
use std::io::{self, Write};
use std::path::Path;

/// Inspects a snapshot, and hashes it meanwhile.
///
/// # Errors
/// When the snapshot cannot be used or changes meanwhile, or the tenancy declared for it cannot be.
pub(crate) fn inspect(request: &InspectRequest<'_>) -> Result<Inspection, InspectError> {
    let redaction = request.tenancy.as_ref().map(|declared| &declared.redaction);
    inspected(request).map_err(|error| error.hiding(redaction.unwrap_or(&Redaction::default())))
}

fn inspected(request: &InspectRequest<'_>) -> Result<Inspection, InspectError> {
    let snapshot = request.snapshot;
    let known = snapshot.manifest()?;
    let (state, identity) = snapshot.identify_beside(request.how(), || {
        with_state(snapshot, request.workspace, request.now_ms, |conn| {
            state::read(conn, request)
        })
    });
    let (state, identity) = (state?, identity?);
    snapshot.verify_unchanged()?;
    let manifest = request.made(&identity, known.as_ref())?;
    let age = SnapshotAge::of(snapshot, manifest.as_ref().or(known.as_ref()), request.now);
    let proposals = match state.tenancy {
        Some(_) => Vec::new(),
        None => proposal::propose(&state.tables),
    };
    Ok(Inspection {
        source: snapshot.source.clone(),
        form: snapshot.form,
        bytes: snapshot.bytes,
        neighbours: snapshot.neighbours(),
        header: snapshot.header()?,
        facts: fitness::facts(&state),
        state,
        proposals,
        age,
        identity,
        manifest,
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

/// Writes the inspection in one format; of tenants, the `most` with the largest numbers of rows.
///
/// # Errors
/// What `out` gives.
pub(crate) fn render(
    inspection: &Inspection,
    format: Listing,
    most: usize,
    layout: Layout,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        Listing::Text => Page::write(layout, out, |page| text::render(inspection, most, page)),
        Listing::Json => json::render(inspection, most, out),
    }
}
