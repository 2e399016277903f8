//! Two texts line by line: which lines an edit left, byte for byte, and which to show.

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// A line to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
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

/// A text as whoever edits it writes it, without and with the edit. It may write what it does not
/// edit in its own way.
pub(super) struct Rewritten {
    /// without
    pub(super) plain: String,
    /// with
    pub(super) edited: String,
}

/// The edited text, with every line that the edit left as it is in the old text, its end included.
/// New lines end as the old text's first one does.
pub(super) fn merged(old: &str, rewritten: &Rewritten) -> String {
    let (plain, new) = (contents(&rewritten.plain), &rewritten.edited);
    let old_lines: Vec<&str> = old.split_inclusive('\n').collect();
    let end = if old_lines.first().is_some_and(|line| line.ends_with("\r\n")) {
        "\r\n"
    } else {
        "\n"
    };
    let before = if plain.len() == old_lines.len() {
        plain
    } else {
        contents(old)
    };
    let after = contents(new);
    let mut out = String::with_capacity(new.len());
    for op in capture_diff_slices(Algorithm::Myers, &before, &after) {
        match op {
            DiffOp::Equal { old_index, len, .. } => {
                for line in &old_lines[old_index..old_index + len] {
                    close(&mut out, end);
                    out.push_str(line);
                }
            }
            DiffOp::Insert {
                new_index, new_len, ..
            }
            | DiffOp::Replace {
                new_index, new_len, ..
            } => {
                for line in &after[new_index..new_index + new_len] {
                    close(&mut out, end);
                    out.push_str(line);
                    out.push_str(end);
                }
            }
            DiffOp::Delete { .. } => {}
        }
    }
    let ends_open = !new.ends_with('\n') && out.ends_with(end);
    out.truncate(out.len() - if ends_open { end.len() } else { 0 });
    out
}

/// Ends the last line where it has no end.
fn close(out: &mut String, end: &str) {
    if !out.is_empty() && !out.ends_with('\n') {
        out.push_str(end);
    }
}

/// The lines without their ends.
fn contents(text: &str) -> Vec<&str> {
    text.split_inclusive('\n')
        .map(|line| {
            line.strip_suffix('\n')
                .map_or(line, |line| line.strip_suffix('\r').unwrap_or(line))
        })
        .collect()
}

/// The lines that differ, with a few around them.
pub(super) fn shown(old: &str, new: &str) -> Vec<Line> {
    let (before, after) = (contents(old), contents(new));
    let mut shown = Vec::new();
    let ops = capture_diff_slices(Algorithm::Myers, &before, &after);
    let last = ops.len().saturating_sub(1);
    for (at, op) in ops.iter().enumerate() {
        if let DiffOp::Equal { old_index, len, .. } = *op {
            let lines = &before[old_index..old_index + len];
            let (head, tail) = (
                if at == 0 { 0 } else { AROUND.min(len) },
                if at == last { 0 } else { AROUND.min(len) },
            );
            if head + tail >= len {
                shown.extend(lines.iter().map(|line| Line::Kept((*line).to_owned())));
                continue;
            }
            shown.extend(
                lines[..head]
                    .iter()
                    .map(|line| Line::Kept((*line).to_owned())),
            );
            shown.push(Line::Skipped);
            shown.extend(
                lines[len - tail..]
                    .iter()
                    .map(|line| Line::Kept((*line).to_owned())),
            );
            continue;
        }
        shown.extend(
            before[op.old_range()]
                .iter()
                .map(|line| Line::Removed((*line).to_owned())),
        );
        shown.extend(
            after[op.new_range()]
                .iter()
                .map(|line| Line::Added((*line).to_owned())),
        );
    }
    shown
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
        let kept = |line: &str| Line::Kept(line.to_owned());
        let expected = [
            Line::Skipped,
            kept("4"),
            kept("5"),
            kept("6"),
            Line::Removed("7".to_owned()),
            Line::Added("x".to_owned()),
            kept("8"),
            kept("9"),
        ];
        let got = shown(old, &old.replace('7', "x"));
        assert_eq!(got, expected);
        assert!(shown(old, old).iter().all(|line| *line == Line::Skipped));
    }
}
