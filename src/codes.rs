//! The table of codes: every kind of finding once, with its severity, its sentence, what to do, and
//! a long explanation.
//!
//! The explanation of a code is the file `codes/CODE.md`.

use crate::words::words;

words! {
    /// How bad a finding is.
    pub enum Severity {
        /// It rejects.
        Error = "error",
        /// It should be looked at.
        Warning = "warning",
        /// It should be known.
        Note = "note",
    }
}

words! {
    /// How bad the findings of a code are, by configuration.
    pub enum Level {
        /// They reject.
        Error = "error",
        /// They should be looked at.
        Warning = "warning",
        /// They should be known.
        Note = "note",
        /// They are left out.
        Off = "off",
    }
}

impl Level {
    /// How bad such a finding is; `None` if it is left out.
    pub fn severity(self) -> Option<Severity> {
        match self {
            Self::Error => Some(Severity::Error),
            Self::Warning => Some(Severity::Warning),
            Self::Note => Some(Severity::Note),
            Self::Off => None,
        }
    }
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
    /// whether it is one of scope, capture, preview or failure: nothing lowers or suppresses it
    pub is_core: bool,
    /// what it means, in one sentence
    pub sentence: &'static str,
    /// what to do
    pub help: &'static str,
    /// how it comes about, with an example and its fix, as Markdown
    pub explanation: &'static str,
}

impl Code {
    /// The code of this name.
    pub fn named(id: &str) -> Option<Self> {
        let entry = TABLE.iter().find(|entry| entry.id == id)?;
        Some(entry.code)
    }

    /// The names that are most like one that is none, nearest first: at most three.
    pub fn near(id: &str) -> Vec<&'static str> {
        let id = id.to_lowercase();
        let is_part = |other: &str| id.len() > 2 && (other.contains(&id) || id.contains(other));
        let mut near = TABLE.map(|Entry { id: other, .. }| {
            let likeness = strsim::jaro_winkler(other, &id);
            (is_part(other), likeness, other)
        });
        near.sort_by(|a, b| b.0.cmp(&a.0).then(b.1.total_cmp(&a.1)));
        let near = near.iter().filter(|near| near.0 || near.1 > 0.85);
        near.map(|near| near.2).take(3).collect()
    }

    /// What the table says about it.
    pub fn entry(self) -> &'static Entry {
        &TABLE[self as usize]
    }

    /// Its name in reports and configuration.
    pub fn id(self) -> &'static str {
        self.entry().id
    }
}

/// The enum of the codes and the table of what is said about them, from one list.
macro_rules! codes {
    ($($core:ident $severity:ident $code:ident $id:literal, $sentence:literal, $help:literal;)+) => {
        /// What kind of thing a finding is, in the order in which reports show them.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        #[expect(missing_docs, reason = "each is explained in the table below")]
        pub enum Code {
            $($code,)+
        }

        /// Every code.
        pub const TABLE: [Entry; [$($id),+].len()] = [$(Entry {
            code: Code::$code,
            id: $id,
            severity: Severity::$severity,
            is_core: $core,
            sentence: $sentence,
            help: $help,
            explanation: include_str!(concat!("codes/", $id, ".md")),
        }),+];
    };
}

const CORE: bool = true;
const CAUSE: bool = false;

