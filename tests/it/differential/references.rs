//! References that lead nowhere, as SQLite's own `PRAGMA foreign_key_check` counts them before and
//! after, against those reported.

use super::schema::quote;
use super::state::{Cells, all};
use super::value::Value;
use harness::codes::Code;
use harness::record::{Finding, Migration, Severity};
use rusqlite::Connection;
use std::collections::{BTreeMap, BTreeSet};

/// The references of one table.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct References {
    /// the columns of its foreign keys, by their numbers
    keys: Vec<Vec<String>>,
    /// those that lead nowhere
    dangling: Vec<Row>,
    /// whether it has a primary key
    is_keyed: bool,
    /// whether a key cannot be used
    mismatch: bool,
}

/// A row that leads nowhere.
#[derive(Debug, PartialEq, Eq)]
struct Row {
    /// the number of the foreign key
    key: i64,
    /// the rowid, where there is one that can be read
    rowid: Option<Value>,
    /// what it refers by; empty where there is no rowid
    values: Cells,
    /// its primary key; empty where there is no rowid
    primary: Cells,
}

/// Reads the references of every table that has some.
pub(super) fn read(conn: &Connection, names: &[String]) -> BTreeMap<String, References> {
    names
        .iter()
        .map(|name| (name.clone(), of_table(conn, name)))
        .filter(|(_, found)| !found.keys.is_empty())
        .collect()
}

fn of_table(conn: &Connection, name: &str) -> References {
    let text = Value::text(name).literal();
    let mut found = References::default();
    for cells in all(
        conn,
        &format!(
            "SELECT id, \"from\" FROM pragma_foreign_key_list({text}, 'main') ORDER BY id, seq"
        ),
    ) {
        let id = usize::try_from(number(&cells[0])).expect("a place");
        found.keys.resize(found.keys.len().max(id + 1), Vec::new());
        found.keys[id].push(cells[1].spelling());
    }
    let Ok(mut check) = conn.prepare(&format!("PRAGMA main.foreign_key_check({})", quote(name)))
    else {
        found.mismatch = true;
        return found;
    };
    let rows = check.query_map([], |row| {
        Ok((row.get::<_, i64>(3)?, row.get::<_, Option<i64>>(1)?))
    });
    let rows: Vec<(i64, Option<i64>)> = rows
        .expect("runs")
        .collect::<rusqlite::Result<_>>()
        .expect("reads");
    let own = all(
        conn,
        &format!("SELECT name, pk FROM pragma_table_xinfo({text}, 'main') ORDER BY pk"),
    );
    let is_own = |alias: &str| {
        own.iter()
            .any(|cells| cells[0].spelling().eq_ignore_ascii_case(alias))
    };
    let alias = ["rowid", "oid", "_rowid_"]
        .into_iter()
        .find(|alias| !is_own(alias));
    let primary: Vec<String> = own
        .iter()
        .filter(|cells| number(&cells[1]) > 0)
        .map(|cells| quote(&cells[0].spelling()))
        .collect();
    found.is_keyed = !primary.is_empty();
    for (key, rowid) in rows {
        let columns: Vec<String> = found.keys[usize::try_from(key).expect("a place")]
            .iter()
            .map(|c| quote(c))
            .collect();
        let list = [columns.as_slice(), primary.as_slice()].concat().join(", ");
        let row = rowid.zip(alias).map(|(id, alias)| {
            format!(
                "SELECT {list} FROM main.{} WHERE {alias} = {id}",
                quote(name)
            )
        });
        let mut values = row.map(|sql| all(conn, &sql).remove(0)).unwrap_or_default();
        let primary = values.split_off(columns.len().min(values.len()));
        found.dangling.push(Row {
            key,
            rowid: rowid.filter(|_| alias.is_some()).map(Value::Integer),
            values,
            primary,
        });
    }
    found
}

fn number(value: &Value) -> i64 {
    if let Value::Integer(n) = value {
        *n
    } else {
        panic!("{value:?} is no number")
    }
}

