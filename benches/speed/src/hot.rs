//! The ten functions that a light request spends most of its time in, each with what a usual request gives it.

use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;

use api::{Encrypt, decode};
use bytes::Bytes;
use crypto::{Content, Envelope, EnvelopeHeader, SecretBytes, SymmetricKey, encode_context};
use http::{HeaderMap, HeaderName, HeaderValue, Uri};
use kms::{Caller, SystemClock};
use policy::{Asked, Context, Document};
use seal::RootKey;
use sigv4::{Secret, SignedRequest, Signer, parse};
use store::Sqlite;
use tokio::runtime::{Builder, Runtime};

use crate::Outcome;
use crate::data::{ACCOUNT, Engine};
use crate::keys::{self, CONTEXT, Cipher, PLAINTEXT, base64};
use crate::people;
use crate::wire::REGION;

/// What signs the request that is parsed and verified.
const ACCESS_KEY_ID: &str = "AKIAHOT0000000000000";
const SECRET: &[u8] = b"0123456789abcdefghijklmnopqrstuvwxyzABCD";
const SIGNED_AT: i64 = 1_795_348_800;

/// A function, ready to be called again and again.
pub struct Hot {
    /// Its name.
    pub name: &'static str,
    /// One call; whether it succeeded. What fails is fast, and measures nothing.
    pub call: Box<dyn FnMut() -> bool>,
}

/// All of them.
pub fn all() -> Outcome<Vec<Hot>> {
    let runtime = Arc::new(Builder::new_current_thread().enable_all().build()?);
    let world = runtime.block_on(World::make())?;
    let mut functions = signatures()?;
    functions.extend(envelopes()?);
    functions.extend(around(&runtime, &world)?);
    functions.extend(calls(&runtime, &world));
    match functions.iter_mut().find_map(|function| (!(function.call)()).then_some(function.name)) {
        None => Ok(functions),
        Some(name) => Err(format!("{name} does not succeed").into()),
    }
}

fn hot(name: &'static str, call: impl FnMut() -> bool + 'static) -> Hot {
    Hot { name, call: Box::new(call) }
}

/// An engine on a database, with a key and a user who may use it.
struct World {
    engine: Arc<Engine>,
    access_key_id: String,
    caller: Caller,
    key: Cipher,
}

