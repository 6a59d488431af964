//! `cargo xtask bench`: builds the server as its users have it and what measures it, and runs that.

use std::process::Command;

use crate::failure::Failure;
use crate::steps::run;
use crate::workspace;

/// Builds, and measures what the words ask for.
pub(crate) fn bench(words: &[&str]) -> Result<(), Failure> {
    // One after the other: the server has the features that its users build it with, and no other's.
    for package in ["trent", "bench-speed"] {
        let mut build = Command::new(workspace::cargo());
        build.args(["build", "--release", "--package", package, "--bin", package]);
        run(&format!("build {package}"), build.current_dir(workspace::root()))?;
    }
    let folder = workspace::target().join("release");
    let mut measure = Command::new(folder.join("bench-speed"));
    measure
        .args(words)
        .current_dir(workspace::root())
        .env("TRENT_BIN", folder.join("trent"))
        .env("TRENT_BENCH_RESULTS", workspace::target().join("bench"));
    run("measure", &mut measure)
}
