//! What becomes of lines, with a sink that does as it is told.

use std::io::{self, ErrorKind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;

use super::*;

/// Far above what anything here needs: only so that a hanging queue fails the test and not the whole run.
const LONG: Duration = Duration::from_mins(1);

/// A sink that shows what it is to write, and does what it is told.
struct Told {
    show: Sender<String>,
    told: Receiver<io::Result<usize>>,
}

impl Write for Told {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.show.send(String::from_utf8(bytes.to_vec()).unwrap()).unwrap();
        self.told.recv().unwrap().map(|most| most.min(bytes.len()))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

struct Bench {
    queue: Arc<Queue>,
    shown: Receiver<String>,
    outcomes: Sender<io::Result<usize>>,
}

impl Bench {
    fn new(max: usize, patience: Duration) -> Self {
        let queue = Arc::new(Queue::new(max, patience));
        let (show, shown) = channel();
        let (outcomes, told) = channel();
        write(&queue, Told { show, told });
        Self { queue, shown, outcomes }
    }

    fn put(&self, line: &str) {
        self.queue.put(line.as_bytes());
    }

    /// Expects the writer at `text`, and lets it stay there.
    #[track_caller]
    fn is_at(&self, text: &str) {
        assert_eq!(self.shown.recv_timeout(LONG).unwrap(), text);
    }

    /// Expects the writer at `text`, and lets it end there with `outcome`.
    #[track_caller]
    fn ends(&self, text: &str, outcome: Result<usize, ErrorKind>) {
        self.is_at(text);
        self.go(outcome);
    }

    fn go(&self, outcome: Result<usize, ErrorKind>) {
        self.outcomes.send(outcome.map_err(io::Error::from)).unwrap();
    }

    #[track_caller]
    fn writes(&self, text: &str) {
        self.ends(text, Ok(usize::MAX));
    }
}

fn write(queue: &Arc<Queue>, to: impl Write + Send + 'static) {
    let queue = Arc::clone(queue);
    thread::spawn(move || queue.write_to(to, |lost| format!("{lost} lost\n")));
}

#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn lines_of_many_threads_are_whole_and_in_order() {
    const THREADS: usize = 8;
    const EACH: usize = 500;
    // So few bytes that everybody has to wait for room again and again.
    let (queue, kept) = (Arc::new(Queue::new(256, LONG)), Kept::default());
    write(&queue, kept.clone());
    thread::scope(|scope| {
        for thread in 0..THREADS {
            let queue = &queue;
            scope.spawn(move || {
                (0..EACH).for_each(|line| queue.put(format!("{thread} {line}\n").as_bytes()));
            });
        }
    });
    queue.flush();
    let text = String::from_utf8(kept.0.lock().unwrap().clone()).unwrap();
    let mut next = [0; THREADS];
    for line in text.lines() {
        let (thread, line) = line.split_once(' ').unwrap();
        let next = &mut next[thread.parse::<usize>().unwrap()];
        assert_eq!(line.parse(), Ok(*next));
        *next += 1;
    }
    assert_eq!(next, [EACH; THREADS]);
}

#[test]
fn what_came_meanwhile_is_written_at_once() {
    let bench = Bench::new(100, LONG);
    bench.put("a\n");
    bench.is_at("a\n");
    for line in ["b\n", "c\n", "d\n"] {
        bench.put(line);
    }
    bench.go(Ok(usize::MAX));
    bench.writes("b\nc\nd\n");
}

#[test]
fn a_line_waits_for_room() {
    let bench = Bench::new(8, LONG);
    bench.put("aaaa\n");
    bench.is_at("aaaa\n");
    bench.put("bbbb\n");
    thread::scope(|scope| {
        scope.spawn(|| bench.queue.put(b"cccc\n"));
        bench.go(Ok(usize::MAX));
        bench.writes("bbbb\n");
        bench.writes("cccc\n");
    });
}

#[test]
fn lines_without_room_in_time_are_counted_where_they_are_missing() {
    let bench = Bench::new(8, Duration::ZERO);
    bench.put("aaaa\n");
    bench.is_at("aaaa\n");
    // The last would fit, and would stand before the lines that are missing.
    for line in ["bbbb\n", "cccc\n", "dddd\n", "e\n"] {
        bench.put(line);
    }
    bench.go(Ok(usize::MAX));
    bench.writes("bbbb\n");
    bench.is_at("3 lost\n");
    bench.put("ffff\n");
    bench.go(Ok(usize::MAX));
    bench.writes("ffff\n");
}

#[test]
fn a_line_longer_than_all_room_is_written() {
    let bench = Bench::new(4, Duration::ZERO);
    bench.put("aaaaaaaa\n");
    bench.writes("aaaaaaaa\n");
}

#[test]
fn a_reader_that_went_away_stops_nobody() {
    let bench = Bench::new(100, LONG);
    let gone = Err(ErrorKind::BrokenPipe);
    bench.put("a\n");
    bench.ends("a\n", gone);
    bench.ends("1 lost\n", gone);
    bench.put("b\nc\n");
    bench.ends("1 lost\n", gone);
    bench.ends("b\nc\n", gone);
    // Now there is another.
    bench.writes("3 lost\n");
    bench.put("d\n");
    bench.writes("d\n");
}

#[test]
fn a_line_cut_off_is_ended_and_counted() {
    let bench = Bench::new(100, LONG);
    bench.put("a\nbbbb\nc\n");
    bench.ends("a\nbbbb\nc\n", Ok(4));
    bench.ends("bb\nc\n", Err(ErrorKind::StorageFull));
    bench.writes("\n");
    bench.writes("2 lost\n");
}

#[test]
fn what_is_only_busy_is_asked_again() {
    let bench = Bench::new(100, LONG);
    bench.put("a\n");
    bench.ends("a\n", Err(ErrorKind::Interrupted));
    bench.ends("a\n", Err(ErrorKind::WouldBlock));
    bench.writes("a\n");
    bench.put("b\n");
    bench.writes("b\n");
}

#[test]
fn what_was_put_before_is_written_when_it_is_flushed() {
    let (queue, kept) = (Arc::new(Queue::new(100, LONG)), Kept::default());
    write(&queue, kept.clone());
    for line in [b"a\n", b"b\n", b"c\n"] {
        queue.put(line);
        queue.flush();
        assert!(kept.0.lock().unwrap().ends_with(line));
    }
}

#[test]
fn flushing_ends_though_nobody_reads() {
    let bench = Bench::new(100, Duration::ZERO);
    bench.put("a\n");
    bench.is_at("a\n");
    bench.queue.flush();
    bench.go(Ok(usize::MAX));
}
