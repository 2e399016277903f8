//! Differential tests over generated schemas, rows, migrations and regimes.
//!
//! The reported changes, made to the snapshot's rows, give exactly the rows of the migrated
//! database; every preview returned the rows that its statement wrote; and the kept clone is what a
//! bare connection makes of the same snapshot. The seed is fixed; `HARNESS_CASES=20000
//! HARNESS_FIRST=300 cargo test --release --test it differential` runs other cases. A case that
//! fails is printed as the files of a case folder, at most `HARNESS_SHOWN` of them;
//! `HARNESS_TALLY=1` prints how often each kind of statement ran.

mod case;
mod checks;
mod claims;
mod condition;
mod ddl;
mod identity;
mod inserts;
mod keys;
mod known;
mod migration;
mod objects;
mod oracle;
mod plain;
pub(crate) mod random;
mod rebuild;
mod references;
mod renames;
mod reported;
mod rows;
mod schema;
mod state;
mod tally;
mod triggers;
mod value;
mod writes;

use case::Case;
use std::panic::{AssertUnwindSafe, catch_unwind};
use tally::Tally;

/// Cases that run where nothing else is asked for.
const CASES: u64 = 300;

/// Failing cases that are printed before the rest is not run.
const SHOWN: usize = 5;

fn number(variable: &str, default: u64) -> u64 {
    std::env::var(variable).map_or(default, |n| n.parse().expect("a number"))
}

#[test]
fn a_rehearsal_does_and_reports_what_a_bare_connection_does() {
    let (first, cases) = (number("HARNESS_FIRST", 0), number("HARNESS_CASES", CASES));
    let mut tally = Tally::default();
    let mut wrong = Vec::new();
    for at in first..first + cases {
        let case = Case::generate(at);
        let run = catch_unwind(AssertUnwindSafe(|| case.run(&mut tally)));
        if let Err(why) = run.unwrap_or_else(|_| Err("a panic, see above".to_owned())) {
            wrong.push(format!("{case}{why}\n"));
        }
        if wrong.len() >= usize::try_from(number("HARNESS_SHOWN", SHOWN as u64)).expect("small") {
            break;
        }
    }
    assert!(
        wrong.is_empty(),
        "{} cases are wrong\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    tally.assert_is_enough(cases);
}
