//! Whether evidence still holds: what a rehearsal gave then against what it gives now. Pure;
//! rehearses nothing itself.
//!
//! Compared are facts, in the order in which one leads to the next: the migrations' texts, the
//! snapshot, the engine's settings, what the run was asked for, then of each migration how it
//! ended, what its statements matched and wrote, what changed, and what is wrong. Where these are
//! the same, all else is compared too, word for word, but for times, the versions of SQLite, and
//! what names the configuration and the place of the snapshot. Evidence of another version of
//! harness has sentences of its own, and what was made from files elsewhere has other paths in
//! them: there, the facts alone.

mod facts;

use crate::record::Evidence;
use serde_json::Value as Json;

/// The longest value in a sentence, in characters.
const SHOWN: usize = 80;

/// The first fact that is another now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Difference {
    /// which: `0036: changes: point_info, tenant 9: update`
    pub place: String,
    /// what it was, as JSON, cut where it is long; `None` where there was none
    pub then: Option<String>,
    /// what it is; `None` where there is none
    pub now: Option<String>,
}

/// How much is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Compared {
    /// the facts
    Facts,
    /// every word
    Words,
}

/// How much of evidence can be compared: `elsewhere` says that it is held against another snapshot
/// or configuration file than it names.
pub(crate) fn comparable(then: &Evidence, now: &Evidence, elsewhere: bool) -> Compared {
    if elsewhere || then.harness != now.harness {
        Compared::Facts
    } else {
        Compared::Words
    }
}

/// The first of what `then` says that `now` does not share, or the other way round.
pub(crate) fn difference(
    then: &Evidence,
    now: &Evidence,
    compared: Compared,
) -> Option<Difference> {
    let found = first("", Some(&facts::of(then)), Some(&facts::of(now)));
    found.or_else(|| match compared {
        Compared::Facts => None,
        Compared::Words => first("", Some(&facts::words(then)), Some(&facts::words(now))),
    })
}

/// The first difference between two JSON values at `place`.
fn first(place: &str, then: Option<&Json>, now: Option<&Json>) -> Option<Difference> {
    match (then, now) {
        (then, now) if then == now => None,
        (Some(Json::Object(then)), Some(Json::Object(now))) => {
            let added = now.keys().filter(|key| !then.contains_key(*key));
            then.keys().chain(added).find_map(|key| {
                let place = if place.is_empty() {
                    key.clone()
                } else {
                    format!("{place}: {key}")
                };
                first(&place, then.get(key), now.get(key))
            })
        }
        (Some(Json::Array(then)), Some(Json::Array(now))) if then.len() == now.len() => (0..then
            .len())
            .find_map(|at| first(&format!("{place}: {}", at + 1), then.get(at), now.get(at))),
        (then, now) => Some(Difference {
            place: place.to_owned(),
            then: then.map(shown),
            now: now.map(shown),
        }),
    }
}

fn shown(value: &Json) -> String {
    let whole = value.to_string();
    match whole.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{}…", &whole[..at]),
        None => whole,
    }
}
