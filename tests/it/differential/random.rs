//! A small generator of numbers, so that a case is its number. No clock, no system randomness.

/// Knuth's MMIX constants.
pub(crate) struct Random(u64);

impl Random {
    /// The generator of one case; neighbouring cases share nothing.
    pub(crate) fn of_case(case: u64) -> Self {
        let mut random = Self(case.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(1));
        random.below(2);
        random.below(2);
        random
    }

    pub(crate) fn below(&mut self, n: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }

    pub(crate) fn index(&mut self, n: usize) -> usize {
        usize::try_from(self.below(n as u64)).expect("below a usize")
    }

    /// True in so many of a hundred.
    pub(crate) fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    pub(crate) fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.index(from.len())]
    }

    /// One of `from`, or nothing of nothing.
    pub(crate) fn one<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        if from.is_empty() {
            None
        } else {
            Some(&from[self.index(from.len())])
        }
    }

    /// The place of one of `weights`, each as likely as it is heavy.
    pub(crate) fn weighted<T: Copy>(&mut self, weights: &[(u64, T)]) -> T {
        let mut left = self.below(weights.iter().map(|(weight, _)| weight).sum());
        for (weight, item) in weights {
            if left < *weight {
                return *item;
            }
            left -= weight;
        }
        unreachable!("the weights were summed")
    }
}
