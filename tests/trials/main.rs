//! A trial for each case folder, by its name: `cargo test --test cases redaction/echo`.
//!
//! A case is rehearsed on the clone of either kind, with reports in every format, and with all
//! values hidden. What these runs gave is held against the expected output and against what is
//! true of every report. With `HARNESS_BLESS=1` the expected output is written instead; read it
//! before it is committed.

mod canaries;
mod case;
mod formats;
#[path = "../readers/mod.rs"]
mod readers;
mod repeated;
#[path = "../it/run.rs"]
mod run;
mod tally;

use case::{Case, Copy};
use libtest_mimic::{Arguments, Trial};
use std::process::ExitCode;
use std::sync::{Arc, LazyLock};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let copy = Arc::new(LazyLock::new(Copy::on_the_other_kind as fn() -> Copy));
    let trial = |case: Case| {
        let copy = Arc::clone(&copy);
        Trial::test(case.name.clone(), move || {
            hold(&case, &copy);
            Ok(())
        })
    };
    let trials = Case::all().into_iter().map(trial).collect();
    let conclusion = libtest_mimic::run(&arguments, trials);
    if !arguments.list && conclusion.num_filtered_out == 0 && !conclusion.has_failed() {
        tally::assert_is_enough();
    }
    conclusion.exit_code()
}

/// Everything that is true of a case.
fn hold(case: &Case, copy: &Copy) {
    let run = case.run();
    case.gives_its_expected_output(&run);
    let reported = copy.reported(case, &[]);
    if case.checks() {
        copy.gives_the_same(case, &run, &reported.run);
    } else {
        copy.gives_the_same(case, &run, &copy.run(case));
    }
    if let Some(evidence) = reported.evidence() {
        tally::count("cases with a report");
        formats::every_format_renders_again_as_it_did(&reported, &evidence);
        formats::every_report_is_well_formed(&reported, &evidence);
    }
    repeated::two_runs_differ_only_in_times(case);
    if case.checks() {
        canaries::what_is_hidden_is_in_no_format_and_changes_no_verdict(case, copy, reported);
    }
}
