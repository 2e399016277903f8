//! Two texts line by line: which lines an edit left, byte for byte, and which to show.

use similar::{Algorithm, DiffTag, capture_diff_slices};

/// A line to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum DiffLine {
    /// it is there before and after
    Kept(String),
    /// it goes
    Removed(String),
    /// it comes
    Added(String),
    /// some lines that are there before and after are left out
    Skipped,
}

/// Lines around a difference that are shown.
const AROUND: usize = 3;

/// A text as its editor spells it, without and with the edit. It may spell what it does not edit in
/// its own way.
pub(super) struct Rewritten {
    pub(super) plain: String,
    pub(super) edited: String,
}

/// The edited text, with every line of the old text that the edit did not change, its end included.
/// New lines end as the first line of the old text does.
pub(super) fn merged(old: &str, rewritten: &Rewritten) -> String {
    let (plain, new) = (contents(&rewritten.plain), &rewritten.edited);
    let old_lines: Vec<&str> = old.split_inclusive('\n').collect();
    let is_dos = old_lines.first().is_some_and(|line| line.ends_with("\r\n"));
    let end = if is_dos { "\r\n" } else { "\n" };
    let is_alike = plain.len() == old_lines.len();
    let before = if is_alike { plain } else { contents(old) };
    let after = contents(new);
    let mut out = String::with_capacity(new.len());
    for op in capture_diff_slices(Algorithm::Myers, &before, &after) {
        let (lines, own_end) = match op.tag() {
            DiffTag::Equal => (&old_lines[op.old_range()], ""),
            _ => (&after[op.new_range()], end),
        };
        for line in lines {
            if !out.is_empty() && !out.ends_with('\n') {
                out.push_str(end);
            }
            out.push_str(line);
            out.push_str(own_end);
        }
    }
    if !new.ends_with('\n') && out.ends_with(end) {
        out.truncate(out.len() - end.len());
    }
    out
}

/// The lines without their ends.
fn contents(text: &str) -> Vec<&str> {
    text.lines().collect()
}

/// The lines that differ, with a few around them.
pub(super) fn shown(old: &str, new: &str) -> Vec<DiffLine> {
    let (before, after) = (contents(old), contents(new));
    let ops = capture_diff_slices(Algorithm::Myers, &before, &after);
    let mut shown = Vec::new();
    for (at, op) in ops.iter().enumerate() {
        let (old, new) = (&before[op.old_range()], &after[op.new_range()]);
        if op.tag() != DiffTag::Equal {
            shown.extend(lines(old, DiffLine::Removed));
            shown.extend(lines(new, DiffLine::Added));
            continue;
        }
        let head = if at == 0 { 0 } else { AROUND.min(old.len()) };
        let tail = if at + 1 == ops.len() { 0 } else { AROUND };
        let end = old.len().saturating_sub(tail).max(head);
        shown.extend(lines(&old[..head], DiffLine::Kept));
        shown.extend((head < end).then_some(DiffLine::Skipped));
        shown.extend(lines(&old[end..], DiffLine::Kept));
    }
    shown
}

fn lines(all: &[&str], made: fn(String) -> DiffLine) -> impl Iterator<Item = DiffLine> {
    all.iter().map(move |line| made((*line).to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_stay_keep_their_bytes() {
        let merged = |old: &str, new: &str| {
            merged(
                old,
                &Rewritten {
                    plain: old.replace('\r', ""),
                    edited: new.to_owned(),
                },
            )
        };
        let old = "a\r\nb\nc\r\n\r\nd";
        assert_eq!(merged(old, "a\nb\nc\n\nd"), old);
        assert_eq!(
            merged(old, "a\nb\nc\n\nd\n"),
            old,
            "an end that only the edit gives the last line"
        );
        assert_eq!(merged(old, "a\nb\nX\n\nd\n"), "a\r\nb\nX\r\n\r\nd");
        assert_eq!(
            merged(old, "a\nb\nc\n\nd\ne\n"),
            "a\r\nb\nc\r\n\r\nd\r\ne\r\n"
        );
        assert_eq!(merged("", "a\n"), "a\n");
        assert_eq!(merged("a", "b"), "b");
        let rewritten = Rewritten {
            plain: "[a]\n[b]\n1\n".to_owned(),
            edited: "[a]\n[b]\n2\n".to_owned(),
        };
        assert_eq!(
            super::merged("[ a ]\n[\"b\"]\n1\n", &rewritten),
            "[ a ]\n[\"b\"]\n2\n"
        );
    }

    #[test]
    fn what_is_far_from_a_difference_is_left_out() {
        let old = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
        let kept = |line: &str| DiffLine::Kept(line.to_owned());
        let expected = [
            DiffLine::Skipped,
            kept("4"),
            kept("5"),
            kept("6"),
            DiffLine::Removed("7".to_owned()),
            DiffLine::Added("x".to_owned()),
            kept("8"),
            kept("9"),
        ];
        let got = shown(old, &old.replace('7', "x"));
        assert_eq!(got, expected);
        assert!(
            shown(old, old)
                .iter()
                .all(|line| *line == DiffLine::Skipped)
        );
    }
}
