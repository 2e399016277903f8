//! The inspection for a person: whether it is fit, what it is, why, whose rows it has, how they are
//! keyed.
//!
//! Colour repeats what words say. Everything untrusted is escaped.

use super::Inspection;
use super::fitness::{FactMark, FitnessFact, list};
use super::needs::Needs;
use super::rows::RowCounts;
use super::state::{Database, TableFacts, TenancyFacts};
use crate::report::{BAD, DIM, Detail, GOOD, HEAD, Page, terminal_line};
use crate::scope::{Tenant, TenantRule};
use crate::snapshot::age::{SnapshotAge, TakenBy, spelling};
use crate::snapshot::catalog::{Table, TableKind};
use crate::snapshot::keys::{Foreign, Unique};
use crate::snapshot::{Header, IdentityFrom};
use tabled::settings::object::{Columns, Segment};
use tabled::settings::{Alignment, Modify};

/// Columns of a terminal behind the name of a setting.
const INDENT: &str = "          ";

/// Objects of the schema that one line names, before it counts the rest.
const LISTED: usize = 3;

pub(super) fn render(i: &Inspection, most: usize, page: &mut Page) {
    headline(i, page);
    if page.layout.detail == Detail::Verdict {
        return;
    }
    setting(i, page);
    page.heading("Fitness");
    i.facts.iter().for_each(|fact| one(fact, page));
    proposals(i, page);
    page.heading("Rows");
    grid(i, most, page);
    tenants(i, most, page);
    page.heading("Keys");
    for table in &i.state.tables {
        if table.table.kind != TableKind::Shadow {
            page.sentence(&keys(&table.table), ["  ", "      "]);
        }
    }
}

/// The verdict and the first thing that decides against it.
fn headline(i: &Inspection, page: &mut Page) {
    let verdict = if i.is_fit() {
        format!("{GOOD}FIT{GOOD:#}")
    } else {
        format!("{BAD}NOT FIT{BAD:#}")
    };
    let source = terminal_line(&i.source);
    page.line(format_args!(
        "{verdict} {HEAD}{source}{HEAD:#} for rehearsal"
    ));
    if let Some(fact) = i.facts.iter().find(|fact| !fact.allows()) {
        page.sentence(&fact.sentence, ["  ", "  "]);
    }
}

/// What it is: a name and a text for each line.
fn setting(i: &Inspection, page: &mut Page) {
    let by = match i.identity.from {
        IdentityFrom::File => "",
        IdentityFrom::Manifest => ", by its manifest",
    };
    let lines = [
        ("file", Some(file(i))),
        ("pages", Some(pages(i))),
        ("journal", i.header.as_ref().map(journal)),
        ("versions", Some(versions(&i.state.database))),
        ("taken", taken(&i.age)),
        ("modified", Some(modified(&i.age))),
        ("blake3", Some(format!("{}{by}", i.identity.blake3))),
        ("tenancy", Some(tenancy(i.state.tenancy.as_ref()))),
        ("uses", Some(features(&i.state.needs))),
    ];
    for (name, text) in lines {
        if let Some(text) = text {
            page.sentence(&text, [&format!("{DIM}{name:10}{DIM:#}"), INDENT]);
        }
    }
}

/// `SQLite database, 4718592 bytes (4.5 MiB), with a -wal of 4152 bytes beside it`
fn file(i: &Inspection) -> String {
    const MIB: u64 = 1024 * 1024;
    let beside = i.neighbours.iter();
    let beside = beside.map(|(suffix, n)| format!(", with a {suffix} of {n} bytes beside it"));
    let (form, bytes, beside) = (i.form, i.bytes, beside.collect::<String>());
    if bytes < MIB {
        return format!("{form}, {bytes} bytes{beside}");
    }
    let tenths = bytes.saturating_mul(10) / MIB;
    let (whole, tenth) = (tenths / 10, tenths % 10);
    format!("{form}, {bytes} bytes ({whole}.{tenth} MiB){beside}")
}

fn pages(i: &Inspection) -> String {
    let Database {
        page_size,
        pages,
        free_pages,
        encoding,
        auto_vacuum,
        ..
    } = &i.state.database;
    let loaded = if i.header.is_some() {
        ""
    } else {
        "once loaded, "
    };
    format!(
        "{loaded}{pages} of {page_size} bytes, {free_pages} of them free; {encoding}; auto_vacuum \
        {auto_vacuum}"
    )
}

fn journal(header: &Header) -> String {
    let (journal, counter) = (header.journal.word(), header.change_counter);
    let format = header.schema_format;
    let text = format!("{journal}, change counter {counter}, schema format {format}");
    match &header.written_by {
        Some(version) => format!("{text}, last written by SQLite {version}"),
        None => text,
    }
}

