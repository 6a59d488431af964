//! Whose turn it is: a queue in which accounts take turns, and in each account its users and roles, however many requests
//! of theirs stand in it.

use std::collections::VecDeque;

use tokio::sync::oneshot::Sender;

/// How many may wait. Ours: as many as the server has connections. When it is full, the account that has most waiting gives
/// way.
const MOST_WAITING: usize = 1024;

/// Who asks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asker<'a> {
    pub(crate) account: &'a str,
    /// A user, or a role whatever its sessions call themselves.
    pub(crate) who: &'a str,
}

pub(super) struct Queue<T> {
    /// The first has the next turn. None is empty.
    accounts: VecDeque<Account<T>>,
    waiting: usize,
}

struct Account<T> {
    id: String,
    /// The first has the next turn. None is empty.
    lines: VecDeque<Line<T>>,
}

struct Line<T> {
    who: String,
    waiting: VecDeque<Sender<T>>,
}

impl<T> Account<T> {
    fn len(&self) -> usize {
        self.lines.iter().map(|line| line.waiting.len()).sum()
    }

    fn join(&mut self, who: &str, place: Sender<T>) {
        match self.lines.iter_mut().find(|line| line.who == who) {
            Some(line) => line.waiting.push_back(place),
            None => self.lines.push_back(Line { who: who.to_owned(), waiting: VecDeque::from([place]) }),
        }
    }

    /// The next of the next line, which then has had its turn.
    fn next(&mut self) -> Option<Sender<T>> {
        let mut line = self.lines.pop_front()?;
        let place = line.waiting.pop_front();
        if !line.waiting.is_empty() {
            // One who has gone away has not had a turn.
            if place.as_ref().is_some_and(Sender::is_closed) {
                self.lines.push_front(line);
            } else {
                self.lines.push_back(line);
            }
        }
        place
    }

    /// The last of the longest line loses its place.
    fn give_way(&mut self) {
        if let Some(longest) = self.lines.iter_mut().max_by_key(|line| line.waiting.len()) {
            longest.waiting.pop_back();
        }
        self.lines.retain(|line| !line.waiting.is_empty());
    }
}

impl<T> Queue<T> {
    pub(super) fn new() -> Self {
        Self { accounts: VecDeque::new(), waiting: 0 }
    }

    pub(super) fn len(&self) -> usize {
        self.waiting
    }

    /// Puts one more at the end of the asker's line. Is there no room, the last of the longest line of the account with most
    /// waiting loses its place; that may be this one.
    pub(super) fn join(&mut self, asker: Asker<'_>, place: Sender<T>) {
        if let Some(account) = self.accounts.iter_mut().find(|account| account.id == asker.account) {
            account.join(asker.who, place);
        } else {
            let mut account = Account { id: asker.account.to_owned(), lines: VecDeque::new() };
            account.join(asker.who, place);
            self.accounts.push_back(account);
        }
        self.waiting += 1;
        if self.waiting > MOST_WAITING
            && let Some(longest) = self.accounts.iter_mut().max_by_key(|account| account.len())
        {
            longest.give_way();
            self.recount();
        }
    }

    /// Gives it to whoever has the next turn, or back if nobody waits.
    pub(super) fn give(&mut self, mut it: T) -> Option<T> {
        while let Some(mut account) = self.accounts.pop_front() {
            let given = match account.next() {
                Some(place) => {
                    self.waiting -= 1;
                    place.send(it)
                }
                None => Err(it),
            };
            if !account.lines.is_empty() {
                if given.is_ok() {
                    self.accounts.push_back(account);
                } else {
                    self.accounts.push_front(account);
                }
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
        for account in &mut self.accounts {
            for line in &mut account.lines {
                line.waiting.retain(|place| !place.is_closed());
            }
            account.lines.retain(|line| !line.waiting.is_empty());
        }
        self.recount();
    }

    fn recount(&mut self) {
        self.accounts.retain(|account| !account.lines.is_empty());
        self.waiting = self.accounts.iter().map(Account::len).sum();
    }

    /// Sends everybody away.
    pub(super) fn clear(&mut self) {
        self.accounts.clear();
        self.waiting = 0;
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::oneshot::{Receiver, channel, error::TryRecvError};

    use super::*;

    fn join(queue: &mut Queue<u32>, who: &str) -> Receiver<u32> {
        join_of(queue, "account", who)
    }

    fn join_of(queue: &mut Queue<u32>, account: &str, who: &str) -> Receiver<u32> {
        let (place, waits) = channel();
        queue.join(Asker { account, who }, place);
        waits
    }

    #[test]
    fn accounts_take_turns_however_many_users_they_have() {
        let mut queue = Queue::new();
        let mut many: Vec<_> =
            (0..100).map(|user| join_of(&mut queue, "large", &format!("user {user}"))).collect();
        let mut one = [join_of(&mut queue, "small", "me"), join_of(&mut queue, "small", "me")];
        for turn in 0..4 {
            assert_eq!(queue.give(turn), None);
        }
        assert_eq!(one.each_mut().map(|waits| waits.try_recv().unwrap()), [1, 3]);
        assert_eq!(
            (many[0].try_recv(), many[1].try_recv(), many[2].try_recv().is_err()),
            (Ok(0), Ok(2), true)
        );
        // Nor do they take the last places from each other: the larger gives way.
        let filled: Vec<_> = (queue.len()..MOST_WAITING)
            .map(|user| join_of(&mut queue, "large", &format!("more {user}")))
            .collect();
        let mut late = join_of(&mut queue, "small", "me");
        assert_eq!((queue.len(), late.try_recv()), (MOST_WAITING, Err(TryRecvError::Empty)));
        drop(filled);
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
