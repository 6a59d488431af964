//! The engine: what every request works with.

use std::sync::Arc;

use api::limits;
use attestation::Root;
use iam::Directory;
use seal::Records;

use crate::gate::Gate;
use crate::keys::Keys;
use crate::stock::{Stock, StockSizes};
use crate::usage::Usage;
use crate::wrapping_keys::WrappingKeys;
use crate::{Clock, Quotas};

/// What an operator decides about the engine.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The partition in every ARN: `aws` unless clients expect another.
    pub partition: String,
    /// Whether `GetParametersForImport` still offers RSAES_PKCS1_V1_5, which AWS retired in 2023.
    pub pkcs1_wrapping: bool,
    /// The Regions that there are, for keys and in signatures; empty for any.
    pub regions: Vec<String>,
    /// How long a new replica key is Creating and a key whose primary Region changed Updating, in seconds. Nothing
    /// here needs the time; it is for those whose clients must wait as they would elsewhere.
    pub settling_seconds: i64,
    /// The root certificate that attestation documents must lead to.
    pub attestation_root: Root,
    /// How much room there is.
    pub quotas: Quotas,
    /// How many wrapping keys are kept ready.
    pub stock: StockSizes,
}

impl Settings {
    /// Whether there is a Region of this name. Where any may be, it still has to be a name: in records and ARNs nothing
    /// else may be taken for a part of it.
    pub fn serves(&self, region: &str) -> bool {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        let is_name = (1..=limits::MAX_REGION).contains(&region.len()) && region.bytes().all(fits);
        is_name && self.is_served(region)
    }

    fn is_served(&self, region: &str) -> bool {
        self.regions.is_empty() || self.regions.iter().any(|ours| ours == region)
    }
}

impl Default for Settings {
    /// What most want: ARNs of partition `aws`, wrapping as the service has it today, no waiting.
    fn default() -> Self {
        Self {
            partition: "aws".to_owned(),
            pkcs1_wrapping: false,
            regions: Vec::new(),
            settling_seconds: 0,
            attestation_root: Root::AWS_NITRO_ENCLAVES_G1,
            quotas: Quotas::default(),
            stock: StockSizes::default(),
        }
    }
}

/// The key management service, without any front.
pub struct Kms {
    keys: Keys,
    directory: Directory,
    clock: Arc<dyn Clock>,
    settings: Settings,
    gate: Gate,
    making: Gate,
    pairs: Gate,
    stock: Stock,
    wrapping_keys: WrappingKeys,
    usage: Usage,
}

impl Kms {
    /// An engine over sealed records.
    pub fn new(records: Arc<Records>, clock: Arc<dyn Clock>, settings: Settings) -> Arc<Self> {
        let stock = Stock::new(settings.stock);
        let directory = Directory::new(Arc::clone(&records), &settings.partition);
        let (keys, usage) = (Keys::new(records), Usage::new(clock.now()));
        let (gate, making, pairs) = (Gate::for_use(), Gate::for_making(), Gate::for_making());
        Arc::new(Self {
            keys,
            directory,
            clock,
            settings,
            gate,
            making,
            pairs,
            stock,
            wrapping_keys: WrappingKeys::new(),
            usage,
        })
    }

    /// What time it is for keys, tokens and expiry.
    pub fn clock(&self) -> &dyn Clock {
        self.clock.as_ref()
    }

    /// What the operator decided.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Keeps a stock of wrapping keys, for ever. The server runs this beside its requests; without it every
    /// `GetParametersForImport` waits for its own key.
    pub async fn keep_stock(&self) {
        self.stock.keep(self.records()).await;
    }

    /// The server is about to end: whoever waits for a wrapping key is told to come back.
    pub fn end_stock(&self) {
        self.stock.end();
    }

    /// Puts the wrapping keys that are in memory back into the store. When no request runs any more, and
    /// [`keep_stock`](Self::keep_stock) does not.
    pub async fn put_back_stock(&self) {
        self.stock.put_back(self.records()).await;
    }

    pub(crate) fn keys(&self) -> &Keys {
        &self.keys
    }

    /// Which users and roles there are.
    pub(crate) fn directory(&self) -> &Directory {
        &self.directory
    }

    pub(crate) fn records(&self) -> &Records {
        self.keys.records()
    }

    /// Where heavy use of keys waits for its turn.
    pub(crate) fn gate(&self) -> &Gate {
        &self.gate
    }

    /// Where the making of keys waits for its turn.
    pub(crate) fn making(&self) -> &Gate {
        &self.making
    }

    /// Where the making of data key pairs waits for its turn: whoever asks for many holds up no import.
    pub(crate) fn pairs(&self) -> &Gate {
        &self.pairs
    }

    pub(crate) fn stock(&self) -> &Stock {
        &self.stock
    }

    /// The wrapping keys of the tokens that were given last.
    pub(crate) fn wrapping_keys(&self) -> &WrappingKeys {
        &self.wrapping_keys
    }

    /// When keys were last used.
    pub(crate) fn usage(&self) -> &Usage {
        &self.usage
    }
}
