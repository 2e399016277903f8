//! From a raw expected scope to a valid one, wherever it is declared.

use super::file::{Expect, ExpectTable, RawAnswer, RawCount, RawInvariant, RawTenants, Scalar};
use super::problem::Problem;
use crate::scope::{
    Count, DeclaredAt, ExpectedScope, ExpectedTable, ExpectedTenants, Invariant, Must, Op,
};
use crate::sql::{Value, ident};
use std::collections::{BTreeMap, BTreeSet};
use toml::Spanned;

type Problems = Vec<Problem>;

/// Validates one scope.
pub(super) fn scope(raw: Expect, declared: DeclaredAt, problems: &mut Problems) -> ExpectedScope {
    let tenants = raw.tenants.and_then(|t| expected_tenants(t, problems));
    let mut tables = BTreeMap::new();
    for (name, table) in raw.tables {
        let at = name.span().start;
        let entry = expected_table(name.get_ref(), table, problems);
        if tables
            .insert(ident::folded(name.get_ref()), entry)
            .is_some()
        {
            problems.push(Problem::at(
                at,
                format!("table `{}` is declared twice", name.get_ref()),
            ));
        }
    }
    let conserve = conserved(raw.conserve, problems);
    let invariants = invariants(raw.invariants, problems);
    ExpectedScope {
        declared,
        tenants,
        tables,
        conserve,
        invariants,
    }
}

fn conserved(raw: Vec<Spanned<String>>, problems: &mut Problems) -> Vec<String> {
    let mut seen = BTreeSet::new();
    for table in &raw {
        if !seen.insert(ident::folded(table.get_ref())) {
            problems.push(Problem::at(
                table.span().start,
                format!("table `{}` stands twice in `conserve`", table.get_ref()),
            ));
        }
    }
    raw.into_iter().map(Spanned::into_inner).collect()
}

fn invariants(raw: Vec<RawInvariant>, problems: &mut Problems) -> Vec<Invariant> {
    let mut names = BTreeSet::new();
    for RawInvariant { name, .. } in &raw {
        let at = name.span().start;
        if name.get_ref().trim().is_empty() {
            problems.push(Problem::at(
                at,
                "`name` is empty: say what the invariant is called in reports",
            ));
        } else if !names.insert(name.get_ref()) {
            problems.push(Problem::at(
                at,
                format!("two invariants are named `{}`", name.get_ref()),
            ));
        }
    }
    raw.into_iter()
        .filter_map(|invariant| self::invariant(invariant, problems))
        .collect()
}

fn invariant(raw: RawInvariant, problems: &mut Problems) -> Option<Invariant> {
    let RawInvariant {
        name,
        sql,
        value,
        equal,
    } = raw;
    let must = match (value, equal) {
        (Some(value), None) => Must::Be(answer(value, problems)?),
        (None, Some(word)) if word.get_ref() == "before" => Must::EqualBefore,
        (None, Some(word)) => {
            problems.push(Problem::at(
                word.span().start,
                format!("unknown value \"{}\": expected \"before\"", word.get_ref()),
            ));
            return None;
        }
        (both, _) => {
            let number = if both.is_some() {
                "both `value` and `equal`"
            } else {
                "neither `value` nor `equal`"
            };
            let message = format!(
                "invariant `{}` has {number}: it needs one, `value = …` or `equal = \"before\"`",
                name.get_ref()
            );
            problems.push(Problem::at(name.span().start, message));
            return None;
        }
    };
    Some(Invariant {
        name: name.into_inner(),
        sql,
        must,
    })
}

/// A value as SQLite has it: true is 1 and false 0.
fn answer(raw: Spanned<RawAnswer>, problems: &mut Problems) -> Option<Value> {
    let at = raw.span().start;
    match raw.into_inner() {
        RawAnswer::Bool(truth) => Some(Value::Integer(truth.into())),
        RawAnswer::Scalar(Scalar::Real(number)) if number.is_nan() => {
            problems.push(Problem::at(
                at,
                "`nan` is no value of SQLite's, which has NULL in its \
                    place: ask for `… IS NULL`, which gives 1",
            ));
            None
        }
        RawAnswer::Scalar(value) => Some(scalar(value)),
    }
}

