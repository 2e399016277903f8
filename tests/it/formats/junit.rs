//! The JUnit report, read by an XML parser.

use super::{all, case, hold, rendered};
use harness::report::Format;
use harness::report::evidence::{Evidence, Verdict};
use roxmltree::{Document, Node};

fn children<'a>(node: Node<'a, 'a>, name: &'a str) -> impl Iterator<Item = Node<'a, 'a>> {
    node.children()
        .filter(move |child| child.has_tag_name(name))
}

/// Holds the form against what Jenkins and GitLab read; how many cases of each kind.
fn read(evidence: &Evidence) {
    let text = rendered(evidence, Format::Junit);
    let document = Document::parse(&text).unwrap_or_else(|error| panic!("{error} in\n{text}"));
    let root = document.root_element();
    assert_eq!(
        (root.tag_name().name(), root.attribute("name")),
        ("testsuites", Some("harness"))
    );
    let suites: Vec<Node> = children(root, "testsuite").collect();
    assert_eq!(suites.len(), evidence.migrations.len());
    for (suite, migration) in suites.into_iter().zip(&evidence.migrations) {
        let cases: Vec<Node> = children(suite, "testcase").collect();
        let with = |name: &'static str| {
            cases
                .iter()
                .filter(|case| children(**case, name).next().is_some())
                .count()
        };
        for (count, n) in [
            ("tests", cases.len()),
            ("failures", with("failure")),
            ("errors", with("error")),
            ("skipped", with("skipped")),
        ] {
            assert_eq!(
                suite.attribute(count),
                Some(n.to_string().as_str()),
                "{count} in\n{text}"
            );
        }
        for case in &cases {
            for (key, is_free) in [("name", true), ("classname", true), ("file", true)] {
                assert!(
                    case.attribute(key)
                        .is_some_and(|value| !value.is_empty() || is_free),
                    "{key} in\n{text}"
                );
            }
            let parts: Vec<&str> = case
                .children()
                .filter(Node::is_element)
                .map(|child| child.tag_name().name())
                .collect();
            assert!(
                matches!(
                    parts[..],
                    [] | ["failure" | "error" | "skipped" | "system-out"]
                ),
                "{parts:?}"
            );
            for told in case
                .children()
                .filter(Node::is_element)
                .filter(|child| !child.has_tag_name("system-out"))
            {
                assert!(
                    told.attribute("message")
                        .is_some_and(|message| !message.is_empty()),
                    "{text}"
                );
            }
        }
        let red = with("failure") + with("error") > 0;
        assert_eq!(
            red,
            migration.verdict == Verdict::Rejected,
            "{} in\n{text}",
            migration.name
        );
        let found = |code: &str| {
            cases
                .iter()
                .any(|case| case.attribute("name") == Some(code))
        };
        assert!(
            migration
                .findings
                .iter()
                .all(|finding| found(&finding.code)),
            "every finding in\n{text}"
        );
        assert!(found("runs through"), "{text}");
    }
}

#[test]
fn the_report_is_as_expected() {
    hold(Format::Junit, |report| report);
}

#[test]
fn a_suite_is_red_exactly_where_its_migration_is_rejected() {
    all().iter().for_each(read);
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
    read(&evidence);
    let text = rendered(&evidence, Format::Junit);
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
    read(&evidence);
    let text = rendered(&evidence, Format::Junit);
    let document = Document::parse(&text).expect("XML");
    let told = document
        .descendants()
        .filter(|node| node.has_tag_name("system-out"))
        .filter_map(|node| node.text())
        .collect::<String>();
    assert!(told.contains(&message), "{told}");
}
