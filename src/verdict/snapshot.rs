//! Findings about what the snapshot cannot show: it is old, has rows of fewer than two tenants, or
//! none where a statement looked.

use super::case::Look;
use super::facts::Tenants;
use super::phrases::described;
use super::{Case, Code, Finding, Severity};
use crate::migration::StatementKind;
use crate::scope::Tenant;
use crate::sentence::{Sentence, name};
use crate::snapshot::age::span;
use std::time::SystemTime;

pub(super) fn findings(case: Case<'_>) -> Vec<Finding> {
    let unpopulated = case.ran().filter_map(unpopulated);
    let stale = stale(case).into_iter();
    stale.chain(few_tenants(case)).chain(unpopulated).collect()
}

/// A file's time says when it was written to last: what it holds is at least as old.
fn stale(case: Case<'_>) -> Option<Finding> {
    let (longest, snapshot) = (case.facts.max_age?, &case.facts.snapshot);
    // What is ahead of the clock is not old.
    let ago = |at: SystemTime| case.now.duration_since(at).unwrap_or_default();
    let is_old = |at: SystemTime| ago(at) > longest;
    let most = span(longest);
    let taken = snapshot.taken.as_ref().ok().copied().flatten();
    let how = match (taken, snapshot.modified) {
        (Some((taken, by)), _) if is_old(taken) => {
            let (taken, by) = (span(ago(taken)), by.word());
            format!("the snapshot was taken {taken} ago, as its {by} says")
        }
        (None, Some(written)) if is_old(written) => last_written(&span(ago(written))),
        (Some((_, by)), Some(written)) if snapshot.contradicted.is_some() && is_old(written) => {
            let by = by.word();
            last_written(&span(ago(written)))
                + &format!(", before the time at which its {by} says it was taken")
        }
        (Some(_), _) => return None,
        (None, _) => return Some(undated(&most)),
    };
    Some(Finding::new(
        Code::StaleSnapshot,
        format!("{how}; it may be {most} old"),
    ))
}

fn last_written(ago: &str) -> String {
    format!("the snapshot's file was written to last {ago} ago")
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

fn unpopulated(look: Look<'_>) -> Option<Finding> {
    let table = look.statement.table.as_deref()?;
    if !look.preview()?.target_is_empty {
        return None;
    }
    let what: Sentence = match look.statement.kind {
        StatementKind::Insert => " selects from tables".into(),
        _ => " meets " + name(table),
    };
    let message = look.named() + what + " without a row, so nothing was shown";
    Some(look.finding(Code::UnpopulatedTable, message))
}
