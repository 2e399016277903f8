//! What a branch changes in the folder of migrations.

use super::FileChange;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a branch changes in the folder of migrations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Branch {
    /// The revision that it is held against, as the user named it.
    pub since: String,
    /// The commits where it left that, as hexadecimal digits; several after merges both ways.
    pub bases: Vec<String>,
    /// The files that differ from then, in the order of their paths.
    pub files: Vec<BranchFile>,
    /// The paths of the migrations that ran too, since they are pending.
    pub others: Vec<String>,
    /// All of that in one line.
    pub shown: String,
}

/// A file that a branch changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BranchFile {
    /// Its path.
    pub path: String,
    /// What happened to it.
    pub change: FileChange,
    /// Of a renamed one, its name before, without `.sql`; else null.
    pub from: Option<String>,
    /// Whether the snapshot names it as applied already; null where the configuration asks no query
    /// for that.
    pub applied: Option<bool>,
}
