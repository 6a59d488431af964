//! Four times the load that saturates the server, for a minute, and for a part of it more connections than there may be:
//! what is refused, how, how much memory it takes, and whether anything that was acknowledged is lost.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::light::{Light, Picked};
use crate::load::{self, Calls, Slice, Turn, Work};
use crate::measure::Bench;
use crate::parts::import::get_parameters;
use crate::report::{Row, Summary};
use crate::samples::count;
use crate::signing::Signing;
use crate::trent::{Settings, Trent};
use crate::wire::{Call, Connection, Refusal, Target};
use crate::world::{Template, World};
use crate::{Outcome, process};

const PART: &str = "overload";
/// How many connections are tried to find those that saturate the server, and what more of them must give so that it
/// was not saturated.
const TRIED: [usize; 5] = [4, 8, 16, 32, 64];
const GROWTH: f64 = 1.1;
/// The load is so many times that, and no less than four times the 64 connections that the other parts measure.
const TIMES: usize = 4;
const LEAST: usize = 64 * TIMES;
/// Connections in all while there are too many: above the 1,024 that are served at once.
const TOO_MANY: usize = 1_200;
/// How long all of it lasts and when there are too many connections, in seconds; shorter in a first look.
const SECONDS: (u64, u64) = (60, 5);
const CROWDED: (u64, u64) = (20, 2);
/// What a server that has too much to do may answer.
const HONEST: [&str; 3] = ["ThrottlingException", "ServiceUnavailableException", "HTTP status 503"];
/// Goal: resident memory at its peak, in MiB. The bodies that are received may take 88, connections 40 KiB each.
const MOST_MEMORY: f64 = 512.0;
/// How many at once look whether all keys are there.
const LOOKING: usize = 16;

pub(crate) async fn run(bench: &mut Bench, template: &Template) -> Outcome<()> {
    process::allow_many_files()?;
    let world = World::start(bench, template, "overload", Settings::default()).await?;
    let mixture = Arc::new(Mixture { keys: Picked::uniform(&world.keys), made: Mutex::default() });
    let connections = (saturation(bench, &world, &mixture).await? * TIMES).max(LEAST);
    let before = mebibytes(world.trent.process.resident()?);
    let refusals = minute(bench, &world, &mixture, connections).await?;
    let peak = mebibytes(world.trent.process.peak()?);
    bench.report.fact(PART, "resident memory before", before, "MiB");
    bench.report.fact(PART, "resident memory afterwards", mebibytes(world.trent.process.resident()?), "MiB");
    bench.report.at_most("Overload: resident memory at its peak", Some(peak), MOST_MEMORY, "MiB");
    judge(bench, &refusals);
    lost(bench, world, template, &mixture).await
}

fn mebibytes(bytes: u64) -> f64 {
    count(bytes / 1024) / 1024.0
}

/// The smallest number of connections of which twice as many get no more done.
async fn saturation(bench: &mut Bench, world: &World, mixture: &Arc<Mixture>) -> Outcome<usize> {
    let (mut saturating, mut most) = (1, 0.0);
    for connections in TRIED {
        let found = bench.slice(world.subject(), connections, mixture).await?.per_second();
        if found < most * GROWTH {
            break;
        }
        (saturating, most) = (connections, found);
    }
    bench.report.fact(PART, "connections that saturate the server", count(saturating), "");
    Ok(saturating)
}

