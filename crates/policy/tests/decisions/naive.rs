//! A second evaluator, which reads the JSON of the documents anew for every question, and matches by trying all there
//! is to try: slow, and as close as can be to the sentences of the IAM user guide.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::net::IpAddr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use policy::{Actions, PrincipalKind};
use serde_json::Value;

/// True, false, or not to be told.
pub(crate) type Told = Option<bool>;

/// How often a condition operator was asked, and came to what.
pub(crate) type Seen = RefCell<BTreeMap<(String, Told), usize>>;

#[derive(Clone, Debug)]
pub(crate) struct Who {
    pub(crate) kind: PrincipalKind,
    /// "" of a service.
    pub(crate) account: String,
    /// ARNs and ids; the name of a service.
    pub(crate) names: Vec<(String, Option<String>)>,
}

pub(crate) struct Asked<'a> {
    pub(crate) who: &'a Who,
    pub(crate) action: Actions<'a>,
    pub(crate) resource: &'a str,
    /// By names in lower case.
    pub(crate) context: &'a BTreeMap<String, Vec<String>>,
    pub(crate) complete: bool,
    pub(crate) seen: &'a Seen,
}

/// How a statement names who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    Account,
    Everyone,
    Root,
    Name(usize),
}

/// What a document says.
#[derive(Debug, Default)]
pub(crate) struct Says {
    pub(crate) denied: bool,
    pub(crate) perhaps_denied: bool,
    pub(crate) allowed: Vec<Way>,
}

/// The documents of a case. Those that are none are not there.
pub(crate) struct Policies<'a> {
    pub(crate) resource: Option<&'a Value>,
    pub(crate) identity: &'a [Value],
    pub(crate) boundary: Option<&'a Value>,
    pub(crate) session: &'a [Value],
}

fn and(all: impl IntoIterator<Item = Told>) -> Told {
    let all: Vec<Told> = all.into_iter().collect();
    if all.contains(&Some(false)) {
        Some(false)
    } else if all.contains(&None) {
        None
    } else {
        Some(true)
    }
}

fn not(told: Told) -> Told {
    told.map(|told| !told)
}

fn or(all: impl IntoIterator<Item = Told>) -> Told {
    not(and(all.into_iter().map(not)))
}

/// "Single values need no list."
fn list(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(values) => values.iter().collect(),
        value => vec![value],
    }
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The whole: is the request allowed, if a grant names who asks in a way, and if not, does a statement deny it?
pub(crate) fn verdict(
    asked: &Asked<'_>,
    owner: &str,
    policies: &Policies<'_>,
    granted: Option<Way>,
) -> Result<(), bool> {
    let who = asked.who;
    let all =
        |documents: &[Value]| documents.iter().map(|document| says(document, asked)).collect::<Vec<_>>();
    let (resource, identity, session) = (
        policies.resource.map(|document| says(document, asked)),
        all(policies.identity),
        all(policies.session),
    );
    let boundary = policies.boundary.map(|document| says(document, asked));
    let everything = resource.iter().chain(&identity).chain(&session).chain(&boundary);
    if everything.into_iter().any(|says| says.denied || says.perhaps_denied) {
        return Err(true);
    }
    let allow = |documents: &[Says]| documents.iter().any(|says| !says.allowed.is_empty());
    let is_root = who.kind == PrincipalKind::Root;
    let identity_allows = is_root || allow(&identity);
    let in_limits =
        boundary.is_none_or(|says| !says.allowed.is_empty()) && (session.is_empty() || allow(&session));
    let free = |way: &Way| match (who.kind, way) {
        (PrincipalKind::Role, Way::Name(1)) => true,
        (PrincipalKind::User, Way::Name(0)) => policies.session.is_empty(),
        (PrincipalKind::Service | PrincipalKind::Root, _) => *way != Way::Account,
        _ => false,
    };
    let named: Vec<Way> = resource.iter().flat_map(|says| says.allowed.iter().copied()).collect();
    let directly =
        |ways: &[Way]| ways.iter().any(&free) || (in_limits && ways.iter().any(|way| *way != Way::Account));
    let by_grant = granted.is_some_and(|way| directly(&[way]));
    let allowed = if who.kind == PrincipalKind::Service {
        directly(&named)
    } else if owner == who.account {
        let delegated = policies.resource.is_none() || named.contains(&Way::Account);
        directly(&named) || (delegated && identity_allows && in_limits)
    } else {
        !named.is_empty() && identity_allows && in_limits
    };
    if allowed || by_grant { Ok(()) } else { Err(false) }
}

