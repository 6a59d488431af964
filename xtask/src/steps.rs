//! The chores, step by step; each step is announced, and the first that fails ends the chore.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::Command;

use crate::failure::Failure;
use crate::{node, python, readme, rules, tools, workspace};

/// `cargo xtask test`.
pub(crate) fn test() -> Result<(), Failure> {
    say("==> look for the tools the tests need");
    tools::check()?;
    let clients = clients()?;
    let server = build()?;
    // First what cargo knows: unit and integration tests, then the examples in the documentation.
    run("tests in Rust", cargo().args(["test", "--workspace", "--all-targets"]).env("TRENT_BIN", &server))?;
    run("examples in the documentation", cargo().args(["test", "--workspace", "--doc"]))?;
    pytest(&clients, &server, &[])?;
    say("==> every test passed");
    Ok(())
}

/// `cargo xtask python`.
pub(crate) fn python_only(arguments: &[&str]) -> Result<(), Failure> {
    tools::check()?;
    let clients = clients()?;
    let server = build()?;
    pytest(&clients, &server, arguments)
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

/// Where the clients are that the black box tests drive.
struct Clients {
    /// The programs of the Python environment.
    bin: PathBuf,
    /// The packages for Node.js.
    node_modules: PathBuf,
}

/// Fetches the clients, unless they are there.
fn clients() -> Result<Clients, Failure> {
    say("==> Python environment with the AWS CLI, boto3, the AWS Encryption SDK and SOPS");
    let bin = python::environment()?;
    say("==> packages for Node.js with the AWS SDK for JavaScript");
    Ok(Clients { bin, node_modules: node::modules()? })
}

/// Builds everything that the tests run, the server among it, and tells where the server is. All at once, because
/// cargo would otherwise build the dependencies twice, with the features of the server and with those of the tests.
fn build() -> Result<PathBuf, Failure> {
    run("build the server and the tests", cargo().args(["build", "--workspace", "--all-targets"]))?;
    Ok(workspace::target().join("debug").join("trent"))
}

fn pytest(clients: &Clients, server: &std::path::Path, arguments: &[&str]) -> Result<(), Failure> {
    let mut command = Command::new(clients.bin.join("python"));
    command
        .args(["-m", "pytest", "tests/python"])
        .args(arguments)
        .current_dir(workspace::root())
        .env("TRENT_BIN", server)
        .env("TRENT_TABLE", server.with_file_name("table"))
        .env("TRENT_NODE_MODULES", &clients.node_modules)
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
