//! `cargo +nightly fuzz run --features libfuzzer evaluation`: see `fuzz::evaluation`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::evaluation(data));