pub(crate) fn says(document: &Value, asked: &Asked<'_>) -> Says {
    let variables = document["Version"] == "2012-10-17";
    let mut says = Says::default();
    for statement in list(&document["Statement"]) {
        let applies = and([
            actions(statement, asked),
            element(statement, "Resource", |value| resource(&text(value), variables, asked)),
            conditions(&statement["Condition"], variables, asked),
        ]);
        let ways = ways(statement, asked.who);
        match (statement["Effect"].as_str(), applies) {
            (_, Some(false)) | (Some("Allow"), None) => {}
            (Some("Allow"), _) => says.allowed.extend(ways),
            (_, applies) if is_meant_by_denial(statement, asked.who) => {
                says.denied |= applies == Some(true);
                says.perhaps_denied |= applies.is_none();
            }
            _ => {}
        }
    }
    says
}

/// Whoever counts the other API's permissions among the names of the request, and whoever does not, must agree that a
/// statement allows; for a denial one of the two is enough.
fn actions(statement: &Value, asked: &Asked<'_>) -> Told {
    let Actions { name, permissions, covered_by } = asked.action;
    let own: Vec<&str> = [name].into_iter().chain(permissions.iter().copied()).collect();
    let all: Vec<&str> = own.iter().chain(covered_by).copied().collect();
    let lists = |names: &[&str]| {
        element(statement, "Action", |value| or(names.iter().map(|name| action(&text(value), name, asked))))
    };
    let (with_few, with_many) = (lists(&own), lists(&all));
    if statement["Effect"] == "Allow" { and([with_few, with_many]) } else { or([with_few, with_many]) }
}

/// `Action` and `NotAction`, and their like. A statement with none of the two has no effect.
fn element(statement: &Value, name: &str, matches: impl Fn(&Value) -> Told) -> Told {
    let any = |value: &Value| or(list(value).into_iter().map(&matches));
    match (statement.get(name), statement.get(format!("Not{name}"))) {
        (Some(value), _) => any(value),
        (None, Some(value)) => not(any(value)),
        (None, None) => Some(false),
    }
}

/// Types and names.
fn entries(value: &Value) -> Vec<(String, String)> {
    match value {
        Value::Object(types) => types
            .iter()
            .flat_map(|(kind, names)| list(names).into_iter().map(|name| (kind.clone(), text(name))))
            .collect(),
        value => vec![("AWS".to_owned(), text(value))],
    }
}

fn account_of(entry: &str) -> Option<&str> {
    match entry.split(':').collect::<Vec<_>>().as_slice() {
        ["arn", "aws", "iam", "", account, "root"] => Some(*account),
        [account] if account.len() == 12 => Some(*account),
        _ => None,
    }
}

fn ways_of((kind, name): &(String, String), who: &Who) -> Vec<Way> {
    let is_service = who.kind == PrincipalKind::Service;
    if name == "*" {
        return vec![Way::Everyone];
    }
    if kind == "AWS" && account_of(name).is_some_and(|account| account == who.account) {
        return vec![if who.kind == PrincipalKind::Root { Way::Root } else { Way::Account }];
    }
    if is_service != (kind == "Service") {
        return Vec::new();
    }
    let is = |(arn, id): &(String, Option<String>)| arn == name || id.as_ref() == Some(name);
    who.names.iter().enumerate().filter(|(_, found)| is(found)).map(|(index, _)| Way::Name(index)).collect()
}

fn ways(statement: &Value, who: &Who) -> Vec<Way> {
    if let Some(value) = statement.get("Principal") {
        return entries(value).iter().flat_map(|entry| ways_of(entry, who)).collect();
    }
    let spared = statement.get("NotPrincipal").map(entries).unwrap_or_default();
    if spared.iter().all(|entry| ways_of(entry, who).is_empty()) { vec![Way::Everyone] } else { Vec::new() }
}

