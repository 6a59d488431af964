//! Texts with wildcards (`*` any characters, `?` one) and policy variables (`${key}`, `${key, 'default'}`).
//!
//! A match looks back only to the last `*`, which is enough (what an earlier one could take more would leave the later
//! ones less) and keeps the time in proportion to the length of the pattern times that of the text. Even that is too
//! much of a text and a pattern that are made for it, so every step is taken from what the evaluation may [spend].
//!
//! [spend]: Facts::spend

use crate::condition_keys::Told;
use crate::facts::{Facts, Spent};
use crate::truth::Truth;

/// Parts of an ARN, divided by colons; the last may have more of them.
pub(crate) const ARN_PARTS: usize = 6;
/// Bytes that are compared in one step.
const STRIDE: usize = 32;
/// The same, where one of them is searched for.
const STRIDE_OF_SEARCH: usize = 8;
/// The same, where every letter is looked at by itself.
const STRIDE_OF_ANY_CASE: usize = 4;
/// Steps of looking up the value of a variable.
const LOOKUP: usize = 4;

/// A compiled text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pattern {
    /// No text is empty or follows another, and of wildcards in a row every `?` comes before the one `*`, which means
    /// the same.
    pieces: Box<[Piece]>,
    /// Whether it has variables.
    varies: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(Box<str>),
    One,
    Many,
    /// With the condition key in lower case.
    Variable {
        key: Box<str>,
        default: Option<Box<str>>,
    },
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

impl Pattern {
    pub(crate) fn compile(text: &str, syntax: Syntax) -> Result<Self, BadVariable> {
        let (mut pieces, mut plain) = (Vec::new(), String::new());
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
            end_text(&mut plain, &mut pieces);
            match (pieces.last_mut(), piece) {
                (Some(Piece::Many), Piece::Many) => {}
                (Some(last @ Piece::Many), Piece::One) => {
                    *last = Piece::One;
                    pieces.push(Piece::Many);
                }
                (_, piece) => pieces.push(piece),
            }
        }
        end_text(&mut plain, &mut pieces);
        let varies = pieces.iter().any(|piece| matches!(piece, Piece::Variable { .. }));
        Ok(Self { pieces: pieces.into(), varies })
    }

    /// The condition keys that are variables in it.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Variable { key, .. } => Some(&**key),
            _ => None,
        })
    }

    /// About how many bytes of memory it takes.
    pub(crate) fn weight(&self) -> usize {
        let texts = self.pieces.iter().map(|piece| match piece {
            Piece::Text(text) => text.len(),
            Piece::One | Piece::Many => 0,
            Piece::Variable { key, default } => key.len() + default.as_ref().map_or(0, |text| text.len()),
        });
        size_of::<Self>() + size_of_val(&*self.pieces) + texts.sum::<usize>()
    }

    /// The parts into which its own colons divide it.
    pub(crate) fn parts(&self) -> usize {
        let colons = |piece: &Piece| match piece {
            Piece::Text(text) => text.matches(':').count(),
            _ => 0,
        };
        1 + self.pieces.iter().map(colons).sum::<usize>()
    }

    /// Whether a text fits. Not known if a variable has no value or more than one, and when it would take more steps
    /// than are left.
    pub(crate) fn matches<'f>(&'f self, text: &str, by: By, facts: &Facts<'f>) -> Truth {
        if facts.spend(1 + text.len() / STRIDE).is_err() {
            return Truth::Unknown;
        }
        match &*self.pieces {
            // What most patterns are needs no search.
            [Piece::Many] => Truth::True,
            [Piece::Text(own)] if by != By::CharacterAnyCase => (*text == **own).into(),
            [Piece::Text(own), ..]
                if by != By::CharacterAnyCase && !text.starts_with(&**own) && !self.varies =>
            {
                Truth::False
            }
            [Piece::Text(_), Piece::Many] if by == By::Character => Truth::True,
            pieces if self.varies && !has_values(pieces, facts) => Truth::Unknown,
            pieces => Match::new(pieces, text, by, facts).fits().map_or(Truth::Unknown, Truth::from),
        }
    }
}

/// Ends a text that has been read so far, if there is one.
fn end_text(plain: &mut String, pieces: &mut Vec<Piece>) {
    if !plain.is_empty() {
        pieces.push(Piece::Text(std::mem::take(plain).into()));
    }
}

/// The value of a variable. The default is for a key that the request does not have: of one that has several values, or that
/// it does not tell, nobody knows what is meant.
fn value<'t>(told: &'t Told<'_>, default: Option<&'t str>) -> Option<&'t str> {
    match told.values()? {
        [] => default,
        [one] => Some(one),
        _ => None,
    }
}

/// Whether every variable has one value, or a default.
fn has_values<'f>(pieces: &'f [Piece], facts: &Facts<'f>) -> bool {
    let has_value = |piece: &'f Piece| match piece {
        Piece::Variable { key, default } => facts.told(key, |told| value(told, default.as_deref()).is_some()),
        _ => true,
    };
    facts.spend(pieces.len()).is_ok() && pieces.iter().all(has_value)
}

/// One comparison of a pattern with a text.
struct Match<'a, 'f> {
    pieces: &'f [Piece],
    text: &'a str,
    by: By,
    /// Bytes of the text in which colons divide.
    undivided: usize,
    facts: &'a Facts<'f>,
}

impl<'a, 'f> Match<'a, 'f> {
    fn new(pieces: &'f [Piece], text: &'a str, by: By, facts: &'a Facts<'f>) -> Self {
        let undivided = if by == By::Arn { resource_part(text) } else { 0 };
        Self { pieces, text, by, undivided, facts }
    }

