//! The edit of a scope's TOML: only the entries that do not hold what was observed, each in the
//! form in which its table is written.

use super::lines::Rewritten;
use crate::scope::{Count, TenantName};
use crate::sql::{Value as Cell, ident};
use crate::verdict::{Amendment, Entry, TableAmendment};
use toml_edit::{Array, DocumentMut, InlineTable, Item, RawString, Table, TableLike, Value};

/// Why what was observed cannot be declared in a file.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(crate) enum EditError {
    /// TOML has no value for a tenant
    #[error("TOML cannot spell tenant {0}: declare it by a query, as {{ query = \"SELECT …\" }}")]
    Unspelled(String),
    /// the scope would end the comment around it
    #[error(
        "the scope would hold `*/`, which ends the comment at the head of the migration: \
        declare it in harness.toml"
    )]
    EndsComment,
    /// the TOML cannot be read for an edit
    #[error("its TOML cannot be edited: {0}")]
    Unreadable(String),
    /// an edit would change something else
    #[error("the edit would change more than the scope of the migration; edit the file yourself")]
    ReachesFurther,
}

/// Edits the scope that is declared as `[expect.NAME]`, or adds it.
pub(super) fn named(
    text: &str,
    name: &str,
    is_declared: bool,
    amendment: &Amendment,
) -> Result<Rewritten, EditError> {
    let mut document = parsed(text)?;
    let is_inline = document.get("expect").is_some_and(Item::is_value);
    if !is_declared && !is_inline {
        return Ok(Rewritten {
            plain: text.to_owned(),
            edited: appended(text, name, amendment)?,
        });
    }
    let plain = document.to_string();
    amend_named(&mut document, name, amendment)?;
    Ok(Rewritten {
        plain,
        edited: document.to_string(),
    })
}

fn amend_named(
    document: &mut DocumentMut,
    name: &str,
    amendment: &Amendment,
) -> Result<(), EditError> {
    let scopes = child(document.as_item_mut(), "expect", TableForm::Implicit)?;
    amend(child(scopes, name, TableForm::Header)?, amendment)
}

/// Edits a scope that is the whole text, from the opening of its comment on.
pub(super) fn whole(text: &str, amendment: &Amendment) -> Result<Rewritten, EditError> {
    let first = text.find('\n').map_or(0, |at| at + 1);
    let (lead, rest) = match text[..first].trim() {
        "" => text.split_at(first),
        _ => ("", text),
    };
    let mut document = parsed(rest)?;
    let plain = format!("{lead}{document}");
    let is_empty = document.is_empty();
    if is_empty {
        document = DocumentMut::new();
    }
    amend(document.as_item_mut(), amendment)?;
    let is_blank = |item: &Item| item.as_table_like().is_some_and(TableLike::is_empty);
    if document.iter().all(|(_, item)| is_blank(item)) {
        // A head that says nothing declares nothing, not even that nothing changes.
        tenants(document.as_table_mut(), &Entry::Becomes(Vec::new()));
    }
    let entries = document.to_string();
    let edited = if is_empty {
        // Comments that are all of the scope stay above its entries.
        format!("{}\n{}", text.trim_end(), entries.trim_start_matches('\n'))
    } else if lead.is_empty() && !entries.starts_with(char::is_whitespace) {
        // A new first entry would otherwise be on the line that opens the comment.
        format!("\n{entries}")
    } else {
        format!("{lead}{entries}")
    };
    Ok(Rewritten { plain, edited })
}

fn parsed(text: &str) -> Result<DocumentMut, EditError> {
    text.parse()
        .map_err(|e: toml_edit::TomlError| EditError::Unreadable(e.message().to_owned()))
}

