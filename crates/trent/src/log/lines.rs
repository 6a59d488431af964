//! How an event becomes a line.

use std::cell::Cell;
use std::fmt::Write as _;

use jiff::Timestamp;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::{LookupSpan, SpanRef};

use super::fields::{Fields, Form, paint, style};

/// What a thread keeps for its next line, in bytes. Ours: far above usual lines.
const KEPT: usize = 16 * 1024;

thread_local! {
    /// The memory of the last line, for the next.
    static LINE: Cell<String> = const { Cell::new(String::new()) };
}

/// Makes a line of each event, and hands it to `put`.
pub(super) struct Lines<P> {
    pub(super) form: Form,
    pub(super) now: fn() -> Timestamp,
    pub(super) put: P,
}

/// The fields of a span, as they stand in lines.
struct SpanFields(String);

impl<S, P> Layer<S> for Lines<P>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    P: Fn(&[u8]) + 'static,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        let mut line = String::new();
        attributes.record(&mut Fields { form: self.form, line: &mut line });
        span.extensions_mut().insert(SpanFields(line));
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        if let Some(SpanFields(line)) = span.extensions_mut().get_mut() {
            values.record(&mut Fields { form: self.form, line });
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        // Taken, not borrowed: to write a value may be an event too.
        let mut line = LINE.try_with(Cell::take).unwrap_or_default();
        begin(&mut line, self.form, (self.now)(), *event.metadata().level());
        // The innermost first.
        let spans: Vec<_> = context.event_scope(event).into_iter().flatten().collect();
        match self.form {
            Form::Text { color } => {
                text_spans(&mut line, color, &spans);
                event.record(&mut Fields { form: self.form, line: &mut line });
            }
            Form::Json => {
                event.record(&mut Fields { form: self.form, line: &mut line });
                json_spans(&mut line, &spans);
                line.push('}');
            }
        }
        line.push('\n');
        (self.put)(line.as_bytes());
        line.clear();
        if line.capacity() <= KEPT {
            let _ = LINE.try_with(|kept| kept.set(line));
        }
    }
}

