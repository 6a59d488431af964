//! The import token, on its whole way through the engine.

use std::future::Future;
use std::sync::{Arc, LazyLock};

use api::{
    AlgorithmSpec, Blob, CreateKey, ErrorCode, ExpirationModelType, GetParametersForImport,
    GetParametersForImportResponse, ImportKeyMaterial, KeyState, OriginType, Timestamp, WrappingKeySpec,
};
use kms::{Caller, Kms, ManualClock, Settings};
use seal::{Records, RootKey};
use store::Memory;
use tokio::runtime::{Builder, Runtime};

/// The purpose that the engine seals tokens for.
const PURPOSE: &str = "import token";
/// When all of this happens, in seconds since the epoch.
const NOW: i64 = crate::NOW;
/// Stands in the corpus for the id of the engine's key, which is another in every run.
pub const KEY_ID: &str = "00000000-0000-4000-8000-000000000000";
/// One block of a 2048-bit wrapping key.
const BLOCK: usize = 256;

/// An engine with one key that waits for its material.
struct Engine {
    runtime: Runtime,
    records: Arc<Records>,
    kms: Arc<Kms>,
    caller: Caller,
    key_id: String,
}

static ENGINE: LazyLock<Engine> = LazyLock::new(Engine::new);

impl Engine {
    fn new() -> Self {
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime can be made");
        let opened = runtime.block_on(Records::open(Arc::new(Memory::default()), &RootKey::generate()));
        let records = Arc::new(opened.expect("an empty store opens"));
        let clock = Arc::new(ManualClock::at(Timestamp::from_seconds(NOW)));
        let settings = Settings { pkcs1_wrapping: true, ..Settings::default() };
        let kms = Kms::new(Arc::clone(&records), clock, settings);
        let caller = Caller::root("aws", "000000000000", "us-east-1");
        let mut request = CreateKey::request();
        request.origin = Some(OriginType::External);
        let made = runtime.block_on(kms.call(&caller, request)).expect("a key can be made");
        let key = made.key_metadata;
        assert_eq!(key.key_state, KeyState::PendingImport);
        Self { runtime, records, kms, caller, key_id: key.key_id }
    }

    fn wait<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }

    /// The code that an import with this token is refused with.
    fn refusal(&self, token: &[u8]) -> ErrorCode {
        let mut request =
            ImportKeyMaterial::request(self.key_id.as_str(), Blob::new(token), Blob::new([1; BLOCK]));
        request.expiration_model = Some(ExpirationModelType::KeyMaterialDoesNotExpire);
        match self.wait(self.kms.call(&self.caller, request)) {
            Ok(_) => panic!("noise was imported"),
            Err(error) => error.code(),
        }
    }
}

/// True parameters for import, and the plaintext of their token with [`KEY_ID`] in it.
pub fn parameters() -> (GetParametersForImportResponse, Vec<u8>) {
    let engine = &*ENGINE;
    let request = GetParametersForImport::request(
        engine.key_id.as_str(),
        AlgorithmSpec::RsaesOaepSha256,
        WrappingKeySpec::Rsa2048,
    );
    let given = engine.wait(engine.kms.call(&engine.caller, request)).expect("parameters are given");
    let opened = engine.records.open_sealed(PURPOSE, given.import_token.as_bytes());
    let plain = opened.expect("a token opens where it was sealed");
    (given, replaced(plain.expose(), &engine.key_id, KEY_ID))
}

/// Takes the bytes for a token, and then for what a token holds once it is open: the second gets behind the lock
/// that stops the first.
pub fn token(data: &[u8]) {
    assert_eq!(ENGINE.refusal(data), ErrorCode::InvalidImportToken, "a forged token");
    let expected = [
        ErrorCode::InvalidImportToken,
        ErrorCode::ExpiredImportToken,
        ErrorCode::InvalidCiphertext,
        // The engine itself would have sealed nonsense.
        ErrorCode::Internal,
    ];
    let code = refusal_of_opened(data);
    assert!(expected.contains(&code), "a sealed token with nonsense in it: {code:?}");
}

/// Seals the bytes as the engine seals what is in a token, and gives the code that an import of noise with it is
/// refused with.
pub fn refusal_of_opened(data: &[u8]) -> ErrorCode {
    let plain = replaced(data, KEY_ID, &ENGINE.key_id);
    ENGINE.refusal(&ENGINE.records.seal(PURPOSE, &plain))
}

/// `data` with the first `old` in it replaced by `new`, which is as long.
fn replaced(data: &[u8], old: &str, new: &str) -> Vec<u8> {
    let mut data = data.to_vec();
    if let Some(at) = data.windows(old.len()).position(|window| window == old.as_bytes()) {
        data.splice(at..at + old.len(), new.bytes());
    }
    data
}
