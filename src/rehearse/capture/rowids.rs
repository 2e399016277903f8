//! A compact set of rowids: about two bytes for each row of a dense range, less for a whole range.

use roaring::RoaringTreemap;
use std::ops::{BitAndAssign, BitOrAssign, SubAssign};

/// Rowids, each once, in ascending order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rowids(RoaringTreemap);

/// The most rows of a set that are put into another one by one.
const FEW: u64 = 64;

/// The bit that puts negative rowids first.
const SIGN: u64 = 1 << 63;

fn place(rowid: i64) -> u64 {
    rowid.cast_unsigned() ^ SIGN
}

impl Rowids {
    /// Puts a rowid in and says whether it is new; cheap for one above all others.
    pub fn insert(&mut self, rowid: i64) -> bool {
        self.0.try_push(place(rowid)).is_ok() || self.0.insert(place(rowid))
    }

    /// Takes a rowid out and says whether it was there.
    pub(crate) fn remove(&mut self, rowid: i64) -> bool {
        self.0.remove(place(rowid))
    }

    /// Whether a rowid is there.
    pub fn contains(&self, rowid: i64) -> bool {
        self.0.contains(place(rowid))
    }

    /// How many there are.
    pub fn len(&self) -> u64 {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The rowids in ascending order.
    pub fn iter(&self) -> impl Iterator<Item = i64> + '_ {
        self.0.iter().map(|place| (place ^ SIGN).cast_signed())
    }

    /// The rowids in ascending order, of a set that is no longer needed.
    pub(crate) fn into_each(self) -> impl Iterator<Item = i64> {
        self.0.into_iter().map(|place| (place ^ SIGN).cast_signed())
    }

    /// The rowids of both sets.
    pub(crate) fn with(mut self, other: &Self) -> Self {
        self |= other;
        self
    }

    /// The rowids that the other set does not have.
    pub(crate) fn without(&self, other: &Self) -> Self {
        Self(&self.0 - &other.0)
    }

    /// All but the first rowids.
    pub(crate) fn but_first(&self, first: usize) -> Self {
        Self(self.0.iter().skip(first).collect())
    }

    /// The rowids that the other set has too.
    pub(crate) fn common(&self, other: &Self) -> Self {
        Self(&self.0 & &other.0)
    }
}

impl Extend<i64> for Rowids {
    fn extend<I: IntoIterator<Item = i64>>(&mut self, rowids: I) {
        self.0.extend(rowids.into_iter().map(place));
    }
}

impl BitOrAssign<&Self> for Rowids {
    /// Puts few rows in one by one: a union is made anew in full, so that thousands of small ones
    /// would take quadratic time.
    fn bitor_assign(&mut self, other: &Self) {
        if other.len() <= FEW {
            self.0.extend(&other.0);
        } else {
            self.0 |= &other.0;
        }
    }
}

impl SubAssign<&Self> for Rowids {
    fn sub_assign(&mut self, other: &Self) {
        self.0 -= &other.0;
    }
}

impl BitAndAssign<&Self> for Rowids {
    fn bitand_assign(&mut self, other: &Self) {
        self.0 &= &other.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rowids_come_in_their_own_order() {
        let mut rowids = Rowids::default();
        for rowid in [3, i64::MIN, -1, i64::MAX, 0, 3] {
            rowids.insert(rowid);
        }
        assert_eq!(
            rowids.iter().collect::<Vec<_>>(),
            [i64::MIN, -1, 0, 3, i64::MAX]
        );
        assert!(rowids.remove(-1) && !rowids.contains(-1) && rowids.contains(i64::MIN));
    }
}
