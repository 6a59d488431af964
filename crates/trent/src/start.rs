//! What the commands with a server's data have in common: opening it, and running the server on it.

use std::fs::{self, DirBuilder};
use std::io::{self, ErrorKind, Write as _};
use std::net::SocketAddr;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

use seal::{Records, RootKey};
use server::Server;
use store::{Sqlite, Store, StoreError};
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::mode::Mode;
use crate::{Failure, hardening};

/// The file with the root key, in the data folder.
const ROOT_KEY: &str = "root.key";
/// The database, in the data folder.
const DATABASE: &str = "trent.db";
/// Only the server's user has any business in the data folder.
const FOLDER_MODE: u32 = 0o700;

/// A data folder, opened: nobody else can open it to write while its records live.
pub(crate) struct Data {
    pub(crate) records: Arc<Records>,
    pub(crate) root_key: PathBuf,
    /// Whether the root key was made just now.
    pub(crate) is_new: bool,
}

/// Opens the data in `folder` for `mode`; makes folder, root key and database if there is none.
pub(crate) async fn open_or_create(folder: &Path, mode: Mode) -> Result<Data, Failure> {
    DirBuilder::new().recursive(true).mode(FOLDER_MODE).create(folder).map_err(|error| {
        Failure::new(format!("cannot make the data folder {}: {error}", folder.display()))
    })?;
    open(folder, mode).await
}

/// Opens the data in `folder` for `mode`, which must have been made before.
pub(crate) async fn open_existing(folder: &Path, mode: Mode) -> Result<Data, Failure> {
    must_exist(folder)?;
    open(folder, mode).await
}

/// Opens the data in `folder` to read it, whoever else has it open, and tells what it is for.
pub(crate) async fn open_to_read(folder: &Path) -> Result<(Arc<Records>, Mode), Failure> {
    must_exist(folder)?;
    let store: Arc<dyn Store> = Arc::new(Sqlite::open_to_read(&folder.join(DATABASE)).await?);
    let root = RootKey::load(&folder.join(ROOT_KEY))?;
    let records = Arc::new(Records::open(store, &root).await?);
    let mode = Mode::of(folder, &records).await?;
    Ok((records, mode))
}

/// Opens the data in `folder` to change it beside a server that is stopped, and tells what it is for.
pub(crate) async fn open_stopped(folder: &Path) -> Result<(Arc<Records>, Mode), Failure> {
    must_exist(folder)?;
    let store: Arc<dyn Store> = match Sqlite::open(&folder.join(DATABASE)).await {
        Err(StoreError::InUse { .. }) => {
            return Err(Failure::new(format!(
                "a server has the data in {} open, and only one process at a time may change it: stop the server, do this \
                 again, and start the server",
                folder.display()
            )));
        }
        opened => Arc::new(opened?),
    };
    let root = RootKey::load(&folder.join(ROOT_KEY))?;
    let records = Arc::new(Records::open(store, &root).await?);
    let mode = Mode::of(folder, &records).await?;
    Ok((records, mode))
}

fn must_exist(folder: &Path) -> Result<(), Failure> {
    if folder.join(DATABASE).exists() {
        return Ok(());
    }
    Err(Failure::new(format!(
        "there is no data of Trent in {0}: make it with `trent init --data {0}`, or give the right folder",
        folder.display()
    )))
}

async fn open(folder: &Path, mode: Mode) -> Result<Data, Failure> {
    // The store comes first: it keeps other processes out while a root key is made.
    let store: Arc<dyn Store> = Arc::new(Sqlite::open(&folder.join(DATABASE)).await?);
    let root_key = folder.join(ROOT_KEY);
    // A root key is made only where nothing can have been sealed yet. Anywhere else a missing one is an error.
    let is_new = !fs::exists(&root_key)? && seal::is_empty(store.as_ref()).await?;
    let root = if is_new { RootKey::create(&root_key)? } else { RootKey::load(&root_key)? };
    let records = Arc::new(Records::open(store, &root).await?);
    mode.claim(folder, &records).await?;
    Ok(Data { records, root_key, is_new })
}

/// Listens on `address`.
pub(crate) async fn listen(address: SocketAddr) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).await.map_err(|error| {
        let advice = match error.kind() {
            ErrorKind::AddrInUse => {
                "another program, perhaps another Trent, is there already; choose another port"
            }
            ErrorKind::AddrNotAvailable => "this machine does not have this address",
            ErrorKind::PermissionDenied => "this user may not use this port; choose one from 1024 on",
            _ => "choose another address or port",
        };
        Failure::new(format!("cannot listen on {address}: {error}: {advice}"))
    })
}

/// On how many threads connections are served: as many as can run at once.
pub(crate) fn cores() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

/// Runs a server until the process is asked to end (SIGTERM, or SIGINT as Ctrl-C sends it). Asked twice, it ends at once.
pub(crate) async fn run(
    server: Server,
    listener: TcpListener,
    announce: impl FnOnce() -> Result<(), Failure>,
) -> Result<(), Failure> {
    hardening::allow_open_files();
    // Before anyone is told that the server is ready: who is told may stop it at once.
    let (mut first, mut both) = (Signals::new()?, Signals::new()?);
    announce()?;
    let twice = async {
        both.next().await;
        both.next().await;
    };
    tokio::select! {
        ended = Box::pin(server.run(listener, async move { first.next().await })) => Ok(ended?),
        () = twice => Err(Failure::new("ended at once; requests that ran may not have been answered")),
    }
}

/// Asks to end.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    fn new() -> io::Result<Self> {
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// Prints a result on standard output. A reader that went away is no failure.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::new(format!("cannot write to standard output: {error}")))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use iam::Identities;

    use super::*;

    #[tokio::test]
    async fn data_is_read_beside_the_server_that_has_it() {
        let folder = std::env::temp_dir().join(format!("trent-start-{}", std::process::id()));
        let data = open_or_create(&folder, Mode::Serve).await.unwrap();
        let key =
            Identities::new(data.records.clone(), "aws").create_account("111122223333", 0).await.unwrap();
        assert!(open_existing(&folder, Mode::Serve).await.is_err(), "nobody else may write");

        let (records, mode) = open_to_read(&folder).await.unwrap();
        assert_eq!(mode, Mode::Serve);
        let session = Identities::new(records, "aws").issue_session(&key.id, 900, 0).await.unwrap();
        let server = Identities::new(data.records, "aws");
        let token = Some(session.session_token.as_str());
        let caller = server.find(&session.access_key_id, token, 0).await.unwrap();
        assert_eq!(caller.principal.account, "111122223333");
        drop(server);

        assert!(open_or_create(&folder, Mode::Dev).await.is_err(), "the secrets of all would be `test`");
        assert!(open_to_read(&folder.join("elsewhere")).await.is_err());
        fs::remove_dir_all(&folder).unwrap();
    }
}
