//! `CreateKey`, whose answer means that the key is on the disk, against bare commits of SQLite.

use std::sync::Arc;

use crate::load::Calls;
use crate::measure::{Bench, CONNECTIONS};
use crate::wire::Call;
use crate::world::World;
use crate::{Outcome, disk, people};

const PART: &str = "create";
/// Goals as ratios to bare commits: one connection, and several, whose commits are grouped.
const LEAST_OF_ONE: f64 = 0.8;
const LEAST_GROUPED: f64 = 1.5;

pub(crate) async fn run(bench: &mut Bench, world: &World) -> Outcome<()> {
    let policy = serde_json::to_string(&people::key_policy())?;
    let call = Call::new("CreateKey", format!(r#"{{"Policy":{policy}}}"#));
    let work = Arc::new(Calls(move |_| call.clone()));
    let (folder, span) = (bench.folder.clone(), bench.options.span());
    for connections in CONNECTIONS {
        let commits = ("bare SQLite commits", || disk::commits(&folder, span.counted));
        let row =
            bench.against((PART, "CreateKey"), world.subject(), (connections, span), &work, commits).await?;
        let what = format!("CreateKey at {connections} connections");
        match connections {
            1 => bench.report.at_least(what, row.ratio(), LEAST_OF_ONE, "× bare commits"),
            16 => bench.report.at_least(what, row.ratio(), LEAST_GROUPED, "× bare commits"),
            _ => {}
        }
    }
    bench.report.fact(PART, "fdatasync of a page", disk::fdatasyncs(&folder, span.counted)?, "/s");
    Ok(())
}
