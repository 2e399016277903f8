//! The table × tenant map: expected against actual. The longer side goes down the page, what is
//! wrong first.

use super::facets::{Facet, Facets, natural};
use super::room::Room;
use super::shown::{Shown, counted};
use crate::report::evidence::{Counts, Mark, Migration, OwnerResult, TableResult};
use crate::report::words;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Tenants that stand side by side at most; of more, each has a line of its own.
const BESIDE: usize = 8;

/// Columns at most.
const ACROSS: usize = 24;

/// Shades of a cell: a darker one is of more rows.
const SHADES: u32 = 3;

/// The map of one migration.
#[derive(Debug, Serialize)]
pub(super) struct Map {
    /// what the lines are: `table` or `tenant`
    lines: &'static str,
    columns: Vec<Head>,
    rows: Vec<Row>,
    /// what is left out of it
    left: Option<String>,
}

#[derive(Debug, Serialize)]
struct Row {
    head: Head,
    cells: Vec<Option<Cell>>,
}

/// The name of a line or column.
#[derive(Debug, Clone, Serialize)]
struct Head {
    name: Shown,
    /// whether it stands for all the others
    total: bool,
    facet: Facet,
}

/// Expected against actual in one place.
#[derive(Debug, Serialize)]
struct Cell {
    mark: &'static str,
    shade: u32,
    expected: Shown,
    actual: String,
}

impl Map {
    /// Whether something is left out of it.
    pub(super) fn is_cut(&self) -> bool {
        self.left.is_some()
    }
}

/// One line or column of the sorted map.
enum Key<'a> {
    All,
    Owner(&'a str, Option<&'a str>),
    Table(&'a TableResult),
}

/// The map; `None` where nothing changed and nothing is declared.
pub(super) fn map(migration: &Migration, facets: &mut Facets, room: &mut Room) -> Option<Map> {
    if migration.tables.is_empty() {
        return None;
    }
    let owners = owners(migration);
    let tables: Vec<Key> = migration.tables.iter().map(Key::Table).collect();
    let all = std::iter::once(Key::All);
    let (lines, down, across) = if owners.len() <= BESIDE || owners.len() < tables.len() {
        let mut across: Vec<(Mark, &str, Option<&str>)> = owners;
        if across.len() < ACROSS {
            across.sort_by(|a, b| natural(a.1).cmp(&natural(b.1)));
        }
        (
            "table",
            tables,
            all.chain(
                across
                    .into_iter()
                    .map(|(_, name, tenant)| Key::Owner(name, tenant)),
            )
            .collect::<Vec<_>>(),
        )
    } else {
        (
            "tenant",
            all.chain(
                owners
                    .into_iter()
                    .map(|(_, name, tenant)| Key::Owner(name, tenant)),
            )
            .collect(),
            tables,
        )
    };
    let wide = across.len().min(ACROSS);
    let long = room.map_rows(down.len(), wide + 1);
    let most = migration
        .tables
        .iter()
        .map(|table| table.touched)
        .max()
        .unwrap_or_default();
    let index = index(migration);
    let cell = |a: &Key, b: &Key| match (a, b) {
        (Key::Table(table), Key::All) | (Key::All, Key::Table(table)) => Some(total(table, most)),
        (Key::Table(table), Key::Owner(owner, _)) | (Key::Owner(owner, _), Key::Table(table)) => {
            index
                .get(&(table.table.as_str(), *owner))
                .map(|found| one(found, most))
        }
        _ => None,
    };
    let row = |key: &Key| {
        across[..wide]
            .iter()
            .map(|column| cell(key, column))
            .collect()
    };
    let cells: Vec<Vec<Option<Cell>>> = down[..long].iter().map(row).collect();
    let mut heads = |keys: &[Key]| {
        keys.iter()
            .map(|key| head(migration, key, facets))
            .collect::<Vec<_>>()
    };
    let rows = heads(&down[..long])
        .into_iter()
        .zip(cells)
        .map(|(head, cells)| Row { head, cells })
        .collect();
    let left = left(
        &index,
        (&down[..long], &down[long..]),
        (&across[..wide], &across[wide..]),
    );
    Some(Map {
        lines,
        columns: heads(&across[..wide]),
        rows,
        left,
    })
}

/// Every owner but the one of a shared table, with the worst of its marks: what is wrong first,
/// then as people count.
fn owners(migration: &Migration) -> Vec<(Mark, &str, Option<&str>)> {
    let mut found: BTreeMap<(&str, Option<&str>), Mark> = BTreeMap::new();
    for owner in migration
        .tables
        .iter()
        .filter(|table| !is_shared(table))
        .flat_map(|table| &table.owners)
    {
        let mark = found
            .entry((owner.owner.as_str(), owner.tenant.as_deref()))
            .or_insert(owner.mark);
        *mark = (*mark).min(owner.mark);
    }
    let mut owners: Vec<_> = found
        .into_iter()
        .map(|((name, tenant), mark)| (mark, name, tenant))
        .collect();
    owners.sort_by(|a, b| {
        (a.0, natural(a.2.unwrap_or(a.1))).cmp(&(b.0, natural(b.2.unwrap_or(b.1))))
    });
    owners
}

