//! The JUnit report.

use super::{case, hold, rendered};
use crate::readers::junit::a_suite_is_red_if_its_migration_is_rejected;
use harness::report::Format;
use roxmltree::Document;

#[test]
fn the_report_is_as_expected() {
    hold(Format::Junit, |report| report);
}

#[test]
fn what_xml_cannot_hold_is_an_escape() {
    let mut evidence = case("json/rejected");
    let hostile: String = (0..0x300)
        .chain([0xfffe, 0xffff, 0x1_fffe, 0x2028])
        .filter_map(char::from_u32)
        .collect();
    let migration = &mut evidence.migrations[0];
    (migration.name, migration.path) = (hostile.clone(), hostile.clone());
    (migration.findings[0].message, migration.findings[0].help) =
        (hostile.clone(), format!("]]>{hostile}"));
    migration.tables[0].owners[0].owner.clone_from(&hostile);
    migration.checklist[0].shown_by = hostile;
    let text = rendered(&evidence, Format::Junit);
    a_suite_is_red_if_its_migration_is_rejected(&evidence, &text);
    let document = Document::parse(&text).expect("XML");
    let name = document
        .descendants()
        .find(|node| node.has_tag_name("testsuite"))
        .and_then(|suite| suite.attribute("name"))
        .expect("a name");
    assert!(
        name.contains("\\u{0}\\u{1}")
            && name.contains("<=>")
            && name.contains("\\u{fffe}\\u{ffff}"),
        "{name}"
    );
}

#[test]
fn a_warning_is_seen_and_fails_nothing() {
    let mut evidence = case("json/accepted");
    let mut finding = case("json/rejected").migrations[0].findings[0].clone();
    finding.severity = serde_json::from_str("\"warning\"").expect("a severity");
    let message = finding.message.clone();
    evidence.migrations[0].findings = vec![finding];
    let text = rendered(&evidence, Format::Junit);
    a_suite_is_red_if_its_migration_is_rejected(&evidence, &text);
    let document = Document::parse(&text).expect("XML");
    let told = document
        .descendants()
        .filter(|node| node.has_tag_name("system-out"))
        .filter_map(|node| node.text())
        .collect::<String>();
    assert!(told.contains(&message), "{told}");
}
