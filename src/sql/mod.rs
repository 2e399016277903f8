//! SQL as text: quoting identifiers, spelling values, positions, tokens and statement boundaries.
//!
//! Knows no domain word and opens no connection. Every name or value that goes into SQL goes
//! through [`ident`] or [`value`].

pub mod affinity;
pub mod ident;
pub mod mask;
mod message;
pub mod span;
pub mod split;
pub mod token;
pub mod value;
mod words;

pub use affinity::Affinity;
pub use message::{is_lack, lacking, message};
pub use span::{Position, Span};
pub use value::Value;
pub use words::Words;