impl World {
    async fn make() -> Outcome<Self> {
        let folder = std::env::temp_dir().join(format!("trent-hot-{}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        let store = Arc::new(Sqlite::open(&folder.join("hot.db")).await?);
        // The store has it open, and nothing needs its name any more.
        let engine = Arc::new(Engine::open(store, &RootKey::generate(), Arc::new(SystemClock)).await?);
        engine.identities.create_account(ACCOUNT, SIGNED_AT).await?;
        let people = people::make(&engine).await?;
        let caller = engine.caller(&people.application).await?;
        let key = keys::make(&engine, 1).await?.ciphers.pop().ok_or("no key was made")?;
        remove(&folder)?;
        Ok(Self { engine, access_key_id: people.application.access_key_id.clone(), caller, key })
    }

    fn body(&self, member: &str) -> Bytes {
        let (key_id, (name, value)) = (&self.key.key_id, CONTEXT);
        format!(r#"{{"KeyId":"{key_id}",{member},"EncryptionContext":{{"{name}":"{value}"}}}}"#).into()
    }
}

fn remove(folder: &Path) -> Outcome<()> {
    Ok(std::fs::remove_dir_all(folder)?)
}

/// `sigv4`: reading a signature, and verifying it.
fn signatures() -> Outcome<Vec<Hot>> {
    let body = br#"{"KeyId":"1234abcd-12ab-34cd-56ef-1234567890ab","Plaintext":"BwcHBwcHBwcHBwcHBwcHBw=="}"#;
    let uri = Uri::from_static("http://127.0.0.1:4599/");
    let mut headers = HeaderMap::new();
    for (name, value) in [
        ("content-type", "application/x-amz-json-1.1"),
        ("x-amz-target", "TrentService.Encrypt"),
        ("user-agent", "aws-sdk-rust/1.3"),
        ("amz-sdk-invocation-id", "1234abcd-12ab-34cd-56ef-1234567890ab"),
        ("amz-sdk-request", "attempt=1; max=3"),
    ] {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    let (access_key_id, secret, region) = (ACCESS_KEY_ID, SECRET, REGION);
    let signer = Signer { access_key_id, secret, session_token: None, region, service: "kms" };
    signer.sign_headers("POST", &uri, &mut headers, body, SIGNED_AT)?;
    let request = move |headers: &HeaderMap, with: &mut dyn FnMut(&SignedRequest<'_>)| {
        with(&SignedRequest { method: "POST", path: "/", query: "", headers, authority: None, body });
    };
    let mut presented = None;
    request(&headers, &mut |request| presented = parse(request).ok());
    let presented = presented.ok_or("the signature cannot be read")?;
    let again = headers.clone();
    let secret = Secret::new(SecretBytes::copy_of(SECRET));
    Ok(vec![
        hot("sigv4::parse", move || {
            let mut read = false;
            request(&again, &mut |request| read = black_box(parse(request)).is_ok());
            read
        }),
        hot("sigv4 check_signature", move || {
            let mut is_true = false;
            request(&headers, &mut |request| {
                is_true = presented.check_signature_of(request, &secret).is_ok();
            });
            is_true
        }),
    ])
}

/// `crypto`: the ciphertext of the API, both ways.
fn envelopes() -> Outcome<Vec<Hot>> {
    let make = || SymmetricKey::from_secret(&SecretBytes::copy_of(&PLAINTEXT)).ok_or("no key");
    let (key, other) = (make()?, make()?);
    let header = EnvelopeHeader {
        multi_region: false,
        content: Content::Data,
        key_id: [0; 16],
        material_tag: [0; 16],
    };
    let context = encode_context([CONTEXT]);
    let blob = key.encrypt(&header, &context, &PLAINTEXT);
    let same = context.clone();
    Ok(vec![
        hot("SymmetricKey::encrypt", move || {
            !black_box(other.encrypt(&header, &same, &PLAINTEXT)).is_empty()
        }),
        hot("Envelope::parse and SymmetricKey::decrypt", move || {
            Envelope::parse(&blob).is_ok_and(|envelope| black_box(key.decrypt(&envelope, &context)).is_ok())
        }),
    ])
}

/// What is around an operation: who calls, what the request says, what policies say of it, what the store has.
fn around(runtime: &Arc<Runtime>, world: &World) -> Outcome<Vec<Hot>> {
    let (engine, access_key_id) = (Arc::clone(&world.engine), world.access_key_id.clone());
    let on = Arc::clone(runtime);
    let find = hot("Identities::find", move || {
        on.block_on(async { engine.identities.find(&access_key_id, None, SIGNED_AT).await.is_ok() })
    });
    let body = world.body(&format!(r#""Plaintext":"{}""#, base64(&PLAINTEXT)));
    let decode = hot("api::decode of Encrypt", move || black_box(decode::<Encrypt>(&body)).is_ok());
    let document = Document::parse(&people::key_policy())?;
    let (principal, resource) = (
        Arc::clone(&world.caller.principal),
        format!("arn:aws:kms:{REGION}:{ACCOUNT}:key/{}", world.key.key_id),
    );
    let facts = Context::complete()
        .with("aws:PrincipalArn", world.caller.arn().to_owned())
        .with("aws:SourceIp", "127.0.0.1")
        .with(format!("kms:EncryptionContext:{}", CONTEXT.0), CONTEXT.1);
    let evaluate = hot("policy::evaluate", move || {
        let (action, resource, policy) = ("kms:Encrypt".into(), resource.as_str(), Some(&document));
        let evaluation = policy::evaluate(
            &principal,
            &Asked { action, resource, owner: ACCOUNT, policy, context: &facts },
        );
        evaluation.decided_by().is_some()
    });
    let (on, store) = (Arc::clone(runtime), world.engine.store());
    let name =
        runtime.block_on(store.scan(b"key/", None, 1))?.pop().map(|(name, _)| name).ok_or("no record")?;
    let get =
        hot("Sqlite::get of a key", move || on.block_on(store.get(&name)).is_ok_and(|found| found.is_some()));
    Ok(vec![find, decode, evaluate, get])
}

/// `kms`: whole operations, from JSON to JSON.
fn calls(runtime: &Arc<Runtime>, world: &World) -> Vec<Hot> {
    let plaintext = world.body(&format!(r#""Plaintext":"{}""#, base64(&PLAINTEXT)));
    let ciphertext = world.body(&format!(r#""CiphertextBlob":"{}""#, world.key.ciphertext));
    [("Encrypt", "Encrypt, JSON to JSON", plaintext), ("Decrypt", "Decrypt, JSON to JSON", ciphertext)]
        .into_iter()
        .filter_map(|(operation, name, body)| {
            let (on, engine, caller) = (Arc::clone(runtime), Arc::clone(&world.engine), world.caller.clone());
            let entry = kms::operation(operation)?;
            Some(hot(name, move || on.block_on((entry.call)(&engine.kms, &caller, body.clone())).is_ok()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_ten_and_they_succeed() {
        let mut names: Vec<_> = all().unwrap().iter().map(|function| function.name).collect();
        names.dedup();
        assert_eq!(names.len(), 10);
    }
}
