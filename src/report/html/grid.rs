//! Expected against actual, table × tenant. The longer side goes down the page, what is wrong first.

use super::budget::Budget;
use super::filters::{Filter, Filters, natural};
use crate::report::evidence::{Mark, Migration, OwnerResult, TableResult};
use crate::report::{kinds, phrases};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Tenants side by side at most; of more, each has a line of its own.
const BESIDE: usize = 8;

/// Columns at most.
const ACROSS: usize = 24;

/// Shades of a cell: a darker one is of more rows.
const SHADES: u32 = 3;

/// The grid of one migration.
#[derive(Debug, Serialize)]
pub(super) struct Grid<'a> {
    /// what the lines are: `table` or `tenant`
    lines: &'static str,
    columns: Vec<GridHead>,
    rows: Vec<GridRow<'a>>,
    /// what is left out of it
    left: Option<String>,
}

#[derive(Debug, Serialize)]
struct GridRow<'a> {
    head: GridHead,
    cells: Vec<Option<GridCell<'a>>>,
}

/// The name of a line or column.
#[derive(Debug, Clone, Serialize)]
struct GridHead {
    name: String,
    /// whether it is the sum of all the others
    total: bool,
    filter: Filter,
}

/// Expected against actual in one place.
#[derive(Debug, Serialize)]
struct GridCell<'a> {
    mark: Mark,
    shade: u32,
    expected: &'a str,
    actual: String,
}

impl Grid<'_> {
    /// Whether something is left out of it.
    pub(super) fn is_cut(&self) -> bool {
        self.left.is_some()
    }
}

/// An owner: as it is shown, and the spelling of a tenant. A tenant may be called as another owner
/// is shown.
type Who<'a> = (&'a str, Option<&'a str>);

/// One line or column.
#[derive(Clone, Copy)]
enum GridKey<'a> {
    All,
    Owner(Who<'a>),
    Table(&'a TableResult),
}

impl<'a> GridKey<'a> {
    fn owner(self) -> Option<Who<'a>> {
        match self {
            Self::Owner(who) => Some(who),
            Self::All | Self::Table(_) => None,
        }
    }

    fn table(self) -> Option<&'a str> {
        match self {
            Self::Table(table) => Some(&table.table),
            Self::All | Self::Owner(_) => None,
        }
    }
}

/// The owners of each table that is not shared.
type GridOwners<'a> = BTreeMap<(&'a str, Who<'a>), &'a OwnerResult>;

/// The grid; `None` where nothing changed and nothing is declared.
pub(super) fn grid<'a>(
    migration: &'a Migration,
    filters: &mut Filters,
    budget: &mut Budget,
) -> Option<Grid<'a>> {
    let most = migration.tables.iter().map(|table| table.touched).max()?;
    let owners = owners(migration);
    let (lines, down, across) = sides(migration, &owners);
    let wide = across.len().min(ACROSS);
    let long = budget.grid.take_rows(down.len(), wide + 1);
    let (down, below) = down.split_at(long);
    let (across, beside) = across.split_at(wide);
    let mut head = |key: &GridKey| head(migration, *key, filters);
    let row = |key: &GridKey<'a>| GridRow {
        head: head(key),
        cells: across
            .iter()
            .map(|column| cell(*key, *column, &owners, most))
            .collect(),
    };
    Some(Grid {
        lines,
        rows: down.iter().map(row).collect(),
        columns: across.iter().map(head).collect(),
        left: left(&owners, &[down, across].concat(), &[below, beside].concat()),
    })
}

fn owners(migration: &Migration) -> GridOwners<'_> {
    let mut owners = GridOwners::new();
    for table in &migration.tables {
        if !kinds::is_shared(migration, table) {
            owners.extend(table.owners.iter().map(|owner| {
                let who = (owner.owner.as_str(), owner.tenant.as_deref());
                ((table.table.as_str(), who), owner)
            }));
        }
    }
    owners
}

