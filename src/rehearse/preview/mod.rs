//! The preview of a statement: the SELECT that it is, run just before it.

mod emptiness;
mod nulls;
mod plan;
mod rows;
mod run;
mod shifted;
mod strings;
mod subqueries;

pub use emptiness::is_empty;
pub use nulls::NullRun;
pub(super) use plan::plan;
pub(super) use rows::{View, Watched};
pub use run::{Mismatch, PartialRun, PreviewRun, UntiedRun};
pub use shifted::{ShiftEffect, ShiftedRun};
pub use strings::TakenString;
pub(super) use strings::taken_for_strings;
pub use subqueries::{Selected, SubqueryRun};
