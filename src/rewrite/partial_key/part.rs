//! The keys of which some columns are compared, and what nothing names of them.

use super::KeySearch;
use crate::snapshot::catalog::Table;
use crate::snapshot::keys::Foreign;
use crate::sql::ident;

/// A key of which some columns are compared, and the columns of it that nothing names.
pub(super) struct KeyPart<'a> {
    pub(super) key: Vec<&'a str>,
    /// where it is a foreign key, the table that it refers to, and the columns there
    pub(super) refers: Option<(&'a str, &'a [String])>,
    pub(super) compared: Vec<&'a str>,
    pub(super) missing: Vec<&'a str>,
}

impl<'a> KeyPart<'a> {
    /// The column that the rows compared have for one of the key.
    pub(super) fn their<'t>(&'t self, own: &'t str) -> &'t str {
        let place = self.key.iter().position(|name| *name == own);
        let their = self.refers.zip(place).map(|((_, theirs), at)| &theirs[at]);
        their.map_or(own, |name| name)
    }

    /// The same key, without the columns that some say are named.
    fn of(
        key: Vec<&'a str>,
        refers: Option<(&'a str, &'a [String])>,
        target: &[&str],
        is_named: impl Fn(&str) -> bool,
    ) -> Self {
        let is_compared = |name: &&&str| target.iter().any(|own| ident::same(own, name));
        let (compared, mut missing): (Vec<&str>, Vec<&str>) = key.iter().partition(is_compared);
        missing.retain(|name| !is_named(name));
        Self {
            key,
            refers,
            compared,
            missing,
        }
    }
}

impl<'a> KeySearch<'a> {
    /// The key of which columns of the target that are compared with those of a source are a part;
    /// missing of it is what the source could supply and nothing names.
    pub(super) fn suspicious(
        &self,
        target: &[&str],
        (source, by): (&Table, &[&str]),
        is_named: impl Fn(&str) -> bool,
    ) -> Option<KeyPart<'a>> {
        let is_by = |own: &&str| by.iter().any(|name| ident::same(name, own));
        if keys(source).any(|key| key.iter().all(is_by)) {
            return None;
        }
        let is_self = ident::same(&source.name, &self.table.name);
        let own = self.parts(target, &is_named)?.into_iter();
        let referring = self.referring(target, (source, by), is_named);
        own.chain(referring).find_map(|mut part| {
            let theirs = std::mem::take(&mut part.missing).into_iter();
            part.missing = theirs
                .filter(|name| source.column(part.their(name)).is_some())
                .collect();
            let is_first = |name: &&str| *name == part.key[0];
            let begins_anew = is_self || part.refers.is_some();
            let decides =
                |name: &&str| self.tenant.contains(name) || (begins_anew && is_first(name));
            part.missing.iter().any(decides).then_some(part)
        })
    }

    /// The foreign keys of several columns, to the source, of which some are compared with those
    /// that they refer to.
    fn referring(
        &self,
        target: &[&str],
        (source, by): (&Table, &[&str]),
        is_named: impl Fn(&str) -> bool,
    ) -> Vec<KeyPart<'a>> {
        let (table, catalog) = (self.table, self.catalog);
        let keys = table.keys.foreign.iter();
        let keys =
            keys.filter(|key| key.columns.len() > 1 && ident::same(&key.parent, &source.name));
        let part = |key: &'a Foreign| {
            let theirs = key.referred(catalog.table(&key.parent)?);
            let spelled = |name: &String| Some(&*table.columns[table.column(name)?].name);
            let own = key.columns.iter().map(spelled).collect::<Option<_>>()?;
            let part = KeyPart::of(own, Some((&key.parent, theirs)), target, &is_named);
            let pairs = || target.iter().zip(by);
            let is_by_its_own = |name: &&str| {
                let their = part.their(name);
                let is =
                    |(own, by): (&&str, &&str)| ident::same(own, name) && ident::same(by, their);
                pairs().any(is)
            };
            let is_part = theirs.len() == part.key.len()
                && !part.compared.is_empty()
                && part.compared.iter().all(is_by_its_own);
            is_part.then_some(part)
        };
        keys.filter_map(part).collect()
    }

    /// The keys of which some columns are compared; `None` where what is compared and named makes up
    /// a key.
    pub(super) fn parts(
        &self,
        target: &[&str],
        is_named: impl Fn(&str) -> bool,
    ) -> Option<Vec<KeyPart<'a>>> {
        let part = |key: Vec<&'a str>| KeyPart::of(key, None, target, &is_named);
        let mut parts: Vec<KeyPart<'_>> = keys(self.table).map(part).collect();
        if parts.iter().any(|part| part.missing.is_empty()) {
            return None;
        }
        parts.retain(|part| !part.compared.is_empty());
        Some(parts)
    }
}

/// The keys of a table: its primary key and its unique indexes.
pub(super) fn keys(table: &Table) -> impl Iterator<Item = Vec<&str>> {
    let primary = Some(&table.primary_key).filter(|key| !key.is_empty());
    let names = |key: &Vec<usize>| {
        key.iter()
            .map(|at| table.columns[*at].name.as_str())
            .collect()
    };
    primary.into_iter().chain(&table.unique).map(names)
}
