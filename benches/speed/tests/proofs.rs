//! What the bench proves before it measures, proved of the build that the tests have: signatures, authorization,
//! durability and the wiping of secrets are on in whatever program `TRENT_BIN` names, or else in what cargo builds now.

// What is looked at is told by Linux.
#![cfg(target_os = "linux")]

use std::path::PathBuf;
use std::process::Command;

use bench_speed::proofs::{self, UNSEEN};

/// The server's program. Built here, it ends up beside the folder that this test runs from.
#[cfg(test)]
fn binary() -> PathBuf {
    if let Some(path) = std::env::var_os("TRENT_BIN") {
        return PathBuf::from(path);
    }
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let built = Command::new(cargo).args(["build", "--package", "trent", "--bin", "trent"]).status().unwrap();
    assert!(built.success(), "the server cannot be built: {built}");
    let own = std::env::current_exe().unwrap();
    own.ancestors().nth(2).unwrap().join("trent")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_traded_for_speed() {
    let folder = std::env::temp_dir().join(format!("trent-proofs-{}", std::process::id()));
    std::fs::create_dir(&folder).unwrap();
    let proofs = Box::pin(proofs::all(&binary(), &folder)).await;
    std::fs::remove_dir_all(&folder).unwrap();
    let proofs = proofs.unwrap();
    assert!(proofs.len() >= 15, "{proofs:#?}");
    // Whoever is not root cannot see the server's memory, which is how it should be.
    let hidden = !rustix::process::geteuid().is_root();
    let broken: Vec<_> =
        proofs.iter().filter(|proof| !(proof.holds() || hidden && proof.found == UNSEEN)).collect();
    assert!(broken.is_empty(), "{broken:#?}");
}
