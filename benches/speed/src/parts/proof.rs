//! That nothing was traded for speed, in the very build that is measured.

use crate::measure::Bench;
use crate::{Outcome, proofs};

pub(crate) async fn run(bench: &mut Bench) -> Outcome<()> {
    let folder = bench.folder.join("proofs");
    std::fs::create_dir_all(&folder)?;
    let proofs = Box::pin(proofs::all(&bench.trent, &folder)).await?;
    for proof in &proofs {
        bench.report.goal(format!("Proof: {}", proof.what), proof.wanted, proof.found.clone(), proof.holds());
    }
    Ok(())
}
