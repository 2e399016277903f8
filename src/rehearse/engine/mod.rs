//! The connection that the migration runs on: guarded, with its capture, and what executing a
//! statement on it comes to.

mod connection;
mod execute;
mod outcome;
pub(super) mod pragma;
mod quoted;
mod untraced;

pub use connection::Engine;
pub(super) use connection::{Beside, FLAGS, Reader, STEPS};
pub(super) use execute::execute;
pub use outcome::Outcome;
pub(super) use outcome::{is_own_limit, outcome_of};
pub use pragma::not_rehearsed;
pub(super) use quoted::without_quoted_strings;
pub(super) use untraced::{is_writing, untraced};
