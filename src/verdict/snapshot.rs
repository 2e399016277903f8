//! Findings about what the snapshot cannot show: it is old, has rows of fewer than two tenants, or
//! none where a statement looked.

use super::facts::{Age, Tenants};
use super::phrases::{described, statement};
use super::{Case, Code, Finding, Severity};
use crate::migration::{Statement, StatementKind};
use crate::rehearse::StatementRun;
use crate::scope::Tenant;
use crate::sentence::{Sentence, name};
use crate::snapshot::age::span;

pub(super) fn findings(case: Case<'_>) -> Vec<Finding> {
    let stale = case.facts.age.and_then(stale).into_iter();
    let unpopulated = case
        .ran()
        .filter_map(|(run, statement)| unpopulated(case, run, statement));
    stale.chain(few_tenants(case)).chain(unpopulated).collect()
}

/// A file's time says when it was written to last: what it holds is at least as old.
fn stale(age: Age) -> Option<Finding> {
    let most = span(age.most);
    let how = match (age.taken, age.written) {
        (Some((taken, by)), Some(written)) if age.is_contradicted && taken <= age.most => {
            if written <= age.most {
                return None;
            }
            format!(
                "the snapshot's file was written to last {} ago, before the time at which its {} \
                says it was taken",
                span(written),
                by.word()
            )
        }
        (Some((taken, by)), _) if taken > age.most => {
            format!(
                "the snapshot was taken {} ago, as its {} says",
                span(taken),
                by.word()
            )
        }
        (Some(_), _) => return None,
        (None, Some(written)) if written > age.most => {
            format!(
                "the snapshot's file was written to last {} ago",
                span(written)
            )
        }
        (None, _) => return Some(undated(&most)),
    };
    let message = format!("{how}; it may be {most} old");
    Some(Finding::new(Code::StaleSnapshot, message))
}

fn undated(most: &str) -> Finding {
    let message = format!(
        "how old the snapshot is cannot be told, and it may be {most} old: no manifest beside it \
        says when it was taken, nor does its name"
    );
    Finding::new(Code::StaleSnapshot, message)
        .severity(Severity::Note)
        .help(DATED)
}

/// How a snapshot says when it was taken.
const DATED: &str = "name it with its time, as prod-20251116-100416.db, or write a \
    manifest with `harness snapshot inspect --write-manifest --taken-at TIME`";

fn few_tenants(case: Case<'_>) -> Option<Finding> {
    let only = |tenant: &Option<Tenant>| match tenant {
        Some(tenant) => "tenant " + described(case, tenant) + " only",
        None => "no tenant".into(),
    };
    let (message, severity) = match &case.facts.tenants {
        Tenants::NotConcerned | Tenants::Several => return None,
        Tenants::Few(tenant) => {
            let rest = ": it cannot show damage to another";
            ("the snapshot has rows of " + only(tenant) + rest, None)
        }
        Tenants::FewSoFar(tenant) => {
            let rest = "; with --deep the rest is looked at too";
            let message = "the first rows of its tables show " + only(tenant) + rest;
            (message, Some(Severity::Note))
        }
    };
    Some(Finding::new(Code::SingleTenantSnapshot, message).severity(severity))
}

fn unpopulated(case: Case<'_>, run: &StatementRun, at: &Statement) -> Option<Finding> {
    let table = at.table.as_deref()?;
    if !case.preview(run.index)?.target_is_empty {
        return None;
    }
    let what: Sentence = match at.kind {
        StatementKind::Insert => " selects from tables".into(),
        _ => " meets " + name(table),
    };
    let message = statement(run.index) + what + " without a row, so nothing was shown";
    Some(Finding::new(Code::UnpopulatedTable, message).of_statement(case, run.index))
}
