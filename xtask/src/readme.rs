//! The README promises a test command; CI must run that very command.

use std::path::Path;

use crate::failure::Failure;
use crate::workspace;

/// The promise.
const TEST_COMMAND: &str = "cargo xtask test";

/// Says what is broken; nothing if the promise holds.
pub(crate) fn check(root: &Path) -> Result<Vec<String>, Failure> {
    let readme = workspace::read(&root.join("README.md"))?;
    let script = workspace::read(&root.join(".ci/run"))?;
    Ok(problems(&readme, &script))
}

fn problems(readme: &str, script: &str) -> Vec<String> {
    let mut broken = Vec::new();
    if !readme.lines().any(|line| line.trim().trim_start_matches("$ ") == TEST_COMMAND) {
        broken.push(format!("README.md has no line that is just `{TEST_COMMAND}`"));
    }
    let mut commands =
        script.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    if commands.next_back() != Some(TEST_COMMAND) {
        broken.push(format!(".ci/run does not end with `{TEST_COMMAND}`, the README's test command"));
    }
    broken
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_in_both_is_fine() {
        let readme = "Run the tests:\n\n```sh\ncargo xtask test\n```\n";
        assert_eq!(problems(readme, "set -e\ncargo xtask test\n# the end\n"), Vec::<String>::new());
    }

    #[test]
    fn a_script_that_runs_less_is_not() {
        let readme = "cargo xtask test";
        assert_eq!(problems(readme, "cargo test\n").len(), 1);
        assert_eq!(problems(readme, "cargo xtask test --fast\n").len(), 1);
        assert_eq!(problems(readme, "cargo xtask test\ntrue\n").len(), 1);
    }

    #[test]
    fn a_readme_that_promises_something_else_is_not() {
        assert_eq!(problems("run `make test`", "cargo xtask test\n").len(), 1);
    }
}
