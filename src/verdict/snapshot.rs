//! Findings about what the snapshot cannot show: it is old, has rows of fewer than two tenants, or
//! none where a statement looked.

use super::facts::{Age, Tenants};
use super::{Case, Code, Finding, Severity};
use crate::migration::StatementKind;
use crate::rehearse::StatementRun;
use crate::scope::Tenant;
use crate::snapshot::age::span;

pub(super) fn findings(case: Case<'_>) -> Vec<Finding> {
    let mut found: Vec<Finding> = case.facts.age.and_then(stale).into_iter().collect();
    found.extend(few_tenants(case));
    found.extend(
        case.rehearsal
            .statements
            .iter()
            .filter_map(|run| unpopulated(case, run)),
    );
    found
}

/// A file says with its time when it was written to last, so that what it holds is as old as that
/// at least.
fn stale(age: Age) -> Option<Finding> {
    let most = span(age.most);
    let old =
        |what: String| Finding::new(Code::StaleSnapshot, format!("{what}; it may be {most} old"));
    match (age.taken, age.written) {
        (Some((taken, by)), Some(written)) if age.is_contradicted && taken <= age.most => {
            (written > age.most).then(|| {
                let word = by.word();
                old(format!(
                    "the snapshot's file was written to last {} ago, before the time at which its \
                {word} says it was taken",
                    span(written)
                ))
            })
        }
        (Some((taken, by)), _) if taken > age.most => Some(old(format!(
            "the snapshot was taken {} ago, as its {} says",
            span(taken),
            by.word()
        ))),
        (Some(_), _) => None,
        (None, Some(written)) if written > age.most => Some(old(format!(
            "the snapshot's file was \
            written to last {} ago",
            span(written)
        ))),
        (None, _) => {
            let message = format!(
                "how old the snapshot is cannot be told, and it may be {most} old: no manifest \
                beside it says when it was taken, nor does its name"
            );
            let mut finding = Finding {
                severity: Severity::Note,
                ..Finding::new(Code::StaleSnapshot, message)
            };
            "name it with its time, as prod-20251116-100416.db, or write a manifest with \
            `harness snapshot inspect --write-manifest --taken-at TIME`"
                .clone_into(&mut finding.help);
            Some(finding)
        }
    }
}

fn few_tenants(case: Case<'_>) -> Option<Finding> {
    let only = |tenant: &Option<Tenant>| {
        tenant.as_ref().map_or_else(
            || "no tenant".to_owned(),
            |t| format!("tenant {} only", case.names.describe(t)),
        )
    };
    let code = Code::SingleTenantSnapshot;
    match &case.facts.tenants {
        Tenants::NotConcerned | Tenants::Several => None,
        Tenants::Few(tenant) => {
            let message = format!(
                "the snapshot has rows of {}: it cannot show damage to another",
                only(tenant)
            );
            Some(Finding::new(code, message))
        }
        Tenants::FewSoFar(tenant) => {
            let message = format!(
                "the first rows of its tables show {}; with --deep the rest is looked at too",
                only(tenant)
            );
            Some(Finding {
                severity: Severity::Note,
                ..Finding::new(code, message)
            })
        }
    }
}

fn unpopulated(case: Case<'_>, run: &StatementRun) -> Option<Finding> {
    let statement = case.migration.statements.get(run.index - 1)?;
    let Some(Ok(preview)) = &run.preview else {
        return None;
    };
    if !preview.target_is_empty || run.error.is_some() {
        return None;
    }
    let table = statement.table.as_deref()?;
    let message = match statement.kind {
        StatementKind::Insert => format!(
            "statement {} selects from tables without a row, so nothing was shown",
            run.index
        ),
        _ => format!(
            "statement {} meets `{table}` without a row, so nothing was shown",
            run.index
        ),
    };
    Some(
        Finding::new(Code::UnpopulatedTable, message)
            .on(table)
            .at(case.place(run.index)),
    )
}
