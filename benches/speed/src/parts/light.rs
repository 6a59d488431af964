//! The light operations against the do-nothing server.

use std::sync::Arc;

use crate::light::{Light, Picked};
use crate::load::Calls;
use crate::measure::{Bench, CONNECTIONS};
use crate::report::Row;
use crate::world::World;
use crate::{Outcome, bare};

const PART: &str = "light";
/// Goals: requests a second as a ratio to the ceiling, and microseconds of the server's processors, under load; and
/// the median of one connection as a ratio to the ceiling's.
const LEAST_RATIO: f64 = 0.85;
const MOST_CPU: f64 = 32.0;
const MOST_P50: f64 = 1.3;

pub(crate) async fn run(bench: &mut Bench, world: &World) -> Outcome<()> {
    for light in Light::ALL {
        if let Some(call) = light.bare()? {
            let micros = bare::cpu(bench.options.span().counted / 2, call)?;
            bench.report.fact(
                PART,
                format!("{}: the bare call of the crate crypto", light.name()),
                micros,
                "µs CPU",
            );
        }
    }
    let keys = Picked::uniform(&world.keys);
    for connections in CONNECTIONS {
        for light in Light::ALL {
            let keys = Arc::clone(&keys);
            let work = Arc::new(Calls(move |turn| light.call(&keys, turn)));
            let name = (PART, light.name().to_owned());
            let row = bench.against_ceiling(name, world.subject(), connections, &work).await?;
            judge(bench, &row);
        }
    }
    Ok(())
}

fn judge(bench: &mut Bench, row: &Row) {
    let what = format!("{} at {} connections", row.what, row.connections);
    if row.connections == 1 {
        let ceiling = row.ceiling.as_ref().and_then(|ceiling| ceiling.p50_micros);
        let ratio = row.trent.p50_micros.zip(ceiling).map(|(trent, ceiling)| trent / ceiling);
        return bench.report.at_most(format!("{what}: p50"), ratio, MOST_P50, "× ceiling");
    }
    bench.report.at_least(format!("{what}: requests/s"), row.ratio(), LEAST_RATIO, "× ceiling");
    bench.report.at_most(format!("{what}: server CPU"), row.trent.cpu_micros, MOST_CPU, "µs");
}