fn versions(database: &Database) -> String {
    let Database {
        schema_version,
        user_version,
        application_id,
        ..
    } = database;
    format!(
        "schema_version {schema_version}, user_version {user_version}, application_id \
        {application_id}"
    )
}

fn taken(age: &SnapshotAge) -> Option<String> {
    let (at, by) = age.taken?;
    let zone = match by {
        TakenBy::Name => ", which is read as UTC",
        TakenBy::Manifest => "",
    };
    let (time, ago, by) = (spelling(at).unwrap_or_default(), age.ago(at), by.word());
    Some(format!("{time}, {ago}, by its {by}{zone}"))
}

fn modified(age: &SnapshotAge) -> String {
    let modified = age.modified.and_then(|at| {
        let time = spelling(at)?;
        Some(format!("{time}, {}", age.ago(at)))
    });
    modified.unwrap_or_else(|| "at a time that is not known".to_owned())
}

fn tenancy(tenancy: Option<&TenancyFacts>) -> String {
    let Some(tenancy) = tenancy else {
        return "none was declared".to_owned();
    };
    let by = &tenancy.by;
    let Some(column) = &tenancy.column else {
        return format!("no tenants, by {by}");
    };
    match tenancy.exceptions {
        0 => format!("column `{column}`, by {by}"),
        1 => format!("column `{column}`, and 1 table otherwise, by {by}"),
        n => format!("column `{column}`, and {n} tables otherwise, by {by}"),
    }
}

fn features(needs: &Needs) -> String {
    let feature = |(name, of): (&String, &Vec<String>)| {
        let of = list(of.clone(), LISTED, ", ");
        format!("{name} ({of})")
    };
    let features: Vec<String> = needs.features.iter().map(feature).collect();
    match features.join(", ") {
        none if none.is_empty() => "nothing but plain tables".to_owned(),
        features => features,
    }
}

fn one(fact: &FitnessFact, page: &mut Page) {
    let (style, word) = match (fact.mark, fact.decides) {
        (FactMark::Met, _) => (GOOD, "ok"),
        (FactMark::Unmet, true) => (BAD, "NOT OK"),
        (FactMark::Unknown, true) => (BAD, "NOT EVALUATED"),
        (FactMark::Unmet, false) => (HEAD, "note"),
        (FactMark::Unknown, false) => (DIM, "not evaluated"),
    };
    let text = format!("{}: {}", fact.name, fact.sentence);
    let first = format!("  {style}{word:13}{style:#} ");
    page.sentence(&text, [&first, "                "]);
}

fn proposals(i: &Inspection, page: &mut Page) {
    let Some(first) = i.proposals.first() else {
        return;
    };
    page.heading("Columns that may say whose a row is");
    for p in &i.proposals {
        let text = format!(
            "`{}`: in {} tables, in {} part of a key of several columns, in {} a reference",
            p.column, p.tables, p.keyed, p.refers
        );
        page.sentence(&text, ["  ", "    "]);
    }
    let text = format!("to try one: --tenant-column {}", first.column);
    page.sentence(&text, ["  → ", "    "]);
}

/// The tables with rows, and how many of each belong to the tenants with the most.
fn grid(i: &Inspection, most: usize, page: &mut Page) {
    let width = page.layout.width;
    let widest = width.unwrap_or(usize::MAX);
    let fits = |grid: &String| grid.lines().all(|line| line.chars().count() <= widest);
    // Fewer tenants rather than cut words; where even the rest is too wide, words are wrapped.
    let grid = (0..=i.state.tenants.len().min(most))
        .rev()
        .map(|n| table(i, n, None, page))
        .find(fits)
        .unwrap_or_else(|| table(i, 0, width.map(|width| width.max(40)), page));
    page.line(grid);
    let is_shadow = |table: &&TableFacts| table.table.kind == TableKind::Shadow;
    let shadows = i.state.tables.iter().filter(is_shadow).count();
    if shadows > 0 {
        page.line(format_args!(
            "  {DIM}{shadows} tables in which virtual tables keep their rows are left out{DIM:#}"
        ));
    }
}

/// The table with columns for so many tenants, its words wrapped to a width.
fn table(i: &Inspection, shown: usize, width: Option<usize>, page: &Page) -> String {
    let tenants = i.state.tenants[..shown].iter();
    let mut tenants: Vec<&Tenant> = tenants.map(|(tenant, _)| tenant).collect();
    tenants.sort();
    let head = head(i, &tenants);
    let columns = head.len();
    let rows = i
        .state
        .tables
        .iter()
        .filter(|table| table.has_rows())
        .map(|table| row(table, &tenants).into_iter().take(columns).collect());
    let mut grid = page.table(std::iter::once(head).chain(rows), width);
    grid.with(Modify::new(Segment::all()).with(Alignment::right()))
        .with(Modify::new(Columns::first()).with(Alignment::left()))
        .to_string()
}

