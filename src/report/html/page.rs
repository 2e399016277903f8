//! The page: its verdict, what it was rehearsed on, and each migration.

use super::budget::Budget;
use super::filters::{Choices, Filters};
use super::grid::Grid;
use super::identities::{Fact, identities};
use super::migration::View;
use super::shown::Shown;
use crate::report::evidence::{Evidence, Verdict};
use crate::report::phrases;
use serde::Serialize;

/// Everything that the template shows.
#[derive(Debug, Serialize)]
pub(super) struct Page {
    accepted: bool,
    title: Shown,
    /// what a branch changes, where only that was asked for
    branch: Option<Shown>,
    warnings: Vec<Shown>,
    /// what it was rehearsed on, in one sentence
    rehearsed: Shown,
    identities: Vec<Fact>,
    choices: Choices,
    /// whether a grid is not whole
    some_left: bool,
    migrations: Vec<View>,
    /// of several, how many are accepted; of none, that there is none
    several: Option<String>,
}

impl Page {
    /// The page of a run.
    pub(super) fn new(evidence: &Evidence) -> Self {
        let mut filters = Filters::default();
        let migrations = views(evidence, &mut filters);
        let several = match &evidence.migrations[..] {
            [] => Some(phrases::NO_MIGRATION.to_owned()),
            [_] => None,
            all => Some(phrases::accepted(all)),
        };
        let branch = evidence.branch.as_ref();
        Self {
            accepted: evidence.verdict == Verdict::Accepted,
            title: title(evidence, several.as_deref()),
            branch: branch.map(|branch| Shown::line(&branch.shown)),
            warnings: evidence.warnings.iter().map(Shown::line).collect(),
            rehearsed: Shown::line(format!(
                "{}; {}",
                phrases::snapshot(&evidence.snapshot),
                phrases::engine(&evidence.engine, "; ")
            )),
            identities: identities(evidence),
            choices: filters.choices(),
            some_left: migrations.iter().filter_map(View::grid).any(Grid::is_cut),
            migrations,
            several,
        }
    }
}

/// The migrations in their order. The rejected ones have the first of the budget.
fn views(evidence: &Evidence, filters: &mut Filters) -> Vec<View> {
    let mut budget = Budget::default();
    let mut order: Vec<_> = evidence.migrations.iter().enumerate().collect();
    order.sort_by_key(|(_, migration)| migration.verdict == Verdict::Accepted);
    let view = |(at, migration)| (at, View::new(at + 1, migration, filters, &mut budget));
    let mut views: Vec<(usize, View)> = order.into_iter().map(view).collect();
    views.sort_by_key(|(at, _)| *at);
    views.into_iter().map(|(_, view)| view).collect()
}

/// `Rejected: 0036_update_amber_point_metadata`, `Accepted: no migration to rehearse`
fn title(evidence: &Evidence, several: Option<&str>) -> Shown {
    let verdict = match evidence.verdict {
        Verdict::Accepted => "Accepted",
        Verdict::Rejected => "Rejected",
    };
    let names = evidence.migrations.iter().map(|only| only.name.as_str());
    let what = several.into_iter().chain(names).next().unwrap_or_default();
    Shown::line(format!("{verdict}: {what}"))
}
