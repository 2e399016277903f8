//! What is said of one statement: what it matched and wrote, and whose rows these are.

use super::{counted, counts, rows};
use crate::record::{Indirect, Migration, Outcome, Preview, Statement, Subquery};
use crate::report::kinds::Kind;
use crate::sentence::{Sentence, value};
use indexmap::IndexMap;

/// Tenants of one statement that are named.
const NAMED: usize = 8;

/// Characters of a PRAGMA that are shown.
const PRAGMA: usize = 60;

const NOT_REACHED: &str = "not reached";

/// `update point_info`
pub(crate) fn target(statement: &Statement) -> String {
    match &statement.table {
        Some(table) => format!("{} {table}", statement.kind),
        // What a PRAGMA sets is all there is to say about it.
        None if Kind::of(statement) == Kind::Pragma => statement.sql.chars().take(PRAGMA).collect(),
        None => statement.kind.clone(),
    }
}

/// How a statement failed, where it did, and the engine's message.
pub(crate) fn failure(statement: &Statement) -> Option<(&'static str, &str)> {
    let how = match statement.outcome {
        Some(Outcome::Refused) => "refused",
        Some(Outcome::TimedOut) => "timed out",
        _ => "failed",
    };
    statement.error.as_deref().map(|error| (how, error))
}

/// How a statement failed, or that it was not reached, in short; else empty.
pub(crate) fn state(statement: &Statement) -> &'static str {
    match failure(statement) {
        Some((how, _)) => how,
        None if statement.ran => "",
        None => NOT_REACHED,
    }
}

/// What a statement without a failure did: `matches 6 rows of tenant 9 (Amber)`
pub(crate) fn statement_result(migration: &Migration, statement: &Statement) -> Sentence {
    if !statement.ran {
        return NOT_REACHED.into();
    }
    let found = |preview: &Preview| match preview.rows {
        0 => "no row".into(),
        _ => matched(preview, migration),
    };
    Sentence::join(effects(statement, found), "; ")
}

/// The same in parts, without the names of tenants: `matches 6 rows of 2 tenants`
pub(crate) fn result_in_short(statement: &Statement) -> Vec<Sentence> {
    effects(statement, |preview| {
        let tenants = match preview.tenants.len() {
            0 => String::new(),
            n => format!(" of {}", counted(n, "tenant")),
        };
        (rows(preview.rows) + &tenants).into()
    })
}

/// What a statement found and wrote, in parts.
fn effects(statement: &Statement, found: impl Fn(&Preview) -> Sentence) -> Vec<Sentence> {
    let is_insert = Kind::of(statement) == Kind::Insert;
    let verb = if is_insert { "selects " } else { "matches " };
    let none = statement.no_preview.iter();
    let none = none.map(|reason| Sentence::from("no preview: ") + Sentence::read(reason));
    let mut parts: Vec<Sentence> = match &statement.preview {
        Some(preview) => vec![Sentence::from(verb) + found(preview)],
        None => none.collect(),
    };
    if is_insert || statement.preview.is_none() {
        parts.push(counts(statement.direct).into());
    }
    parts.extend(left_out(statement).filter(|_| is_insert));
    if statement.indirect.total() > 0 {
        parts.push(format!("indirectly {}", counts(statement.indirect)).into());
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// Of an INSERT from a query, the rows selected that are neither inserted nor, by its ON CONFLICT
/// clause, an update.
fn left_out(statement: &Statement) -> Option<Sentence> {
    let selected = statement.preview.as_ref()?.rows;
    let direct = statement.direct;
    // Into a view, its triggers write.
    let by_triggers = direct.total() == 0 && statement.indirect.total() > 0;
    let left = selected.saturating_sub(direct.insert.saturating_add(direct.update));
    (left > 0 && !by_triggers).then(|| format!("{left} left out").into())
}

/// `6 rows of 2 tenants (1: 5, 9: 1)`
fn matched(preview: &Preview, migration: &Migration) -> Sentence {
    Sentence::from(rows(preview.rows)) + whose(&preview.tenants, preview.ambiguous, migration)
}

/// What a list of previews says of a statement.
pub(crate) fn previewed(migration: &Migration, statement: &Statement) -> Sentence {
    match (&statement.preview, &statement.no_preview) {
        (Some(preview), _) => matched(preview, migration),
        (None, Some(reason)) => Sentence::from("no preview, ") + Sentence::read(reason),
        (None, None) => NOT_REACHED.into(),
    }
}

/// ` of tenant 9 (Amber)`, ` of 2 tenants (1: 5, 9: 1), the tenant of 1 ambiguous`
fn whose(tenants: &IndexMap<String, u64>, ambiguous: u64, migration: &Migration) -> Sentence {
    let each = tenants.iter().take(NAMED);
    let each = each.map(|(tenant, n)| value(tenant) + format!(": {n}"));
    let more = match tenants.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let mut whose = match (tenants.len(), tenants.first()) {
        (1, Some((tenant, _))) => {
            Sentence::from(" of tenant ") + value(migration.described(tenant))
        }
        (0, _) => Sentence::default(),
        (n, _) => {
            Sentence::from(format!(" of {n} tenants (")) + Sentence::join(each, ", ") + more + ")"
        }
    };
    if ambiguous > 0 {
        whose += format!(", the tenant of {ambiguous} ambiguous");
    }
    whose
}

/// `selects 1 row`, or why it did not run.
pub(crate) fn selection(subquery: &Subquery) -> Sentence {
    let Some((selected, distinct)) = subquery.rows.zip(subquery.distinct) else {
        let reason = subquery.not_alone.as_deref().unwrap_or_default();
        return Sentence::from("does not run alone: ") + Sentence::read(reason);
    };
    let distinct = match distinct {
        all if all == selected => String::new(),
        some => format!(" ({some} distinct)"),
    };
    format!("selects {}{distinct}", rows(selected)).into()
}

/// `the subquery selects 1 row of tenant 9 (Amber); the statement matches 6 rows of 6 tenants (…)`
pub(crate) fn subquery(
    number: Option<usize>,
    subquery: &Subquery,
    preview: &Preview,
    migration: &Migration,
) -> Sentence {
    let name = number.map_or_else(|| "the subquery".to_owned(), |n| format!("subquery {n}"));
    let selects = Sentence::from(name + " ") + selection(subquery);
    if subquery.rows.zip(subquery.distinct).is_none() {
        return selects;
    }
    let ambiguous = subquery.ambiguous.unwrap_or_default();
    let tenants = subquery.tenants.as_ref();
    let whose = tenants.map(|tenants| whose(tenants, ambiguous, migration));
    selects + whose.unwrap_or_default() + "; the statement matches " + matched(preview, migration)
}

/// What a statement wrote indirectly, and its subqueries beside what the whole clause matched.
pub(crate) fn asides(migration: &Migration, statement: &Statement) -> Vec<Sentence> {
    let mut asides: Vec<Sentence> = statement.paths.iter().map(indirect).collect();
    if let Some(preview) = &statement.preview {
        let all = &preview.subqueries;
        asides.extend(all.iter().enumerate().map(|(at, one)| {
            let number = (all.len() > 1).then_some(at + 1);
            subquery(number, one, preview, migration)
        }));
    }
    asides
}

/// `DROP TABLE chats → cascade → messages: delete 812`
pub(crate) fn indirect(indirect: &Indirect) -> Sentence {
    let (op, rows) = (indirect.op.word(), indirect.rows);
    value(indirect.told()) + format!(": {op} {rows}")
}
