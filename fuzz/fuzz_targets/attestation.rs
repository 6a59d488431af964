//! `cargo +nightly fuzz run --features libfuzzer attestation`: see `fuzz::attestation`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::attestation(data));
