//! The programs that the tests need and cargo does not bring: looked for before anything long begins.

use std::process::{Command, Stdio};

use crate::failure::Failure;

/// Oldest Python, as (major, minor): the pinned aws-cryptographic-material-providers needs 3.11 (its package metadata).
const OLDEST_PYTHON: (u32, u32) = (3, 11);
/// Oldest OpenSSL: 3 is the first whose `enc` wraps keys (AES-KWP), which the import recipe does.
const OLDEST_OPENSSL: (u32, u32) = (3, 0);
/// Oldest Node.js: the pinned `@aws-sdk/client-kms` needs 20 (`engines` in its package.json).
const OLDEST_NODE: (u32, u32) = (20, 0);
/// Oldest npm: 7 is the first that reads the lock file's version 3.
const OLDEST_NPM: (u32, u32) = (7, 0);

/// Finds every tool or says, for all that are missing at once, what is missing and how to get it.
pub(crate) fn check() -> Result<(), Failure> {
    let missing: Vec<String> =
        [python(), venv(), openssl(), node(), npm(), c_compiler(), strace()].into_iter().flatten().collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(Failure::new(format!("the tests need what this machine does not have:\n\n{}", missing.join("\n"))))
}

fn python() -> Option<String> {
    let code = "import sys; print('Python %d.%d' % sys.version_info[:2])";
    let advice = "Debian and Ubuntu: apt-get install python3; macOS: brew install python";
    at_least("python3", &["-c", code], "Python ", OLDEST_PYTHON, advice)
}

fn venv() -> Option<String> {
    let found = output("python3", &["-c", "import venv, ensurepip"]);
    found.is_none().then(|| {
        "  Python's venv module with pip. Debian and Ubuntu keep it apart: apt-get install python3-venv"
            .to_owned()
    })
}

fn openssl() -> Option<String> {
    let advice =
        "Debian and Ubuntu: apt-get install openssl; macOS: brew install openssl, and put it first in PATH";
    at_least("openssl", &["version"], "OpenSSL ", OLDEST_OPENSSL, advice)
}

fn node() -> Option<String> {
    let advice = "Debian 13, Ubuntu 26.04 and newer: apt-get install nodejs; macOS: brew install node; \
                  any: https://nodejs.org/en/download";
    at_least("node", &["-p", "'Node.js ' + process.versions.node"], "Node.js ", OLDEST_NODE, advice)
}

fn npm() -> Option<String> {
    let advice = "It comes with Node.js, but for Debian and Ubuntu: apt-get install npm";
    at_least("npm", &["--version"], "", OLDEST_NPM, advice)
}

fn c_compiler() -> Option<String> {
    output("cc", &["--version"]).is_none().then(|| {
        "  cc, a C compiler. Debian and Ubuntu: apt-get install gcc; macOS: xcode-select --install".to_owned()
    })
}

/// What tells whether the server makes durable what it acknowledges. Only Linux has it.
fn strace() -> Option<String> {
    let is_missing = cfg!(target_os = "linux") && output("strace", &["--version"]).is_none();
    is_missing.then(|| "  strace. Debian and Ubuntu: apt-get install strace".to_owned())
}

fn at_least(
    program: &str,
    arguments: &[&str],
    prefix: &str,
    oldest: (u32, u32),
    advice: &str,
) -> Option<String> {
    // npm says its version and not its name.
    let name = if prefix.is_empty() { format!("{program} ") } else { prefix.to_owned() };
    let wanted = format!("{name}{}.{} or newer", oldest.0, oldest.1);
    let Some(said) = output(program, arguments) else {
        return Some(format!("  {wanted}: there is no '{program}' that runs. {advice}"));
    };
    match version(&said, prefix) {
        Some(found) if found >= oldest => None,
        _ => Some(format!("  {wanted}: '{program}' says \"{}\". {advice}", said.trim())),
    }
}

/// The first two numbers after `prefix`.
fn version(said: &str, prefix: &str) -> Option<(u32, u32)> {
    let mut numbers = said.strip_prefix(prefix)?.split(|c: char| !c.is_ascii_digit());
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

fn output(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).stdin(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read() {
        assert_eq!(version("OpenSSL 3.0.19 27 Jan 2026", "OpenSSL "), Some((3, 0)));
        assert_eq!(version("Python 3.11\n", "Python "), Some((3, 11)));
        assert_eq!(version("11.19.1\n", ""), Some((11, 19)));
    }

    #[test]
    fn what_is_no_version_is_none() {
        assert_eq!(version("LibreSSL 3.3.6", "OpenSSL "), None);
        assert_eq!(version("OpenSSL", "OpenSSL "), None);
    }

    #[test]
    fn a_tool_that_is_too_old_or_absent_is_named_with_advice() {
        let old = at_least("cargo", &["--version"], "cargo ", (99, 0), "get a newer one");
        assert!(old.is_some_and(|text| text.contains("99.0 or newer") && text.contains("get a newer one")));
        let absent = at_least("no-such-program-here", &[], "x ", (1, 0), "get it");
        assert!(absent.is_some_and(|text| text.contains("there is no 'no-such-program-here'")));
    }
}
