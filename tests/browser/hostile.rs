//! Scripts and markup in names, labels, cells, SQL, comments and file names stay text.

use crate::chromium::Chromium;
use crate::pages::{Page, folder};
use std::path::Path;

/// A table of that name, in SQL.
const TABLE: &str = r#""<script>pwned=1</script>""#;

const CONFIG: &str = r#"
[snapshot]
path = "seed.sql"
[engine]
foreign_keys = false
transaction = "none"
on_error = "stop"
[tenant]
column = "org"
labels = "SELECT id, name FROM orgs"
[tenant.tables]
orgs = "id"
[expect."<img src=x onerror=pwned=2>"]
tenants = [1]
[expect."<img src=x onerror=pwned=2>".tables."<script>pwned=1</script>"]
update = 1
[[expect."<img src=x onerror=pwned=2>".invariants]]
name = "<svg onload=pwned=3>"
sql = "SELECT '<iframe srcdoc=x>'"
equal = "before"
"#;

const SEED: &str = r#"
CREATE TABLE orgs(id INTEGER PRIMARY KEY, name TEXT);
INSERT INTO orgs VALUES (1, '"><img src=x onerror=pwned=4>'), (2, '{{ 7*7 }}{% raw %}</title></select></style>');
CREATE TABLE "<script>pwned=1</script>"(org INTEGER NOT NULL, id INTEGER NOT NULL, "'><b onclick=""pwned=5"">" TEXT, PRIMARY KEY(org, id));
INSERT INTO "<script>pwned=1</script>" VALUES (1, 1, 'a&amp;b'), (1, 2, 'c'), (2, 1, 'javascript:pwned=6'), (2, 2, '</textarea></table><h1>x');
CREATE TABLE log(org INTEGER, id INTEGER PRIMARY KEY, body TEXT);
CREATE TRIGGER "<a href=javascript:pwned=7>" AFTER UPDATE ON "<script>pwned=1</script>"
BEGIN INSERT INTO log(org, body) VALUES (new.org, '<base href=//example.test>'); END;
"#;

/// What the page must show as it is, letter by letter.
const SHOWN: [&str; 14] = [
    "<script>pwned=1</script>",
    "<img src=x onerror=pwned=2>",
    "<svg onload=pwned=3>",
    "\"><img src=x onerror=pwned=4>",
    "{{ 7*7 }}{% raw %}</title></select></style>",
    "'><b onclick=\"pwned=5\">",
    "'a&amp;b'",
    "'javascript:pwned=6'",
    "'</textarea></table><h1>x'",
    "<a href=javascript:pwned=7>",
    "<!--<script>pwned=8</script>--> {# {{ pwned }} #}",
    "'</script><script>pwned=9</script>'",
    "'\\u{202e}\\u{2066}evil\\u{7}'",
    "'<base href=//example.test>'",
];

fn page() -> Page {
    let migration = format!(
        "-- a comment before\nUPDATE {TABLE} SET \"'><b onclick=\"\"pwned=5\"\">\" = \
        '</script><script>pwned=9</script>'\n-- <!--<script>pwned=8</script>--> {{# {{{{ pwned \
        }}}} #}}\nWHERE id IN (SELECT id FROM {TABLE} WHERE org = 1);\nINSERT INTO log(org, \
        body) VALUES (2, '\u{202e}\u{2066}evil\u{7}');\n"
    );
    let home = folder(&[
        ("harness.toml", CONFIG),
        ("seed.sql", SEED),
        ("<img src=x onerror=pwned=2>.sql", &migration),
    ]);
    Page::checked(home.path(), &["<img src=x onerror=pwned=2>.sql"], 1)
}

