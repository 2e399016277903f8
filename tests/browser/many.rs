//! Thousands of tenants: the page stays small, shows first what is wrong, and says what it leaves
//! out.

use crate::chromium::Chromium;
use crate::pages::{Page, folder};

const CONFIG: &str = "\
[snapshot]
path = \"seed.sql\"
[engine]
foreign_keys = false
transaction = \"none\"
on_error = \"stop\"
[tenant]
column = \"org\"
labels = \"SELECT org, 'Customer ' || org FROM a\"
[expect.wide]
tenants = { query = \"SELECT org FROM a WHERE org <> 4711\" }
[expect.wide.tables.a]
update = \"any\"
[expect.wide.tables.b]
update = \"any\"
[expect.wide.tables.c]
update = \"any\"
";

const SEED: &str = "\
CREATE TABLE a(org INTEGER, id INTEGER, v TEXT, PRIMARY KEY(org, id));
CREATE TABLE b(org INTEGER, id INTEGER, v TEXT, PRIMARY KEY(org, id));
CREATE TABLE c(org INTEGER, id INTEGER, v TEXT, PRIMARY KEY(org, id));
INSERT INTO a WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) SELECT i, 1, 'old' FROM n;
INSERT INTO b SELECT * FROM a;
INSERT INTO c SELECT * FROM a;
";

#[test]
fn five_thousand_tenants_of_three_tables_stay_usable() {
    let updates = ["a", "b", "c"]
        .map(|table| format!("UPDATE {table} SET v = 'new' WHERE id = 1;\n"))
        .concat();
    let home = folder(&[
        ("harness.toml", CONFIG),
        ("seed.sql", SEED),
        ("wide.sql", &updates),
    ]);
    let page = Page::checked(home.path(), &["wide.sql"], 1);
    assert!(page.html().len() < 3_000_000, "{} bytes", page.html().len());
    let mut browser = Chromium::start();
    browser.open(&page.path());
    let first = browser.text(
        "document.querySelector('.map tbody tr:nth-child(2)').innerText.replace(/\\s+/g, ' ')",
    );
    assert!(
        first.starts_with("4711 (Customer 4711) ✕ outside update 1 expected: nothing"),
        "what is wrong comes first: {first}"
    );
    let lines = browser.number("document.querySelectorAll('.map tbody tr').length");
    assert!((500..=1_001).contains(&lines), "{lines}");
    let left = browser.text(
        "document.querySelector('.map').closest('details').querySelector('.left').textContent",
    );
    let tenants = 5_001 - lines;
    assert_eq!(
        left,
        format!(
            "Left out here: {tenants} tenants with {0} groups (ok {0}). What is wrong comes \
            first; the JSON report has all of it.",
            tenants * 3
        )
    );
    let groups = browser.text("document.querySelector('.table > .left').textContent");
    assert_eq!(
        groups,
        "Left out here: the rows of 4940 tenants more. The JSON report has them."
    );
    let shares = browser.text("document.querySelector('.shares').innerText");
    assert!(
        shares.starts_with("✕ outside 4711 (Customer 4711) 1")
            && shares.ends_with("and 4976 tenants more"),
        "{shares}"
    );
    browser.eval(
        "(() => { const select = document.querySelector('[data-filter=tenant]');
           select.value = [...select.options].find((o) => o.textContent === '4711 (Customer 4711)').value;
           select.dispatchEvent(new Event('change')); })()",
    );
    let kept = browser.number(
        "[...document.querySelectorAll('[data-item=line]')].filter((e) => !e.hidden).length",
    );
    assert_eq!(kept, 2, "the tenant, and all");
}
