//! What a rehearsal costs: harness beside the `sqlite3` shell alone, and beside doing the same by
//! hand.
//!
//! `cargo bench --bench cost` makes databases of readings, and runs each migration on each of them
//! in rounds of
//! * harness: `harness check MIGRATION`, the whole process, with a scope that accepts exactly what
//!   the migration means;
//! * bare: `sqlite3 COPY < MIGRATION`, on a copy that is made and written to the disk before its
//!   time begins;
//! * by hand: `cp`, that same run of `sqlite3`, and `sqldiff` of the snapshot and the copy.
//!
//! Before the rounds of a migration harness runs once more, and its JSON report must name the rows
//! that `sqldiff` counts and that a join of both databases finds for each tenant. The JSON report
//! holds the hash of the whole snapshot, which the timed runs do without. Everybody finds the
//! snapshot in the page cache and writes to the same folder.

#![expect(clippy::print_stdout, reason = "a benchmark prints what it measured")]
#![expect(clippy::print_stderr, reason = "and says what it lacks")]

mod by_hand;
mod measure;
mod readings;
mod scenario;
mod table;

use by_hand::Changes;
use clap::Parser;
use measure::Cost;
use readings::Size;
use scenario::{SCENARIOS, Scenario};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use table::{Measured, Round};

/// What a rehearsal costs, beside sqlite3 alone and beside the same by hand.
#[derive(Debug, Parser)]
struct Args {
    /// How much data; 5GB needs 25 GB of disk and several minutes for each migration
    #[arg(long, value_delimiter = ',', default_value = "50MB,500MB")]
    sizes: Vec<Size>,
    /// Which migrations: narrow, wide, insert, delete, rebuild, statements; all otherwise
    #[arg(long, value_delimiter = ',', value_parser = scenario)]
    only: Vec<&'static Scenario>,
    /// Rounds of each
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..))]
    runs: u16,
    /// Where the data is made, and kept for the next time
    #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/target/bench"))]
    dir: PathBuf,
    /// The table as Markdown
    #[arg(long)]
    markdown: bool,
    /// What cargo passes to every benchmark
    #[arg(long, hide = true)]
    bench: bool,
}

fn scenario(name: &str) -> Result<&'static Scenario, String> {
    SCENARIOS.iter().find(|s| s.name == name).ok_or_else(|| {
        let names = SCENARIOS.each_ref().map(|s| s.name).join(", ");
        format!("the migrations are {names}")
    })
}

fn main() -> ExitCode {
    let args = Args::parse();
    if let Some(missing) = by_hand::missing() {
        eprintln!("{missing}");
        return ExitCode::FAILURE;
    }
    std::fs::create_dir_all(&args.dir).expect("the folder for the data");
    let dir = args.dir.canonicalize().expect("the folder for the data");
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    println!(
        "{cores} cores, sqlite3 {}",
        by_hand::query(Path::new(":memory:"), "SELECT sqlite_version();").trim()
    );
    let only: Vec<&Scenario> = if args.only.is_empty() {
        SCENARIOS.iter().collect()
    } else {
        args.only
    };
    let scratch = tempfile::tempdir_in(&dir).expect("a folder for the copies");
    let mut measured = Vec::new();
    for size in args.sizes {
        let snapshot = readings::database(size, &dir, scratch.path());
        let bytes = std::fs::metadata(&snapshot).expect("the snapshot").len();
        println!("{size}: {} readings, {bytes} bytes", size.readings());
        for scenario in &only {
            let place = Place::prepare(scenario, size, &snapshot, scratch.path());
            place.prove(scenario, size);
            let rounds = (0..args.runs).map(|round| place.round(round)).collect();
            measured.push(Measured {
                scenario,
                size,
                rounds,
            });
            println!(
                "  {}",
                measured.last().expect("just pushed").cells()[1..].join(" | ")
            );
        }
    }
    let table = if args.markdown {
        table::markdown(&measured)
    } else {
        table::columns(&measured)
    };
    println!("\n{table}");
    println!(
        "Times are medians of {} rounds, ratios those of the medians (least–greatest of a \
        round), memory is the most of any round.",
        args.runs
    );
    growth(&measured);
    ExitCode::SUCCESS
}

/// What the time of the narrow migration does when the data grows.
fn growth(measured: &[Measured]) {
    let narrow: Vec<&Measured> = measured
        .iter()
        .filter(|m| m.scenario.name == "narrow")
        .collect();
    if let [first, .., last] = narrow[..] {
        let ratio = last.harness_seconds() / first.harness_seconds();
        println!(
            "narrow at {} takes {ratio:.2} × its time at {}; the bound is 1.2 ×",
            last.size, first.size
        );
    }
}

