//! The verdict: a diff held against the expected scope gives findings; one of severity error
//! rejects. Pure.
//!
//! What could not be evaluated is a finding, never a pass. Does not format reports.

mod already_there;
mod amendment;
mod atomicity;
mod case;
pub(crate) mod checklist;
mod claims;
mod conserved;
mod continued;
mod copied;
mod counts;
mod declared;
mod dropped_along;
mod drops;
pub(crate) mod facts;
mod failures;
mod finding;
mod index_shape;
mod indexes;
mod integrity;
mod lacking;
mod on_empty;
mod or_fail;
mod phrases;
mod promises;
mod rebuild;
mod repointed;
mod scope;
mod second_run;
mod selection;
mod sequences;
mod side_effects;
mod snapshot;
mod statement;
mod suppress;
mod undeclared;
mod weakened;
mod words;

pub(crate) use crate::codes::{Code, Level, Severity};
pub(crate) use amendment::{Amendment, Entry, TableAmendment, amendment};
pub(crate) use atomicity::{SplitPoint, SplitPoints, split_points};
pub(crate) use case::Case;
pub(crate) use claims::is_selection;
pub(crate) use conserved::{holds, is_conserved};
pub(crate) use facts::Facts;
pub(crate) use finding::{Finding, Place};
pub(crate) use selection::{already_applied, not_run};
pub(crate) use suppress::Suppressed;

/// Accepted or rejected, and why.
#[derive(Debug, Clone)]
pub struct Verdict {
    /// what is wrong, worst first
    pub findings: Vec<Finding>,
    /// what comments in the migration keep from being findings
    pub suppressed: Vec<Suppressed>,
    /// the incident's checklist
    pub checklist: Vec<(checklist::Check, checklist::Answer)>,
}

impl Verdict {
    /// Whether no finding is an error.
    pub fn is_accepted(&self) -> bool {
        !self.findings.iter().any(|f| f.severity == Severity::Error)
    }
}

/// Judges one migration.
pub(crate) fn judge(case: Case<'_>) -> Verdict {
    let findings: Vec<Finding> = [
        failures::findings,
        statement::findings,
        already_there::findings,
        side_effects::findings,
        rebuild::findings,
        sequences::findings,
        dropped_along::findings,
        weakened::findings,
        drops::findings,
        repointed::findings,
        atomicity::findings,
        or_fail::findings,
        second_run::findings,
        integrity::findings,
        indexes::findings,
        snapshot::findings,
        on_empty::findings,
        selection::findings,
        scope::findings,
        claims::findings,
        conserved::findings,
    ]
    .iter()
    .flat_map(|family| family(case))
    .collect();
    let checklist = checklist::checklist(case, &findings);
    let (mut findings, suppressed) = suppress::suppress(case, findings);
    finding::sort(&mut findings);
    Verdict {
        findings,
        suppressed,
        checklist,
    }
}
