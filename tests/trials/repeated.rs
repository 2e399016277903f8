//! Two runs of the same case.

use crate::case::Case;
use crate::run::harness;
use crate::tally;

/// Of so many cases one is run twice.
const STEP: usize = 16;

/// Fields that hold times.
const TIMES: [&str; 2] = ["\"now_ms\": ", "\"elapsed_ms\": "];

/// What a migration reads the time by; what it makes of `now` differs too.
const CLOCKS: [&str; 3] = ["'now'", "unixepoch", "current_timestamp"];

pub(crate) fn two_runs_differ_only_in_times(case: &Case) {
    if !case.at.is_multiple_of(STEP) {
        return;
    }
    for more in [&[][..], &["--deep"]] {
        let args = [&["check", "--format", "json"], more].concat();
        let [one, other] = [(); 2].map(|()| harness(&case.folder, &args).stdout);
        if CLOCKS
            .iter()
            .any(|clock| one.to_lowercase().contains(clock))
        {
            continue;
        }
        assert_eq!(without_times(&one), without_times(&other), "{args:?}");
        if TIMES.iter().all(|field| one.contains(field)) {
            tally::count("reports with times");
        }
    }
}

fn without_times(json: &str) -> Vec<&str> {
    let is_time = |line: &&str| {
        TIMES
            .iter()
            .any(|field| line.trim_start().starts_with(field))
    };
    json.lines().filter(|line| !is_time(line)).collect()
}
