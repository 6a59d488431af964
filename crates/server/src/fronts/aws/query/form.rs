//! The parameters of a request of the Query protocol, and the JSON that they spell.
//!
//! `Tags.member.1.Key=a` is the `Key` of the first item of the list `Tags`; maps are written `.entry.1.key` and
//! `.entry.1.value`; an empty list is the name with nothing after it. One form has one reading: a name that is there
//! twice, or is both a value and a structure, a list with a gap, a broken escape and what is not UTF-8 are refused.
//! Names that the action does not know are ignored, as AWS does.

use std::collections::BTreeMap;

use api::constraint::{Kind, Member};
use serde_json::{Map, Number, Value};
use sigv4::Query;

use super::error::Error;

/// Most parameters. The largest request that is not an attack, a role assumed with fifty tags, fifty of them passed on
/// and ten policies, has fewer than 200.
const MAX_PARAMETERS: usize = 1000;
/// Most parts of a name; the deepest of the API, `PolicyInputList.member.1.Tags.member.1.Key`, has fewer.
const MAX_DEPTH: usize = 10;
/// What the parameters of a signature begin with.
const SIGNATURE: &[u8] = b"x-amz-";

/// The parameters of a request, by the parts of their names.
#[derive(Debug)]
pub(super) struct Form {
    parameters: BTreeMap<String, Node>,
    /// Whether they stood in the URL, which is written to logs.
    in_url: bool,
}

/// What stands under a part of a name.
#[derive(Debug)]
enum Node {
    Value(String),
    Parts(BTreeMap<String, Node>),
}

impl Form {
    /// Reads a body of `application/x-www-form-urlencoded`.
    pub(super) fn of_body(body: &[u8]) -> Result<Self, Error> {
        let escapes_are_whole = body
            .split(|byte| *byte == b'%')
            .skip(1)
            .all(|after| after.get(..2).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)));
        if !body.is_ascii() || !escapes_are_whole {
            return Err(Error::malformed("The body must be a form with whole percent-escapes."));
        }
        let pairs = form_urlencoded::parse(body).map(|(name, value)| (name.into_owned(), value.into_owned()));
        Self::read(pairs, false)
    }

    /// Reads a query string, without what it has of a signature.
    pub(super) fn of_query(query: &str) -> Result<Self, Error> {
        let query = Query::parse(query).map_err(|error| Error::malformed(error.to_string()))?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let pairs = query
            .iter()
            .filter(|(name, _)| {
                !name.get(..SIGNATURE.len()).is_some_and(|start| start.eq_ignore_ascii_case(SIGNATURE))
            })
            .map(|(name, value)| (text(name), text(value)));
        Self::read(pairs, true)
    }

    fn read(pairs: impl Iterator<Item = (String, String)>, in_url: bool) -> Result<Self, Error> {
        let mut parameters = BTreeMap::new();
        for (number, (name, value)) in pairs.enumerate() {
            if number == MAX_PARAMETERS {
                return Err(Error::malformed(format!("A request has at most {MAX_PARAMETERS} parameters.")));
            }
            // What stands for bytes that are no UTF-8.
            if [&name, &value].iter().any(|text| text.contains(char::REPLACEMENT_CHARACTER)) {
                return Err(Error::malformed("The names and values of parameters must be UTF-8."));
            }
            insert(&mut parameters, &name, value)?;
        }
        Ok(Self { parameters, in_url })
    }

    /// Whether nothing was sent.
    pub(super) fn is_empty(&self) -> bool {
        self.parameters.is_empty()
    }

    /// The value of a name that has no parts.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        match self.parameters.get(name) {
            Some(Node::Value(value)) => Some(value),
            _ => None,
        }
    }

    /// The parameters as the JSON object that `members` describe.
    pub(super) fn into_json(self, members: &[Member]) -> Result<Value, Error> {
        structure(members, self.parameters, &At { path: "", in_url: self.in_url })
    }
}

/// Puts a value at its place.
fn insert(parameters: &mut BTreeMap<String, Node>, name: &str, value: String) -> Result<(), Error> {
    if name.split('.').count() > MAX_DEPTH {
        return Err(Error::malformed(format!("The name of a parameter has at most {MAX_DEPTH} parts.")));
    }
    let (path, last) = name.rsplit_once('.').map_or((None, name), |(path, last)| (Some(path), last));
    let mut parts = parameters;
    for part in path.into_iter().flat_map(|path| path.split('.')) {
        let below = parts.entry(part.to_owned()).or_insert_with(|| Node::Parts(BTreeMap::new()));
        parts = match below {
            Node::Parts(parts) => parts,
            Node::Value(_) => return Err(twice(name)),
        };
    }
    match parts.insert(last.to_owned(), Node::Value(value)) {
        None => Ok(()),
        Some(_) => Err(twice(name)),
    }
}

