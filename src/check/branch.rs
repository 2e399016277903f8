//! Which migrations a branch has rehearsed, and what is to be known of those that it changes and
//! are not.
//!
//! Where the configured query says which migrations are applied, all pending ones of the folder
//! run, in the order of their names, as the next deployment of the branch would run them: what the
//! branch adds stands on pending ones that others added, and what others added may stand on what
//! the branch edits. Where nothing says that, only what the branch adds or edits runs, and a
//! warning says what is taken to be applied.

use crate::migration::{Branch, BranchFile, FileChange, Migration};
use crate::record;
use crate::verdict::{self, Verdict};
use std::collections::BTreeSet;

/// What of a folder runs, and what does not.
#[derive(Default)]
pub(super) struct Selected<'a> {
    /// in this order
    pub(super) run: Vec<&'a Migration>,
    /// those that a branch changes although they are applied, with the verdict that says so
    pub(super) unrun: Vec<(&'a Migration, Verdict)>,
    /// what is to be known besides, as sentences
    pub(super) warnings: Vec<String>,
    /// what the branch does
    pub(super) branch: Option<record::Branch>,
}

/// What of a folder runs for a branch, given the names of the applied migrations where these are
/// known.
pub(super) fn selected<'a>(
    folder: &'a [Migration],
    branch: &Branch,
    applied: Option<&BTreeSet<String>>,
) -> Selected<'a> {
    let is_applied = |name: &str| applied.is_some_and(|applied| applied.contains(name));
    let is_run = |migration: &&Migration| match applied {
        Some(_) => branch.is_changed() && !is_applied(&migration.name),
        None => branch.change_of(migration).is_some(),
    };
    let run: Vec<&Migration> = folder.iter().filter(is_run).collect();
    let mut unrun = Vec::new();
    let mut warnings: Vec<String> = branch
        .files
        .iter()
        .filter_map(|file| told(file, applied))
        .collect();
    for migration in folder
        .iter()
        .filter(|migration| is_applied(&migration.name))
    {
        let Some(change) = branch.change_of(migration) else {
            continue;
        };
        match verdict::already_applied(migration, change) {
            Some(verdict) => unrun.push((migration, verdict)),
            None => warnings.push(format!(
                "{} is applied in the snapshot already, and the branch edits its comments or \
                white space: what it does is the same, so that nothing was rehearsed; a runner \
                that compares checksums will stop at it",
                migration.path
            )),
        }
    }
    warnings.extend(out_of_order(folder, branch, &is_applied));
    warnings.extend(assumed(folder, &run, branch, applied));
    let branch = Some(report(branch, &run, applied));
    Selected {
        run,
        unrun,
        warnings,
        branch,
    }
}

/// What is to be known of a changed file, whether or not it runs.
fn told(file: &BranchFile, applied: Option<&BTreeSet<String>>) -> Option<String> {
    let BranchFile { path, name, change } = file;
    let unknown = "whether it is applied is not known, since `[migrations] applied` is not set";
    let is_applied = |name: &str| applied.map(|applied| applied.contains(name));
    match change {
        FileChange::Added => None,
        FileChange::Edited(_) => is_applied(name).is_none().then(|| {
            format!(
                "{path} was there before the branch, which edits it: {unknown}; \
                it was rehearsed as if it were not"
            )
        }),
        FileChange::Renamed(from) => match is_applied(from) {
            Some(false) => None,
            Some(true) => Some(format!(
                "{path} is `{from}` renamed, which is applied in the snapshot already: a \
                runner that goes by names will run it once more"
            )),
            None => Some(format!(
                "{path} is `{from}` renamed: {unknown}; it was rehearsed as \
                if it were not"
            )),
        },
        FileChange::Deleted => Some(match is_applied(name) {
            Some(true) => format!(
                "{path} is deleted, and is applied in the snapshot already: databases made \
                anew will not have what it did, and some runners stop where it is missing"
            ),
            Some(false) => format!(
                "{path} is deleted, and is not applied in the snapshot: it \
                was not rehearsed"
            ),
            None => format!("{path} is deleted: {unknown}"),
        }),
    }
}

