//! Any text as a migration, mutated token by token.
#![no_main]

#[path = "mutate.rs"]
mod mutate;
#[path = "../../it/fuzzed/preview.rs"]
mod preview;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if let Err(violation) = preview::holds(data) {
        panic!("{violation}");
    }
});

libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| { mutate::mutate(data, size, max_size, seed) });
