//! The Markdown report, read by a parser that has GitHub's extensions.

use comrak::nodes::NodeValue;
use comrak::{Arena, Options, parse_document};

/// GitHub's limit for a comment.
pub(crate) const LIMIT: usize = 65_536;

fn options() -> Options<'static> {
    let mut options = Options::default();
    let on = &mut options.extension;
    (
        on.strikethrough,
        on.table,
        on.autolink,
        on.tasklist,
        on.footnotes,
    ) = (true, true, true, true, true);
    (on.math_dollars, on.math_code, on.alerts) = (true, true, true);
    options
}

/// Fails where the report has a construct that is not of its own making; its code and its text
/// outside of that.
pub(crate) fn read(markdown: &str) -> (Vec<String>, String) {
    let arena = Arena::new();
    let (mut code, mut text) = (Vec::new(), String::new());
    let mut open = 0;
    for node in parse_document(&arena, markdown, &options()).descendants() {
        match &node.data().value {
            NodeValue::Text(part) => {
                assert!(
                    !part.contains(['@', '#', '$']) && !part.contains("://"),
                    "{part:?} refers to something"
                );
                text.push_str(part);
                text.push(' ');
            }
            NodeValue::Code(span) => code.push(span.literal.clone()),
            NodeValue::CodeBlock(block) => code.push(block.literal.clone()),
            NodeValue::HtmlBlock(block) => match block.literal.trim() {
                "<!-- harness-report -->" => {}
                "</details>" => open -= 1,
                other => {
                    let inner = other
                        .strip_prefix("<details>\n<summary>")
                        .and_then(|rest| rest.strip_suffix("</summary>"));
                    assert!(
                        inner.is_some_and(|words| words
                            .chars()
                            .all(|c| c.is_ascii_alphanumeric() || " ,".contains(c))),
                        "{other}"
                    );
                    open += 1;
                }
            },
            NodeValue::Document
            | NodeValue::Paragraph
            | NodeValue::Heading(_)
            | NodeValue::Strong
            | NodeValue::BlockQuote
            | NodeValue::List(_)
            | NodeValue::Item(_)
            | NodeValue::Table(_)
            | NodeValue::TableRow(_)
            | NodeValue::TableCell
            | NodeValue::SoftBreak => {}
            other => panic!("{other:?} in\n{markdown}"),
        }
    }
    assert_eq!(open, 0, "what is folded ends");
    (code, text)
}