/// The text with a new scope at its end.
fn appended(text: &str, name: &str, amendment: &Amendment) -> Result<String, EditError> {
    let mut document = DocumentMut::new();
    amend_named(&mut document, name, amendment)?;
    let is_ended = text.is_empty() || text.ends_with('\n');
    let is_apart =
        text.trim().is_empty() || ["\n\n", "\n\r\n"].iter().any(|end| text.ends_with(end));
    let [end, blank] = [is_ended, is_apart].map(|is_there| if is_there { "" } else { "\n" });
    let scope = document.to_string();
    Ok(format!(
        "{text}{end}{blank}{}",
        scope.trim_start_matches('\n')
    ))
}

/// How a new table is written inside one that is written by headers.
#[derive(Clone, Copy, PartialEq, Eq)]
enum TableForm {
    /// with a header of its own
    Header,
    /// by the headers of its tables alone
    Implicit,
}

/// The table of that name, which is made in the form of its parent where it is missing.
fn child<'t>(parent: &'t mut Item, name: &str, form: TableForm) -> Result<&'t mut Item, EditError> {
    if !entries(parent)?.contains_key(name) {
        let new = if let Item::Table(parent) = parent {
            let mut table = Table::new();
            table.set_dotted(parent.is_dotted());
            table.set_implicit(form == TableForm::Implicit);
            Item::Table(table)
        } else {
            let mut table = InlineTable::new();
            table.set_dotted(entries(parent)?.is_dotted());
            Item::Value(Value::InlineTable(table))
        };
        keeping_brace(parent, |parent| {
            entries(parent).map(|parent| parent.insert(name, new))
        })?;
    }
    entries(parent)?
        .get_mut(name)
        .ok_or(EditError::ReachesFurther)
}

/// Edits a table. Where it is an inline one that gets another last entry, the blank before its
/// brace moves behind that.
fn keeping_brace<T>(table: &mut Item, edit: impl FnOnce(&mut Item) -> T) -> T {
    let before = last_entry(table);
    let done = edit(table);
    if let Some((key, blank)) = before.filter(|(_, blank)| blank.trim().is_empty())
        && let Some(table) = table.as_inline_table_mut()
        && table.iter().last().is_some_and(|(last, _)| last != key)
    {
        if let Some(old) = table.get_mut(&key) {
            old.decor_mut().set_suffix("");
        }
        if let Some((_, new)) = table.iter_mut().last() {
            new.decor_mut().set_suffix(blank);
        }
    }
    done
}

/// The key of an inline table's last entry, and what is behind its value.
fn last_entry(table: &mut Item) -> Option<(String, String)> {
    let (key, value) = table.as_inline_table_mut()?.iter_mut().last()?;
    let behind = value.decor().suffix()?.as_str()?;
    Some((key.get().to_owned(), behind.to_owned()))
}

fn entries(item: &mut Item) -> Result<&mut dyn TableLike, EditError> {
    item.as_table_like_mut().ok_or(EditError::ReachesFurther)
}

fn amend(scope: &mut Item, amendment: &Amendment) -> Result<(), EditError> {
    keeping_brace(scope, |scope| {
        entries(scope).map(|scope| tenants(scope, &amendment.tenants))
    })?;
    for table in &amendment.tables {
        let tables = child(scope, "tables", TableForm::Implicit)?;
        if table.goes() {
            entries(tables)?.remove(&table.table);
        } else {
            keeping_brace(child(tables, &table.table, TableForm::Header)?, |written| {
                amend_entries(entries(written)?, table)
            })?;
        }
    }
    Ok(())
}

fn amend_entries(table: &mut dyn TableLike, amendment: &TableAmendment) -> Result<(), EditError> {
    tenants(table, &amendment.tenants);
    for (op, entry) in &amendment.counts {
        let key = op.word();
        // What the author claims of the rows stays beside their number.
        match table.get_mut(key).filter(|item| is_claim(item)) {
            Some(claim) => {
                keeping_brace(claim, |claim| amend_count(entries(claim)?, "count", entry))?;
            }
            None => amend_count(table, key, entry)?,
        }
    }
    if let Entry::Becomes(columns) = &amendment.columns {
        let name = |value: &Value| value.as_str().map(ident::folded);
        let columns = columns.iter().map(Value::from);
        set_list(table, "columns", columns.collect(), |a, b| {
            name(a) == name(b)
        });
    }
    Ok(())
}

