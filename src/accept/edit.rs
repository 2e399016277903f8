//! The edit of a scope's TOML: only the entries that do not hold what was observed, each in the
//! form in which its table is written.

use super::EditError;
use super::lines::Rewritten;
use crate::scope::{Count, Op, Tenant};
use crate::sql::{Value as Cell, ident};
use crate::verdict::{Amendment, Entry, TableAmendment};
use std::collections::BTreeSet;
use toml_edit::{Array, DocumentMut, InlineTable, Item, RawString, Table, TableLike, Value};

/// Edits the scope that is declared as `[expect.NAME]`, or adds it.
pub(super) fn named(
    text: &str,
    name: &str,
    is_declared: bool,
    amendment: &Amendment,
) -> Result<Rewritten, EditError> {
    let mut document = parsed(text)?;
    let plain = document.to_string();
    let is_inline = document.get("expect").is_some_and(Item::is_value);
    if !is_declared && !is_inline {
        return Ok(Rewritten {
            plain: text.to_owned(),
            edited: appended(text, name, amendment)?,
        });
    }
    let scopes = child(document.as_item_mut(), "expect", Form::Implicit)?;
    amend(child(scopes, name, Form::Header)?, amendment)?;
    Ok(Rewritten {
        plain,
        edited: document.to_string(),
    })
}

/// Edits a scope that is the whole text, as it stands behind what opens a comment.
pub(super) fn whole(text: &str, amendment: &Amendment) -> Result<Rewritten, EditError> {
    let first = text.find('\n').map_or(0, |at| at + 1);
    let (lead, rest) = text.split_at(if text[..first].trim().is_empty() {
        first
    } else {
        0
    });
    let mut document = parsed(rest)?;
    let plain = format!("{lead}{document}");
    if document.is_empty() {
        // The comments that are all there is stay above the entries.
        let mut document = DocumentMut::new();
        amend(document.as_item_mut(), amendment)?;
        say_something(&mut document);
        let entries = document.to_string();
        return Ok(Rewritten {
            plain,
            edited: format!("{}\n{}", text.trim_end(), entries.trim_start_matches('\n')),
        });
    }
    amend(document.as_item_mut(), amendment)?;
    say_something(&mut document);
    let edited = document.to_string();
    // A new first entry would otherwise stand on the line of what opens the comment.
    let lead = if lead.is_empty() && !edited.starts_with(char::is_whitespace) {
        "\n"
    } else {
        lead
    };
    Ok(Rewritten {
        plain,
        edited: format!("{lead}{edited}"),
    })
}

/// A head that says nothing declares nothing, not even that nothing changes.
fn say_something(document: &mut DocumentMut) {
    let is_blank = document
        .iter()
        .all(|(_, item)| item.as_table_like().is_some_and(TableLike::is_empty));
    if is_blank {
        tenants(document.as_table_mut(), &Entry::Becomes(BTreeSet::new()));
    }
}

fn parsed(text: &str) -> Result<DocumentMut, EditError> {
    text.parse()
        .map_err(|e: toml_edit::TomlError| EditError::Unreadable(e.message().to_owned()))
}

/// The text with a new scope behind all that it has.
fn appended(text: &str, name: &str, amendment: &Amendment) -> Result<String, EditError> {
    let mut document = DocumentMut::new();
    let scopes = child(document.as_item_mut(), "expect", Form::Implicit)?;
    amend(child(scopes, name, Form::Header)?, amendment)?;
    let end = if text.is_empty() || text.ends_with('\n') {
        ""
    } else {
        "\n"
    };
    let blank = if text.trim().is_empty() || text.ends_with("\n\n") || text.ends_with("\n\r\n") {
        ""
    } else {
        "\n"
    };
    Ok(format!(
        "{text}{end}{blank}{}",
        document.to_string().trim_start_matches('\n')
    ))
}

/// How a new table is written inside one that is written by headers.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// with a header of its own
    Header,
    /// by the headers of its tables alone
    Implicit,
}