/// The rows reported of each table are at least those by which its values that lead nowhere became
/// more, and at most those that are not where they were. How many were reported.
pub(super) fn check(
    report: &Migration,
    before: &BTreeMap<String, References>,
    after: &BTreeMap<String, References>,
) -> Result<u64, String> {
    let found: Vec<_> = report
        .findings
        .iter()
        .filter(|f| f.code == Code::ForeignKeyViolation.id())
        .collect();
    if let Some(gap) = found
        .iter()
        .find(|f| f.message.contains("were not evaluated"))
    {
        return Err(format!(
            "tables of a few rows are followed to the end: {}",
            gap.message
        ));
    }
    let is = |table: &str, finding: &Finding| {
        finding
            .table
            .as_deref()
            .is_some_and(|of| of.eq_ignore_ascii_case(table))
    };
    let tables: BTreeSet<&String> = after.keys().collect();
    let mut sum = 0;
    for table in tables.iter().filter(|table| !after[**table].mismatch) {
        let errors = found
            .iter()
            .filter(|f| f.severity == Severity::Error && is(table, f));
        let reported: u64 = errors.filter_map(|f| f.rows).sum();
        let (least, most) = bounds(before.get(*table), &after[*table], before);
        if !(least..=most).contains(&reported) {
            return Err(format!(
                "{reported} rows of {table} are reported to lead nowhere, and {least} to \
                {most} do newly"
            ));
        }
        sum += reported;
    }
    match found
        .iter()
        .find(|f| f.rows.is_some() && !tables.iter().any(|table| is(table, f)))
    {
        Some(stray) => Err(format!(
            "no reference leads nowhere there: {}",
            stray.message
        )),
        None => Ok(sum),
    }
}

/// Whether a run that read every table found all that the other found, and as many rows of each
/// key.
pub(super) fn is_within(report: &Migration, deep: &Migration) -> Result<(), String> {
    let found = |report: &Migration| -> Vec<(String, Option<u64>)> {
        let errors = report
            .findings
            .iter()
            .filter(|f| f.code == Code::ForeignKeyViolation.id() && f.severity == Severity::Error);
        errors
            .map(|finding| (key_of(finding), finding.rows))
            .collect()
    };
    let there = found(deep);
    match found(report).into_iter().find(|(key, rows)| {
        !there
            .iter()
            .any(|(other, found)| key == other && found >= rows)
    }) {
        Some((key, rows)) => Err(format!(
            "{rows:?} rows are found, and with --deep fewer: {key}: {there:?}"
        )),
        None => Ok(()),
    }
}

/// What a finding says but for the number of rows and their values.
fn key_of(finding: &Finding) -> String {
    let text = finding.message.replace(" refers to ", " refer to ");
    let end = text
        .find(" not there: ")
        .filter(|_| finding.rows.is_some())
        .unwrap_or(text.len());
    text[..end]
        .trim_start_matches(|c: char| c.is_ascii_digit() || c == ',')
        .trim_start_matches(" rows")
        .trim_start_matches(" row")
        .to_owned()
}

/// Whether the same keys can be told in both states, by values.
fn is_alike(before: Option<&References>, after: &References) -> bool {
    let is_told = |found: &References| found.dangling.iter().all(|row| row.rowid.is_some());
    before.is_some_and(|before| {
        before.keys == after.keys && !before.mismatch && is_told(before) && is_told(after)
    })
}

fn bounds(
    before: Option<&References>,
    after: &References,
    all_before: &BTreeMap<String, References>,
) -> (u64, u64) {
    let total = after.dangling.len() as u64;
    let Some(before) = before.filter(|before| is_alike(Some(before), after)) else {
        // It may have been any other table, with keys of other names.
        let known: usize = all_before.values().map(|found| found.dangling.len()).sum();
        let is_known = !all_before.values().any(|found| found.mismatch);
        return (
            if is_known {
                total.saturating_sub(known as u64)
            } else {
                0
            },
            total,
        );
    };
    let mut left: Vec<(i64, &Cells)> = before
        .dangling
        .iter()
        .map(|row| (row.key, &row.values))
        .collect();
    let mut least = 0;
    for row in &after.dangling {
        match left
            .iter()
            .position(|known| *known == (row.key, &row.values))
        {
            Some(at) => drop(left.swap_remove(at)),
            None => least += 1,
        }
    }
    // Where nothing tells a table's rows apart, one may have taken the place of another.
    let stays = |row: &Row| before.is_keyed && after.is_keyed && before.dangling.contains(row);
    (
        least,
        after.dangling.iter().filter(|row| !stays(row)).count() as u64,
    )
}
