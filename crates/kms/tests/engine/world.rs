//! A server's engine in memory, with a clock to move, and the owner's side of the import ceremony.

use std::sync::Arc;

use api::{
    AlgorithmSpec, Blob, CreateKey, DescribeKey, Error, ErrorCode, ExpirationModelType,
    GetParametersForImport, ImportKeyMaterial, ImportKeyMaterialResponse, KeyMetadata, KeySpec, KeyUsage,
    OriginType, Timestamp, WrappingKeySpec,
};
use crypto::{OaepHash, WrappingAlgorithm};
use kms::{Caller, Kms, ManualClock, Operation, Settings};
use seal::{Records, RootKey};
use store::{Memory, Store};

/// 2026-01-01T00:00:00Z, when every test begins.
pub(crate) const START: Timestamp = Timestamp::from_seconds(1_767_225_600);
pub(crate) const DAY: i64 = 24 * 60 * 60;
pub(crate) const ACCOUNT: &str = "000000000000";

pub(crate) struct World {
    pub(crate) kms: Arc<Kms>,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) caller: Caller,
    pub(crate) store: Arc<dyn Store>,
    root: RootKey,
    settings: Settings,
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::on(Arc::new(Memory::default())).await
    }

    /// One on an empty store.
    pub(crate) async fn on(store: Arc<dyn Store>) -> Self {
        let root = RootKey::generate();
        let clock = Arc::new(ManualClock::at(START));
        let settings = Settings { pkcs1_wrapping: true, ..Settings::default() };
        let kms = open(&store, &root, &clock, &settings).await;
        let caller = Caller::root("aws", ACCOUNT, "eu-west-1");
        Self { kms, clock, caller, store, root, settings }
    }

    /// The store's records, for what is beside the keys.
    pub(crate) async fn records(&self) -> Records {
        Records::open(Arc::clone(&self.store), &self.root).await.unwrap()
    }

    /// The same store under a new engine, as after a restart.
    pub(crate) async fn restart(&mut self) {
        self.kms = open(&self.store, &self.root, &self.clock, &self.settings).await;
    }

    /// The same with other settings.
    pub(crate) async fn restart_with(&mut self, settings: Settings) {
        self.settings = settings;
        self.restart().await;
    }

    pub(crate) async fn call<O: Operation>(&self, request: O) -> Result<O::Response, Error> {
        self.kms.call(&self.caller, request).await
    }

    /// The same caller with a request signed for another Region.
    pub(crate) async fn call_in<O: Operation>(&self, region: &str, request: O) -> Result<O::Response, Error> {
        self.kms.call(&Caller::root("aws", ACCOUNT, region), request).await
    }

    /// An EXTERNAL key without material; its id.
    pub(crate) async fn external(&self, spec: KeySpec) -> String {
        self.create(spec, OriginType::External).await
    }

    pub(crate) async fn create(&self, spec: KeySpec, origin: OriginType) -> String {
        let mut request = CreateKey::request();
        request.key_spec = Some(spec);
        request.origin = Some(origin);
        request.key_usage = Some(usage(spec));
        self.call(request).await.unwrap().key_metadata.key_id
    }

    pub(crate) async fn describe(&self, key: &str) -> KeyMetadata {
        self.call(DescribeKey::request(key)).await.unwrap().key_metadata
    }

    /// A token, and the material wrapped for it.
    pub(crate) async fn wrap(&self, key: &str, material: &[u8]) -> (Blob, Blob) {
        self.wrap_in(&self.caller.region, key, material).await
    }

    async fn wrap_in(&self, region: &str, key: &str, material: &[u8]) -> (Blob, Blob) {
        let asked = GetParametersForImport::request(
            key,
            AlgorithmSpec::RsaAesKeyWrapSha256,
            WrappingKeySpec::Rsa2048,
        );
        let given = self.call_in(region, asked).await.unwrap();
        let algorithm = WrappingAlgorithm::RsaAesKeyWrap(OaepHash::Sha256);
        let wrapped = crypto::wrap(algorithm, given.public_key.as_bytes(), material).unwrap();
        (given.import_token, Blob::new(wrapped))
    }

    /// An import request for material that does not expire; the caller changes what it likes.
    pub(crate) async fn import_request(&self, key: &str, material: &[u8]) -> ImportKeyMaterial {
        self.import_request_in(&self.caller.region, key, material).await
    }

    /// The same in another Region.
    pub(crate) async fn import_request_in(
        &self,
        region: &str,
        key: &str,
        material: &[u8],
    ) -> ImportKeyMaterial {
        let (token, wrapped) = self.wrap_in(region, key, material).await;
        let mut request = ImportKeyMaterial::request(key, token, wrapped);
        request.expiration_model = Some(ExpirationModelType::KeyMaterialDoesNotExpire);
        request
    }

    pub(crate) async fn import(
        &self,
        key: &str,
        material: &[u8],
    ) -> Result<ImportKeyMaterialResponse, Error> {
        self.call(self.import_request(key, material).await).await
    }
}

async fn open(
    store: &Arc<dyn Store>,
    root: &RootKey,
    clock: &Arc<ManualClock>,
    settings: &Settings,
) -> Arc<Kms> {
    let records = Records::open(Arc::clone(store), root).await.unwrap();
    let clock: Arc<dyn kms::Clock> = Arc::<ManualClock>::clone(clock);
    Kms::new(Arc::new(records), clock, settings.clone())
}

/// The usage a test wants of a spec.
pub(crate) fn usage(spec: KeySpec) -> KeyUsage {
    match spec {
        KeySpec::SymmetricDefault => KeyUsage::EncryptDecrypt,
        KeySpec::Hmac224 | KeySpec::Hmac256 | KeySpec::Hmac384 | KeySpec::Hmac512 => {
            KeyUsage::GenerateVerifyMac
        }
        KeySpec::MlKem512 | KeySpec::MlKem768 | KeySpec::MlKem1024 => KeyUsage::EncapsulateDecapsulate,
        _ => KeyUsage::SignVerify,
    }
}

#[track_caller]
pub(crate) fn refused<T>(answer: Result<T, Error>, code: ErrorCode) -> Error {
    match answer {
        Ok(_) => panic!("accepted, where {} was expected", code.as_str()),
        Err(error) => {
            assert_eq!(error.code(), code, "{error}");
            error
        }
    }
}
