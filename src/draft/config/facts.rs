//! What a snapshot and a folder of migrations say about themselves, for a draft of `harness.toml`.

use super::ConfigRequest;
use super::applied::{self, Applied};
use super::engine::{self, Setting};
use super::places::{self, Chosen, NamedPlace};
use super::tenancy::{self, Tenancy};
use crate::draft::{DraftError, files_in};
use crate::migration::{self, Migration};
use crate::snapshot::Catalog;
use rusqlite::Connection;
use serde::Serialize;
use std::path::{Path, PathBuf};

/// What was found, as the template takes it.
#[derive(Debug, Serialize)]
pub(super) struct ConfigFacts {
    pub(super) snapshot: NamedPlace,
    pub(super) folder: Option<NamedPlace>,
    /// files of the folder
    pub(super) files: usize,
    /// what speaks against those that check would refuse
    pub(super) unread: Option<String>,
    pub(super) engine: [Setting; 3],
    pub(super) applied: Option<Applied>,
    /// the query that may be it, where no file's name shows it
    pub(super) guess: String,
    pub(super) tenancy: Tenancy,
}

impl ConfigFacts {
    pub(super) fn find(
        conn: &Connection,
        request: &ConfigRequest<'_>,
        files: &Files,
    ) -> Result<Self, DraftError> {
        let beside = request.target.parent().unwrap_or(Path::new(""));
        let named = |chosen: &Chosen| places::from_folder(chosen, beside);
        let schema = Catalog::read(conn)?;
        let stems = files.iter().map(|(stem, _)| stem.clone()).collect();
        let read: Vec<&Migration> = files
            .iter()
            .filter_map(|(_, read)| read.as_ref().ok())
            .collect();
        let applied = applied::find(conn, &schema, &stems);
        let table = applied.as_ref().map(|applied| applied.table.as_str());
        Ok(Self {
            snapshot: named(request.snapshot_place)?,
            folder: request.folder.map(named).transpose()?,
            files: stems.len(),
            unread: unread(files),
            engine: engine::draft(request.given, &schema, &read),
            tenancy: tenancy::draft(conn, &schema, request.tenant_column, table)?,
            applied,
            guess: applied::guess(&schema),
        })
    }
}

/// The migrations of a folder: the name, and the migration or the reason why it is none.
pub(super) type Files = Vec<(String, Result<Migration, String>)>;

pub(super) fn files(folder: Option<&Chosen>) -> Result<Files, DraftError> {
    let paths = folder.map_or(Ok(Vec::new()), |folder| files_in(&folder.path))?;
    let read = |path: &PathBuf| {
        let read = migration::read(path).map_err(|e| e.to_string());
        (migration::name_of(path), read)
    };
    Ok(paths.iter().map(read).collect())
}

/// How many files `check` would refuse, and the first reason.
fn unread(files: &Files) -> Option<String> {
    let mut reasons = files.iter().filter_map(|(_, read)| read.as_ref().err());
    let first = reasons.next()?;
    Some(format!(
        "{} of them cannot be rehearsed as they stand, the first because: {first}",
        1 + reasons.count()
    ))
}
