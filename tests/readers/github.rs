//! GitHub annotations, read as the runner of GitHub Actions reads them (`ActionCommand.cs` of
//! <https://github.com/actions/runner>).

use std::collections::BTreeMap;

/// A command that the runner carries out.
#[derive(Debug)]
pub(crate) struct Command {
    pub(crate) name: String,
    pub(crate) properties: BTreeMap<String, String>,
    pub(crate) message: String,
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
pub(crate) fn command(line: &str) -> Option<Command> {
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
pub(crate) fn commands(output: &str) -> Vec<Command> {
    output
        .lines()
        .map(|line| command(line).unwrap_or_else(|| panic!("{line:?} is a command")))
        .collect()
}
