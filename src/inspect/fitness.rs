//! Whether a snapshot is fit for rehearsal: named facts, of which some decide.
//!
//! A rehearsal shows that a migration reaches another tenant's rows only where there is another
//! tenant, and that it matches half a key only where a key has several columns. A fact that would
//! decide and is not known decides against the snapshot.

use super::needs::Lack;
use super::rows::RowCounts;
use super::state::{SnapshotState, TableFacts};
use crate::report::phrases::beyond;
use crate::scope::TenantRule;
use crate::snapshot::catalog::TableKind;
use crate::sql::ident;
use FactMark::{Met, Unknown, Unmet};
use serde::Serialize;

/// One thing that makes a snapshot fit for rehearsal, or unfit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct FitnessFact {
    /// its name, such as `composite keys`
    pub name: &'static str,
    /// what was found
    pub mark: FactMark,
    /// whether a snapshot is unfit where this is not met
    pub decides: bool,
    /// what was found, in words
    pub sentence: String,
}

/// What was found of a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) enum FactMark {
    /// it is as it should be
    #[serde(rename = "ok")]
    Met,
    /// it is not
    #[serde(rename = "not ok")]
    Unmet,
    /// it is not known
    #[serde(rename = "not evaluated")]
    Unknown,
}

impl FitnessFact {
    /// Whether the snapshot may be fit in spite of it.
    pub(crate) fn allows(&self) -> bool {
        self.mark == Met || !self.decides
    }
}

/// What a sentence lists before it counts the rest.
const LISTED: usize = 5;

/// What the sentences say where no tenancy is declared.
const NO_TENANCY: &str = "whose the rows are is not known";

const UNCOUNTED: &str = "the rows of some tables could not be counted";

/// Every fact, those that decide and the others.
pub(super) fn facts(found: &SnapshotState) -> Vec<FitnessFact> {
    let facts = [
        ("tenancy", tenancy(found)),
        ("two tenants", two_tenants(found)),
        ("several tenants in each table", several_tenants(found)),
        ("composite keys", composite_keys(found)),
        ("rows in each table", rows(found)),
        ("an owner of each row", owners(found)),
        ("this engine", engine(found)),
        ("integrity", integrity(found.damage.as_ref())),
    ];
    // Where everything has one owner, nothing has to tell tenants apart.
    let is_of_one = (found.tenancy.as_ref()).is_some_and(|tenancy| tenancy.column.is_none());
    let facts = facts.into_iter();
    let facts = facts.filter(|(name, _)| !is_of_one || !OF_TENANTS.contains(name));
    let named = facts.map(|(name, fact)| FitnessFact { name, ..fact });
    named.collect()
}

/// The facts that are about tenants.
const OF_TENANTS: [&str; 4] = [
    "two tenants",
    "several tenants in each table",
    "composite keys",
    "an owner of each row",
];

/// A fact without which no snapshot is fit; [`facts`] names it.
fn needed(mark: FactMark, sentence: impl Into<String>) -> FitnessFact {
    FitnessFact {
        name: "",
        mark,
        decides: true,
        sentence: sentence.into(),
    }
}

/// A fact that a reader should know.
fn noted(mark: FactMark, sentence: impl Into<String>) -> FitnessFact {
    FitnessFact {
        decides: false,
        ..needed(mark, sentence)
    }
}

fn tenancy(found: &SnapshotState) -> FitnessFact {
    let Some(tenancy) = &found.tenancy else {
        let none = "no tenancy was declared, so that nothing says whose a row is";
        return needed(Unmet, none);
    };
    if tenancy.column.is_none() {
        let by = &tenancy.by;
        return needed(Met, format!("by {by} everything has one owner"));
    }
    let is_used = found
        .tables
        .iter()
        .filter_map(|table| table.rule.as_ref())
        .any(|rule| *rule != TenantRule::Shared);
    let (by, why) = (&tenancy.by, tenancy.unfitting.join("; "));
    match (why.is_empty(), is_used) {
        (true, true) => needed(Met, format!("declared by {by}")),
        (false, true) => noted(Unmet, format!("what {by} declares does not all fit: {why}")),
        (is_fitting, false) => {
            let none = format!("by what {by} declares, no table has rows of a tenant");
            let why = if is_fitting { why } else { format!(": {why}") };
            needed(Unmet, none + &why)
        }
    }
}