/// The line that says how many lines are missing.
pub(super) fn lost(form: Form, now: Timestamp, lines: usize) -> String {
    const MESSAGE: &str = "lines of the log are missing here: they could not be written in time";
    let mut line = String::new();
    begin(&mut line, form, now, Level::ERROR);
    let _ = match form {
        Form::Text { .. } => writeln!(line, " {MESSAGE} lines={lines}"),
        Form::Json => writeln!(line, r#","message":"{MESSAGE}","lines":{lines}}}"#),
    };
    line
}

/// The time and the level, with which every line begins.
fn begin(line: &mut String, form: Form, now: Timestamp, level: Level) {
    let _ = match form {
        Form::Json => write!(line, r#"{{"timestamp":"{now:.6}","level":"{level}""#),
        Form::Text { color: false } => write!(line, "{now:.6} {level:>5}"),
        Form::Text { color } => {
            paint(line, color, style::FAINT, &format!("{now:.6} "));
            paint(line, color, color_of(level), &format!("{level:>5}"));
            Ok(())
        }
    };
}

fn color_of(level: Level) -> &'static str {
    match level {
        Level::ERROR => style::RED,
        Level::WARN => style::YELLOW,
        Level::INFO => style::GREEN,
        Level::DEBUG => style::BLUE,
        Level::TRACE => style::PURPLE,
    }
}

/// What the event is part of, from the outermost span on: `request{id=…}:`.
fn text_spans<'a, S: LookupSpan<'a>>(line: &mut String, color: bool, spans: &[SpanRef<'a, S>]) {
    if !spans.is_empty() {
        line.push(' ');
    }
    for span in spans.iter().rev() {
        paint(line, color, style::BOLD, span.name());
        if let Some(SpanFields(fields)) = span.extensions().get()
            && let Some(fields) = fields.strip_prefix(' ')
        {
            line.extend(["{", fields, "}"]);
        }
        line.push(':');
    }
}

/// The innermost span as `span`, and all, from the outermost on, as `spans`.
fn json_spans<'a, S: LookupSpan<'a>>(line: &mut String, spans: &[SpanRef<'a, S>]) {
    let Some(innermost) = spans.first() else { return };
    line.push_str(r#","span":"#);
    json_span(line, innermost);
    line.push_str(r#","spans":["#);
    for (index, span) in spans.iter().rev().enumerate() {
        if index > 0 {
            line.push(',');
        }
        json_span(line, span);
    }
    line.push(']');
}

fn json_span<'a, S: LookupSpan<'a>>(line: &mut String, span: &SpanRef<'a, S>) {
    line.extend([r#"{"name":""#, span.name(), "\""]);
    if let Some(SpanFields(fields)) = span.extensions().get() {
        line.push_str(fields);
    }
    line.push('}');
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use serde_json::{Value, json};
    use tracing::field::Empty;
    use tracing::{debug, error, info, info_span, subscriber};
    use tracing_subscriber::layer::SubscriberExt as _;

    use super::*;

    const TEXT: Form = Form::Text { color: false };
    /// What breaks out of a string, a line or an object, or commands a terminal.
    const HOSTILE: &str = "a\"b\\c\nd\re\tf\0g\u{1b}[31mh\u{7f}i\u{9b}2Jj\u{85}k} l=m ü";

    /// What is logged while `events` runs.
    fn logged(form: Form, events: impl FnOnce()) -> String {
        let kept = Arc::new(Mutex::new(Vec::new()));
        let put = {
            let kept = Arc::clone(&kept);
            move |line: &[u8]| kept.lock().unwrap().extend_from_slice(line)
        };
        let now = || Timestamp::new(1_767_225_599, 7_000_999).unwrap();
        subscriber::with_default(tracing_subscriber::registry().with(Lines { form, now, put }), events);
        let kept = kept.lock().unwrap().clone();
        String::from_utf8(kept).unwrap()
    }

    fn request() {
        let span = info_span!("request", id = %"8c", region = Empty);
        span.record("region", "eu-central-1");
        let _entered = span.enter();
        info_span!("empty").in_scope(|| {
            info!(status = 200_u16, code = None::<&str>, micros = -1, dry = true, by = ?Some("x y"), "answered");
        });
    }

    fn json(text: &str) -> Value {
        assert_eq!(text.find('\n'), Some(text.len() - 1), "{text:?}");
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn an_event_is_a_line_for_people() {
        assert_eq!(
            logged(TEXT, request),
            "2025-12-31T23:59:59.007000Z  INFO request{id=8c region=\"eu-central-1\"}:empty: answered status=200 \
             micros=-1 dry=true by=Some(\"x y\")\n"
        );
        assert_eq!(logged(TEXT, || error!("no fields")), "2025-12-31T23:59:59.007000Z ERROR no fields\n");
    }

    #[test]
    fn an_event_is_an_object() {
        let request_span = json!({ "name": "request", "id": "8c", "region": "eu-central-1" });
        assert_eq!(
            json(&logged(Form::Json, request)),
            json!({
                "timestamp": "2025-12-31T23:59:59.007000Z", "level": "INFO", "message": "answered", "status": 200,
                "micros": -1, "dry": true, "by": "Some(\"x y\")", "span": { "name": "empty" },
                "spans": [request_span, { "name": "empty" }],
            })
        );
        let alone = json!({ "timestamp": "2025-12-31T23:59:59.007000Z", "level": "DEBUG", "message": "m", "none": null });
        assert_eq!(json(&logged(Form::Json, || debug!(none = f64::NAN, "m"))), alone);
    }

    fn hostile() {
        let span = info_span!("request", quoted = HOSTILE, late = Empty);
        span.record("late", HOSTILE);
        span.in_scope(|| info!(quoted = HOSTILE, shown = %HOSTILE, told = ?HOSTILE, "{HOSTILE}"));
    }

    #[test]
    fn values_end_no_line_and_command_no_terminal() {
        for form in [TEXT, Form::Json] {
            let text = logged(form, hostile);
            assert_eq!(text.find(char::is_control), Some(text.len() - 1), "{text:?}");
            assert!(text.ends_with('\n'));
        }
    }

    #[test]
    fn values_are_whole_in_objects() {
        let line = json(&logged(Form::Json, hostile));
        for value in [&line["message"], &line["quoted"], &line["shown"], &line["span"]["quoted"]] {
            assert_eq!(value, HOSTILE);
        }
        assert_eq!(line["told"], format!("{HOSTILE:?}"));
        assert_eq!(line["spans"][0], json!({ "name": "request", "quoted": HOSTILE, "late": HOSTILE }));
    }

    #[test]
    fn only_terminals_get_color() {
        let colored = logged(Form::Text { color: true }, request);
        let plain = [style::BOLD, style::FAINT, style::ITALIC, style::GREEN, "0"]
            .iter()
            .fold(colored.clone(), |text, style| text.replace(&format!("\x1b[{style}m"), ""));
        assert!(colored.contains("\x1b[32m INFO\x1b[0m"), "{colored:?}");
        assert_eq!(plain, logged(TEXT, request));
    }

    #[test]
    fn lost_lines_are_told_as_any_event() {
        let now = Timestamp::UNIX_EPOCH;
        let text = lost(TEXT, now, 3);
        assert!(text.starts_with("1970-01-01T00:00:00.000000Z ERROR lines of the log are missing"), "{text}");
        assert!(text.ends_with(" lines=3\n"), "{text}");
        let object = json(&lost(Form::Json, now, 3));
        assert_eq!((&object["level"], &object["lines"]), (&json!("ERROR"), &json!(3)));
    }
}
