//! `harness`: rehearse a migration on a snapshot before it runs in production.

fn main() {}
