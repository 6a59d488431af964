//! The project's own chores, in plain Rust with nothing to install first: `cargo xtask test` and friends.
//!
//! Nothing here skips: a tool that is missing, a package that cannot be had and a step that fails all end the
//! run with a text that says what to do, and with exit code 1.

mod bench;
mod failure;
mod node;
mod python;
mod readme;
mod rules;
mod steps;
mod tools;
mod workspace;

use std::process::ExitCode;

use failure::Failure;

const USAGE: &str = "\
Usage: cargo xtask <chore>

  test               fetch what the tests need, build the server, run every test
  python [ARGS...]   only the black box tests in Python; ARGS go to pytest (such as -k matrix)
  bench [OPTIONS]    how fast the server is, beside what the machine can do; --help lists the OPTIONS
  check              the rules that no compiler checks: who imports whom, and that CI runs the README's command
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            steps::say(&format!("\nxtask: {failure}"));
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Result<(), Failure> {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["test"] => steps::test(),
        ["python", rest @ ..] => steps::python_only(rest),
        ["check"] => steps::check(),
        ["bench", rest @ ..] => bench::bench(rest),
        ["help" | "-h" | "--help"] => {
            steps::say(USAGE);
            Ok(())
        }
        _ => Err(Failure::new(format!("unknown chore '{}'\n\n{USAGE}", words.join(" ")))),
    }
}
