//! One connection: HTTP/1.1 or HTTP/2, told apart by the first bytes.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;

use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tracing::debug;

use crate::fronts::Front;
use crate::limits::{CONNECTION_WINDOW, MAX_HEAD, MAX_HEADERS, MAX_STREAMS, STREAM_WINDOW};
use crate::peers::Peer;
use crate::watched::Watched;

/// What every connection is told by the server.
#[derive(Clone)]
pub(crate) struct Notices {
    /// The server is to end.
    pub(crate) closing: watch::Receiver<bool>,
    /// All connections that there may be are there.
    pub(crate) full: watch::Receiver<bool>,
}

/// Serves a connection until either side ends it. Once the server is closing, or the client has not signed anything for
/// too long, what runs is finished and no more taken.
pub(crate) async fn serve(
    stream: TcpStream,
    peer: SocketAddr,
    front: Arc<Front>,
    tls: Option<Arc<ServerConfig>>,
    notices: Notices,
) {
    // Answers are small and complete: waiting to fill a packet would only delay them.
    let _ = stream.set_nodelay(true);
    let peer = Arc::new(Peer::new(peer, tls.is_some()));
    let Some(tls) = tls else { return http(stream, peer, front, notices).await };
    let address = peer.address;
    match timeout(front.limits.handshake, TlsAcceptor::from(tls).accept(stream)).await {
        Ok(Ok(stream)) => http(stream, peer, front, notices).await,
        Ok(Err(error)) => debug!(peer = %address, %error, "TLS handshake failed"),
        Err(_) => debug!(peer = %address, "TLS handshake took too long"),
    }
}

async fn http(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    peer: Arc<Peer>,
    front: Arc<Front>,
    Notices { mut closing, full }: Notices,
) {
    let limits = front.limits;
    let client = Arc::clone(&peer);
    let service = service_fn(move |request| {
        let (front, client) = (Arc::clone(&front), Arc::clone(&client));
        async move { Ok::<_, Infallible>(front.answer(request, &client).await) }
    });
    let builder = protocols(limits.head);
    let io = TokioIo::new(Watched::new(stream, limits.head, limits.stall));
    let mut connection = std::pin::pin!(builder.serve_connection(io, service));
    // Watched by a task of its own, so that it is not asked whenever something moves on the connection.
    let mut watching = JoinSet::new();
    let client = Arc::clone(&peer);
    watching.spawn(async move {
        tokio::select! {
            () = async { drop(closing.wait_for(|closing| *closing).await) } => {}
            () = client.is_idle(&limits, &full) => {}
        }
    });
    let ended = tokio::select! {
        ended = connection.as_mut() => Some(ended),
        _ = watching.join_next() => None,
    };
    let ended = if let Some(ended) = ended {
        Ok(ended)
    } else {
        connection.as_mut().graceful_shutdown();
        // Not for ever: a client can keep its side of the farewell back.
        timeout(limits.drain, connection).await
    };
    match ended {
        Ok(Ok(())) => {}
        Ok(Err(error)) => debug!(peer = %peer.address, %error, "connection ended early"),
        Err(_) => debug!(peer = %peer.address, "connection cut"),
    }
}

/// HTTP/1.1 and HTTP/2, within the bounds of `limits`; `head` is for the head of a request to be complete.
pub(crate) fn protocols(head: std::time::Duration) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(head)
        .max_buf_size(MAX_HEAD)
        .max_headers(MAX_HEADERS);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(MAX_STREAMS)
        .max_header_list_size(u32::try_from(MAX_HEAD).unwrap_or(u32::MAX))
        .initial_stream_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
        .max_send_buf_size(MAX_HEAD);
    builder
}
