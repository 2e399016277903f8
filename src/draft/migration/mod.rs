//! The draft of the next migration.
