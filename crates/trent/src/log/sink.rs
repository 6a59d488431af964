//! Where lines end up.

use std::io::{ErrorKind, Write};
use std::thread;
use std::time::Duration;

/// How long to wait for a sink that others have made non-blocking. Ours: a terminal takes much longer for a page of lines.
const BUSY: Duration = Duration::from_millis(1);

/// Writes lines, and tells how many could not be written as soon as that can be written.
pub(super) struct Sink<W, N> {
    to: W,
    note: N,
    /// How many lines are missing and not told yet.
    lost: usize,
    /// The last line was written in part.
    torn: bool,
}

impl<W: Write, N: Fn(usize) -> String> Sink<W, N> {
    pub(super) fn new(to: W, note: N) -> Self {
        Self { to, note, lost: 0, torn: false }
    }

    /// Writes `lines`; after them, `lost` more are missing.
    pub(super) fn write(&mut self, lines: &[u8], lost: usize) {
        self.tell();
        self.lost += self.put(lines) + lost;
        self.tell();
    }

    fn tell(&mut self) {
        if self.lost > 0 && self.put((self.note)(self.lost).as_bytes()) == 0 {
            self.lost = 0;
        }
    }

    /// Writes `lines`, and says how many of them could not be written to their end.
    fn put(&mut self, lines: &[u8]) -> usize {
        if self.torn && !self.put_bytes(b"\n").is_empty() {
            return count(lines);
        }
        let rest = self.put_bytes(lines);
        let written = lines.len() - rest.len();
        self.torn = written > 0 && lines.get(written - 1) != Some(&b'\n');
        count(rest)
    }

    /// Writes `bytes`, and returns what could not be written.
    fn put_bytes<'a>(&mut self, mut bytes: &'a [u8]) -> &'a [u8] {
        while !bytes.is_empty() {
            match self.to.write(bytes) {
                Ok(0) => break,
                Ok(written) => bytes = bytes.get(written..).unwrap_or_default(),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => thread::sleep(BUSY),
                Err(_) => break,
            }
        }
        bytes
    }
}

fn count(lines: &[u8]) -> usize {
    lines.split_inclusive(|byte| *byte == b'\n').count()
}
