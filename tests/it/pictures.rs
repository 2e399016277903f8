//! The picture of the terminal in the README is what its first command shows: `tests/pictures/make`
//! makes it, and that of the HTML report.

use crate::run::{blesses, harness, root};
use anstyle::RgbColor;
use anstyle_svg::{Term, WIN10_CONSOLE};
use harness::report::{self, Detail, Evidence, Format, Layout};
use std::fs;

/// Columns of the terminal that is shown.
const COLUMNS: usize = 100;

/// The report is shown as far as the line before this one: the second of nine statements that are
/// much alike.
const END: &str = "   3  line 18 ";

/// The report of the README's first command as a terminal shows it, down to the first statements.
fn shown() -> String {
    let run = harness(
        &root(),
        &[
            "check",
            "--format",
            "json",
            "tests/incident/0036_update_amber_point_metadata.sql",
        ],
    );
    assert_eq!((run.code, run.stderr.as_str()), (1, ""));
    let evidence = Evidence::read(&run.stdout).expect("evidence");
    let (mut text, layout) = (
        Vec::new(),
        Layout {
            width: Some(COLUMNS),
            detail: Detail::Usual,
        },
    );
    report::render(&evidence, Format::Text, layout, &mut text).expect("rendered");
    let text = String::from_utf8(text).expect("UTF-8");
    let end = text.find(END).expect("the statements");
    format!("{}   […]\n", &text[..end])
}

/// In colours that can be read on the dark ground, what is dim too.
fn picture(text: &str) -> String {
    let (ground, letters) = (RgbColor(0x16, 0x1b, 0x22), RgbColor(0xd8, 0xde, 0xe4));
    let mut colours = WIN10_CONSOLE;
    (colours.0[1], colours.0[2]) = (RgbColor(0xff, 0x7b, 0x72), RgbColor(0x56, 0xd3, 0x64));
    let svg = Term::new()
        .palette(colours)
        .bg_color(ground.into())
        .fg_color(letters.into())
        .render_svg(text);
    let dim = ".dimmed { opacity: 0.4; }";
    assert!(svg.contains(dim), "the crate spells it otherwise now");
    svg.replace(dim, ".dimmed { opacity: 0.65; }")
}

#[test]
fn the_picture_of_the_terminal_shows_what_the_first_command_prints() {
    let path = root().join("tests/pictures/terminal.svg");
    let text = shown();
    let svg = picture(&text);
    if blesses() {
        fs::write(&path, &svg).expect("written");
    }
    let piped = harness(
        &root(),
        &[
            "check",
            "tests/incident/0036_update_amber_point_metadata.sql",
        ],
    )
    .stdout;
    let same = anstream::adapter::strip_str(&text).to_string();
    assert!(
        same.starts_with("REJECTED") && same.lines().next() == piped.lines().next(),
        "{same}"
    );
    assert_eq!(
        fs::read_to_string(&path).unwrap_or_default(),
        svg,
        "it is stale: run tests/pictures/make"
    );
    assert!(
        svg.len() < 100_000 && !svg.contains("@import") && !svg.contains("href"),
        "small, and by itself"
    );
}
