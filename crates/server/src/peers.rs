//! Who is at the other end: one connection's client, and how many connections each machine has.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit, watch};
use tokio::time::{Instant, sleep_until};

use crate::limits::Limits;

/// The bits of an IPv6 address that name a network: whoever has one has all addresses in it (RFC 4291, section 2.5.4).
const NETWORK: u128 = !(u64::MAX as u128);

/// The client of one connection.
pub(crate) struct Peer {
    pub(crate) address: SocketAddr,
    /// The address as the log shows it.
    pub(crate) shown: String,
    /// Whether what passes is encrypted on its way.
    pub(crate) has_tls: bool,
    began: Instant,
    /// When a request with a true signature last began or ended, in nanoseconds since the connection began.
    signed: AtomicU64,
    /// How many of these are being carried out.
    in_progress: AtomicUsize,
    /// For the one request at a time that may come without a signature.
    unsigned: Semaphore,
}

/// A signed request that is being carried out, until it is dropped.
pub(crate) struct InProgress<'a>(&'a Peer);

impl Drop for InProgress<'_> {
    fn drop(&mut self) {
        self.0.note();
        // Only now, so that whoever finds none in progress finds when the last one ended.
        self.0.in_progress.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Peer {
    pub(crate) fn new(address: SocketAddr, has_tls: bool) -> Self {
        let (began, signed, in_progress) = (Instant::now(), AtomicU64::new(0), AtomicUsize::new(0));
        let (shown, unsigned) = (address.to_string(), Semaphore::new(1));
        Self { address, shown, has_tls, began, signed, in_progress, unsigned }
    }

    /// The turn of a request that is not signed, unless another one has it.
    pub(crate) fn without_signature(&self) -> Option<SemaphorePermit<'_>> {
        self.unsigned.try_acquire().ok()
    }

    /// Takes note that a request of this client had a true signature, or another proof, and is being carried out.
    #[must_use]
    pub(crate) fn has_signed(&self) -> InProgress<'_> {
        self.in_progress.fetch_add(1, Ordering::SeqCst);
        self.note();
        InProgress(self)
    }

    fn note(&self) {
        let now = u64::try_from(self.began.elapsed().as_nanos()).unwrap_or(u64::MAX);
        self.signed.fetch_max(now, Ordering::SeqCst);
    }

    /// Ends when the client has not signed anything for too long, which is sooner while the server is `full`.
    ///
    /// Nobody tells it of a request, which would cost each of them: it looks when the time could be over.
    pub(crate) async fn is_idle(&self, limits: &Limits, full: &watch::Receiver<bool>) {
        let mut full = full.clone();
        loop {
            // Whoever waits for an answer is not idle.
            let is_waiting = self.in_progress.load(Ordering::SeqCst) > 0;
            let now = Instant::now();
            let signed = self.began + Duration::from_nanos(self.signed.load(Ordering::SeqCst));
            let since = if is_waiting { now } else { signed };
            let (soon, late) = (since + limits.idle_when_full.min(limits.idle), since + limits.idle);
            if now < soon {
                sleep_until(soon).await;
                continue;
            }
            if now >= late || *full.borrow_and_update() {
                return;
            }
            tokio::select! {
                () = sleep_until(late) => {}
                () = becomes_full(&mut full) => {}
            }
        }
    }
}

/// Ends once the server is full; never, once there is no server.
async fn becomes_full(full: &mut watch::Receiver<bool>) {
    if full.wait_for(|full| *full).await.is_err() {
        std::future::pending::<()>().await;
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
    use tokio::time::advance;

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
        let at = |seconds| sleep_until(began + Duration::from_secs(seconds));
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
    async fn time_counts_from_the_end_of_a_request() {
        let limits = Limits { idle: Duration::from_mins(1), ..Limits::default() };
        for crowded in [false, true] {
            let peer = Peer::new(([127, 0, 0, 1], 1).into(), false);
            let (_crowd, is_full) = watch::channel(crowded);
            let began = Instant::now();
            let requests = async {
                let (first, second) = (peer.has_signed(), peer.has_signed());
                tokio::time::sleep(Duration::from_secs(7)).await;
                drop(first);
                tokio::time::sleep(Duration::from_secs(92)).await;
                drop(second);
                std::future::pending::<()>().await;
            };
            tokio::select! {
                () = peer.is_idle(&limits, &is_full) => {}
                () = requests => {}
            }
            let most = if crowded { limits.idle_when_full } else { limits.idle };
            assert_eq!(began.elapsed(), Duration::from_secs(99) + most);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_server_that_is_gone_is_never_full() {
        let limits = Limits { idle: Duration::from_mins(1), ..Limits::default() };
        let peer = Peer::new(([127, 0, 0, 1], 1).into(), false);
        let (crowd, is_full) = watch::channel(false);
        drop(crowd);
        let began = Instant::now();
        peer.is_idle(&limits, &is_full).await;
        assert_eq!(began.elapsed(), limits.idle);
    }

    #[tokio::test(start_paused = true)]
    async fn and_not_as_long_while_the_server_is_full() {
        assert_eq!(idle_after(&[], &[(0, true)]).await, 5);
        assert_eq!(idle_after(&[], &[(30, true)]).await, 30);
        assert_eq!(idle_after(&[4, 8], &[(0, true)]).await, 13);
        assert_eq!(idle_after(&[], &[(1, true), (3, false)]).await, 60);
    }
}
