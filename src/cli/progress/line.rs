//! The words of the line of progress: where the run is, what it does, how fast, and how long it
//! will take.

use crate::progress::{Pass, RunPosition, Work, WorkUnderWay};
use crate::report::terminal_line;
use indicatif::{HumanBytes, HumanCount};
use std::fmt::Display;
use std::time::{Duration, Instant};
use textwrap::core::display_width;

/// The shortest that a name is cut to, in columns.
const SHORTEST: usize = 12;

/// How fast a run is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Speed {
    /// bytes or rows of the piece of work in a second
    pub(super) per_second: u64,
    /// how long the piece of work will still take, where that is known
    pub(super) left: Option<Duration>,
    /// how long the run has taken
    pub(super) all: Duration,
}

impl Speed {
    /// By how far the work was at two moments, of a run that began at a third.
    pub(super) fn between(
        then: (Instant, u64),
        now: (Instant, u64),
        of: Option<u64>,
        begun: Instant,
    ) -> Self {
        let millis = now.0.duration_since(then.0).as_millis().max(1);
        let per_second = u128::from(now.1.saturating_sub(then.1)) * 1000 / millis;
        let left = of.and_then(|of| u128::from(of.saturating_sub(now.1)).checked_div(per_second));
        let number = |n: u128| u64::try_from(n).unwrap_or(u64::MAX);
        let left = left.map(|seconds| Duration::from_secs(number(seconds)));
        Self {
            per_second: number(per_second),
            left,
            all: now.0.duration_since(begun),
        }
    }
}

/// The piece of work that a person waits for: the hash is found beside the others, and a preview
/// may run beside its statement.
pub(super) fn foremost(seen: &[WorkUnderWay]) -> Option<&WorkUnderWay> {
    let is_previewing = seen.iter().any(|piece| piece.work == Work::Preview);
    let waits = |piece: &&WorkUnderWay| match piece.work {
        Work::Hash => seen.len() == 1,
        Work::Write => !is_previewing || piece.done > 0,
        _ => true,
    };
    seen.iter()
        .rev()
        .filter(waits)
        .max_by_key(|piece| piece.work == Work::Write)
}

/// All of it in at most `room` columns: the name is cut first, then the speed left out, then the
/// place.
pub(super) fn words(
    place: &RunPosition,
    piece: Option<&WorkUnderWay>,
    speed: Speed,
    room: usize,
) -> String {
    let what = piece.map_or_else(|| "working".to_owned(), what);
    let tail = tail(piece, speed);
    let bare = [format!("{what}{tail}"), what.clone()];
    let is_of_snapshot =
        piece.is_some_and(|piece| matches!(piece.work, Work::Load | Work::Copy | Work::Hash));
    let Some((name, rest)) = within(place).filter(|_| !is_of_snapshot) else {
        return fitting(&bare, room);
    };
    let line = |name: &str, tail: &str| format!("{name}{rest}: {what}{tail}");
    let cut = |tail: &str| {
        let others = display_width(&line("", tail));
        line(&shortened(&name, room.saturating_sub(others)), tail)
    };
    let [with_tail, alone] = bare;
    fitting(
        &[line(&name, &tail), cut(&tail), cut(""), with_tail, alone],
        room,
    )
}

/// The first that fits, else the last.
fn fitting(lines: &[String], room: usize) -> String {
    let line = lines
        .iter()
        .find(|line| display_width(line) <= room)
        .or(lines.last());
    line.cloned().unwrap_or_default()
}

/// The migration's name, and what is behind it: `, 3 of 40, statement 3 of 12`.
fn within(place: &RunPosition) -> Option<(String, String)> {
    let (name, number, of) = place.migration.as_ref()?;
    let number = (*of > 1).then(|| format!(", {number} of {of}"));
    let pass = match place.pass {
        Pass::First => "",
        Pass::Second => ", second run",
        Pass::Failing => ", made to fail",
    };
    let statement = place.statement;
    let statement = statement.map(|(number, of)| format!(", statement {number} of {of}"));
    let (number, statement) = (number.unwrap_or_default(), statement.unwrap_or_default());
    Some((terminal_line(name), number + pass + &statement))
}

/// `1,204,512 of 3,000,000 rows written`
fn what(piece: &WorkUnderWay) -> String {
    let name = terminal_line(&piece.what);
    let (bytes, rows) = (amount(piece, HumanBytes), amount(piece, HumanCount));
    match piece.work {
        Work::Load => format!("loading {name}: {bytes}"),
        Work::Copy => format!("copying {name}: {bytes}"),
        Work::Hash => format!("hashing {name}: {bytes}"),
        Work::Count if name.is_empty() => "reading the snapshot".to_owned(),
        Work::Count => format!("counting `{name}`: {rows} rows"),
        Work::Preview => format!("{rows} rows previewed"),
        Work::Write if piece.done == 0 => "running".to_owned(),
        Work::Write => format!("{rows} rows written"),
        Work::Compare => format!("comparing `{name}`: {rows} rows"),
        Work::References => "checking references".to_owned(),
        Work::Ask => "asking what must hold".to_owned(),
        Work::Integrity => "looking for damage".to_owned(),
    }
}