/// "When you use NotPrincipal with Deny, you must also name the account, and the role with its session."
fn is_meant_by_denial(statement: &Value, who: &Who) -> bool {
    let Some(value) = statement.get("NotPrincipal") else { return !ways(statement, who).is_empty() };
    let entries = entries(value);
    let everyone = entries.iter().any(|(_, name)| name == "*");
    let account = who.kind == PrincipalKind::Service
        || entries.iter().any(|(kind, name)| kind == "AWS" && account_of(name) == Some(&who.account));
    let names = (0..who.names.len())
        .all(|index| entries.iter().any(|entry| ways_of(entry, who).contains(&Way::Name(index))));
    !(everyone || (account && names))
}

#[derive(Clone, Copy, PartialEq)]
enum Token {
    Char(char),
    One,
    Many,
}

/// A text with its variables replaced; None if one has no value.
fn tokens(pattern: &str, wildcards: bool, variables: bool, asked: &Asked<'_>) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = pattern;
    while let Some(c) = rest.chars().next() {
        if variables && rest.starts_with("${") {
            let end = rest.find('}').unwrap();
            let inside = &rest[2..end];
            rest = &rest[end + 1..];
            let (key, default) = match inside.split_once(',') {
                Some((key, default)) => (key.trim(), Some(default.trim().trim_matches('\'').to_owned())),
                None => (inside.trim(), None),
            };
            let value = match asked.context.get(&key.to_lowercase()).map(Vec::as_slice) {
                _ if ["*", "?", "$"].contains(&inside) => inside.to_owned(),
                Some([value]) => value.clone(),
                Some([_, ..]) => return None,
                None if !asked.complete => return None,
                _ => default?,
            };
            tokens.extend(value.chars().map(Token::Char));
            continue;
        }
        rest = &rest[c.len_utf8()..];
        tokens.push(match c {
            '*' if wildcards => Token::Many,
            '?' if wildcards => Token::One,
            c => Token::Char(c),
        });
    }
    Some(tokens)
}

fn like(tokens: &[Token], text: &[char]) -> bool {
    match tokens {
        [] => text.is_empty(),
        [Token::Many, rest @ ..] => (0..=text.len()).any(|taken| like(rest, &text[taken..])),
        [Token::One, rest @ ..] => !text.is_empty() && like(rest, &text[1..]),
        [Token::Char(c), rest @ ..] => text.first() == Some(c) && like(rest, &text[1..]),
    }
}

fn like_text(tokens: &[Token], text: &str) -> bool {
    like(tokens, &text.chars().collect::<Vec<_>>())
}

/// "Each of the six components is checked by itself."
fn like_arn(tokens: &[Token], text: &str) -> bool {
    if !tokens.is_empty() && tokens.iter().all(|token| *token == Token::Many) {
        return true;
    }
    let patterns: Vec<&[Token]> = tokens.splitn(6, |token| *token == Token::Char(':')).collect();
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    patterns.len() == parts.len()
        && patterns.iter().zip(parts).all(|(pattern, part)| like_text(pattern, part))
}

/// Patterns of two parts are for actions, and patterns of three for permissions.
fn action(pattern: &str, name: &str, asked: &Asked<'_>) -> Told {
    if pattern != "*" && pattern.split(':').count() != name.split(':').count() {
        return Some(false);
    }
    let tokens = tokens(&pattern.to_lowercase(), true, false, asked)?;
    Some(like_text(&tokens, &name.to_lowercase()))
}

/// "An incomplete ARN is completed with wildcards."
fn resource(pattern: &str, variables: bool, asked: &Asked<'_>) -> Told {
    let mut tokens = tokens(pattern, true, variables, asked)?;
    if pattern.starts_with("arn:") {
        // Values of the random cases have no colons.
        while tokens.iter().filter(|token| **token == Token::Char(':')).count() < 5 {
            tokens.extend([Token::Char(':'), Token::Many]);
        }
    }
    Some(like_arn(&tokens, asked.resource))
}

fn conditions(value: &Value, variables: bool, asked: &Asked<'_>) -> Told {
    let Some(operators) = value.as_object() else { return Some(true) };
    let mut all = Vec::new();
    for (operator, keys) in operators {
        for (key, values) in keys.as_object().unwrap() {
            let told = condition(operator, &key.to_lowercase(), &list(values), variables, asked);
            *asked.seen.borrow_mut().entry((operator.clone(), told)).or_default() += 1;
            all.push(told);
        }
    }
    and(all)
}

