//! The server that most parts measure: its data, the people who call it, the keys they use.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use kms::SystemClock;

use crate::Outcome;
use crate::data::Data;
use crate::keys::{self, KeySet};
use crate::measure::{Bench, Subject};
use crate::people::{self, People};
use crate::signing::Signing;
use crate::trent::{Settings, Trent};
use crate::wire::Target;

/// How many keys for encryption and message authentication there are.
const KEYS: usize = 100;
/// Keys whose material is to be imported: one for each connection there may be.
const EXTERNAL: usize = 64;

/// Data with people in it and no keys, of which others are copies.
pub(crate) struct Template {
    folder: PathBuf,
    data: Data,
    pub(crate) people: People,
}

impl Template {
    /// Makes it with `trent init`, in `folder`, where its copies will be.
    pub(crate) async fn make(binary: &Path, folder: &Path) -> Outcome<Self> {
        let data = Data::init(binary, &folder.join("template"))?;
        let engine = data.engine(Arc::new(SystemClock)).await?;
        let people = people::make(&engine).await?;
        engine.write_back(&data).await?;
        Ok(Self { folder: folder.to_owned(), data, people })
    }

    /// A copy of the data.
    pub(crate) fn copy(&self, name: &str) -> Outcome<Data> {
        self.data.copy_to(&self.folder.join(name))
    }
}

/// The server, running.
pub(crate) struct World {
    pub(crate) data: Data,
    pub(crate) trent: Trent,
    pub(crate) application: Arc<Target>,
    pub(crate) guest: Arc<Target>,
    pub(crate) keys: Arc<KeySet>,
    /// A key for each of [`Signing::ALL`], in their order.
    pub(crate) signing: Vec<String>,
    /// Keys without material.
    pub(crate) external: Arc<Vec<String>>,
    /// The key with a thousand grants.
    pub(crate) granted: String,
}

impl World {
    /// Makes its keys, in a folder of this name, and starts it.
    pub(crate) async fn start(
        bench: &Bench,
        template: &Template,
        name: &str,
        settings: Settings<'_>,
    ) -> Outcome<Self> {
        let data = template.copy(name)?;
        let engine = data.engine(Arc::new(SystemClock)).await?;
        let keys = Arc::new(keys::make(&engine, KEYS).await?);
        let mut signing = Vec::new();
        for algorithm in Signing::ALL {
            let (spec, usage) = (algorithm.key_spec(), api::KeyUsage::SignVerify);
            signing.push(keys::create(&engine, spec, usage).await?);
        }
        let mut external = Vec::new();
        for _ in 0..EXTERNAL {
            external.push(keys::without_material(&engine).await?);
        }
        let granted = keys::with_grants(&engine, &template.people.guest_arn).await?;
        engine.write_back(&data).await?;
        let people = &template.people;
        let trent = Trent::start(&bench.trent, &data, settings, &people.application).await?;
        let (application, guest) = (trent.target(&people.application)?, trent.target(&people.guest)?);
        Ok(Self { data, trent, application, guest, keys, signing, external: Arc::new(external), granted })
    }

    /// The server, called by the application.
    pub(crate) fn subject(&self) -> Subject<'_> {
        Subject { process: &self.trent.process, target: &self.application }
    }

    /// The server, called by the guest.
    pub(crate) fn for_guest(&self) -> Subject<'_> {
        Subject { process: &self.trent.process, target: &self.guest }
    }
}
