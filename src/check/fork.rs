//! A fork of the clone at a moment, with all that it needs: what runs there is seen by neither the
//! clone nor the migrations that follow.

use super::{CheckError, Request};
use crate::rehearse::{self, Clone, FrozenClock, Moment, RehearseError};
use rusqlite::Connection;
use std::path::Path;
use tempfile::TempDir;

/// A fork of the clone. The folder goes last.
pub(super) struct Fork {
    pub(super) clone: Clone,
    pub(super) clock: FrozenClock,
    _folder: TempDir,
}

impl Fork {
    /// The clone as it was at a moment.
    ///
    /// # Errors
    /// When there is no room for it.
    pub(super) fn at(
        request: &Request<'_>,
        clone: &Clone,
        moment: Moment,
    ) -> Result<Self, CheckError> {
        Self::made(request, clone, |folder, clock| {
            clone.fork(moment, folder, clock)
        })
    }

    /// What a connection sees within its transaction.
    ///
    /// # Errors
    /// When there is no room for it.
    pub(super) fn of(
        request: &Request<'_>,
        clone: &Clone,
        conn: &mut Connection,
    ) -> Result<Self, CheckError> {
        Self::made(request, clone, |folder, _| clone.image(conn, folder))
    }

    fn made(
        request: &Request<'_>,
        clone: &Clone,
        make: impl FnOnce(&Path, &FrozenClock) -> Result<Clone, RehearseError>,
    ) -> Result<Self, CheckError> {
        let folder = tempfile::tempdir_in(request.workspace).map_err(|e| clone.unforked(e))?;
        let redirects = rehearse::redirects(&request.config.bounds, folder.path())?;
        let clock = FrozenClock::at(request.now_ms, folder.path(), redirects)?;
        Ok(Self {
            clone: make(folder.path(), &clock)?,
            clock,
            _folder: folder,
        })
    }
}
