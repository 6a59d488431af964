//! The regular expressions of the IAM model, each with the function that decides it. The whole value is tested, and
//! `\w` is that of ASCII.

use api::constraint::Pattern;

/// The name of a user, group, role or policy.
pub(super) const NAME: Pattern = Pattern {
    text: "[\\w+=,.@-]+",
    matches: |text| each(text, |c| is_word(c) || matches!(c, '+' | '=' | ',' | '.' | '@' | '-')),
};
/// A path: a slash, or printable ASCII between two.
pub(super) const PATH: Pattern =
    Pattern { text: "(\\u002F)|(\\u002F[\\u0021-\\u007E]+\\u002F)", matches: is_path };
/// What paths are to begin with.
pub(super) const PATH_PREFIX: Pattern = Pattern {
    text: "\\u002F[\\u0021-\\u007F]*",
    matches: |text| text.starts_with('/') && each(text, |c| matches!(c, '\u{21}'..='\u{7f}')),
};
/// The path of a policy.
pub(super) const POLICY_PATH: Pattern =
    Pattern { text: "((/[A-Za-z0-9\\.,\\+@=_-]+)*)/", matches: is_policy_path };
/// A pagination marker.
pub(super) const MARKER: Pattern =
    Pattern { text: "[\\u0020-\\u00FF]+", matches: |text| each(text, |c| matches!(c, '\u{20}'..='\u{ff}')) };
/// A policy document.
pub(super) const DOCUMENT: Pattern = Pattern {
    text: "[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+",
    matches: |text| each(text, |c| matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{ff}')),
};
/// A password: the same.
pub(super) const PASSWORD: Pattern = DOCUMENT;
/// The description of a role.
pub(super) const ROLE_DESCRIPTION: Pattern = Pattern {
    text: "[\\u0009\\u000A\\u000D\\u0020-\\u007E\\u00A1-\\u00FF]*",
    matches: |text| {
        text.chars().all(|c| matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{7e}' | '\u{a1}'..='\u{ff}'))
    },
};
/// The id of an access key.
pub(super) const ACCESS_KEY_ID: Pattern = Pattern { text: "[\\w]+", matches: |text| each(text, is_word) };
/// The id of a version of a policy.
pub(super) const VERSION_ID: Pattern =
    Pattern { text: "v[1-9][0-9]*(\\.[A-Za-z0-9-]*)?", matches: is_version_id };
/// The key of a tag.
pub(super) const TAG_KEY: Pattern =
    Pattern { text: "[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+", matches: |text| each(text, is_of_tags) };
/// The value of a tag.
pub(super) const TAG_VALUE: Pattern =
    Pattern { text: "[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*", matches: |text| text.chars().all(is_of_tags) };

/// One character or more, and each of them so: `[…]+`.
fn each(text: &str, is: impl Fn(char) -> bool) -> bool {
    !text.is_empty() && text.chars().all(is)
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

fn is_of_tags(c: char) -> bool {
    c.is_alphanumeric() || (c.is_whitespace() && !c.is_control()) || "_.:/=+-@".contains(c)
}

fn is_path(text: &str) -> bool {
    let between = text.strip_prefix('/').and_then(|rest| rest.strip_suffix('/'));
    text == "/" || between.is_some_and(|between| each(between, |c| matches!(c, '\u{21}'..='\u{7e}')))
}

fn is_policy_path(text: &str) -> bool {
    let of_part = |c: char| is_word(c) || matches!(c, '.' | ',' | '+' | '@' | '=' | '-');
    let between = text.strip_prefix('/').and_then(|rest| rest.strip_suffix('/'));
    text == "/" || between.is_some_and(|between| between.split('/').all(|part| each(part, of_part)))
}

fn is_version_id(text: &str) -> bool {
    let Some(rest) = text.strip_prefix('v') else { return false };
    let (number, suffix) = rest.split_once('.').unwrap_or((rest, ""));
    !number.starts_with('0')
        && each(number, |c| c.is_ascii_digit())
        && suffix.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_matches_and_what_does_not() {
        for (pattern, good, bad) in [
            (NAME, vec!["a", "A_z+=,.@-9"], vec!["", "a b", "a/b", "é", "a:b"]),
            (PATH, vec!["/", "/a/", "/a/b/", "/!~/", "//a//"], vec!["", "//", "a/", "/a", "/a b/", "/é/"]),
            (PATH_PREFIX, vec!["/", "/a", "/a/"], vec!["", "a", "/ "]),
            (POLICY_PATH, vec!["/", "/a/", "/a/b.,+@=_-/"], vec!["", "//", "/a", "/a//b/", "/!/"]),
            (MARKER, vec!["a b", "ÿ"], vec!["", "\n", "Ā"]),
            (DOCUMENT, vec!["{\n\t\r}"], vec!["", "\u{0}", "中"]),
            (ROLE_DESCRIPTION, vec!["", "a\n", "é"], vec!["\u{a0}", "中"]),
            (VERSION_ID, vec!["v1", "v10", "v2.a-b", "v2."], vec!["", "v", "v0", "1", "v1a", "v1._"]),
            (TAG_KEY, vec!["a", "Kosten stelle", "中"], vec!["", "a&b", "\t"]),
            (TAG_VALUE, vec!["", "x@y"], vec!["<", "\n"]),
        ] {
            for text in good {
                assert!((pattern.matches)(text), "{} takes {text:?}", pattern.text);
            }
            for text in bad {
                assert!(!(pattern.matches)(text), "{} refuses {text:?}", pattern.text);
            }
        }
    }
}
