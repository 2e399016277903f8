//! Expected against actual, table × tenant. The longer side goes down the page, what is wrong first.

use super::filters::natural;
use super::migration::Maker;
use super::shown::list;
use crate::record::{Mark, Migration, OwnerResult, TableResult};
use crate::report::kinds;
use crate::report::phrases::{self, ALL_OWNERS, TableLine};
use minijinja::{Value, context};
use std::collections::{BTreeMap, BTreeSet};

/// Tenants side by side at most; of more, each has a line of its own.
const BESIDE: usize = 8;

/// Columns at most.
const ACROSS: usize = 24;

/// Shades of a cell: a darker one is of more rows.
const SHADES: u32 = 3;

/// An owner: as it is shown, and the spelling of a tenant. A tenant may be called as another owner
/// is shown.
type Who<'a> = (&'a str, Option<&'a str>);

/// A line or column: that of a table, of an owner, or of neither, which is the sum of all owners.
#[derive(Clone, Copy, Default)]
struct GridKey<'a> {
    table: Option<&'a TableResult>,
    owner: Option<Who<'a>>,
}

/// The owners of each table that is not shared.
type GridOwners<'a> = BTreeMap<(&'a str, Who<'a>), &'a OwnerResult>;

impl Maker<'_> {
    /// The grid; `None` where nothing changed and nothing is declared.
    pub(super) fn grid(&mut self) -> Option<Value> {
        let migration = self.migration;
        let most = migration.tables.iter().map(|table| table.touched).max()?;
        let owners = owners(migration);
        let (lines, down, across) = sides(migration, &owners);
        let wide = across.len().min(ACROSS);
        let long = self.budget.grid.take_rows(down.len(), wide + 1);
        let (down, below) = down.split_at(long);
        let (across, beside) = across.split_at(wide);
        let row = |key: &GridKey| {
            let cells = across
                .iter()
                .map(|column| cell(*key, *column, &owners, most));
            context! { head => self.head(*key), cells => list(cells) }
        };
        let rows = list(down.iter().map(row));
        let columns = list(across.iter().map(|key| self.head(*key)));
        let left = left(&owners, &[below, beside].concat());
        self.filters.some_left |= left.is_some();
        // What the lines are, `table` or `tenant`, and what is left out.
        Some(context! { lines, columns, rows, left })
    }

    /// The name of a line or column, and whether it is the sum of all the others.
    fn head(&mut self, key: GridKey) -> Value {
        let name = match (key.table, key.owner) {
            (Some(table), _) if kinds::is_shared(self.migration, table) => {
                format!("{} (shared)", table.table)
            }
            (Some(table), _) => table.table.clone(),
            (None, Some((name, _))) => name.to_owned(),
            (None, None) => ALL_OWNERS.to_owned(),
        };
        let tenant = key.owner.and_then(|(_, tenant)| tenant);
        let table = key.table.map(|table| table.table.as_str());
        context! {
            name,
            total => key.table.is_none() && key.owner.is_none(),
            filter => self.filters.one(self.migration, tenant, table),
        }
    }
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
    let is_by_table = each.len() <= BESIDE || each.len() < migration.tables.len();
    if is_by_table && each.len() < ACROSS {
        each.sort_by(|a, b| natural(a.0).cmp(&natural(b.0)));
    }
    let table = |table| GridKey {
        table: Some(table),
        owner: None,
    };
    let owner = |who| GridKey {
        table: None,
        owner: Some(who),
    };
    let tables = migration.tables.iter().map(table).collect();
    let all = std::iter::once(GridKey::default());
    let owners = all.chain(each.into_iter().map(owner)).collect();
    if is_by_table {
        ("table", tables, owners)
    } else {
        ("tenant", owners, tables)
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

/// Expected against actual in one place.
fn cell(line: GridKey, column: GridKey, owners: &GridOwners, most: u64) -> Option<Value> {
    let table = line.table.or(column.table)?;
    let shown: TableLine = match line.owner.or(column.owner) {
        Some(who) => (*owners.get(&(table.table.as_str(), who))?).into(),
        None => table.into(),
    };
    Some(context! {
        mark => shown.mark.word(),
        shade => shade(shown.touched, most),
        expected => shown.expected,
        actual => shown.actual(),
    })
}

/// How dark a cell is, by the number of digits of its rows.
fn shade(rows: u64, most: u64) -> u32 {
    let digits = |n: u64| n.checked_ilog2().map_or(0, |log| log + 1);
    (digits(rows) * SHADES).div_ceil(digits(most).max(1))
}

/// `3 tables and 4001 tenants with 12003 groups (outside 1, ok 12002)`
fn left(owners: &GridOwners, left: &[GridKey]) -> Option<String> {
    let tables: BTreeSet<&str> = left
        .iter()
        .filter_map(|key| Some(&*key.table?.table))
        .collect();
    let named: BTreeSet<Who> = left.iter().filter_map(|key| key.owner).collect();
    let mut marks = BTreeMap::<Mark, usize>::new();
    for ((table, who), owner) in owners {
        if tables.contains(table) || named.contains(who) {
            *marks.entry(owner.mark).or_default() += 1;
        }
    }
    let sides = [
        (tables.len(), "table"),
        (left.len() - tables.len(), "tenant"),
    ];
    let sides = phrases::all_counted(sides, " and ");
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
