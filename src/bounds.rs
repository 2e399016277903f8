//! Bounds: what a rehearsed migration may reach besides the clone, how long a statement of it may
//! take, and what the clone may cost.
//!
//! Nothing outside the clone may be reached unless `harness.toml` names it. Does not enforce
//! anything; see [`crate::snapshot::guard`] and [`crate::rehearse`].

use crate::words::words;
use std::path::PathBuf;
use std::time::Duration;

/// What a migration may do beyond its own rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bounds {
    /// files that it may attach, to read copies of them: each as it spells the name, and the path
    pub attach: Vec<(String, PathBuf)>,
    /// files that it may create by VACUUM INTO, in a private place, spelled as it spells them
    pub vacuum_into: Vec<String>,
    /// whether it may edit the schema as rows
    pub writable_schema: bool,
    /// how long a statement, or its preview, may take
    pub statement: Duration,
    /// how many row writes of a migration are followed one by one; the tables of those beyond are
    /// compared whole
    pub followed_writes: usize,
    /// pages of a database that is worth a second thread, on which previews run while their
    /// statements do
    pub beside_from: u64,
}

words! {
    /// How a clone is made. The reports are the same.
    pub enum CloneKind {
        /// The snapshot's own file, opened read-only: no byte of it is copied.
        Thin = "thin",
        /// A private copy of it, which shares blocks where the file system can.
        Copy = "copy",
    }
}

impl Default for CloneKind {
    /// Thin where that was tried: other systems may not let a file be replaced or removed while it
    /// is open.
    fn default() -> Self {
        if cfg!(any(target_os = "linux", target_os = "macos")) {
            Self::Thin
        } else {
            Self::Copy
        }
    }
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            attach: Vec::new(),
            vacuum_into: Vec::new(),
            writable_schema: false,
            statement: Duration::from_secs(600),
            followed_writes: 500_000,
            beside_from: 4096,
        }
    }
}
