//! Tenants that are hidden values: the statements that set the column which says whose a row is.

use super::{Flow, GIVEN, HiddenColumns, makes_trigger};
use crate::hidden::ground::Ground;
use crate::hidden::words::{names, stars};
use crate::rewrite::{self, Source, Written};
use std::collections::BTreeSet;

impl Flow {
    /// The columns that say whose a row is and that a statement sets to hidden values, by table.
    /// What a statement writes that is not known column by column sets none.
    pub(in crate::hidden) fn tenants(&self, ground: Ground<'_>) -> BTreeSet<(String, String)> {
        self.certain(ground).tenants_set(ground)
    }

    /// Only the columns that are known one by one, without those that say whose a row is: what is
    /// found by a hidden value counts as one.
    fn certain(&self, ground: Ground<'_>) -> Self {
        let own = |(table, columns): (&String, &HiddenColumns)| {
            let HiddenColumns::These(columns) = columns else {
                return None;
            };
            let others = columns
                .iter()
                .filter(|column| !ground.is_tenant(table, column));
            Some((
                table.clone(),
                HiddenColumns::These(others.cloned().collect()),
            ))
        };
        Self {
            tables: self.tables.iter().filter_map(own).collect(),
            ..Self::default()
        }
    }

    fn tenants_set(&self, ground: Ground<'_>) -> BTreeSet<(String, String)> {
        let kept = ground
            .catalogs
            .iter()
            .flat_map(|catalog| catalog.triggers());
        let kept = kept.filter_map(|(_, trigger)| trigger.sql.as_deref());
        let made = ground
            .texts()
            .filter(|(statement, _)| makes_trigger(statement));
        let mut found = BTreeSet::new();
        for sql in kept.chain(made.map(|(_, sql)| sql)) {
            let around = names(sql);
            let body = rewrite::body(sql).into_iter();
            found.extend(body.filter_map(|sql| self.sets_tenant(ground, sql, &around)));
        }
        let others = ground
            .texts()
            .filter(|(statement, _)| !makes_trigger(statement));
        found.extend(others.filter_map(|(_, sql)| self.sets_tenant(ground, sql, &BTreeSet::new())));
        found
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
        let around = around.union(&names(sql)).cloned().collect();
        let columns = columns.or_else(|| ground.columns(&table))?;
        if columns.len() != parts.len() {
            return None;
        }
        let sets = |(column, part): &(&String, &String)| {
            ground.is_tenant(&table, column) && self.is_given_by(part, &around)
        };
        let (column, _) = columns.iter().zip(&parts).find(sets)?;
        let column = column.clone();
        Some((table, column))
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
