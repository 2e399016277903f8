//! The table of codes: every kind of finding once, with its severity, its sentence, what to do, and a long explanation.

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// it rejects
    Error,
    /// it should be looked at
    Warning,
    /// it should be known
    Note,
}

impl Severity {
    /// The word that stands for it in reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// What kind of thing a finding is, in the order in which reports show them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "each is explained in the table below")]
pub enum Code {
    StatementRefused,
    MigrationFailed,
    TimedOut,
    MigrationNotRun,
    TransactionLeftOpen,
    UnboundParameter,
    NoDeclaredScope,
    OutOfScope,
    TenantMoved,
    UndeclaredChange,
    CountMismatch,
    ColumnOutOfScope,
    UnassignedTable,
    AmbiguousTenant,
    NotEvaluated,
    NoPreview,
    PreviewMismatch,
    PragmaWithoutEffect,
    PragmaNotRehearsed,
    AmbiguousUpdateFrom,
}

/// What the table says about a code.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// the code
    pub code: Code,
    /// its name in reports and configuration
    pub id: &'static str,
    /// how bad it is unless the finding says otherwise
    pub severity: Severity,
    /// what it means, in one sentence
    pub sentence: &'static str,
    /// what to do
    pub help: &'static str,
    /// how it comes about, with an example
    pub explanation: &'static str,
}

impl Code {
    /// What the table says about it.
    pub fn entry(self) -> &'static Entry {
        &TABLE[self as usize]
    }

    /// Its name in reports and configuration.
    pub fn id(self) -> &'static str {
        self.entry().id
    }
}

const fn error(code: Code, id: &'static str, sentence: &'static str, help: &'static str, explanation: &'static str) -> Entry {
    Entry { code, id, severity: Severity::Error, sentence, help, explanation }
}

