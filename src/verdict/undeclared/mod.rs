//! Findings about a migration for which nothing is declared: that this is not enough, or that it is.

mod additions;
mod column;
mod object;
mod reach;
mod trigger;

use super::finding::first_line;
use super::phrases::shortened;
use super::{Amendment, Case, Code, Finding, Place, amendment};
use crate::migration::{self, Directive, Says};
use crate::sentence::{Sentence, name, value};
use additions::Added;

/// That nothing is declared; or, of a migration that only adds to the schema, that this is right.
pub(super) fn without_scope(case: Case<'_>) -> Option<Finding> {
    let mut directives = migration::directives(case.migration).into_iter();
    let head = directives.find(|directive| matches!(directive.says, Says::Expect(_)));
    match additions::additions(case) {
        Ok(added) if !added.is_empty() => Some(no_scope_needed(case, &added)),
        // Where a head is there, something was to be written yet.
        Ok(_) if head.is_none() => {
            let has_statements = !case.migration.statements.is_empty();
            has_statements.then(|| no_scope_needed(case, &[]))
        }
        added => Some(no_declared_scope(case, head, added.err().flatten())),
    }
}

/// That it needs no scope, with what it adds.
fn no_scope_needed(case: Case<'_>, added: &[Added]) -> Finding {
    let lead = name(&case.migration.name);
    let message = if added.is_empty() {
        lead + " touches no row and leaves the schema as it was"
    } else {
        let each = added.iter().map(|added| added.what.clone());
        let each = shortened(each, 40, "; ", "; and ");
        lead + " touches no row and only adds to the schema: " + each
    };
    let first = added.first().map(|added| added.statement);
    Finding::new(Code::NoScopeNeeded, message).at(case.place(first))
}

/// That nothing is declared, and why that is not enough, if nothing else shows it.
fn no_declared_scope(case: Case<'_>, head: Option<Directive>, needed: Option<Added>) -> Finding {
    let (migration, observed) = (&case.migration.name, amendment::amendment(case));
    if let Some(head) = head {
        let message = "the scope at the head of "
            + name(migration)
            + " is not filled in, so that nothing is declared";
        let head = first_line(case.migration, head.span);
        let finding = Finding::new(Code::NoDeclaredScope, message);
        let place = Place::of(case.migration, None, head);
        return finding.at(place).help(fill_in(&observed));
    }
    let message = "no scope is declared for " + name(migration);
    let place = needed
        .as_ref()
        .and_then(|needed| case.place(needed.statement));
    let why = needed.into_iter();
    let message = why.fold(message, |message, why| {
        message + ", which needs one: " + why.what
    });
    let help = "review this, which is what was observed, and declare it if it is what you meant: \
        in harness.toml, as `harness accept` writes it; or at the head of the migration in a \
        comment `/* harness: expect … */`, without `expect.NAME`\n";
    let help = help + value(amendment::as_toml(Some(migration), &observed));
    Finding::new(Code::NoDeclaredScope, message)
        .at(place)
        .help(help)
}

/// What to write into an empty scope at the head of a migration.
fn fill_in(observed: &Amendment) -> Sentence {
    if observed.is_empty() {
        return "no row is changed yet: write the statements, then fill in whose rows they may \
            change, `tenants`, and how many of which table, `[tables.NAME]`; if no row is meant \
            to change, `tenants = []`"
            .into();
    }
    let help = "fill in whose rows it may change, `tenants`, and how many of which table, \
        `[tables.NAME]`; this is what was observed, and `harness accept` writes it there if it \
        is what you meant\n";
    help + value(amendment::as_toml(None, observed))
}
