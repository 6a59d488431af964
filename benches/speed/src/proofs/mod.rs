//! That nothing was traded for speed: a server's program verifies signatures, authorizes callers, makes durable what it
//! acknowledges, and wipes secrets.
//!
//! The program is given, so that the very build that is measured is the one that is proved; a test proves the build that
//! the tests have. Everything is asked after the server was warmed up: what it keeps to be fast is there, and must not
//! be taken for a proof.

mod access;
mod durable;
mod memory;

use std::path::Path;
use std::sync::Arc;

use kms::SystemClock;

use crate::Outcome;
use crate::keys;
use crate::trent::{Settings, Trent};
use crate::wire::{Answer, Refusal};
use crate::world::Template;

/// One thing that was tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// What was tried.
    pub what: &'static str,
    /// What must come of it.
    pub wanted: &'static str,
    /// What came of it.
    pub found: String,
}

impl Proof {
    fn of(what: &'static str, wanted: &'static str, found: impl Into<String>) -> Self {
        Self { what, wanted, found: found.into() }
    }

    /// Whether it is as it must be.
    pub fn holds(&self) -> bool {
        self.found == self.wanted
    }
}

/// What stands instead of an answer: so the test can tell what cannot be seen from what is not so.
pub const UNSEEN: &str = "cannot be seen: only root may look into the server";

/// Tries all of it with the server that `binary` is, in `folder`, which is there and empty.
pub async fn all(binary: &Path, folder: &Path) -> Outcome<Vec<Proof>> {
    let template = Template::make(binary, folder).await?;
    let data = template.copy("proofs")?;
    let engine = data.engine(Arc::new(SystemClock)).await?;
    let set = keys::make(&engine, 2).await?;
    let key_id = set.ciphers.first().map(|cipher| cipher.key_id.clone()).ok_or("no key was made")?;
    let external = keys::without_material(&engine).await?;
    engine.write_back(&data).await?;
    let people = &template.people;
    let trent = Trent::start(binary, &data, Settings::default(), &people.application).await?;
    let mut proofs = access::prove(&trent, people, &key_id).await?;
    proofs.extend(memory::prove(&trent, people, &data, &key_id, &external).await?);
    proofs.extend(durable::prove(trent, binary, &data, people).await?);
    Ok(proofs)
}

/// The code of an error, or that there was none.
fn ended(answer: Result<Answer, Refusal>) -> String {
    answer.map_or_else(|refusal| refusal.kind, |_| "done".to_owned())
}
