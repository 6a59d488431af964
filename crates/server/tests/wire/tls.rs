//! TLS: both protocols by ALPN, and what is no handshake.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use server::Limits;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::fixture::{Call, Client, Client2, Running, Setup, start};

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)
}

async fn start_with_tls() -> Running {
    let tls = server::tls(&data("localhost.pem"), &data("localhost-key.pem")).unwrap();
    let limits = Limits { handshake: Duration::from_millis(500), ..Limits::default() };
    start(Setup { tls: Some(tls), limits, ..Setup::default() }).await
}

async fn connect(server: &Running, protocol: &str) -> TlsStream<TcpStream> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(data("localhost.pem")).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![protocol.as_bytes().to_vec()];
    let name = ServerName::try_from("localhost").unwrap();
    let stream = TlsConnector::from(Arc::new(config)).connect(name, server.connect().await).await.unwrap();
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(protocol.as_bytes()));
    stream
}

#[tokio::test]
async fn both_protocols_are_spoken() {
    let server = start_with_tls().await;
    let mut one = Client::new(connect(&server, "http/1.1").await).await;
    one.send(Call::default().signed(server.address)).await.succeeded("HTTP/1.1");
    let two = Client2::new(connect(&server, "h2").await).await;
    two.call(&Call::default(), "https", server.address).await.succeeded("HTTP/2");
}

#[tokio::test]
async fn who_is_one_too_many_is_told_so_by_both_protocols() {
    let tls = server::tls(&data("localhost.pem"), &data("localhost-key.pem")).unwrap();
    let limits = Limits { connections: 1, slot: Duration::from_millis(50), ..Limits::default() };
    let server = start(Setup { tls: Some(tls), limits, ..Setup::default() }).await;
    let mut first = Client::new(connect(&server, "http/1.1").await).await;
    first.send(Call::default().signed(server.address)).await.succeeded("the first has the slot");
    let mut one = Client::new(connect(&server, "http/1.1").await).await;
    let answer = one.send(Call::default().signed(server.address)).await;
    answer.is_refused("HTTP/1.1", 503, "ServiceUnavailableException", "Too many connections");
    let two = Client2::new(connect(&server, "h2").await).await;
    let answer = two.call(&Call::default(), "https", server.address).await;
    answer.is_refused("HTTP/2", 503, "ServiceUnavailableException", "Too many connections");
    first.send(Call::default().signed(server.address)).await.succeeded("the first again");
}

#[tokio::test]
async fn without_a_handshake_there_is_nothing() {
    let server = start_with_tls().await;
    let plain = Call::default().text(server.address);
    for (case, sent) in [("plain HTTP", plain.as_str()), ("silence", "")] {
        let mut stream = server.connect().await;
        tokio::io::AsyncWriteExt::write_all(&mut stream, sent.as_bytes()).await.unwrap();
        let mut received = Vec::new();
        let read = tokio::io::AsyncReadExt::read_to_end(&mut stream, &mut received);
        drop(crate::fixture::patiently(read).await);
        assert!(!String::from_utf8_lossy(&received).contains("HTTP"), "{case}");
    }
    let mut client = Client::new(connect(&server, "http/1.1").await).await;
    client.send(Call::default().signed(server.address)).await.succeeded("others are served");
}

#[test]
fn files_that_do_not_serve_are_named() {
    let (certificate, key) = (data("localhost.pem"), data("localhost-key.pem"));
    let absent = data("absent.pem");
    for (certificate, key, name) in [
        (&absent, &key, "absent.pem"),
        (&certificate, &absent, "absent.pem"),
        (&key, &key, "localhost-key.pem"),
        (&certificate, &certificate, "localhost.pem"),
    ] {
        let error = server::tls(certificate, key).expect_err("must be refused").to_string();
        assert!(error.contains(name), "{error}");
    }
}
