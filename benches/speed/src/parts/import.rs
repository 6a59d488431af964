//! `ImportKeyMaterial` alone, and the whole ceremony: make a key, get a wrapping key, wrap, import.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crypto::{OaepHash, RsaBits, WrappingAlgorithm, WrappingKey, wrap};
use serde_json::Value;

use crate::keys::{PLAINTEXT, base64, unbase64};
use crate::load::{Turn, Work};
use crate::measure::{Bench, CONNECTIONS};
use crate::wire::{Answer, Call, Connection, Refusal};
use crate::world::World;
use crate::{Outcome, bare, disk};

const PART: &str = "import";
/// Goal: imports a second as a ratio to what the slower of unwrapping and committing can do.
const LEAST_RATIO: f64 = 0.8;
const WRAPPING: WrappingAlgorithm = WrappingAlgorithm::RsaesOaep(OaepHash::Sha256);

pub(crate) async fn run(bench: &mut Bench, world: &World) -> Outcome<()> {
    let imports = Arc::new(Imports(prepared(world).await?));
    let (folder, span) = (bench.folder.clone(), bench.options.span());
    let lasting = span.counted;
    let cores = bench.cores;
    let wrapping_key = WrappingKey::generate(RsaBits::B2048)?;
    let wrapped = wrap(WRAPPING, wrapping_key.public_key(), &PLAINTEXT)?;
    let slower = || {
        let unwraps =
            bare::per_second(cores, lasting / 2, || wrapping_key.unwrap(WRAPPING, &wrapped).is_ok())?;
        Ok(unwraps.min(disk::commits(&folder, lasting / 2)?))
    };
    for connections in CONNECTIONS {
        let bound = ("slower of unwraps and commits", &slower);
        let what = (PART, "ImportKeyMaterial, RSA_2048, OAEP");
        let row = bench.against(what, world.subject(), (connections, span), &imports, bound).await?;
        let what = format!("ImportKeyMaterial at {connections} connections");
        bench.report.at_least(what, row.ratio(), LEAST_RATIO, "× the slower of unwraps and commits");
    }
    // A ceremony needs a key of its own, which takes long to make.
    let span = bench.options.long(6, 2);
    let keys = || bare::per_second(cores, span.counted / 2, || WrappingKey::generate(RsaBits::B2048).is_ok());
    for connections in CONNECTIONS {
        let (what, bound) = ((PART, "the whole ceremony"), ("RSA-2048 keys made on all cores", &keys));
        bench.against(what, world.subject(), (connections, span), &Arc::new(Ceremony), bound).await?;
    }
    Ok(())
}

/// For each connection a request with a token and wrapped material of its own. The same material may be imported again;
/// each time it is unwrapped, and the key committed.
struct Imports(Vec<Call>);

impl Work for Imports {
    async fn turn(&self, connection: &mut Connection, turn: Turn) -> Result<Duration, Refusal> {
        let call = self.0.get(turn.connection).ok_or_else(|| Refusal::new("no token for this connection"))?;
        connection.call(call).await.map(|answer| answer.took)
    }
}

async fn prepared(world: &World) -> Outcome<Vec<Call>> {
    let mut connection = Connection::to(&world.application);
    let mut calls = Vec::new();
    for key_id in world.external.iter() {
        let parameters = connection.call(&get_parameters(key_id, "RSA_2048")).await?;
        calls.push(import(key_id, &parameters)?);
    }
    Ok(calls)
}

/// `GetParametersForImport` with OAEP.
pub(crate) fn get_parameters(key_id: &str, wrapping_key_spec: &str) -> Call {
    let algorithm = r#""WrappingAlgorithm":"RSAES_OAEP_SHA_256""#;
    let body = format!(r#"{{"KeyId":"{key_id}",{algorithm},"WrappingKeySpec":"{wrapping_key_spec}"}}"#);
    Call::new("GetParametersForImport", body)
}

/// The import of what everyone encrypts here, with the parameters that were given.
fn import(key_id: &str, parameters: &Answer) -> Result<Call, Refusal> {
    import_of(&PLAINTEXT, key_id, parameters)
}

/// The import of `material`, with the parameters that were given.
pub(crate) fn import_of(material: &[u8], key_id: &str, parameters: &Answer) -> Result<Call, Refusal> {
    let json: Value = serde_json::from_slice(&parameters.body).unwrap_or_default();
    let text = |name| json.get(name).and_then(Value::as_str).ok_or_else(|| Refusal::new("no parameters"));
    let public_key = unbase64(text("PublicKey")?).ok_or_else(|| Refusal::new("no public key"))?;
    let wrapped = wrap(WRAPPING, &public_key, material).map_err(|_| Refusal::new("cannot be wrapped"))?;
    let (token, wrapped) = (text("ImportToken")?, base64(&wrapped));
    let model = r#""ExpirationModel":"KEY_MATERIAL_DOES_NOT_EXPIRE""#;
    let body = format!(
        r#"{{"KeyId":"{key_id}","ImportToken":"{token}","EncryptedKeyMaterial":"{wrapped}",{model}}}"#
    );
    Ok(Call::new("ImportKeyMaterial", body))
}

/// All of it, each time with a new key.
struct Ceremony;

impl Work for Ceremony {
    async fn turn(&self, connection: &mut Connection, _: Turn) -> Result<Duration, Refusal> {
        let began = Instant::now();
        let made = connection.call(&Call::new("CreateKey", r#"{"Origin":"EXTERNAL"}"#.to_owned())).await?;
        let key_id = made.text("/KeyMetadata/KeyId")?;
        let parameters = connection.call(&get_parameters(&key_id, "RSA_2048")).await?;
        connection.call(&import(&key_id, &parameters)?).await?;
        Ok(began.elapsed())
    }
}
