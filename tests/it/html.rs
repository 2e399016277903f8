//! The HTML report as text; what a browser makes of it is tested by `cargo test --test browser`.

use crate::support::{Playground, harness, rejected_with};
use std::fs;

const MIGRATION: &str = "UPDATE note SET body = '<img src=x onerror=alert(1)>' WHERE id = 1; -- {{ 7*7 }} \u{202e}<b>\n";

#[test]
fn what_is_not_ours_is_escaped_and_nothing_is_loaded() {
    let playground = Playground::new();
    playground.write("ok.sql", MIGRATION);
    rejected_with(playground.path(), &["check", "ok.sql", "--report", "html=page.html"], &["out-of-scope"]);
    let page = fs::read_to_string(playground.at("page.html")).expect("the report");
    for (raw, escaped) in [("<img", "&lt;img src=x onerror=alert(1)&gt;"), ("\u{202e}", "\\u{202e}")] {
        assert!(!page.contains(raw) && page.contains(escaped), "`{raw}` is `{escaped}`");
    }
    assert!(page.contains("{{ 7*7 }}"), "a template in the data is none");
    for outer in ["http://", "https://", "<link", "<iframe", " src="] {
        let (own, _) = page.split_once("<body>").expect("a head");
        assert!(!own.contains(outer), "`{outer}` in the head");
    }
    assert!(page.starts_with("<!doctype html>") && page.trim_end().ends_with("</html>"));
}

#[test]
fn the_same_evidence_gives_the_same_page() {
    let playground = Playground::new();
    let run = harness(playground.path(), &["check", "ok.sql", "--report", "html=page.html", "--report", "json=evidence.json"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let again = harness(playground.path(), &["report", "evidence.json", "--format", "html"]);
    assert_eq!(again.stdout, fs::read_to_string(playground.at("page.html")).expect("the report"));
}
