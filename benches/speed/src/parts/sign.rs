//! Signatures against the bare call of the crate `crypto` and what a light operation costs.

use std::sync::Arc;

use crate::light::{Light, Picked};
use crate::load::Calls;
use crate::measure::{Bench, CONNECTIONS};
use crate::report::{Row, Summary};
use crate::samples::median;
use crate::signing::Signing;
use crate::world::World;
use crate::{Outcome, bare};

const PART: &str = "sign";
/// Goal: the server's processor time as a ratio to that of the bare call and a light operation.
const MOST_CPU: f64 = 1.1;

pub(crate) async fn run(bench: &mut Bench, world: &World) -> Outcome<()> {
    let keys = Picked::uniform(&world.keys);
    let light = Arc::new(Calls(move |turn| Light::DescribeKey.call(&keys, turn)));
    for connections in CONNECTIONS {
        let mut lights = Vec::new();
        for _ in 0..bench.options.rounds {
            lights.push(bench.slice(world.subject(), connections, &light).await?);
        }
        let light = Summary::of(&lights).cpu_micros.ok_or("nothing was answered")?;
        for (algorithm, key_id) in Signing::ALL.into_iter().zip(&world.signing) {
            measure(bench, world, connections, light, (algorithm, key_id)).await?;
        }
    }
    Ok(())
}

/// In each round: the bare call, the ceiling, the signature. `light` is what a light operation costs.
async fn measure(
    bench: &mut Bench,
    world: &World,
    connections: usize,
    light: f64,
    (algorithm, key_id): (Signing, &str),
) -> Outcome<()> {
    let call = algorithm.call(key_id);
    let work = Arc::new(Calls(move |_| call.clone()));
    let (mut bares, mut ceilings, mut trents) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..bench.options.rounds {
        // One connection keeps one core busy at a time.
        let cores = connections.min(bench.cores);
        bares.push(bare::cpu_on(cores, bench.options.span().counted / 2, || algorithm.bare())?);
        ceilings.push(bench.ceiling_slice(connections, &work).await?);
        trents.push(bench.slice(world.subject(), connections, &work).await?);
    }
    let spec = algorithm.key_spec();
    let (trent, ceiling) = (Summary::of(&trents), Some(Summary::of(&ceilings)));
    let row = Row { part: PART, what: format!("Sign, {spec}"), connections, trent, ceiling, bound: None };
    let row = bench.found(row);
    let bare = median(bares).ok_or("nothing was measured")?;
    let what = format!("Sign, {spec}, at {connections} connections");
    bench.report.fact(PART, format!("{what}: the bare call"), bare, "µs CPU");
    let ratio = row.trent.cpu_micros.map(|cpu| cpu / (bare + light));
    bench.report.at_most(format!("{what}: server CPU"), ratio, MOST_CPU, "× (bare + light)");
    Ok(())
}