/// The table of that name, which is made in the form of its parent where it is missing.
fn child<'t>(parent: &'t mut Item, name: &str, form: Form) -> Result<&'t mut Item, EditError> {
    let new = match parent {
        Item::Table(parent) if parent.contains_key(name) => None,
        Item::Table(parent) => {
            let mut table = Table::new();
            table.set_dotted(parent.is_dotted());
            table.set_implicit(form == Form::Implicit);
            Some(Item::Table(table))
        }
        Item::Value(Value::InlineTable(parent)) if parent.contains_key(name) => None,
        Item::Value(Value::InlineTable(parent)) => {
            let mut table = InlineTable::new();
            table.set_dotted(parent.is_dotted());
            Some(Item::Value(Value::InlineTable(table)))
        }
        _ => return Err(EditError::ReachesFurther),
    };
    if let Some(new) = new {
        closed(parent, |parent| {
            entries(parent).map(|parent| parent.insert(name, new))
        })?;
    }
    entries(parent)?
        .get_mut(name)
        .ok_or(EditError::ReachesFurther)
}

/// Edits a table; where it is an inline one that gets another last entry, the blank before its
/// brace goes behind that.
fn closed<T>(table: &mut Item, edit: impl FnOnce(&mut Item) -> T) -> T {
    let last = |table: &mut Item| {
        let (key, value) = table.as_inline_table_mut()?.iter_mut().last()?;
        Some((
            key.get().to_owned(),
            value.decor().suffix()?.as_str()?.to_owned(),
        ))
    };
    let before = last(table);
    let done = edit(table);
    let Some((key, blank)) = before.filter(|(_, blank)| blank.trim().is_empty()) else {
        return done;
    };
    if let Some(table) = table.as_inline_table_mut()
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

fn entries(item: &mut Item) -> Result<&mut dyn TableLike, EditError> {
    item.as_table_like_mut().ok_or(EditError::ReachesFurther)
}

fn amend(scope: &mut Item, amendment: &Amendment) -> Result<(), EditError> {
    closed(scope, |scope| {
        entries(scope).map(|scope| tenants(scope, &amendment.tenants))
    })?;
    for table in &amendment.tables {
        if table.goes() {
            entries(child(scope, "tables", Form::Implicit)?)?.remove(&table.table);
        } else {
            amend_table(scope, table)?;
        }
    }
    Ok(())
}

fn amend_table(scope: &mut Item, amendment: &TableAmendment) -> Result<(), EditError> {
    let table = child(
        child(scope, "tables", Form::Implicit)?,
        &amendment.table,
        Form::Header,
    )?;
    closed(table, |table| amend_entries(entries(table)?, amendment))
}

fn amend_entries(table: &mut dyn TableLike, amendment: &TableAmendment) -> Result<(), EditError> {
    tenants(table, &amendment.tenants);
    for (op, entry) in &amendment.counts {
        match entry {
            Entry::Stays => {}
            Entry::Goes => {
                table.remove(op.word());
            }
            Entry::Becomes(Count::PerTenant(each)) => set_each(table, *op, each)?,
            Entry::Becomes(Count::Range(from, _)) => set(table, op.word(), number(*from)),
            Entry::Becomes(Count::Any) => set(table, op.word(), Value::from("any")),
        }
    }
    if let Entry::Becomes(columns) = &amendment.columns {
        let is = |value: &Value, column: &String| {
            value
                .as_str()
                .is_some_and(|written| ident::same(written, column))
        };
        set_list(table, "columns", columns, is, |column| {
            Value::from(column.as_str())
        });
    }
    Ok(())
}

fn number(rows: u64) -> Value {
    Value::from(i64::try_from(rows).unwrap_or(i64::MAX))
}

fn tenants(table: &mut dyn TableLike, entry: &Entry<BTreeSet<Tenant>>) {
    if let Entry::Becomes(tenants) = entry {
        let tenants: Vec<&Tenant> = tenants.iter().collect();
        set_list(
            table,
            "tenants",
            &tenants,
            |value, tenant| cell(value).is_some_and(|cell| cell == tenant.0),
            |tenant| spelled(&tenant.0),
        );
    }
}

/// What a list has to hold. Where it is one, those of its elements stay that are in it, with the
/// comments above and behind them.
fn set_list<T>(
    table: &mut dyn TableLike,
    key: &str,
    wanted: &[T],
    is: impl Fn(&Value, &T) -> bool,
    spell: impl Fn(&T) -> Value,
) {
    let Some(Item::Value(Value::Array(list))) = table.get_mut(key) else {
        return set(table, key, Value::Array(wanted.iter().map(spell).collect()));
    };
    let (opening, elements, closing) = taken_apart(list);
    let indent = elements.last().map_or(String::new(), |last| {
        last.lead.rsplit('\n').next().unwrap_or_default().to_owned()
    });
    let lead = if elements.iter().any(|element| element.lead.contains('\n')) {
        format!("\n{indent}")
    } else {
        " ".to_owned()
    };
    let mut kept: Vec<Element> = elements
        .into_iter()
        .filter(|e| wanted.iter().any(|wanted| is(&e.value, wanted)))
        .collect();
    for new in wanted {
        if !kept.iter().any(|element| is(&element.value, new)) {
            let lead = if kept.is_empty() && !lead.contains('\n') {
                String::new()
            } else {
                lead.clone()
            };
            kept.push(Element {
                lead,
                value: spell(new),
                behind: String::new(),
            });
        }
    }
    let mut before = opening;
    list.clear();
    for Element {
        lead,
        value,
        behind,
    } in kept
    {
        list.push_formatted(value.decorated(before + &lead, ""));
        before = behind;
    }
    list.set_trailing(before + &closing);
}

/// An element of a list with what is about it.
struct Element {
    /// blanks and comments before it, from the end of the line above on
    lead: String,
    value: Value,
    /// the comment behind it on its line
    behind: String,
}

/// The elements of a list, what stands behind its bracket on the same line, and what stands before
/// the closing one. A comment behind an element's comma belongs to that element, which is not how
/// the text is held.
fn taken_apart(array: &Array) -> (String, Vec<Element>, String) {
    let text = |raw: Option<&RawString>| {
        raw.and_then(RawString::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let cut = |blank: &str| {
        let at = blank.find('\n').unwrap_or(0);
        (blank[..at].to_owned(), blank[at..].to_owned())
    };
    let (mut opening, mut elements, mut before) =
        (String::new(), Vec::<Element>::new(), String::new());
    for value in array {
        let (behind, lead) = cut(&(before + &text(value.decor().prefix())));
        match elements.last_mut() {
            Some(last) => last.behind = behind,
            None => opening = behind,
        }
        before = text(value.decor().suffix());
        elements.push(Element {
            lead,
            value: value.clone(),
            behind: String::new(),
        });
    }
    let (behind, closing) = cut(&(before + &text(Some(array.trailing()))));
    match elements.last_mut() {
        Some(last) => last.behind = behind,
        None => opening = behind,
    }
    (opening, elements, closing)
}

/// A number for each tenant; the tenants that stay keep their places.
fn set_each(table: &mut dyn TableLike, op: Op, each: &[(Cell, u64)]) -> Result<(), EditError> {
    let Some(written) = table.get_mut(op.word()).filter(|item| item.is_table_like()) else {
        let each: InlineTable = each
            .iter()
            .map(|(tenant, rows)| (tenant.spelling(), number(*rows)))
            .collect();
        set(table, op.word(), Value::InlineTable(each));
        return Ok(());
    };
    closed(written, |written| {
        let written = entries(written)?;
        let keys: Vec<String> = written.iter().map(|(key, _)| key.to_owned()).collect();
        for gone in keys
            .iter()
            .filter(|key| !each.iter().any(|(tenant, _)| tenant.spelling() == **key))
        {
            written.remove(gone);
        }
        for (tenant, rows) in each {
            set(written, &tenant.spelling(), number(*rows));
        }
        Ok(())
    })
}

/// Sets a value and keeps what stands around the one that it replaces, a comment behind it for one.
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
fn spelled(cell: &Cell) -> Value {
    match cell {
        Cell::Integer(i) => Value::from(*i),
        Cell::Real(r) => Value::from(*r),
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
            wanted,
            |value, wanted| value.as_integer() == Some(*wanted),
            |wanted| Value::from(*wanted),
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
