//! Names of types that two files or more define. The list holds those of today, most of them a word of
//! the domain and its form in the record, and may only shrink.

use super::production;
use super::tokens::tokens;
use std::collections::{BTreeMap, BTreeSet};

const SHARED: &[&str] = &[
    "Answer",
    "Assigned",
    "Branch",
    "BranchFile",
    "Cell",
    "Cells",
    "Code",
    "Compared",
    "Continued",
    "Detail",
    "Engine",
    "Entry",
    "Failure",
    "Finding",
    "Held",
    "Invariant",
    "Migration",
    "Owner",
    "OwnerCells",
    "Part",
    "Place",
    "Planned",
    "Preview",
    "Snapshot",
    "Source",
    "Span",
    "Standing",
    "Statement",
    "Subquery",
    "Suppressed",
    "TouchedRows",
    "Verdict",
    "Written",
];

#[test]
fn a_type_has_a_name_of_its_own() {
    let mut files = BTreeMap::<String, BTreeSet<String>>::new();
    for (path, code) in &production() {
        let tokens = tokens(code);
        let defines = |word: &str| ["struct", "enum", "trait", "union", "type"].contains(&word);
        for pair in tokens
            .windows(2)
            .filter(|pair| defines(pair[0].text) && pair[1].is_name())
        {
            let name = pair[1].text;
            // A type within a trait or its implementation is no type of its own.
            if !["Item", "Output", "Error"].contains(&name) || pair[0].text != "type" {
                files
                    .entry(name.to_owned())
                    .or_default()
                    .insert(path.clone());
            }
        }
    }
    assert!(files.len() > 300, "types are found: {}", files.len());
    let shared = files
        .iter()
        .filter(|(_, files)| files.len() > 1)
        .map(|(name, _)| name.as_str());
    let (shared, known): (BTreeSet<&str>, BTreeSet<&str>) =
        (shared.collect(), SHARED.iter().copied().collect());
    let new: Vec<_> = shared
        .difference(&known)
        .map(|name| (name, &files[*name]))
        .collect();
    assert!(
        new.is_empty(),
        "another file has a type of this name: {new:#?}"
    );
    let gone: Vec<_> = known.difference(&shared).collect();
    assert!(gone.is_empty(), "take these out of the list: {gone:?}");
}