/// Where a value stands.
struct At<'a> {
    path: &'a str,
    in_url: bool,
}

impl At<'_> {
    fn refused(&self, why: &str) -> Error {
        Error::malformed(format!("The parameter '{}' {why}.", shown(self.path)))
    }

    /// What stands at `part` of this place.
    fn below<T>(&self, part: &str, read: impl FnOnce(&At<'_>) -> T) -> T {
        let path = if self.path.is_empty() { part.to_owned() } else { format!("{}.{part}", self.path) };
        read(&At { path: &path, in_url: self.in_url })
    }
}

fn value(kind: &Kind, node: Node, at: &At<'_>) -> Result<Value, Error> {
    match (kind, node) {
        (Kind::Secret { .. }, _) if at.in_url => {
            Err(at.refused("is a secret, and URLs are written to logs: send it in the body"))
        }
        (kind, Node::Value(text)) => scalar(kind, text, at),
        (Kind::List { item, .. }, Node::Parts(parts)) => list(item, parts, at),
        (Kind::Map { .. }, Node::Parts(parts)) => map(parts, at),
        (Kind::Structure(members), Node::Parts(parts)) => structure(members, parts, at),
        (_, Node::Parts(_)) => Err(at.refused("has no parts")),
    }
}

fn scalar(kind: &Kind, text: String, at: &At<'_>) -> Result<Value, Error> {
    match kind {
        Kind::Text { .. } | Kind::Secret { .. } | Kind::Blob { .. } | Kind::Enum(_) => Ok(Value::from(text)),
        Kind::Integer { .. } => {
            text.parse::<i64>().map(Value::from).map_err(|_| at.refused("must be an integer"))
        }
        Kind::Timestamp => {
            let seconds = text.parse().ok().and_then(Number::from_f64);
            seconds.map(Value::from).ok_or_else(|| at.refused("must be a number of seconds since 1970"))
        }
        Kind::Boolean => match text.as_str() {
            "true" => Ok(Value::Bool(true)),
            "false" => Ok(Value::Bool(false)),
            _ => Err(at.refused("must be true or false")),
        },
        // Nothing but the name is how clients write the empty ones.
        Kind::List { .. } if text.is_empty() => Ok(Value::Array(Vec::new())),
        Kind::Map { .. } | Kind::Structure(_) if text.is_empty() => Ok(Value::Object(Map::new())),
        Kind::List { .. } => Err(at.refused("is a list: name its items .member.1 and so on")),
        Kind::Map { .. } => {
            Err(at.refused("is a map: name its parts .entry.1.key, .entry.1.value and so on"))
        }
        Kind::Structure(_) => Err(at.refused("is a structure: name its members")),
    }
}

fn structure(members: &[Member], mut parts: BTreeMap<String, Node>, at: &At<'_>) -> Result<Value, Error> {
    let mut object = Map::new();
    for member in members {
        if let Some(node) = parts.remove(member.name) {
            let found = at.below(member.name, |at| value(&member.kind, node, at))?;
            object.insert(member.name.to_owned(), found);
        }
    }
    Ok(Value::Object(object))
}

fn list(item: &Kind, mut parts: BTreeMap<String, Node>, at: &At<'_>) -> Result<Value, Error> {
    let Some(items) = parts.remove("member") else { return Ok(Value::Array(Vec::new())) };
    at.below("member", |at| {
        let items = numbered(items, at)?;
        let read = |(index, node)| at.below(&format!("{}", index + 1), |at| value(item, node, at));
        items.into_iter().enumerate().map(read).collect::<Result<Vec<_>, _>>().map(Value::Array)
    })
}

