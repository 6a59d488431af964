//! The ten hottest functions, one call each.

use std::error::Error;

use criterion::Criterion;

fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let mut criterion = Criterion::default().configure_from_args();
    for mut function in bench_speed::hot::all()? {
        criterion.bench_function(function.name, |bencher| bencher.iter(&mut function.call));
    }
    criterion.final_summary();
    Ok(())
}
