//! Everything that is tested through the command line or the library's surface, in one binary.

mod accept;
mod bad_input;
mod changed_since;
mod ci;
mod deep;
mod differential;
mod docs;
mod evidence;
mod explain;
mod faults;
mod formats;
mod fuzzed;
mod help;
mod html;
mod incident;
mod init;
mod inspect;
#[cfg(target_os = "linux")]
mod left_behind;
mod mutants;
mod new;
mod pictures;
#[cfg(unix)]
mod pty;
#[path = "../readers/mod.rs"]
mod readers;
mod readme;
mod redaction;
mod repository;
mod run;
mod schemas;
mod snapshots;
mod sources;
mod support;
mod survey;
#[cfg(unix)]
mod terminal;
mod thin;
