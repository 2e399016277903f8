//! GitHub annotations, read as the runner of GitHub Actions reads them (`ActionCommand.cs` of
//! <https://github.com/actions/runner>).

use super::{all, case, hold, rendered};
use harness::report::Format;
use harness::report::evidence::{Evidence, Severity};
use std::collections::BTreeMap;

/// A command that the runner carries out.
#[derive(Debug)]
pub(super) struct Command {
    pub(super) name: String,
    pub(super) properties: BTreeMap<String, String>,
    pub(super) message: String,
}

const NAMES: [&str; 14] = [
    "add-mask",
    "add-matcher",
    "add-path",
    "debug",
    "echo",
    "endgroup",
    "error",
    "group",
    "notice",
    "remove-matcher",
    "save-state",
    "set-env",
    "set-output",
    "stop-commands",
];

fn is_name(name: &str) -> bool {
    name.eq_ignore_ascii_case("warning")
        || NAMES.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// The command of a line, in either form.
pub(super) fn command(line: &str) -> Option<Command> {
    let line: String = line
        .chars()
        .filter(|c| !matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{feff}'))
        .collect();
    if let Some((head, message)) = line
        .trim_start()
        .strip_prefix("::")
        .and_then(|rest| rest.split_once("::"))
    {
        let (name, properties) = head.split_once(' ').unwrap_or((head, ""));
        if is_name(name) {
            let pairs = properties
                .split(',')
                .filter_map(|pair| pair.split_once('='));
            let properties = pairs.map(|(key, value)| {
                (
                    key.trim().to_owned(),
                    unescaped(&value.replace("%3A", ":").replace("%2C", ",")),
                )
            });
            return Some(Command {
                name: name.to_owned(),
                properties: properties.collect(),
                message: unescaped(message),
            });
        }
    }
    let (head, message) = line.split_once("##[")?.1.split_once(']')?;
    let name = head.split(' ').next().expect("a name");
    is_name(name).then(|| Command {
        name: name.to_owned(),
        properties: BTreeMap::new(),
        message: unescaped(message),
    })
}

fn unescaped(text: &str) -> String {
    text.replace("%0D", "\r")
        .replace("%0A", "\n")
        .replace("%25", "%")
}

/// The commands of an output, none of whose lines may be anything else.
pub(super) fn commands(output: &str) -> Vec<Command> {
    output
        .lines()
        .map(|line| command(line).unwrap_or_else(|| panic!("{line:?} is a command")))
        .collect()
}

fn of(evidence: &Evidence, severity: Severity) -> usize {
    evidence
        .migrations
        .iter()
        .flat_map(|m| &m.findings)
        .filter(|f| f.severity == severity)
        .count()
}

#[test]
fn the_report_is_as_expected() {
    hold(Format::Github, |report| report);
}

#[test]
fn each_finding_is_a_command_and_nothing_else_is() {
    for evidence in all() {
        let found = commands(&rendered(evidence, Format::Github));
        let named = |name: &str| {
            found
                .iter()
                .filter(|c| c.name == name && c.properties.contains_key("file"))
                .count()
        };
        let expected = (
            of(evidence, Severity::Error),
            of(evidence, Severity::Warning),
            of(evidence, Severity::Note),
        );
        assert_eq!(
            (named("error"), named("warning"), named("notice")),
            expected
        );
        let aside: Vec<&Command> = found
            .iter()
            .filter(|c| !c.properties.contains_key("file"))
            .collect();
        assert!(
            aside.len() <= 1 && aside.iter().all(|c| c.name == "notice"),
            "{aside:?}"
        );
    }
}

#[test]
fn what_is_untrusted_stays_where_it_belongs() {
    let mut evidence = case("json/rejected");
    let hostile = "x,title=y::z\n::set-output name=a::b\r\n##[add-mask]c %0A%3A%2C";
    evidence.migrations[0].path = format!("./db/../{hostile}");
    evidence.migrations[0].findings.truncate(1);
    (
        evidence.migrations[0].findings[0].message,
        evidence.migrations[0].findings[0].code,
    ) = (hostile.to_owned(), hostile.to_owned());
    let found = commands(&rendered(&evidence, Format::Github));
    let [only] = &found[..] else {
        panic!("{found:?}")
    };
    assert_eq!(only.properties["file"], hostile.replace('\r', ""));
    assert_eq!(
        only.properties["title"],
        format!("harness: {}", hostile.replace('\r', ""))
    );
    assert!(
        only.message.starts_with(&hostile.replace('\r', "")),
        "{only:?}"
    );
    assert_eq!(only.properties.len(), 6, "{only:?}");
}

#[test]
fn the_worst_stand_first_and_more_than_are_shown_are_told() {
    let mut evidence = case("json/rejected");
    let finding = |severity| {
        let mut finding = evidence.migrations[0].findings[0].clone();
        finding.severity = severity;
        finding
    };
    let findings = [
        finding(Severity::Note),
        finding(Severity::Error),
        finding(Severity::Warning),
    ];
    evidence.migrations[0].findings = findings.to_vec();
    evidence.migrations = vec![evidence.migrations[0].clone(); 11];
    let found = commands(&rendered(&evidence, Format::Github));
    let names: Vec<&str> = found.iter().map(|c| c.name.as_str()).collect();
    assert_eq!(
        (&names[..11], &names[11..22], &names[22..]),
        (
            &["error"; 11][..],
            &["warning"; 11][..],
            &["notice"; 12][..]
        )
    );
    assert!(
        found[22]
            .message
            .contains("11 errors, 11 warnings, 11 notes"),
        "{:?}",
        found[22]
    );
}
