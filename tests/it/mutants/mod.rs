//! A mutation score: correct migrations with their true scope, and the same migrations wrong as
//! people get them wrong.
//!
//! A plain connection and a comparison of the whole databases say what each does. A correct one is
//! accepted with its true numbers, a mutant beyond its declared scope is rejected, and of the mutants
//! that leave another database than the correct one, at most two in a hundred are accepted: `rows`
//! and `each` are written from what is meant. The seed is fixed; `HARNESS_MUTANTS=20000 cargo test
//! --release --test it mutants -- --nocapture` runs more and prints how often each kind was accepted.

mod run;
mod tasks;
mod truth;
mod world;

use run::{Judged, judge};
use std::collections::BTreeMap;
use std::io::Write as _;
use tasks::Task;
use truth::Truth;
use world::World;

/// Mutants that run where nothing else is asked for.
const MUTANTS: u64 = 300;

/// Of a hundred mutants that leave another database, how many may be accepted.
const ACCEPTED: u64 = 2;

/// How mutants of one kind fared.
#[derive(Debug, Default, Clone, Copy)]
struct Fared {
    /// how many leave another database than the correct migration
    other: u64,
    /// how many of those are accepted
    accepted: u64,
}

#[test]
fn what_people_get_wrong_is_rejected() {
    let variable = std::env::var("HARNESS_MUTANTS");
    let most = variable.map_or(MUTANTS, |n| n.parse().expect("a number"));
    let (mut wrong, mut shown) = (Vec::new(), Vec::new());
    let mut kinds: BTreeMap<&str, Fared> = BTreeMap::new();
    let (mut case, mut mutants) = (0, 0);
    while mutants < most && wrong.len() < 5 {
        let world = World::generate(case);
        for task in Task::all(&world, case) {
            let correct = Truth::of(&world, &task.sql);
            let scope = task.scope(&correct);
            match judge(&world, &task.sql, &scope, case) {
                Judged::Accepted(report) => {
                    if let Err(why) = correct.is_told_by(&report) {
                        wrong.push(shown_case(case, &world, &task.sql, &scope, &why));
                    }
                }
                Judged::Rejected(why) => {
                    let why = format!("correct, and rejected: {why}");
                    wrong.push(shown_case(case, &world, &task.sql, &scope, &why));
                }
            }
            for (kind, sql) in &task.mutants {
                mutants += 1;
                let truth = Truth::of(&world, sql);
                let is_accepted = matches!(judge(&world, sql, &scope, case), Judged::Accepted(_));
                if is_accepted && !truth.is_within(&correct, &task) {
                    let why = format!("{kind}: beyond its scope, and accepted");
                    wrong.push(shown_case(case, &world, sql, &scope, &why));
                }
                let fared = kinds.entry(kind).or_default();
                if !truth.leaves_the_same(&correct) {
                    fared.other += 1;
                    fared.accepted += u64::from(is_accepted);
                    if is_accepted && shown.len() < 40 {
                        shown.push(format!("case {case}, {}: {kind}: {sql}", task.name));
                    }
                }
            }
        }
        case += 1;
    }
    assert!(
        wrong.is_empty(),
        "{} are wrong\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    let other: u64 = kinds.values().map(|fared| fared.other).sum();
    let accepted: u64 = kinds.values().map(|fared| fared.accepted).sum();
    let all = format!(
        "{mutants} mutants of {case} cases, {other} leave another database, {accepted} of those are \
        accepted\n"
    );
    let accepted_kinds = kinds.iter().filter(|(_, fared)| fared.accepted > 0);
    let each = accepted_kinds
        .map(|(kind, fared)| format!("  {kind}: {} of {}\n", fared.accepted, fared.other));
    let said: String = std::iter::once(all).chain(each).collect();
    std::io::stderr()
        .write_all(said.as_bytes())
        .expect("written");
    assert!(
        other * 2 > mutants,
        "most mutants change something: {other} of {mutants}"
    );
    assert!(
        accepted * 100 <= other * ACCEPTED,
        "{accepted} of {other} are accepted\n{}",
        shown.join("\n")
    );
}

/// A case as the files that show it.
fn shown_case(case: u64, world: &World, sql: &str, scope: &str, why: &str) -> String {
    format!(
        "==> case {case}: {why}\n==> seed.sql <==\n{}\n==> harness.toml <==\n{}\n==> m.sql <==\n{sql}\n",
        world.seed,
        run::config(scope, case)
    )
}