fn two_tenants(found: &SnapshotState) -> FitnessFact {
    if found.tenancy.is_none() {
        return needed(Unknown, NO_TENANCY);
    }
    let listed = found
        .tenants
        .iter()
        .filter(|(tenant, _)| !tenant.0.is_null())
        .count();
    // The list of tenants has a row of each, whatever the other tables have.
    let together = found
        .tables
        .iter()
        .filter(|table| !is_list_of_tenants(table))
        .filter_map(TableFacts::counted)
        .map(RowCounts::known_tenants)
        .max()
        .unwrap_or(0);
    match (listed, together) {
        (n, 2..) => needed(Met, format!("{n} tenants have rows")),
        _ if has_uncounted(found) => needed(Unknown, UNCOUNTED),
        (0, _) => needed(Unmet, "no row has a tenant"),
        (1, _) => needed(
            Unmet,
            "all rows are of 1 tenant: a migration that reaches those of others finds none here",
        ),
        (n, _) => needed(
            Unmet,
            format!(
                "{n} tenants have rows, but no table except a list of tenants has those of two"
            ),
        ),
    }
}

/// Whether the tenant column is the whole primary key, so that no two rows are of one tenant.
fn is_list_of_tenants(table: &TableFacts) -> bool {
    match (&table.rule, &table.table.keys.primary[..]) {
        (Some(TenantRule::Column(column)), [only]) => ident::same(column, only),
        _ => false,
    }
}

fn has_uncounted(found: &SnapshotState) -> bool {
    found
        .tables
        .iter()
        .any(|table| matches!(table.rows, Some(Err(_))))
}

/// The tables with counted rows of which something holds.
fn tables_whose_rows(found: &SnapshotState, hold: fn(&RowCounts) -> bool) -> Option<String> {
    names(
        found
            .tables
            .iter()
            .filter(|table| table.counted().is_some_and(hold)),
    )
}

fn several_tenants(found: &SnapshotState) -> FitnessFact {
    if found.tenancy.is_none() {
        return noted(Unknown, NO_TENANCY);
    }
    match tables_whose_rows(found, |rows| {
        !rows.by_tenant.is_empty() && rows.known_tenants() < 2
    }) {
        None => noted(Met, "no table has rows of one tenant only"),
        Some(alone) => noted(Unmet, format!("rows of one tenant only: {alone}")),
    }
}

fn composite_keys(found: &SnapshotState) -> FitnessFact {
    let tables = found.tables.iter();
    let keyed = |TableFacts { table, .. }: &&TableFacts| {
        table.kind == TableKind::Ordinary && table.keys.is_composite()
    };
    match names(tables.filter(keyed)) {
        Some(composite) => needed(
            Met,
            format!("a primary or unique key of several columns: {composite}"),
        ),
        None => needed(
            Unmet,
            "no table has a key of several columns: a migration that goes by half a key cannot \
            show here",
        ),
    }
}

fn rows(found: &SnapshotState) -> FitnessFact {
    match tables_whose_rows(found, |rows| rows.total == 0) {
        None if has_uncounted(found) => noted(Unknown, UNCOUNTED),
        None => noted(Met, "no table is empty"),
        Some(empty) => noted(
            Unmet,
            format!("empty, so that a rehearsal shows nothing of them: {empty}"),
        ),
    }
}

