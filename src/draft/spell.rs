//! Spelling untrusted text for the places of a draft: a string or key of TOML, a comment of TOML or
//! SQL.
//!
//! Everything stays on its line: a newline in a name must not end a comment. TOML is
//! <https://toml.io/en/v1.0.0>.

use crate::report::terminal_line;
use toml_writer::{ToTomlKey as _, ToTomlValue as _, TomlKeyBuilder, TomlStringBuilder};

/// Columns of a comment, its sign included.
const WIDTH: usize = 120;

/// A string of TOML on one line, which holds no `*/` and nothing that reorders what is read.
///
/// `a"b` → `"a\"b"`; a line feed → `"\n"`.
pub(super) fn string(text: &str) -> String {
    plain(&TomlStringBuilder::new(text).as_basic().to_toml_value())
}

/// A key of TOML, bare where that is possible.
pub(super) fn key(text: &str) -> String {
    let builder = TomlKeyBuilder::new(text);
    plain(
        &builder
            .as_unquoted()
            .unwrap_or_else(|| builder.as_basic())
            .to_toml_key(),
    )
}

/// What a comment must not hold, as escapes of a basic string; no such character is outside of
/// one.
fn plain(spelled: &str) -> String {
    let spelled = spelled.replace("*/", "*\\u002F");
    let escaped = spelled.chars().map(|c| {
        let is_shown = || terminal_line(c.encode_utf8(&mut [0; 4])).starts_with(c);
        if c.is_ascii() || is_shown() {
            c.to_string()
        } else {
            format!("\\U{:08X}", u32::from(c))
        }
    });
    escaped.collect()
}

/// Text for a comment of either language, on one line.
pub(super) fn comment(text: &str) -> String {
    terminal_line(text)
        .replace("*/", "*\\/")
        .replace("/*", "/\\*")
}

/// A comment of TOML, wrapped.
pub(super) fn toml_comment(text: &str) -> String {
    let options = textwrap::Options::new(WIDTH)
        .initial_indent("# ")
        .subsequent_indent("# ")
        .break_words(false);
    let options = options
        .word_separator(textwrap::WordSeparator::AsciiSpace)
        .word_splitter(textwrap::WordSplitter::NoHyphenation);
    textwrap::fill(&comment(text), options)
}

/// `1 row`, `2 rows`
pub(super) fn counted(n: u64, one: &str, many: &str) -> String {
    if n == 1 {
        format!("1 {one}")
    } else {
        format!("{n} {many}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOSTILE: [&str; 9] = [
        "plain",
        "a\"b",
        "a'b",
        "line\nfeed",
        "tab\tand\rreturn",
        "*/ DROP",
        "x\"]\n[engine]",
        "\u{202e}olleh\u{7f}",
        "naïve \\ 日本",
    ];

    #[test]
    fn strings_and_keys_are_read_back_as_they_were() {
        for name in HOSTILE {
            let text = format!("{} = {}\n", key(name), string(name));
            let table: toml::Table = toml::from_str(&text).expect("TOML");
            assert_eq!(
                table.into_iter().collect::<Vec<_>>(),
                [(name.to_owned(), toml::Value::String(name.to_owned()))]
            );
            assert_eq!(
                (
                    text.lines().count(),
                    text.contains("*/"),
                    text.contains('\u{202e}')
                ),
                (1, false, false)
            );
        }
    }

    #[test]
    fn comments_stay_comments() {
        for name in HOSTILE {
            let text = toml_comment(&format!("about {name}, and {}", "words ".repeat(40)));
            assert!(
                text.lines().count() > 1 && text.lines().all(|line| line.starts_with("# ")),
                "{text}"
            );
            assert!(
                !text.contains("*/") && !text.chars().any(|c| c.is_control() && c != '\n'),
                "{text}"
            );
            assert!(
                toml::from_str::<toml::Table>(&text)
                    .expect("TOML")
                    .is_empty()
            );
        }
    }
}
