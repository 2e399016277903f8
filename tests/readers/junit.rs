//! The JUnit report, read by an XML parser.

use harness::record::{Evidence, Verdict};
use roxmltree::{Document, Node};

fn children<'a>(node: Node<'a, 'a>, name: &'a str) -> impl Iterator<Item = Node<'a, 'a>> {
    node.children()
        .filter(move |child| child.has_tag_name(name))
}

/// Holds the form against what Jenkins and GitLab read.
pub(crate) fn a_suite_is_red_if_its_migration_is_rejected(evidence: &Evidence, text: &str) {
    let document = Document::parse(text).unwrap_or_else(|error| panic!("{error} in\n{text}"));
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