fn head(i: &Inspection, tenants: &[&Tenant]) -> Vec<String> {
    let mut head = vec!["table".to_owned(), "rows".to_owned()];
    if i.state.tenancy.is_some() {
        head.push("whose".to_owned());
        head.extend(
            tenants
                .iter()
                .map(|tenant| i.state.names.spell(tenant))
                .map(|name| short(&terminal_line(&name))),
        );
        let others = i.state.tenants.len() - tenants.len();
        head.extend((others > 0).then(|| format!("{others} others")));
    }
    head
}

fn row(table: &TableFacts, tenants: &[&Tenant]) -> Vec<String> {
    let whose = match &table.rule {
        Some(TenantRule::Column(column)) => terminal_line(column),
        Some(TenantRule::Lookup(_)) => "by lookup".to_owned(),
        Some(TenantRule::Shared) => "shared".to_owned(),
        None => "not said".to_owned(),
    };
    let rows = table.counted();
    let total = rows.map_or_else(|| "not known".to_owned(), |rows| rows.total.to_string());
    let mut record = vec![terminal_line(&table.table.name), total, whose];
    if !matches!(table.rule, None | Some(TenantRule::Shared)) {
        record.extend(rows.into_iter().flat_map(|rows| by_tenant(rows, tenants)));
    }
    record
}

/// The rows of each of the tenants, then those of all others.
fn by_tenant(rows: &RowCounts, tenants: &[&Tenant]) -> Vec<String> {
    let of = |tenant: &&Tenant| rows.by_tenant.get(*tenant).copied().unwrap_or(0);
    let mut counts: Vec<u64> = tenants.iter().map(of).collect();
    counts.push(rows.by_tenant.values().sum::<u64>() - counts.iter().sum::<u64>());
    counts.iter().map(u64::to_string).collect()
}

/// A tenant's name as the head of a column.
fn short(name: &str) -> String {
    const LONGEST: usize = 12;
    match name.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", &name[..at]),
        None => name.to_owned(),
    }
}

/// The tenants with the most rows, with their names.
fn tenants(i: &Inspection, most: usize, page: &mut Page) {
    let n = i.state.tenants.len();
    if n == 0 {
        return;
    }
    let tenants = i.state.tenants.iter().take(most);
    let mut listed: Vec<String> = tenants
        .map(|(tenant, rows)| format!("{}: {rows}", i.state.names.describe(tenant)))
        .collect();
    if n > most {
        listed.push(format!("… and {} more", n - most));
    }
    let noun = if n == 1 { "tenant" } else { "tenants" };
    let text = format!("{n} {noun}: {}", listed.join(", "));
    page.sentence(&text, ["  ", "    "]);
}

/// `point_info: composite primary key (system_id, id); unique (a, b); (system_id) → systems (id) on
/// delete CASCADE`
fn keys(table: &Table) -> String {
    let mut parts = vec![match (table.kind, &table.keys.primary[..]) {
        (TableKind::View, _) => "a view".to_owned(),
        (TableKind::Virtual, _) => "a virtual table".to_owned(),
        (_, []) => "no primary key".to_owned(),
        (_, [only]) => format!("primary key ({only})"),
        (_, several) => format!("composite primary key ({})", several.join(", ")),
    }];
    parts.extend(table.keys.unique.iter().map(unique));
    parts.extend(table.keys.foreign.iter().map(foreign));
    if let Some(reason) = &table.unreadable {
        parts.push(format!("cannot be opened: {reason}"));
    }
    format!("{}: {}", table.name, parts.join("; "))
}

fn unique(key: &Unique) -> String {
    let columns = key.columns.iter();
    let columns: Vec<&str> = columns
        .map(|column| column.as_deref().unwrap_or("an expression"))
        .collect();
    let partial = if key.partial { " of some rows" } else { "" };
    format!("unique ({}){partial}", columns.join(", "))
}

fn foreign(key: &Foreign) -> String {
    let (columns, parent) = (key.columns.join(", "), &key.parent);
    let to = match key.parent_columns.join(", ") {
        columns if columns.is_empty() => columns,
        columns => format!(" ({columns})"),
    };
    let action = match key.on_delete.as_str() {
        "NO ACTION" => String::new(),
        action => format!(" on delete {action}"),
    };
    format!("({columns}) → {parent}{to}{action}")
}
