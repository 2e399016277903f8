//! Generated values of every storage class, and the rows that a database starts with.

use super::random::Random;
use super::schema::{Column, Kind, Table, list, quote};

const WORDS: [&str; 9] = [
    "'a'", "'b'", "'c'", "'d'", "'A'", "'B'", "'é'", "''", "'e f'",
];
const TEXTS: [&str; 10] = [
    "'x'",
    "'y'",
    "'it''s'",
    "''",
    "'日本語'",
    "'1'",
    "' 2 '",
    "('a' || char(10) || 'b')",
    "'Zürich'",
    "(CAST(x'ff41' AS TEXT))",
];
const INTEGERS: [&str; 8] = [
    "0",
    "1",
    "2",
    "-3",
    "9223372036854775807",
    "-9223372036854775808",
    "7",
    "5",
];
const REALS: [&str; 7] = [
    "0.0",
    "1.0",
    "-1.5",
    "1e300",
    "9e999",
    "0.1",
    "9007199254740993.0",
];
const BLOBS: [&str; 3] = ["x''", "x'00ff'", "x'414243'"];

/// A value for a column, as SQL; NULL now and then where it may be.
pub(super) fn literal(random: &mut Random, column: &Column) -> String {
    if column.nullable && random.chance(12) {
        "NULL".to_owned()
    } else {
        plain(random, column.kind)
    }
}

/// A value that is not NULL.
pub(super) fn plain(random: &mut Random, kind: Kind) -> String {
    match kind {
        Kind::Org => random
            .weighted(&[(5, "1"), (4, "2"), (3, "3"), (1, "'1'")])
            .to_owned(),
        Kind::Id if random.chance(3) => random
            .pick(&["9223372036854775807", "-9223372036854775808", "0", "-1"])
            .to_owned(),
        // The highest rowid makes the engine guess the next one at random, so it is never taken.
        Kind::Rowid if random.chance(3) => random
            .pick(&["-9223372036854775808", "0", "-1", "1000000000000"])
            .to_owned(),
        Kind::Rowid | Kind::Id | Kind::Ref => (1 + random.below(8)).to_string(),
        Kind::Word => random.pick(&WORDS).to_owned(),
        Kind::Text | Kind::Computed => random.pick(&TEXTS).to_owned(),
        Kind::Int if random.chance(70) => random.below(9).to_string(),
        Kind::Int => random.pick(&INTEGERS).to_owned(),
        Kind::Real => random.pick(&REALS).to_owned(),
        Kind::Blob => random.pick(&BLOBS).to_owned(),
        Kind::Any => {
            let kind = random.weighted(&[
                (1, Kind::Text),
                (1, Kind::Int),
                (1, Kind::Real),
                (1, Kind::Blob),
            ]);
            plain(random, kind)
        }
    }
}

/// The rows that a table starts with; those that its rules refuse are left out.
pub(super) fn fill(random: &mut Random, table: &Table) -> Vec<String> {
    let columns = table.settable();
    let names = list(columns.iter().map(|c| c.name.as_str()));
    let rows = random.weighted(&[(1, 0), (2, 3), (6, 8), (2, 14)]);
    let row = |random: &mut Random| {
        columns
            .iter()
            .map(|c| literal(random, c))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let rows: Vec<String> = (0..rows).map(|_| format!("({})", row(random))).collect();
    if rows.is_empty() {
        return Vec::new();
    }
    let name = quote(&table.name);
    let mut made = vec![format!(
        "INSERT OR IGNORE INTO {name}({names}) VALUES {}",
        rows.join(", ")
    )];
    if let Some(rowid) = table.rowid().filter(|_| random.chance(40)) {
        // A gap in the rowids, which VACUUM closes where the table has no index.
        made.push(format!("DELETE FROM {name} WHERE {rowid} % 4 = 1"));
    }
    made
}
