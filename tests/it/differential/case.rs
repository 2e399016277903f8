//! One case: a seed, a regime and migrations, made from its number; and its two runs.

use super::identity::Rebuilt;
use super::known::{RENAMES_KEEP_ROWS, left_with_another_schema, makes_a_lost_name_again};
use super::migration::{self, Step, Transactions};
use super::plain::{self, Regime, Transaction};
use super::random::Random;
use super::renames::{self, Renamed};
use super::schema::Schema;
use super::state::{self, State};
use super::tally::Tally;
use super::{checks, claims, oracle, references};
use crate::support::Playground;
use harness::bounds::CloneKind;
use harness::check::{Migrations, Request, check};
use harness::config;
use harness::migration::Migration;
use harness::progress::Progress;
use harness::record::Evidence;
use harness::snapshot::{Snapshot, SnapshotSource};
use rusqlite::Connection;
use std::fmt;
use std::path::Path;

/// What SQLite says of sound databases too, in one bug of its own: UPDATE OR IGNORE of a foreign
/// key's columns in a table with a UNIQUE index on an expression.
const ENGINE_FAULT: &str = "database disk image is malformed";

pub(super) struct Case {
    number: u64,
    seed: String,
    regime: Regime,
    migrations: Vec<Vec<Step>>,
}

impl Case {
    pub(super) fn generate(number: u64) -> Self {
        let mut random = Random::of_case(number);
        let transaction = random.weighted(&[
            (2, Transaction::None),
            (1, Transaction::PerMigration),
            (1, Transaction::All),
        ]);
        let regime = Regime {
            foreign_keys: random.chance(50),
            transaction,
            stops: random.chance(30),
        };
        let (mut schema, seed) = Schema::generate(&mut random);
        let count = random.weighted(&[(4, 1), (1, 2)]);
        let transactions = match transaction {
            Transaction::None => Transactions::Own,
            Transaction::All if count > 1 => Transactions::Untouchable,
            _ => Transactions::Within,
        };
        let migrations = (0..count)
            .map(|_| migration::generate(&mut random, &mut schema, transactions))
            .collect();
        Self {
            number,
            seed,
            regime,
            migrations,
        }
    }

    fn config(&self) -> String {
        let transaction = match self.regime.transaction {
            Transaction::None => "none",
            Transaction::PerMigration => "per-migration",
            Transaction::All => "all",
        };
        let on_error = if self.regime.stops {
            "stop"
        } else {
            "continue"
        };
        // Some are followed for a few writes only, so that tables are compared whole.
        let followed =
            [500_000, 500_000, 500_000, 0, 5][usize::try_from(self.number % 5).expect("small")];
        let clone = if self.number.is_multiple_of(2) {
            "thin"
        } else {
            "copy"
        };
        format!(
            "[snapshot]\npath = \"seed.sql\"\nclone = \"{clone}\"\n\n[engine]\nforeign_keys = \
            {}\ntransaction = \"{transaction}\"\non_error = \
            \"{on_error}\"\n\n[limits]\nfollowed_writes = {followed}\n\n[tenant]\ncolumn = \
            \"org\"\n",
            self.regime.foreign_keys
        )
    }

    /// How the file of the snapshot is laid out, which must not matter.
    fn layout(&self) -> String {
        let of = |choices: &[&'static str], step: u64| {
            choices[usize::try_from(self.number / step).expect("small") % choices.len()]
        };
        let (page_size, auto_vacuum) = (
            of(&["4096", "512", "65536"], 2),
            of(&["NONE", "FULL", "INCREMENTAL"], 6),
        );
        format!(
            "PRAGMA page_size = {page_size}; PRAGMA auto_vacuum = {auto_vacuum}; PRAGMA \
            journal_mode = {};",
            of(&["DELETE", "WAL"], 18)
        )
    }

