//! The chores, step by step; each step is announced, and the first that fails ends the chore.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::Command;

use crate::failure::Failure;
use crate::{python, readme, rules, tools, workspace};

/// `cargo xtask test`.
pub(crate) fn test() -> Result<(), Failure> {
    say("==> look for the tools the tests need");
    tools::check()?;
    say("==> Python environment with the AWS CLI and boto3");
    let bin = python::environment()?;
    let server = build()?;
    // First what cargo knows: unit and integration tests, then the examples in the documentation.
    run("tests in Rust", cargo().args(["test", "--workspace", "--all-targets"]).env("TRENT_BIN", &server))?;
    run("examples in the documentation", cargo().args(["test", "--workspace", "--doc"]))?;
    pytest(&bin, &server, &[])?;
    say("==> every test passed");
    Ok(())
}

/// `cargo xtask python`.
pub(crate) fn python_only(arguments: &[&str]) -> Result<(), Failure> {
    tools::check()?;
    let bin = python::environment()?;
    let server = build()?;
    pytest(&bin, &server, arguments)
}

/// `cargo xtask check`.
pub(crate) fn check() -> Result<(), Failure> {
    let mut broken = rules::check(workspace::root())?;
    broken.extend(readme::check(workspace::root())?);
    if broken.is_empty() {
        say("==> house rules: imports as listed, CI runs the README's test command");
        return Ok(());
    }
    Err(Failure::new(format!("house rules are broken:\n\n  {}", broken.join("\n  "))))
}

/// Builds everything that the tests run, the server among it, and tells where the server is. All at once, because
/// cargo would otherwise build the dependencies twice, with the features of the server and with those of the tests.
fn build() -> Result<PathBuf, Failure> {
    run("build the server and the tests", cargo().args(["build", "--workspace", "--all-targets"]))?;
    Ok(workspace::target().join("debug").join("trent"))
}

fn pytest(bin: &std::path::Path, server: &std::path::Path, arguments: &[&str]) -> Result<(), Failure> {
    let mut command = Command::new(bin.join("python"));
    command
        .args(["-m", "pytest", "tests/python"])
        .args(arguments)
        .current_dir(workspace::root())
        .env("TRENT_BIN", server)
        // Byte code would be written into the work tree.
        .env("PYTHONDONTWRITEBYTECODE", "1");
    run("black box tests in Python", &mut command)
}

fn cargo() -> Command {
    let mut command = Command::new(workspace::cargo());
    command.current_dir(workspace::root());
    command
}

/// Runs one command to its end; anything but success is a failure.
pub(crate) fn run(what: &str, command: &mut Command) -> Result<(), Failure> {
    say(&format!("==> {what}"));
    let status =
        command.status().map_err(|error| Failure::new(format!("{what}: cannot run {command:?}: {error}")))?;
    if status.success() { Ok(()) } else { Err(Failure::new(format!("{what}: failed ({status})"))) }
}

/// A line for whoever watches. Nothing is to be done if they no longer do.
pub(crate) fn say(line: &str) {
    drop(writeln!(std::io::stderr().lock(), "{line}"));
}
