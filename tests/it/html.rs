//! The HTML report as text; what a browser makes of it is tested by `cargo test --test browser`.

use crate::support::{Playground, harness, rejected_with, root};
use std::fs;

const MIGRATION: &str = "UPDATE note SET body = '<img src=x onerror=alert(1)>' WHERE id = 1; \
    -- {{ 7*7 }} \u{202e}<b>\n";

#[test]
fn what_is_not_ours_is_escaped_and_nothing_is_loaded() {
    let playground = Playground::new();
    playground.write("ok.sql", MIGRATION);
    rejected_with(
        playground.path(),
        &["check", "ok.sql", "--report", "html=page.html"],
        &["out-of-scope"],
    );
    let page = fs::read_to_string(playground.at("page.html")).expect("the report");
    for (raw, escaped) in [
        ("<img", "&lt;img src=x onerror=alert(1)&gt;"),
        ("\u{202e}", "\\u{202e}"),
    ] {
        assert!(
            !page.contains(raw) && page.contains(escaped),
            "`{raw}` is `{escaped}`"
        );
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
    let run = harness(
        playground.path(),
        &[
            "check",
            "ok.sql",
            "--report",
            "html=page.html",
            "--report",
            "json=evidence.json",
        ],
    );
    assert_eq!(run.code, 0, "{}", run.stderr);
    let again = harness(
        playground.path(),
        &["report", "evidence.json", "--format", "html"],
    );
    assert_eq!(
        again.stdout,
        fs::read_to_string(playground.at("page.html")).expect("the report")
    );
}

#[test]
fn of_a_thousand_statements_those_that_something_is_said_of_stay() {
    let playground = Playground::new();
    let mut migration = "UPDATE note SET body = 'x' WHERE org = 1 AND id = 1;\n".repeat(1000);
    migration.push_str("UPDATE note SET body = 'y' WHERE org = 2 AND id = 1;\n");
    playground.write("ok.sql", migration);
    rejected_with(
        playground.path(),
        &["check", "ok.sql", "--report", "html=page.html"],
        &["out-of-scope"],
    );
    let page = fs::read_to_string(playground.at("page.html")).expect("the report");
    assert_eq!(page.matches("<details class=\"statement\"").count(), 300);
    assert!(
        page.contains("id=\"m1-s1001\"") && page.contains("Left out here: 701 statements more.")
    );
    assert!(page.len() < 3_000_000, "{} bytes", page.len());
}

#[test]
fn a_tenant_called_as_another_owner_is_has_its_own_rows_only() {
    let folder = root().join("tests/cases/tenancy/tenants_called_as_owners_are");
    let run = harness(&folder, &["check", "--format", "html"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    // One of `price`, six of `stock`, one of `tag`.
    assert_eq!(run.stdout.matches("<td class=\"outside ").count(), 8);
}
