//! The page: its verdict, what it was rehearsed on, and each migration.

use super::budget::Budget;
use super::filters::{Choices, Filters};
use super::grid::Grid;
use super::identities::{Fact, identities};
use super::migration::{Maker, View};
use crate::record::{Evidence, Verdict};
use crate::report::phrases;
use serde::Serialize;

/// Everything that the template shows.
#[derive(Debug, Serialize)]
pub(super) struct Page<'a> {
    accepted: bool,
    /// `Rejected: 0036_update_amber_point_metadata`, `Accepted: no migration to rehearse`
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
            [_] => None,
            all => Some(phrases::accepted(all)),
        };
        let verdict = match evidence.verdict {
            Verdict::Accepted => "Accepted",
            Verdict::Rejected => "Rejected",
        };
        let names = evidence.migrations.iter().map(|only| &only.name);
        let what = several.iter().chain(names).next();
        let is_cut = |grid: &Grid| grid.left.is_some();
        let branch = evidence.branch.as_ref();
        Self {
            accepted: evidence.verdict == Verdict::Accepted,
            title: format!("{verdict}: {}", what.map_or("", String::as_str)),
            branch: branch.map(|branch| &*branch.shown),
            warnings: &evidence.warnings,
            rehearsed: phrases::rehearsed(evidence),
            identities: identities(evidence),
            choices: filters.choices(),
            some_left: migrations
                .iter()
                .any(|view| view.grid.as_ref().is_some_and(is_cut)),
            migrations,
            several,
        }
    }
}

/// The migrations in their order. The rejected ones have the first of the budget.
fn views<'a>(evidence: &'a Evidence, filters: &mut Filters) -> Vec<View<'a>> {
    let mut budget = Budget::default();
    let mut order: Vec<_> = (1..).zip(&evidence.migrations).collect();
    order.sort_by_key(|(_, migration)| migration.verdict == Verdict::Accepted);
    let view = |(number, migration)| Maker::new(migration, filters, &mut budget).view(number);
    let mut views: Vec<View> = order.into_iter().map(view).collect();
    views.sort_by_key(|view| view.number);
    views
}