codes! {
    CORE Error StatementRefused "statement-refused",
        "a statement would reach outside the clone or behind its journal, so it was not run",
        "rehearse without it, run it apart from the migration, or allow it under [reach] in \
        harness.toml";
    CORE Error MigrationFailed "migration-failed",
        "a statement, or the runner's COMMIT, failed",
        "correct the statement; the changes shown are what would remain committed";
    CORE Error TimedOut "timed-out",
        "a statement took longer than the configured limit and was interrupted",
        "find out why it takes so long; raise `statement_seconds` under [limits] if it is meant to";
    CORE Error MigrationNotRun "migration-not-run",
        "a migration before this one did not run through",
        "correct the migration that failed, then rehearse all of them again";
    CORE Error AlreadyApplied "already-applied",
        "the branch changes what a migration does that is applied already, so that what it \
        does now was not rehearsed",
        "leave the applied file as it was and write what it lacks into a new migration; or \
        rehearse on a snapshot from before it was applied";
    CORE Error TransactionLeftOpen "transaction-left-open",
        "the migration ends inside a transaction that it opened",
        "end the file with COMMIT";
    CORE Error UnboundParameter "unbound-parameter",
        "a statement has a parameter that nothing binds",
        "write the value into the statement";
    CORE Error InvalidSuppression "invalid-suppression",
        "a comment for harness cannot be read",
        "write `-- harness: allow CODE until YYYY-MM-DD because REASON`, with a code that \
        `harness explain` lists";
    CORE Error ExpiredSuppression "expired-suppression",
        "a suppression is past its date",
        "correct what it allows, or review it again and give it a new date";
    CAUSE Error PartialKeyMatch "partial-key-match",
        "a WHERE clause compares a part of a key with rows that could supply the whole",
        "compare the whole key, tenant column included";
    CAUSE Warning UntiedSelfJoin "untied-self-join",
        "nothing ties another row of the table to the row that is written",
        "compare the two rows by their keys, or name the other one by its whole key";
    CAUSE Error OuterColumn "outer-column",
        "a subquery gives a column of the row outside, since what it reads has none of that name",
        "name a column that the subquery reads; qualify the outer one if it is meant";
    CAUSE Warning NullInNotIn "null-in-not-in",
        "what is compared with by NOT IN has NULL in it, so that it is never true",
        "leave NULL out of it, or use NOT EXISTS";
    CAUSE Warning ComparedWithNull "compared-with-null",
        "a comparison with NULL by an operator other than IS is never true",
        "write IS NULL or IS NOT NULL";
    CAUSE Warning ShiftedCopy "shifted-copy",
        "an INSERT from a query goes by position, and the columns do not line up by name",
        "name the columns on both sides, in one order";
    CAUSE Warning SubqueryFanOut "subquery-fan-out",
        "a statement reaches tenants that its subquery does not select",
        "repeat the subquery's tenant condition outside, or compare the whole key";
    CAUSE Warning MissingWhere "missing-where",
        "an UPDATE or DELETE has no WHERE clause",
        "name the rows that are meant, or declare that all are";
    CAUSE Error SelfNamedLiteral "self-named-literal",
        "a column is set to its own name",
        "write the name without quotes, or with double quotes, if the column's value is meant";
    CAUSE Warning AndForComma "and-for-comma",
        "a column is set to a condition, where AND is in the place of a comma",
        "write a comma between the assignments; put the condition in parentheses if it is meant";
    CAUSE Error DoubleQuotedLiteral "double-quoted-literal",
        "a double-quoted name is no column, so SQLite takes it for a string",
        "correct the name; a string stands in single quotes";
    CAUSE Warning AmbiguousUpdateFrom "ambiguous-update-from",
        "an UPDATE FROM matches several rows for one that it updates",
        "join on a key of the FROM clause's table, so that each row finds one match";
    CAUSE Warning PragmaWithoutEffect "pragma-without-effect",
        "a PRAGMA did nothing",
        "set foreign keys before BEGIN, and see to it that the runner opens no transaction of \
        its own";
    CAUSE Warning Cascade "cascade",
        "a foreign-key action changed rows of a table that the statement does not name",
        "declare the table if that is meant; else switch foreign keys off before BEGIN, or do \
        not delete the rows referred to";
    CAUSE Warning TriggerEffect "trigger-effect",
        "a trigger changed rows that the statement does not name",
        "declare the table if that is meant; else drop the trigger for the time of the migration";
    CAUSE Error RowsLostInRebuild "rows-lost-in-rebuild",
        "rows of a table did not arrive in the table that took its place",
        "compare the SELECT that fills the new table with the old one; declare the deletions \
        if they are meant";
    CAUSE Error SchemaObjectLost "schema-object-lost",
        "an object or property of the schema is gone, and no statement dropped it by name",
        "create it again behind the rebuild";
    CAUSE Error ForeignKeyRepointed "foreign-key-repointed",
        "a foreign key refers to another table than before, and no statement named its table",
        "rebuild under a new name and rename last, or with PRAGMA legacy_alter_table = ON";
    CAUSE Error SequenceRegressed "sequence-regressed",
        "an AUTOINCREMENT sequence went back, so keys may be given again",
        "set the sequence in sqlite_sequence behind the rebuild";
    CAUSE Error KeyReused "key-reused",
        "the engine gave a key again while rows refer to the row that had it",
        "delete or move the rows that refer to it first, or give the new row a key of its own; \
        AUTOINCREMENT gives no key again";
    CAUSE Error ForeignKeyViolation "foreign-key-violation",
        "a row refers to a row that is not there, and did not before",
        "delete or correct the rows, or insert what they refer to";
    CAUSE Error IndexOutOfStep "index-out-of-step",
        "an index does not say any more what the rows say that it is derived from",
        "write the index along with its rows, or make it again from them at the end of the migration";
    CAUSE Error Integrity "integrity",
        "the integrity check of the migrated database found a fault",
        "look at the rows that it names";
    CORE Error NoDeclaredScope "no-declared-scope",
        "nothing declares what the migration may change",
        "review what was observed and, if it is what you meant, declare it in harness.toml";
    CORE Error OutOfScope "out-of-scope",
        "rows of tenants outside the declared scope were written",
        "narrow the WHERE clause to the whole key, tenant column included; or declare these \
        tenants if they are meant";
    CORE Error TenantMoved "tenant-moved",
        "rows belong to another tenant now although no write says so",
        "check the rows that the tenant lookup reads: changing them moves every row that \
        refers to them";
    CAUSE Note TenancyBegins "tenancy-begins",
        "nothing said before the migration whose the rows of a table are, and now something does",
        "check whose the rows are now: they are held against that tenant's scope";
    CAUSE Warning TenantColumnIgnored "tenant-column-ignored",
        "a table that is declared shared has the tenant column",
        "take { shared = true } away, so that the column says whose the rows are";
    CORE Error UndeclaredChange "undeclared-change",
        "a table changed in a way that is not declared",
        "declare the table and operation under [expect.NAME.tables], or remove the change";
    CORE Error DeclaredNowhere "declared-nowhere",
        "the scope names a table or column that is there neither before nor after the migration",
        "correct the name, or find out why the migration does not make it";
    CORE Error CountMismatch "count-mismatch",
        "another number of rows changed than declared",
        "compare the rows shown with the ones you meant; correct the statement or the declared \
        number";
    CORE Error ColumnOutOfScope "column-out-of-scope",
        "an UPDATE changed a column that is not declared",
        "declare the column under `columns`, or stop changing it";
    CORE Error RowOutOfScope "row-out-of-scope",
        "a row was written that the declared `rows` does not select",
        "correct the statement so that it finds the rows that are meant; or correct the query, if \
        it leaves out some of them";
    CORE Error RowLeftOut "row-left-out",
        "a row that the declared `rows` selects did not change",
        "find out why the statement passes it by; or declare `count`, if some of the rows may stay \
        as they are";
    CORE Error RowsSelectNothing "rows-select-nothing",
        "the declared `rows` selects no row",
        "run the query on the state before the migration and correct it; declare `count = 0` if no \
        row is what you mean";
    CORE Error EachNotMet "each-not-met",
        "a changed row does not meet the declared `each`",
        "look at the rows shown, before and after; correct the statement, or the condition";
    CORE Error DropMismatch "drop-mismatch",
        "the schema of a table did not lose what is declared under `drops`",
        "spell it as `schema-object-lost` does, or take it out of `drops`";
    CORE Error NotConserved "not-conserved",
        "a table that must have as many rows as before has not",
        "find the statement that loses or adds rows; take the table out of `conserve` if that \
        is meant";
    CORE Error InvariantBroken "invariant-broken",
        "an invariant does not hold after the migration",
        "run the query on both states and find what breaks it; declare another value if that \
        is meant";
    CORE Error UnassignedTable "unassigned-table",
        "a table changed of which nothing says whose its rows are",
        "under [tenant.tables], name its tenant column, give a lookup, or say { shared = true }";
    CORE Error AmbiguousTenant "ambiguous-tenant",
        "the lookup of a row's tenant gave none, or several",
        "make the lookup match on the whole key of the table that it reads";
    CORE Error NotEvaluated "not-evaluated",
        "something that the migration did to a table could not be evaluated",
        "make the table readable for SQLite alone, or keep the migration away from it";
    CORE Error NoPreview "no-preview",
        "an UPDATE or DELETE could not be shown as the SELECT it is",
        "write the statement against a plain table; its changes were captured all the same";
    CORE Error PreviewMismatch "preview-mismatch",
        "a statement wrote other rows than its preview returned",
        "look for a trigger, a conflict clause or a function that gives another value each \
        time; without one, this is a fault of harness";
    CAUSE Note PragmaNotRehearsed "pragma-not-rehearsed",
        "a PRAGMA was answered as production would answer it, and not carried out on the clone",
        "if the migration relies on it, run it once on a copy of the database to see it done";
    CAUSE Error AppliedWithoutFile "applied-without-file",
        "the query for the applied migrations gives names that no file has",
        "write `[migrations] applied` so that it gives the names of files, without `.sql`, or of \
        their folders; if those files are gone on purpose, say so under [findings]";
    CAUSE Note NoScopeNeeded "no-scope-needed",
        "the migration touches no row and only adds to the schema, so it needs no declared scope",
        "nothing, if this is what it is to add; `no-scope-needed = \"error\"` under [findings] wants \
        a scope of every migration";
    CAUSE Note NoStatement "no-statement",
        "the migration holds no statement, so it does nothing",
        "nothing, if it is empty on purpose; else write its statements outside of comments";
    CAUSE Warning MatchesNothing "matches-nothing",
        "an UPDATE or DELETE matched no row",
        "correct its WHERE clause, or leave it out";
    CAUSE Error AlreadyExists "already-exists",
        "CREATE … IF NOT EXISTS made nothing, since something has that name",
        "write what it lacks as ALTER TABLE, or DROP and CREATE; leave IF NOT EXISTS out, so that a \
        name that is taken fails";
    CAUSE Warning NoEffect "no-effect",
        "a statement wrote rows and changed none",
        "leave it out, or correct what it sets";
    CAUSE Note DeclaredUnused "declared-unused",
        "a declaration allows something that the migration does not do",
        "take it out of the scope; or find out why nothing does it, if it is meant";
    CAUSE Note Nondeterministic "nondeterministic",
        "what a statement writes differs from run to run",
        "keep chance and the clock out of WHERE; order what is limited";
    CAUSE Warning NotAtomic "not-atomic",
        "a failure in the middle would leave a part of the migration committed",
        "put everything into one transaction";
    CAUSE Warning NotIdempotent "not-idempotent",
        "a second run fails, or changes rows again",
        "write it so that a second run finds nothing to do";
    CAUSE Warning SingleTenantSnapshot "single-tenant-snapshot",
        "the snapshot has rows of fewer than two tenants",
        "rehearse on a snapshot with several tenants";
    CAUSE Warning UnpopulatedTable "unpopulated-table",
        "a statement met a table without rows, so nothing was shown",
        "rehearse on a snapshot in which the table has rows";
    CAUSE Warning StaleSnapshot "stale-snapshot",
        "the snapshot is older than configured",
        "take a new one";
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_name_that_is_none_has_near_ones_or_none() {
        assert_eq!(Code::near("partial-key"), ["partial-key-match"]);
        assert_eq!(Code::near("error[out-of-scope]")[..1], ["out-of-scope"]);
        assert_eq!(Code::near("Missing_Where")[..1], ["missing-where"]);
        assert_eq!(Code::near("integrtiy")[..1], ["integrity"]);
        assert_eq!(Code::near("foreign-key").len(), 2);
        for nothing in ["", "e", "deadlock", "zzz"] {
            assert!(
                Code::near(nothing).is_empty(),
                "{nothing}: {:?}",
                Code::near(nothing)
            );
        }
    }

    #[test]
    fn the_table_has_every_code_once_and_says_something_about_it() {
        let ids: BTreeSet<&str> = TABLE.iter().map(|e| e.id).collect();
        assert_eq!(ids.len(), TABLE.len());
        for (at, entry) in TABLE.iter().enumerate() {
            assert_eq!(entry.code as usize, at, "{}", entry.id);
            assert!(
                entry
                    .id
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b == b'-'),
                "{}",
                entry.id
            );
            assert!(
                !entry.sentence.is_empty() && !entry.help.is_empty(),
                "{}",
                entry.id
            );
            assert!(
                !entry.is_core || entry.severity == Severity::Error,
                "{} is core and rejects",
                entry.id
            );
            assert_eq!(Code::named(entry.id), Some(entry.code));
        }
        assert_eq!(Code::StaleSnapshot as usize + 1, TABLE.len());
    }
}
