//! Who is at the other end: one connection's client, and how many connections each machine has.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{Notify, Semaphore, SemaphorePermit, watch};
use tokio::time::sleep;

use crate::limits::Limits;

/// The bits of an IPv6 address that name a network: whoever has one has all addresses in it (RFC 4291, section 2.5.4).
const NETWORK: u128 = !(u64::MAX as u128);

/// The client of one connection.
pub(crate) struct Peer {
    pub(crate) address: SocketAddr,
    /// Whether what passes is encrypted on its way.
    pub(crate) has_tls: bool,
    /// Told of every request with a true signature, when it begins and when it ends.
    signed: Notify,
    /// How many of these are being carried out.
    in_progress: AtomicUsize,
    /// For the one request at a time that may come without a signature.
    unsigned: Semaphore,
}

/// A signed request that is being carried out, until it is dropped.
pub(crate) struct InProgress<'a>(&'a Peer);

impl Drop for InProgress<'_> {
    fn drop(&mut self) {
        self.0.in_progress.fetch_sub(1, Ordering::SeqCst);
        self.0.signed.notify_one();
    }
}

impl Peer {
    pub(crate) fn new(address: SocketAddr, has_tls: bool) -> Self {
        let (signed, in_progress, unsigned) = (Notify::new(), AtomicUsize::new(0), Semaphore::new(1));
        Self { address, has_tls, signed, in_progress, unsigned }
    }

    /// The turn of a request that is not signed, unless another one has it.
    pub(crate) fn without_signature(&self) -> Option<SemaphorePermit<'_>> {
        self.unsigned.try_acquire().ok()
    }

    /// Takes note that a request of this client had a true signature, or another proof, and is being carried out.
    #[must_use]
    pub(crate) fn has_signed(&self) -> InProgress<'_> {
        self.in_progress.fetch_add(1, Ordering::SeqCst);
        self.signed.notify_one();
        InProgress(self)
    }

    /// Ends when the client has not signed anything for too long, which is sooner while the server is `full`.
    pub(crate) async fn is_idle(&self, limits: &Limits, full: &watch::Receiver<bool>) {
        loop {
            let mut full = full.clone();
            let in_the_way = async {
                sleep(limits.idle_when_full).await;
                drop(full.wait_for(|full| *full).await);
            };
            tokio::select! {
                () = self.signed.notified() => continue,
                () = sleep(limits.idle) => {}
                () = in_the_way => {}
            }
            // Whoever waits for an answer is not idle.
            if self.in_progress.load(Ordering::SeqCst) == 0 {
                return;
            }
        }
    }
}

/// How many connections each other machine has. This machine may have as many as there are.
pub(crate) struct Peers {
    most: usize,
    connections: Mutex<HashMap<IpAddr, usize>>,
}

/// A connection that was counted, until it is dropped.
pub(crate) struct Counted {
    peers: Arc<Peers>,
    machine: Option<IpAddr>,
}

impl Peers {
    pub(crate) fn new(most: usize) -> Arc<Self> {
        Arc::new(Self { most, connections: Mutex::default() })
    }

    /// Counts a connection from `address`, unless its machine has as many as it may.
    pub(crate) fn count(self: &Arc<Self>, address: IpAddr) -> Option<Counted> {
        let machine = machine(address);
        if let Some(machine) = machine {
            let mut connections = self.connections.lock().unwrap_or_else(PoisonError::into_inner);
            let count = connections.entry(machine).or_default();
            if *count >= self.most {
                return None;
            }
            *count += 1;
        }
        Some(Counted { peers: Arc::clone(self), machine })
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        let Some(machine) = self.machine else { return };
        let mut connections = self.peers.connections.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = connections.get_mut(&machine) {
            *count -= 1;
            if *count == 0 {
                connections.remove(&machine);
            }
        }
    }
}

