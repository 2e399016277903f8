//! The whole job: from a configuration, a snapshot and migrations to the record of a run. Composes
//! the stages and decides nothing.
//!
//! For each migration, on what the ones before it left: the state before is held, the migration is
//! rehearsed, the two states are compared, the difference is judged, and all of it is recorded.

mod branch;
mod claims;
mod deep;
mod error;
mod expected;
mod facts;
mod fork;
mod indexes;
mod redacted;
mod request;
mod selection;
mod session;
mod stage;
mod unmatched;

pub use error::CheckError;
pub use request::{Checked, Migrations, Request};

use crate::record::{self, Evidence};
use crate::verdict::{self, Case};
use session::{Planned, Session};

/// Rehearses the migrations and judges each.
///
/// # Errors
/// When the rehearsal could not be done, for whatever reason; a migration that fails is part of the
/// record.
pub fn check(request: &Request<'_>) -> Result<Checked, CheckError> {
    let redaction = &request.config.redaction;
    run(request).map_err(|error| redacted::error(redaction, error.blaming(request.snapshot)))
}

fn run(request: &Request<'_>) -> Result<Checked, CheckError> {
    let (mut session, selected) = Session::begin(request)?;
    let plan = session::plan(request.config, &selected.run)?;
    let mut ran = Vec::new();
    let identity = session.identified(|session| {
        for planned in &plan {
            let is_reached = session.advance(planned)?;
            ran.push(if is_reached {
                one(session, planned)?
            } else {
                session.unrun(planned.migration, verdict::not_run())
            });
        }
        session.end()
    })?;
    let warnings = session.warnings(selected.warnings)?;
    let mut migrations = Vec::new();
    for (migration, verdict) in selected.unrun {
        migrations.push(session.unrun(migration, verdict));
    }
    migrations.extend(ran);
    let given = session.given(identity.transpose()?);
    session.keep_clone()?;
    Ok(Checked {
        evidence: Evidence::new(given, warnings, selected.branch, migrations),
        amendments: session.amendments,
    })
}

/// Rehearses and judges one migration.
fn one(session: &mut Session<'_>, planned: &Planned<'_>) -> Result<record::Migration, CheckError> {
    let (request, migration) = (session.request, planned.migration);
    let config = request.config;
    let (held, scope) = session.hold(planned)?;
    let (mut ran, (mut facts, integrity)) = session.rehearse(held, planned)?;
    let claims = session.claims(&mut ran, planned)?;
    let conserved = session.conserved(&mut ran, planned)?;
    let hidden = session.hidden(planned, &ran, conserved.as_ref());
    facts.indexes = std::mem::take(&mut ran.indexes);
    facts.deep = session.deep(migration, &ran, integrity)?;
    facts.strangers = session.strangers.take();
    let case = Case {
        migration,
        rehearsal: &ran.rehearsal,
        diff: &ran.diff,
        facts: &facts,
        scope: scope.as_ref(),
        kept: conserved.as_ref(),
        claims: claims.as_deref(),
        tenants: &config.tenants,
        names: &session.names(&ran),
        severities: &config.severities,
        now: request.now(),
    };
    let record = record::Migration::of(case, &hidden, verdict::judge(case), request.samples);
    session.note(&record, verdict::amendment(case));
    Ok(record)
}