/// What the lines are, the lines, and the columns.
fn sides<'a>(
    migration: &'a Migration,
    owners: &GridOwners<'a>,
) -> (&'static str, Vec<GridKey<'a>>, Vec<GridKey<'a>>) {
    let mut each = worst_first(owners);
    let tables: Vec<GridKey> = migration.tables.iter().map(GridKey::Table).collect();
    let is_by_table = each.len() <= BESIDE || each.len() < tables.len();
    if is_by_table && each.len() < ACROSS {
        each.sort_by(|a, b| natural(a.0).cmp(&natural(b.0)));
    }
    let each = std::iter::once(GridKey::All)
        .chain(each.into_iter().map(GridKey::Owner))
        .collect();
    if is_by_table {
        ("table", tables, each)
    } else {
        ("tenant", each, tables)
    }
}

/// Each owner once: those with the worst marks first, then as people count.
fn worst_first<'a>(owners: &GridOwners<'a>) -> Vec<Who<'a>> {
    let mut worst: BTreeMap<Who, Mark> = BTreeMap::new();
    for ((_, who), owner) in owners {
        let mark = worst.entry(*who).or_insert(owner.mark);
        *mark = owner.mark.min(*mark);
    }
    let mut sorted: Vec<(Who, Mark)> = worst.into_iter().collect();
    sorted.sort_by_key(|((name, tenant), mark)| (*mark, natural(tenant.unwrap_or(*name))));
    sorted.into_iter().map(|(who, _)| who).collect()
}

fn cell<'a>(
    a: GridKey<'a>,
    b: GridKey<'a>,
    owners: &GridOwners<'a>,
    most: u64,
) -> Option<GridCell<'a>> {
    let (mark, expected, changed, touched) = match (a, b) {
        (GridKey::Table(t), GridKey::All) | (GridKey::All, GridKey::Table(t)) => {
            (t.mark, &t.expected, t.actual, t.touched)
        }
        (GridKey::Table(table), GridKey::Owner(who))
        | (GridKey::Owner(who), GridKey::Table(table)) => {
            let o = owners.get(&(table.table.as_str(), who))?;
            (o.mark, &o.expected, o.actual, o.touched)
        }
        _ => return None,
    };
    Some(GridCell {
        mark,
        shade: shade(touched, most),
        expected,
        actual: phrases::actual(changed, touched),
    })
}

/// How dark a cell is, by the number of digits of its rows.
fn shade(rows: u64, most: u64) -> u32 {
    let digits = |n: u64| n.checked_ilog2().map_or(0, |log| log + 1);
    (digits(rows) * SHADES).div_ceil(digits(most).max(1))
}

fn head(migration: &Migration, key: GridKey, filters: &mut Filters) -> GridHead {
    let (name, filter) = match key {
        GridKey::All => ("all".to_owned(), Filter::default()),
        GridKey::Owner((name, tenant)) => (name.to_owned(), filters.tenant(migration, tenant)),
        GridKey::Table(table) => {
            let is_shared = kinds::is_shared(migration, table);
            let aside = if is_shared { " (shared)" } else { "" };
            (table.table.clone() + aside, filters.table(&table.table))
        }
    };
    GridHead {
        name,
        total: matches!(key, GridKey::All),
        filter,
    }
}

/// `3 tables and 4001 tenants with 12003 groups (outside 1, ok 12002)`
fn left(owners: &GridOwners, shown: &[GridKey], left: &[GridKey]) -> Option<String> {
    let of_tables = left.iter().filter(|key| key.table().is_some()).count();
    let sides = [(of_tables, "table"), (left.len() - of_tables, "tenant")];
    let (sides, marks) = (phrases::all_counted(sides, " and "), marks(owners, shown));
    match marks.values().sum::<usize>() {
        _ if left.is_empty() => None,
        0 => Some(sides),
        groups => {
            let groups = phrases::counted(groups, "group");
            let marks = phrases::by_word(marks.into_iter().map(|(mark, n)| (mark.word(), n)));
            Some(format!("{sides} with {groups} ({marks})"))
        }
    }
}

/// How many owners of a table have each mark, where the grid has no place for them.
fn marks(owners: &GridOwners, shown: &[GridKey]) -> BTreeMap<Mark, usize> {
    let tables: BTreeSet<&str> = shown.iter().filter_map(|key| key.table()).collect();
    let named: BTreeSet<Who> = shown.iter().filter_map(|key| key.owner()).collect();
    let mut marks = BTreeMap::new();
    for ((table, who), owner) in owners {
        if !tables.contains(table) || !named.contains(who) {
            *marks.entry(owner.mark).or_default() += 1;
        }
    }
    marks
}
