//! Which migrations a branch has rehearsed, and what is to be known of those that it changes and
//! are not.
//!
//! Where the configured query says which migrations are applied, all pending ones of the folder
//! run, in the order of their names, as the next deployment of the branch would run them: what the
//! branch adds stands on pending ones that others added, and what others added may stand on what
//! the branch edits. Where nothing says that, only what the branch adds or edits runs, and a
//! warning says what is taken to be applied.

use super::selection::Selection;
use crate::migration::{Branch, BranchFile, FileChange, Migration};
use crate::record;
use crate::verdict;
use std::collections::BTreeSet;

/// What of a folder runs for a branch, given the names of the applied migrations if these are known.
pub(super) fn selected<'a>(
    folder: &'a [Migration],
    branch: &Branch,
    applied: Option<&BTreeSet<String>>,
) -> Selection<'a> {
    let is_applied = |m: &&Migration| applied.is_some_and(|applied| applied.contains(&m.name));
    let is_run = |m: &&Migration| match applied {
        Some(_) => branch.is_changed() && !is_applied(m),
        None => branch.change_of(m).is_some(),
    };
    let run: Vec<&Migration> = folder.iter().filter(is_run).collect();
    let files = branch.files.iter();
    let mut warnings: Vec<String> = files.filter_map(|file| told(file, applied)).collect();
    let mut unrun = Vec::new();
    for migration in folder.iter().filter(is_applied) {
        let Some(change) = branch.change_of(migration) else {
            continue;
        };
        match verdict::already_applied(migration, change) {
            Some(verdict) => unrun.push((migration, verdict)),
            None => warnings.push(same_by_words(&migration.path)),
        }
    }
    warnings.extend(out_of_order(folder, branch, &is_applied));
    warnings.extend(assumed(folder.len(), run.len(), branch, applied.is_some()));
    let branch = Some(report(branch, &run, applied));
    Selection {
        run,
        unrun,
        warnings,
        branch,
    }
}

fn same_by_words(path: &str) -> String {
    format!(
        "{path} is applied in the snapshot already, and the branch edits its comments or white \
        space: what it does is the same, so that nothing was rehearsed; a runner that compares \
        checksums will stop at it"
    )
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

/// A pending migration of the branch that is before an applied one.
fn out_of_order(
    folder: &[Migration],
    branch: &Branch,
    is_applied: &dyn Fn(&&Migration) -> bool,
) -> Vec<String> {
    let Some(last) = folder.iter().rposition(|migration| is_applied(&migration)) else {
        return Vec::new();
    };
    let pending = folder[..last].iter().filter(|m| !is_applied(m));
    let of_branch = pending.filter(|m| branch.change_of(m).is_some());
    let sentence = |migration: &Migration| {
        format!(
            "{} stands before `{}`, which is applied in the snapshot already: some runners \
            leave out what comes before the last applied one",
            migration.path, folder[last].name
        )
    };
    of_branch.map(sentence).collect()
}

/// What is taken for granted if nothing says which migrations are applied, and what nobody looked
/// at: of `all` migrations in the folder, `run` run.
fn assumed(all: usize, run: usize, branch: &Branch, knows_applied: bool) -> Vec<String> {
    let mut found = Vec::new();
    let others = all - run;
    if !knows_applied && run > 0 && others > 0 {
        let others = match others {
            1 => "the other migration".to_owned(),
            n => format!("the {n} other migrations"),
        };
        found.push(format!(
            "{others} of the folder, which the branch leaves alone, must be applied in the \
            snapshot: `[migrations] applied` is not set, so that this is not known"
        ));
    }
    if !knows_applied && run == 0 && branch.is_configured_anew {
        found.push("the branch edits the configuration: under it nothing was rehearsed".to_owned());
    }
    let aside = |path: &String| {
        format!(
            "{path} is changed too, in a sub-folder: no migration is looked for there, so that it \
            was not rehearsed"
        )
    };
    found.extend(branch.aside.iter().map(aside));
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
    let others = run.iter().filter(|m| branch.change_of(m).is_none());
    let mut report = record::Branch {
        since: branch.since.clone(),
        bases: branch.bases.clone(),
        files: branch.files.iter().map(file).collect(),
        others: others.map(|migration| migration.path.clone()).collect(),
        shown: String::new(),
    };
    report.shown = shown(&report, branch.is_configured_anew);
    report
}

/// `since main, which it left at 1a2b3c4d5e6f: migrations/0007_x.sql added; pending too:
/// migrations/0006_y.sql`
fn shown(report: &record::Branch, is_configured_anew: bool) -> String {
    let bases = report
        .bases
        .iter()
        .map(|base| base.get(..12).unwrap_or(base));
    let bases: Vec<&str> = bases.collect();
    let one = |file: &record::BranchFile| match &file.from {
        Some(from) => format!("{} renamed from {from}", file.path),
        None => format!("{} {}", file.path, file.change.word()),
    };
    let mut changed: Vec<String> = report.files.iter().map(one).collect();
    if is_configured_anew {
        changed.push("the configuration edited".to_owned());
    }
    if changed.is_empty() {
        changed.push("no migration changed".to_owned());
    }
    let others = match report.others.join(", ") {
        none if none.is_empty() => none,
        others => format!("; pending too: {others}"),
    };
    let (since, bases) = (&report.since, bases.join(" and "));
    let changed = changed.join(", ");
    format!("since {since}, which it left at {bases}: {changed}{others}")
}
