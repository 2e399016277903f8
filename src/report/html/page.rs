//! The page: its verdict, what it was rehearsed on, and each migration.

use super::budget::Budget;
use super::filters::{Choices, Filters};
use super::grid::Grid;
use super::identities::{Fact, identities};
use super::migration::View;
use crate::report::evidence::{Evidence, Verdict};
use crate::report::phrases;
use serde::Serialize;

/// Everything that the template shows.
#[derive(Debug, Serialize)]
pub(super) struct Page<'a> {
    accepted: bool,
    title: String,
    /// what a branch changes, where only that was asked for
    branch: Option<&'a str>,
    warnings: &'a [String],
    /// what it was rehearsed on, in one sentence
    rehearsed: String,
    identities: Vec<Fact<'a>>,
    choices: Choices,
    /// whether a grid is not whole
    some_left: bool,
    migrations: Vec<View<'a>>,
    /// of several, how many are accepted; of none, that there is none
    several: Option<String>,
}

impl<'a> Page<'a> {
    /// The page of a run.
    pub(super) fn new(evidence: &'a Evidence) -> Self {
        let mut filters = Filters::default();
        let migrations = views(evidence, &mut filters);
        let several = match &evidence.migrations[..] {
            [] => Some(phrases::NO_MIGRATION.to_owned()),
            [_] => None,
            all => Some(phrases::accepted(all)),
        };
        let branch = evidence.branch.as_ref();
        let grids = migrations.iter().map(|view| view.grid.as_ref());
        Self {
            accepted: evidence.verdict == Verdict::Accepted,
            title: title(evidence, several.as_deref()),
            branch: branch.map(|branch| &*branch.shown),
            warnings: &evidence.warnings,
            rehearsed: phrases::rehearsed(evidence),
            identities: identities(evidence),
            choices: filters.choices(),
            some_left: grids.flatten().any(Grid::is_cut),
            migrations,
            several,
        }
    }
}

/// The migrations in their order. The rejected ones have the first of the budget.
fn views<'a>(evidence: &'a Evidence, filters: &mut Filters) -> Vec<View<'a>> {
    let mut budget = Budget::default();
    let mut order: Vec<_> = evidence.migrations.iter().enumerate().collect();
    order.sort_by_key(|(_, migration)| migration.verdict == Verdict::Accepted);
    let view = |(at, migration)| (at, View::new(at + 1, migration, filters, &mut budget));
    let mut views: Vec<(usize, View)> = order.into_iter().map(view).collect();
    views.sort_by_key(|(at, _)| *at);
    views.into_iter().map(|(_, view)| view).collect()
}

/// `Rejected: 0036_update_amber_point_metadata`, `Accepted: no migration to rehearse`
fn title(evidence: &Evidence, several: Option<&str>) -> String {
    let verdict = match evidence.verdict {
        Verdict::Accepted => "Accepted",
        Verdict::Rejected => "Rejected",
    };
    let names = evidence.migrations.iter().map(|only| only.name.as_str());
    let what = several.into_iter().chain(names).next().unwrap_or_default();
    format!("{verdict}: {what}")
}
