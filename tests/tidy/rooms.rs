//! The order of the rooms of the rehearsal: who imports whom inside `src/rehearse/`.

use super::production;
use super::tokens::{Token, tokens};

const FOLDER: &str = "src/rehearse/";

/// The rows of rooms and single files, top to bottom: each imports only from rows above its own.
const ROOMS: [&[&str]; 10] = [
    &["capture", "owner"],
    &["fault"],
    &["vfs"],
    &["engine"],
    &["clone", "read"],
    &["preview"],
    &["history"],
    &["result"],
    &["run"],
    &["statement"],
];

fn row(room: &str) -> Option<usize> {
    ROOMS.iter().position(|row| row.contains(&room))
}

/// What a file imports from the rehearsal: the names behind each `crate::rehearse::`, of a list in
/// braces the first name of each entry.
fn imports<'a>(tokens: &[Token<'a>]) -> Vec<&'a str> {
    let path = ["crate", "::", "rehearse", "::"];
    let is_path = |at: &usize| tokens[*at..].iter().map(|t| t.text).take(4).eq(path);
    (0..tokens.len())
        .filter(is_path)
        .flat_map(|at| names(&tokens[at + path.len()..]))
        .collect()
}

fn names<'a>(tokens: &[Token<'a>]) -> Vec<&'a str> {
    let (mut depth, mut found) = (0_usize, Vec::new());
    for (at, token) in tokens.iter().enumerate() {
        let starts = at == 0 || ["{", ","].contains(&tokens[at - 1].text);
        match token.text {
            "{" => depth += 1,
            "}" => depth -= 1,
            name if starts && depth < 2 => found.push(name),
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    found
}

#[test]
fn rooms_of_the_rehearsal_import_only_from_rows_above() {
    let mut seen = 0;
    for (path, text) in production() {
        let Some(inside) = path.strip_prefix(FOLDER).filter(|p| *p != "mod.rs") else {
            continue;
        };
        let own = inside.split(['/', '.']).next().unwrap_or_default();
        let own_row = row(own).unwrap_or_else(|| panic!("{path} is in no row"));
        let tokens = tokens(&text);
        let supers = if inside.contains('/') { 2 } else { 1 };
        let climb = ["super", "::", "super", "::"];
        assert!(
            !tokens.windows(2 * supers).any(|window| window
                .iter()
                .map(|t| t.text)
                .eq(climb[..2 * supers].to_vec())),
            "{path}: other rooms are imported by `crate::rehearse::`"
        );
        for import in imports(&tokens).into_iter().filter(|import| *import != own) {
            let import_row = row(import)
                .unwrap_or_else(|| panic!("{path}: `crate::rehearse::{import}` is no room"));
            assert!(
                import_row < own_row,
                "{path}: `{own}` must not import `{import}`"
            );
            seen += 1;
        }
    }
    assert!(seen > 30, "imports are seen");
}

#[test]
fn each_entry_of_a_list_is_an_import() {
    let text = "use crate::rehearse::read::{self, A}; use crate::rehearse::{a, b::{c, d}, e};
        fn f() -> crate::rehearse::Clone {}";
    assert_eq!(imports(&tokens(text)), ["read", "a", "b", "e", "Clone"]);
}
