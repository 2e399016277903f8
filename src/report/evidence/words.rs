//! The closed sets of words in the evidence, each with what it means.

use crate::verdict::checklist;
use crate::{codes, diff, migration, regime, rehearse, report, scope, snapshot, verdict};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

/// A closed set of words, each from what it stands for in the domain.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident of $domain:ty { $($(#[$said:meta])* $variant:ident $word:literal $of:pat,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
        pub enum $name {
            $($(#[$said])* #[serde(rename = $word)] $variant,)+
        }

        impl $name {
            pub(super) fn new(of: $domain) -> Self {
                match of {
                    $($of => Self::$variant,)+
                }
            }

            /// The word itself.
            pub fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }
        }
    };
}

words! {
    /// Whether every change was declared and could be evaluated.
    Verdict of bool {
        /// No finding is an error.
        Accepted "accepted" true,
        /// At least one finding is an error.
        Rejected "rejected" false,
    }
}

words! {
    /// How a migration ended. All but `applied` reject.
    Outcome of rehearse::Outcome {
        /// Every statement ran.
        Applied "applied" rehearse::Outcome::Applied,
        /// A statement, or the runner's COMMIT, failed.
        Failed "failed" rehearse::Outcome::Failed,
        /// A statement would have reached outside the clone.
        Refused "refused" rehearse::Outcome::Refused,
        /// A statement took longer than the configured limit.
        TimedOut "timed-out" rehearse::Outcome::TimedOut,
        /// A migration before it did not run through, or it is applied in the snapshot already.
        NotRun "not-run" rehearse::Outcome::NotRun,
    }
}

words! {
    /// The transaction that the runner opens around migrations.
    Transaction of regime::TransactionMode {
        /// Only the file's own.
        None "none" regime::TransactionMode::None,
        /// One around each migration.
        PerMigration "per-migration" regime::TransactionMode::PerMigration,
        /// One around all migrations.
        All "all" regime::TransactionMode::All,
    }
}

words! {
    /// What the runner does after a statement that fails.
    OnError of regime::OnError {
        /// It stops and closes its connection.
        Stop "stop" regime::OnError::Stop,
        /// It goes on with the next statement.
        Continue "continue" regime::OnError::Continue,
    }
}

words! {
    /// Where the hash of a snapshot was taken from.
    BlakeFrom of snapshot::IdentityFrom {
        /// Its bytes.
        File "file" snapshot::IdentityFrom::File,
        /// The manifest beside it, which is of the files as they are.
        Manifest "manifest" snapshot::IdentityFrom::Manifest,
    }
}

words! {
    /// What happened to a row.
    Op of scope::Op {
        /// It is there after, not before.
        Insert "insert" scope::Op::Insert,
        /// It is there before and after.
        Update "update" scope::Op::Update,
        /// It is there before, not after.
        Delete "delete" scope::Op::Delete,
    }
}

words! {
    /// Whose the rows of a group are.
    Owner of report::OwnerKind {
        /// A tenant's.
        Tenant "tenant" report::OwnerKind::Tenant,
        /// Nobody's: the table is declared as shared.
        Shared "shared" report::OwnerKind::Shared,
        /// Not known: nothing says whose the rows of this table are.
        Unassigned "unassigned" report::OwnerKind::Unassigned,
        /// Not known: the lookup gave no tenant, or several.
        Ambiguous "ambiguous" report::OwnerKind::Ambiguous,
    }
}

words! {
    /// What happened to an object of the schema.
    Event of diff::SchemaEvent {
        /// It is new.
        Created "created" diff::SchemaEvent::Created,
        /// It is gone.
        Dropped "dropped" diff::SchemaEvent::Dropped,
        /// Its text is another.
        Altered "altered" diff::SchemaEvent::Altered,
        /// It is a table under another name.
        Renamed "renamed" diff::SchemaEvent::Renamed,
        /// The next key that a sequence gives is higher.
        Advanced "advanced" diff::SchemaEvent::Advanced,
        /// The next key that a sequence gives is lower: keys may be given again.
        Regressed "regressed" diff::SchemaEvent::Regressed,
        /// A virtual table's index was written, and none of its rows is another.
        Reindexed "reindexed" diff::SchemaEvent::Reindexed,
    }
}

words! {
    /// How bad a finding is.
    Severity of verdict::Severity {
        /// It rejects.
        Error "error" verdict::Severity::Error,
        /// It should be looked at.
        Warning "warning" verdict::Severity::Warning,
        /// It should be known.
        Note "note" verdict::Severity::Note,
    }
}

words! {
    /// How bad the findings of a code are, by configuration.
    Level of Option<verdict::Severity> {
        /// They reject.
        Error "error" Some(verdict::Severity::Error),
        /// They should be looked at.
        Warning "warning" Some(verdict::Severity::Warning),
        /// They should be known.
        Note "note" Some(verdict::Severity::Note),
        /// They are left out.
        Off "off" None,
    }
}

words! {
    /// An item of the checklist.
    Check of checklist::Check {
        /// Each subquery of a WHERE clause ran alone, and its rows were counted.
        SubqueriesAlone "subqueries-alone" checklist::Check::SubqueriesAlone,
        /// Each WHERE clause ran as a SELECT before its UPDATE or DELETE.
        WhereAsSelect "where-as-select" checklist::Check::WhereAsSelect,
        /// The snapshot has the tenants and rows that damage would show on, and is not too old.
        ProductionLikeCopy "production-like-copy" checklist::Check::ProductionLikeCopy,
        /// No clause names a part of a composite key and leaves open whose rows it means.
        CompositeKeys "composite-keys" checklist::Check::CompositeKeys,
        /// What the migration writes is committed as one.
        ExplicitTransaction "explicit-transaction" checklist::Check::ExplicitTransaction,
        /// The rows updated and deleted were counted against numbers given beforehand.
        RowCounts "row-counts" checklist::Check::RowCounts,
        /// The state that it was rehearsed on is one to go back to.
        Backup "backup" checklist::Check::Backup,
        /// A second run changes nothing.
        Idempotent "idempotent" checklist::Check::Idempotent,
    }
}

words! {
    /// How an item of the checklist stands.
    Status of checklist::Status {
        /// Something shows it.
        Pass "pass" checklist::Status::Pass,
        /// Something shows the contrary.
        Fail "fail" checklist::Status::Fail,
        /// Nothing shows it.
        NotEvaluated "not-evaluated" checklist::Status::NotEvaluated,
    }
}

words! {
    /// How expected and actual compare.
    Mark of report::Mark {
        /// Rows that nobody declared.
        Outside "outside" report::Mark::Outside,
        /// Declared, and not met.
        Wrong "wrong" report::Mark::Wrong,
        /// Not judged: the migration did not run through.
        Unjudged "unjudged" report::Mark::Unjudged,
        /// As declared.
        Ok "ok" report::Mark::Ok,
    }
}

words! {
    /// What a branch did to a file.
    FileChange of &migration::FileChange {
        /// It was not there.
        Added "added" migration::FileChange::Added,
        /// It has another content.
        Edited "edited" migration::FileChange::Edited(_),
        /// It had another name, and may have another content.
        Renamed "renamed" migration::FileChange::Renamed(_),
        /// It is there no more.
        Deleted "deleted" migration::FileChange::Deleted,
    }
}

/// Every code of a finding, from the table of codes.
pub(super) fn codes(_: &mut SchemaGenerator) -> Schema {
    let ids: Vec<&str> = codes::TABLE.iter().map(|entry| entry.id).collect();
    json_schema!({ "type": "string", "enum": ids })
}
