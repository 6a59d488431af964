//! Texts with wildcards (`*` any characters, `?` one) and policy variables (`${key}`, `${key, 'default'}`).
//!
//! A match looks back only to the last `*`, which is enough and keeps the time in proportion to the length of the
//! pattern times that of the text.

use crate::context::Context;
use crate::truth::Truth;

/// A compiled text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pattern {
    pieces: Vec<Piece>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    One,
    Many,
    Variable { key: String, default: Option<String> },
}

/// What has a meaning of its own in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Syntax {
    /// `*` and `?`.
    pub(crate) wildcards: bool,
    /// `${…}`.
    pub(crate) variables: bool,
}

/// How texts are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    /// Character by character.
    Character,
    /// The same without regard to case.
    CharacterAnyCase,
    /// As ARNs: wildcards do not reach across the five colons that divide an ARN.
    Arn,
}

/// A `${…}` that cannot be read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct BadVariable;

/// A piece with its variable replaced.
enum Part<'a> {
    Text(&'a str),
    One,
    Many,
}

impl Pattern {
    pub(crate) fn compile(text: &str, syntax: Syntax) -> Result<Self, BadVariable> {
        let mut pieces = Vec::new();
        let mut plain = String::new();
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            let after = rest.get(c.len_utf8()..).unwrap_or_default();
            let (piece, after) = match c {
                '*' if syntax.wildcards => (Piece::Many, after),
                '?' if syntax.wildcards => (Piece::One, after),
                '$' if syntax.variables && after.starts_with('{') => variable(after)?,
                _ => {
                    plain.push(c);
                    rest = after;
                    continue;
                }
            };
            rest = after;
            if let Piece::Text(text) = piece {
                plain.push_str(&text);
                continue;
            }
            if !plain.is_empty() {
                pieces.push(Piece::Text(std::mem::take(&mut plain)));
            }
            // Two `*` in a row say what one does.
            if piece != Piece::Many || pieces.last() != Some(&Piece::Many) {
                pieces.push(piece);
            }
        }
        if !plain.is_empty() {
            pieces.push(Piece::Text(plain));
        }
        Ok(Self { pieces })
    }

    /// Whether a text fits. Not known if a variable has no value, or more than one.
    pub(crate) fn matches(&self, text: &str, by: By, context: &Context<'_>) -> Truth {
        if self.pieces == [Piece::Many] {
            return Truth::True;
        }
        let resolved = self.pieces.iter().all(|piece| match piece {
            Piece::Variable { key, default } => default.is_some() || context.one(key).is_some(),
            _ => true,
        });
        if resolved { self.fits(text, by, context).into() } else { Truth::Unknown }
    }

    fn fits(&self, text: &str, by: By, context: &Context<'_>) -> bool {
        let undivided = if by == By::Arn { resource_part(text) } else { 0 };
        // What a wildcard may take: any character but a colon that divides the ARN.
        let take = |rest: &'_ str| {
            let c = rest.chars().next()?;
            let divides = c == ':' && text.len() - rest.len() < undivided;
            (!divides).then_some(c.len_utf8())
        };
        let (mut next, mut rest) = (0, text);
        let mut last_many = None;
        loop {
            let left = match self.part(next, context) {
                None if rest.is_empty() => return true,
                None => None,
                Some(Part::Many) => {
                    last_many = Some((next + 1, rest));
                    Some(rest)
                }
                Some(Part::One) => take(rest).and_then(|bytes| rest.get(bytes..)),
                Some(Part::Text(start)) => after(rest, start, by),
            };
            if let Some(left) = left {
                (next, rest) = (next + 1, left);
                continue;
            }
            // It does not fit this way: the last `*` takes one character more.
            let Some((behind, from)) = last_many else { return false };
            let Some(longer) = take(from).and_then(|bytes| from.get(bytes..)) else { return false };
            last_many = Some((behind, longer));
            (next, rest) = (behind, longer);
        }
    }

    fn part<'a>(&'a self, index: usize, context: &'a Context<'_>) -> Option<Part<'a>> {
        Some(match self.pieces.get(index)? {
            Piece::Text(text) => Part::Text(text),
            Piece::One => Part::One,
            Piece::Many => Part::Many,
            Piece::Variable { key, default } => {
                Part::Text(context.one(key).or(default.as_deref()).unwrap_or_default())
            }
        })
    }
}

/// Reads a variable from its `{`; gives it and what follows.
fn variable(text: &str) -> Result<(Piece, &str), BadVariable> {
    let (inside, after) = text.strip_prefix('{').and_then(|text| text.split_once('}')).ok_or(BadVariable)?;
    if matches!(inside, "*" | "?" | "$") {
        return Ok((Piece::Text(inside.to_owned()), after));
    }
    let (key, default) = match inside.split_once(',') {
        None => (inside, None),
        Some((key, default)) => {
            let default = default.trim().strip_prefix('\'').and_then(|text| text.strip_suffix('\''));
            (key, Some(default.ok_or(BadVariable)?.to_owned()))
        }
    };
    let key = key.trim();
    if key.is_empty() || key.contains(['$', '{', '*', '?', '\'']) {
        return Err(BadVariable);
    }
    Ok((Piece::Variable { key: key.to_owned(), default }, after))
}

/// Where the sixth part of an ARN begins, in bytes; 0 of what has fewer.
fn resource_part(text: &str) -> usize {
    text.match_indices(':').nth(4).map_or(0, |(index, _)| index + 1)
}

