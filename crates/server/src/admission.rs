//! Which connections are served, which wait, and which are turned away.
//!
//! There are so many slots ([`Limits::connections`]). Whoever finds none waits a little, while those who are idle give
//! way, and is turned away after that. Waiting and turning away are bounded as well, each by itself, so that nobody who
//! is slow to hear a refusal keeps others from the slots.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::timeout;

use crate::limits::Limits;
use crate::peers::{Counted, Peers};

/// Who decides.
pub(crate) struct Admission {
    slots: Arc<Semaphore>,
    full: watch::Sender<bool>,
    peers: Arc<Peers>,
    /// One place for each connection that was accepted and has no slot yet.
    waiting: Arc<Semaphore>,
    patience: Duration,
    /// One place for each connection that is told that there is no room.
    turning_away: Arc<Semaphore>,
}

/// The right of a connection to be served, until it is dropped.
pub(crate) struct Pass {
    admission: Arc<Admission>,
    slot: Option<OwnedSemaphorePermit>,
    _counted: Counted,
}

impl Drop for Pass {
    fn drop(&mut self) {
        drop(self.slot.take());
        self.admission.tell();
    }
}

impl Admission {
    pub(crate) fn new(limits: &Limits) -> Arc<Self> {
        let [slots, waiting, turning_away] = [limits.connections, limits.waiting, limits.turned_away]
            .map(|places| Arc::new(Semaphore::new(places)));
        let (full, peers) = (watch::Sender::new(false), Peers::new(limits.connections_of_peer));
        Arc::new(Self { slots, full, peers, waiting, patience: limits.slot, turning_away })
    }

    /// Whether all slots are taken.
    pub(crate) fn full(&self) -> watch::Receiver<bool> {
        self.full.subscribe()
    }

    /// A place to wait in, once there is one: before a connection is accepted.
    pub(crate) async fn place(&self) -> Option<OwnedSemaphorePermit> {
        // It fails only if closed, which nobody does.
        Arc::clone(&self.waiting).acquire_owned().await.ok()
    }

    /// The right to be served, or none after waiting for it in this `place`. Who comes first gets the first slot.
    pub(crate) async fn pass(
        self: &Arc<Self>,
        machine: IpAddr,
        place: Option<OwnedSemaphorePermit>,
    ) -> Option<Pass> {
        let counted = self.peers.count(machine)?;
        let slot = timeout(self.patience, Arc::clone(&self.slots).acquire_owned()).await.ok()?.ok()?;
        drop(place);
        self.tell();
        Some(Pass { admission: Arc::clone(self), slot: Some(slot), _counted: counted })
    }

    /// The right to be told that there is no room, unless too many are being told so.
    pub(crate) fn refusal(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.turning_away).try_acquire_owned().ok()
    }

    /// Tells the connections whether all slots are taken, as it is at this moment: one look at a time.
    fn tell(&self) {
        self.full.send_if_modified(|told| {
            let full = self.slots.available_permits() == 0;
            std::mem::replace(told, full) != full
        });
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::Instant;

    use super::*;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

    fn two_slots() -> Arc<Admission> {
        Admission::new(&Limits { connections: 2, waiting: 1, turned_away: 1, ..Limits::default() })
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_finds_no_slot_waits_and_not_for_ever() {
        let admission = two_slots();
        let full = admission.full();
        let mut passes = Vec::new();
        for taken in [false, true] {
            passes.push(admission.pass(HERE, None).await.unwrap());
            assert_eq!(*full.borrow(), taken);
        }
        let began = Instant::now();
        assert!(admission.pass(HERE, None).await.is_none());
        assert_eq!(began.elapsed(), Limits::default().slot);
        let (next, ()) = tokio::join!(admission.pass(HERE, None), async { drop(passes.pop()) });
        assert!(next.is_some() && *full.borrow());
        drop(next);
        assert!(!*full.borrow());
    }

    #[tokio::test(start_paused = true)]
    async fn who_waits_is_bounded_and_who_is_served_waits_no_more() {
        let admission = two_slots();
        let place = admission.place().await;
        assert!(timeout(Duration::from_secs(9), admission.place()).await.is_err(), "the only place is taken");
        let _pass = admission.pass(HERE, place).await.unwrap();
        assert!(admission.place().await.is_some());
        let told = admission.refusal();
        assert!(told.is_some() && admission.refusal().is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn a_machine_with_as_many_as_it_may_have_does_not_wait() {
        let admission = Admission::new(&Limits { connections_of_peer: 1, ..Limits::default() });
        let machine: IpAddr = [192, 0, 2, 1].into();
        let first = admission.pass(machine, None).await;
        let began = Instant::now();
        assert!(first.is_some() && admission.pass(machine, None).await.is_none());
        assert_eq!(began.elapsed(), Duration::ZERO);
        drop(first);
        assert!(admission.pass(machine, None).await.is_some());
    }
}
