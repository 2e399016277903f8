//! Reading one state: the queries of the author, what must be conserved, the tenants of a table,
//! and rows by their address. Writes nothing.

mod conserved;
mod modules;
mod queries;
mod rows;
mod tenants;

pub use conserved::{Answers, Conserved, Counted, answers};
pub(super) use modules::is_environment_on;
pub use modules::{content_fault, module_fault};
pub use queries::{Answer, QueryError, column, pairs, within};
pub(crate) use queries::{select, unquoted};
pub use rows::{
    ByAddress, Cells, address, address_columns, cells, from, is_planned_as, list, opened,
};
pub use tenants::{owners_in, tenants_of};
