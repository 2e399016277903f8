//! The HTML report in a real browser: `cargo test --test browser`. Needs Chromium and, for the one
//! that reads a print, pdftotext (Debian: `chromium`, `poppler-utils`); where they are missing, it
//! fails. `cargo test` alone leaves it out.

mod chromium;
mod hostile;
mod looks;
mod many;
mod pages;
mod reading;
mod using;