fn map(mut parts: BTreeMap<String, Node>, at: &At<'_>) -> Result<Value, Error> {
    let Some(entries) = parts.remove("entry") else { return Ok(Value::Object(Map::new())) };
    at.below("entry", |at| {
        let mut object = Map::new();
        for node in numbered(entries, at)? {
            let Node::Parts(mut pair) = node else { return Err(at.refused("has a key and a value")) };
            match (pair.remove("key"), pair.remove("value")) {
                (Some(Node::Value(key)), Some(Node::Value(value))) => {
                    if object.insert(key, Value::from(value)).is_some() {
                        return Err(at.refused("has a key twice"));
                    }
                }
                _ => return Err(at.refused("has a key and a value")),
            }
        }
        Ok(Value::Object(object))
    })
}

/// What is numbered from 1 on, in order.
fn numbered(items: Node, at: &At<'_>) -> Result<Vec<Node>, Error> {
    let gap = || at.refused("must number its items 1, 2, 3 and so on");
    let Node::Parts(mut parts) = items else { return Err(gap()) };
    let mut items = Vec::with_capacity(parts.len());
    for number in 1..=parts.len() {
        items.push(parts.remove(&number.to_string()).ok_or_else(gap)?);
    }
    Ok(items)
}

fn twice(name: &str) -> Error {
    Error::malformed(format!("The parameter '{}' must be given only once.", shown(name)))
}