    /// Goes both roads; what differs, where something does.
    pub(super) fn run(&self, tally: &mut Tally) -> Result<(), String> {
        let playground = Playground::new();
        let snapshot = playground.database(
            "s.db",
            &format!(
                "PRAGMA synchronous = OFF;\n{}\n{}",
                self.layout(),
                self.seed
            ),
        );
        let before = state::read(&Connection::open(&snapshot).expect("opens"));
        let copy = |name: &str| {
            let copy = playground.at(name);
            std::fs::copy(&snapshot, &copy).expect("copies");
            copy
        };
        let plain = plain::run(
            &copy("plain.db"),
            self.regime,
            &self.migrations,
            &mut |_, _| {},
        );
        let moves_names = RENAMES_KEEP_ROWS
            && self
                .migrations
                .iter()
                .flatten()
                .any(|step| step.sql.contains(" RENAME "));
        let renamed = if moves_names {
            renames::watch(&copy("watched.db"), self.regime, &self.migrations)
        } else {
            Vec::new()
        };
        if self
            .migrations
            .iter()
            .any(|steps| makes_a_lost_name_again(steps))
        {
            return Ok(());
        }
        let mut ran = self.migrations.iter().zip(&plain);
        if ran.any(|(steps, ran)| left_with_another_schema(steps, &ran.errors)) {
            return Ok(());
        }
        let is_broken = |error: &String| error.contains(ENGINE_FAULT);
        let report = match self.rehearse(&playground, &snapshot, Way::Read, &before) {
            // The engine's own fault: the database is sound. There is no report, and nothing to
            // compare.
            Err(error)
                if error.contains(ENGINE_FAULT)
                    && plain
                        .iter()
                        .any(|ran| ran.errors.iter().flatten().any(is_broken)) =>
            {
                return Ok(());
            }
            report => report?,
        };
        let judged = self.rehearse(&playground, &snapshot, Way::Judged, &before)?;
        checks::same_figures(&report, &judged)?;
        let deep = self
            .number
            .is_multiple_of(3)
            .then(|| self.rehearse(&playground, &snapshot, Way::Deep, &before))
            .transpose()?;
        deep.as_ref()
            .map_or(Ok(()), |deep| checks::same_figures_but_deep(&report, deep))?;
        let kept = state::read(&Connection::open(playground.at("after.db")).expect("opens"));
        let last = plain.last().map_or(&before, |ran| &ran.after);
        if let Some(difference) = state::difference(&kept, last) {
            return Err(format!(
                "the clone is not what the plain road leaves: {difference}"
            ));
        }
        let mut from: &State = &before;
        for (at, ran) in plain.iter().enumerate() {
            let (steps, report) = (&self.migrations[at], &report.migrations[at]);
            let inside = |e: String| format!("migration m{}: {e}", at + 1);
            checks::failures(report, &ran.errors, steps.len()).map_err(inside)?;
            let after = if ran.taken_back { from } else { &ran.after };
            tally.changes += oracle::explain(
                from,
                after,
                renamed.get(at).unwrap_or(&Renamed::default()),
                &Rebuilt::by(steps, ran),
                report,
            )
            .map_err(inside)?;
            if !(RENAMES_KEEP_ROWS && steps.iter().any(|step| step.sql.contains(" RENAME "))) {
                checks::schema(report, from, after).map_err(inside)?;
            }
            if !self
                .migrations
                .iter()
                .flatten()
                .any(|step| step.sql.contains(" TEMP "))
            {
                checks::writes(report, ran, &self.to_string()).map_err(inside)?;
            }
            checks::outcome(report, ran).map_err(inside)?;
            claims::check(report, tally).map_err(inside)?;
            checks::previews(report).map_err(inside)?;
            tally.dangling +=
                references::check(report, &from.references, &after.references).map_err(inside)?;
            if let Some(deep) = &deep {
                let deep = &deep.migrations[at];
                references::is_within(report, deep).map_err(inside)?;
                references::check(deep, &from.references, &after.references)
                    .map_err(|e| inside(format!("with --deep: {e}")))?;
            }
            for (step, run) in steps.iter().zip(report.statements.iter().filter(|s| s.ran)) {
                tally.note(
                    &step.tags,
                    run.error.is_some(),
                    run.direct.total() + run.indirect.total(),
                );
            }
            from = &ran.after;
        }
        Ok(())
    }

    fn rehearse(
        &self,
        playground: &Playground,
        snapshot: &Path,
        way: Way,
        before: &State,
    ) -> Result<Evidence, String> {
        let toml = self.config() + &claims::scope(before);
        let mut config = config::parse(&toml, &playground.at("harness.toml")).expect("valid");
        if way != Way::Read {
            config.clone = if config.clone == CloneKind::Thin {
                CloneKind::Copy
            } else {
                CloneKind::Thin
            };
            config.bounds.beside_from = 0;
        }
        let workspace = tempfile::tempdir().expect("a folder");
        let named = |(at, steps): (usize, &Vec<Step>)| {
            Migration::parse(
                &format!("m{}", at + 1),
                &format!("m{}.sql", at + 1),
                text(steps),
            )
        };
        let migrations: Vec<Migration> = self.migrations.iter().enumerate().map(named).collect();
        let snapshot = Snapshot::open(
            &SnapshotSource::File(snapshot.to_owned()),
            workspace.path(),
            &Progress::default(),
        )
        .expect("a snapshot");
        let after = playground.at("after.db");
        let request = Request {
            config: &config,
            snapshot: &snapshot,
            migrations: Migrations::Named(&migrations),
            workspace: workspace.path(),
            now_ms: 1_763_272_800_000,
            samples: if way == Way::Read { 100_000 } else { 0 },
            keep_clone: (way == Way::Read).then_some(after.as_path()),
            identify: false,
            deep: way == Way::Deep,
            fail_capture_after: None,
        };
        let checked = check(&request).map_err(|error| format!("no report: {error}"))?;
        Ok(checked.evidence)
    }
}

/// How the changed rows are found, and what else may differ without a difference in the figures.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// each is a sample, so that it is read from the two states
    Read,
    /// none is, so that the capture's judgement stands; on the other kind of clone, with previews
    /// beside their statements
    Judged,
    /// the same, with the checks that cost a second run or a whole scan
    Deep,
}

/// The statements as one file, each beginning a line.
fn text(steps: &[Step]) -> String {
    steps.iter().map(Step::text).collect()
}

/// The files of a case folder.
impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "==> case {} <==\n==> seed.sql <==\n{}",
            self.number, self.seed
        )?;
        let places = "[migrations]\ndir = \"migrations\"\n\n";
        writeln!(f, "==> harness.toml <==\n{places}{}", self.config())?;
        for (at, steps) in self.migrations.iter().enumerate() {
            writeln!(f, "==> migrations/m{}.sql <==\n{}", at + 1, text(steps))?;
        }
        writeln!(f, "==> what is wrong <==")
    }
}
