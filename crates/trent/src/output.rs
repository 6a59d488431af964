//! How commands speak: results on standard output, everything on the way there on standard error.

use std::io::{self, Write as _};

use serde::Serialize;

use crate::Failure;

/// A line about what is being done, for the person who waits.
pub(crate) fn note(text: &str) {
    say(text);
}

/// A line about something that works but should not stay as it is.
pub(crate) fn warn(text: &str) {
    say(&format!("warning: {text}"));
}

fn say(line: &str) {
    // If nobody can hear it, that is no reason to stop halfway through an import.
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// A command's result.
pub(crate) trait Report: Serialize {
    /// For a person: names and values, one a line.
    fn lines(&self) -> Vec<(&'static str, String)>;
}

/// Prints a result: lines, or one JSON object.
pub(crate) fn print(report: &impl Report, json: bool) -> Result<(), Failure> {
    let text = if json {
        serde_json::to_string_pretty(report)
            .map_err(|error| Failure::new(format!("the result cannot be written as JSON: {error}")))?
    } else {
        aligned(&report.lines())
    };
    writeln!(io::stdout().lock(), "{text}")
        .map_err(|error| Failure::new(format!("the result cannot be printed: {error}")))
}

/// Prints a secret that is nowhere else in clear. A reader that went away has taken the only copy along, so that is told,
/// in words such as "the account was made".
pub(crate) fn hand_over(text: &str, done: &str) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()).map_err(|error| {
        Failure::new(format!(
            "{done}, and its secret could not be written to standard output and is lost: {error}"
        ))
    })
}

fn aligned(lines: &[(&str, String)]) -> String {
    let width = lines.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    let lines: Vec<_> = lines.iter().map(|(name, value)| format!("{name:width$}  {value}")).collect();
    lines.join("\n")
}

/// Rows with their columns below each other, a line each.
pub(crate) fn columns<const N: usize>(rows: &[[String; N]]) -> String {
    let mut widths = [0; N];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.chars().count().max(*width);
        }
    }
    let line = |row: &[String; N]| {
        let cells = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}"));
        format!("{}\n", cells.collect::<Vec<_>>().join("  ").trim_end())
    };
    rows.iter().map(line).collect()
}

/// `word` as a shell takes it: in single quotes, if it needs any.
pub(crate) fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=,@%+".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_values_stand_in_columns() {
        let lines = [("Key", "a".to_owned()), ("Material", "b".to_owned())];
        assert_eq!(aligned(&lines), "Key       a\nMaterial  b");
    }

    #[test]
    fn words_survive_a_shell() {
        let cases = [
            ("key.pem", "key.pem"),
            ("alias/a_b-c", "alias/a_b-c"),
            ("my key", "'my key'"),
            ("", "''"),
            ("it's", r"'it'\''s'"),
            ("$(reboot)", "'$(reboot)'"),
        ];
        for (word, shell) in cases {
            assert_eq!(quoted(word), shell);
        }
    }
}
