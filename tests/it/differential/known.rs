//! What the generator leaves out, or the checks let pass, since the tool is known to be wrong or
//! not to be there yet.
//!
//! Every entry is a fault or a gap: take it out when the tool can do it.

use super::migration::Step;

/// The statements that give a table or column another name. With `RENAMES_KEEP_ROWS`, a renamed
/// table is expected under its name after, with its rows' identity kept, and a renamed column's
/// cells under the column's name after.
pub(super) const RENAMES: &[&str] = &["rename to", "rename column"];

/// Whether the tool follows a rename; without, a renamed table is a dropped and a created one, and
/// a column too.
pub(super) const RENAMES_KEEP_ROWS: bool = true;

/// Shapes that the generator does not make or the checks do not look at, each with what the tool
/// does wrong.
const LEFT_OUT: &[(&str, &str)] = &[
    (
        "same key where a key is NULL",
        "after a rebuild or VACUUM, one NULL in a key makes every updated row of the table a \
        deleted and an inserted one",
    ),
    (
        "row value sets one column twice",
        "`SET (a, a) = (1, 2)` runs, and its preview is refused: the parser does not read it",
    ),
];

/// Whether this shape is left out.
pub(super) fn left_out(shape: &str) -> bool {
    LEFT_OUT.iter().any(|(left, _)| *left == shape)
}

/// Whether a case cannot be compared: in a transaction, an ALTER that fails at its last check
/// leaves SQLite with the schema that the ALTER was to make, until something makes it read the
/// schema again. Nothing does on the plain road; in a rehearsal the next preview does, so that its
/// statement runs where it would have failed.
pub(super) fn left_with_another_schema(steps: &[Step], errors: &[Option<String>]) -> bool {
    let after_check = |error: &String| {
        let is_of_rows = AFTER_ADD_COLUMN.contains(&error.as_str());
        is_of_rows || (error.starts_with("error in ") && error.contains(" after "))
    };
    let failed = steps.iter().zip(errors);
    let mut altering = failed.filter(|(step, _)| step.sql.contains("ALTER TABLE"));
    altering.any(|(_, error)| error.as_ref().is_some_and(after_check))
}

/// What the last check of ADD COLUMN says of the rows that are there, as in case 70489: a computed
/// column of a STRICT table whose value has another type.
const AFTER_ADD_COLUMN: [&str; 4] = [
    "constraint failed",
    "CHECK constraint failed",
    "NOT NULL constraint failed",
    "type mismatch on DEFAULT",
];

/// Whether a case cannot be compared: a table is made under a name that another one got by a rename
/// of the same migration and lost again. The tool says that it takes the place of the table of the
/// state before; watching the names alone, the plain road cannot tell.
pub(super) fn makes_a_lost_name_again(steps: &[Step]) -> bool {
    let given = |step: &Step| {
        let (_, name) = step.sql.split_once(" RENAME TO ")?;
        Some(name.trim_end_matches([';', ' ', '\n']).to_owned())
    };
    let made = |step: &Step| {
        let (_, rest) = step.sql.split_once("CREATE TABLE ")?;
        let end = rest.find("(\"").or_else(|| rest.find(" AS "))?;
        Some(rest[..end].trim().to_owned())
    };
    let mut names = Vec::new();
    steps.iter().any(|step| {
        names.extend(given(step));
        made(step).is_some_and(|name| names.contains(&name))
    })
}
