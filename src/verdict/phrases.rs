//! Phrases that several findings use, each once.

use super::Case;
use crate::change::Owner;
use crate::scope::{Op, Tenant};
use crate::sentence::{Sentence, bare, name, value};

/// `1 row`, `2 rows`
pub(super) fn rows(n: u64) -> Sentence {
    match n {
        1 => "1 row".into(),
        n => Sentence::from(n) + " rows",
    }
}

/// ``2 rows of `t` ``
pub(super) fn rows_of(n: u64, table: &str) -> Sentence {
    rows(n) + " of " + name(table)
}

/// ``2 rows of `t` updated``
pub(super) fn rows_done(n: u64, table: &str, op: Op) -> Sentence {
    rows_of(n, table) + " " + participle(op)
}

/// ``index `i` ``
pub(super) fn object(kind: &str, own: &str) -> Sentence {
    Sentence::from(format!("{kind} ")) + name(own)
}

/// `was` for one, `were` for others.
pub(super) fn was(n: u64) -> &'static str {
    if n == 1 { "was" } else { "were" }
}

/// `inserted`, `updated`, `deleted`
pub(super) fn participle(op: Op) -> &'static str {
    match op {
        Op::Insert => "inserted",
        Op::Update => "updated",
        Op::Delete => "deleted",
    }
}

/// `statement 3`
pub(super) fn statement(number: usize) -> Sentence {
    "statement " + Sentence::from(number)
}

/// `a, b`: names without backticks.
pub(super) fn list<S: AsRef<str>>(names: impl IntoIterator<Item = S>) -> Sentence {
    Sentence::join(names.into_iter().map(|name| bare(name.as_ref())), ", ")
}

/// ``a, b``: names between backticks.
pub(super) fn names<S: AsRef<str>>(names: impl IntoIterator<Item = S>) -> Sentence {
    Sentence::join(names.into_iter().map(|one| name(one.as_ref())), ", ")
}

/// The first eight of a list, and how many more there are.
pub(super) fn few(all: impl IntoIterator<Item = Sentence>, between: &str) -> Sentence {
    shortened(all, 8, between, " and ")
}

/// The first of a list, and behind `and` how many more there are.
pub(super) fn shortened(
    all: impl IntoIterator<Item = Sentence>,
    most: usize,
    between: &str,
    and: &str,
) -> Sentence {
    let mut all = all.into_iter();
    let shown = Sentence::join(all.by_ref().take(most), between);
    match all.count() {
        0 => shown,
        more => shown + and + more + " more",
    }
}

/// `2 (Birch), 9`
pub(super) fn owners<'o>(case: Case<'_>, owners: impl IntoIterator<Item = &'o Owner>) -> Sentence {
    few(owners.into_iter().map(|owner| whose(case, owner)), ", ")
}

/// An owner with its label: `9 (Amber Electric)`.
pub(super) fn whose(case: Case<'_>, owner: &Owner) -> Sentence {
    value(case.names.describe_owner(owner))
}

/// `2 (Birch), 9`
pub(super) fn tenants<'t>(
    case: Case<'_>,
    tenants: impl IntoIterator<Item = &'t Tenant>,
) -> Sentence {
    few(
        tenants.into_iter().map(|tenant| described(case, tenant)),
        ", ",
    )
}

/// A tenant with its label: `9 (Amber Electric)`.
pub(super) fn described(case: Case<'_>, tenant: &Tenant) -> Sentence {
    value(case.names.describe(tenant))
}

/// The tenants among some owners, as reports spell them.
pub(super) fn spelled<'o>(
    case: Case<'_>,
    owners: impl IntoIterator<Item = &'o Owner>,
) -> Vec<String> {
    owners
        .into_iter()
        .filter_map(Owner::tenant)
        .map(|tenant| case.names.spell(tenant))
        .collect()
}

/// `no row`, `1 row`, `2 rows`
pub(super) fn rows_or_none(n: u64) -> Sentence {
    match n {
        0 => "no row".into(),
        n => rows(n),
    }
}
