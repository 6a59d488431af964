//! How fast Trent is, as a ratio to what the machine can do.
//!
//! ```text
//! cargo xtask bench
//! ```
//!
//! builds the server as its users have it, and runs it in a process of its own on real data: an IAM user calls it, whose
//! policies and key policies are evaluated; records are sealed and on the disk; each request has a fresh signature.
//! Beside it runs the `ceiling`, a server that does nothing but read, verify the signature and answer. Both are
//! measured in turn, round by round, and what is reported are medians of rounds and their ratios: what else happens
//! on the machine hits both alike. `docs/performance.md` says how to read the table.
//!
//! Where things are: what is measured is one file each in `parts`; load comes from `load` over `wire`; what
//! the machine can do with nothing around it is in `bare` and `disk`; data and keys are made in `data`,
//! `people`, `keys` and `world` before the server starts. [`proofs`] shows that nothing was traded for speed, in the build
//! that is measured and, as a test, in that of the tests. [`hot`] holds the hottest functions, for criterion
//! (`cargo bench -p bench-speed`) and for `instructions`, which do not depend on how busy the machine is.

mod bare;
mod ceiling;
mod data;
mod disk;
pub mod hot;
mod instructions;
mod keys;
mod light;
mod load;
mod machine;
mod measure;
mod options;
mod parts;
mod people;
mod pick;
mod plot;
mod process;
pub mod proofs;
mod report;
mod samples;
mod signing;
mod trent;
mod wire;
mod world;

use std::error::Error;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use crate::ceiling::Ceiling;
use crate::measure::Bench;
use crate::options::{Options, PARTS};
use crate::parts::{create, grants, import, mixed, overload, parameters, proof, scale, sign};
use crate::report::Report;
use crate::trent::Settings;
use crate::world::{Template, World};

/// What can fail, for whoever runs it to read.
pub type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// Where the release build of the server is, and where results go: `cargo xtask bench` tells.
const TRENT: &str = "TRENT_BIN";
const RESULTS: &str = "TRENT_BENCH_RESULTS";

/// The program.
pub fn run() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let ended = match words.as_slice() {
        [ceiling::COMMAND] => ceiling::serve(),
        [instructions::COMMAND, name, times] => instructions::repeat(name, times),
        ["--instructions"] => results().and_then(|folder| instructions::run(&folder)),
        ["help" | "-h" | "--help"] => {
            say(options::USAGE);
            Ok(())
        }
        _ => Options::read(&arguments).and_then(measure),
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("error: {error}"));
            ExitCode::FAILURE
        }
    }
}

fn measure(options: Options) -> Outcome<()> {
    let trent =
        PathBuf::from(std::env::var_os(TRENT).ok_or("TRENT_BIN names no server: run cargo xtask bench")?);
    let results = results()?;
    let folder = results.join("data");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    let report = Report { machine: machine::name(), options: format!("{options:?}"), ..Report::default() };
    let cores = std::thread::available_parallelism()?.get();
    let (ceiling, began) = (Ceiling::start()?, Instant::now());
    let bench = Bench { options, ceiling, trent, folder: folder.clone(), cores, began, report };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let report = runtime.block_on(all(bench))?;
    fs::remove_dir_all(folder)?;
    write(&results, &report)?;
    if report.failures == 0 { Ok(()) } else { Err("not all parts came to their end: see the table".into()) }
}

/// All parts that are wanted, in their order. One that fails is reported, and the next begins.
async fn all(mut bench: Bench) -> Outcome<Report> {
    let template = Template::make(&bench.trent, &bench.folder).await?;
    let world = World::start(&bench, &template, "data", Settings::default()).await?;
    let options = bench.options.clone();
    for (part, ..) in PARTS.into_iter().filter(|(part, ..)| options.wants(part)) {
        bench.begins(part);
        // What the part before left to be done is not this one's.
        world.trent.process.idle().await?;
        let ended = Box::pin(one(part, &mut bench, &world, &template)).await;
        bench.ended(part, ended);
    }
    world.trent.process.stop()?;
    Ok(bench.report)
}

/// A part: with the server that all share, or with others.
async fn one(part: &str, bench: &mut Bench, world: &World, template: &Template) -> Outcome<()> {
    match part {
        "proof" => proof::run(bench).await,
        "light" => parts::light::run(bench, world).await,
        "sign" => sign::run(bench, world).await,
        "parameters" => parameters::run(bench, template).await,
        "create" => create::run(bench, world).await,
        "import" => import::run(bench, world).await,
        "grants" => grants::run(bench, world, template).await,
        "scale" => scale::run(bench, template).await,
        "mixed" => mixed::run(bench, world, template).await,
        _ => overload::run(bench, template).await,
    }
}

/// The folder of the results.
fn results() -> Outcome<PathBuf> {
    let folder =
        std::env::var_os(RESULTS).ok_or("TRENT_BENCH_RESULTS names no folder: run cargo xtask bench")?;
    fs::create_dir_all(&folder)?;
    Ok(PathBuf::from(folder))
}

fn write(folder: &Path, report: &Report) -> Outcome<()> {
    let (json, svg) = (folder.join("speed.json"), folder.join("speed.svg"));
    fs::write(&json, serde_json::to_vec_pretty(report)?)?;
    fs::write(&svg, plot::svg(report))?;
    writeln!(std::io::stdout().lock(), "{}", report.table())?;
    say(&format!("The same as JSON: {}, as a picture: {}", json.display(), svg.display()));
    Ok(())
}

/// A line for whoever waits. Nothing is to be done if they no longer do.
fn say(line: &str) {
    drop(writeln!(std::io::stderr().lock(), "{line}"));
}
