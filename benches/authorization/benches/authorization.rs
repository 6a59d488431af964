//! Measures; what, says the documentation of the crate.

use std::error::Error;
use std::hint::black_box;
use std::time::Duration;

use api::ErrorCode;
use bench_authorization::{
    Case, GRANTS, MANAGED_POLICIES, MAX_KEY_POLICY, Who, World, as_evaluated, bare_encryption,
};
use criterion::Criterion;
use rustix::time::{ClockId, clock_gettime};
use tokio::runtime::{Builder, Runtime};

/// What the authorization of the usual case may take.
const GOAL: Duration = Duration::from_micros(20);
/// The encryption alone, and the evaluation of policies alone.
const BARE: &str = "encryption alone, 32 bytes";
const EVALUATION: &str = "policy::evaluate alone";

/// The calls that are measured, and how each must end.
const CALLS: [(&str, Who, ErrorCode); 4] = [
    ("Encrypt by root, plain key", Who::Root, ErrorCode::DryRun),
    ("Encrypt, allowed by a policy", Who::ByPolicy, ErrorCode::DryRun),
    ("Encrypt, allowed by a grant", Who::ByGrant, ErrorCode::DryRun),
    ("Encrypt, denied", Who::Denied, ErrorCode::AccessDenied),
];

/// What was measured of a case: names, and the median of what one took in each of the samples.
type Rows = Vec<(&'static str, Duration)>;

fn main() -> Result<(), Box<dyn Error>> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let mut criterion = Criterion::default().configure_from_args();
    let mut tables = Vec::new();
    for case in [Case::Usual, Case::Extreme] {
        let world = runtime.block_on(World::new(case))?;
        tables.push((case, measured(&mut criterion, &runtime, &world)?));
    }
    criterion.final_summary();
    for (case, rows) in tables {
        report(case, &rows);
    }
    Ok(())
}

fn measured(criterion: &mut Criterion, runtime: &Runtime, world: &World) -> Result<Rows, Box<dyn Error>> {
    let mut rows = Rows::new();
    let mut measure = |name: &'static str, run: &mut dyn FnMut(u64) -> Duration| {
        let mut samples = Vec::new();
        criterion.bench_function(&format!("{:?}/{name}", world.case()), |bencher| {
            bencher.iter_custom(|times| {
                let took = run(times);
                samples.push(took.div_f64(f64::from(u32::try_from(times).unwrap_or(u32::MAX))));
                took
            });
        });
        samples.sort();
        rows.extend(samples.get(samples.len() / 2).map(|median| (name, *median)));
    };
    let encryption = bare_encryption()?;
    measure(BARE, &mut |times| timed(times, || drop(black_box(encryption()))));
    let evaluated = as_evaluated(world)?;
    measure(EVALUATION, &mut |times| timed(times, || _ = black_box(evaluated.evaluate())));
    for (name, who, expected) in CALLS {
        let ended = runtime.block_on(world.encrypts(who))?;
        if ended != Some(expected) {
            return Err(format!("{name}: ended with {ended:?}").into());
        }
        measure(name, &mut |times| calls(runtime, world, who, times));
    }
    Ok(rows)
}

/// How long this thread has had a processor. What else runs on the machine counts little, and nothing here waits.
fn worked() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    let [seconds, nanos] = [time.tv_sec, time.tv_nsec].map(|part| u64::try_from(part).unwrap_or_default());
    Duration::from_secs(seconds) + Duration::from_nanos(nanos)
}

fn timed(times: u64, mut work: impl FnMut()) -> Duration {
    let began = worked();
    for _ in 0..times {
        work();
    }
    worked().saturating_sub(began)
}

fn calls(runtime: &Runtime, world: &World, who: Who, times: u64) -> Duration {
    runtime.block_on(async {
        let began = worked();
        for _ in 0..times {
            // How it ends, was checked before.
            drop(black_box(world.encrypts(who).await));
        }
        worked().saturating_sub(began)
    })
}

#[expect(clippy::print_stdout, reason = "what a bench finds is for whoever runs it")]
fn report(case: Case, rows: &Rows) {
    let of = |wanted: &str| rows.iter().find(|(name, _)| *name == wanted).map(|(_, took)| *took);
    let (Some(bare), Some(evaluation)) = (of(BARE), of(EVALUATION)) else { return };
    println!(
        "\n{case:?}: {MAX_KEY_POLICY} bytes of key policy, {MANAGED_POLICIES} managed policies, {GRANTS} grants"
    );
    println!("{:<32}{:>12}{:>16}{:>16}", "", "took", "× encryption", "× evaluation");
    for (name, took) in rows {
        let (by_bare, by_evaluation) = (ratio(*took, bare), ratio(*took, evaluation));
        println!("{name:<32}{:>9.2} µs{by_bare:>16.1}{by_evaluation:>16.2}", micros(*took));
    }
    for (name, who, _) in CALLS {
        if let Some(took) = of(name).filter(|_| who != Who::Root) {
            let authorization = took.saturating_sub(bare);
            let verdict = match case {
                Case::Usual if authorization < GOAL => ", under the goal of 20 µs",
                Case::Usual => ", OVER the goal of 20 µs",
                Case::Extreme => "",
            };
            println!("{name}: {:.2} µs but for the encryption{verdict}", micros(authorization));
        }
    }
}

fn micros(took: Duration) -> f64 {
    took.as_secs_f64() * 1e6
}

fn ratio(took: Duration, unit: Duration) -> f64 {
    took.as_secs_f64() / unit.as_secs_f64()
}
