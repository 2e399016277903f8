//! What a branch did to the folder of migrations since it left another. Asks no one: who knows the
//! branch fills this in.

use super::Migration;
use crate::sql::Words;
use crate::words::words;

/// The files of the folder of migrations that differ from what they were where the branch began.
#[derive(Debug, Clone)]
pub struct Branch {
    /// the revision that the branch is held against, as the user named it
    pub since: String,
    /// the commits where the branch left that, as hexadecimal digits; several where both were
    /// merged into each other
    pub bases: Vec<String>,
    /// the files that differ, in the order of their paths
    pub files: Vec<BranchFile>,
    /// whether the configuration differs
    pub is_configured_anew: bool,
    /// whether the configuration says that there are no tenants, and did not
    pub takes_tenants_away: bool,
    /// other files that differ and are named like migrations, in sub-folders
    pub aside: Vec<String>,
}

/// One file that a branch changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BranchFile {
    /// its path, as that of a [`Migration`]
    pub path: String,
    /// its name, as that of a [`Migration`]
    pub name: String,
    /// what happened to it
    pub change: FileChange,
}

/// What a branch did to a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileChange {
    /// it was not there
    Added,
    /// it has another content; its text before, where that is one
    Edited(Option<String>),
    /// it had this name, and may have another content
    Renamed(String),
    /// it is there no more
    Deleted,
}

words! {
    /// What a branch did to a file.
    #[schemars(rename = "FileChange")]
    pub enum FileChangeKind {
        /// It was not there.
        Added = "added",
        /// It has another content.
        Edited = "edited",
        /// It had another name, and may have another content.
        Renamed = "renamed",
        /// It is there no more.
        Deleted = "deleted",
    }
}

impl FileChange {
    /// What happened, without the text or name before.
    pub fn kind(&self) -> FileChangeKind {
        match self {
            Self::Added => FileChangeKind::Added,
            Self::Edited(_) => FileChangeKind::Edited,
            Self::Renamed(_) => FileChangeKind::Renamed,
            Self::Deleted => FileChangeKind::Deleted,
        }
    }
}

impl Branch {
    /// Whether what would be run, or how it is judged, is not what it was.
    pub fn is_changed(&self) -> bool {
        self.is_configured_anew || !self.files.is_empty()
    }

    /// What happened to a migration; none where the branch leaves it alone.
    pub fn change_of(&self, migration: &Migration) -> Option<&FileChange> {
        let mut files = self.files.iter();
        let file = files.find(|file| file.path == migration.path)?;
        Some(&file.change)
    }
}

impl Migration {
    /// The number of the first statement that is not as in `before`, or is in the place of one that
    /// is gone; `None` where only white space and comments differ.
    pub fn first_edited(&self, before: &str) -> Option<usize> {
        let before = Self::parse(&self.name, &self.path, before.to_owned());
        let (now, was) = (self.words(), before.words());
        let equal = now.iter().zip(&was).take_while(|(now, was)| now == was);
        let equal = equal.count();
        let is_edited = equal < now.len().max(was.len());
        is_edited.then(|| (equal + 1).min(now.len()))
    }

    /// The significant tokens of each statement; whether a semicolon ends it makes no difference.
    fn words(&self) -> Vec<Vec<&str>> {
        let words = |statement| {
            let words = Words::of(self.sql(statement));
            (0..words.len()).map(|at| words.text(at)).collect()
        };
        self.statements.iter().map(words).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_white_space_are_no_edit() {
        let now = Migration::parse(
            "a",
            "a.sql",
            "-- harness: allow nothing\nUPDATE t  SET a = 'x  y';\r\nDELETE FROM t".to_owned(),
        );
        assert_eq!(
            now.first_edited("UPDATE t SET a = 'x  y'; -- why\nDELETE FROM t;"),
            None
        );
        assert_eq!(
            now.first_edited("UPDATE t SET a = 'x y'; DELETE FROM t;"),
            Some(1)
        );
        assert_eq!(
            now.first_edited("UPDATE t SET a = 'x  y'; DELETE FROM u;"),
            Some(2)
        );
        assert_eq!(now.first_edited("UPDATE t SET a = 'x  y';"), Some(2));
        assert_eq!(
            now.first_edited("UPDATE t SET a = 'x  y'; DELETE FROM t; SELECT 1;"),
            Some(2)
        );
    }
}
