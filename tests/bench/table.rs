//! The measured costs as lines and as a table, each held against its bound.

use crate::measure::{Cost, median};
use crate::readings::Size;
use crate::scenario::Scenario;

/// One round: the same migration on the same snapshot in each way.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Round {
    /// the whole process of harness
    pub(crate) harness: Cost,
    /// the shell alone, on a copy that is there already
    pub(crate) bare: Cost,
    /// copying, the shell, and sqldiff
    pub(crate) by_hand: Cost,
}

/// What one scenario cost at one size.
#[derive(Debug)]
pub(crate) struct Measured {
    /// the migration
    pub(crate) scenario: &'static Scenario,
    /// the data
    pub(crate) size: Size,
    /// every round, at least one
    pub(crate) rounds: Vec<Round>,
}

/// The head of the table.
pub(crate) const HEAD: [&str; 10] = [
    "data",
    "migration",
    "harness",
    "bare sqlite3",
    "× bare",
    "by hand",
    "× by hand",
    "processor, of sqlite3",
    "memory, of sqlite3",
    "bound",
];

impl Measured {
    fn seconds(&self, of: impl Fn(&Round) -> Cost) -> f64 {
        median(
            self.rounds
                .iter()
                .map(|round| of(round).time.as_secs_f64())
                .collect(),
        )
    }

    fn cpu(&self, of: impl Fn(&Round) -> Cost) -> f64 {
        median(
            self.rounds
                .iter()
                .map(|round| of(round).cpu.as_secs_f64())
                .collect(),
        )
    }

    /// The ratio of the medians, and the least and the greatest of a round where there are several.
    fn ratio(&self, to: impl Fn(&Round) -> Cost) -> String {
        let median = self.harness_seconds() / self.seconds(&to);
        let of_round = self
            .rounds
            .iter()
            .map(|round| round.harness.time.as_secs_f64() / to(round).time.as_secs_f64());
        let (least, greatest) = of_round.fold((f64::INFINITY, 0.0_f64), |(l, g), ratio| {
            (l.min(ratio), g.max(ratio))
        });
        if self.rounds.len() == 1 {
            format!("{median:.2}")
        } else {
            format!("{median:.2} ({least:.2}–{greatest:.2})")
        }
    }

    fn peak(&self, of: impl Fn(&Round) -> Cost) -> u64 {
        self.rounds
            .iter()
            .map(|round| of(round).peak)
            .max()
            .expect("a round")
    }

    /// The median time of harness, in seconds.
    pub(crate) fn harness_seconds(&self) -> f64 {
        self.seconds(|r| r.harness)
    }

    /// The cells of its row in the table, as [`HEAD`] names them.
    pub(crate) fn cells(&self) -> [String; 10] {
        [
            self.size.to_string(),
            format!("{}: {}", self.scenario.name, self.scenario.what),
            time(self.harness_seconds()),
            time(self.seconds(|r| r.bare)),
            self.ratio(|r| r.bare),
            time(self.seconds(|r| r.by_hand)),
            self.ratio(|r| r.by_hand),
            format!(
                "{}, {}",
                time(self.cpu(|r| r.harness)),
                time(self.cpu(|r| r.bare))
            ),
            format!(
                "{}, {}",
                memory(self.peak(|r| r.harness)),
                memory(self.peak(|r| r.bare))
            ),
            self.held(),
        ]
    }

    /// The bound and whether the medians keep it.
    fn held(&self) -> String {
        let bound = &self.scenario.bound;
        if bound.of_500_mb && self.size.megabytes() != 500 {
            return "–".to_owned();
        }
        let harness = self.harness_seconds();
        let mut parts = Vec::new();
        let mut part = |text: String, held: bool| {
            parts.push(if held {
                format!("{text}: kept")
            } else {
                format!("{text}: MISSED")
            });
        };
        if let Some(limit) = bound.time {
            part(format!("{limit} ms"), harness * 1000.0 <= f64::from(limit));
        }
        if let Some((factor, more)) = bound.bare {
            let limit = factor * self.seconds(|r| r.bare) + f64::from(more) / 1000.0;
            let text = if more == 0 {
                format!("{factor} × bare")
            } else {
                format!("{factor} × bare + {more} ms")
            };
            part(text, harness <= limit);
        }
        if let Some(factor) = bound.by_hand {
            part(
                format!("{factor} × by hand"),
                harness <= factor * self.seconds(|r| r.by_hand),
            );
        }
        if let Some(limit) = bound.peak {
            part(memory(limit), self.peak(|r| r.harness) <= limit);
        }
        parts.join(", ")
    }
}

/// The columns that a README has room for.
const SHORT: [usize; 7] = [0, 1, 2, 4, 6, 8, 9];

/// The rows as Markdown.
pub(crate) fn markdown(measured: &[Measured]) -> String {
    let short = |cells: [&str; 10]| format!("| {} |\n", SHORT.map(|at| cells[at]).join(" | "));
    let rows = measured
        .iter()
        .map(|row| short(row.cells().each_ref().map(String::as_str)));
    format!(
        "{}|{}\n{}",
        short(HEAD),
        "---|".repeat(SHORT.len()),
        rows.collect::<String>()
    )
}

/// The rows in columns, for a terminal.
pub(crate) fn columns(measured: &[Measured]) -> String {
    let mut builder = tabled::builder::Builder::new();
    builder.push_record(HEAD);
    for row in measured {
        builder.push_record(row.cells());
    }
    builder
        .build()
        .with(tabled::settings::Style::psql())
        .to_string()
}

/// Two digits that count and the unit that fits.
fn time(seconds: f64) -> String {
    if seconds < 1.0 {
        format!("{:.0} ms", seconds * 1000.0)
    } else {
        format!("{seconds:.1} s")
    }
}

fn memory(bytes: u64) -> String {
    format!("{} MiB", bytes.div_ceil(1 << 20))
}
