//! The capture: every row write of a statement, by its address, its table and how deep in triggers
//! it was. Imports none of the other rooms, and does not know what a write means.

mod batch;
mod cell;
mod hook;
mod images;
pub(super) mod overflow;
mod plan;
mod rowids;

pub use batch::RowImages;
pub(super) use batch::{Batch, Net};
pub(super) use hook::{Capture, Captured, Event};
pub(super) use overflow::OwnerCells;
pub(super) use plan::{OwnerColumns, TableName};
pub use rowids::Rowids;
