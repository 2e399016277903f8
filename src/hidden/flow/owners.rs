//! Tenants that are hidden values: the statements that set the column which says whose a row is.

use super::{Flow, GIVEN, makes_trigger};
use crate::hidden::ground::Ground;
use crate::hidden::words::{names, stars};
use crate::rewrite::{self, Source, Written};
use std::collections::BTreeSet;

impl Flow {
    /// The columns that say whose a row is and that a statement sets to hidden values, by table.
    /// What a statement writes that is not known column by column sets none.
    pub(in crate::hidden) fn tenants(&self, ground: Ground<'_>) -> BTreeSet<(String, String)> {
        let certain = self.certain(ground);
        let mut triggers: Vec<&str> = ground.triggers().collect();
        let mut found = BTreeSet::new();
        for (statement, sql) in ground.texts() {
            if makes_trigger(statement) {
                triggers.push(sql);
            } else {
                found.extend(certain.sets_tenant(ground, sql, &names(sql)));
            }
        }
        for trigger in triggers {
            let (around, body) = (names(trigger), rewrite::body(trigger));
            found.extend(
                body.into_iter()
                    .filter_map(|sql| certain.sets_tenant(ground, sql, &around)),
            );
        }
        found
    }

    /// Only the columns that are known one by one, without those that say whose a row is: what is
    /// found by a hidden value counts as one.
    fn certain(&self, ground: Ground<'_>) -> Self {
        let mut tables = self.tables.clone();
        tables.retain(|_, columns| !columns.all);
        for (table, columns) in &mut tables {
            let is_other = |column: &String| !ground.is_tenant(table, column);
            columns.named.retain(is_other);
        }
        Self {
            tables,
            ..Self::default()
        }
    }

    /// The tenant column that a statement sets to a hidden value, with its table.
    fn sets_tenant(
        &self,
        ground: Ground<'_>,
        sql: &str,
        around: &BTreeSet<String>,
    ) -> Option<(String, String)> {
        let Written {
            table,
            columns,
            source: Source::Each(parts),
        } = rewrite::written(sql)?
        else {
            return None;
        };
        let columns = columns.or_else(|| ground.columns(&table))?;
        if columns.len() != parts.len() {
            return None;
        }
        let sets = |(column, part): &(&String, &String)| {
            ground.is_tenant(&table, column) && self.is_given_by(part, around)
        };
        let (column, _) = columns.iter().zip(&parts).find(sets)?;
        Some((table.clone(), column.clone()))
    }

    /// Whether a part of a statement gives a hidden value. A query of its own may find by what is
    /// hidden, and gives what its list says.
    fn is_given_by(&self, part: &str, around: &BTreeSet<String>) -> bool {
        let is_hidden = |part: &str| self.gives(&names(part), around, stars(part));
        let inner = part.trim().strip_prefix('(');
        let query = inner.and_then(|rest| rest.strip_suffix(')'));
        let given =
            query.and_then(|query| rewrite::written(&format!("CREATE TABLE {GIVEN} AS {query}")));
        match given {
            Some(Written {
                source: Source::Each(list),
                ..
            }) => list.iter().any(|part| is_hidden(part)),
            _ => is_hidden(part),
        }
    }
}
