//! JSON as a policy needs it: members in the order given and none lost, so that a second one of the same name is
//! seen, and a depth that is bounded while it is read.

use std::fmt::{self, Write as _};

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::error::Category;

use crate::error::PolicyError;

/// Most levels of lists and objects. A document has seven: itself, the list of statements, a statement, its
/// `Condition`, an operator in it, a key of that, and the key's values are a list in the last.
pub(crate) const MAX_DEPTH: usize = 8;

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Json {
    Null,
    Bool(bool),
    Number(serde_json::Number),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl Json {
    pub(crate) fn read(text: &str) -> Result<Self, PolicyError> {
        let mut reader = serde_json::Deserializer::from_str(text);
        let read = Level(0).deserialize(&mut reader).and_then(|value| reader.end().map(|()| value));
        read.map_err(|error| match error.classify() {
            // The one error of our own below.
            Category::Data => PolicyError::TooDeep,
            _ => PolicyError::Syntax { line: error.line(), column: error.column() },
        })
    }

    /// The value as the service shows it: a space around every colon and inside every bracket, two spaces a level,
    /// and only objects begin new lines. Characters that a request could not carry back are escaped.
    pub(crate) fn write(&self, level: usize, out: &mut String) {
        match self {
            Self::Null => out.push_str("null"),
            Self::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            Self::Number(value) => out.push_str(&value.to_string()),
            Self::Text(text) => write_text(text, out),
            Self::List(items) => {
                out.push('[');
                for (index, item) in items.iter().enumerate() {
                    out.push_str(if index == 0 { " " } else { ", " });
                    item.write(level, out);
                }
                out.push_str(" ]");
            }
            Self::Object(members) if members.is_empty() => out.push_str("{ }"),
            Self::Object(members) => {
                out.push('{');
                for (index, (name, value)) in members.iter().enumerate() {
                    out.push_str(if index == 0 { "\n" } else { ",\n" });
                    indent(level + 1, out);
                    write_text(name, out);
                    out.push_str(" : ");
                    value.write(level + 1, out);
                }
                out.push('\n');
                indent(level, out);
                out.push('}');
            }
        }
    }
}

fn indent(level: usize, out: &mut String) {
    for _ in 0..level {
        out.push_str("  ");
    }
}

fn write_text(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            ' '..='\u{7e}' | '\u{a0}'..='\u{ff}' => out.push(c),
            other => {
                for unit in other.encode_utf16(&mut [0; 2]) {
                    let _ = write!(out, "\\u{unit:04X}");
                }
            }
        }
    }
    out.push('"');
}

/// A value that begins so many levels deep.
#[derive(Clone, Copy)]
struct Level(usize);

impl Level {
    fn deeper<E: serde::de::Error>(self) -> Result<Self, E> {
        if self.0 < MAX_DEPTH { Ok(Self(self.0 + 1)) } else { Err(E::custom("too deep")) }
    }
}

impl<'de> DeserializeSeed<'de> for Level {
    type Value = Json;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Json, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Level {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
        Ok(Json::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
        Ok(Json::Number(value.into()))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Json, E> {
        serde_json::Number::from_f64(value).map(Json::Number).ok_or_else(|| E::custom("not finite"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Json, E> {
        Ok(Json::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
        let level = self.deeper()?;
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(level)? {
            list.push(item);
        }
        Ok(Json::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Json, A::Error> {
        let level = self.deeper()?;
        let mut object = Vec::new();
        while let Some(name) = members.next_key::<String>()? {
            object.push((name, members.next_value_seed(level)?));
        }
        Ok(Json::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let mut out = String::new();
        Json::read(text).unwrap().write(0, &mut out);
        out
    }

    #[test]
    fn is_shown_as_the_service_does() {
        assert_eq!(
            shown(r#"{"a":["x","y"],"b":{},"c":1}"#),
            "{\n  \"a\" : [ \"x\", \"y\" ],\n  \"b\" : { },\n  \"c\" : 1\n}"
        );
        assert_eq!(shown(r#"[{"a":true},{"b":[]}]"#), "[ {\n  \"a\" : true\n}, {\n  \"b\" : [ ]\n} ]");
        assert_eq!(shown(r#""é\u0001\ud83d\ude00\n\"""#), "\"é\\u0001\\uD83D\\uDE00\\n\\\"\"");
    }

    #[test]
    fn a_depth_is_the_most() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(Json::read(&nested(MAX_DEPTH)).is_ok());
        for depth in [MAX_DEPTH + 1, 100_000] {
            assert_eq!(Json::read(&nested(depth)), Err(PolicyError::TooDeep), "{depth}");
        }
    }

    #[test]
    fn what_is_no_json() {
        for text in
            ["", "{", "{}{}", "{a:1}", "'x'", "{\"a\":1,}", "\u{feff}{}", "NaN", "1e999", "\"\\ud800\""]
        {
            assert!(matches!(Json::read(text), Err(PolicyError::Syntax { .. })), "{text}");
        }
    }
}
