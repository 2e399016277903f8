//! How old a snapshot is: when it was taken, by its manifest or its name, and when its file was
//! written to.

use super::{Manifest, Snapshot, moment};
use crate::words::words;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How much earlier than it was taken a file may say that it was written to: a name has the time of
/// some zone.
const ZONE: Duration = Duration::from_secs(86_400);

/// When a snapshot was taken and written to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnapshotAge {
    /// when it was taken, and what says so
    pub taken: Option<(SystemTime, TakenBy)>,
    /// when its file was written to last
    pub modified: Option<SystemTime>,
    now: SystemTime,
}

words! {
    /// What says when a snapshot was taken.
    pub enum TakenBy {
        /// The manifest beside it.
        Manifest = "manifest",
        /// The name of its file, which names no zone: it is read as UTC.
        Name = "file name",
    }
}

impl SnapshotAge {
    /// The age of `snapshot` as of `now`, by the manifest beside it where that is of these very
    /// files.
    pub fn of(snapshot: &Snapshot, manifest: Option<&Manifest>, now: SystemTime) -> Self {
        let by_manifest = manifest.and_then(|manifest| moment(manifest.taken_at.as_deref()?).ok());
        let name = Path::new(&snapshot.source)
            .file_name()
            .map(|name| name.to_string_lossy().into_owned());
        let by_name = || named(&name.unwrap_or_default()).map(|at| (at, TakenBy::Name));
        Self {
            taken: by_manifest
                .map(|at| (at, TakenBy::Manifest))
                .or_else(by_name),
            modified: snapshot.modified(),
            now,
        }
    }

    /// When its file was written to last, where that is before the time at which it says that it
    /// was taken: a copy would be younger.
    pub fn contradicted(&self) -> Option<SystemTime> {
        let (taken, _) = self.taken?;
        self.modified.filter(|modified| *modified + ZONE < taken)
    }

    /// `12 days ago`, from the moment of the inspection.
    pub fn ago(&self, at: SystemTime) -> String {
        match self.now.duration_since(at) {
            Ok(age) => format!("{} ago", span(age)),
            Err(ahead) => format!("{} ahead of this machine's clock", span(ahead.duration())),
        }
    }
}

/// `2025-11-16T10:04:16Z`; none outside of the years 1970 to 9999.
pub fn spelling(at: SystemTime) -> Option<String> {
    const YEAR_10000: u64 = 253_402_300_800;
    let seconds = at.duration_since(UNIX_EPOCH).ok()?.as_secs();
    (seconds < YEAR_10000).then(|| humantime::format_rfc3339_seconds(at).to_string())
}

/// A duration in its largest unit that counts to 2 at least: `1 second`, `90 minutes`, `2 hours`,
/// `47 hours`, `2 days`.
pub fn span(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let units = [(86_400, "days"), (3600, "hours"), (60, "minutes")];
    match units.into_iter().find(|(unit, _)| seconds >= 2 * unit) {
        Some((unit, name)) => format!("{} {name}", seconds / unit),
        None if seconds == 1 => "1 second".to_owned(),
        None => format!("{seconds} seconds"),
    }
}

/// The first moment that a file name spells: `liveone-20251116-100416.sql`,
/// `prod_2025-11-16T10:04:16Z.db`, `20251116100416.db`.
pub fn named(name: &str) -> Option<SystemTime> {
    let digits: Vec<(usize, char)> = name
        .char_indices()
        .filter(|(_, c)| c.is_ascii_digit())
        .collect();
    let is_digit = |c: char| c.is_ascii_digit();
    digits.windows(14).find_map(|window| {
        let (start, end) = (window[0].0, window[13].0 + 1);
        let is_alone = !name[..start].ends_with(is_digit) && !name[end..].starts_with(is_digit);
        let is_moment = is_alone && is_tight(window);
        is_moment.then(|| of_digits(&window.iter().map(|(_, digit)| digit).collect::<String>()))?
    })
}

/// Whether at most one character separates two digits, and only where a date or time has one.
fn is_tight(digits: &[(usize, char)]) -> bool {
    digits.windows(2).enumerate().all(|(at, pair)| {
        let gap = pair[1].0 - pair[0].0 - 1;
        gap == 0 || (gap == 1 && [3, 5, 7, 9, 11].contains(&at))
    })
}

/// The moment that the 14 digits of year, month, day, hour, minute and second name.
pub(crate) fn of_digits(digits: &str) -> Option<SystemTime> {
    let (date, time) = digits.split_at(8);
    let (year, month, day) = (&date[..4], &date[4..6], &date[6..]);
    let (hour, minute, second) = (&time[..2], &time[2..4], &time[4..]);
    moment(&format!("{year}-{month}-{day}T{hour}:{minute}:{second}Z")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_when_the_snapshot_was_taken() {
        let at = Some("2025-11-16T10:04:16Z".to_owned());
        for name in [
            "liveone-20251116-100416.sql",
            "prod_2025-11-16T10:04:16Z.db",
            "20251116100416.db",
            "v2-2025-11-16_10-04-16.sql.gz",
        ] {
            assert_eq!(named(name).and_then(spelling), at, "{name}");
        }
        for name in [
            "prod.db",
            "20251116.db",
            "20251345-100416.db",
            "20251131-100416.db",
            "120251116-100416.db",
            "20251116--100416.db",
            "",
        ] {
            assert_eq!(named(name), None, "{name}");
        }
    }

    #[test]
    fn a_file_that_is_older_than_it_says_contradicts_that() {
        let at = |hours: u64| UNIX_EPOCH + Duration::from_secs(hours * 3600);
        for (modified, is_older) in [(75, false), (77, false), (100, false), (73, true)] {
            let age = SnapshotAge {
                taken: Some((at(98), TakenBy::Name)),
                modified: Some(at(modified)),
                now: at(1000),
            };
            assert_eq!(
                age.contradicted(),
                is_older.then(|| at(modified)),
                "{modified}"
            );
        }
    }

    #[test]
    fn an_age_is_told_in_its_largest_unit() {
        let spans = [
            (0, "0 seconds"),
            (1, "1 second"),
            (119, "119 seconds"),
            (120, "2 minutes"),
            (7_199, "119 minutes"),
            (172_800, "2 days"),
        ];
        for (seconds, told) in spans {
            assert_eq!(span(Duration::from_secs(seconds)), told);
        }
        let age = SnapshotAge {
            taken: None,
            modified: None,
            now: UNIX_EPOCH,
        };
        assert_eq!(
            age.ago(UNIX_EPOCH + Duration::from_secs(5)),
            "5 seconds ahead of this machine's clock"
        );
    }

    #[test]
    fn a_time_that_rfc_3339_cannot_spell_has_no_spelling() {
        assert_eq!(spelling(UNIX_EPOCH - Duration::from_secs(1)), None);
        assert_eq!(
            spelling(UNIX_EPOCH + Duration::from_secs(253_402_300_800)),
            None
        );
        assert_eq!(
            spelling(UNIX_EPOCH).as_deref(),
            Some("1970-01-01T00:00:00Z")
        );
    }
}
