//! Many keys in the store: what they cost in time, in memory, and at the start.

use std::sync::Arc;

use kms::SystemClock;
use tokio::task::JoinSet;

use crate::Outcome;
use crate::keys::{self, KeySet};
use crate::light::{Light, Picked};
use crate::load::{Calls, Slice, Turn};
use crate::measure::{Bench, Subject};
use crate::report::{Row, Summary, latencies};
use crate::samples::{Samples, count, median};
use crate::trent::{Settings, Trent};
use crate::wire::{Connection, Refusal, Target};
use crate::world::Template;

const PART: &str = "scale";
/// How many keys there are; fewer in a first look.
const KEYS: [usize; 4] = [1, 1_000, 10_000, 100_000];
const FEWER_KEYS: [usize; 3] = [1, 1_000, 10_000];
/// How often the start is timed.
const STARTS: usize = 3;
/// How many first uses are timed alone, one after the other.
const COLD: usize = 1_000;
const BUSY: usize = 16;
/// Goals: requests a second with the most keys as a ratio to those with one; seconds to the first answer; bytes of
/// memory that a key takes once it was used, above its record.
const LEAST_RATIO: f64 = 0.9;
const LONGEST_START: f64 = 1.0;
const MOST_BYTES: f64 = 1024.0;

/// A server with so many keys.
struct Size {
    keys: Arc<KeySet>,
    trent: Trent,
    target: Arc<Target>,
    /// By how many bytes of memory it has grown when each of its keys had been used.
    growth: f64,
    /// The bytes of a key's records, sealed.
    record: f64,
}

pub(crate) async fn run(bench: &mut Bench, template: &Template) -> Outcome<()> {
    let mut sizes = Vec::new();
    let numbers: &[usize] = if bench.options.quick { &FEWER_KEYS } else { &KEYS };
    for number in numbers {
        sizes.push(size(bench, template, *number).await?);
    }
    // By how much more it grows with more keys: what any server takes once it is used counts for none of them.
    let above = match sizes.as_slice() {
        [.., fewer, most] => {
            let keys = count(most.keys.len() - fewer.keys.len());
            Some((most.growth - fewer.growth) / keys - most.record)
        }
        _ => None,
    };
    bench.report.at_most("Memory of a cached key above its records", above, MOST_BYTES, "bytes");
    // What uses no key does not depend on how many there are.
    for light in Light::ALL.into_iter().filter(|light| *light != Light::GenerateRandom) {
        for (law, pick) in [("uniform", Picked::uniform as fn(&Arc<KeySet>) -> _), ("Zipf", Picked::zipf)] {
            compare(bench, &sizes, light, law, pick).await?;
        }
    }
    Ok(())
}

/// Makes the keys, times the start, uses each key once.
async fn size(bench: &mut Bench, template: &Template, number: usize) -> Outcome<Size> {
    crate::say(&format!("scale: making {number} keys"));
    let data = template.copy(&format!("scale-{number}"))?;
    let before = data.contents().await?.bytes;
    let engine = data.engine(Arc::new(SystemClock)).await?;
    let keys = Arc::new(keys::make(&engine, number).await?);
    engine.write_back(&data).await?;
    let record = count(data.contents().await?.bytes - before) / count(keys.len());
    let who = &template.people.application;
    let mut starts = Vec::new();
    for _ in 1..STARTS {
        let trent = Trent::start(&bench.trent, &data, Settings::default(), who).await?;
        starts.push(trent.started_in.as_secs_f64());
        trent.process.stop()?;
    }
    let trent = Trent::start(&bench.trent, &data, Settings::default(), who).await?;
    starts.push(trent.started_in.as_secs_f64());
    let target = trent.target(who)?;
    let start = median(starts);
    let at = format!("with {number} keys");
    bench.report.at_most(format!("Start {at}, to the first signed answer"), start, LONGEST_START, "s");
    let fresh = trent.process.resident()?;
    let slice = Slice { samples: cold(&target, &keys).await?, ..Slice::default() };
    latencies(&mut bench.report, PART, &format!("Encrypt, first use of a key, {at}"), &slice);
    warm(&target, &keys).await?;
    let used = trent.process.resident()?;
    let mebibyte = 1024.0 * 1024.0;
    bench.report.fact(
        PART,
        format!("resident memory {at}, fresh"),
        count(fresh / 1024) * 1024.0 / mebibyte,
        "MiB",
    );
    bench.report.fact(
        PART,
        format!("resident memory {at}, each used"),
        count(used / 1024) * 1024.0 / mebibyte,
        "MiB",
    );
    bench.report.fact(PART, format!("a key's records {at}, sealed"), record, "bytes");
    let growth = count(used.saturating_sub(fresh) / 1024) * 1024.0;
    Ok(Size { keys, trent, target, growth, record })
}

/// Uses some keys for the first time, one after the other.
async fn cold(target: &Arc<Target>, keys: &Arc<KeySet>) -> Outcome<Samples> {
    let mut connection = Connection::to(target);
    let picked = Picked::in_turn(keys);
    let mut samples = Vec::new();
    for number in (0_u64..).take(COLD.min(keys.ciphers.len())) {
        let call = Light::Encrypt.call(&picked, Turn { connection: 0, number });
        samples.push(connection.call(&call).await?.took);
    }
    Ok(Samples::of(samples))
}

/// Uses every key once.
async fn warm(target: &Arc<Target>, keys: &Arc<KeySet>) -> Outcome<()> {
    let picked = Picked::in_turn(keys);
    let mut running = JoinSet::new();
    for first in 0..BUSY {
        let (picked, target) = (Arc::clone(&picked), Arc::clone(target));
        let kinds = [(Light::Encrypt, keys.ciphers.len()), (Light::GenerateMac, keys.macs.len())];
        running.spawn(async move {
            let mut connection = Connection::to(&target);
            for (light, number) in kinds {
                for index in (first..number).step_by(BUSY) {
                    let number = u64::try_from(index).unwrap_or_default();
                    connection.call(&light.call(&picked, Turn { connection: 0, number })).await?;
                }
            }
            Ok::<_, Refusal>(())
        });
    }
    while let Some(ended) = running.join_next().await {
        ended??;
    }
    Ok(())
}

/// The same operation with each number of keys, in turn.
async fn compare(
    bench: &mut Bench,
    sizes: &[Size],
    light: Light,
    law: &str,
    pick: fn(&Arc<KeySet>) -> Arc<Picked>,
) -> Outcome<()> {
    let mut slices: Vec<Vec<Slice>> = sizes.iter().map(|_| Vec::new()).collect();
    for _ in 0..bench.options.rounds {
        for (size, slices) in sizes.iter().zip(&mut slices) {
            let picked = pick(&size.keys);
            let work = Arc::new(Calls(move |turn| light.call(&picked, turn)));
            let subject = Subject { process: &size.trent.process, target: &size.target };
            slices.push(bench.slice(subject, BUSY, &work).await?);
        }
    }
    let mut rates = Vec::new();
    for (size, slices) in sizes.iter().zip(&slices) {
        let what = format!("{}, {law}, {} keys", light.name(), size.keys.len());
        let trent = Summary::of(slices);
        rates.push(trent.per_second);
        bench.found(Row { part: PART, what, connections: BUSY, trent, ceiling: None, bound: None });
    }
    if let (Some(one), Some(most)) = (rates.first(), rates.last()) {
        let what = format!("{}, {law}, the most keys against one", light.name());
        bench.report.at_least(what, (*one > 0.0).then(|| most / one), LEAST_RATIO, "×");
    }
    Ok(())
}
