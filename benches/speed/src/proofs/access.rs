//! Who may do what: signatures and policies.

use std::sync::Arc;

use crypto::SecretBytes;
use http::HeaderValue;
use http::header::AUTHORIZATION;

use super::{Proof, ended};
use crate::Outcome;
use crate::keys::{CONTEXT, PLAINTEXT, base64};
use crate::people::People;
use crate::trent::Trent;
use crate::wire::{Call, Connection, Who};

/// How many true requests come first: whatever is kept of callers, keys, policies and signatures is kept then.
const WARM: usize = 100;
/// How old a signature may be at most, in seconds (AWS: five minutes; Signature Version 4 allows fifteen), and more.
const TOO_OLD: i64 = 16 * 60;

pub(super) async fn prove(trent: &Trent, people: &People, key_id: &str) -> Outcome<Vec<Proof>> {
    let application = trent.target(&people.application)?;
    let guest = trent.target(&people.guest)?;
    let (allowed, forbidden) = (encrypt(key_id, CONTEXT.1), encrypt(key_id, "forbidden"));
    let mut connection = Connection::to(&application);
    for _ in 0..WARM {
        connection.call(&allowed).await?;
    }
    let mut proofs = Vec::new();
    let mut tried = |what, wanted, found| proofs.push(Proof::of(what, wanted, found));

    let mut request = application.signed(&allowed)?;
    let header = request.headers().get(AUTHORIZATION).ok_or("the request is not signed")?.to_str()?;
    let (rest, last) = header.split_at(header.len() - 1);
    let header = format!("{rest}{}", if last == "0" { "1" } else { "0" });
    request.headers_mut().insert(AUTHORIZATION, HeaderValue::from_str(&header)?);
    let found = ended(connection.send(request).await);
    tried("a signature with one digit changed", "InvalidSignatureException", found);

    let request = application.signed(&allowed)?.map(|_| forbidden.body.clone().into());
    let found = ended(connection.send(request).await);
    tried("a true signature with another body", "InvalidSignatureException", found);

    let impostor = Who {
        access_key_id: people.application.access_key_id.clone(),
        secret: SecretBytes::copy_of(people.guest.secret.expose()),
    };
    let found = ended(Connection::to(&trent.target(&Arc::new(impostor))?).call(&allowed).await);
    tried("a signature with somebody else's secret", "InvalidSignatureException", found);

    let found = ended(connection.send(application.signed_at(&allowed, -TOO_OLD)?).await);
    tried("a true signature of a quarter of an hour ago", "InvalidSignatureException", found);

    let mut request = application.signed(&allowed)?;
    request.headers_mut().remove(AUTHORIZATION);
    let found = ended(connection.send(request).await);
    tried("no signature", "MissingAuthenticationTokenException", found);

    let found = ended(connection.call(&allowed).await);
    tried("a true signature of a user whom policies allow it", "done", found);
    let found = ended(connection.call(&forbidden).await);
    tried("the same user where a policy denies it", "AccessDeniedException", found);
    let found = ended(Connection::to(&guest).call(&allowed).await);
    tried("a user whom nothing allows it", "AccessDeniedException", found);
    Ok(proofs)
}

fn encrypt(key_id: &str, tenant: &str) -> Call {
    let (name, plaintext) = (CONTEXT.0, base64(&PLAINTEXT));
    let context = format!(r#""EncryptionContext":{{"{name}":"{tenant}"}}"#);
    Call::new("Encrypt", format!(r#"{{"KeyId":"{key_id}","Plaintext":"{plaintext}",{context}}}"#))
}
