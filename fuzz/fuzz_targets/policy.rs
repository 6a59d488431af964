//! `cargo +nightly fuzz run --features libfuzzer policy`: see `fuzz::policy`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::policy(data));