/// The files of one scenario at one size.
struct Place<'a> {
    snapshot: &'a Path,
    /// where all parties write, removed at the end
    scratch: &'a Path,
    migration: PathBuf,
    config: PathBuf,
    copy: PathBuf,
    /// the table whose rows `sqldiff` shows; the summary of all tables where the rows are too many
    /// to read
    shown: Option<&'static str>,
}

impl<'a> Place<'a> {
    fn prepare(scenario: &Scenario, size: Size, snapshot: &'a Path, scratch: &'a Path) -> Self {
        let place = Self {
            snapshot,
            scratch,
            migration: scratch.join(format!("{}.sql", scenario.name)),
            config: scratch.join("harness.toml"),
            copy: scratch.join("copy.db"),
            shown: ["narrow", "statements"]
                .contains(&scenario.name)
                .then_some("point_readings"),
        };
        std::fs::write(&place.migration, scenario::migration(scenario, size))
            .expect("the migration");
        std::fs::write(&place.config, scenario::config(scenario, size)).expect("its scope");
        place
    }

    /// Standard output of a run, as a file to be read afterwards.
    fn output(&self) -> (PathBuf, File) {
        let path = self.scratch.join("output.txt");
        let file = File::create(&path).expect("a file for the output");
        (path, file)
    }

    fn run(&self, command: &mut Command) -> (Cost, String) {
        let (path, file) = self.output();
        let cost = measure::run(
            command
                .env("TMPDIR", self.scratch)
                .env("SQLITE_TMPDIR", self.scratch),
            file,
        );
        (cost, std::fs::read_to_string(path).expect("the output"))
    }

    fn harness(&self, format: &str) -> (Cost, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_harness"));
        command
            .args(["check", "--format", format, "--config"])
            .arg(&self.config)
            .arg("--snapshot")
            .arg(self.snapshot);
        self.run(command.arg(&self.migration))
    }

    /// Copying, the bare run, and the comparison, with what it printed. The copy stays.
    fn by_hand(&self) -> ([Cost; 3], String) {
        by_hand::remove(&self.copy);
        let (copied, _) = self.run(Command::new("cp").args([self.snapshot, &self.copy]));
        // The copy's pages would else be written to the disk on the time of whoever syncs the file
        // next.
        File::open(&self.copy)
            .and_then(|copy| copy.sync_all())
            .expect("the copy is written");
        let (bare, _) = self.run(&mut by_hand::bare(&self.copy, &self.migration));
        let (compared, printed) =
            self.run(&mut by_hand::sqldiff(self.shown, self.snapshot, &self.copy));
        ([copied, bare, compared], printed)
    }

    /// Holds what harness reports against what `sqldiff` counts, what a join finds, and what the
    /// migration means.
    fn prove(&self, scenario: &Scenario, size: Size) {
        let (_, json) = self.harness("json");
        let (_, printed) = self.by_hand();
        let found = by_hand::differing(self.snapshot, &self.copy);
        by_hand::remove(&self.copy);
        let reported = reported(&serde_json::from_str(&json).expect("JSON"));
        assert_eq!(
            reported, found,
            "harness reports the rows that a join finds"
        );
        assert_eq!(
            found,
            (scenario.meant)(size),
            "the migration does what it means"
        );
        let mut totals = BTreeMap::new();
        for ((op, _), rows) in &reported {
            *totals.entry(op.clone()).or_default() += rows;
        }
        assert_eq!(
            totals,
            by_hand::totals(self.shown, &printed),
            "and sqldiff counts as many"
        );
        println!("  {}: all find the same rows: {totals:?}", scenario.name);
    }

    /// Both ways, each first in every other round.
    fn round(&self, round: u16) -> Round {
        let early = round.is_multiple_of(2).then(|| self.harness("text").0);
        let ([copied, bare, compared], _) = self.by_hand();
        by_hand::remove(&self.copy);
        let harness = early.unwrap_or_else(|| self.harness("text").0);
        Round {
            harness,
            bare,
            by_hand: copied.then(bare).then(compared),
        }
    }
}

/// The changes that the JSON report of one accepted migration names, by operation and tenant.
fn reported(report: &Value) -> Changes {
    assert_eq!(
        report["verdict"], "accepted",
        "{:#}",
        report["migrations"][0]["findings"]
    );
    let mut changes = Changes::new();
    for change in report["migrations"][0]["changes"]
        .as_array()
        .expect("changes")
    {
        for op in ["insert", "update", "delete"] {
            let rows = change[op].as_u64().expect("a number");
            if rows > 0 {
                assert_eq!(change["table"], "point_readings", "nothing else changes");
                changes.insert(
                    (
                        op.to_owned(),
                        change["tenant"].as_str().expect("a tenant").to_owned(),
                    ),
                    rows,
                );
            }
        }
    }
    changes
}
