//! The name of the next file, numbered as the folder numbers its files.
//!
//! `0035_a` → `0036_b`; `V9__a` → `V10__b`; `20251116100416-a` → the time it is now, `-b`. The file
//! with the highest number says how. Numbers of several parts (`V1.2__a`, `2025-11-16_a`) are
//! refused: it is not known which of them goes up.

use crate::snapshot::age;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The longest name that is made, in bytes: file systems have room for 255.
const LONGEST: usize = 200;

/// The number of a file's name, and what is around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Numbered<'a> {
    /// `V` or nothing
    prefix: &'a str,
    pub(super) digits: &'a str,
    number: u64,
    /// what is between the number and the words
    separator: &'a str,
    /// `.up`, or nothing
    ending: &'a str,
}

/// The next name without `.sql`, for files of these names without `.sql`.
///
/// # Errors
/// A sentence where `words` make no name, or the folder's numbers cannot be continued.
pub(super) fn next(names: &[String], words: &str, now: SystemTime) -> Result<String, String> {
    if let Some(parts) = names.iter().find(|name| has_parts(name)) {
        return Err(format!(
            "the number of `{parts}` has several parts, and which of them is to go up is not \
            known: create the file yourself"
        ));
    }
    let Some(last) = names
        .iter()
        .filter_map(|name| numbered(name))
        .max_by_key(|n| (n.number, n.ending.len()))
    else {
        let words = slug(words, "_")?;
        let first = if names.is_empty() { "0001_" } else { "" };
        return Ok(format!("{first}{words}"));
    };
    let (prefix, ending, number) = (last.prefix, last.ending, last.after(now));
    let separator = match last.separator {
        "" => "_",
        separator => separator,
    };
    let words = slug(words, if separator.ends_with('-') { "-" } else { "_" })?;
    Ok(format!("{prefix}{number}{separator}{words}{ending}"))
}

/// The number that a name begins with.
pub(super) fn numbered(name: &str) -> Option<Numbered<'_>> {
    let stem = name.strip_suffix(".up").unwrap_or(name);
    let (prefix, rest) = stem.split_at(usize::from(stem.starts_with(['V', 'v'])));
    let (digits, rest) = split_while(rest, |c| c.is_ascii_digit());
    let (separator, words) = split_while(rest, |c| ['_', '-', '.', ' '].contains(&c));
    let is_apart = !separator.is_empty() || words.is_empty();
    let number = digits.parse().ok()?;
    (digits.len() <= 18 && is_apart).then_some(Numbered {
        prefix,
        digits,
        number,
        separator,
        ending: &name[stem.len()..],
    })
}

fn split_while(text: &str, is_in: fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(|c| !is_in(c)).unwrap_or(text.len()))
}

/// Whether a name begins with a version of several parts, or a date with signs between.
fn has_parts(name: &str) -> bool {
    let Some(Numbered {
        prefix,
        digits,
        separator,
        ..
    }) = numbered(name)
    else {
        return false;
    };
    let rest = &name[prefix.len() + digits.len() + separator.len()..];
    let (more_digits, behind) = split_while(rest, |c| c.is_ascii_digit());
    let is_year = digits.len() == 4 && more_digits.len() == 2 && behind.starts_with(separator);
    separator.len() == 1
        && !more_digits.is_empty()
        && (separator == "." || !prefix.is_empty() || is_year)
}

impl Numbered<'_> {
    /// The number behind it. One that is a time, as digits of `YYYYMMDDHHMMSS` in UTC or as
    /// milliseconds or seconds after 1970, is followed by now, or the next time where it is not past
    /// yet; any other by one more, in as many digits at least.
    fn after(&self, now: SystemTime) -> String {
        let (digits, next) = (self.digits, u128::from(self.number) + 1);
        let millis = now.duration_since(UNIX_EPOCH).map_or(0, |d| d.as_millis());
        match digits.len() {
            8 | 12 | 14 if moment(digits).is_some() => stamp(digits, now),
            13 if digits.starts_with('1') => millis.max(next).to_string(),
            10 if digits.starts_with(['1', '2']) => (millis / 1000).max(next).to_string(),
            width => format!("{next:0width$}"),
        }
    }
}