/// Every code.
pub const TABLE: [Entry; 20] = [
    error(
        Code::StatementRefused,
        "statement-refused",
        "a statement would reach outside the clone or behind its journal, so it was not run",
        "rehearse without it, run it apart from the migration, or allow it under [reach] in harness.toml",
        "A rehearsal reads and writes the clone and nothing else. ATTACH of a file, VACUUM INTO, loading an extension, and PRAGMAs that write \
         elsewhere, edit the schema as rows or switch the journal off, so that ROLLBACK takes nothing back, are refused before they run. `ATTACH 'other.db' AS other;` is one. \
         Of files that [reach] names, private copies may be attached, to be read, and VACUUM INTO may create private ones; an extension, a PRAGMA that writes elsewhere and a journal that is off cannot be \
         allowed, since no rehearsal could say what they do.",
    ),
    error(
        Code::MigrationFailed,
        "migration-failed",
        "a statement, or the runner's COMMIT, failed",
        "correct the statement; the changes shown are what would remain committed",
        "The engine refused a statement of the migration under the configured runner. Everything up to it ran for real on the clone; what the runner \
         leaves behind then is what the report shows as changed. `INSERT INTO t(id) VALUES (1), (1);` on a primary key is an example.",
    ),
    error(
        Code::TimedOut,
        "timed-out",
        "a statement took longer than the configured limit and was interrupted",
        "find out why it takes so long; raise `statement_seconds` under [limits] if it is meant to",
        "A statement, or its preview, may take `[limits] statement_seconds` (600 where nothing is said). One that takes longer is interrupted and \
         the rehearsal ends there: what it would have done is not known, and that is not a pass. An INSERT from a recursive query without an end is \
         an example.",
    ),
    error(
        Code::MigrationNotRun,
        "migration-not-run",
        "a migration before this one did not run through",
        "correct the migration that failed, then rehearse all of them again",
        "Migrations of one run build on each other. Behind one that fails, the state that the next would start from does not exist, so nothing can be \
         said about it, and that is not a pass.",
    ),
    error(
        Code::TransactionLeftOpen,
        "transaction-left-open",
        "the migration ends inside a transaction that it opened",
        "end the file with COMMIT",
        "When the runner closes its connection, SQLite rolls an open transaction back: nothing of the migration remains, although every statement \
         succeeded. `BEGIN; UPDATE t SET a = 1;` without COMMIT is an example.",
    ),
    error(
        Code::UnboundParameter,
        "unbound-parameter",
        "a statement has a parameter that nothing binds",
        "write the value into the statement",
        "SQLite takes an unbound parameter as NULL, without an error: `UPDATE t SET a = 1 WHERE id = :id` then matches nothing. What a runner would \
         bind is not in the file, so the rehearsal shows nothing about it.",
    ),
    error(
        Code::NoDeclaredScope,
        "no-declared-scope",
        "nothing declares what the migration may change",
        "review what was observed and, if it is what you meant, declare it in harness.toml",
        "Scope is closed-world: what is not declared is not allowed. A migration without an `[expect.NAME]` table is rejected with the scope that was \
         observed, ready to be reviewed. Declaring it is a decision of a person, never of the tool.",
    ),
    error(
        Code::OutOfScope,
        "out-of-scope",
        "rows of tenants outside the declared scope were written",
        "narrow the WHERE clause to the whole key, tenant column included; or declare these tenants if they are meant",
        "The statement's WHERE clause reached rows of tenants that the author did not declare. `WHERE id IN (SELECT p.id …)` on a table whose key is \
         (system_id, id) matches the same id in every system; `WHERE (system_id, id) IN (SELECT p.system_id, p.id …)` does not. Rows that were written \
         with the values they had count too: only luck kept them.",
    ),
    error(
        Code::TenantMoved,
        "tenant-moved",
        "rows belong to another tenant now although nothing wrote them",
        "check the rows that the tenant lookup reads: changing them moves every row that refers to them",
        "A table whose tenant is looked up elsewhere follows what it refers to. If `attachments` find their tenant through `sessions`, then an UPDATE of \
         sessions.system_id hands all attachments of the session to another tenant without touching one of them.",
    ),
    error(
        Code::UndeclaredChange,
        "undeclared-change",
        "a table changed in a way that is not declared",
        "declare the table and operation under [expect.NAME.tables], or remove the change",
        "Each table that a migration changes is declared with the operations it may see. A trigger, a cascade or an INSERT OR REPLACE can change tables \
         that no statement names.",
    ),
    error(
        Code::CountMismatch,
        "count-mismatch",
        "another number of rows changed than declared",
        "compare the rows shown with the ones you meant; correct the statement or the declared number",
        "Counts are of distinct changed rows, over the whole migration: exact, a range, or for each tenant its own. Zero where six were declared is as \
         much a finding as thirty-two.",
    ),
    error(
        Code::ColumnOutOfScope,
        "column-out-of-scope",
        "an UPDATE changed a column that is not declared",
        "declare the column under `columns`, or stop changing it",
        "`columns` lists what updates of a table may change. ON DELETE SET NULL, a trigger, or a dropped column that was not empty change columns that \
         no SET clause names.",
    ),
    error(
        Code::UnassignedTable,
        "unassigned-table",
        "a table changed of which nothing says whose its rows are",
        "under [tenant.tables], name its tenant column, give a lookup, or say { shared = true }",
        "The table lacks the tenant column and has no entry in [tenant.tables]. Nothing is shared by silence: a table without an entry could hold every \
         tenant's rows.",
    ),
    error(
        Code::AmbiguousTenant,
        "ambiguous-tenant",
        "the lookup of a row's tenant gave none, or several",
        "make the lookup match on the whole key of the table that it reads",
        "A lookup must give exactly one distinct tenant for each changed row. One by half a key gives several: it is the incident again. One that gives \
         none refers to a row that is not there.",
    ),
    error(
        Code::NotEvaluated,
        "not-evaluated",
        "something that the migration did to a table could not be evaluated",
        "make the table readable for SQLite alone, or keep the migration away from it",
        "The table cannot be opened since its module, function or collation is not part of SQLite; or it cannot be read back, as a full-text index \
         declared with content=''; or its rows cannot be followed, since columns named rowid, oid and _rowid_ hide its rowid. What cannot be \
         evaluated is never a pass.",
    ),
    error(
        Code::NoPreview,
        "no-preview",
        "an UPDATE or DELETE could not be shown as the SELECT it is",
        "write the statement against a plain table; its changes were captured all the same",
        "Each UPDATE and DELETE is run as a SELECT over its WHERE clause first. Where that is not possible, the rows it changed are still captured and \
         judged, but the clause was not tested as a SELECT, and that is not a pass.",
    ),
    error(
        Code::PreviewMismatch,
        "preview-mismatch",
        "a statement wrote other rows than its preview returned",
        "look for a trigger, a conflict clause or a function that gives another value each time; without one, this is a fault of harness",
        "The preview's rows must be the rows that the statement writes directly. OR IGNORE, OR FAIL and BEFORE triggers can account for a difference, \
         and then it is a note with the reason. Any other difference is an error.",
    ),
    Entry {
        severity: Severity::Warning,
        ..error(
            Code::PragmaWithoutEffect,
            "pragma-without-effect",
            "a PRAGMA did nothing",
            "set foreign keys before BEGIN, and see to it that the runner opens no transaction of its own",
            "Inside a transaction `PRAGMA foreign_keys = OFF` is ignored without an error. A rebuild that relies on it then deletes the rows that refer to \
             the rebuilt table, by ON DELETE CASCADE, or empties their columns. Where the runner wraps the migration in a transaction, the PRAGMA in the \
             file is always inside one.",
        )
    },
    Entry {
        severity: Severity::Note,
        ..error(
            Code::PragmaNotRehearsed,
            "pragma-not-rehearsed",
            "a PRAGMA was answered as production would answer it, and not carried out on the clone",
            "if the migration relies on it, run it once on a copy of the database to see it done",
            "The clone keeps the snapshot's file as it is and writes to a WAL of its own, so that the state before stays readable. `journal_mode`, \
             `locking_mode`, `page_size` and `wal_checkpoint` concern that file and not its rows: no row differs for them. A clone that is kept has the \
             journal mode that was asked for, and the snapshot's page size.",
        )
    },
    Entry {
        severity: Severity::Warning,
        ..error(
            Code::AmbiguousUpdateFrom,
            "ambiguous-update-from",
            "an UPDATE FROM matches several rows for one that it updates",
            "join on a key of the FROM clause's table, so that each row finds one match",
            "UPDATE FROM updates each row once, however many rows it is joined with: the values of one match are taken, and SQLite does not say of which. \
             The next version of the engine, or another index, may take another. `UPDATE a SET v = b.v FROM b WHERE b.a_id = a.id` with three rows of b \
             for one of a is an example.",
        )
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_table_has_every_code_once_and_says_something_about_it() {
        let ids: BTreeSet<&str> = TABLE.iter().map(|e| e.id).collect();
        assert_eq!(ids.len(), TABLE.len());
        for (at, entry) in TABLE.iter().enumerate() {
            assert_eq!(entry.code as usize, at, "{} stands in the order of the enum", entry.id);
            assert!(entry.id.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'), "{}", entry.id);
            assert!(!entry.sentence.is_empty() && !entry.help.is_empty() && entry.explanation.len() > 100, "{}", entry.id);
        }
        assert_eq!(Code::AmbiguousUpdateFrom as usize + 1, TABLE.len());
    }
}
