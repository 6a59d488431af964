//! A server's data folder, and an engine that fills it before the server starts.
//!
//! The engine works on a copy in memory and the whole is written back at the end: a hundred thousand keys are made
//! in seconds and not in as many commits.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use iam::{Iam, Identities, Service};
use kms::{Caller, Clock, Kms, Settings, SystemClock};
use seal::{Records, RootKey};
use serde_json::Value;
use store::{Batch, Commit, MAX_SCAN, Memory, Sqlite, Store};

use crate::Outcome;
use crate::wire::{REGION, Who};

pub(crate) const ACCOUNT: &str = "111122223333";
pub(crate) const PARTITION: &str = "aws";
const DATABASE: &str = "trent.db";
const ROOT_KEY: &str = "root.key";
/// How many records are written back in one commit.
const ROUND: u32 = 500;

/// A data folder that `trent init` made, with nobody using it.
pub(crate) struct Data {
    pub(crate) folder: PathBuf,
}

impl Data {
    /// Makes one, and an account in it.
    pub(crate) fn init(trent: &Path, folder: &Path) -> Outcome<Self> {
        let output = Command::new(trent)
            .args(["init", "--json", "--account", ACCOUNT, "--data"])
            .arg(folder)
            .arg("--config")
            .arg(folder.with_extension("init.toml"))
            .output()?;
        if !output.status.success() {
            return Err(format!("trent init: {}", String::from_utf8_lossy(&output.stderr)).into());
        }
        Ok(Self { folder: folder.to_owned() })
    }

    /// The same data in another folder.
    pub(crate) fn copy_to(&self, folder: &Path) -> Outcome<Self> {
        fs::create_dir_all(folder)?;
        for name in [DATABASE, ROOT_KEY] {
            fs::copy(self.folder.join(name), folder.join(name))?;
        }
        Ok(Self { folder: folder.to_owned() })
    }

    /// An engine on a copy in memory.
    pub(crate) async fn engine(&self, clock: Arc<dyn Clock>) -> Outcome<Engine> {
        let memory = Arc::new(Memory::default());
        let stored = Sqlite::open_to_read(&self.folder.join(DATABASE)).await?;
        copy(&stored, &*memory).await?;
        Engine::open(memory, &RootKey::load(&self.folder.join(ROOT_KEY))?, clock).await
    }

    /// What is in the store at this moment; a server may be using it.
    pub(crate) async fn contents(&self) -> Outcome<Contents> {
        contents(&Sqlite::open_to_read(&self.folder.join(DATABASE)).await?).await
    }
}

/// How much there is in a store.
pub(crate) struct Contents {
    pub(crate) records: usize,
    /// Names and values, sealed.
    pub(crate) bytes: usize,
}

/// An engine, with nothing around it.
pub(crate) struct Engine {
    store: Arc<dyn Store>,
    pub(crate) kms: Arc<Kms>,
    pub(crate) iam: Iam,
    pub(crate) identities: Arc<Identities>,
    pub(crate) root: Caller,
}

impl Engine {
    pub(crate) async fn open(store: Arc<dyn Store>, root: &RootKey, clock: Arc<dyn Clock>) -> Outcome<Self> {
        let records = Arc::new(Records::open(Arc::clone(&store), root).await?);
        let identities = Arc::new(Identities::new(Arc::clone(&records), PARTITION));
        Ok(Self {
            store,
            kms: Kms::new(Arc::clone(&records), clock, Settings::default()),
            iam: Iam::new(records, Arc::clone(&identities)),
            identities,
            root: Caller::root(PARTITION, ACCOUNT, REGION),
        })
    }

    /// Where its records are, sealed.
    pub(crate) fn store(&self) -> Arc<dyn Store> {
        Arc::clone(&self.store)
    }

    /// Carries out an action of IAM as the root.
    pub(crate) async fn act(&self, action: &str, request: Value) -> Outcome<Value> {
        let entry = iam::action(Service::Iam, action).ok_or("no such action")?;
        Ok((entry.call)(&self.iam, &self.root, request, SystemClock.now().seconds()).await?)
    }

    /// Whoever has this access key, as the server's front makes the caller.
    pub(crate) async fn caller(&self, who: &Who) -> Outcome<Caller> {
        let found = self.identities.find(&who.access_key_id, None, SystemClock.now().seconds()).await?;
        let source_ip = Some([127, 0, 0, 1].into());
        Ok(Caller { principal: found.principal, source_ip, ..Caller::root(PARTITION, ACCOUNT, REGION) })
    }

    /// How many records there are.
    pub(crate) async fn records(&self) -> Outcome<usize> {
        Ok(contents(&*self.store).await?.records)
    }

    /// Writes all there is into the data that it is a copy of.
    pub(crate) async fn write_back(self, data: &Data) -> Outcome<()> {
        copy(&*self.store, &Sqlite::open(&data.folder.join(DATABASE)).await?).await
    }
}

async fn copy(from: &dyn Store, to: &dyn Store) -> Outcome<()> {
    let mut after = None;
    loop {
        let page = from.scan(b"", after.as_deref(), ROUND).await?;
        let Some((last, _)) = page.last() else { return Ok(()) };
        after = Some(last.clone());
        let mut batch = Batch::default();
        for (key, found) in page {
            batch.put(key, found.value);
        }
        match to.commit(batch).await? {
            Commit::Done(_) => {}
            Commit::Conflict => return Err("a batch without expectations met a conflict".into()),
        }
    }
}

async fn contents(store: &dyn Store) -> Outcome<Contents> {
    let (mut contents, mut after) = (Contents { records: 0, bytes: 0 }, None);
    loop {
        let page = store.scan(b"", after.as_deref(), MAX_SCAN).await?;
        let Some((last, _)) = page.last() else { return Ok(contents) };
        after = Some(last.clone());
        contents.records += page.len();
        contents.bytes += page.iter().map(|(key, found)| key.len() + found.value.len()).sum::<usize>();
    }
}
