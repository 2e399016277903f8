//! Bounds: what a rehearsed migration may reach besides the clone, and how long one of its statements may take.
//!
//! Nothing outside the clone may be reached unless `harness.toml` names it. Does not enforce anything; see
//! [`crate::snapshot::guard`] and [`crate::rehearse`].

use std::path::PathBuf;
use std::time::Duration;

/// What a migration may do beyond its own rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bounds {
    /// files that it may attach, to read copies of them, each as it spells the name and as the path that this means
    pub attach: Vec<(String, PathBuf)>,
    /// files that it may create by VACUUM INTO, in a private place, spelled as it spells them
    pub vacuum_into: Vec<String>,
    /// whether it may edit the schema as rows
    pub writable_schema: bool,
    /// how long a statement, or its preview, may take
    pub statement: Duration,
    /// how many row writes of a migration are followed one by one; the tables of those beyond are compared whole
    pub followed_writes: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            attach: Vec::new(),
            vacuum_into: Vec::new(),
            writable_schema: false,
            statement: Duration::from_secs(600),
            followed_writes: 500_000,
        }
    }
}
