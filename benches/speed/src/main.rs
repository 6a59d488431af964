//! Measures how fast Trent is; `cargo xtask bench` builds and runs it. What it does, says the documentation of the
//! library.

use std::process::ExitCode;

fn main() -> ExitCode {
    bench_speed::run()
}