/// Whether an operation is declared with more than a number.
fn is_claim(operation: &Item) -> bool {
    let is_claim =
        |table: &dyn TableLike| ["rows", "each"].iter().any(|key| table.contains_key(key));
    operation.as_table_like().is_some_and(is_claim)
}

fn amend_count(
    table: &mut dyn TableLike,
    key: &str,
    entry: &Entry<Count>,
) -> Result<(), EditError> {
    match entry {
        Entry::Stays | Entry::Becomes(Count::Selected) => {}
        Entry::Goes => drop(table.remove(key)),
        Entry::Becomes(Count::PerTenant(each)) => set_each(table, key, each)?,
        Entry::Becomes(Count::Range(from, _)) => set(table, key, number(*from)),
        Entry::Becomes(Count::Any) => set(table, key, Value::from("any")),
    }
    Ok(())
}

fn number(rows: u64) -> Value {
    Value::from(i64::try_from(rows).unwrap_or(i64::MAX))
}

fn tenants(table: &mut dyn TableLike, entry: &Entry<Vec<TenantName>>) {
    if let Entry::Becomes(tenants) = entry {
        let tenants = tenants.iter().map(spelled);
        set_list(table, "tenants", tenants.collect(), |a, b| {
            cell(a) == cell(b)
        });
    }
}

/// Sets what a list holds. Elements that stay keep the comments above and behind them.
fn set_list(
    table: &mut dyn TableLike,
    key: &str,
    wanted: Vec<Value>,
    is_same: impl Fn(&Value, &Value) -> bool,
) {
    let Some(Item::Value(Value::Array(list))) = table.get_mut(key) else {
        return set(table, key, wanted.into_iter().collect());
    };
    let mut parts = ListParts::of(list);
    let lead = parts.usual_lead();
    let elements = &mut parts.elements;
    elements.retain(|element| wanted.iter().any(|new| is_same(&element.value, new)));
    for new in wanted {
        if !elements.iter().any(|element| is_same(&element.value, &new)) {
            let is_first = elements.is_empty() && !lead.contains('\n');
            let lead = if is_first { "" } else { &lead };
            elements.push(Element::new(lead.to_owned(), new));
        }
    }
    parts.write(list);
}

/// A list taken apart. A comment behind an element's comma belongs to that element; the parser
/// gives it to the next one.
#[derive(Default)]
struct ListParts {
    /// what is behind the bracket on its line
    opening: String,
    elements: Vec<Element>,
    /// what is before the closing bracket
    closing: String,
}

/// An element of a list with what is about it.
struct Element {
    /// blanks and comments before it, from the end of the line above on
    lead: String,
    value: Value,
    /// the comment behind it on its line
    behind: String,
}

impl Element {
    fn new(lead: String, value: Value) -> Self {
        Self {
            lead,
            value,
            behind: String::new(),
        }
    }
}

impl ListParts {
    fn of(list: &Array) -> Self {
        let mut parts = Self::default();
        let mut before = String::new();
        for value in list {
            let lead = parts.take_rest_of_line(&(before.clone() + text(value.decor().prefix())));
            text(value.decor().suffix()).clone_into(&mut before);
            parts.elements.push(Element::new(lead, value.clone()));
        }
        parts.closing = parts.take_rest_of_line(&(before + text(Some(list.trailing()))));
        parts
    }

    /// Gives what is before the end of the line to the last element, or the bracket; returns the
    /// rest.
    fn take_rest_of_line(&mut self, blank: &str) -> String {
        let (line, rest) = blank.split_at(blank.find('\n').unwrap_or(0));
        let last = self.elements.last_mut();
        line.clone_into(last.map_or(&mut self.opening, |last| &mut last.behind));
        rest.to_owned()
    }

