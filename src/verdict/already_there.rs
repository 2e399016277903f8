//! Findings about CREATE … IF NOT EXISTS that made nothing: what has the name is what the statement
//! says, or it is not.

use super::case::Look;
use super::lacking::lacking;
use super::phrases::object;
use super::{Case, Code, Finding, Severity};
use crate::migration::{ObjectType, StatementKind};
use crate::rewrite;
use crate::sentence::{Sentence, schema};
use crate::snapshot::catalog::SchemaObject;
use crate::sql::ident;
use crate::sql::token::exact_words;

pub(super) fn findings(case: Case<'_>) -> Vec<Finding> {
    case.ran().filter_map(finding).collect()
}

fn finding(look: Look<'_>) -> Option<Finding> {
    let StatementKind::Create(of) = look.statement.kind else {
        return None;
    };
    let (kind, there) = look.run.already.as_ref()?;
    let asked = look.statement.object.as_ref()?;
    let (severity, how) = if kind == of.word() {
        compared(look, of, there)
    } else {
        (Severity::Error, Sentence::default())
    };
    let rest = ", so " + look.named() + " made nothing";
    let message = object(kind, &asked.name) + " was there already" + how + rest;
    let table = ident::same(&there.table, &asked.name);
    let finding = look
        .finding(Code::AlreadyExists, message)
        .on(if table { &asked.name } else { &there.table })
        .severity(severity);
    let help = match severity {
        Severity::Note => return Some(finding.help("nothing, if it was made before on purpose")),
        Severity::Warning => "nothing, if later migrations altered it; it was made by\n",
        Severity::Error => LACKING,
    };
    let text = there.sql.as_deref().unwrap_or_default();
    Some(finding.help(Sentence::from(help) + schema(text) + ";"))
}

const LACKING: &str = "write what is lacking as ALTER TABLE, or as DROP and CREATE; without IF NOT EXISTS, \
    a name that is taken fails; what is there was made by\n";

/// How what is there compares with what a statement makes.
fn compared(look: Look<'_>, of: ObjectType, there: &SchemaObject) -> (Severity, Sentence) {
    let (asked, found) = (look.sql(), there.sql.as_deref().unwrap_or_default());
    if behind_name(asked, of) == behind_name(found, of) && says_unique(asked) == says_unique(found)
    {
        return (Severity::Note, " as the statement says".into());
    }
    let other = (Severity::Error, " with another text".into());
    if of != ObjectType::Table {
        return other;
    }
    if behind_name(asked, of)
        .first()
        .is_some_and(|word| word == "as")
    {
        return (
            Severity::Error,
            ", and the rows of its query were not copied".into(),
        );
    }
    let both = rewrite::definition(asked).zip(rewrite::definition(found));
    let Some((asked, found)) = both else {
        return other;
    };
    let table = &there.table;
    let without = lacking(table, &asked, &found);
    let with = lacking(table, &found, &asked);
    match (without.is_empty(), with.is_empty()) {
        (true, true) => (Severity::Note, " as the statement says".into()),
        (true, false) => (
            Severity::Warning,
            " with more: " + Sentence::join(with, ", "),
        ),
        (false, _) => (Severity::Error, " without " + Sentence::join(without, ", ")),
    }
}

/// The words of CREATE behind the name of what it makes.
fn behind_name(sql: &str, of: ObjectType) -> Vec<String> {
    let mut words = exact_words(sql);
    words.retain(|word| word != ";");
    let kind = words.iter().position(|word| word == of.word());
    let mut at = kind.map_or(0, |at| at + 1);
    if words.get(at).is_some_and(|word| word == "if")
        && words.get(at + 2).is_some_and(|word| word == "exists")
    {
        at += 3;
    }
    if words.get(at + 1).is_some_and(|word| word == ".") {
        at += 2;
    }
    words.split_off((at + 1).min(words.len()))
}

fn says_unique(sql: &str) -> bool {
    rewrite::index_definition(sql).is_some_and(|index| index.unique)
}
