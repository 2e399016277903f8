//! Any text as `harness.toml`.
#![no_main]

#[path = "../../it/fuzzed/config.rs"]
mod config;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if let Err(violation) = config::holds(data) {
        panic!("{violation}");
    }
});