fn expected_table(name: &str, raw: ExpectTable, problems: &mut Problems) -> ExpectedTable {
    let mut counts = BTreeMap::new();
    for (op, given) in [
        (Op::Insert, raw.insert),
        (Op::Update, raw.update),
        (Op::Delete, raw.delete),
    ] {
        if let Some(count) = given.and_then(|c| count(c, problems)) {
            counts.insert(op, count);
        }
    }
    let tenants = raw.tenants.and_then(|t| expected_tenants(t, problems));
    ExpectedTable {
        table: name.to_owned(),
        tenants,
        counts,
        columns: raw.columns,
    }
}

fn expected_tenants(raw: Spanned<RawTenants>, problems: &mut Problems) -> Option<ExpectedTenants> {
    let at = raw.span().start;
    match raw.into_inner() {
        RawTenants::Word(word) if word == "all" => Some(ExpectedTenants::All),
        RawTenants::Word(word) => {
            let message = format!(
                "unknown value \"{word}\": expected a list of tenants, {{ query = \"SELECT …\" \
                }} or \"all\""
            );
            problems.push(Problem::at(at, message));
            None
        }
        RawTenants::Listed(list)
            if list
                .iter()
                .any(|tenant| matches!(tenant, Scalar::Real(number) if number.is_nan())) =>
        {
            problems.push(Problem::at(
                at,
                "`nan` is no tenant: SQLite has NULL in its place, which a query can give",
            ));
            None
        }
        RawTenants::Listed(list) => Some(ExpectedTenants::Listed(
            list.into_iter().map(scalar).collect(),
        )),
        RawTenants::Queried(queried) => Some(ExpectedTenants::Queried(queried.query)),
    }
}

fn scalar(raw: Scalar) -> Value {
    match raw {
        Scalar::Integer(i) => Value::Integer(i),
        Scalar::Real(r) => Value::Real(r),
        Scalar::Text(t) => Value::text(&t),
    }
}

fn count(raw: Spanned<RawCount>, problems: &mut Problems) -> Option<Count> {
    let at = raw.span().start;
    match raw.into_inner() {
        RawCount::Exact(n) => Some(Count::Range(n, n)),
        RawCount::PerTenant(each) => Some(Count::PerTenant(
            each.into_iter()
                .map(|(t, n)| (Value::text(&t), n))
                .collect(),
        )),
        RawCount::Word(word) => {
            let parsed = parse_count(&word);
            if parsed.is_none() {
                let message = format!(
                    "`{word}` is no number of rows: expected 6, \"1..=12\", \"1..\", \"any\" \
                    or {{ \"TENANT\" = 6 }}"
                );
                problems.push(Problem::at(at, message));
            }
            parsed
        }
    }
}

/// `any`, `6`, `1..=12` (both included), `1..12` (12 excluded, as in Rust), `1..`, `..=12`.
fn parse_count(word: &str) -> Option<Count> {
    let word = word.trim();
    if word == "any" {
        return Some(Count::Any);
    }
    let Some((from, to)) = word.split_once("..") else {
        return word.parse().ok().map(|n| Count::Range(n, n));
    };
    let from = if from.trim().is_empty() {
        0
    } else {
        from.trim().parse().ok()?
    };
    let to = match to.trim() {
        "" => u64::MAX,
        inclusive if inclusive.starts_with('=') => inclusive[1..].trim().parse().ok()?,
        exclusive => exclusive.parse::<u64>().ok()?.checked_sub(1)?,
    };
    (from <= to).then_some(Count::Range(from, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_read_as_rust_ranges() {
        assert_eq!(parse_count("1..=12"), Some(Count::Range(1, 12)));
        assert_eq!(parse_count("1..12"), Some(Count::Range(1, 11)));
        assert_eq!(parse_count("3.."), Some(Count::Range(3, u64::MAX)));
        assert_eq!(parse_count("any"), Some(Count::Any));
        for wrong in ["", "x", "5..=3", "..0", "1..=", "-1"] {
            assert_eq!(parse_count(wrong), None, "{wrong}");
        }
    }
}
