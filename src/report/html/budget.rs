//! How much one page holds: it stays quick to open however much a run found, and says what it leaves
//! out.

/// What is still free.
#[derive(Debug)]
pub(super) struct Budget {
    /// characters of SQL
    pub(super) code: Free,
    /// cells of sampled rows
    pub(super) cells: Free,
    /// cells of grids
    pub(super) grid: Free,
    /// statements with all that is known of them
    pub(super) statements: Free,
    /// findings
    pub(super) findings: Free,
    /// owners of one table, with their rows
    pub(super) groups: Free,
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            code: Free(400_000),
            cells: Free(20_000),
            grid: Free(4_000),
            statements: Free(300),
            findings: Free(400),
            groups: Free(1_000),
        }
    }
}

/// So many of one kind.
#[derive(Debug)]
pub(super) struct Free(usize);

impl Free {
    /// As many as are wanted, or all that is left.
    pub(super) fn take(&mut self, wanted: usize) -> usize {
        self.take_rows(wanted, 1)
    }

    /// Whole rows of so many columns.
    pub(super) fn take_rows(&mut self, wanted: usize, columns: usize) -> usize {
        let taken = wanted.min(self.0 / columns.max(1));
        self.0 -= taken * columns;
        taken
    }
}
