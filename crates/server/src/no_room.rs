//! A connection that there is no room for: what it asks is answered with 503, and then it is ended.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;

use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tracing::debug;

use crate::connection::protocols;
use crate::fronts::Front;

/// Tells the client so, within the time there is for all of it.
pub(crate) async fn tell(
    stream: TcpStream,
    peer: SocketAddr,
    front: Arc<Front>,
    tls: Option<Arc<ServerConfig>>,
) {
    let _ = stream.set_nodelay(true);
    let patience = front.limits.turning_away;
    let told = async {
        match tls {
            None => http(stream, front).await,
            Some(tls) => match TlsAcceptor::from(tls).accept(stream).await {
                Ok(stream) => http(stream, front).await,
                Err(error) => debug!(%peer, %error, "TLS handshake failed"),
            },
        }
    };
    if timeout(patience, told).await.is_err() {
        debug!(%peer, "did not ask in time to hear that there is no room");
    }
}

async fn http(stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static, front: Arc<Front>) {
    let answered = Arc::new(Notify::new());
    let first = Arc::clone(&answered);
    let builder = protocols(front.limits.turning_away);
    let service = service_fn(move |request| {
        let (front, answered) = (Arc::clone(&front), Arc::clone(&answered));
        async move {
            let answer = front.refuse(request).await;
            answered.notify_one();
            Ok::<_, Infallible>(answer)
        }
    });
    let mut connection = pin!(builder.serve_connection(TokioIo::new(stream), service));
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = first.notified() => {
            // HTTP/2 has no header for it.
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        debug!(%error, "connection ended early");
    }
}
