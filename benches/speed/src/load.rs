//! Load: a number of connections, each of which sends its next request when the last was answered.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;
use tokio::time::sleep_until;

use crate::Outcome;
use crate::process::Process;
use crate::samples::{Samples, count, micros};
use crate::wire::{Call, Connection, Refusal, Target};

/// One turn of one connection.
#[derive(Clone, Copy)]
pub(crate) struct Turn {
    /// The connection, from 0.
    pub(crate) connection: usize,
    /// Which turn of this connection it is, from 0.
    pub(crate) number: u64,
}

impl Turn {
    /// A number that looks random and is the same in every run: the finalizer of SplitMix64.
    pub(crate) fn dice(self) -> u64 {
        let connection = u64::try_from(self.connection).unwrap_or_default();
        let mut mixed = (self.number ^ (connection << 40)).wrapping_add(0x9E37_79B9_7F4A_7C15);
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }
}

/// What each connection does again and again.
pub(crate) trait Work: Send + Sync + 'static {
    /// Does it once; says how long the server took.
    fn turn(
        &self,
        connection: &mut Connection,
        turn: Turn,
    ) -> impl Future<Output = Result<Duration, Refusal>> + Send;
}

/// Work that is one request a turn.
pub(crate) struct Calls<F>(pub(crate) F);

impl<F: Fn(Turn) -> Call + Send + Sync + 'static> Work for Calls<F> {
    async fn turn(&self, connection: &mut Connection, turn: Turn) -> Result<Duration, Refusal> {
        let call = (self.0)(turn);
        connection.call(&call).await.map(|answer| answer.took)
    }
}

/// How long load lasts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span {
    /// What comes first and is not counted.
    pub(crate) warm: Duration,
    /// What is counted.
    pub(crate) counted: Duration,
}

/// What was found under load.
#[derive(Clone, Debug, Default)]
pub(crate) struct Slice {
    /// How long was counted.
    pub(crate) lasted: Duration,
    /// Requests that were answered with success in this time.
    pub(crate) answered: u64,
    /// What those took that began in this time.
    pub(crate) samples: Samples,
    /// What the server's process worked.
    pub(crate) worked: Duration,
    /// All others by their kinds, those of the time before among them.
    pub(crate) refusals: BTreeMap<String, u64>,
}

impl Slice {
    pub(crate) fn per_second(&self) -> f64 {
        count(self.answered) / self.lasted.as_secs_f64()
    }

    /// The server's processor time for one request, in microseconds.
    pub(crate) fn cpu(&self) -> Option<f64> {
        (self.answered > 0).then(|| micros(self.worked) / count(self.answered))
    }
}

/// What one connection found.
#[derive(Default)]
struct Found {
    ends: Vec<(Instant, Duration)>,
    refusals: BTreeMap<String, u64>,
}

/// Puts `server` under load.
pub(crate) async fn slice<W: Work>(
    server: &Process,
    target: &Arc<Target>,
    connections: usize,
    span: Span,
    work: &Arc<W>,
) -> Outcome<Slice> {
    let start = Instant::now() + span.warm;
    let end = start + span.counted;
    let mut running = JoinSet::new();
    for connection in 0..connections {
        let (work, target) = (Arc::clone(work), Arc::clone(target));
        running.spawn(async move { one(&*work, Connection::to(&target), connection, end).await });
    }
    sleep_until(start.into()).await;
    let (from, before) = (Instant::now(), server.worked()?);
    sleep_until(end.into()).await;
    let (to, after) = (Instant::now(), server.worked()?);
    let mut slice = Slice { lasted: to - from, worked: after.saturating_sub(before), ..Slice::default() };
    let mut samples = Vec::new();
    while let Some(found) = running.join_next().await {
        let found = found?;
        let answered = found.ends.iter().filter(|(at, _)| (from..to).contains(at)).count();
        slice.answered += u64::try_from(answered)?;
        let began = |(at, took): &&(Instant, Duration)| {
            at.checked_sub(*took).is_some_and(|at| (from..to).contains(&at))
        };
        let counted = found.ends.iter().filter(began);
        samples.extend(counted.map(|(_, took)| *took));
        for (kind, times) in found.refusals {
            *slice.refusals.entry(kind).or_default() += times;
        }
    }
    slice.samples = Samples::of(samples);
    Ok(slice)
}

async fn one(work: &impl Work, mut connection: Connection, index: usize, end: Instant) -> Found {
    let mut found = Found::default();
    let mut turn = Turn { connection: index, number: 0 };
    while Instant::now() < end {
        match work.turn(&mut connection, turn).await {
            Ok(took) => found.ends.push((Instant::now(), took)),
            Err(refusal) => *found.refusals.entry(refusal.kind).or_default() += 1,
        }
        turn.number += 1;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dice_are_spread() {
        let mut faces = [0_u32; 6];
        for connection in 0..64 {
            for number in 0..1000 {
                let face = usize::try_from(Turn { connection, number }.dice() % 6).unwrap();
                faces[face] += 1;
            }
        }
        assert!(faces.iter().all(|times| (10_000..11_500).contains(times)), "{faces:?}");
    }
}
