//! Whether a snapshot is fit for rehearsal: named facts, of which some decide.
//!
//! A rehearsal shows that a migration reaches rows of somebody else only where there is somebody
//! else, and that it goes by half a key only where a key has several columns. What would decide and
//! is not known decides against it.

use super::TableFacts;
use super::needs::Lack;
use super::rows::Rows;
use super::state::Found;
use crate::scope::TenantRule;
use crate::snapshot::catalog::TableKind;
use crate::sql::ident;

/// One thing that makes a snapshot fit for rehearsal, or does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// its name, such as `composite keys`
    pub name: &'static str,
    /// what was found
    pub mark: Mark,
    /// whether a snapshot is unfit where this is not ok
    pub decides: bool,
    /// the same in words
    pub sentence: String,
}

/// What was found of a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// it is as it should be
    Ok,
    /// it is not
    NotOk,
    /// nobody knows
    NotEvaluated,
}

impl Mark {
    /// The word that stands for it in reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::NotOk => "not ok",
            Self::NotEvaluated => "not evaluated",
        }
    }
}

impl Fact {
    /// Whether the snapshot may be fit in spite of it.
    pub fn allows(&self) -> bool {
        self.mark == Mark::Ok || !self.decides
    }
}

/// What a sentence lists before it counts the rest.
const LISTED: usize = 5;

/// Every fact, those that decide and the others.
pub(super) fn facts(found: &Found) -> Vec<Fact> {
    vec![
        tenancy(found),
        tenants(found),
        one_tenant(found),
        keys(found),
        empty(found),
        owners(found),
        engine(found),
        integrity(found.damage.as_ref()),
    ]
}

/// A fact without which no snapshot is fit.
fn needed(name: &'static str, mark: Mark, sentence: impl Into<String>) -> Fact {
    Fact {
        name,
        mark,
        decides: true,
        sentence: sentence.into(),
    }
}

/// A fact that a reader should know.
fn noted(name: &'static str, mark: Mark, sentence: impl Into<String>) -> Fact {
    Fact {
        name,
        mark,
        decides: false,
        sentence: sentence.into(),
    }
}

fn tenancy(found: &Found) -> Fact {
    const NAME: &str = "tenancy";
    let Some(tenancy) = &found.tenancy else {
        return needed(
            NAME,
            Mark::NotOk,
            "no tenancy was declared, so that nothing says whose a row is",
        );
    };
    let is_used = found
        .tables
        .iter()
        .any(|t| matches!(t.rule, Some(TenantRule::Column(_) | TenantRule::Lookup(_))));
    match (&tenancy.unfitting[..], is_used) {
        ([], true) => needed(NAME, Mark::Ok, format!("declared by {}", tenancy.by)),
        (unfitting, true) => noted(
            NAME,
            Mark::NotOk,
            format!(
                "what {} declares does not all fit: {}",
                tenancy.by,
                unfitting.join("; ")
            ),
        ),
        (unfitting, false) => {
            let why = if unfitting.is_empty() {
                String::new()
            } else {
                format!(": {}", unfitting.join("; "))
            };
            needed(
                NAME,
                Mark::NotOk,
                format!(
                    "by what {} declares, no table has rows of a tenant{why}",
                    tenancy.by
                ),
            )
        }
    }
}

fn tenants(found: &Found) -> Fact {
    const NAME: &str = "two tenants";
    if found.tenancy.is_none() {
        return needed(NAME, Mark::NotEvaluated, "whose the rows are is not known");
    }
    let listed = found
        .tenants
        .iter()
        .filter(|(tenant, _)| !tenant.0.is_null())
        .count();
    // The list of tenants has a row of each, whatever the other tables have.
    let others = found
        .tables
        .iter()
        .filter(|table| !is_list_of_tenants(table));
    let together = others
        .filter_map(TableFacts::counted)
        .map(known_tenants)
        .max()
        .unwrap_or(0);
    match (listed, together) {
        (n, 2..) => needed(NAME, Mark::Ok, format!("{n} tenants have rows")),
        _ if has_uncounted(found) => needed(
            NAME,
            Mark::NotEvaluated,
            "the rows of some tables could not be counted",
        ),
        (0, _) => needed(NAME, Mark::NotOk, "no row has a tenant"),
        (1, _) => needed(
            NAME,
            Mark::NotOk,
            "all rows are of 1 tenant: a migration that reaches those of others finds none here",
        ),
        (n, _) => needed(
            NAME,
            Mark::NotOk,
            format!(
                "{n} tenants have rows, but no table except a list of tenants has those of two"
            ),
        ),
    }
}

/// Whether the tenant column is the whole primary key, so that no two rows are of one tenant.
fn is_list_of_tenants(table: &TableFacts) -> bool {
    match (&table.rule, &table.keys.primary[..]) {
        (Some(TenantRule::Column(column)), [only]) => ident::same(column, only),
        _ => false,
    }
}

/// The tenants of a table's rows. NULL is a tenant of its own, and yet nobody else.
fn known_tenants(rows: &Rows) -> usize {
    rows.by_tenant
        .keys()
        .filter(|tenant| !tenant.0.is_null())
        .count()
}

fn has_uncounted(found: &Found) -> bool {
    found
        .tables
        .iter()
        .any(|table| matches!(table.rows, Some(Err(_))))
}

fn one_tenant(found: &Found) -> Fact {
    const NAME: &str = "several tenants in each table";
    if found.tenancy.is_none() {
        return noted(NAME, Mark::NotEvaluated, "whose the rows are is not known");
    }
    let is_alone = |rows: &Rows| !rows.by_tenant.is_empty() && known_tenants(rows) < 2;
    let alone = names(
        found
            .tables
            .iter()
            .filter(|table| table.counted().is_some_and(is_alone)),
    );
    match alone {
        None => noted(NAME, Mark::Ok, "no table has rows of one tenant only"),
        Some(alone) => noted(
            NAME,
            Mark::NotOk,
            format!("rows of one tenant only: {alone}"),
        ),
    }
}

