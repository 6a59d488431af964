//! The life of a server: accept, serve, sweep; and at the end stop accepting, finish what runs, and go.

use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use iam::{Iam, Identities};
use kms::{Clock, Kms};
use rustls::ServerConfig;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tracing::{debug, error, info, warn};

use crate::admission::Admission;
use crate::body::Room;
use crate::connection::{self, Notices};
use crate::fronts::Front;
use crate::limits::Limits;
use crate::workers::Workers;
use crate::{Hosts, Projects, WebIdentities, no_room, sweeper};

/// How long to wait after a connection could not be accepted: the usual reason, too many open files, passes only
/// as others end.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// What a server is made of.
pub struct Server {
    /// The product.
    pub kms: Arc<Kms>,
    /// Its users, roles and sessions.
    pub iam: Arc<Iam>,
    /// Who may call.
    pub identities: Arc<Identities>,
    /// Where the keys come from that web identities are checked with. Those of `iam` are theirs.
    pub web_identities: WebIdentities,
    /// The time that signatures and sessions are judged by. The product has its own, which tests can move apart.
    pub clock: Arc<dyn Clock>,
    /// The names by which it may be called. Anything but [`Hosts::Any`] is for a server whose secrets everybody knows.
    pub hosts: Hosts,
    /// What clients of Huawei's API reach, by the ids in its paths.
    pub projects: Projects,
    /// TLS, or plain text.
    pub tls: Option<Arc<ServerConfig>>,
    /// How many clients, and how long each is waited for.
    pub limits: Limits,
    /// How many threads serve connections, each with a runtime of its own; with none, it is the runtime that
    /// [`run`](Self::run) is called on.
    pub threads: usize,
}

impl Server {
    /// Serves on `listener` until `shutdown` ends, and then until every running request is answered or the drain
    /// time is over.
    ///
    /// # Errors
    /// The threads cannot be started.
    pub async fn run(
        self,
        listener: TcpListener,
        shutdown: impl Future<Output = ()> + Send,
    ) -> io::Result<()> {
        let Self { kms, iam, identities, web_identities, clock, hosts, projects, tls, limits, threads } =
            self;
        let workers = Workers::start(threads)?;
        let mut background = JoinSet::new();
        background.spawn(sweeper::run(Arc::clone(&kms)));
        let stocked = Arc::clone(&kms);
        background.spawn(async move { stocked.keep_stock().await });
        background.spawn(web_identities.keep());
        let used = Arc::clone(&kms);
        let room = Room::new(&limits);
        let front = Arc::new(Front { kms, iam, identities, clock, hosts, projects, room, limits });
        let admission = Admission::new(&limits);
        let (close, closing) = watch::channel(false);
        let notices = Notices { closing, full: admission.full() };
        let mut connections = JoinSet::new();
        let mut shutdown = pin!(shutdown);
        loop {
            tokio::select! {
                () = &mut shutdown => break,
                Some(ended) = connections.join_next() => report(ended),
                (stream, peer, place) = accept(&listener, &admission) => {
                    let (admission, front) = (Arc::clone(&admission), Arc::clone(&front));
                    let (tls, notices, stream) = (tls.clone(), notices.clone(), stream.into_std());
                    let desk = workers.desk();
                    let runtime = desk.as_ref().map_or_else(Handle::current, |desk| desk.runtime().clone());
                    let serving = async move {
                        let _desk = desk;
                        let stream = match stream.and_then(TcpStream::from_std) {
                            Ok(stream) => stream,
                            Err(error) => return error!(%error, "a connection could not be handed over"),
                        };
                        if let Some(pass) = admission.pass(peer.ip(), place).await {
                            Box::pin(connection::serve(stream, peer, front, tls, notices)).await;
                            drop(pass);
                        } else if let Some(_told) = admission.refusal() {
                            debug!(%peer, "turned away: there are too many connections");
                            Box::pin(no_room::tell(stream, peer, front, tls)).await;
                        }
                    };
                    connections.spawn_on(serving, &runtime);
                }
            }
        }
        drop(listener);
        info!(connections = connections.len(), "shutting down: finishing what runs");
        used.end_stock();
        close.send_replace(true);
        let finished = async {
            while let Some(ended) = connections.join_next().await {
                report(ended);
            }
        };
        if timeout(limits.drain, finished).await.is_err() {
            warn!(connections = connections.len(), "some connections did not finish in time and were cut");
        }
        connections.shutdown().await;
        background.shutdown().await;
        // Only now is no key used any more.
        sweeper::end(&used).await;
        used.put_back_stock().await;
        Ok(())
    }
}

/// The next connection, once there is a place for it to wait in.
async fn accept(
    listener: &TcpListener,
    admission: &Admission,
) -> (TcpStream, SocketAddr, Option<OwnedSemaphorePermit>) {
    let place = admission.place().await;
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => return (stream, peer, place),
            Err(error) if is_of_the_client(&error) => {}
            Err(error) => {
                error!(%error, "a connection could not be accepted");
                sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

/// Whether a failure to accept concerns only the connection that was to be accepted.
fn is_of_the_client(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted)
}

fn report(ended: Result<(), tokio::task::JoinError>) {
    if let Err(error) = ended
        && error.is_panic()
    {
        error!("a connection ended in a panic");
    }
}