/// What stands for the machine at an address; `None` for this machine.
fn machine(address: IpAddr) -> Option<IpAddr> {
    let address = address.to_canonical();
    let machine = match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & NETWORK).into(),
    };
    (!address.is_loopback()).then_some(machine)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::{Instant, advance};

    use super::*;

    fn count(peers: &Arc<Peers>, address: &str) -> Option<Counted> {
        peers.count(address.parse().unwrap())
    }

    #[test]
    fn no_other_machine_has_more_connections_than_it_may() {
        let peers = Peers::new(2);
        let first = count(&peers, "192.0.2.1");
        let second = count(&peers, "::ffff:192.0.2.1");
        assert!(first.is_some() && second.is_some());
        assert!(count(&peers, "192.0.2.1").is_none(), "the same machine by either family");
        assert!(count(&peers, "192.0.2.2").is_some(), "another machine");
        drop(first);
        assert!(count(&peers, "192.0.2.1").is_some(), "one has ended");
        drop(second);
        assert!(peers.connections.lock().unwrap().is_empty(), "who has gone is forgotten");
    }

    #[test]
    fn a_network_of_ipv6_is_one_machine_and_this_machine_is_not_counted() {
        let peers = Peers::new(1);
        let _first = count(&peers, "2001:db8::1").unwrap();
        assert!(count(&peers, "2001:db8::ffff:1").is_none());
        assert!(count(&peers, "2001:db8:0:1::1").is_some());
        let here = ["127.0.0.1", "127.0.0.1", "::1", "::1", "::ffff:127.0.0.1"];
        let here: Vec<_> = here.iter().map(|address| count(&peers, address)).collect();
        assert!(here.iter().all(Option::is_some));
    }

    /// How many seconds pass until a client that signs at `signs` is idle.
    async fn idle_after(signs: &[u64], full: &[(u64, bool)]) -> u64 {
        let limits = Limits {
            idle: Duration::from_mins(1),
            idle_when_full: Duration::from_secs(5),
            ..Limits::default()
        };
        let peer = Peer::new(([127, 0, 0, 1], 1).into(), false);
        let (crowd, is_full) = watch::channel(false);
        let began = Instant::now();
        let at = |seconds| tokio::time::sleep_until(began + Duration::from_secs(seconds));
        let script = async {
            for second in 0..1000 {
                at(second).await;
                if signs.contains(&second) {
                    drop(peer.has_signed());
                }
                if let Some((_, full)) = full.iter().find(|(at, _)| *at == second) {
                    crowd.send_replace(*full);
                }
            }
        };
        tokio::select! {
            () = peer.is_idle(&limits, &is_full) => {}
            () = script => panic!("never idle"),
        }
        began.elapsed().as_secs()
    }

    #[tokio::test(start_paused = true)]
    async fn only_signatures_keep_a_connection() {
        advance(Duration::from_millis(1)).await;
        assert_eq!(idle_after(&[], &[]).await, 60);
        assert_eq!(idle_after(&[59, 100], &[]).await, 160);
        assert_eq!(idle_after(&[61], &[]).await, 60);
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_waits_for_an_answer_is_not_idle() {
        let limits = Limits { idle: Duration::from_mins(1), ..Limits::default() };
        let peer = Peer::new(([127, 0, 0, 1], 1).into(), false);
        let (_crowd, is_full) = watch::channel(true);
        let request = peer.has_signed();
        let long = tokio::time::timeout(Duration::from_mins(10), peer.is_idle(&limits, &is_full)).await;
        assert!(long.is_err(), "idle while a request was carried out");
        drop(request);
        let began = Instant::now();
        peer.is_idle(&limits, &is_full).await;
        assert_eq!(began.elapsed(), limits.idle_when_full);
    }

    #[tokio::test(start_paused = true)]
    async fn and_not_as_long_while_the_server_is_full() {
        assert_eq!(idle_after(&[], &[(0, true)]).await, 5);
        assert_eq!(idle_after(&[], &[(30, true)]).await, 30);
        assert_eq!(idle_after(&[4, 8], &[(0, true)]).await, 13);
        assert_eq!(idle_after(&[], &[(1, true), (3, false)]).await, 60);
    }
}
