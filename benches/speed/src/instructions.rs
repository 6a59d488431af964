//! How many instructions the hottest functions take, counted by valgrind: the same on a busy machine as on an idle one,
//! so that a regression shows.
//!
//! Each function runs in a process of its own, and only what it does there is counted: not the start, nor its first call.
//!
//! The processor that valgrind shows a program lacks the newest instructions (those for SHA-256, AVX-512), so hashes and
//! ciphers take more instructions there than on a processor that has them. Compare a count with the same one before, not
//! with another function's.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde::{Deserialize, Serialize};

use crate::hot::Hot;
use crate::{Outcome, hot, say};

/// The word on the command line that makes this program run one function so many times.
pub(crate) const COMMAND: &str = "repeat";
/// The function of this file within which instructions are counted, as valgrind knows it.
const COUNTED: &str = "*instructions::again*";
/// How often each runs.
const TIMES: u32 = 100;
/// A change by more than this is shown as one.
const NOTABLE: f64 = 0.02;

#[derive(Debug, Serialize, Deserialize)]
struct Counted {
    name: String,
    instructions: u64,
}

/// Runs one function so many times.
pub(crate) fn repeat(name: &str, times: &str) -> Outcome<()> {
    let times: u32 = times.parse()?;
    let mut function =
        hot::all()?.into_iter().find(|function| function.name == name).ok_or("there is no such function")?;
    let failed = again(&mut function, times);
    if failed == 0 { Ok(()) } else { Err(format!("{failed} calls of {name} failed").into()) }
}

/// The calls; how many failed. Not inlined, because it is found by its name.
#[inline(never)]
fn again(function: &mut Hot, times: u32) -> u32 {
    (0..times).map(|_| u32::from(!(function.call)())).sum()
}

/// Counts all of them, and compares with the counts of the last time.
pub(crate) fn run(folder: &Path) -> Outcome<()> {
    let path = folder.join("instructions.json");
    let before: Vec<Counted> = match fs::read(&path) {
        Ok(text) => serde_json::from_slice(&text)?,
        Err(_) => Vec::new(),
    };
    let mut counted = Vec::new();
    say(&format!("{:<40}{:>14}{:>14}", "instructions of one call", "now", "last time"));
    for function in hot::all()? {
        let name = function.name.to_owned();
        let instructions = count(&name)? / u64::from(TIMES);
        let last = before.iter().find(|counted| counted.name == name).map(|counted| counted.instructions);
        say(&format!("{name:<40}{instructions:>14}{}", compared(instructions, last)));
        counted.push(Counted { name, instructions });
    }
    fs::write(&path, serde_json::to_vec_pretty(&counted)?)?;
    say(&format!("Kept in {}", path.display()));
    Ok(())
}

fn compared(now: u64, last: Option<u64>) -> String {
    let Some(last) = last.filter(|last| *last > 0) else { return String::new() };
    let number = |count: u64| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    let change = number(now) / number(last) - 1.0;
    let word = if change.abs() > NOTABLE { format!("  {:+.1} %", change * 100.0) } else { String::new() };
    format!("{last:>14}{word}")
}

/// The instructions of all calls.
fn count(name: &str) -> Outcome<u64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null", "--collect-atstart=no"])
        .arg(format!("--toggle-collect={COUNTED}"))
        .arg(std::env::current_exe()?)
        .args([COMMAND, name, &TIMES.to_string()])
        .output()
        .map_err(|error| {
            format!("valgrind does not run: {error}. Debian and Ubuntu: apt-get install valgrind")
        })?;
    let said = String::from_utf8_lossy(&output.stderr);
    let collected = said.lines().find_map(|line| line.split_once("Collected :"));
    match collected {
        Some((_, number)) if output.status.success() => Ok(number.trim().parse()?),
        _ => Err(format!("valgrind could not run {name}: {said}").into()),
    }
}
