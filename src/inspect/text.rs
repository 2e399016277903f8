//! The inspection for a person: whether it is fit, what it is, why, whose rows it has, how they are
//! keyed.
//!
//! Colour repeats what words say. Everything untrusted is escaped.

use super::fitness::{Fact, Mark};
use super::{Inspection, TableFacts};
use crate::report::{BAD, DIM, Detail, GOOD, HEAD, Layout, terminal_line, wrapped};
use crate::scope::{Tenant, TenantRule};
use crate::snapshot::age::{TakenBy, spelling};
use crate::snapshot::catalog::TableKind;
use std::io::{self, Write};
use tabled::builder::Builder;
use tabled::settings::object::{Columns, Segment};
use tabled::settings::peaker::Priority;
use tabled::settings::{Alignment, Modify, Style, Width};

/// Columns of a terminal behind the name of a setting.
const INDENT: &str = "          ";

pub(super) fn render(
    i: &Inspection,
    most: usize,
    layout: Layout,
    out: &mut dyn Write,
) -> io::Result<()> {
    headline(i, layout, out)?;
    if layout.detail == Detail::Verdict {
        return Ok(());
    }
    setting(i, layout, out)?;
    writeln!(out, "\n{HEAD}Fitness{HEAD:#}")?;
    for fact in &i.facts {
        one(fact, layout, out)?;
    }
    proposals(i, layout, out)?;
    writeln!(out, "\n{HEAD}Rows{HEAD:#}")?;
    grid(i, most, layout, out)?;
    tenants(i, most, layout, out)?;
    writeln!(out, "\n{HEAD}Keys{HEAD:#}")?;
    for table in i
        .tables
        .iter()
        .filter(|table| table.kind != TableKind::Shadow)
    {
        wrapped(&keys(table), "  ", "      ", layout, out)?;
    }
    Ok(())
}

/// The verdict and the first thing that decides against it.
fn headline(i: &Inspection, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    let verdict = if i.is_fit() {
        format!("{GOOD}FIT{GOOD:#}")
    } else {
        format!("{BAD}NOT FIT{BAD:#}")
    };
    writeln!(
        out,
        "{verdict} {HEAD}{}{HEAD:#} for rehearsal",
        terminal_line(&i.source)
    )?;
    match i.facts.iter().find(|fact| !fact.allows()) {
        Some(fact) => wrapped(&terminal_line(&fact.sentence), "  ", "  ", layout, out),
        None => Ok(()),
    }
}

/// What it is.
fn setting(i: &Inspection, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    let mut say = |name: &str, text: &str| {
        wrapped(
            &terminal_line(text),
            &format!("{DIM}{name:10}{DIM:#}"),
            INDENT,
            layout,
            out,
        )
    };
    let beside: Vec<String> = i
        .neighbours
        .iter()
        .map(|(suffix, bytes)| format!(", with a {suffix} of {bytes} bytes beside it"))
        .collect();
    say(
        "file",
        &format!("{}, {}{}", i.form, size(i.bytes), beside.concat()),
    )?;
    let d = &i.database;
    let loaded = if i.header.is_some() {
        ""
    } else {
        "once loaded, "
    };
    let (pages, free) = (d.pages, d.free_pages);
    say(
        "pages",
        &format!(
            "{loaded}{pages} of {} bytes, {free} of them free; {}; auto_vacuum {}",
            d.page_size, d.encoding, d.auto_vacuum
        ),
    )?;
    if let Some(header) = &i.header {
        let by = header
            .written_by
            .as_ref()
            .map(|version| format!(", last written by SQLite {version}"))
            .unwrap_or_default();
        let (journal, counter, format) = (
            header.journal.word(),
            header.change_counter,
            header.schema_format,
        );
        say(
            "journal",
            &format!("{journal}, change counter {counter}, schema format {format}{by}"),
        )?;
    }
    let (schema, user, application) = (d.schema_version, d.user_version, d.application_id);
    say(
        "versions",
        &format!("schema_version {schema}, user_version {user}, application_id {application}"),
    )?;
    if let Some((at, by)) = i.age.taken {
        let zone = if by == TakenBy::Name {
            ", which is read as UTC"
        } else {
            ""
        };
        say(
            "taken",
            &format!(
                "{}, {}, by its {}{zone}",
                spelling(at).unwrap_or_default(),
                i.age.ago(at),
                by.word()
            ),
        )?;
    }
    let modified = i
        .age
        .modified
        .and_then(|at| Some(format!("{}, {}", spelling(at)?, i.age.ago(at))));
    say(
        "modified",
        modified.as_deref().unwrap_or("at a time that is not known"),
    )?;
    let from = if i.identity.from == crate::snapshot::IdentityFrom::File {
        ""
    } else {
        ", by its manifest"
    };
    say("blake3", &format!("{}{from}", i.identity.blake3))?;
    let tenancy = i.tenancy.as_ref().map(|t| match t.exceptions {
        0 => format!("column `{}`, by {}", t.column, t.by),
        1 => format!("column `{}`, and 1 table otherwise, by {}", t.column, t.by),
        n => format!(
            "column `{}`, and {n} tables otherwise, by {}",
            t.column, t.by
        ),
    });
    say("tenancy", tenancy.as_deref().unwrap_or("none was declared"))?;
    let features: Vec<String> = i
        .needs
        .features
        .iter()
        .map(|(name, of)| format!("{name} ({})", few(of)))
        .collect();
    let features = if features.is_empty() {
        "nothing but plain tables".to_owned()
    } else {
        features.join(", ")
    };
    say("uses", &features)
}

