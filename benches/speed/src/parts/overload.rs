//! Four times the load that saturates the server, for a minute: what is refused, how, and whether anything is lost.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::task::JoinSet;

use crate::Outcome;
use crate::light::{Light, Picked};
use crate::load::{self, Turn, Work};
use crate::measure::Bench;
use crate::parts::import::get_parameters;
use crate::report::{Row, Summary};
use crate::samples::count;
use crate::signing::Signing;
use crate::wire::{Call, Connection, Refusal};
use crate::world::World;

const PART: &str = "overload";
/// Four times the 64 connections at which the other parts find the server saturated.
const CONNECTIONS: usize = 256;
/// What a server that has too much to do may answer.
const HONEST: [&str; 2] = ["ThrottlingException", "ServiceUnavailableException"];
/// How many at once look whether all keys are there.
const LOOKING: usize = 16;

pub(crate) async fn run(bench: &mut Bench, world: &World) -> Outcome<()> {
    let signing = Signing::ALL.into_iter().zip(&world.signing);
    let mixture = Arc::new(Mixture {
        keys: Picked::uniform(&world.keys),
        signatures: signing.map(|(algorithm, key_id)| algorithm.call(key_id)).collect(),
        external: Arc::clone(&world.external),
        made: Mutex::default(),
    });
    let (subject, span) = (world.subject(), bench.options.long(60, 3));
    let slice = load::slice(subject.process, subject.target, CONNECTIONS, span, &mixture).await?;
    let memory = world.trent.process.resident()?;
    let trent = Summary::of(std::slice::from_ref(&slice));
    let what = "everything at four times the saturating load".to_owned();
    let row =
        bench.found(Row { part: PART, what, connections: CONNECTIONS, trent, ceiling: None, bound: None });
    bench.report.fact(PART, "refused in all", count(slice.refused()), "");
    bench.report.fact(PART, "resident memory afterwards", count(memory / 1024) / 1024.0, "MiB");
    let honest = |kind: &str| HONEST.contains(&kind) || kind == "HTTP status 503";
    let others: u64 =
        row.trent.refusals.iter().filter(|(kind, _)| !honest(kind)).map(|(_, times)| *times).sum();
    let what = "Overload: errors that are neither ThrottlingException nor 503";
    bench.report.at_most(what, Some(count(others)), 0.0, "");
    let made = std::mem::take(&mut *mixture.made.lock().unwrap_or_else(PoisonError::into_inner));
    bench.report.fact(PART, "keys made meanwhile", count(made.len()), "");
    let lost = missing(world, made).await?;
    bench.report.at_most(
        "Overload: keys that were acknowledged and are not there",
        Some(count(lost)),
        0.0,
        "",
    );
    Ok(())
}

/// Of a hundred turns: 80 light operations, 10 new keys, 5 signatures, 5 wrapping keys.
struct Mixture {
    keys: Arc<Picked>,
    signatures: Vec<Call>,
    external: Arc<Vec<String>>,
    made: Mutex<BTreeSet<String>>,
}

impl Work for Mixture {
    async fn turn(&self, connection: &mut Connection, turn: Turn) -> Result<Duration, Refusal> {
        let dice = turn.dice();
        let pick = |number: usize| usize::try_from(dice >> 32).unwrap_or_default() % number.max(1);
        let nothing = || Refusal::new("nothing to call");
        let call = match dice % 100 {
            0..80 => Light::ALL.get(pick(Light::ALL.len())).map(|light| light.call(&self.keys, turn)),
            80..90 => {
                let answer = connection.call(&Call::new("CreateKey", "{}".to_owned())).await?;
                let key_id = answer.text("/KeyMetadata/KeyId")?;
                self.made.lock().unwrap_or_else(PoisonError::into_inner).insert(key_id);
                return Ok(answer.took);
            }
            90..95 => self.signatures.get(pick(self.signatures.len())).cloned(),
            _ => {
                self.external.get(pick(self.external.len())).map(|key_id| get_parameters(key_id, "RSA_2048"))
            }
        };
        connection.call(&call.ok_or_else(nothing)?).await.map(|answer| answer.took)
    }
}

/// How many of these keys are not there.
async fn missing(world: &World, keys: BTreeSet<String>) -> Outcome<usize> {
    let keys = Arc::new(keys.into_iter().collect::<Vec<_>>());
    let mut looking = JoinSet::new();
    for first in 0..LOOKING {
        let (keys, target) = (Arc::clone(&keys), Arc::clone(&world.application));
        looking.spawn(async move {
            let (mut connection, mut missing) = (Connection::to(&target), 0);
            for key_id in keys.iter().skip(first).step_by(LOOKING) {
                let describe = Call::new("DescribeKey", format!(r#"{{"KeyId":"{key_id}"}}"#));
                missing += usize::from(connection.call(&describe).await.is_err());
            }
            missing
        });
    }
    let mut missing = 0;
    while let Some(found) = looking.join_next().await {
        missing += found?;
    }
    Ok(missing)
}
