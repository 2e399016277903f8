//! The HTML report: the evidence for a reviewer, as one page in one file that needs nothing else
//! and runs nothing but its own script.
//!
//! Each part is given to the template where it is made, by the names that it has there. A name that the
//! template uses and nothing gives is an error.
//!
//! Names, cells and SQL are somebody else's text. Whatever the template prints goes through [`shown`]:
//! controls become escapes, and so does what HTML would take for markup. A content security policy
//! lets only the page's own style and script through, by their hashes. None of that text is in a script, a style,
//! a URL or an attribute without quotes. The page is whole without the script, which filters, copies
//! and folds.

mod budget;
mod changes;
mod filters;
mod findings;
mod grid;
mod highlight;
mod identities;
mod migration;
mod page;
mod preview;
mod shown;
mod statements;

use super::Evidence;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use minijinja::syntax::SyntaxConfig;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value, context};
use page::page;
use sha2::{Digest as _, Sha256};
use std::io::{self, Write};

const TEMPLATE: &str = include_str!("page.html.j2");
const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// What the browser may load and run: <https://www.w3.org/TR/CSP3/>.
fn policy(style: &str, script: &str) -> String {
    let hash = |text: &str| STANDARD.encode(Sha256::digest(text));
    format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; \
        form-action 'none'",
        hash(style),
        hash(script)
    )
}

pub(super) fn render(evidence: &Evidence, out: &mut dyn Write) -> io::Result<()> {
    write(evidence, out).map_err(io::Error::other)
}

fn write(evidence: &Evidence, out: &mut dyn Write) -> Result<(), minijinja::Error> {
    // A checkout may have given them other line ends, which a browser would not hash.
    let [style, script] = [STYLE, SCRIPT].map(|text| text.replace('\r', ""));
    let context = context! {
        policy => policy(&style, &script),
        style => Value::from_safe_string(style),
        script => Value::from_safe_string(script),
        page => page(evidence),
    };
    let environment = environment()?;
    let template = environment.template_from_named_str("page.html", TEMPLATE)?;
    template.render_captured_to(context, out).map(drop)
}

/// What the template is rendered with: nothing goes unescaped.
fn environment() -> Result<Environment<'static>, minijinja::Error> {
    let syntax = SyntaxConfig::builder()
        .trim_blocks(true)
        .lstrip_blocks(true)
        .build()?;
    let mut environment = Environment::empty();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_formatter(shown::on_one_line);
    environment.add_filter("lines", shown::lines);
    environment.add_filter("prose", shown::prose);
    environment.set_syntax(syntax);
    Ok(environment)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_is_whole_in_itself() {
        for outer in ["http:", "https:", "//", "url(", "@import", "src="] {
            let quoted = STYLE.contains(outer) || TEMPLATE.contains(outer);
            assert!(!quoted, "`{outer}` would load something");
        }
    }

    #[test]
    fn only_the_style_and_the_script_go_unescaped() {
        for way in ["|safe", "| safe", "autoescape", "{% raw"] {
            assert!(!TEMPLATE.contains(way), "`{way}` lets text through");
        }
        let bare = TEMPLATE
            .split("{{")
            .skip(1)
            .filter(|rest| rest.starts_with(" style }}") || rest.starts_with(" script }}"));
        assert_eq!(bare.count(), 2);
    }

    #[test]
    fn the_policy_lets_through_what_has_these_hashes() {
        let empty = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
        assert!(
            policy("", "x").contains(&format!("style-src '{empty}'"))
                && !policy("", "x").contains(&format!("script-src '{empty}'"))
        );
    }
}