fn keys(found: &Found) -> Fact {
    const NAME: &str = "composite keys";
    let tables = found
        .tables
        .iter()
        .filter(|table| table.kind == TableKind::Ordinary);
    match names(tables.filter(|table| table.keys.is_composite())) {
        Some(composite) => needed(
            NAME,
            Mark::Ok,
            format!("a primary or unique key of several columns: {composite}"),
        ),
        None => needed(
            NAME,
            Mark::NotOk,
            "no table has a key of several columns: a migration that goes by half a key cannot \
            show here",
        ),
    }
}

fn empty(found: &Found) -> Fact {
    const NAME: &str = "rows in each table";
    let is_empty = |rows: &Rows| rows.total == 0;
    match names(
        found
            .tables
            .iter()
            .filter(|table| table.counted().is_some_and(is_empty)),
    ) {
        None if has_uncounted(found) => noted(
            NAME,
            Mark::NotEvaluated,
            "the rows of some tables could not be counted",
        ),
        None => noted(NAME, Mark::Ok, "no table is empty"),
        Some(empty) => noted(
            NAME,
            Mark::NotOk,
            format!("empty, so that a rehearsal shows nothing of them: {empty}"),
        ),
    }
}

fn owners(found: &Found) -> Fact {
    const NAME: &str = "an owner of each row";
    if found.tenancy.is_none() {
        return noted(NAME, Mark::NotEvaluated, "whose the rows are is not known");
    }
    let mut wrong = Vec::new();
    if let Some(nobody) = names(
        found
            .tables
            .iter()
            .filter(|table| table.has_rows() && table.rule.is_none()),
    ) {
        wrong.push(format!(
            "nothing says whose these rows are, so that a migration which \
            writes them is rejected: {nobody}"
        ));
    }
    for (table, rows) in found
        .tables
        .iter()
        .filter_map(|table| Some((table, table.counted()?)))
    {
        if rows.ambiguous > 0 {
            wrong.push(format!(
                "the lookup of `{}` gives no tenant, or several, for {} of {} rows",
                table.name, rows.ambiguous, rows.total
            ));
        }
        let of_null = rows
            .by_tenant
            .iter()
            .find(|(tenant, _)| tenant.0.is_null())
            .map_or(0, |(_, n)| *n);
        if of_null > 0 {
            wrong.push(format!(
                "the tenant of {of_null} of {} rows of `{}` is NULL",
                rows.total, table.name
            ));
        }
    }
    if wrong.is_empty() {
        noted(NAME, Mark::Ok, "every table says whose its rows are")
    } else {
        noted(NAME, Mark::NotOk, list(wrong, "; "))
    }
}

fn engine(found: &Found) -> Fact {
    const NAME: &str = "this engine";
    let (views, tables): (Vec<&Lack>, Vec<&Lack>) =
        found.needs.lacks.iter().partition(|lack| lack.is_view);
    let tell = |lacks: &[&Lack]| {
        list(
            lacks
                .iter()
                .map(|lack| format!("{} `{}` fails: {}", lack.what, lack.table, lack.message))
                .collect(),
            "; ",
        )
    };
    let unreadable = |table: &TableFacts| {
        found
            .needs
            .lacks
            .iter()
            .any(|lack| lack.table == table.name)
    };
    let uncounted = found
        .tables
        .iter()
        .filter_map(|table| Some((table, table.rows.as_ref()?.as_ref().err()?)));
    let uncounted: Vec<String> = uncounted
        .filter(|(table, _)| !unreadable(table))
        .map(|(table, reason)| format!("the rows of `{}` cannot be counted: {reason}", table.name))
        .collect();
    match (&tables[..], &uncounted[..], &views[..]) {
        ([], [], []) => needed(
            NAME,
            Mark::Ok,
            "reads every table, and every kind of write to each can be prepared",
        ),
        ([], [], views) => noted(NAME, Mark::NotOk, tell(views)),
        ([], uncounted, _) => needed(NAME, Mark::NotOk, list(uncounted.to_vec(), "; ")),
        (tables, ..) => needed(NAME, Mark::NotOk, tell(tables)),
    }
}

fn integrity(damage: Option<&Result<Vec<String>, String>>) -> Fact {
    const NAME: &str = "integrity";
    match damage {
        None => noted(
            NAME,
            Mark::NotEvaluated,
            "--deep reads the whole database for it",
        ),
        Some(Err(lack)) => needed(
            NAME,
            Mark::NotEvaluated,
            format!("PRAGMA quick_check cannot run: {lack}"),
        ),
        Some(Ok(damage)) if damage.is_empty() => {
            needed(NAME, Mark::Ok, "PRAGMA quick_check finds nothing wrong")
        }
        Some(Ok(damage)) => needed(
            NAME,
            Mark::NotOk,
            format!("PRAGMA quick_check: {}", damage.join("; ")),
        ),
    }
}

/// `a`, `b` and 3 more; none where there are none.
fn names<'a>(tables: impl Iterator<Item = &'a TableFacts>) -> Option<String> {
    let names: Vec<String> = tables.map(|table| format!("`{}`", table.name)).collect();
    (!names.is_empty()).then(|| list(names, ", "))
}

/// The first few, and how many more there are.
fn list(mut parts: Vec<String>, between: &str) -> String {
    let n = parts.len();
    if n > LISTED + 1 {
        parts.truncate(LISTED);
        return format!("{} and {} more", parts.join(between), n - LISTED);
    }
    parts.join(between)
}