/// How far a piece of work is, of how much.
fn amount<T: Display>(piece: &WorkUnderWay, unit: fn(u64) -> T) -> String {
    let done = unit(piece.done);
    match piece.of {
        Some(of) => format!("{done} of {}", unit(of)),
        None => done.to_string(),
    }
}

/// `, 812,331/s, 2 s left`; of what is not counted, how long the run has taken.
fn tail(piece: Option<&WorkUnderWay>, speed: Speed) -> String {
    let Some(piece) = piece.filter(|piece| piece.done > 0) else {
        return format!(", {} so far", span(speed.all));
    };
    let rate = match (piece.work, speed.per_second) {
        (_, 0) => String::new(),
        (Work::Load | Work::Copy | Work::Hash, bytes) => format!(", {}/s", HumanBytes(bytes)),
        (_, rows) => format!(", {}/s", HumanCount(rows)),
    };
    let left = speed.left.map_or_else(
        || format!(", {} so far", span(speed.all)),
        |left| format!(", {} left", span(left)),
    );
    format!("{rate}{left}")
}

/// `12 s`, `3 min 12 s`, `2 h 5 min`
fn span(time: Duration) -> String {
    match time.as_secs() {
        seconds @ 0..60 => format!("{seconds} s"),
        seconds @ 60..3600 => format!("{} min {} s", seconds / 60, seconds % 60),
        seconds => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
    }
}

/// A name cut to so many columns, or as short as names are cut.
fn shortened(name: &str, room: usize) -> String {
    let room = room.max(SHORTEST);
    if display_width(name) <= room {
        return name.to_owned();
    }
    let mut cut = String::new();
    for c in name.chars() {
        cut.push(c);
        if display_width(&cut) >= room {
            cut.pop();
            break;
        }
    }
    cut.push('…');
    cut
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::progress::Progress;

    const FAST: Speed = Speed {
        per_second: 812_331,
        left: Some(Duration::from_secs(72)),
        all: Duration::from_secs(9),
    };

    fn shown(progress: &Progress, speed: Speed, room: usize) -> String {
        let (place, seen) = progress.look();
        words(&place, foremost(&seen), speed, room)
    }

    #[test]
    fn a_statement_is_named_with_what_it_writes_and_how_long_it_takes() {
        let progress = Progress::default();
        assert_eq!(shown(&progress, FAST, 80), "working, 9 s so far");
        progress.migration("0036_update_amber_point_metadata", 1, 1);
        progress.statement(Some((3, 12)));
        let (hash, write) = (
            progress.begin(Work::Hash, "prod.db", Some(1 << 30)),
            progress.begin(Work::Write, "", None),
        );
        assert_eq!(
            shown(&progress, FAST, 80),
            "0036_update_amber_point_metadata, statement 3 of 12: running, 9 s so far"
        );
        progress.expect(3_000_000);
        write.add(1_204_512);
        let whole = "0036_update_amber_point_metadata, statement 3 of 12: 1,204,512 of \
            3,000,000 rows written, 812,331/s, 1 min 12 s left";
        assert_eq!(shown(&progress, FAST, whole.len()), whole);
        drop(write);
        hash.add(1 << 29);
        assert_eq!(
            shown(&progress, FAST, 80),
            "hashing prod.db: 512.00 MiB of 1.00 GiB, 793.29 KiB/s, 1 min 12 s left"
        );
        drop(hash);
        assert_eq!(
            shown(&progress, FAST, 80),
            "0036_update_amber_point_metadata, statement 3 of 12: working, 9 s so far"
        );
    }

    #[test]
    fn a_preview_beside_its_statement_gives_way_once_that_writes() {
        let progress = Progress::default();
        let (write, preview) = (
            progress.begin(Work::Write, "", None),
            progress.begin(Work::Preview, "points", None),
        );
        preview.add(5);
        assert_eq!(
            shown(&progress, Speed { left: None, ..FAST }, 80),
            "5 rows previewed, 812,331/s, 9 s so far"
        );
        write.add(2);
        assert_eq!(
            shown(
                &progress,
                Speed {
                    left: None,
                    per_second: 0,
                    ..FAST
                },
                80
            ),
            "2 rows written, 9 s so far"
        );
    }

    #[test]
    fn no_line_is_wider_than_the_terminal_and_the_count_goes_last() {
        let progress = Progress::default();
        progress.migration("0001_名前がとても長い移行\u{1b}[31m", 7, 40);
        progress.pass(Pass::Second);
        progress.statement(Some((3, 12)));
        let write = progress.begin(Work::Write, "", None);
        write.add(1_204_512);
        for (room, line) in [
            (
                140,
                "0001_名前がとても長い移行\\u{1b}[31m, 7 of 40, second run, statement 3 of 12: 1,204,512 \
                rows written, 812,331/s, 1 min 12 s left",
            ),
            (
                80,
                "0001_名前がとて…, 7 of 40, second run, statement 3 of 12: 1,204,512 rows written",
            ),
            (70, "1,204,512 rows written, 812,331/s, 1 min 12 s left"),
            (40, "1,204,512 rows written"),
        ] {
            let is = shown(&progress, FAST, room);
            assert!(display_width(&is) <= room, "{is}");
            assert_eq!(is, line, "{room}");
        }
    }
}
