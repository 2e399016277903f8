//! Findings about what the snapshot cannot show: it is old, has rows of fewer than two tenants, or
//! none where a statement looked.

use super::case::Look;
use super::facts::{Age, Tenants};
use super::phrases::described;
use super::{Case, Code, Finding, Severity};
use crate::migration::StatementKind;
use crate::scope::Tenant;
use crate::sentence::{Sentence, name};
use crate::snapshot::age::span;

pub(super) fn findings(case: Case<'_>) -> Vec<Finding> {
    let stale = case.facts.age.and_then(stale).into_iter();
    let unpopulated = case.ran().filter_map(unpopulated);
    stale.chain(few_tenants(case)).chain(unpopulated).collect()
}

/// A file's time says when it was written to last: what it holds is at least as old.
fn stale(age: Age) -> Option<Finding> {
    let most = span(age.most);
    let how = match (age.taken, age.written) {
        (Some((taken, by)), Some(written)) if age.is_contradicted && taken <= age.most => {
            let (written, by) = (Some(written).filter(|it| *it > age.most)?, by.word());
            format!(
                "the snapshot's file was written to last {} ago, before the time at which its {by} \
                says it was taken",
                span(written)
            )
        }
        (Some((taken, by)), _) if taken > age.most => {
            let (taken, by) = (span(taken), by.word());
            format!("the snapshot was taken {taken} ago, as its {by} says")
        }
        (Some(_), _) => return None,
        (None, Some(written)) if written > age.most => {
            let written = span(written);
            format!("the snapshot's file was written to last {written} ago")
        }
        (None, _) => {
            let message = format!(
                "how old the snapshot is cannot be told, and it may be {most} old: no manifest \
                beside it says when it was taken, nor does its name"
            );
            return Some(
                Finding::new(Code::StaleSnapshot, message)
                    .severity(Severity::Note)
                    .help(DATED),
            );
        }
    };
    let message = format!("{how}; it may be {most} old");
    Some(Finding::new(Code::StaleSnapshot, message))
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