fn owners(found: &SnapshotState) -> FitnessFact {
    if found.tenancy.is_none() {
        return noted(Unknown, NO_TENANCY);
    }
    let tables = found.tables.iter();
    let without_rule = tables.filter(|table| table.has_rows() && table.rule.is_none());
    let nobody = names(without_rule).map(|tables| {
        format!(
            "nothing says whose these rows are, so that a migration which \
            writes them is rejected: {tables}"
        )
    });
    let wrong = nobody
        .into_iter()
        .chain(found.tables.iter().flat_map(without_owner));
    match list(wrong.collect(), LISTED, "; ") {
        none if none.is_empty() => noted(Met, "every table says whose its rows are"),
        wrong => noted(Unmet, wrong),
    }
}

/// The rows of a table that have no owner, or NULL.
fn without_owner(table: &TableFacts) -> impl Iterator<Item = String> {
    let (name, rows) = (&table.table.name, table.counted());
    let ambiguous = rows.filter(|rows| rows.ambiguous > 0).map(|rows| {
        let RowCounts {
            ambiguous, total, ..
        } = rows;
        format!(
            "the lookup of `{name}` gives no tenant, or several, for {ambiguous} of {total} rows"
        )
    });
    let of_null = rows.filter(|rows| rows.of_null() > 0).map(|rows| {
        let (of_null, total) = (rows.of_null(), rows.total);
        format!("the tenant of {of_null} of {total} rows of `{name}` is NULL")
    });
    ambiguous.into_iter().chain(of_null)
}

fn engine(found: &SnapshotState) -> FitnessFact {
    let lacks = found.needs.lacks.iter();
    let (views, tables): (Vec<&Lack>, Vec<&Lack>) = lacks.partition(|lack| lack.is_view);
    let failing = |lacks: Vec<&Lack>| {
        let each = lacks
            .into_iter()
            .map(|l| format!("{} `{}` fails: {}", l.what, l.table, l.message));
        list(each.collect(), LISTED, "; ")
    };
    let uncounted = list(uncounted(found), LISTED, "; ");
    if !tables.is_empty() {
        needed(Unmet, failing(tables))
    } else if !uncounted.is_empty() {
        needed(Unmet, uncounted)
    } else if !views.is_empty() {
        noted(Unmet, failing(views))
    } else {
        needed(
            Met,
            "reads every table, and every kind of write to each can be prepared",
        )
    }
}

/// The tables that can be read and whose rows cannot be counted, with the reasons.
fn uncounted(found: &SnapshotState) -> Vec<String> {
    let lacks = &found.needs.lacks;
    let reason = |table: &TableFacts| {
        let reason = table.rows.as_ref()?.as_ref().err()?;
        let name = &table.table.name;
        let is_readable = lacks.iter().all(|lack| lack.table != *name);
        is_readable.then(|| format!("the rows of `{name}` cannot be counted: {reason}"))
    };
    found.tables.iter().filter_map(reason).collect()
}

fn integrity(damage: Option<&Result<Vec<String>, String>>) -> FitnessFact {
    match damage {
        None => noted(Unknown, "--deep reads the whole database for it"),
        Some(Err(lack)) => needed(Unknown, format!("PRAGMA quick_check cannot run: {lack}")),
        Some(Ok(damage)) if damage.is_empty() => {
            needed(Met, "PRAGMA quick_check finds nothing wrong")
        }
        Some(Ok(damage)) => needed(Unmet, format!("PRAGMA quick_check: {}", damage.join("; "))),
    }
}

/// `a`, `b` and 3 more; none where there are none.
fn names<'a>(tables: impl Iterator<Item = &'a TableFacts>) -> Option<String> {
    let names: Vec<String> = tables
        .map(|table| format!("`{}`", table.table.name))
        .collect();
    (!names.is_empty()).then(|| list(names, LISTED, ", "))
}

/// The first few, and how many more there are, where that is not one.
pub(super) fn list(mut parts: Vec<String>, most: usize, between: &str) -> String {
    match beyond(&mut parts, most).len() {
        0 => parts.join(between),
        left => format!("{} and {left} more", parts.join(between)),
    }
}
