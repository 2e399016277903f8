//! The savepoints of one transaction, as the engine keeps them
//! (<https://sqlite.org/lang_savepoint.html>). Does not know what is taken back.

use super::StatementKind;
use crate::sql::ident;

/// The savepoints that are held, each with what was there when it was set.
#[derive(Debug)]
pub struct Savepoints<T> {
    held: Vec<(String, T)>,
}

impl<T> Default for Savepoints<T> {
    fn default() -> Self {
        Self { held: Vec::new() }
    }
}

impl<T: Copy> Savepoints<T> {
    /// Takes in SAVEPOINT, before which `now` was there, or RELEASE; others change nothing.
    pub fn take(&mut self, kind: &StatementKind, now: T) {
        match kind {
            StatementKind::Savepoint(name) => self.held.push((name.clone(), now)),
            StatementKind::Release(name) => {
                self.held
                    .truncate(self.find(name).unwrap_or(self.held.len()));
            }
            _ => {}
        }
    }

    /// What ROLLBACK TO goes back to; `None` where no savepoint has the name.
    pub fn back_to(&mut self, name: &str) -> Option<T> {
        let at = self.find(name)?;
        self.held.truncate(at + 1);
        Some(self.held[at].1)
    }

    /// Forgets all of them, as the end of the transaction does.
    pub fn clear(&mut self) {
        self.held.clear();
    }

    fn find(&self, name: &str) -> Option<usize> {
        self.held
            .iter()
            .rposition(|(held, _)| ident::same(held, name))
    }
}
