//! Filtering, folding and copying, by mouse and by keyboard; and reading without scripts.

use crate::chromium::Chromium;
use crate::pages::Page;
use serde_json::json;

/// Chooses, in a select of the filter, the option that says this.
fn choose(browser: &mut Chromium, facet: &str, option: &str) {
    let chosen = browser.eval(&format!(
        "(() => {{ const select = document.querySelector('[data-filter={facet}]');
          select.value = [...select.options].find((o) => o.textContent.startsWith('{option}')).value;
          select.dispatchEvent(new Event('change')); return select.value; }})()"
    ));
    assert_ne!(chosen, "");
}

/// How many elements of a kind are shown.
fn shown(browser: &mut Chromium, item: &str) -> i64 {
    browser.number(&format!(
        "[...document.querySelectorAll('[data-item={item}]')].filter((e) => !e.hidden).length"
    ))
}

#[test]
fn the_filter_hides_what_is_of_others_and_says_so_and_never_the_verdict() {
    let page = Page::incident();
    let mut browser = Chromium::start();
    browser.open(&page.path());
    let status = "document.querySelector('[data-status]').textContent";
    assert_eq!(
        (
            shown(&mut browser, "finding"),
            shown(&mut browser, "statement"),
            shown(&mut browser, "group")
        ),
        (16, 13, 7)
    );
    choose(&mut browser, "code", "not-atomic");
    assert_eq!(
        (
            shown(&mut browser, "finding"),
            shown(&mut browser, "statement")
        ),
        (1, 1)
    );
    assert_eq!(
        browser.text(status),
        "Hidden: 15 findings, 12 statements. The verdict is on all of it."
    );
    assert_eq!(
        browser.text("document.querySelector('.banner .mark').innerText"),
        "✕ REJECTED"
    );
    browser.eval("document.querySelector('[data-clear]').click()");
    assert_eq!(
        (shown(&mut browser, "finding"), browser.text(status)),
        (16, String::new())
    );
    choose(&mut browser, "tenant", "3 (Enphase)");
    assert_eq!(
        shown(&mut browser, "group"),
        2,
        "its own, and the rows of nobody"
    );
    assert_eq!(
        shown(&mut browser, "statement"),
        9,
        "four match rows of others only; seven match none"
    );
    let heads = browser.text(
        "[...document.querySelectorAll('.map thead th')].filter((e) => \
            !e.hidden).map((e) => e.textContent).join('|')",
    );
    assert_eq!(heads, "table|all|3 (Enphase)");
    choose(&mut browser, "table", "migrations");
    assert_eq!(shown(&mut browser, "line"), 1);
    assert_eq!(shown(&mut browser, "group"), 1);
}

#[test]
fn sections_fold_and_links_open_what_they_lead_to() {
    let page = Page::incident();
    let mut browser = Chromium::start();
    browser.open(&page.path());
    let open = "document.querySelectorAll('main details[open]').length";
    browser.eval("document.querySelector('[data-fold=close]').click()");
    assert_eq!(browser.number(open), 0);
    browser.eval("document.querySelector('nav a[href=\"#m1-statements\"]').click()");
    assert_eq!(
        browser.eval("document.getElementById('m1-statements').closest('details').open"),
        true
    );
    browser.eval("location.hash = '#m1-f5'; new Promise((done) => setTimeout(done, 100))");
    assert_eq!(
        browser.eval(
            "document.getElementById('m1-f5').checkVisibility({contentVisibilityAuto: true})"
        ),
        true
    );
    browser.eval("document.querySelector('[data-fold=open]').click()");
    assert_eq!(
        browser.number("document.querySelectorAll('main details:not([open])').length"),
        0
    );
}

/// The preview of the incident's first statement, as it is pasted.
const FIRST: &str = "SELECT point_info.rowid, point_info.system_id, point_info.id,\n       \
    point_info.origin_sub_id AS";

#[test]
fn the_copy_button_copies_the_preview() {
    let page = Page::incident();
    let mut browser = Chromium::start();
    browser.open(&page.path());
    browser.eval(
        "navigator.clipboard.writeText = (text) => { window.copied = text; return Promise.resolve(); };
         document.querySelector('[data-copy]').click(); new Promise((done) => setTimeout(done, 50))",
    );
    let copied = browser.text("window.copied");
    assert!(
        copied.starts_with(FIRST) && copied.ends_with("\n);"),
        "{copied}"
    );
    assert_eq!(
        browser.text("document.querySelector('[data-copy]').textContent"),
        "Copied"
    );
}

#[test]
fn without_a_clipboard_the_preview_is_selected_and_copied() {
    let page = Page::incident();
    let mut browser = Chromium::start();
    browser.open(&page.path());
    browser.eval(
        "navigator.clipboard.writeText = () => Promise.reject(new Error('denied'));
         document.execCommand = (command) => { window.command = command; return false; };
         document.querySelector('[data-copy]').click(); new Promise((done) => setTimeout(done, 50))",
    );
    assert!(browser.text("getSelection().toString()").starts_with(FIRST));
    assert_eq!(browser.text("window.command"), "copy");
    assert_eq!(
        browser.text("document.querySelector('[data-copy]').textContent"),
        "Selected: press Ctrl+C"
    );
}

#[test]
fn everything_is_reached_by_keyboard_in_reading_order() {
    let page = Page::incident();
    let mut browser = Chromium::start();
    browser.window(1280, 900);
    browser.open(&page.path());
    let mut places: Vec<i64> = Vec::new();
    let expected = browser.number(
        "window.stops = [...document.querySelectorAll('a[href], button, select, summary, .scroll')]
           .filter((e) => e.checkVisibility() && !e.closest('[hidden]')); window.stops.length",
    );
    for _ in 0..200 {
        browser.press("Tab");
        let at = browser.number("window.stops.indexOf(document.activeElement)");
        let ring = browser.eval(
            "document.activeElement === document.body || \
                getComputedStyle(document.activeElement).outlineStyle !== 'none'",
        );
        assert_eq!(ring, true, "the focus is seen");
        if at < 0 {
            break;
        }
        places.push(at);
    }
    assert_eq!(
        places,
        (0..expected).collect::<Vec<_>>(),
        "in order, and none is left out"
    );
    browser.eval("document.querySelector('.skip').focus()");
    browser.press("Enter");
    assert_eq!(
        browser.text("document.activeElement.id"),
        "evidence",
        "the first link leads behind the contents"
    );
    browser.eval(
        "document.querySelector('.statement:not([open]) > summary').focus(); \
        window.fold = document.activeElement.parentElement",
    );
    browser.press("Enter");
    assert_eq!(
        browser.eval("window.fold.open"),
        true,
        "a section opens by the Enter key"
    );
}

#[test]
fn without_scripts_it_is_read_and_folds() {
    let page = Page::incident();
    let mut browser = Chromium::start();
    browser.call(
        "Emulation.setScriptExecutionDisabled",
        &json!({ "value": true }),
    );
    browser.open(&page.path());
    assert_eq!(
        browser.eval("[...document.querySelectorAll('[data-script]')].every((e) => e.hidden)"),
        true,
        "no dead button is shown"
    );
    for heading in [
        "Expected against actual",
        "Findings",
        "Checklist",
        "Statements",
        "Before and after",
        "Identities",
    ] {
        assert!(
            browser
                .text("document.querySelector('main').innerText")
                .contains(heading),
            "{heading}"
        );
    }
    browser.eval(
        "document.querySelector('.statement:not([open]) > summary').focus(); \
        window.fold = document.activeElement.parentElement",
    );
    browser.press("Enter");
    assert_eq!(browser.eval("window.fold.open"), true);
}
