//! The log: a line for each event, on standard error.

mod fields;
mod lines;
mod queue;
mod sink;

use std::io::{self, IsTerminal as _};
use std::sync::OnceLock;
use std::thread;
use std::time::Duration;

use jiff::Timestamp;
use server::LogFormat;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;

use self::fields::Form;
use self::lines::Lines;
use self::queue::Queue;
use crate::Failure;

/// What waits to be written, in bytes. Ours: most of a second's lines at 20,000 requests a second.
const MAX_WAITING: usize = 4 * 1024 * 1024;
/// How long a request waits for room for its line, and the end of the process for the last lines. Ours: long for a disk,
/// short for a client.
const PATIENCE: Duration = Duration::from_secs(1);

/// The lines of this process: it has one standard error.
static QUEUE: OnceLock<Queue> = OnceLock::new();

/// Starts the log. `level` is one such as `info`, or levels for modules such as `info,kms=debug`.
pub(crate) fn start(format: LogFormat, level: &str) -> Result<(), Failure> {
    let targets = targets(level)?;
    let form = match format {
        LogFormat::Text => Form::Text { color: io::stderr().is_terminal() },
        LogFormat::Json => Form::Json,
    };
    let queue = QUEUE.get_or_init(|| Queue::new(MAX_WAITING, PATIENCE));
    let note = move |lost| lines::lost(form, Timestamp::now(), lost);
    thread::Builder::new().name("log".to_owned()).spawn(move || queue.write_to(io::stderr(), note))?;
    let lines = Lines { form, now: Timestamp::now, put: |line: &[u8]| queue.put(line) };
    tracing::subscriber::set_global_default(tracing_subscriber::registry().with(lines).with(targets))?;
    Ok(())
}

/// Waits, for a moment at most, until what was logged is written.
pub(crate) fn flush() {
    if let Some(queue) = QUEUE.get() {
        queue.flush();
    }
}

/// Flushes the log when it goes away, however the process ends.
pub(crate) struct Flushed;

impl Drop for Flushed {
    fn drop(&mut self) {
        flush();
    }
}

/// What is logged at `level`.
fn targets(level: &str) -> Result<Targets, Failure> {
    // A lone word that is no level would be taken as the name of a module, and nothing else be logged.
    let is_word = level.bytes().all(|byte| byte.is_ascii_alphanumeric());
    match level.parse() {
        Ok(targets) if !is_word || level.parse::<LevelFilter>().is_ok() => Ok(targets),
        _ => {
            let text = format!("{level:?} is no log level: use error, warn, info, debug or trace");
            Err(Failure::usage(text))
        }
    }
}

#[cfg(test)]
mod tests {
    use tracing::Level;

    use super::*;

    #[test]
    fn levels_are_for_all_or_for_modules() {
        for (level, ours, theirs) in [
            ("info", true, true),
            ("ERROR", false, false),
            ("info,kms=debug", true, true),
            ("warn,kms=info", true, false),
            ("kms=info", true, false),
            ("off", false, false),
        ] {
            let targets = targets(level).unwrap();
            assert_eq!(targets.would_enable("kms::sweep", &Level::INFO), ours, "{level}");
            assert_eq!(targets.would_enable("hyper", &Level::INFO), theirs, "{level}");
            assert_eq!(targets.would_enable("kms::sweep", &Level::DEBUG), level.contains("debug"), "{level}");
        }
        for level in ["foo", "debugg", "info=info=info", "kms=loud"] {
            assert!(targets(level).is_err(), "{level}");
        }
    }
}
