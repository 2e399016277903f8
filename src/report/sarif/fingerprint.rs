//! What a finding is known by in the next run: its code, its table, and the text that it is about,
//! whatever its line and however many rows the snapshot showed.

use crate::record::{Finding, Migration};
use std::collections::HashMap;

/// The fingerprints of findings: 16 hexadecimal digits and a number, which tells findings with the
/// same digits apart.
pub(super) fn fingerprints(migration: &Migration, findings: &[&Finding]) -> Vec<String> {
    // In the order of the file, so that a severity of the configuration does not number two alike
    // the other way round.
    let mut order: Vec<usize> = (0..findings.len()).collect();
    order.sort_by_key(|&at| (findings[at].line, findings[at].column));
    let mut known: HashMap<String, usize> = HashMap::new();
    let mut fingerprints = vec![String::new(); findings.len()];
    for at in order {
        let hash = hash(&about(migration, findings[at]));
        let number = known.entry(hash.clone()).or_default();
        *number += 1;
        fingerprints[at] = format!("{hash}:{number}");
    }
    fingerprints
}

fn hash(about: &[Option<String>]) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in about {
        hasher.update(&[u8::from(part.is_some())]);
        hasher.update(part.as_deref().unwrap_or_default().as_bytes());
        hasher.update(&[0]);
    }
    hasher.finalize().to_hex()[..16].to_owned()
}

/// What a finding is about. Layout and the ends of lines do not matter.
fn about(migration: &Migration, finding: &Finding) -> [Option<String>; 4] {
    let number = finding.statement;
    let statement =
        number.and_then(|number| migration.statements.iter().find(|s| s.index == number));
    let words = |text: &str, most: usize| {
        text.split_whitespace()
            .take(most)
            .collect::<Vec<_>>()
            .join(" ")
    };
    // Of a statement its first line may be marked, so that only its first word is the same in every
    // layout.
    let most = if statement.is_some() { 1 } else { usize::MAX };
    let marked = finding.excerpt.as_ref().map(|e| words(&e.marked, most));
    let whole = |text: &str| words(text, usize::MAX);
    [
        Some(whole(&finding.code)),
        finding.table.as_deref().map(whole),
        statement.map(|s| whole(&s.sql)),
        marked,
    ]
}
