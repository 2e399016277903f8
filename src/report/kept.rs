//! What the report has of a declared scope besides its tables: its place, and what both states say of
//! what must be kept.

use crate::rehearse::Counted;
use crate::scope::{Declared, Must};
use crate::sql::Value;
use crate::verdict::{self, Case};

/// The declared scope of a migration.
#[derive(Debug)]
pub struct ScopeReport {
    /// where it is declared
    pub declared: Declared,
    /// the tables that must have as many rows as before
    pub conserve: Vec<ConserveReport>,
    /// the invariants
    pub invariants: Vec<InvariantReport>,
}

/// A table that must have as many rows as before.
#[derive(Debug)]
pub struct ConserveReport {
    /// its name
    pub table: String,
    /// its rows in the two states, and whether they are as many; `None` where the migration did not
    /// run through
    pub told: Option<(Counted, Counted, bool)>,
}

/// An invariant.
#[derive(Debug)]
pub struct InvariantReport {
    /// its name
    pub name: String,
    /// its query
    pub sql: String,
    /// what it must give
    pub must: Must,
    /// whether no format shows what it gave or must give
    pub hidden: bool,
    /// what it gave in the two states, and whether it holds; `None` where the migration did not run
    /// through
    pub told: Option<(Told, Told, bool)>,
}

/// What the query of an invariant gave in one state.
#[derive(Debug)]
pub enum Told {
    /// one value
    Value(Value),
    /// so many rows of so many columns
    Rows(usize, usize),
    /// nothing, for this reason
    Failed(String),
}

/// The declared scope of a case, where there is one.
pub(super) fn scope_report(case: Case<'_>) -> Option<ScopeReport> {
    let scope = case.scope?;
    let conserve = scope.conserve.iter().enumerate().map(|(at, table)| {
        let told = case
            .kept
            .map(|kept| (&kept.before.counts[at], &kept.after.counts[at]));
        let told = told.map(|(before, after)| {
            (
                before.clone(),
                after.clone(),
                verdict::is_conserved(before, after),
            )
        });
        ConserveReport {
            table: table.clone(),
            told,
        }
    });
    let invariants = scope.invariants.iter().enumerate().map(|(at, invariant)| {
        let told = case
            .kept
            .map(|kept| (&kept.before.invariants[at], &kept.after.invariants[at]));
        let told = told.map(|(before, after)| {
            (
                Told::of(before),
                Told::of(after),
                verdict::holds(&invariant.must, before, after),
            )
        });
        let (name, sql, must) = (
            invariant.name.clone(),
            case.hidden.text(&invariant.sql),
            invariant.must.clone(),
        );
        InvariantReport {
            name,
            sql,
            must,
            hidden: case.hidden.answer(&invariant.sql),
            told,
        }
    });
    Some(ScopeReport {
        declared: scope.declared.clone(),
        conserve: conserve.collect(),
        invariants: invariants.collect(),
    })
}

impl Told {
    fn of(answer: &Result<crate::rehearse::Answer, String>) -> Self {
        match answer {
            Ok(answer) => answer.value().map_or_else(
                || Self::Rows(answer.rows.len(), answer.columns),
                |value| Self::Value(value.clone()),
            ),
            Err(reason) => Self::Failed(reason.clone()),
        }
    }
}