/// A pending migration of the branch that stands before an applied one.
fn out_of_order(
    folder: &[Migration],
    branch: &Branch,
    is_applied: &dyn Fn(&str) -> bool,
) -> Vec<String> {
    let Some(last) = folder
        .iter()
        .rposition(|migration| is_applied(&migration.name))
    else {
        return Vec::new();
    };
    let before = folder[..last]
        .iter()
        .filter(|migration| !is_applied(&migration.name) && branch.change_of(migration).is_some());
    let sentence = |migration: &Migration| {
        format!(
            "{} stands before `{}`, which is applied in the snapshot already: some runners \
            leave out what comes before the last applied one",
            migration.path, folder[last].name
        )
    };
    before.map(sentence).collect()
}

/// What is taken for granted where nothing says which migrations are applied, and what nobody
/// looked at.
fn assumed(
    folder: &[Migration],
    run: &[&Migration],
    branch: &Branch,
    applied: Option<&BTreeSet<String>>,
) -> Vec<String> {
    let mut found = Vec::new();
    let others = folder.len() - run.len();
    if applied.is_none() && !run.is_empty() && others > 0 {
        let others = if others == 1 {
            "the other migration".to_owned()
        } else {
            format!("the {others} other migrations")
        };
        found.push(format!(
            "{others} of the folder, which the branch leaves alone, must be applied in the \
            snapshot: `[migrations] applied` is not set, so that this is not known"
        ));
    }
    if applied.is_none() && run.is_empty() && branch.is_configured_anew {
        found.push("the branch edits the configuration: under it nothing was rehearsed".to_owned());
    }
    let aside = branch.aside.iter();
    found.extend(aside.map(|path| {
        format!(
            "{path} is changed too, in a sub-folder: no migration is \
            looked for there, so that it was not rehearsed"
        )
    }));
    found
}

fn report(
    branch: &Branch,
    run: &[&Migration],
    applied: Option<&BTreeSet<String>>,
) -> record::Branch {
    let file = |file: &BranchFile| record::BranchFile {
        path: file.path.clone(),
        change: file.change.kind(),
        from: match &file.change {
            FileChange::Renamed(from) => Some(from.clone()),
            _ => None,
        },
        applied: applied.map(|applied| applied.contains(&file.name)),
    };
    let others = run
        .iter()
        .filter(|migration| branch.change_of(migration).is_none())
        .map(|migration| migration.path.clone());
    let (files, others): (Vec<record::BranchFile>, Vec<String>) =
        (branch.files.iter().map(file).collect(), others.collect());
    let (since, bases) = (branch.since.clone(), branch.bases.clone());
    record::Branch {
        shown: shown(branch, &files, &others),
        since,
        bases,
        files,
        others,
    }
}

/// `since main, which it left at 1a2b3c4d5e6f: migrations/0007_x.sql added; pending too:
/// migrations/0006_y.sql`
fn shown(branch: &Branch, files: &[record::BranchFile], others: &[String]) -> String {
    let bases: Vec<&str> = branch
        .bases
        .iter()
        .map(|base| base.get(..12).unwrap_or(base))
        .collect();
    let one = |file: &record::BranchFile| match &file.from {
        Some(from) => format!("{} renamed from {from}", file.path),
        None => format!("{} {}", file.path, file.change.word()),
    };
    let mut said: Vec<String> = files.iter().map(one).collect();
    said.extend(
        branch
            .is_configured_anew
            .then(|| "the configuration edited".to_owned()),
    );
    let said = if said.is_empty() {
        "no migration changed".to_owned()
    } else {
        said.join(", ")
    };
    let others = if others.is_empty() {
        String::new()
    } else {
        format!("; pending too: {}", others.join(", "))
    };
    format!(
        "since {}, which it left at {}: {said}{others}",
        branch.since,
        bases.join(" and ")
    )
}
