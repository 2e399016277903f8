//! A case is a folder: `harness.toml`, `seed.sql`, migrations, and `expected.txt` with the exit code
//! and the whole report, times blanked out.
//!
//! `args` in a folder replaces the default command `check`.

use crate::run::{Run, blesses, copy_folder, harness, root};
use crate::tally;
use harness::bounds::CloneKind;
use harness::files::blake3_of;
use harness::report::{Evidence, Format};
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// Fields of JSON reports with a time, and what an inspection says of one.
const TIMES: [&str; 4] = [
    "\"elapsed_ms\": ",
    "\"now_ms\": ",
    "\"modified_at\": ",
    "modified  ",
];

pub(crate) struct Case {
    /// the family and the folder in it
    pub(crate) name: String,
    /// the place among all cases
    pub(crate) at: usize,
    pub(crate) folder: PathBuf,
    args: Vec<String>,
}

impl Case {
    pub(crate) fn all() -> Vec<Self> {
        let cases = root().join("tests/cases");
        let mut names: Vec<String> = names(&cases)
            .iter()
            .flat_map(|family| {
                let of_family = names(&cases.join(family));
                of_family
                    .into_iter()
                    .map(move |case| format!("{family}/{case}"))
            })
            .collect();
        names.sort();
        let case = |(at, name): (usize, String)| {
            let folder = cases.join(&name);
            let args = fs::read_to_string(folder.join("args")).unwrap_or("check".to_owned());
            let args = args.split_whitespace().map(str::to_owned).collect();
            Self {
                name,
                at,
                folder,
                args,
            }
        };
        names.into_iter().enumerate().map(case).collect()
    }

    /// Whether it is about `harness check`.
    pub(crate) fn checks(&self) -> bool {
        self.args[0] == "check"
    }

    pub(crate) fn run(&self) -> Run {
        self.run_in(&self.folder, &[])
    }

    fn run_in(&self, folder: &Path, more: &[&str]) -> Run {
        let own = self.args.iter().map(String::as_str);
        harness(folder, &own.chain(more.iter().copied()).collect::<Vec<_>>())
    }

    pub(crate) fn gives_its_expected_output(&self, run: &Run) {
        tally::count("cases");
        let (got, path) = (output(run), self.folder.join("expected.txt"));
        if blesses() {
            fs::write(&path, &got).expect("written");
        }
        let expected = fs::read_to_string(&path).unwrap_or_default();
        assert!(expected == got, "this is not what is expected:\n{got}");
    }
}

/// The names of everything in a folder.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    let name = |entry: fs::DirEntry| entry.file_name().into_string().expect("UTF-8");
    entries
        .map(|entry| name(entry.expect("an entry")))
        .collect()
}

/// Exit code, report, messages.
fn output(run: &Run) -> String {
    format!(
        "exit {}\n{}{}",
        run.code,
        without_times(&run.stdout),
        run.stderr
    )
}

fn without_times(output: &str) -> String {
    output
        .split('\n')
        .map(without_time)
        .collect::<Vec<_>>()
        .join("\n")
}

fn without_time(line: &str) -> String {
    let trimmed = line.trim_start();
    if let Some(field) = TIMES.iter().find(|field| trimmed.starts_with(**field))
        && !line.contains("null")
    {
        return format!("{}{field}TIME", &line[..line.len() - trimmed.len()]);
    }
    let Some((before, after)) = line.split_once(" days ago") else {
        return line.to_owned();
    };
    let before = before
        .trim_end_matches(|c: char| c.is_ascii_digit())
        .trim_end();
    format!("{before} TIME ago{after}")
}

/// A copy of all cases that asks for the clone which is not the default. The configurations keep
/// their lines.
pub(crate) struct Copy(TempDir);