/// `a, b, c and 4 more`
fn few(names: &[String]) -> String {
    const LISTED: usize = 3;
    match names.len() {
        n if n <= LISTED + 1 => names.join(", "),
        n => format!("{} and {} more", names[..LISTED].join(", "), n - LISTED),
    }
}

/// `299848 bytes`; from a mebibyte on also `(487.0 MiB)`.
fn size(bytes: u64) -> String {
    const MIB: u64 = 1024 * 1024;
    let tenths = bytes.saturating_mul(10) / MIB;
    if bytes < MIB {
        format!("{bytes} bytes")
    } else {
        format!("{bytes} bytes ({}.{} MiB)", tenths / 10, tenths % 10)
    }
}

fn one(fact: &Fact, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    let (style, word) = match (fact.mark, fact.decides) {
        (Mark::Ok, _) => (GOOD, "ok"),
        (Mark::NotOk, true) => (BAD, "NOT OK"),
        (Mark::NotEvaluated, true) => (BAD, "NOT EVALUATED"),
        (Mark::NotOk, false) => (HEAD, "note"),
        (Mark::NotEvaluated, false) => (DIM, "not evaluated"),
    };
    let text = terminal_line(&format!("{}: {}", fact.name, fact.sentence));
    wrapped(
        &text,
        &format!("  {style}{word:13}{style:#} "),
        "                ",
        layout,
        out,
    )
}

fn proposals(i: &Inspection, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    let Some(first) = i.proposals.first() else {
        return Ok(());
    };
    writeln!(out, "\n{HEAD}Columns that may say whose a row is{HEAD:#}")?;
    for p in &i.proposals {
        let text = format!(
            "`{}`: in {} tables, in {} part of a key of several columns, in {} a reference",
            p.column, p.tables, p.keyed, p.refers
        );
        wrapped(&terminal_line(&text), "  ", "    ", layout, out)?;
    }
    wrapped(
        &terminal_line(&format!("to try one: --tenant-column {}", first.column)),
        "  → ",
        "    ",
        layout,
        out,
    )
}

/// The tables with rows, and how many of each belong to the tenants with the most.
fn grid(i: &Inspection, most: usize, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    let shown = i.tenants.len().min(most);
    let fits = |grid: &String| {
        layout
            .width
            .is_none_or(|width| grid.lines().all(|line| line.chars().count() <= width))
    };
    // Fewer tenants rather than cut words; where even the rest is too wide, words are wrapped.
    let fitting = (0..=shown)
        .rev()
        .map(|n| table(i, n, None, layout))
        .find(fits);
    writeln!(
        out,
        "{}",
        fitting.unwrap_or_else(|| table(i, 0, layout.width, layout))
    )?;
    let shadows = i
        .tables
        .iter()
        .filter(|table| table.kind == TableKind::Shadow)
        .count();
    if shadows > 0 {
        writeln!(
            out,
            "  {DIM}{shadows} tables in which virtual tables keep their rows are left out{DIM:#}"
        )?;
    }
    Ok(())
}

