//! Reading one state: the queries of the author, what must be conserved, the tenants of a table,
//! and rows by their address. Writes nothing.

mod conserved;
mod queries;
mod rows;
mod tenants;

pub use conserved::{Answers, Conserved, Counted, answers};
pub use queries::{Answer, QueryError, column, pairs, within};
pub use rows::{
    ByAddress, Cells, address, address_columns, cells, from, is_planned_as, list, opened,
};
pub use tenants::tenants_of;
