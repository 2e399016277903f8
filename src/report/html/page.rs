//! The page: its verdict, what it was rehearsed on, and each migration.

use super::budget::Budget;
use super::filters::Filters;
use super::identities::identities;
use super::migration::Maker;
use super::shown::list;
use crate::record::{Evidence, Verdict};
use crate::report::phrases;
use minijinja::{Value, context};

/// Everything that the template shows of a run.
pub(super) fn page(evidence: &Evidence) -> Value {
    let mut filters = Filters::default();
    let migrations = migrations(evidence, &mut filters);
    // Of several how many are accepted, of none that there is none.
    let several = match &evidence.migrations[..] {
        [_] => None,
        all => Some(phrases::accepted(all)),
    };
    let verdict = match evidence.verdict {
        Verdict::Accepted => "Accepted",
        Verdict::Rejected => "Rejected",
    };
    let names = evidence.migrations.iter().map(|only| &only.name);
    let what = several.iter().chain(names).next();
    context! {
        accepted => evidence.verdict == Verdict::Accepted,
        // `Rejected: 0036_update_amber_point_metadata`, `Accepted: no migration to rehearse`
        title => format!("{verdict}: {}", what.map_or("", String::as_str)),
        // What a branch changes, where only that was asked for.
        branch => evidence.branch.as_ref().map(|branch| &branch.shown),
        warnings => list(&evidence.warnings),
        rehearsed => phrases::rehearsed(evidence),
        identities => identities(evidence),
        // Whether the filter does not find all.
        some_left => filters.some_left,
        choices => filters.choices(),
        migrations,
        several,
    }
}

/// The migrations in their order. The rejected ones have the first of the budget.
fn migrations(evidence: &Evidence, filters: &mut Filters) -> Value {
    let mut budget = Budget::default();
    let mut order: Vec<_> = (1..).zip(&evidence.migrations).collect();
    order.sort_by_key(|(_, migration)| migration.verdict == Verdict::Accepted);
    let view = |(number, migration)| {
        let view = Maker::new(migration, filters, &mut budget).view(number);
        (number, view)
    };
    let mut views: Vec<(usize, Value)> = order.into_iter().map(view).collect();
    views.sort_by_key(|(number, _)| *number);
    list(views.into_iter().map(|(_, view)| view))
}