/// The table with columns for so many tenants, its words wrapped to a width.
fn table(i: &Inspection, shown: usize, wrap: Option<usize>, layout: Layout) -> String {
    let mut tenants: Vec<&Tenant> = i.tenants[..shown]
        .iter()
        .map(|(tenant, _)| tenant)
        .collect();
    tenants.sort();
    let others = i.tenants.len() - shown;
    let mut builder = Builder::default();
    let mut head = vec!["table".to_owned(), "rows".to_owned()];
    if i.tenancy.is_some() {
        head.push("whose".to_owned());
        head.extend(
            tenants
                .iter()
                .map(|tenant| short(&terminal_line(&i.names.spell(tenant)))),
        );
        head.extend((others > 0).then(|| format!("{others} others")));
    }
    let columns = head.len();
    builder.push_record(head);
    for table in i.tables.iter().filter(|table| table.has_rows()) {
        let mut record = row(table, &tenants);
        record.truncate(columns);
        builder.push_record(record);
    }
    let mut grid = builder.build();
    if layout.width.is_some() {
        grid.with(Style::rounded());
    } else {
        grid.with(Style::psql());
    }
    if let Some(width) = wrap {
        grid.with(
            Width::wrap(width.max(40))
                .keep_words(true)
                .priority(Priority::max(true)),
        );
    }
    grid.with(Modify::new(Segment::all()).with(Alignment::right()));
    grid.with(Modify::new(Columns::first()).with(Alignment::left()));
    grid.to_string()
}

fn row(table: &TableFacts, tenants: &[&Tenant]) -> Vec<String> {
    let name = terminal_line(&table.name);
    let whose = match &table.rule {
        Some(TenantRule::Column(column)) => terminal_line(column),
        Some(TenantRule::Lookup(_)) => "by lookup".to_owned(),
        Some(TenantRule::Shared) => "shared".to_owned(),
        None => "not said".to_owned(),
    };
    let Some(rows) = table.counted() else {
        return vec![name, "not known".to_owned(), whose];
    };
    let mut record = vec![name, rows.total.to_string(), whose];
    let is_told = !matches!(table.rule, None | Some(TenantRule::Shared));
    let cell = |n: u64| {
        if is_told {
            n.to_string()
        } else {
            String::new()
        }
    };
    let of_shown: Vec<u64> = tenants
        .iter()
        .map(|tenant| rows.by_tenant.get(*tenant).copied().unwrap_or(0))
        .collect();
    record.extend(of_shown.iter().map(|n| cell(*n)));
    record.push(cell(
        rows.by_tenant.values().sum::<u64>() - of_shown.iter().sum::<u64>(),
    ));
    record
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
fn tenants(i: &Inspection, most: usize, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    if i.tenants.is_empty() {
        return Ok(());
    }
    let told = i
        .tenants
        .iter()
        .take(most)
        .map(|(tenant, rows)| format!("{}: {rows}", i.names.describe(tenant)));
    let mut told: Vec<String> = told.collect();
    if i.tenants.len() > most {
        told.push(format!("… and {} more", i.tenants.len() - most));
    }
    let noun = if i.tenants.len() == 1 {
        "tenant"
    } else {
        "tenants"
    };
    wrapped(
        &terminal_line(&format!("{} {noun}: {}", i.tenants.len(), told.join(", "))),
        "  ",
        "    ",
        layout,
        out,
    )
}

/// `point_info: composite primary key (system_id, id); unique (a, b); (system_id) → systems (id) on
/// delete CASCADE`
fn keys(table: &TableFacts) -> String {
    let list = |columns: &[String]| format!("({})", columns.join(", "));
    let mut parts = Vec::new();
    match (table.kind, &table.keys.primary[..]) {
        (TableKind::View, _) => parts.push("a view".to_owned()),
        (TableKind::Virtual, _) => parts.push("a virtual table".to_owned()),
        (_, []) => parts.push("no primary key".to_owned()),
        (_, [_]) => parts.push(format!("primary key {}", list(&table.keys.primary))),
        (_, primary) => parts.push(format!("composite primary key {}", list(primary))),
    }
    for key in &table.keys.unique {
        let columns: Vec<String> = key
            .columns
            .iter()
            .map(|c| c.clone().unwrap_or_else(|| "an expression".to_owned()))
            .collect();
        parts.push(format!(
            "unique {}{}",
            list(&columns),
            if key.partial { " of some rows" } else { "" }
        ));
    }
    for key in &table.keys.foreign {
        let to = if key.parent_columns.is_empty() {
            String::new()
        } else {
            format!(" {}", list(&key.parent_columns))
        };
        let action = if key.on_delete == "NO ACTION" {
            String::new()
        } else {
            format!(" on delete {}", key.on_delete)
        };
        parts.push(format!(
            "{} → {}{to}{action}",
            list(&key.columns),
            key.parent
        ));
    }
    if let Some(reason) = &table.unreadable {
        parts.push(format!("cannot be opened: {reason}"));
    }
    terminal_line(&format!("{}: {}", table.name, parts.join("; ")))
}
