//! `harness` rehearses a migration on a clone of a SQLite snapshot and holds every row that
//! changed, tenant by tenant, against the scope that its author declared.
//!
//! # What flows where
//!
//! ```text
//! harness.toml   ─► Config                      ─┐ tenancy, expected scope
//! snapshot       ─► Snapshot (read-only)        ─┤
//! migration file ─► Migration ─► preview SQL    ─┴─► rehearse (the clone) ─► Rehearsal
//!                ─► diff ─► Diff ─► judge ─► Verdict ─► record ─► Evidence ─► a format
//! ```
//!
//! It flows one way, and a module imports only from those before it:
//!
//! | module | owns | does not |
//! |---|---|---|
//! | `sql` | quoting of names, spelling of values, tokens, byte span → line and column | know a word of the domain |
//! | `sentence` | a sentence of parts: own words, names, values, SQL, what the engine said | know a format |
//! | `scope`, `regime`, `bounds`, `redaction` | what the author promised; what the runner does; what a migration may reach; what reports hide | read files |
//! | `change` | a row's key, its change, the set of changes | talk to SQLite |
//! | `config` | `harness.toml`: raw, then validated, all problems at once with their places | reach the stages whole: each gets the part that it needs |
//! | `snapshot` | opening any kind of snapshot read-only; tables, keys, triggers as a catalog | write |
//! | `migration` | text → statements, each with its place, kind and names; it never fails on text | open a connection |
//! | `rewrite` | statement → preview SQL, or the reason why it has none | run anything |
//! | `rehearse` | the one writer, and the one place that runs SQL on the clone: preview, execute, drain the capture, settle | judge |
//! | `diff` | captured writes → changes by tenant, net effect, schema difference; the last module with a connection | know what was expected |
//! | `verdict` | diff × expected scope → findings | format, or touch a connection |
//! | `hidden` | what reports do not show, and where hidden values have come | decide |
//! | `record` | what one run found, as it is saved: the evidence; the one border where values are dropped | decide |
//! | `report` | a format a file; each renders the evidence | decide, or have sentences of its own |
//! | `check` | the pipeline | |
//! | `survey`, `inspect`, `accept`, `verify`, `draft` | the other commands' halves | |
//! | `cli` | the command line: one file a command, outputs opened before the run, exit codes | compute |
//!
//! What is public and documented here is the API: a run and what it needs. The modules that the tests
//! of the repository look into are public without a promise.
//!
//! No module but `cli` prints, reads the environment or exits: [`run_command_line`] is the whole
//! program.
//!
//! # Words
//!
//! | word | meaning |
//! |---|---|
//! | snapshot | a database to rehearse on; never written to, whatever happens |
//! | clone | the private, temporary, writable state of a snapshot that one rehearsal runs on |
//! | migration | one unit of SQL as its tool would run it: name, text, statements |
//! | statement | one SQL statement of a migration, with its line in the file |
//! | tenant | the value that says whose row it is: `system_id` in the incident |
//! | shared table | a table whose rows are no tenant's |
//! | preview | the SELECT that an UPDATE or DELETE is, and what it returned just before the statement ran |
//! | change | one row inserted, updated or deleted, with its images before and after; direct (the statement's own) or indirect (trigger, cascade, REPLACE) |
//! | rehearsal | everything that running the migration on the clone produced, a failure included |
//! | expected scope | what the author declared: tenants × tables × operations × counts × columns |
//! | finding | one thing wrong: code, severity, sentence, place |
//! | verdict | accepted or rejected, with the findings that say why |
//! | evidence | a verdict with everything that is needed to check it again |
//!
//! # Meanings
//!
//! **Tenancy.** A changed table that has no tenant column, no lookup and is not declared as shared
//! is an error: nothing is shared by silence. A lookup gives exactly one tenant, else it is an
//! error. A before image is looked up in the state before, an after image in the state after. A row
//! that moves from tenant 1 to 9 concerns both; a total counts distinct rows. NULL is a tenant of
//! its own.
//!
//! **The runner.** What wraps the migration in production is part of the rehearsal: foreign keys,
//! the transaction, what happens at an error, a fresh connection for each migration. These settings
//! have no default and are in every report.
//!
//! **Preview.** Runs on the clone just before its statement, in the same transaction and without
//! side effects: the pseudo-random state is restored, `now` is frozen and recorded, `changes()` and
//! `last_insert_rowid()` are the migration's own. Its keys equal the keys that its statement wrote
//! directly; a difference for a known reason is a note, any other an error.
//!
//! **Touched and changed.** A row is *touched* when a statement writes it, even with the values it
//! had, and *changed* when it differs between the states before and after. Writes that were taken
//! back are neither. Identity follows the writes: UPDATE continues a row whatever key it gets,
//! DELETE ends it, INSERT begins one; deleting and inserting the same primary key is an update.
//! After a rebuild, rows are paired by primary key where no part is NULL, else whole, as a
//! multiset. INTEGER 1, REAL 1.0 and TEXT '1' are three values.
//!
//! **Schema.** A dropped table is the deletion of each of its rows, a table created from a query
//! the insertion of each, a dropped column an update of that column in each row where it was not
//! NULL.
//!
//! **Expected scope** is closed: what is not declared is not allowed. Counts are of changed rows.
//! Touched rows outside the declared tenants reject even where nothing changed: the WHERE clause
//! reached them, and only luck kept the values.
//!
//! **Verdict.** Rejected if any finding is an error. What could not be evaluated is never a pass:
//! it is a finding. A migration that fails is a result; so is one that leaves a transaction open or
//! has an unbound parameter.
//!
//! **The snapshot changing under us** means that there is no report: a live file can be read torn.

mod accept;
#[doc(hidden)]
pub mod bounds;
#[doc(hidden)]
pub mod change;
pub mod check;
mod cli;
#[doc(hidden)]
pub mod codes;
pub mod config;
mod diff;
mod draft;
#[doc(hidden)]
pub mod files;
mod hidden;
mod inspect;
pub mod migration;
mod names;
#[doc(hidden)]
pub mod progress;
pub mod record;
#[doc(hidden)]
pub mod redaction;
#[doc(hidden)]
pub mod regime;
#[doc(hidden)]
pub mod rehearse;
pub mod report;
#[doc(hidden)]
pub mod rewrite;
mod schema;
#[doc(hidden)]
pub mod scope;
mod sentence;
pub mod snapshot;
#[doc(hidden)]
pub mod sql;
mod survey;
mod verdict;
mod verify;
mod words;

pub use cli::run_command_line;
