//! The engine: what every request works with.

use std::sync::Arc;

use seal::Records;

use crate::Clock;
use crate::gate::Gate;
use crate::keys::Keys;
use crate::stock::Stock;

/// What an operator decides about the engine.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The partition in every ARN: `aws` unless clients expect another.
    pub partition: String,
    /// Whether `GetParametersForImport` still offers RSAES_PKCS1_V1_5, which AWS retired in 2023.
    pub pkcs1_wrapping: bool,
}

/// The key management service, without any front.
pub struct Kms {
    keys: Keys,
    clock: Arc<dyn Clock>,
    settings: Settings,
    gate: Gate,
    making: Arc<Gate>,
    stock: Stock,
}

impl Kms {
    /// An engine over sealed records.
    pub fn new(records: Arc<Records>, clock: Arc<dyn Clock>, settings: Settings) -> Arc<Self> {
        let making = Arc::new(Gate::for_making());
        let stock = Stock::new(Arc::clone(&making));
        Arc::new(Self { keys: Keys::new(records), clock, settings, gate: Gate::for_use(), making, stock })
    }

    /// What time it is for keys, tokens and expiry.
    pub fn clock(&self) -> &dyn Clock {
        self.clock.as_ref()
    }

    /// What the operator decided.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Makes wrapping keys ahead of demand, for ever. The server runs this beside its requests; without it every
    /// `GetParametersForImport` waits for its own key.
    pub async fn keep_stock(&self) {
        self.stock.keep().await;
    }

    pub(crate) fn keys(&self) -> &Keys {
        &self.keys
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

    pub(crate) fn stock(&self) -> &Stock {
        &self.stock
    }
}
