//! How long `Encrypt` takes while the server has something heavier to do.

use std::sync::Arc;
use std::time::{Duration, Instant};

use kms::{Clock as _, ManualClock, SystemClock};
use tokio::time::sleep;

use crate::Outcome;
use crate::keys;
use crate::light::{Light, Picked};
use crate::load::{self, Calls, Slice, Turn, Work};
use crate::measure::{Bench, Subject};
use crate::parts::import::get_parameters;
use crate::report::{Row, Summary};
use crate::samples::{count, median};
use crate::signing::Signing;
use crate::trent::{Settings, Trent};
use crate::world::{Template, World};

const PART: &str = "mixed";
/// How many connections encrypt, and how many ask for the heavier.
const LIGHT: usize = 16;
const HEAVY: usize = 4;
/// Goal: the 99th percentile as a ratio to that at rest.
const MOST_P99: f64 = 2.0;
/// Keys that expire each second.
const EXPIRING: u32 = 1_000;
/// How long a server may take to be given its data and to start.
const AHEAD: Duration = Duration::from_secs(6);

pub(crate) async fn run(bench: &mut Bench, world: &World, template: &Template) -> Outcome<()> {
    let external = Arc::clone(&world.external);
    let parameters = Calls(move |Turn { connection, .. }: Turn| {
        get_parameters(external.get(connection).map(String::as_str).unwrap_or_default(), "RSA_2048")
    });
    beside(bench, world, "wrapping keys are made", parameters).await?;
    let heaviest =
        Signing::ALL.into_iter().zip(&world.signing).find(|(algorithm, _)| *algorithm == Signing::Rsa4096);
    let call = heaviest.map(|(algorithm, key_id)| algorithm.call(key_id)).ok_or("no RSA-4096 key")?;
    beside(bench, world, "RSA-4096 signs", Calls(move |_| call.clone())).await?;
    expiring(bench, template).await
}

/// At rest and beside the heavier work, in turn.
async fn beside<W: Work>(bench: &mut Bench, world: &World, what: &str, heavy: W) -> Outcome<()> {
    let keys = Picked::uniform(&world.keys);
    let work = Arc::new(Calls(move |turn| Light::Encrypt.call(&keys, turn)));
    let (heavy, subject, span) = (Arc::new(heavy), world.subject(), bench.options.long(5, 2));
    let (mut rest, mut busy, mut beside) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..bench.options.rounds {
        rest.push(load::slice(subject.process, subject.target, LIGHT, span, &work).await?);
        let (light, heavier) = tokio::join!(
            load::slice(subject.process, subject.target, LIGHT, span, &work),
            load::slice(subject.process, subject.target, HEAVY, span, &heavy),
        );
        busy.push(light?);
        beside.push(heavier?);
    }
    judge(bench, what, &rest, &busy);
    let trent = Summary::of(&beside);
    let (part, what) = (PART, format!("what was done beside Encrypt: {what}"));
    bench.found(Row { part, what, connections: HEAVY, trent, ceiling: None, bound: None });
    Ok(())
}

fn judge(bench: &mut Bench, what: &str, rest: &[Slice], busy: &[Slice]) {
    let p99 = |slices: &[Slice]| median(slices.iter().filter_map(|slice| slice.samples.p99()).collect());
    let ratio = p99(busy).zip(p99(rest)).map(|(busy, rest)| busy / rest);
    for (when, slices) in [("at rest", rest), (what, busy)] {
        let (trent, connections) = (Summary::of(slices), LIGHT);
        let what = format!("Encrypt, {when}");
        bench.found(Row { part: PART, what, connections, trent, ceiling: None, bound: None });
    }
    bench.report.at_most(format!("Encrypt p99 while {what}"), ratio, MOST_P99, "× p99 at rest");
}

/// Keys whose waiting period for deletion ends one after the other: they are erased by the sweeper as expired
/// material is, with all that hangs on them.
async fn expiring(bench: &mut Bench, template: &Template) -> Outcome<()> {
    // The sweeper comes every five seconds.
    let (rest, busy) = (bench.options.long(5, 2), bench.options.long(20, 8));
    let number = EXPIRING * u32::try_from(busy.counted.as_secs())?;
    crate::say(&format!("mixed: making {number} keys that expire"));
    let clock = Arc::new(ManualClock::at(SystemClock.now()));
    let data = template.copy("expiring")?;
    let engine = data.engine(Arc::clone(&clock) as Arc<dyn kms::Clock>).await?;
    let used = Picked::uniform(&Arc::new(keys::make(&engine, 100).await?));
    let (without, began) = (engine.records().await?, Instant::now());
    let mortal = keys::mortal(&engine, &clock, number).await?;
    // What is still to come before the first is due takes no longer than what has been.
    let ahead = began.elapsed() + AHEAD + rest.warm + rest.counted;
    let first = SystemClock.now().plus_seconds(i64::try_from(ahead.as_secs())?);
    keys::doomed(&engine, &clock, mortal, first, EXPIRING).await?;
    let of_a_key = count(engine.records().await? - without) / f64::from(number);
    engine.write_back(&data).await?;
    let trent = Trent::start(&bench.trent, &data, Settings::default(), &template.people.application).await?;
    let (process, target) = (&trent.process, &trent.target(&template.people.application)?);
    let work = Arc::new(Calls(move |turn| Light::Encrypt.call(&used, turn)));
    let subject = Subject { process, target };
    let resting = load::slice(subject.process, subject.target, LIGHT, rest, &work).await?;
    let Ok(ahead) = u64::try_from(first.millis() - SystemClock.now().millis()) else {
        return Err("keys began to expire before they were all made".into());
    };
    sleep(Duration::from_millis(ahead)).await;
    let before = data.contents().await?.records;
    let swept = load::slice(subject.process, subject.target, LIGHT, busy, &work).await?;
    let after = data.contents().await?.records;
    judge(bench, "1,000 keys a second expire", &[resting], &[swept]);
    let gone = count(before.saturating_sub(after)) / of_a_key / busy.counted.as_secs_f64();
    bench.report.fact(PART, "keys erased while a thousand a second expired", gone, "/s");
    trent.process.stop()
}