/// What follows `start` in `text`, if it begins with it.
fn after<'a>(text: &'a str, start: &str, by: By) -> Option<&'a str> {
    if by != By::CharacterAnyCase {
        return text.strip_prefix(start);
    }
    let mut rest = text.chars();
    let begins = start.chars().all(|wanted| rest.next().is_some_and(|found| same_letter(found, wanted)));
    begins.then_some(rest.as_str())
}

fn same_letter(a: char, b: char) -> bool {
    a == b || a.to_lowercase().eq(b.to_lowercase())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const WILD: Syntax = Syntax { wildcards: true, variables: true };

    fn matches(pattern: &str, text: &str, by: By) -> bool {
        let pattern = Pattern::compile(pattern, Syntax { wildcards: true, variables: false }).unwrap();
        pattern.matches(text, by, &Context::complete()) == Truth::True
    }

    /// The definition, as directly as it can be said, and exponential.
    fn naive(pattern: &[char], text: &[char]) -> bool {
        match pattern {
            [] => text.is_empty(),
            ['*', rest @ ..] => (0..=text.len()).any(|taken| naive(rest, &text[taken..])),
            ['?', rest @ ..] => !text.is_empty() && naive(rest, &text[1..]),
            [c, rest @ ..] => text.first() == Some(c) && naive(rest, &text[1..]),
        }
    }

    fn naive_text(pattern: &str, text: &str) -> bool {
        naive(&pattern.chars().collect::<Vec<_>>(), &text.chars().collect::<Vec<_>>())
    }

    /// Six parts, each by itself.
    fn naive_arn(pattern: &str, arn: &str) -> bool {
        if pattern.chars().all(|c| c == '*') && !pattern.is_empty() {
            return true;
        }
        let (patterns, parts): (Vec<_>, Vec<_>) =
            (pattern.splitn(6, ':').collect(), arn.splitn(6, ':').collect());
        patterns.len() == parts.len() && patterns.iter().zip(parts).all(|(p, t)| naive_text(p, t))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]

        #[test]
        fn agrees_with_the_definition(pattern in "[ab*?é]{0,8}", text in "[abé]{0,9}") {
            prop_assert_eq!(matches(&pattern, &text, By::Character), naive_text(&pattern, &text));
        }

        #[test]
        fn agrees_with_the_definition_for_arns(
            pattern in "([ab*?]{0,3}:){5}[ab:*?]{0,4}|[ab:*?]{1,9}", arn in "([ab]{0,3}:){5}[ab:]{0,4}"
        ) {
            prop_assert_eq!(matches(&pattern, &arn, By::Arn), naive_arn(&pattern, &arn));
        }

        #[test]
        fn agrees_with_the_definition_in_any_case(pattern in "[aBé*?]{0,6}", text in "[AbÉ]{0,7}") {
            let expected = naive_text(&pattern.to_lowercase(), &text.to_lowercase());
            prop_assert_eq!(matches(&pattern, &text, By::CharacterAnyCase), expected);
        }
    }

    #[test]
    fn wildcards_do_not_reach_across_the_parts_of_an_arn() {
        let arn = "arn:aws:iam::111122223333:user/alice";
        for (pattern, expected) in [
            ("*", true),
            ("arn:aws:iam::*:user/*", true),
            ("arn:*:iam::*:*", true),
            ("arn:aws:iam::1*", false),
            ("arn:aws:iam:*:user/alice", false),
            ("arn:aws:iam:?111122223333:user/alice", false),
        ] {
            assert_eq!(matches(pattern, arn, By::Arn), expected, "{pattern}");
        }
        assert!(matches("arn:aws:kms:*:1:key:*", "arn:aws:kms:r:1:key:x:y", By::Arn));
    }

    #[test]
    fn many_wildcards_cost_little() {
        let pattern = format!("{}b", "*a".repeat(16_000));
        assert!(!matches(&pattern, &"a".repeat(2000), By::Character));
        assert!(!matches(&format!("*{}b", "?".repeat(1000)), &"a".repeat(2000), By::Arn));
    }

    #[test]
    fn variables() {
        let context = Context::complete()
            .with("aws:username", "al*ce")
            .with_all("aws:TagKeys", ["a".into(), "b".into()]);
        for (pattern, text, expected) in [
            ("x/${aws:username}/*", "x/al*ce/y", Truth::True),
            ("x/${AWS:UserName}/*", "x/alice/y", Truth::False),
            ("${ aws:username , 'nobody' }", "al*ce", Truth::True),
            ("${aws:absent, 'nobody'}", "nobody", Truth::True),
            ("${aws:absent, ''}x", "x", Truth::True),
            ("${aws:absent}", "", Truth::Unknown),
            ("${aws:TagKeys}", "a", Truth::Unknown),
            ("${*}${?}${$}", "*?$", Truth::True),
            ("${*}", "x", Truth::False),
            ("$x{y}", "$x{y}", Truth::True),
        ] {
            let compiled = Pattern::compile(pattern, WILD).unwrap();
            assert_eq!(compiled.matches(text, By::Character, &context), expected, "{pattern} {text}");
        }
        for pattern in ["${", "${}", "${a", "${a, b}", "${a,'b}", "${${a}}", "${ }"] {
            assert_eq!(Pattern::compile(pattern, WILD), Err(BadVariable), "{pattern}");
        }
        let plain = Pattern::compile("${a}*", Syntax { wildcards: false, variables: false }).unwrap();
        assert_eq!(plain.matches("${a}*", By::Character, &context), Truth::True);
    }
}
