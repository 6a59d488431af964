//! Whose turn it is: a queue in which everybody has one line, however many requests stand in it, and the lines take
//! turns.

use std::collections::VecDeque;

use tokio::sync::oneshot::Sender;

/// How many may wait. Ours: as many as the server has connections. When it is full, whoever has most waiting gives way.
const MOST_WAITING: usize = 1024;

pub(super) struct Queue<T> {
    /// The first has the next turn. None is empty.
    lines: VecDeque<Line<T>>,
    waiting: usize,
}

struct Line<T> {
    who: String,
    waiting: VecDeque<Sender<T>>,
}

impl<T> Queue<T> {
    pub(super) fn new() -> Self {
        Self { lines: VecDeque::new(), waiting: 0 }
    }

    pub(super) fn len(&self) -> usize {
        self.waiting
    }

    /// Puts one more at the end of the line of `who`. Is there no room, the last of the longest line loses its place; that
    /// may be this one.
    pub(super) fn join(&mut self, who: &str, place: Sender<T>) {
        match self.lines.iter_mut().find(|line| line.who == who) {
            Some(line) => line.waiting.push_back(place),
            None => self.lines.push_back(Line { who: who.to_owned(), waiting: VecDeque::from([place]) }),
        }
        self.waiting += 1;
        if self.waiting > MOST_WAITING
            && let Some(longest) = self.lines.iter_mut().max_by_key(|line| line.waiting.len())
        {
            longest.waiting.pop_back();
            self.waiting -= 1;
            self.lines.retain(|line| !line.waiting.is_empty());
        }
    }

    /// Gives it to whoever has the next turn, or back if nobody waits.
    pub(super) fn give(&mut self, mut it: T) -> Option<T> {
        while let Some(mut line) = self.lines.pop_front() {
            let place = line.waiting.pop_front();
            let given = match place {
                Some(place) => {
                    self.waiting -= 1;
                    place.send(it)
                }
                None => Err(it),
            };
            if !line.waiting.is_empty() {
                // One who has just gone away has not had a turn.
                if given.is_ok() { self.lines.push_back(line) } else { self.lines.push_front(line) }
            }
            match given {
                Ok(()) => return None,
                Err(back) => it = back,
            }
        }
        Some(it)
    }

    /// Removes those who do not wait any longer.
    pub(super) fn forget_gone(&mut self) {
        for line in &mut self.lines {
            line.waiting.retain(|place| !place.is_closed());
        }
        self.lines.retain(|line| !line.waiting.is_empty());
        self.waiting = self.lines.iter().map(|line| line.waiting.len()).sum();
    }

    /// Sends everybody away.
    pub(super) fn clear(&mut self) {
        self.lines.clear();
        self.waiting = 0;
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::oneshot::{Receiver, channel, error::TryRecvError};

    use super::*;

    fn join(queue: &mut Queue<u32>, who: &str) -> Receiver<u32> {
        let (place, waits) = channel();
        queue.join(who, place);
        waits
    }

    #[test]
    fn lines_take_turns_however_long_they_are() {
        let mut queue = Queue::new();
        let mut many: Vec<_> = (0..4).map(|_| join(&mut queue, "many")).collect();
        let mut one = join(&mut queue, "one");
        let mut two = [join(&mut queue, "two"), join(&mut queue, "two")];
        for turn in 0..7 {
            assert_eq!(queue.give(turn), None);
        }
        let got: Vec<_> = many.iter_mut().map(|waits| waits.try_recv().unwrap()).collect();
        assert_eq!(got, [0, 3, 5, 6]);
        assert_eq!(one.try_recv().unwrap(), 1);
        assert_eq!(two.each_mut().map(|waits| waits.try_recv().unwrap()), [2, 4]);
        assert_eq!((queue.give(7), queue.len()), (Some(7), 0));
    }

    #[test]
    fn who_is_gone_costs_nothing_and_nobody_a_turn() {
        let mut queue = Queue::new();
        let gone = join(&mut queue, "a");
        let mut here = join(&mut queue, "a");
        let mut other = join(&mut queue, "b");
        drop(gone);
        assert_eq!(queue.give(1), None);
        assert_eq!(here.try_recv().unwrap(), 1);
        let gone = join(&mut queue, "c");
        assert_eq!(queue.len(), 2);
        drop(gone);
        queue.forget_gone();
        assert_eq!(queue.len(), 1);
        assert_eq!((queue.give(2), queue.give(3)), (None, Some(3)));
        assert_eq!(other.try_recv().unwrap(), 2);
    }

    #[test]
    fn a_full_queue_takes_the_place_of_whoever_has_most() {
        let mut queue = Queue::new();
        let mut many: Vec<_> = (0..MOST_WAITING).map(|_| join(&mut queue, "many")).collect();
        // One more of the same is one too many, another is not.
        let mut refused = join(&mut queue, "many");
        assert_eq!(refused.try_recv(), Err(TryRecvError::Closed));
        let mut other = join(&mut queue, "other");
        assert_eq!(queue.len(), MOST_WAITING);
        assert_eq!(many.pop().unwrap().try_recv(), Err(TryRecvError::Closed));
        assert_eq!((queue.give(1), queue.give(2)), (None, None));
        assert_eq!((many[0].try_recv(), other.try_recv()), (Ok(1), Ok(2)));
        queue.clear();
        assert_eq!(many[1].try_recv(), Err(TryRecvError::Closed));
        assert_eq!(queue.len(), 0);
    }
}
