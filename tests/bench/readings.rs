//! The readings that the cost is measured on: the incident's tables and points, with readings as
//! ingestion leaves them.
//!
//! Reading *k* is of point *k* mod 32 at minute *k* / 32, so that the rows of one tenant lie on
//! every page of the table, and the index grows in 32 places at once. The database is a function of
//! the number of readings; about 79 bytes each.

use crate::by_hand;
use std::path::{Path, PathBuf};

/// The points of each system, numbered from 1 in each: system, points.
pub(crate) const POINTS: [(u64, u64); 6] = [(1, 6), (2, 6), (3, 2), (5, 6), (6, 6), (9, 6)];

/// Points in all: so many readings a minute.
const ALL_POINTS: u64 = 32;

/// The first minute, in milliseconds after 1970.
pub(crate) const START: u64 = 1_600_000_000_000;

/// How much data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Size {
    /// 1,000,000 bytes, about
    megabytes: u64,
}

impl std::str::FromStr for Size {
    type Err = String;

    /// `50MB` or `5GB`.
    fn from_str(text: &str) -> Result<Self, String> {
        let (number, unit) = text.split_at(
            text.find(|c: char| !c.is_ascii_digit())
                .unwrap_or(text.len()),
        );
        let unit = match unit {
            "MB" => 1,
            "GB" => 1000,
            _ => return Err("a size is like 50MB or 5GB".to_owned()),
        };
        match number.parse::<u64>() {
            Ok(number @ 1..=100_000) => Ok(Self {
                megabytes: number * unit,
            }),
            _ => Err("a size is like 50MB or 5GB".to_owned()),
        }
    }
}

impl std::fmt::Display for Size {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (number, unit) = if self.megabytes.is_multiple_of(1000) {
            (self.megabytes / 1000, "GB")
        } else {
            (self.megabytes, "MB")
        };
        f.pad(&format!("{number} {unit}"))
    }
}

impl Size {
    /// Its number of megabytes.
    pub(crate) fn megabytes(self) -> u64 {
        self.megabytes
    }

    /// Minutes of readings: 6 million readings at 500 MB.
    pub(crate) fn minutes(self) -> u64 {
        self.megabytes * 375
    }

    /// Readings.
    pub(crate) fn readings(self) -> u64 {
        self.minutes() * ALL_POINTS
    }
}

/// The database of `size` in `folder`; made in `scratch`, on the same disk, where it does not stand
/// there already.
pub(crate) fn database(size: Size, folder: &Path, scratch: &Path) -> PathBuf {
    let path = folder.join(format!("readings-{}MB.db", size.megabytes()));
    let sql = sql(size);
    let version = i32::from_le_bytes(
        blake3::hash(sql.as_bytes()).as_bytes()[..4]
            .try_into()
            .expect("four bytes"),
    );
    let found = path
        .exists()
        .then(|| by_hand::query(&path, "PRAGMA user_version;"));
    if found.is_none_or(|found| found.trim() != version.to_string()) {
        let making = scratch.join("making.db");
        by_hand::query(&making, &format!("{sql} PRAGMA user_version = {version};"));
        std::fs::rename(&making, &path).expect("a name for the database");
    }
    path
}

/// The script that makes the database. Its `user_version`, which comes last, says that it was made
/// whole and by this script.
fn sql(size: Size) -> String {
    let incident = include_str!("../../snapshots/liveone-20251116-100416.sql");
    format!(
        "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536; PRAGMA foreign_keys = OFF;
{incident}
BEGIN; DELETE FROM point_readings; DELETE FROM point_readings_agg_5m; DELETE FROM sqlite_sequence;
CREATE TEMP TABLE points (k INTEGER PRIMARY KEY, system_id INTEGER, point_id INTEGER);
INSERT INTO points SELECT row_number() OVER (ORDER BY system_id, id) - 1, system_id, id FROM point_info;
INSERT INTO point_readings
SELECT minute.value * {ALL_POINTS} + k + 1, system_id, point_id, 4000000 + minute.value / 60, {START} + minute.value * 60000,
       {START} + minute.value * 60000 + 2000 + k, 1.005 + (minute.value * {ALL_POINTS} + k) % 9973 * 0.25, NULL, 'metered-interval'
FROM generate_series(0, {last}) AS minute CROSS JOIN points;
COMMIT;",
        last = size.minutes() - 1
    )
}
