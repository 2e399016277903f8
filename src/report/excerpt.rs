//! The lines of a migration that a finding points at, with the clause underlined.

use super::escape;
use crate::record::Excerpt;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

/// Characters that are underlined at least.
const SHORTEST: usize = 20;

/// Columns of the terminal that the line's number takes.
const GUTTER: usize = 10;

/// The excerpt, which begins in line `number`, without a last line end, for a terminal of so many
/// columns.
pub(super) fn render(excerpt: &Excerpt, number: usize, width: usize) -> String {
    let [before, marked, behind] =
        [&excerpt.before, &excerpt.marked, &excerpt.after].map(|part| escape::block(part));
    // What is underlined is never cut by the renderer, and would be broken by the terminal.
    let room = width.saturating_sub(GUTTER + before.chars().count());
    let marked = if marked.contains('\n') {
        marked
    } else {
        escape::cut(&marked, room.max(SHORTEST)).into_owned()
    };
    let span = before.len()..before.len() + marked.len();
    let behind = if marked.ends_with('…') {
        ""
    } else {
        behind.trim_end()
    };
    let source = format!("{before}{marked}{behind}");
    let snippet = Snippet::source(source)
        .line_start(number)
        .annotation(AnnotationKind::Primary.span(span));
    Renderer::styled()
        .term_width(width)
        .render(&[Group::with_level(Level::ERROR).element(snippet)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::{Position, Span};

    fn plain(text: &str, marked: &str) -> String {
        let start = text.find(marked).expect("is there");
        let span = Span {
            start,
            end: start + marked.len(),
        };
        let line = Position::at(text, start).line;
        anstream::adapter::strip_str(&render(&Excerpt::new(text, span), line, 100)).to_string()
    }

    #[test]
    fn the_clause_is_underlined_and_nothing_of_it_reaches_the_terminal_raw() {
        let shown = plain(
            "SELECT 1;\r\nUPDATE \u{1b}[31mt SET é = 1\r\n WHERE id IN (1);\r\n",
            "id",
        );
        assert_eq!(shown, "  |\n3 |  WHERE id IN (1);\n  |        ^^");
        assert!(
            plain("UPDATE \u{1b}[31m\u{202e}t\tSET a", "SET")
                .contains("UPDATE \\u{1b}[31m\\u{202e}t")
        );
    }

    #[test]
    fn long_lines_and_clauses_are_cut() {
        let text = format!(
            "SELECT '{}', 2, '{}'",
            "a".repeat(100_000),
            "b".repeat(100_000)
        );
        assert!(plain(&text, "2").len() < 2_000);
        let text = "a\n".repeat(50);
        assert_eq!(plain(&text, &text).lines().count(), 3);
    }
}
