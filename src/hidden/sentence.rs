//! Sentences without what is hidden, each part by its kind.

use super::{Hidden, Numbers, REDACTED, word};
use crate::sentence::{Cell, Origin, Part, Sentence};
use crate::sql::mask::Cover;

impl Hidden {
    /// A sentence as reports show it; `statement` is the number of the one that it is about. Names,
    /// tenants and the words of harness stay.
    pub fn sentence(&self, sentence: &Sentence, statement: Option<usize>) -> String {
        if self.is_nothing() {
            return sentence.to_string();
        }
        let mut numbers = Numbers::default();
        let mut cells: Vec<&Cell> = sentence.parts().iter().filter_map(cell).collect();
        cells.sort_by_key(|cell| cell.rank);
        for cell in cells {
            numbers.of(&cell.value);
        }
        let parts = sentence.parts().iter();
        let shown = parts.map(|part| self.shown(part, statement, &mut numbers));
        shown.collect::<Sentence>().to_string()
    }

    fn shown(&self, part: &Part, statement: Option<usize>, numbers: &mut Numbers) -> Part {
        match part {
            Part::Text(_) | Part::Name(_) | Part::Value(_) | Part::Bare(_) => part.clone(),
            Part::Engine(message) => Part::Engine(self.message(message)),
            Part::Quoted(name) => Part::Quoted(self.name(name)),
            Part::Sql(sql) => Part::Sql(self.about(statement, sql)),
            Part::Clause(sql) => Part::Clause(self.about(statement, sql)),
            Part::Schema { sql, table: None } => Part::Clause(self.text(sql)),
            Part::Schema {
                sql,
                table: Some(table),
            } => Part::Clause(self.part(table, sql)),
            Part::Cell(cell) => Part::Value(self.cell(cell, numbers)),
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

    fn cell(&self, cell: &Cell, numbers: &mut Numbers) -> String {
        let word = match &cell.of {
            Origin::Column(table, column) if self.column(table, column) => REDACTED.to_owned(),
            Origin::Query(sql) if self.answer(sql) => word(numbers.of(&cell.value)),
            Origin::Column(..) | Origin::Query(_) => return cell.shown.clone(),
        };
        let [before, behind] = cell.around;
        format!("{before}{word}{behind}")
    }
}

fn cell(part: &Part) -> Option<&Cell> {
    match part {
        Part::Cell(cell) => Some(cell),
        _ => None,
    }
}
