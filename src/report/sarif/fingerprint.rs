//! What a finding is known by in the next run: its code, its table, and the text that it is about,
//! whatever its line and however many rows the snapshot showed.

use crate::report::evidence::{Finding, Migration};
use std::collections::HashMap;

/// The fingerprints of one migration, in the order of its lines.
#[derive(Default)]
pub(super) struct Fingerprints {
    /// how often each came
    seen: HashMap<String, usize>,
}

impl Fingerprints {
    /// That of the next finding: 16 hexadecimal digits and, for the first, second, … that has
    /// these, a number.
    pub(super) fn of(&mut self, migration: &Migration, finding: &Finding) -> String {
        let statement = finding
            .statement
            .and_then(|number| migration.statements.iter().find(|s| s.index == number));
        // Of a statement its first line may be marked, so that only the word that begins it is the
        // same in every layout.
        let words = if statement.is_some() { 1 } else { usize::MAX };
        let marked = finding.excerpt.as_ref().map(|excerpt| {
            excerpt
                .marked
                .split_whitespace()
                .take(words)
                .collect::<Vec<_>>()
                .join(" ")
        });
        let about = [
            Some(finding.code.as_str()),
            finding.table.as_deref(),
            statement.map(|s| s.sql.as_str()),
            marked.as_deref(),
        ];
        let mut hasher = blake3::Hasher::new();
        for part in about {
            // As it is laid out does not matter, nor do the ends of lines.
            let part = part.map(|part| part.split_whitespace().collect::<Vec<_>>().join(" "));
            hasher.update(&[u8::from(part.is_some())]);
            hasher.update(part.unwrap_or_default().as_bytes());
            hasher.update(&[0]);
        }
        let hash = hasher.finalize().to_hex()[..16].to_owned();
        let number = self.seen.entry(hash.clone()).or_default();
        *number += 1;
        format!("{hash}:{number}")
    }
}
