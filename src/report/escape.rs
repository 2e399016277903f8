//! Making untrusted text — names, cells, SQL, messages — harmless on a terminal.
//!
//! Control characters could move the cursor or recolour what is already on the screen, and
//! bidirectional controls could reorder it; both are shown as escapes. Line ends and tabs stay only
//! where the text is laid out in lines.

use crate::record::{Blob, Cell};
use crate::sql::Value;
use crate::sql::value::hex;
use std::borrow::Cow;
use std::fmt::Write as _;

/// The longest cell shown to a person, in characters.
const CELL: usize = 60;

/// Text on one line.
pub fn line(text: &str) -> String {
    text.chars()
        .fold(String::with_capacity(text.len()), |mut out, c| {
            match c {
                '\n' => out.push_str("\\n"),
                '\r' => out.push_str("\\r"),
                '\t' => out.push_str("\\t"),
                c if is_unsafe(c) => {
                    let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
                }
                c => out.push(c),
            }
            out
        })
}

/// Text that keeps its lines, harmless on a terminal.
pub fn block(text: &str) -> String {
    let escaped = |l: &str| l.split('\t').map(line).collect::<Vec<_>>().join("\t");
    text.split('\n')
        .map(|l| escaped(l.strip_suffix('\r').unwrap_or(l)))
        .collect::<Vec<_>>()
        .join("\n")
}

/// JSON text that shows no control as itself, wherever it is printed: each is spelled as JSON
/// allows it, and read as before. So is `##[`, which the runner of GitHub Actions takes for a
/// command anywhere in a line.
pub(super) fn json(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c != '\n' && is_unsafe(c) {
            c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| {
                let _ = write!(out, "\\u{unit:04x}");
            });
        } else {
            out.push(c);
        }
    }
    out.replace("##[", "#\\u0023[")
}

/// A cell as SQL spells it, cut where it is long.
pub(super) fn cell(cell: &Cell) -> String {
    let literal = match cell {
        Cell::Blob(Blob { blob, bytes }) if *bytes > 16 => {
            let first = &blob[..blob.len().min(16)];
            return format!("X'{}…' ({bytes} bytes)", hex(first));
        }
        Cell::Blob(_) | Cell::Broken(_) | Cell::Text(_) => {
            cell.value().unwrap_or(Value::Null).literal()
        }
        other => other.shown(),
    };
    cut(&line(&literal), CELL).into_owned()
}

/// The beginning of a text, with an ellipsis where it is longer than so many characters.
pub(super) fn cut(text: &str, longest: usize) -> Cow<'_, str> {
    match text.char_indices().nth(longest) {
        Some((at, _)) => format!("{}…", &text[..at]).into(),
        None => text.into(),
    }
}

fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{fff9}'..='\u{fffb}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_reaches_the_terminal_as_a_control() {
        let hostile = "a\u{61c}\u{1b}[31mred\u{7}\u{9b}x\u{202e}y\u{200b}\r\nz\t";
        for shown in [
            line(hostile),
            block(hostile),
            cell(&Cell::Text(hostile.to_owned())),
        ] {
            assert!(
                shown
                    .chars()
                    .all(|c| c == '\n' || c == '\t' || !is_unsafe(c)),
                "{shown:?}"
            );
        }
        let spelled = json(&serde_json::to_string_pretty(&[hostile, "\u{e0041}"]).expect("JSON"));
        assert!(
            spelled.chars().all(|c| c == '\n' || !is_unsafe(c)),
            "{spelled:?}"
        );
        assert_eq!(
            serde_json::from_str::<[String; 2]>(&spelled).expect("JSON"),
            [hostile, "\u{e0041}"]
        );
        assert_eq!(line("a\nb"), "a\\nb");
        assert_eq!(block("a\r\nb\tc '\\t'"), "a\nb\tc '\\t'");
    }
}
