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
use crate::wire::Connection;
use crate::world::World;
use crate::{Outcome, bare};

const PART: &str = "parameters";
/// The kinds of wrapping keys that are measured.
const KINDS: [(&str, RsaBits); 2] = [("RSA_2048", RsaBits::B2048), ("RSA_4096", RsaBits::B4096)];
/// Goals: the median in milliseconds, and answers a second, from the stock.
const MOST_FROM_STOCK: f64 = 1.0;
const LEAST_BURST: f64 = 3_000.0;
/// Goals with an empty stock: answers a second as a ratio to the keys that all cores can make, and how long whoever waits
/// longest does, as a ratio to the median: in a fair queue all wait alike.
const LEAST_RATIO: f64 = 0.9;
const MOST_UNFAIR: f64 = 2.0;
/// How long is measured with an empty stock, in seconds, and how long in a first look. Once: a key takes up to a second, so
/// that shorter rounds would count chance.
const SECONDS: u64 = 20;
const FEW_SECONDS: u64 = 3;
/// An answer that took longer was not from the stock: no core makes an RSA key in this time.
const FROM_STOCK: Duration = Duration::from_millis(5);
/// The largest stock that is looked for.
const LARGEST_STOCK: usize = 10_000;
/// How many ask at once in a burst.
const BURST: usize = 16;

pub(crate) async fn run(bench: &mut Bench, world: &World) -> Outcome<()> {
    for (spec, bits) in KINDS {
        from_stock(bench, world, spec).await?;
        for connections in CONNECTIONS {
            with_empty_stock(bench, world, connections, (spec, bits)).await?;
        }
    }
    Ok(())
}

async fn from_stock(bench: &mut Bench, world: &World, spec: &str) -> Outcome<()> {
    // A first request, so that the stock knows that this kind is wanted.
    let mut connection = Connection::to(&world.application);
    let call = get_parameters(first(world)?, spec);
    connection.call(&call).await?;
    world.trent.process.idle().await?;
    let mut quick = Vec::new();
    while quick.len() < LARGEST_STOCK {
        let took = connection.call(&call).await?.took;
        if took > FROM_STOCK {
            break;
        }
        quick.push(took);
    }
    let stock = quick.len();
    let samples = Samples::of(quick);
    bench.report.fact(PART, format!("{spec}: answers from a full stock"), count(stock), "");
    let p50 = samples.p50().map(|micros| micros / 1000.0);
    bench.report.at_most(
        format!("GetParametersForImport, {spec}, from the stock: p50"),
        p50,
        MOST_FROM_STOCK,
        "ms",
    );
    world.trent.process.idle().await?;
    let rate = burst(world, spec, stock).await?;
    bench.report.at_least(
        format!("GetParametersForImport, {spec}, burst of the stock"),
        rate,
        LEAST_BURST,
        "/s",
    );
    Ok(())
}

/// As many answers at once as the stock has, divided among connections that are open already.
async fn burst(world: &World, spec: &str, stock: usize) -> Outcome<Option<f64>> {
    if stock == 0 {
        return Ok(None);
    }
    let call = get_parameters(first(world)?, spec);
    let describe = crate::wire::Call::new("DescribeKey", format!(r#"{{"KeyId":"{}"}}"#, first(world)?));
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
            for _ in 0..share {
                connection.call(&call).await?;
            }
            Ok::<_, crate::wire::Refusal>(())
        });
    }
    while let Some(ended) = running.join_next().await {
        ended??;
    }
    Ok(Some(count(stock) / began.elapsed().as_secs_f64()))
}

async fn with_empty_stock(
    bench: &mut Bench,
    world: &World,
    connections: usize,
    (spec, bits): (&'static str, RsaBits),
) -> Outcome<()> {
    let external = Arc::clone(&world.external);
    let work = Arc::new(Calls(move |Turn { connection, .. }: Turn| {
        get_parameters(external.get(connection).map(String::as_str).unwrap_or_default(), spec)
    }));
    let span = bench.options.long(SECONDS, FEW_SECONDS);
    let subject = world.subject();
    let most = bare::per_second(bench.cores, span.counted / 2, || WrappingKey::generate(bits).is_ok())?;
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
