//! `cargo +nightly fuzz run --features libfuzzer requests`: see `fuzz::requests`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::requests(data));
