//! What the scope says that the schema of a table loses: `drops`. Findings about what is declared and
//! was not lost; the families of the losses ask here whether one is declared.

use super::rebuild::{Rebuild, rebuilds};
use super::{Case, Code, Finding, Severity, dropped_along, promises, weakened};
use crate::sentence::{Sentence, name, schema_part};
use crate::sql::ident;
use crate::sql::token::exact_words;

/// The help of a loss that is declared.
pub(super) const DECLARED: &str = "nothing, if it is meant: it is declared";

impl Finding {
    /// Of a loss that is declared.
    pub(super) fn declared_loss(mut self) -> Self {
        self.message += ", as declared";
        self.severity(Severity::Note).help(DECLARED)
    }
}

/// A table, by its name after, and something that its schema lost.
type Loss = (String, Sentence);

pub(super) fn findings(case: Case<'_>) -> Vec<Finding> {
    let mut declared = case.declared().filter(|table| !table.drops.is_empty());
    if !case.rehearsal.ran_through() || declared.next().is_none() {
        return Vec::new();
    }
    let losses = losses(case);
    let is_lost = |table: &str, drop: &String| {
        let its = |(of, _): &&Loss| ident::same(of, table);
        losses.iter().filter(its).any(|(_, what)| is(drop, what))
    };
    let rebuilt = rebuilds(case);
    let made = |table: &str| {
        let is_it = |it: &&Rebuild<'_>| ident::same(&it.table.after.name, table);
        rebuilt.iter().find(is_it)?.created
    };
    let mismatch = |table: &str, drop: &String| {
        let lead = name(table) + " did not lose " + schema_part(table, drop);
        let message = lead + ", which is declared under `drops`";
        let finding = Finding::new(Code::DropMismatch, message).on(table);
        finding.at(case.place(made(table)))
    };
    case.declared()
        .flat_map(|table| table.drops.iter().map(|drop| (table.table.as_str(), drop)))
        .filter(|(table, drop)| !is_lost(table, drop))
        .map(|(table, drop)| mismatch(table, drop))
        .collect()
}

fn losses(case: Case<'_>) -> Vec<Loss> {
    let rebuilt = rebuilds(case);
    let of_rebuild = rebuilt.iter().flat_map(|rebuild| {
        let table = &rebuild.table.after.name;
        let losses = promises::losses(rebuild).into_iter();
        losses.map(|what| (table.clone(), what))
    });
    of_rebuild
        .chain(dropped_along::losses(case))
        .chain(weakened::losses(case))
        .collect()
}

/// Whether a declaration says a loss: the words are the same, but for quotes and case.
fn is(declared: &str, what: &Sentence) -> bool {
    exact_words(declared) == exact_words(&what.to_string())
}

impl Case<'_> {
    /// Whether it is declared that the schema of a table, by its name after, loses something.
    pub(super) fn declares_loss(self, table: &str, what: &Sentence) -> bool {
        let expected = self.expected(table);
        expected.is_some_and(|table| table.drops.iter().any(|drop| is(drop, what)))
    }
}