    /// What is before an element of this list: a blank, or a new line with the indentation.
    fn usual_lead(&self) -> String {
        let indent = self
            .elements
            .last()
            .and_then(|last| last.lead.rsplit('\n').next());
        if self.elements.iter().any(|one| one.lead.contains('\n')) {
            format!("\n{}", indent.unwrap_or_default())
        } else {
            " ".to_owned()
        }
    }

    fn write(self, list: &mut Array) {
        let mut before = self.opening;
        list.clear();
        for element in self.elements {
            list.push_formatted(element.value.decorated(before + &element.lead, ""));
            before = element.behind;
        }
        list.set_trailing(before + &self.closing);
    }
}

fn text(raw: Option<&RawString>) -> &str {
    raw.and_then(RawString::as_str).unwrap_or_default()
}

/// Sets a number for each tenant; the tenants that stay keep their places.
fn set_each(
    table: &mut dyn TableLike,
    key: &str,
    each: &[(TenantName, u64)],
) -> Result<(), EditError> {
    let rows: InlineTable = each
        .iter()
        .map(|(tenant, rows)| (tenant.spelling(), number(*rows)))
        .collect();
    let Some(written) = table.get_mut(key).filter(|item| item.is_table_like()) else {
        set(table, key, Value::InlineTable(rows));
        return Ok(());
    };
    keeping_brace(written, |written| {
        let written = entries(written)?;
        let keys: Vec<String> = written.iter().map(|(key, _)| key.to_owned()).collect();
        for key in keys.iter().filter(|key| !rows.contains_key(key)) {
            written.remove(key);
        }
        for (tenant, rows) in rows {
            set(written, &tenant, rows);
        }
        Ok(())
    })
}

/// Sets a value and keeps what is around the one that it replaces, such as a comment behind it.
fn set(table: &mut dyn TableLike, key: &str, mut new: Value) {
    if let Some(Item::Value(old)) = table.get_mut(key) {
        new.decor_mut().clone_from(old.decor());
        *old = new;
    } else {
        table.remove(key);
        table.insert(key, Item::Value(new));
    }
}

/// An element of a list as SQLite has it.
fn cell(element: &Value) -> Option<Cell> {
    match element {
        Value::Integer(i) => Some(Cell::Integer(*i.value())),
        Value::Float(r) => Some(Cell::Real(*r.value())),
        Value::String(text) => Some(Cell::text(text.value())),
        _ => None,
    }
}

/// A tenant that TOML can spell.
fn spelled(tenant: &TenantName) -> Value {
    match tenant {
        TenantName::Value(Cell::Integer(i)) => Value::from(*i),
        TenantName::Value(Cell::Real(r)) => Value::from(*r),
        other => Value::from(other.spelling()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(list: &str, wanted: &[i64]) -> String {
        let mut document: DocumentMut = format!("a = {list} # behind").parse().expect("a list");
        set_list(
            document.as_table_mut(),
            "a",
            wanted.iter().map(|wanted| Value::from(*wanted)).collect(),
            |a, b| a.as_integer() == b.as_integer(),
        );
        document
            .to_string()
            .trim_end()
            .trim_start_matches("a = ")
            .to_owned()
    }

    #[test]
    fn elements_of_a_list_keep_their_comments() {
        assert_eq!(listed("[1]", &[1, 2]), "[1, 2] # behind");
        assert_eq!(listed("[ 1, 3 ]", &[3, 4]), "[ 3, 4 ] # behind");
        assert_eq!(listed("[]", &[3, 4]), "[3, 4] # behind");
        assert_eq!(listed("[1, 2]", &[3]), "[3] # behind");
        let many = "[ # those\n  # the first\n  1, # one\n  2, # two\n  # the last\n  3 # three\n]";
        assert_eq!(listed(many, &[1, 2, 3]), format!("{many} # behind"));
        let fewer = "[ # those\n  2, # two\n  # the last\n  3, # three\n  4\n] # behind";
        assert_eq!(listed(many, &[2, 3, 4]), fewer);
        assert_eq!(listed("[\n\t1, # one\n]", &[2]), "[\n\t2,\n] # behind");
    }
}
