//! `cargo +nightly fuzz run --features libfuzzer sdk_signature`: see `fuzz::sdk_signature`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::sdk_signature(data));