/// Nothing of the text became an element, an attribute, a script or a request, and all of it can be
/// read.
fn stays_text(browser: &mut Chromium, path: &Path) {
    browser.open(path);
    browser.eval("document.querySelectorAll('details').forEach((d) => { d.open = true; })");
    assert_eq!(
        browser.text("typeof pwned"),
        "undefined",
        "no script of the data ran"
    );
    assert_eq!(
        browser.text("document.title.slice(0, 30)"),
        "Rejected: <img src=x onerror=p"
    );
    let text = browser.text(
        "document.body.innerText + \
        [...document.querySelectorAll('option')].map((o) => o.textContent).join('\\n')",
    );
    for shown in SHOWN {
        assert!(text.contains(shown), "`{shown}` in\n{text}");
    }
    assert!(
        !text
            .chars()
            .any(|c| matches!(c, '\u{202e}' | '\u{2066}' | '\u{7}')),
        "nothing reorders the text"
    );
    let elements = "[...new Set([...document.querySelectorAll('*')].map((e) => \
        e.localName))].sort().join(' ')";
    let known = "a article b body button caption code dd del details div dl dt footer h1 h2 h3 \
        head header html ins label li main mark meta nav option p pre script select small span \
        style summary table tbody td th thead title tr ul";
    for element in browser.text(elements).split(' ') {
        assert!(
            known.split_whitespace().any(|k| k == element),
            "<{element}> is none of the page's elements"
        );
    }
    assert_eq!(browser.number("document.scripts.length"), 1);
    let attributes = "[...new Set([...document.querySelectorAll('*')].flatMap((e) => \
        e.getAttributeNames()))].sort().join(' ')";
    let known = "aria-hidden aria-label aria-labelledby aria-live charset class colspan \
        content data-clear data-code data-copy data-filter data-fold data-item data-n \
        data-script data-status data-table data-tenant hidden href http-equiv id lang name \
        open role scope tabindex type value";
    for attribute in browser.text(attributes).split(' ') {
        assert!(
            known.split_whitespace().any(|k| k == attribute),
            "`{attribute}` is none of the page's attributes"
        );
    }
    let links = "[...document.links].every((a) => a.getAttribute('href').startsWith('#'))";
    assert_eq!(browser.eval(links), true, "no link leads elsewhere");
    let requests = browser.events("Network.requestWillBeSent").len();
    assert_eq!(requests, 1, "nothing but the page itself is loaded");
    assert!(browser.events("Page.javascriptDialogOpening").is_empty());
    assert!(
        browser.events("Runtime.exceptionThrown").is_empty()
            && browser.events("Log.entryAdded").is_empty(),
        "nothing is blocked or fails"
    );
}

#[test]
fn scripts_in_the_data_stay_text() {
    let page = page();
    stays_text(&mut Chromium::start(), &page.path());
}

#[test]
fn they_stay_text_without_the_policy_too() {
    let page = page();
    let html = page.html();
    let (from, to) = (
        html.find("<meta http-equiv").expect("a policy"),
        html.find("<meta name=\"viewport\"").expect("more"),
    );
    let bare = page.beside("bare.html", &format!("{}{}", &html[..from], &html[to..]));
    stays_text(&mut Chromium::start(), &bare);
}

#[test]
fn the_policy_stops_what_would_get_through() {
    let page = page();
    let leak = "<script>pwned=1</script><img src='x.png' onerror='pwned=2'><p \
        style='color:red' id='styled'>x</p>";
    let leaky = page.beside(
        "leaky.html",
        &page.html().replace("<footer>", &format!("{leak}<footer>")),
    );
    page.beside("x.png", "");
    let mut browser = Chromium::start();
    browser.open(&leaky);
    assert_eq!(browser.text("typeof pwned"), "undefined");
    assert_ne!(
        browser.text("getComputedStyle(document.getElementById('styled')).color"),
        "rgb(255, 0, 0)"
    );
    assert_eq!(
        browser.eval("document.querySelector('[data-script]').hidden"),
        false,
        "the page's own script runs"
    );
    assert_ne!(
        browser.text("getComputedStyle(document.querySelector('.banner')).borderLeftWidth"),
        "0px",
        "its own style holds"
    );
}
