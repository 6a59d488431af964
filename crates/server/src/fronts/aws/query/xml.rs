//! Answers as XML: what the JSON of an answer spells in the Query protocol.

use quick_xml::Writer;
use quick_xml::events::{BytesEnd, BytesStart, BytesText, Event};
use serde_json::Value;

/// What stands for a character that XML 1.0 cannot carry.
const UNSPEAKABLE: char = char::REPLACEMENT_CHARACTER;
/// A member of this name holds the pairs of a map, each of them an element.
const ENTRY: &str = "entry";

/// A document that is being written.
pub(super) struct Document(Writer<Vec<u8>>);

impl Document {
    /// A document of one element, in a namespace, which `write` fills.
    pub(super) fn write(root: &str, namespace: &str, write: impl FnOnce(&mut Self)) -> Vec<u8> {
        let mut document = Self(Writer::new(Vec::new()));
        let start = BytesStart::new(root).with_attributes([("xmlns", namespace)]);
        document.event(Event::Start(start));
        write(&mut document);
        document.event(Event::End(BytesEnd::new(root)));
        document.0.into_inner()
    }

    /// An element that `write` fills.
    pub(super) fn element(&mut self, name: &str, write: impl FnOnce(&mut Self)) {
        self.event(Event::Start(BytesStart::new(name)));
        write(self);
        self.event(Event::End(BytesEnd::new(name)));
    }

    /// An element with a text.
    pub(super) fn text(&mut self, name: &str, text: &str) {
        self.element(name, |document| document.characters(text));
    }

    /// An element with a value: members become elements, items of a list elements `member`. What is null is left out.
    pub(super) fn value(&mut self, name: &str, value: &Value) {
        match value {
            Value::Null => {}
            Value::Bool(is) => self.text(name, if *is { "true" } else { "false" }),
            Value::Number(number) => self.text(name, &number.to_string()),
            Value::String(text) => self.text(name, text),
            Value::Array(items) if name == ENTRY => {
                for item in items {
                    self.value(ENTRY, item);
                }
            }
            Value::Array(items) => self.element(name, |document| {
                for item in items {
                    document.value("member", item);
                }
            }),
            Value::Object(members) => self.element(name, |document| {
                for (name, value) in members {
                    document.value(name, value);
                }
            }),
        }
    }

    fn characters(&mut self, text: &str) {
        let text: String = text.chars().map(|c| if is_of_xml(c) { c } else { UNSPEAKABLE }).collect();
        self.event(Event::Text(BytesText::new(&text)));
    }

    fn event(&mut self, event: Event<'_>) {
        // Writing to memory cannot fail.
        let _ = self.0.write_event(event);
    }
}

/// Whether XML 1.0 has this character (section 2.2, production 2). Rust's characters are no surrogates anyway.
fn is_of_xml(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{FFFD}' | '\u{10000}'..)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use quick_xml::Reader;
    use serde_json::json;

    use super::*;

    fn written(value: &Value) -> String {
        let bytes = Document::write("Root", "urn:x", |document| document.value("A", value));
        let text = String::from_utf8(bytes).unwrap();
        text.strip_prefix("<Root xmlns=\"urn:x\">").unwrap().strip_suffix("</Root>").unwrap().to_owned()
    }

    #[test]
    fn values_become_elements() {
        for (value, expected) in [
            (json!("a"), "<A>a</A>"),
            (json!(""), "<A></A>"),
            (json!(5), "<A>5</A>"),
            (json!(true), "<A>true</A>"),
            (json!(null), ""),
            (json!({}), "<A></A>"),
            (json!([]), "<A></A>"),
            (json!(["a", "b"]), "<A><member>a</member><member>b</member></A>"),
            (
                json!({"B": "c", "D": null, "E": [{"F": false}]}),
                "<A><B>c</B><E><member><F>false</F></member></E></A>",
            ),
            (
                json!({"entry": [{"key": "Users", "value": 1}, {"key": "Groups", "value": 2}]}),
                "<A><entry><key>Users</key><value>1</value></entry><entry><key>Groups</key><value>2</value></entry></A>",
            ),
        ] {
            assert_eq!(written(&value), expected);
        }
    }

    #[test]
    fn any_text_comes_through_or_is_replaced() {
        for (text, expected) in [
            ("<a>&\"'", "&lt;a&gt;&amp;&quot;&apos;"),
            ("]]>", "]]&gt;"),
            ("a\tb\nc\rd", "a\tb\nc&#13;d"),
            ("\0\u{8}\u{b}\u{1f}\u{fffe}\u{ffff}", "\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}"),
            ("ü€\u{10348}\u{7f}\u{85}", "ü€\u{10348}\u{7f}\u{85}"),
        ] {
            assert_eq!(written(&Value::from(text)), format!("<A>{expected}</A>"));
        }
    }

    proptest! {
        #[test]
        fn what_was_written_is_read_again(text in any::<String>()) {
            let expected: String = text.chars().map(|c| if is_of_xml(c) { c } else { UNSPEAKABLE }).collect();
            let document = Document::write("Root", "urn:x", |document| document.text("A", &text));
            let mut reader = Reader::from_reader(document.as_slice());
            let mut read = String::new();
            loop {
                match reader.read_event().unwrap() {
                    Event::Text(text) => read += &text,
                    Event::GeneralRef(name) => {
                        let reference = format!("&{};", &*name);
                        read += &quick_xml::escape::unescape(&reference).unwrap();
                    }
                    Event::Eof => break,
                    _ => {}
                }
            }
            prop_assert_eq!(read, expected);
        }
    }
}