    fn fits(&self) -> Result<bool, Spent> {
        let (mut next, mut rest) = (0, self.text);
        // What follows the last `*`, and where it may begin at the earliest.
        let mut last_many = None;
        loop {
            self.facts.spend(1)?;
            let left = match self.pieces.get(next) {
                None if rest.is_empty() => return Ok(true),
                None => None,
                Some(Piece::Many) if next + 1 == self.pieces.len() => {
                    return Ok(!self.is_divided(rest, rest.len()));
                }
                Some(Piece::Many) => match self.seek(next + 1, rest)? {
                    None => return Ok(false),
                    found => {
                        last_many = Some((next + 1, rest));
                        found
                    }
                },
                Some(Piece::One) => self.pass(rest),
                Some(Piece::Text(text)) => self.after(rest, text)?,
                Some(Piece::Variable { key, default }) => {
                    self.facts.spend(LOOKUP)?;
                    self.facts.told(key, |told| {
                        self.after(rest, value(told, default.as_deref()).unwrap_or_default())
                    })?
                }
            };
            if let Some(left) = left {
                (next, rest) = (next + 1, left);
                continue;
            }
            // It does not fit this way: the last `*` takes more.
            let Some((behind, from)) = last_many else { return Ok(false) };
            let Some(longer) = self.pass(from) else { return Ok(false) };
            let Some(found) = self.seek(behind, longer)? else { return Ok(false) };
            last_many = Some((behind, found));
            (next, rest) = (behind, found);
        }
    }

    /// Where in `rest` the piece that follows a `*` may begin, passing over as little as possible.
    fn seek(&self, behind: usize, rest: &'a str) -> Result<Option<&'a str>, Spent> {
        let first = match self.pieces.get(behind) {
            Some(Piece::Text(text)) if self.by != By::CharacterAnyCase => text.bytes().next(),
            _ => None,
        };
        // The first byte of a character is never one inside of another.
        let Some(first) = first else { return Ok(Some(rest)) };
        let found = rest.bytes().position(|byte| byte == first);
        self.facts.spend(found.unwrap_or(rest.len()) / STRIDE_OF_SEARCH)?;
        Ok(found.filter(|bytes| !self.is_divided(rest, *bytes)).and_then(|bytes| rest.get(bytes..)))
    }

    /// What follows `start` in `rest`, if that begins with it.
    fn after(&self, rest: &'a str, start: &str) -> Result<Option<&'a str>, Spent> {
        let stride = if self.by == By::CharacterAnyCase { STRIDE_OF_ANY_CASE } else { STRIDE };
        self.facts.spend(start.len() / stride)?;
        Ok(after(rest, start, self.by))
    }

    /// What follows a character that a wildcard may take: any but a colon that divides the ARN.
    fn pass(&self, rest: &'a str) -> Option<&'a str> {
        let bytes = rest.chars().next()?.len_utf8();
        if self.is_divided(rest, bytes) { None } else { rest.get(bytes..) }
    }

    /// Whether some bytes of `rest`, which ends the text, hold a colon that divides.
    fn is_divided(&self, rest: &str, bytes: usize) -> bool {
        let before = self.undivided.saturating_sub(self.text.len() - rest.len());
        before > 0 && rest.bytes().take(bytes.min(before)).any(|byte| byte == b':')
    }
}

/// Reads a variable from its `{`; gives it and what follows.
fn variable(text: &str) -> Result<(Piece, &str), BadVariable> {
    let (inside, after) = text.strip_prefix('{').and_then(|text| text.split_once('}')).ok_or(BadVariable)?;
    if matches!(inside, "*" | "?" | "$") {
        return Ok((Piece::Text(inside.into()), after));
    }
    let (key, default) = match inside.split_once(',') {
        None => (inside, None),
        Some((key, default)) => {
            let default = default.trim().strip_prefix('\'').and_then(|text| text.strip_suffix('\''));
            (key, Some(default.ok_or(BadVariable)?.into()))
        }
    };
    let key = key.trim();
    if key.is_empty() || key.contains(['$', '{', '*', '?', '\'']) {
        return Err(BadVariable);
    }
    Ok((Piece::Variable { key: key.to_ascii_lowercase().into(), default }, after))
}

/// Where the sixth part of an ARN begins, in bytes; the end of what has fewer.
fn resource_part(text: &str) -> usize {
    let colons = text.bytes().zip(1..).filter(|(byte, _)| *byte == b':');
    colons.map(|(_, next)| next).nth(ARN_PARTS - 2).unwrap_or(text.len())
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
    if a.is_ascii() && b.is_ascii() {
        a.eq_ignore_ascii_case(&b)
    } else {
        a.to_lowercase().eq(b.to_lowercase())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::context::Context;

    const WILD: Syntax = Syntax { wildcards: true, variables: true };

    fn matches(pattern: &str, text: &str, by: By) -> bool {
        let pattern = Pattern::compile(pattern, Syntax { wildcards: true, variables: false }).unwrap();
        pattern.matches(text, by, &Facts::of(&Context::complete())) == Truth::True
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
            pattern in "([ab*?]{0,3}:){5}[ab:*?]{0,4}|[ab:*?]{1,9}", arn in "([ab]{0,3}:){5}[ab:]{0,4}|[ab:]{0,9}"
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
            assert_eq!(
                compiled.matches(text, By::Character, &Facts::of(&context)),
                expected,
                "{pattern} {text}"
            );
        }
        for pattern in ["${", "${}", "${a", "${a, b}", "${a,'b}", "${${a}}", "${ }"] {
            assert_eq!(Pattern::compile(pattern, WILD), Err(BadVariable), "{pattern}");
        }
        let plain = Pattern::compile("${a}*", Syntax { wildcards: false, variables: false }).unwrap();
        assert_eq!(plain.matches("${a}*", By::Character, &Facts::of(&context)), Truth::True);
    }
}
