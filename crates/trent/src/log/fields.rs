//! How the fields of an event or a span are written: behind one another, each led by what parts it from the one before.

use std::fmt::{self, Debug, Display, Write};

use tracing::field::{Field, Visit};

/// What a line looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// For people; with color if they look at it on a terminal.
    Text { color: bool },
    /// An object.
    Json,
}

/// Writes the fields that it visits: as ` name=value`, or as `,"name":value`.
pub(super) struct Fields<'a> {
    pub(super) form: Form,
    pub(super) line: &'a mut String,
}

impl Fields<'_> {
    fn name(&mut self, field: &Field) {
        let name = field.name();
        match self.form {
            Form::Json => {
                self.line.push_str(",\"");
                let _ = Escaped::json(self.line).write_str(name);
                self.line.push_str("\":");
            }
            Form::Text { color } => {
                self.line.push(' ');
                if name != "message" {
                    paint(self.line, color, style::ITALIC, name);
                    self.line.push('=');
                }
            }
        }
    }

    fn number(&mut self, field: &Field, value: impl Display) {
        self.name(field);
        let _ = write!(self.line, "{value}");
    }
}

// Writing to a string cannot fail; what can is a value that says it cannot be told, and then the rest of it is missing.
impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.name(field);
        match self.form {
            Form::Json => {
                self.line.push('"');
                let _ = write!(Escaped::json(self.line), "{value:?}");
                self.line.push('"');
            }
            Form::Text { .. } => {
                let _ = write!(Escaped::text(self.line), "{value:?}");
            }
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        if self.form == Form::Json || field.name() == "message" {
            self.record_debug(field, &format_args!("{value}"));
        } else {
            // In quotes, so that a value with spaces cannot be taken for several.
            self.record_debug(field, &value);
        }
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.number(field, value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.number(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.number(field, value);
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        if self.form == Form::Json && !value.is_finite() {
            self.number(field, "null");
        } else {
            self.number(field, value);
        }
    }
}

/// Passes text on, and writes out what could end a string or a line, or command a terminal.
struct Escaped<'a> {
    line: &'a mut String,
    escape: fn(&mut String, char),
}

impl<'a> Escaped<'a> {
    fn json(line: &'a mut String) -> Self {
        Self {
            line,
            escape: |line, c| match c {
                '"' | '\\' => line.extend(['\\', c]),
                '\n' => line.push_str("\\n"),
                c if c.is_control() => {
                    let _ = write!(line, "\\u{:04x}", u32::from(c));
                }
                c => line.push(c),
            },
        }
    }

    fn text(line: &'a mut String) -> Self {
        Self {
            line,
            escape: |line, c| match c {
                c if c.is_control() => line.extend(c.escape_default()),
                c => line.push(c),
            },
        }
    }
}

impl Write for Escaped<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let plain = |byte: u8| (b' '..=b'~').contains(&byte) && byte != b'"' && byte != b'\\';
        // Without an early end, so that many bytes are looked at at once: hardly any value has one to escape.
        if text.bytes().fold(true, |all, byte| all & plain(byte)) {
            self.line.push_str(text);
        } else {
            text.chars().for_each(|c| (self.escape)(self.line, c));
        }
        Ok(())
    }
}

/// The codes of a terminal for how text looks ("select graphic rendition", ECMA-48 8.3.117).
pub(super) mod style {
    pub(crate) const BOLD: &str = "1";
    pub(crate) const FAINT: &str = "2";
    pub(crate) const ITALIC: &str = "3";
    pub(crate) const RED: &str = "31";
    pub(crate) const GREEN: &str = "32";
    pub(crate) const YELLOW: &str = "33";
    pub(crate) const BLUE: &str = "34";
    pub(crate) const PURPLE: &str = "35";
}

/// Writes `text` so that it looks like `style`, if there is color.
pub(super) fn paint(line: &mut String, color: bool, style: &str, text: &str) {
    if color {
        line.extend(["\x1b[", style, "m", text, "\x1b[0m"]);
    } else {
        line.push_str(text);
    }
}
