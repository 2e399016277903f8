//! What a screen reader is told: landmarks, headings, names.

use crate::chromium::Chromium;
use crate::pages::Page;
use serde_json::{Value, json};

/// The roles, names and levels of the accessibility tree, in order; what is ignored is left out.
fn tree(browser: &mut Chromium) -> Vec<(String, String, i64)> {
    let nodes = browser.call("Accessibility.getFullAXTree", &json!({}))["nodes"].clone();
    let nodes = nodes
        .as_array()
        .expect("nodes")
        .iter()
        .filter(|node| node["ignored"] != true);
    let word = |value: &Value| value["value"].as_str().unwrap_or_default().to_owned();
    let level = |node: &Value| {
        let properties = node["properties"].as_array().into_iter().flatten();
        properties
            .filter(|p| p["name"] == "level")
            .find_map(|p| p["value"]["value"].as_i64())
            .unwrap_or_default()
    };
    nodes
        .map(|node| (word(&node["role"]), word(&node["name"]), level(node)))
        .collect()
}

#[test]
fn it_has_landmarks_headings_in_order_and_names() {
    let mut browser = Chromium::start();
    for page in [Page::incident(), Page::several(), Page::failed()] {
        browser.open(&page.path());
        browser.eval("document.querySelectorAll('details').forEach((d) => { d.open = true; })");
        has_structure(&tree(&mut browser));
        leads_somewhere(&mut browser);
    }
}

fn has_structure(tree: &[(String, String, i64)]) {
    for landmark in ["banner", "search", "main", "contentinfo"] {
        assert_eq!(
            tree.iter().filter(|(role, ..)| role == landmark).count(),
            1,
            "{landmark}"
        );
    }
    let levels: Vec<i64> = tree
        .iter()
        .filter(|(role, ..)| role == "heading")
        .map(|(.., level)| *level)
        .collect();
    assert!(
        levels.len() > 5 && levels[0] == 1 && levels[1..].iter().all(|level| *level > 1),
        "one first heading: {levels:?}"
    );
    assert!(
        levels.windows(2).all(|pair| pair[1] <= pair[0] + 1),
        "no level is skipped: {levels:?}"
    );
    let named = [
        "link",
        "button",
        "combobox",
        "heading",
        "table",
        "navigation",
        "search",
        "RootWebArea",
        "DisclosureTriangle",
    ];
    for (role, name, _) in tree {
        assert!(
            !named.contains(&role.as_str()) || !name.trim().is_empty(),
            "a {role} has no name"
        );
    }
    let all = |wanted: &str| tree.iter().filter(|(role, ..)| role == wanted).count();
    for role in ["columnheader", "rowheader", "deletion", "insertion", "mark"] {
        assert!(all(role) > 0, "{role}");
    }
}

fn leads_somewhere(browser: &mut Chromium) {
    let twice = "(() => { const ids = [...document.querySelectorAll('[id]')].map((e) => e.id); \
        return ids.filter((id, at) => ids.indexOf(id) !== at).join(' '); })()";
    assert_eq!(browser.text(twice), "", "each id is there once");
    let ends = "[...document.querySelectorAll('a[href^=\"#\"]')].filter((a) => \
        !document.getElementById(a.hash.slice(1))).map((a) => a.hash).join(' ')";
    assert_eq!(browser.text(ends), "", "every link leads somewhere");
    let boxes = "[...document.querySelectorAll('.scroll')].every((e) => e.tabIndex === 0 && \
        (e.ariaLabel || document.getElementById(e.getAttribute('aria-labelledby'))))";
    assert_eq!(
        browser.eval(boxes),
        true,
        "what scrolls is reached by keyboard and has a name"
    );
    assert_eq!(
        browser.eval("document.querySelector('[data-status]').getAttribute('role')"),
        "status"
    );
}

#[test]
fn the_map_is_read_with_words_not_colours_alone() {
    let page = Page::incident();
    let mut browser = Chromium::start();
    browser.open(&page.path());
    let row = "document.querySelector('.map tbody tr').innerText.replace(/\\s+/g, ' ')";
    let read = browser.text(row);
    assert!(
        read.starts_with(
            "point_info ! wrong update 32 expected: update 6 ✕ outside update 6 expected: nothing"
        ),
        "{read}"
    );
    assert!(read.ends_with("✓ ok update 6 expected: allowed"), "{read}");
}
