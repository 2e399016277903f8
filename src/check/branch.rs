//! Which migrations a branch has rehearsed, and what is to be known of those that it changes and
//! are not.
//!
//! Where the configured query says which migrations are applied, all pending ones of the folder
//! run, in the order of their names, as the next deployment of the branch would run them: what the
//! branch adds stands on pending ones that others added, and what others added may stand on what
//! the branch edits. Where nothing says that, only what the branch adds or edits runs, and a
//! warning says what is taken to be applied.

use super::selection::{self, Selection};
use crate::migration::{Branch, BranchFile, FileChange, Migration};
use crate::record;
use crate::verdict;
use crate::verdict::facts::Strangers;
use std::collections::BTreeSet;

/// A folder of migrations, as a branch changes it.
pub(super) struct ChangedFolder<'a> {
    pub(super) folder: &'a [Migration],
    pub(super) branch: &'a Branch,
    /// the query for the applied migrations
    pub(super) query: Option<&'a String>,
    /// the names of the applied migrations, if these are known
    pub(super) applied: Option<BTreeSet<String>>,
}

fn same_by_words(path: &str) -> String {
    format!(
        "{path} is applied in the snapshot already, and the branch edits its comments or white \
        space: what it does is the same, so that nothing was rehearsed; a runner that compares \
        checksums will stop at it"
    )
}

impl<'a> ChangedFolder<'a> {
    /// What of the folder runs for the branch.
    pub(super) fn selected(&self) -> Selection<'a> {
        let (folder, branch) = (self.folder, self.branch);
        let run: Vec<&Migration> = folder.iter().filter(|m| self.runs(m)).collect();
        let told = branch.files.iter().filter_map(|file| self.told(file));
        let (mut warnings, mut unrun): (Vec<String>, _) = (told.collect(), Vec::new());
        let is_applied = |m: &&Migration| self.is_applied(&m.name) == Some(true);
        for migration in folder.iter().filter(is_applied) {
            let change = branch.change_of(migration);
            match change.map(|change| verdict::already_applied(migration, change)) {
                Some(Some(verdict)) => unrun.push((migration, verdict)),
                Some(None) => warnings.push(same_by_words(&migration.path)),
                None => {}
            }
        }
        warnings.extend(self.out_of_order());
        warnings.extend(self.assumed(run.len()));
        Selection {
            branch: Some(self.report(&run)),
            strangers: self.strangers(),
            run,
            unrun,
            warnings,
        }
    }

    /// The names that are said to be applied and fit neither a file nor one that the branch took
    /// away.
    fn strangers(&self) -> Option<Strangers> {
        let files = self.branch.files.iter();
        let gone = files.map(|file| match &file.change {
            FileChange::Renamed(from) => from.as_str(),
            _ => file.name.as_str(),
        });
        let gone: Vec<&str> = gone.collect();
        selection::strangers(self.query, self.applied.as_ref()?, self.folder, &gone)
    }

    fn runs(&self, migration: &Migration) -> bool {
        match self.is_applied(&migration.name) {
            Some(is_applied) => self.branch.is_changed() && !is_applied,
            None => self.branch.change_of(migration).is_some(),
        }
    }

    /// Whether the migration of a name is applied, if that is known.
    fn is_applied(&self, name: &str) -> Option<bool> {
        self.applied.as_ref().map(|applied| applied.contains(name))
    }

    /// What is to be known of a changed file, whether or not it runs.
    fn told(&self, BranchFile { path, name, change }: &BranchFile) -> Option<String> {
        let unknown = "whether it is applied is not known, since `[migrations] applied` is not set";
        let as_if = "it was rehearsed as if it were not";
        match change {
            FileChange::Added => None,
            FileChange::Edited(_) => self.is_applied(name).is_none().then(|| {
                format!("{path} was there before the branch, which edits it: {unknown}; {as_if}")
            }),
            FileChange::Renamed(from) => match self.is_applied(from) {
                Some(false) => None,
                Some(true) => Some(format!(
                    "{path} is `{from}` renamed, which is applied in the snapshot already: a \
                    runner that goes by names will run it once more"
                )),
                None => Some(format!("{path} is `{from}` renamed: {unknown}; {as_if}")),
            },
            FileChange::Deleted => Some(match self.is_applied(name) {
                Some(true) => format!(
                    "{path} is deleted, and is applied in the snapshot already: databases made \
                    anew will not have what it did, and some runners stop where it is missing"
                ),
                Some(false) => format!(
                    "{path} is deleted, and is not applied in the snapshot: it was not rehearsed"
                ),
                None => format!("{path} is deleted: {unknown}"),
            }),
        }
    }

    /// The pending migrations of the branch that are before an applied one.
    fn out_of_order(&self) -> Vec<String> {
        let is_applied = |m: &Migration| self.is_applied(&m.name) == Some(true);
        let Some(last) = self.folder.iter().rposition(is_applied) else {
            return Vec::new();
        };
        self.folder[..last]
            .iter()
            .filter(|m| !is_applied(m) && self.branch.change_of(m).is_some())
            .map(|migration| {
                format!(
                    "{} stands before `{}`, which is applied in the snapshot already: some \
                    runners leave out what comes before the last applied one",
                    migration.path, self.folder[last].name
                )
            })
            .collect()
    }

    /// What is taken for granted if nothing says which migrations are applied, and what nobody
    /// looked at: of those in the folder, `run` run.
    fn assumed(&self, run: usize) -> Vec<String> {
        let (mut found, others) = (Vec::new(), self.folder.len() - run);
        if self.applied.is_none() && run > 0 && others > 0 {
            let others = match others {
                1 => "the other migration".to_owned(),
                n => format!("the {n} other migrations"),
            };
            found.push(format!(
                "{others} of the folder, which the branch leaves alone, must be applied in the \
                snapshot: `[migrations] applied` is not set, so that this is not known"
            ));
        }
        if self.applied.is_none() && run == 0 && self.branch.is_configured_anew {
            let edited = "the branch edits the configuration: under it nothing was rehearsed";
            found.push(edited.to_owned());
        }
        if self.branch.takes_tenants_away {
            let away = "the branch sets `[tenant] none = true`: no row is held any more against \
                the tenants that it may touch";
            found.push(away.to_owned());
        }
        found.extend(self.branch.aside.iter().map(|path| {
            format!(
                "{path} is changed too, in a sub-folder that is none of a migration's own, so that \
                it was not rehearsed"
            )
        }));
        found
    }

    fn file(&self, file: &BranchFile) -> record::BranchFile {
        record::BranchFile {
            path: file.path.clone(),
            change: file.change.kind(),
            from: match &file.change {
                FileChange::Renamed(from) => Some(from.clone()),
                _ => None,
            },
            applied: self.is_applied(&file.name),
        }
    }

    fn report(&self, run: &[&Migration]) -> record::Branch {
        let branch = self.branch;
        let others = run.iter().filter(|m| branch.change_of(m).is_none());
        let mut report = record::Branch {
            since: branch.since.clone(),
            bases: branch.bases.clone(),
            files: branch.files.iter().map(|file| self.file(file)).collect(),
            others: others.map(|migration| migration.path.clone()).collect(),
            shown: String::new(),
        };
        report.shown = shown(&report, branch.is_configured_anew);
        report
    }
}

/// `since main, which it left at 1a2b3c4d5e6f: migrations/0007_x.sql added; pending too:
/// migrations/0006_y.sql`
fn shown(report: &record::Branch, is_configured_anew: bool) -> String {
    let bases: Vec<&str> = report
        .bases
        .iter()
        .map(|base| base.get(..12).unwrap_or(base))
        .collect();
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
