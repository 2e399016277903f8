//! Light and dark, on a phone, and on paper.

use crate::chromium::Chromium;
use crate::pages::Page;
use base64::Engine as _;
use serde_json::json;
use std::process::Command;

/// The least contrast of any text with what is behind it, and that text; by
/// <https://www.w3.org/TR/WCAG21/#dfn-contrast-ratio>.
const CONTRAST: &str = "(() => {
  const parse = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((c) => { c /= 255; return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; })
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (e) => { for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor); if (c.length < 4 || c[3] > 0) return c; } return [255, 255, 255]; };
  let least = [99, ''];
  for (const e of document.querySelectorAll('body *')) {
    const text = [...e.childNodes].filter((n) => n.nodeType === 3 && n.data.trim()).map((n) => n.data).join('');
    if (!text || !e.checkVisibility() || e.closest('script, style, .sr')) continue;
    const [a, b] = [light(parse(getComputedStyle(e).color)), light(behind(e))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < least[0]) least = [ratio, `${e.className} ${text}`];
  }
  return least;
})()";

#[test]
fn text_can_be_read_in_light_and_dark() {
    let page = Page::incident();
    let mut browser = Chromium::start();
    let mut pages = Vec::new();
    for scheme in ["light", "dark"] {
        browser.media("screen", scheme);
        browser.open(&page.path());
        browser.eval("document.querySelectorAll('details').forEach((d) => { d.open = true; })");
        pages.push(browser.text("getComputedStyle(document.body).backgroundColor"));
        let least = browser.eval(CONTRAST);
        assert!(
            least[0].as_f64().expect("a ratio") >= 4.5,
            "{scheme}: {least}"
        );
    }
    assert_ne!(pages[0], pages[1], "dark is another colour");
}

#[test]
fn a_phone_shows_it_without_scrolling_sideways() {
    let mut browser = Chromium::start();
    browser.window(360, 740);
    for page in [Page::incident(), Page::several(), Page::failed()] {
        browser.open(&page.path());
        fits(&mut browser);
    }
}

fn fits(browser: &mut Chromium) {
    browser.eval("document.querySelectorAll('details').forEach((d) => { d.open = true; })");
    assert_eq!(browser.number("document.documentElement.scrollWidth"), 360);
    let outside = "[...document.querySelectorAll('main *')].filter((e) => !e.closest('.scroll') && !e.closest('.sr') && e.getBoundingClientRect().right > 361)
        .map((e) => e.className + e.localName).join(' ')";
    assert_eq!(browser.text(outside), "");
    assert_eq!(
        browser.eval("document.querySelector('h1').getBoundingClientRect().top < 740"),
        true,
        "the verdict is seen first"
    );
}

/// The text of the page as it is printed.
fn printed(browser: &mut Chromium, page: &Page) -> String {
    let data = browser.call("Page.printToPDF", &json!({ "printBackground": true }))["data"]
        .as_str()
        .expect("a PDF")
        .to_owned();
    let pdf = page.folder.path().join("page.pdf");
    std::fs::write(
        &pdf,
        base64::engine::general_purpose::STANDARD
            .decode(data)
            .expect("base64"),
    )
    .expect("written");
    let text = Command::new("pdftotext")
        .arg("-layout")
        .arg(&pdf)
        .arg("-")
        .output();
    let text = text.expect("pdftotext is installed (apt-get install poppler-utils)");
    assert!(text.status.success());
    String::from_utf8_lossy(&text.stdout).into_owned()
}

#[test]
fn closed_sections_are_printed_with_and_without_scripts() {
    let page = Page::incident();
    for scripts in [true, false] {
        let mut browser = Chromium::start();
        browser.call(
            "Emulation.setScriptExecutionDisabled",
            &json!({ "value": !scripts }),
        );
        browser.open(&page.path());
        browser.eval("document.querySelectorAll('details').forEach((d) => { d.open = false; })");
        let text = printed(&mut browser, &page);
        // The last statement's text, a folded finding's place, and an identity.
        for inside in [
            "INSERT INTO migrations (id, applied_at)",
            "0036_update_amber_point_metadata.sql:50:7",
            "BLAKE3",
            "REJECTED",
        ] {
            assert!(
                text.contains(inside),
                "`{inside}` with scripts {scripts} in\n{text}"
            );
        }
        assert!(
            !text.contains("Open all"),
            "what cannot be pressed is not printed"
        );
        assert_eq!(
            browser.number("document.querySelectorAll('details[open]').length"),
            0,
            "and are closed again"
        );
    }
}