/// Half of the connections do what is light and make keys, a quarter has RSA-4096 sign, a quarter wants wrapping keys.
async fn minute(
    bench: &mut Bench,
    world: &World,
    mixture: &Arc<Mixture>,
    connections: usize,
) -> Outcome<BTreeMap<String, u64>> {
    let signing = Signing::ALL.into_iter().zip(&world.signing);
    let heaviest = signing.into_iter().find(|(algorithm, _)| *algorithm == Signing::Rsa4096);
    let signature = heaviest.map(|(algorithm, key_id)| algorithm.call(key_id)).ok_or("no RSA-4096 key")?;
    let signatures = Arc::new(Calls(move |_| signature.clone()));
    let external = Arc::clone(&world.external);
    let parameters = Arc::new(Calls(move |Turn { connection, number }: Turn| {
        let spec = if number.is_multiple_of(2) { "RSA_2048" } else { "RSA_4096" };
        let key_id = external.get(connection % external.len().max(1));
        get_parameters(key_id.map(String::as_str).unwrap_or_default(), spec)
    }));
    let (heavy, crowd) = (connections / 4, TOO_MANY.saturating_sub(connections));
    let light = connections - 2 * heavy;
    let (span, crowded) =
        (bench.options.long(SECONDS.0, SECONDS.1), bench.options.long(CROWDED.0, CROWDED.1));
    let (process, target) = (&world.trent.process, &world.application);
    crate::say(&format!("{PART}: {connections} connections for {} s", span.counted.as_secs()));
    let (mixed, signed, parameters, beyond) = tokio::join!(
        load::slice(process, target, light, span, mixture),
        load::slice(process, target, heavy, span, &signatures),
        load::slice(process, target, heavy, span, &parameters),
        async {
            sleep(crowded.counted).await;
            load::slice(process, target, crowd, crowded, mixture).await
        },
    );
    let mut refusals = BTreeMap::new();
    for (what, connections, slice) in [
        ("light operations and new keys", light, mixed?),
        ("signatures, RSA_4096", heavy, signed?),
        ("GetParametersForImport, RSA_2048 and RSA_4096", heavy, parameters?),
        ("light operations and new keys of 1,200 connections", crowd, beyond?),
    ] {
        for (kind, times) in &slice.refusals {
            *refusals.entry(kind.clone()).or_default() += times;
        }
        found(bench, what, connections, &slice);
    }
    Ok(refusals)
}

fn found(bench: &mut Bench, what: &str, connections: usize, slice: &Slice) {
    let mut trent = Summary::of(std::slice::from_ref(slice));
    // The server worked for the others, too.
    trent.cpu_micros = None;
    let what = what.to_owned();
    bench.found(Row { part: PART, what, connections, trent, ceiling: None, bound: None });
}

fn judge(bench: &mut Bench, refusals: &BTreeMap<String, u64>) {
    let sum = |honest: bool| {
        let kinds = refusals.iter().filter(|(kind, _)| HONEST.contains(&kind.as_str()) == honest);
        count(kinds.map(|(_, times)| *times).sum::<u64>())
    };
    bench.report.fact(PART, "refused by ThrottlingException or 503", sum(true), "");
    let what = "Overload: errors that are neither ThrottlingException nor 503";
    bench.report.at_most(what, Some(sum(false)), 0.0, "");
}

/// Looks for the keys that were made, before and after a crash.
async fn lost(bench: &mut Bench, world: World, template: &Template, mixture: &Mixture) -> Outcome<()> {
    let made = std::mem::take(&mut *mixture.made.lock().unwrap_or_else(PoisonError::into_inner));
    let made = Arc::new(made.into_iter().collect::<Vec<_>>());
    bench.report.fact(PART, "keys made meanwhile", count(made.len()), "");
    let what = "Overload: keys that were acknowledged and are not there";
    let missing_at_once = missing(&world.application, &made).await?;
    bench.report.at_most(what, Some(count(missing_at_once)), 0.0, "");
    let World { trent, data, .. } = world;
    trent.process.crash()?;
    let who = &template.people.application;
    let trent = Trent::start(&bench.trent, &data, Settings::default(), who).await?;
    let missing = missing(&trent.target(who)?, &made).await?;
    bench.report.at_most(format!("{what} after kill -9"), Some(count(missing)), 0.0, "");
    trent.process.stop()
}

/// Of ten turns: nine light operations, and a new key.
struct Mixture {
    keys: Arc<Picked>,
    made: Mutex<BTreeSet<String>>,
}

impl Work for Mixture {
    async fn turn(&self, connection: &mut Connection, turn: Turn) -> Result<Duration, Refusal> {
        let dice = turn.dice();
        if dice.is_multiple_of(10) {
            let answer = connection.call(&Call::new("CreateKey", "{}".to_owned())).await?;
            let key_id = answer.text("/KeyMetadata/KeyId")?;
            self.made.lock().unwrap_or_else(PoisonError::into_inner).insert(key_id);
            return Ok(answer.took);
        }
        let pick = usize::try_from(dice >> 32).unwrap_or_default() % Light::ALL.len();
        let light = Light::ALL.get(pick).ok_or_else(|| Refusal::new("nothing to call"))?;
        connection.call(&light.call(&self.keys, turn)).await.map(|answer| answer.took)
    }
}

/// How many of these keys are not there.
async fn missing(target: &Arc<Target>, keys: &Arc<Vec<String>>) -> Outcome<usize> {
    let mut looking = JoinSet::new();
    for first in 0..LOOKING {
        let (keys, target) = (Arc::clone(keys), Arc::clone(target));
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
