//! The connection that the migration runs on: guarded, with its capture, and what executing a
//! statement on it comes to.

mod connection;
mod execute;
pub(super) mod pragma;
mod untraced;

pub use connection::Engine;
pub(crate) use connection::{BEFORE, may_read_before};
pub(super) use connection::{Beside, FLAGS, Reader, STEPS, both_states, without_quoted_strings};
pub use execute::Outcome;
pub(super) use execute::{execute, is_own_limit, outcome_of};
pub use pragma::not_rehearsed;
pub(super) use untraced::{is_writing, untraced};
