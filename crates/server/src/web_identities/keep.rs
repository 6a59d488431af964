//! The task that keeps keys fresh.

use std::sync::Arc;
use std::time::Duration;

use iam::web_identity::{Issuer, Issuers};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};
use tracing::{error, info, warn};

use super::WebIdentities;
use super::place::Place;
use crate::contain::contain;

/// How soon keys are read again that a token asked for, or that could not be had: tokens cannot make the server ask an
/// issuer more often.
const LEAST_PAUSE: Duration = Duration::from_mins(1);

impl WebIdentities {
    /// Reads the keys of every issuer, and again when it is time or when a token names one that is not there; until
    /// dropped.
    pub(crate) async fn keep(self) {
        let Self { issuers, places } = self;
        let issuers = Arc::new(issuers);
        let mut tasks = JoinSet::new();
        for (url, place) in places {
            let issuers = Arc::clone(&issuers);
            tasks.spawn(async move {
                while contain(keep(&issuers, &url, &place)).await.is_err() {
                    error!(issuer = url, "reading the keys of an issuer panicked and will be tried again");
                    tokio::time::sleep(LEAST_PAUSE).await;
                }
            });
        }
        while tasks.join_next().await.is_some() {}
    }
}

async fn keep(issuers: &Issuers, url: &str, place: &Place) {
    let Some(issuer) = issuers.get(url) else { return };
    let (mut known, mut complaint) = (None, None);
    loop {
        let read = Instant::now();
        let renewed = renew(issuers, issuer, place, &mut known).await;
        let is_fresh = renewed.is_ok();
        let reason = renewed.err();
        // The same thing is said once, however often it is tried.
        if let Some(reason) = &reason
            && complaint.as_ref() != Some(reason)
        {
            warn!(issuer = url, reason, "the keys of an issuer of web identities stay as they were");
        }
        complaint = reason;
        let pause = place.period().min(LEAST_PAUSE);
        let next = read + if is_fresh { place.period() } else { pause };
        tokio::select! {
            () = sleep_until(next) => {}
            () = async { issuer.wanted().await; sleep_until(read + pause).await } => {}
        }
        // Whoever asked while it had to wait is served by the same reading.
        tokio::select! {
            biased;
            () = issuer.wanted() => {}
            () = std::future::ready(()) => {}
        }
    }
}

/// Reads the keys, and takes them if they are others than those `known`. The error says why there are none.
async fn renew(
    issuers: &Issuers,
    issuer: &Issuer,
    place: &Place,
    known: &mut Option<Vec<u8>>,
) -> Result<(), String> {
    let found = place.read().await?;
    if known.as_ref() != Some(&found) {
        let keys = issuers.set_keys(issuer.url(), &found).map_err(|error| error.to_string())?;
        info!(issuer = issuer.url(), keys, "the keys of an issuer of web identities were read");
        *known = Some(found);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::task::Poll;
    use std::{env, fs, process};

    use iam::web_identity::{TokenError, verify};
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;
    use tokio::time::{advance, timeout};

    use super::*;
    use crate::config::{KeysAt, WebIdentity};

    const ISSUER: &str = "https://issuer.example";

    fn set(ids: &[&str]) -> String {
        let key = |id: &&str| {
            format!(
                r#"{{"kty":"OKP","crv":"Ed25519","kid":"{id}","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}}"#
            )
        };
        format!(r#"{{"keys":[{}]}}"#, ids.iter().map(key).collect::<Vec<_>>().join(","))
    }

    fn identities(file: &Path) -> WebIdentities {
        let jwks = KeysAt::File(file.to_owned());
        WebIdentities::new(&[WebIdentity { issuer: ISSUER.to_owned(), jwks, ca: None }]).unwrap()
    }

    /// How many keys there are once there are as many as expected, or after a long time.
    async fn keys(issuers: &Issuers, expected: usize) -> usize {
        let count = || issuers.get(ISSUER).unwrap().keys().map_or(0, |keys| keys.len());
        let until = async {
            while count() != expected {
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        };
        drop(timeout(Duration::from_secs(25), until).await);
        count()
    }

    /// Whether nobody has come who was not answered.
    async fn nobody_comes(listener: &TcpListener) -> bool {
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        let once = std::future::poll_fn(|cx| Poll::Ready(listener.poll_accept(cx).is_pending()));
        once.await
    }

    /// Says that it is of the issuer and made with the key `b`.
    const TOKEN: &str = "eyJhbGciOiJFZERTQSIsImtpZCI6ImIifQ.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlIn0.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    #[tokio::test]
    async fn a_token_with_another_key_has_them_fetched_but_not_again_and_again() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/keys", listener.local_addr().unwrap()).parse().unwrap();
        let jwks = KeysAt::Url(url);
        let identities =
            WebIdentities::new(&[WebIdentity { issuer: ISSUER.to_owned(), jwks, ca: None }]).unwrap();
        let issuers = identities.issuers();
        let mut task = JoinSet::new();
        task.spawn(identities.keep());
        let serve = async |ids: &[&str]| {
            let (mut stream, _) = listener.accept().await.unwrap();
            let keys = set(ids);
            let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{keys}", keys.len());
            stream.write_all(answer.as_bytes()).await.unwrap();
            let mut rest = Vec::new();
            drop(stream.read_to_end(&mut rest).await);
        };
        let count = || issuers.get(ISSUER).unwrap().keys().map_or(0, |keys| keys.len());
        serve(&["a"]).await;
        while count() != 1 {
            tokio::task::yield_now().await;
        }
        for _ in 0..3 {
            assert_eq!(verify(&issuers, TOKEN, 0).unwrap_err(), TokenError::NoSuchKey);
            tokio::task::yield_now().await;
        }
        // The first fetch was just now, so the next has to wait; and then there is one for all three.
        tokio::time::pause();
        advance(LEAST_PAUSE / 2).await;
        assert!(nobody_comes(&listener).await, "too soon");
        advance(LEAST_PAUSE / 2).await;
        tokio::time::resume();
        serve(&["a", "b"]).await;
        while count() != 2 {
            tokio::task::yield_now().await;
        }
        assert_ne!(verify(&issuers, TOKEN, 0).unwrap_err(), TokenError::NoSuchKey);
        tokio::time::pause();
        advance(LEAST_PAUSE * 2).await;
        assert!(nobody_comes(&listener).await, "nobody asked again");
    }

    #[tokio::test(start_paused = true)]
    async fn a_file_is_read_again_when_it_changes_and_kept_when_it_is_none() {
        let file = env::temp_dir().join(format!("trent-keys-{}.json", process::id()));
        drop(fs::remove_file(&file));
        let identities = identities(&file);
        let issuers = identities.issuers();
        let mut task = JoinSet::new();
        task.spawn(identities.keep());
        assert_eq!(keys(&issuers, 1).await, 0, "there is no file yet");
        for (text, expected) in [
            (set(&["a"]), 1),
            (set(&["a", "b"]), 2),
            ("{".to_owned(), 2),
            (" ".repeat(1 << 20), 2),
            (set(&["c"]), 1),
        ] {
            fs::write(&file, &text).unwrap();
            advance(Duration::from_secs(11)).await;
            assert_eq!(keys(&issuers, expected).await, expected, "{}", text.len());
        }
        fs::remove_file(&file).unwrap();
        advance(Duration::from_secs(11)).await;
        assert_eq!(keys(&issuers, 0).await, 1, "those that were known stay");
    }
}
