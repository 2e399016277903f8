//! From a raw expected scope to a valid one, wherever it is declared.

use super::file::{
    Expect, ExpectTable, RawAnswer, RawClaim, RawCount, RawInvariant, RawOperation, RawTenants,
    Scalar,
};
use super::problem::Validation;
use crate::scope::{
    Claim, Count, DeclaredAt, ExpectedScope, ExpectedTable, ExpectedTenants, Invariant, Must, Op,
    TenantName,
};
use crate::sql::{Value, ident};
use std::collections::{BTreeMap, BTreeSet};
use toml::Spanned;

impl Validation<'_> {
    /// Validates one scope.
    pub(super) fn scope(&mut self, raw: Expect, declared: DeclaredAt) -> ExpectedScope {
        let tenants = raw.tenants.and_then(|t| self.expected_tenants(&t));
        let mut tables = BTreeMap::new();
        for (name, table) in raw.tables {
            let entry = self.expected_table(name.get_ref(), table);
            let folded = ident::folded(name.get_ref());
            if tables.insert(folded, entry).is_some() {
                let message = format!("table `{}` is declared twice", name.get_ref());
                self.problem(&name, message);
            }
        }
        ExpectedScope {
            declared,
            tenants,
            tables,
            conserve: self.conserved(raw.conserve),
            invariants: self.invariants(raw.invariants),
        }
    }

    fn conserved(&mut self, raw: Vec<Spanned<String>>) -> Vec<String> {
        let mut seen = BTreeSet::new();
        for table in &raw {
            if !seen.insert(ident::folded(table.get_ref())) {
                let message = format!("table `{}` stands twice in `conserve`", table.get_ref());
                self.problem(table, message);
            }
        }
        raw.into_iter().map(Spanned::into_inner).collect()
    }

    fn invariants(&mut self, raw: Vec<RawInvariant>) -> Vec<Invariant> {
        let mut names = BTreeSet::new();
        for RawInvariant { name, .. } in &raw {
            let text = name.get_ref();
            if text.trim().is_empty() {
                let message = "`name` is empty: say what the invariant is called in reports";
                self.problem(name, message);
            } else if !names.insert(text) {
                self.problem(name, format!("two invariants are named `{text}`"));
            }
        }
        raw.into_iter()
            .filter_map(|invariant| self.invariant(invariant))
            .collect()
    }

    fn invariant(&mut self, raw: RawInvariant) -> Option<Invariant> {
        let name = raw.name.get_ref();
        let must = match (raw.value, raw.equal) {
            (Some(value), None) => Must::Be(self.answer(&value)?),
            (None, Some(word)) if word.get_ref() == "before" => Must::EqualBefore,
            (None, Some(word)) => {
                let message = format!("unknown value \"{}\": expected \"before\"", word.get_ref());
                self.problem(&word, message);
                return None;
            }
            (value, _) => {
                let both = value.map_or(
                    "neither `value` nor `equal`",
                    |_| "both `value` and `equal`",
                );
                let needs = "it needs one, `value = …` or `equal = \"before\"`";
                self.problem(&raw.name, format!("invariant `{name}` has {both}: {needs}"));
                return None;
            }
        };
        Some(Invariant {
            name: raw.name.into_inner(),
            sql: raw.sql,
            must,
        })
    }

    /// A value as SQLite has it: true is 1 and false 0.
    fn answer(&mut self, raw: &Spanned<RawAnswer>) -> Option<Value> {
        match raw.get_ref() {
            RawAnswer::Bool(truth) => Some(Value::Integer((*truth).into())),
            RawAnswer::Scalar(Scalar::Real(number)) if number.is_nan() => {
                self.problem(
                    raw,
                    "`nan` is no value of SQLite's, which has NULL in its \
                        place: ask for `… IS NULL`, which gives 1",
                );
                None
            }
            RawAnswer::Scalar(value) => Some(scalar(value)),
        }
    }

    fn expected_table(&mut self, name: &str, raw: ExpectTable) -> ExpectedTable {
        let given = [
            (Op::Insert, raw.insert),
            (Op::Update, raw.update),
            (Op::Delete, raw.delete),
        ];
        let (mut counts, mut claims) = (BTreeMap::new(), BTreeMap::new());
        for (op, raw) in given {
            let Some(raw) = raw else { continue };
            let span = raw.span();
            let (count, claim) = match raw.into_inner() {
                RawOperation::Counted(count) => (self.count(&Spanned::new(span, count)), None),
                RawOperation::Claimed(claim) => self.claim(Spanned::new(span, claim)),
            };
            counts.extend(count.map(|count| (op, count)));
            claims.extend(claim.map(|claim| (op, claim)));
        }
        ExpectedTable {
            table: name.to_owned(),
            tenants: raw.tenants.and_then(|t| self.expected_tenants(&t)),
            counts,
            claims,
            columns: raw.columns,
            drops: raw.drops,
        }
    }

    /// A claim, and how many rows are declared beside it.
    fn claim(&mut self, raw: Spanned<RawClaim>) -> (Option<Count>, Option<Claim>) {
        let span = raw.span();
        let RawClaim { count, rows, each } = raw.into_inner();
        let claim = Claim { rows, each };
        let is_empty = claim.rows.is_none() && claim.each.is_none();
        let count = match count {
            Some(count) => self.count(&Spanned::new(span, count)),
            None if claim.rows.is_some() => Some(Count::Selected),
            None if is_empty => Some(Count::PerTenant(Vec::new())),
            None => {
                let message = "`each` says nothing of how many rows: add `count`, which may be \
                    \"any\", or `rows`";
                self.problem_at(span.start, message);
                None
            }
        };
        (count, (!is_empty).then_some(claim))
    }

    fn expected_tenants(&mut self, raw: &Spanned<RawTenants>) -> Option<ExpectedTenants> {
        let is_nan = |tenant: &Scalar| matches!(tenant, Scalar::Real(number) if number.is_nan());
        match raw.get_ref() {
            RawTenants::Word(word) if word == "all" => Some(ExpectedTenants::All),
            RawTenants::Word(word) => {
                let message = format!(
                    "unknown value \"{word}\": expected a list of tenants, {{ query = \"SELECT …\" \
                    }} or \"all\""
                );
                self.problem(raw, message);
                None
            }
            RawTenants::Listed(list) if list.iter().any(is_nan) => {
                let message =
                    "`nan` is no tenant: SQLite has NULL in its place, which a query can give";
                self.problem(raw, message);
                None
            }
            RawTenants::Listed(list) => {
                let name = |tenant: &Scalar| match tenant {
                    Scalar::Text(text) => TenantName::of_text(text),
                    number => TenantName::Value(scalar(number)),
                };
                Some(ExpectedTenants::Listed(list.iter().map(name).collect()))
            }
            RawTenants::Queried(queried) => Some(ExpectedTenants::Queried(queried.query.clone())),
        }
    }

    fn count(&mut self, raw: &Spanned<RawCount>) -> Option<Count> {
        match raw.get_ref() {
            RawCount::Exact(n) => Some(Count::Range(*n, *n)),
            RawCount::PerTenant(each) => Some(Count::PerTenant(
                each.iter()
                    .map(|(key, n)| (TenantName::of_key(key), *n))
                    .collect(),
            )),
            RawCount::Word(word) => {
                let parsed = parse_count(word);
                if parsed.is_none() {
                    let message = format!(
                        "`{word}` is no number of rows: expected 6, \"1..=12\", \"1..\", \"any\" \
                        or {{ \"TENANT\" = 6 }}"
                    );
                    self.problem(raw, message);
                }
                parsed
            }
        }
    }
}

fn scalar(raw: &Scalar) -> Value {
    match raw {
        Scalar::Integer(i) => Value::Integer(*i),
        Scalar::Real(r) => Value::Real(*r),
        Scalar::Text(t) => Value::text(t),
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
    let from = match from.trim() {
        "" => 0,
        from => number(from)?,
    };
    let to = last(to.trim())?;
    (from <= to).then_some(Count::Range(from, to))
}

/// The largest number of a range by what stands behind its `..`.
fn last(to: &str) -> Option<u64> {
    match to.strip_prefix('=') {
        Some(last) => number(last),
        None if to.is_empty() => Some(u64::MAX),
        None => number(to)?.checked_sub(1),
    }
}

fn number(text: &str) -> Option<u64> {
    text.trim().parse().ok()
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
