//! Sentences without what is hidden, each part by its kind.

use super::{Hidden, Numbers, REDACTED, word};
use crate::sentence::{Cell, Origin, Part, PartKind, Sentence};
use crate::sql::mask::Cover;

impl Hidden {
    /// A sentence as reports show it; `statement` is the number of the one that it is about. Names,
    /// tenants and the words of harness stay.
    pub fn sentence(&self, sentence: &Sentence, statement: Option<usize>) -> String {
        if self.is_nothing() {
            return sentence.to_string();
        }
        let mut numbers = Numbers::default();
        let parts = sentence.parts().iter();
        let cells = parts.clone().filter_map(|part| match &part.kind {
            PartKind::Cell(cell) => Some(cell),
            _ => None,
        });
        let mut cells: Vec<&Cell> = cells.collect();
        cells.sort_by_key(|cell| cell.rank);
        for cell in cells {
            numbers.of(&cell.value);
        }
        let shown = parts.map(|part| self.shown(part, statement, &mut numbers));
        shown.collect::<Sentence>().to_string()
    }

    fn shown(&self, part: &Part, statement: Option<usize>, numbers: &mut Numbers) -> Part {
        let text = &part.text;
        let shown = match &part.kind {
            PartKind::Text | PartKind::Name | PartKind::Value | PartKind::Bare => text.clone(),
            PartKind::Engine => self.message(text),
            PartKind::Quoted => self.name(text),
            PartKind::Sql | PartKind::Clause => self.about(statement, text),
            PartKind::Schema(None) => self.text(text),
            PartKind::Schema(Some(table)) => self.part(table, text),
            PartKind::Cell(cell) => self.cell(cell, text, numbers),
        };
        Part {
            kind: part.kind.clone(),
            text: shown,
        }
    }

    /// SQL that is made of a statement. An item of the checklist is about none, so its SQL may be
    /// of any, and goes as a whole where one of them is covered.
    fn about(&self, statement: Option<usize>, sql: &str) -> String {
        match statement {
            Some(statement) => self.sql(statement, sql),
            None if self.covers.iter().all(|cover| *cover == Cover::None) => sql.to_owned(),
            None => self.covered(Cover::Whole, sql),
        }
    }

    fn cell(&self, cell: &Cell, shown: &str, numbers: &mut Numbers) -> String {
        let word = match &cell.of {
            Origin::Column(table, column) if self.column(table, column) => REDACTED.to_owned(),
            Origin::Row if !self.is_nothing() => REDACTED.to_owned(),
            Origin::Query(sql) if self.answer(sql) => word(numbers.of(&cell.value)),
            Origin::Column(..) | Origin::Row | Origin::Query(_) => return shown.to_owned(),
        };
        let [before, behind] = cell.around;
        format!("{before}{word}{behind}")
    }
}
