//! `cargo +nightly fuzz run --features libfuzzer signature`: see `fuzz::signature`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::signature(data));