fn condition(operator: &str, key: &str, wanted: &[&Value], variables: bool, asked: &Asked<'_>) -> Told {
    let found = match asked.context.get(key) {
        None if !asked.complete => return None,
        None => &[][..],
        Some(values) => values,
    };
    let wanted: Vec<String> = wanted.iter().map(|value| text(value)).collect();
    if operator == "Null" {
        return Some(wanted.iter().any(|wanted| wanted.to_lowercase() == found.is_empty().to_string()));
    }
    let (set, plain) = operator.split_once(':').map_or((None, operator), |(set, plain)| (Some(set), plain));
    let (plain, if_exists) = plain.strip_suffix("IfExists").map_or((plain, false), |plain| (plain, true));
    let (base, negated) = (plain.replace("Not", ""), plain.contains("Not"));
    if found.is_empty() {
        return Some(if_exists || set == Some("ForAllValues") || (set.is_none() && negated));
    }
    let each: Vec<Told> = found
        .iter()
        .map(|found| {
            let any = or(wanted.iter().map(|wanted| fits(&base, wanted, found, variables, asked)));
            if negated { not(any) } else { any }
        })
        .collect();
    match (set, each.as_slice()) {
        (Some("ForAllValues"), _) => and(each),
        (Some(_), _) => or(each),
        (None, [one]) => *one,
        (None, _) => None,
    }
}

fn fits(base: &str, wanted: &str, found: &str, variables: bool, asked: &Asked<'_>) -> Told {
    let wild = matches!(base, "StringLike" | "ArnLike" | "ArnEquals");
    let tokens = |text: &str| tokens(text, wild, variables, asked);
    let order = |wanted: f64, found: f64| match base.trim_start_matches("Numeric").trim_start_matches("Date")
    {
        "Equals" => found.total_cmp(&wanted).is_eq(),
        "LessThan" => found < wanted,
        "LessThanEquals" => found <= wanted,
        "GreaterThan" => found > wanted,
        "GreaterThanEquals" => found >= wanted,
        other => panic!("{other}"),
    };
    match base {
        "StringEquals" | "StringLike" => Some(like_text(&tokens(wanted)?, found)),
        "StringEqualsIgnoreCase" => {
            let folded = tokens(wanted)?.into_iter().map(|token| match token {
                Token::Char(c) => c.to_lowercase().to_string(),
                _ => panic!("no wildcards here"),
            });
            Some(folded.collect::<String>() == found.to_lowercase())
        }
        "ArnEquals" | "ArnLike" => Some(like_arn(&tokens(wanted)?, found)),
        "Bool" => match found.to_lowercase().as_str() {
            found @ ("true" | "false") => Some(wanted.to_lowercase() == found),
            _ => None,
        },
        "BinaryEquals" => Some(STANDARD.decode(found).ok()? == STANDARD.decode(wanted).unwrap()),
        "IpAddress" => {
            let (network, length) = wanted.split_once('/').unwrap_or((wanted, "128"));
            let (network, found) = (bits(network)?, bits(found)?);
            let before = if wanted.contains(':') || !wanted.contains('/') { 0 } else { 96 };
            let length = before + length.parse::<usize>().unwrap();
            Some(network[..length] == found[..length])
        }
        _ if base.starts_with("Numeric") => Some(order(number(wanted)?, number(found)?)),
        _ => Some(order(seconds(wanted)?, seconds(found)?)),
    }
}

/// An address as 128 digits; one of IPv4 as IPv6 has it.
fn bits(address: &str) -> Option<String> {
    let number = match address.parse().ok()? {
        IpAddr::V4(address) => u128::from(u32::from(address)) | 0xffff_0000_0000,
        IpAddr::V6(address) => u128::from(address),
    };
    Some(format!("{number:0128b}"))
}

fn number(text: &str) -> Option<f64> {
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

#[expect(clippy::cast_precision_loss, reason = "the instants of the random cases are small numbers")]
fn seconds(text: &str) -> Option<f64> {
    if let Ok(seconds) = text.parse::<i64>() {
        return Some(seconds as f64);
    }
    let instant = match text.len() {
        7 => format!("{text}-01T00:00:00Z"),
        10 => format!("{text}T00:00:00Z"),
        _ => text.to_owned(),
    };
    instant.parse::<jiff::Timestamp>().ok().map(|instant| instant.as_millisecond() as f64 / 1000.0)
}
