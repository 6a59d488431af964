//! `GetParametersForImport`, whose answer has a wrapping key that nobody else gets: from the stock, and once that is empty.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crypto::{RsaBits, WrappingKey};
use tokio::task::JoinSet;

use crate::load::{Calls, Turn};
use crate::measure::{Bench, CONNECTIONS};
use crate::parts::import::get_parameters;
use crate::report::{Row, Summary};
use crate::samples::{Samples, count};
use crate::trent::Settings;
use crate::wire::{Call, Connection, Refusal};
use crate::world::{Template, World};
use crate::{Outcome, bare};

const PART: &str = "parameters";
/// The kinds of wrapping keys that are measured, and how large a stock of them is asked for; smaller in a first look. As
/// many as last for a burst that can be timed, and are made in about a minute.
const KINDS: [(&str, RsaBits); 2] = [("RSA_2048", RsaBits::B2048), ("RSA_4096", RsaBits::B4096)];
const STOCK: (usize, usize) = (512, 32);
const SMALL_STOCK: (usize, usize) = (48, 4);
/// Goals: the median in milliseconds, and answers a second, from the stock.
const MOST_FROM_STOCK: f64 = 1.0;
const LEAST_BURST: f64 = 3_000.0;
/// Goals with an empty stock: answers a second as a ratio to the keys that all cores can make, and how long whoever waits
/// longest does, as a ratio to the median: in a fair queue all wait alike.
const LEAST_RATIO: f64 = 0.9;
const MOST_UNFAIR: f64 = 2.0;
/// How long is measured with an empty stock, in seconds, and how long in a first look. Once: a key takes up to a second, so
/// that shorter rounds would count chance.
const SECONDS: u64 = 15;
const FEW_SECONDS: u64 = 3;
/// How many ask at once in a burst.
const BURST: usize = 16;

pub(crate) async fn run(bench: &mut Bench, template: &Template) -> Outcome<()> {
    let stock = if bench.options.quick { SMALL_STOCK } else { STOCK };
    let settings = Settings { stock: Some(stock), ..Settings::default() };
    let world = World::start(bench, template, "parameters", settings).await?;
    for ((spec, bits), stock) in KINDS.into_iter().zip([stock.0, stock.1]) {
        from_stock(bench, &world, spec, stock).await?;
        let span = bench.options.long(SECONDS, FEW_SECONDS);
        let most = bare::per_second(bench.cores, span.counted / 2, || WrappingKey::generate(bits).is_ok())?;
        for connections in CONNECTIONS {
            with_empty_stock(bench, &world, connections, (spec, most)).await?;
        }
    }
    world.trent.process.stop()
}

async fn from_stock(bench: &mut Bench, world: &World, spec: &str, stock: usize) -> Outcome<()> {
    // A first request, so that the stock knows that this kind is wanted.
    let mut connection = Connection::to(&world.application);
    let call = get_parameters(first(world)?, spec);
    connection.call(&call).await?;
    crate::say(&format!("{PART}: waiting until {stock} keys of {spec} are made"));
    world.trent.process.idle().await?;
    // What is being made anew meanwhile takes processors from few answers only.
    let mut samples = Vec::new();
    for _ in 0..stock.div_ceil(8) {
        samples.push(connection.call(&call).await?.took);
    }
    let p50 = Samples::of(samples).p50().map(|micros| micros / 1000.0);
    let name = format!("GetParametersForImport, {spec}, from the stock");
    bench.report.at_most(format!("{name}: p50"), p50, MOST_FROM_STOCK, "ms");
    world.trent.process.idle().await?;
    let (rate, took) = burst(world, spec, stock).await?;
    bench.report.fact(PART, format!("{spec}: the slowest of {stock} answers in a burst"), took, "ms");
    bench.report.at_least(format!("{name}: burst of {stock}"), Some(rate), LEAST_BURST, "/s");
    Ok(())
}

/// As many answers as the stock has, divided among connections that are open already: how many a second, and how many
/// milliseconds the slowest took. One that had to be made takes longer than all others together.
async fn burst(world: &World, spec: &str, stock: usize) -> Outcome<(f64, f64)> {
    let call = get_parameters(first(world)?, spec);
    let describe = Call::new("DescribeKey", format!(r#"{{"KeyId":"{}"}}"#, first(world)?));
    let mut open = Vec::new();
    for _ in 0..BURST.min(stock) {
        let mut connection = Connection::to(&world.application);
        connection.call(&describe).await?;
        open.push(connection);
    }
    let (connections, began) = (open.len(), Instant::now());
    let mut running = JoinSet::new();
    for (index, mut connection) in open.into_iter().enumerate() {
        let share = stock / connections + usize::from(index < stock % connections);
        let call = call.clone();
        running.spawn(async move {
            let mut slowest = Duration::ZERO;
            for _ in 0..share {
                slowest = slowest.max(connection.call(&call).await?.took);
            }
            Ok::<_, Refusal>(slowest)
        });
    }
    let mut slowest = Duration::ZERO;
    while let Some(ended) = running.join_next().await {
        slowest = slowest.max(ended??);
    }
    Ok((count(stock) / began.elapsed().as_secs_f64(), slowest.as_secs_f64() * 1000.0))
}

async fn with_empty_stock(
    bench: &mut Bench,
    world: &World,
    connections: usize,
    (spec, most): (&'static str, f64),
) -> Outcome<()> {
    let external = Arc::clone(&world.external);
    let work = Arc::new(Calls(move |Turn { connection, .. }: Turn| {
        get_parameters(external.get(connection).map(String::as_str).unwrap_or_default(), spec)
    }));
    let (span, subject) = (bench.options.long(SECONDS, FEW_SECONDS), world.subject());
    let slice = crate::load::slice(subject.process, subject.target, connections, span, &work).await?;
    let bound = Some(("keys made on all cores".to_owned(), most));
    let trent = Summary::of(std::slice::from_ref(&slice));
    let what = format!("GetParametersForImport, {spec}, stock empty");
    let row = Row { part: PART, what: what.clone(), connections, trent, ceiling: None, bound };
    let row = bench.found(row);
    let what = format!("{what}, {connections} connections");
    bench.report.at_least(format!("{what}: rate"), row.ratio(), LEAST_RATIO, "× keys made on all cores");
    if connections > 1 {
        let (p50, p99) = (row.trent.p50_micros, row.trent.p99_micros);
        let unfair = p99.zip(p50).map(|(p99, p50)| p99 / p50);
        bench.report.at_most(format!("{what}: p99"), unfair, MOST_UNFAIR, "× p50");
    }
    let refused: u64 = row.trent.refusals.values().sum();
    bench.report.at_most(format!("{what}: refused or timed out"), Some(count(refused)), 0.0, "");
    Ok(())
}

fn first(world: &World) -> Outcome<&str> {
    Ok(world.external.first().ok_or("there is no key without material")?)
}