/// Whether all rows of a table are nobody's: its total says it all.
pub(super) fn is_shared(table: &TableResult) -> bool {
    matches!(&table.owners[..], [only] if only.owner == "shared")
}

fn index(migration: &Migration) -> BTreeMap<(&str, &str), &OwnerResult> {
    let tables = migration.tables.iter().filter(|table| !is_shared(table));
    tables
        .flat_map(|table| {
            table
                .owners
                .iter()
                .map(move |owner| ((table.table.as_str(), owner.owner.as_str()), owner))
        })
        .collect()
}

fn total(table: &TableResult, most: u64) -> Cell {
    Cell {
        mark: table.mark.word(),
        shade: shade(table.touched, most),
        expected: Shown::line(&table.expected),
        actual: actual(table.actual, table.touched),
    }
}

fn one(owner: &OwnerResult, most: u64) -> Cell {
    Cell {
        mark: owner.mark.word(),
        shade: shade(owner.touched, most),
        expected: Shown::line(&owner.expected),
        actual: actual(owner.actual, owner.touched),
    }
}

/// `update 6`; rows that were written and kept their values are named apart.
pub(super) fn actual(changed: Counts, touched: u64) -> String {
    let kept = touched.saturating_sub(changed.total());
    let unchanged = (kept > 0).then(|| format!("unchanged {kept}"));
    let parts: Vec<String> = [words::counts(changed)]
        .into_iter()
        .filter(|part| !part.is_empty())
        .chain(unchanged)
        .collect();
    if parts.is_empty() {
        "nothing".to_owned()
    } else {
        parts.join(", ")
    }
}

/// How dark a cell is, by the number of digits of its rows.
fn shade(rows: u64, most: u64) -> u32 {
    let digits = |n: u64| n.checked_ilog2().map_or(0, |log| log + 1);
    (digits(rows) * SHADES).div_ceil(digits(most).max(1))
}

fn head(migration: &Migration, key: &Key, facets: &mut Facets) -> Head {
    match key {
        Key::All => Head {
            name: Shown::line("all"),
            total: true,
            facet: Facet::default(),
        },
        Key::Owner(owner, tenant) => {
            let tenant = tenant.and_then(|tenant| facets.tenants(migration, [tenant]));
            Head {
                name: Shown::line(owner),
                total: false,
                facet: Facet {
                    tenant,
                    ..Facet::default()
                },
            }
        }
        Key::Table(table) => {
            let facet = Facet {
                table: Some(facets.tables([table.table.as_str()])),
                ..Facet::default()
            };
            let aside = if is_shared(table) { " (shared)" } else { "" };
            Head {
                name: Shown::line(format!("{}{aside}", table.table)),
                total: false,
                facet,
            }
        }
    }
}

/// `3 tables and 4001 tenants with 12003 groups (outside 1, ok 12002)`
fn left(
    index: &BTreeMap<(&str, &str), &OwnerResult>,
    down: (&[Key], &[Key]),
    across: (&[Key], &[Key]),
) -> Option<String> {
    let left: Vec<&Key> = down.1.iter().chain(across.1).collect();
    if left.is_empty() {
        return None;
    }
    let shown = || down.0.iter().chain(across.0);
    let tables: BTreeSet<&str> = shown()
        .filter_map(|key| {
            if let Key::Table(table) = key {
                Some(table.table.as_str())
            } else {
                None
            }
        })
        .collect();
    let owners: BTreeSet<&str> = shown()
        .filter_map(|key| {
            if let Key::Owner(name, _) = key {
                Some(*name)
            } else {
                None
            }
        })
        .collect();
    let mut marks: BTreeMap<Mark, usize> = BTreeMap::new();
    for (_, owner) in index
        .iter()
        .filter(|((table, owner), _)| !tables.contains(table) || !owners.contains(owner))
    {
        *marks.entry(owner.mark).or_default() += 1;
    }
    let tables = left
        .iter()
        .filter(|key| matches!(key, Key::Table(_)))
        .count();
    let named = [(tables, "table"), (left.len() - tables, "tenant")];
    let named: Vec<String> = named
        .into_iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, what)| counted(n, what))
        .collect();
    let groups: usize = marks.values().sum();
    let marks: Vec<String> = marks
        .into_iter()
        .map(|(mark, n)| format!("{} {n}", mark.word()))
        .collect();
    let named = named.join(" and ");
    Some(if groups == 0 {
        named
    } else {
        format!(
            "{named} with {} ({})",
            counted(groups, "group"),
            marks.join(", ")
        )
    })
}
