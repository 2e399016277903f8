//! How much one page holds: it stays quick to open however much a run found, and says what it leaves
//! out.

/// What is still free.
#[derive(Debug)]
pub(super) struct Budget {
    code: usize,
    cells: usize,
    grid: usize,
    statements: usize,
    findings: usize,
    groups: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            code: 400_000,
            cells: 20_000,
            grid: 4_000,
            statements: 300,
            findings: 400,
            groups: 1_000,
        }
    }
}

impl Budget {
    /// Characters of SQL.
    pub(super) fn code(&mut self, wanted: usize) -> usize {
        take(&mut self.code, wanted)
    }

    /// Whole rows of sample tables that have so many columns.
    pub(super) fn rows(&mut self, wanted: usize, columns: usize) -> usize {
        whole(&mut self.cells, wanted, columns)
    }

    /// Whole rows of a grid that has so many columns.
    pub(super) fn grid_rows(&mut self, wanted: usize, columns: usize) -> usize {
        whole(&mut self.grid, wanted, columns)
    }

    /// Statements with all that is known of them.
    pub(super) fn statements(&mut self, wanted: usize) -> usize {
        take(&mut self.statements, wanted)
    }

    /// Owners of one table, with their rows.
    pub(super) fn groups(&mut self, wanted: usize) -> usize {
        take(&mut self.groups, wanted)
    }

    /// Findings.
    pub(super) fn findings(&mut self, wanted: usize) -> usize {
        take(&mut self.findings, wanted)
    }
}

fn take(free: &mut usize, wanted: usize) -> usize {
    let taken = wanted.min(*free);
    *free -= taken;
    taken
}

fn whole(free: &mut usize, rows: usize, columns: usize) -> usize {
    let taken = rows.min(*free / columns.max(1));
    *free -= taken * columns;
    taken
}