fn stamp(last: &str, now: SystemTime) -> String {
    let unit = Duration::from_secs(match last.len() {
        8 => 86_400,
        12 => 60,
        _ => 1,
    });
    let next = moment(last).map_or(now, |last| now.max(last + unit));
    let text = humantime::format_rfc3339_seconds(next).to_string();
    text.chars()
        .filter(char::is_ascii_digit)
        .take(last.len())
        .collect()
}

/// The moment that 8, 12 or 14 digits spell.
fn moment(digits: &str) -> Option<SystemTime> {
    age::of_digits(&format!("{digits:0<14}"))
        .filter(|_| digits.starts_with("19") || digits.starts_with("20"))
}

/// Words as part of a file's name: `Rename "Amber" points` → `rename_amber_points`.
fn slug(words: &str, between: &str) -> Result<String, String> {
    let parts: Vec<&str> = words
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|part| !part.is_empty())
        .collect();
    let slug = parts.join(between).to_ascii_lowercase();
    match slug.len() {
        0 => Err(format!(
            "`{words}` has no letter or digit of ASCII to name a file by"
        )),
        1..=LONGEST => Ok(slug),
        n => Err(format!(
            "the name is too long: {n} characters, and at most {LONGEST} make a file's name"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(names: &[&str], words: &str) -> Result<String, String> {
        let now = humantime::parse_rfc3339("2026-03-04T05:06:07.089Z").expect("a time");
        next(
            &names
                .iter()
                .map(|name| (*name).to_owned())
                .collect::<Vec<_>>(),
            words,
            now,
        )
    }

    #[test]
    fn the_next_number_is_that_of_the_folder() {
        let cases: [(&[&str], &str); 17] = [
            (&[], "0001_add_x"),
            (&["0001_a", "0035_b", "0002_c"], "0036_add_x"),
            (&["001-create-it"], "002-add-x"),
            (&["9_a"], "10_add_x"),
            (&["0099_a", "100_b"], "101_add_x"),
            (&["V1__a", "V9__b"], "V10__add_x"),
            (&["0009_2fa"], "0010_add_x"),
            (&["000007_a.up", "000007_a.down"], "000008_add_x.up"),
            (&["20251116100416_a"], "20260304050607_add_x"),
            (&["20991231235959_a"], "21000101000000_add_x"),
            (&["202511161004_a"], "202603040506_add_x"),
            (&["20251116_a"], "20260304_add_x"),
            (&["1763287456_a"], "1772600767_add_x"),
            (&["1763287456123-a"], "1772600767089-add-x"),
            (&["99999999_a"], "100000000_add_x"),
            (&["0001"], "0002_add_x"),
            (&["create", "alter"], "add_x"),
        ];
        for (names, expected) in cases {
            assert_eq!(after(names, "Add X").as_deref(), Ok(expected), "{names:?}");
        }
    }

    #[test]
    fn numbers_of_several_parts_are_refused() {
        for name in [
            "V1.2__a",
            "V1_2__a",
            "1.2.3-a",
            "2025-11-16-100416_a",
            "2024_01_01_000000_a",
        ] {
            assert!(
                after(&[name], "x").is_err_and(|e| e.contains("several parts")),
                "{name}"
            );
        }
        assert!(after(&["0001_2_a"], "x").is_ok());
    }

    #[test]
    fn a_name_is_what_every_file_system_takes() {
        assert_eq!(
            after(&[], "  Réné's \"best\"/../points; ").as_deref(),
            Ok("0001_r_n_s_best_points")
        );
        assert!(after(&[], "日本").is_err());
        assert!(after(&[], &"x".repeat(300)).is_err());
    }
}