/// As much of a name as an error repeats: the longest of the API has fewer than 64 characters.
fn shown(name: &str) -> String {
    name.chars().take(64).flat_map(char::escape_debug).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    const TEXT: Kind = Kind::Text { min: 0, max: 9, pattern: None };
    const TAG: Kind = Kind::Structure(&[
        Member { name: "Key", required: true, kind: TEXT },
        Member { name: "Value", required: true, kind: TEXT },
    ]);
    const MEMBERS: &[Member] = &[
        Member { name: "UserName", required: true, kind: TEXT },
        Member { name: "MaxItems", required: false, kind: Kind::Integer { min: 1, max: 9 } },
        Member { name: "SetAsDefault", required: false, kind: Kind::Boolean },
        Member { name: "Token", required: false, kind: Kind::Secret { min: 0, max: 9, pattern: None } },
        Member { name: "Tags", required: false, kind: Kind::List { min: 0, max: 9, item: &TAG } },
        Member { name: "TagKeys", required: false, kind: Kind::List { min: 0, max: 9, item: &TEXT } },
        Member { name: "Context", required: false, kind: Kind::Map { max: 9 } },
    ];

    fn json_of(form: Result<Form, Error>) -> Result<Value, String> {
        let said = |error: Error| format!("{}: {}", error.code, error.message);
        form.map_err(said)?.into_json(MEMBERS).map_err(said)
    }

    #[test]
    fn parameters_become_the_json_they_spell() {
        for (case, body, expected) in [
            ("nothing", "", json!({})),
            ("text", "UserName=a%20b%2B+c", json!({"UserName": "a b+ c"})),
            ("UTF-8", "UserName=%C3%BC", json!({"UserName": "ü"})),
            ("no value", "UserName", json!({"UserName": ""})),
            ("simple types", "MaxItems=5&SetAsDefault=true", json!({"MaxItems": 5, "SetAsDefault": true})),
            ("an empty list", "TagKeys=", json!({"TagKeys": []})),
            (
                "ten items in any order",
                "TagKeys.member.10=j&TagKeys.member.1=a&TagKeys.member.2=b&TagKeys.member.3=c&TagKeys.member.4=d&\
                 TagKeys.member.5=e&TagKeys.member.6=f&TagKeys.member.7=g&TagKeys.member.8=h&TagKeys.member.9=i",
                json!({"TagKeys": ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"]}),
            ),
            (
                "structures in a list",
                "Tags.member.1.Key=a&Tags.member.1.Value=b&Tags.member.2.Key=c",
                json!({"Tags": [{"Key": "a", "Value": "b"}, {"Key": "c"}]}),
            ),
            (
                "a map",
                "Context.entry.1.key=a.b&Context.entry.1.value=1&Context.entry.2.value=2&Context.entry.2.key=c",
                json!({"Context": {"a.b": "1", "c": "2"}}),
            ),
            ("names that nobody knows", "Other=1&Tags.member.1.Color=red&Action=x", json!({"Tags": [{}]})),
        ] {
            assert_eq!(json_of(Form::of_body(body.as_bytes())), Ok(expected), "{case}");
        }
    }

    #[test]
    fn what_has_no_one_reading_is_refused() {
        for (body, reason) in [
            ("UserName=a&UserName=a", "'UserName' must be given only once"),
            ("Other=a&Other=b", "only once"),
            ("Tags=&Tags.member.1.Key=a", "only once"),
            ("Tags.member.1.Key=a&Tags=", "only once"),
            ("UserName.member.1=a", "'UserName' has no parts"),
            ("TagKeys.member.2=a", "must number its items"),
            ("TagKeys.member.1=a&TagKeys.member.3=a", "must number its items"),
            ("TagKeys.member.0=a", "must number its items"),
            ("TagKeys.member.01=a", "must number its items"),
            ("TagKeys.member.+1=a", "must number its items"),
            ("TagKeys.member=a", "must number its items"),
            ("TagKeys=a", "is a list"),
            ("Tags.member.1=a", "'Tags.member.1' is a structure"),
            ("Context=a", "is a map"),
            ("Context.entry.1.key=a", "has a key and a value"),
            ("Context.entry.1=a", "has a key and a value"),
            (
                "Context.entry.1.key=a&Context.entry.1.value=1&Context.entry.2.key=a&Context.entry.2.value=1",
                "has a key twice",
            ),
            ("MaxItems=five", "must be an integer"),
            ("MaxItems=5.0", "must be an integer"),
            ("MaxItems=", "must be an integer"),
            ("MaxItems=99999999999999999999", "must be an integer"),
            ("SetAsDefault=yes", "must be true or false"),
            ("UserName=%FF", "must be UTF-8"),
            ("UserName=%4", "percent-escapes"),
            ("UserName=%zz", "percent-escapes"),
            ("UserName=ü", "percent-escapes"),
            ("UserName=\0%", "percent-escapes"),
            ("a.b.c.d.e.f.g.h.i.j.k=1", "at most 10 parts"),
        ] {
            let error = json_of(Form::of_body(body.as_bytes())).unwrap_err();
            assert!(error.starts_with("MalformedInput: ") && error.contains(reason), "{body}: {error}");
        }
        let deep = ".".repeat(100_000);
        assert!(json_of(Form::of_body(deep.as_bytes())).unwrap_err().contains("at most 10 parts"));
    }

    #[test]
    fn as_many_parameters_as_there_may_be() {
        let many = |count| (0..count).map(|number| format!("a{number}=")).collect::<Vec<_>>().join("&");
        assert!(Form::of_body(many(MAX_PARAMETERS).as_bytes()).is_ok());
        assert!(Form::of_body(many(MAX_PARAMETERS + 1).as_bytes()).is_err());
    }

    #[test]
    fn in_a_url_it_is_the_same_but_for_the_signature_and_secrets() {
        let url = "UserName=a%20b&X-Amz-Date=x&x-amz-signature=y&TagKeys.member.1=c";
        assert_eq!(json_of(Form::of_query(url)), Ok(json!({"UserName": "a b", "TagKeys": ["c"]})));
        assert!(Form::of_query("X-Amz-Date=x").unwrap().is_empty());
        for (query, reason) in [
            ("Token=a", "'Token' is a secret"),
            ("UserName=%FF", "must be UTF-8"),
            ("UserName=a&UserName=b", "only once"),
            ("UserName=a+b", "malformed"),
        ] {
            let error = json_of(Form::of_query(query)).unwrap_err();
            assert!(error.contains(reason), "{query}: {error}");
        }
        assert_eq!(json_of(Form::of_body(b"Token=a")), Ok(json!({"Token": "a"})));
    }

    proptest! {
        #[test]
        fn any_body_is_answered(body in proptest::collection::vec(any::<u8>(), 0..200)) {
            drop(json_of(Form::of_body(&body)));
        }

        #[test]
        fn any_names_are_answered(names in proptest::collection::vec("(Tags|TagKeys|Context|member|entry|[0-3]|key|\\.){1,8}", 1..6)) {
            let body = names.join("=&");
            drop(json_of(Form::of_body(body.as_bytes())));
            drop(json_of(Form::of_query(&body)));
        }

        #[test]
        fn what_a_client_writes_is_read(texts in proptest::collection::vec("[^\u{fffd}]{0,9}", 0..6)) {
            let mut body = form_urlencoded::Serializer::new(String::new());
            for (index, text) in texts.iter().enumerate() {
                body.append_pair(&format!("TagKeys.member.{}", index + 1), text);
            }
            let expected = if texts.is_empty() { json!({}) } else { json!({ "TagKeys": texts }) };
            prop_assert_eq!(json_of(Form::of_body(body.finish().as_bytes())), Ok(expected));
        }
    }
}
