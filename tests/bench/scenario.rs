//! The migrations whose cost is measured: the SQL, the rows that it means to change, and the bound
//! that its cost is held to.

use crate::by_hand::Changes;
use crate::readings::{POINTS, START, Size};
use std::fmt::Write as _;

/// A migration of the readings.
#[derive(Debug)]
pub(crate) struct Scenario {
    /// the word for it on the command line
    pub(crate) name: &'static str,
    /// what it does, in a few words
    pub(crate) what: &'static str,
    /// its SQL
    pub(crate) sql: fn(Size) -> String,
    /// the changes that it means, by operation and tenant
    pub(crate) meant: fn(Size) -> Changes,
    /// what its cost is held to
    pub(crate) bound: Bound,
}

/// What a cost is held to.
#[derive(Debug)]
pub(crate) struct Bound {
    /// whether the row counts that the bound names are those of 500 MB, so that it says nothing of
    /// other sizes
    pub(crate) of_500_mb: bool,
    /// times the bare run, and milliseconds on top
    pub(crate) bare: Option<(f64, u32)>,
    /// times the way by hand
    pub(crate) by_hand: Option<f64>,
    /// bytes
    pub(crate) peak: Option<u64>,
    /// milliseconds of the whole process
    pub(crate) time: Option<u32>,
}

const NO_BOUND: Bound = Bound {
    of_500_mb: true,
    bare: None,
    by_hand: None,
    peak: None,
    time: None,
};

/// The scenarios, in the order in which they run.
pub(crate) const SCENARIOS: [Scenario; 6] = [
    Scenario {
        name: "narrow",
        what: "36 rows, by index",
        sql: narrow,
        meant: |_| changes("update", |system, _| if system == 9 { 36 } else { 0 }),
        bound: Bound {
            of_500_mb: false,
            time: Some(50),
            ..NO_BOUND
        },
    },
    Scenario {
        name: "wide",
        what: "updates half of all rows",
        sql: |_| {
            "UPDATE point_readings SET value = value * 1000 WHERE point_id IN (2, 4, 6);\n"
                .to_owned()
        },
        meant: |size| changes("update", |_, points| points / 2 * size.minutes()),
        bound: Bound {
            bare: Some((1.6, 0)),
            by_hand: Some(0.4),
            peak: Some(256 << 20),
            ..NO_BOUND
        },
    },
    Scenario {
        name: "insert",
        what: "inserts a third as many rows",
        sql: insert,
        meant: |size| changes("insert", |_, points| points * (size.minutes() / 3)),
        bound: Bound {
            bare: Some((2.0, 0)),
            ..NO_BOUND
        },
    },
    Scenario {
        name: "delete",
        what: "deletes a sixth of all rows",
        sql: delete,
        meant: |size| changes("delete", |_, points| points * (size.minutes() / 6)),
        bound: Bound {
            bare: Some((2.0, 0)),
            ..NO_BOUND
        },
    },
    Scenario {
        name: "rebuild",
        what: "rebuilds the table",
        sql: |_| include_str!("rebuild.sql").to_owned(),
        meant: |_| Changes::new(),
        bound: Bound {
            bare: Some((2.0, 0)),
            ..NO_BOUND
        },
    },
    Scenario {
        name: "statements",
        what: "1,000 statements of one row",
        sql: statements,
        meant: |size| {
            let of = |system| thousand(size).filter(|(s, ..)| *s == system).count() as u64;
            changes("update", |system, _| of(system))
        },
        bound: Bound {
            of_500_mb: false,
            bare: Some((2.0, 50)),
            ..NO_BOUND
        },
    },
];

/// The migration as a file has it.
pub(crate) fn migration(scenario: &Scenario, size: Size) -> String {
    format!("BEGIN;\n{}COMMIT;\n", (scenario.sql)(size))
}

/// The `harness.toml` that accepts exactly what the scenario means.
pub(crate) fn config(scenario: &Scenario, size: Size) -> String {
    let mut text = format!(
        "[engine]\nforeign_keys = false\ntransaction = \"none\"\non_error = \"stop\"\n
[tenant]\ncolumn = \"system_id\"\nlabels = \"SELECT id, display_name FROM systems\"\n
[tenant.tables]\nsystems = \"id\"\nmigrations = {{ shared = true }}\n
[expect.{name}]\ntenants = {{ query = \"SELECT id FROM systems\" }}\n
[expect.{name}.tables.point_readings]\ncolumns = [\"value\"]\n",
        name = scenario.name
    );
    let meant = (scenario.meant)(size);
    for op in ["insert", "update", "delete"] {
        let counts: Vec<String> = meant
            .iter()
            .filter(|((o, _), _)| o == op)
            .map(|((_, t), n)| format!("\"{t}\" = {n}"))
            .collect();
        if !counts.is_empty() {
            writeln!(text, "{op} = {{ {} }}", counts.join(", ")).expect("text grows");
        }
    }
    text
}

/// Changes of one operation, from the number of rows of each system and its points.
fn changes(op: &str, rows: impl Fn(u64, u64) -> u64) -> Changes {
    let all = POINTS
        .into_iter()
        .map(|(system, points)| ((op.to_owned(), system.to_string()), rows(system, points)));
    all.filter(|(_, rows)| *rows > 0).collect()
}

/// The moment of a minute of readings.
fn moment(minute: u64) -> u64 {
    START + minute * 60_000
}

fn narrow(size: Size) -> String {
    let middle = size.minutes() / 2;
    let (from, to) = (moment(middle), moment(middle + 5));
    let update = |point| {
        format!(
            "UPDATE point_readings SET value = value * 1000\n  WHERE system_id = 9 AND \
            point_id = {point} AND measurement_time BETWEEN {from} AND {to};\n"
        )
    };
    (1..=6).map(update).collect()
}

fn insert(size: Size) -> String {
    format!(
        "INSERT INTO point_readings (system_id, point_id, session_id, measurement_time, received_time, value, data_quality)
  SELECT system_id, point_id, session_id, measurement_time + 30000, received_time + 30000, value, 'interpolated' FROM point_readings
  WHERE measurement_time < {};\n",
        moment(size.minutes() / 3)
    )
}

fn delete(size: Size) -> String {
    format!(
        "DELETE FROM point_readings WHERE measurement_time >= {};\n",
        moment(size.minutes() - size.minutes() / 6)
    )
}

fn statements(size: Size) -> String {
    let update = |(system, point, minute)| {
        format!(
            "UPDATE point_readings SET value = value * 1000 WHERE system_id = {system} AND \
            point_id = {point} AND measurement_time = {};\n",
            moment(minute)
        )
    };
    thousand(size).map(update).collect()
}

/// System, point and minute of a thousand readings all over the table.
fn thousand(size: Size) -> impl Iterator<Item = (u64, u64, u64)> {
    let points = POINTS
        .into_iter()
        .flat_map(|(system, points)| (1..=points).map(move |point| (system, point)))
        .cycle();
    points
        .zip(0..1000)
        .map(move |((system, point), i)| (system, point, i * size.minutes() / 1000))
}