impl Copy {
    pub(crate) fn on_the_other_kind() -> Self {
        let kind = match CloneKind::default() {
            CloneKind::Thin => CloneKind::Copy,
            CloneKind::Copy => CloneKind::Thin,
        };
        let copy = tempfile::tempdir().expect("a folder");
        copy_folder(&root().join("tests/cases"), copy.path());
        for case in Case::all() {
            let path = copy.path().join(case.name).join("harness.toml");
            let config = fs::read_to_string(&path).expect("a configuration");
            fs::write(path, cloning(&config, kind)).expect("written");
        }
        Self(copy)
    }

    fn folder(&self, case: &Case) -> PathBuf {
        self.0.path().join(&case.name)
    }

    pub(crate) fn run(&self, case: &Case) -> Run {
        case.run_in(&self.folder(case), &[])
    }

    /// The same run on the other kind of clone gives the same output. Its configuration has another
    /// hash.
    pub(crate) fn gives_the_same(&self, case: &Case, own: &Run, other: &Run) {
        let hash = |folder: &Path| {
            blake3_of(&fs::read(folder.join("harness.toml")).expect("a configuration"))
        };
        let (own_hash, other_hash) = (hash(&case.folder), hash(&self.folder(case)));
        let other = output(other).replace(&other_hash, &own_hash);
        assert!(other == output(own), "on the other kind of clone:\n{other}");
    }

    /// A run that also writes a report in every format; `check`, if the case is about another
    /// command.
    pub(crate) fn reported(&self, case: &Case, more: &[&str]) -> Reported {
        let (folder, out) = (self.folder(case), tempfile::tempdir().expect("a folder"));
        let place = |format: Format| out.path().join(format.word());
        let reports = Format::ALL
            .map(|format| format!("--report={}={}", format.word(), place(format).display()));
        let args: Vec<&str> = reports
            .iter()
            .map(String::as_str)
            .chain(more.iter().copied())
            .collect();
        let run = if case.checks() {
            case.run_in(&folder, &args)
        } else {
            harness(&folder, &[&["check"], &args[..]].concat())
        };
        let written = |format| Some((format, fs::read_to_string(place(format)).ok()?));
        let reports: Vec<_> = Format::ALL.into_iter().filter_map(written).collect();
        assert_eq!(reports.is_empty(), run.code == 2, "reports: {}", run.stderr);
        Reported { run, reports }
    }

    /// The same with another `[report]` in the configuration.
    pub(crate) fn reported_with(&self, case: &Case, values: &str) -> Reported {
        let folder = self.folder(case);
        let config = fs::read_to_string(folder.join("harness.toml")).expect("a configuration");
        let mut config: toml_edit::DocumentMut = config.parse().expect("a configuration");
        config["report"] = toml_edit::table();
        config["report"]["values"] = toml_edit::value(values);
        let name = format!("{values}.toml");
        fs::write(folder.join(&name), config.to_string()).expect("written");
        self.reported(case, &["--config", &name])
    }
}

/// A configuration that asks for a clone, with as many lines as before.
fn cloning(config: &str, kind: CloneKind) -> String {
    let (head, rest) = config.split_once("\n[").expect("a second table");
    let place = head
        .strip_prefix("[snapshot]\n")
        .expect("the snapshot first");
    let place = place.trim_end().replace('\n', ", ");
    let lines = "\n".repeat(head.matches('\n').count());
    format!(
        "snapshot = {{ {place}, clone = \"{}\" }}{lines}\n[{rest}",
        kind.word()
    )
}

/// A run and the reports that it wrote: all, or none.
pub(crate) struct Reported {
    pub(crate) run: Run,
    pub(crate) reports: Vec<(Format, String)>,
}

impl Reported {
    pub(crate) fn json(&self) -> Option<&str> {
        let json = self
            .reports
            .iter()
            .find(|(format, _)| *format == Format::Json);
        json.map(|(_, text)| text.as_str())
    }

    pub(crate) fn evidence(&self) -> Option<Evidence> {
        self.json()
            .map(|json| Evidence::read(json).expect("evidence"))
    }
}
