//! How much stock an operator wants.

use serde::{Deserialize, Deserializer};

/// The largest stock of a kind. Ours: 4,096 keys of RSA_4096 are ten megabytes in the store, and more than an hour of one core.
pub const MAX_STOCK: usize = 4096;

/// How many wrapping keys of a kind are kept ready, once one has been asked for.
///
/// By default as many as one core makes in five to ten seconds: enough for whoever sets up a handful of keys at once, and
/// a laptop soon rests again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StockSizes {
    /// `RSA_2048`. Default: 64.
    #[serde(rename = "RSA_2048", deserialize_with = "size")]
    pub rsa_2048: usize,
    /// `RSA_3072`. Default: 16.
    #[serde(rename = "RSA_3072", deserialize_with = "size")]
    pub rsa_3072: usize,
    /// `RSA_4096`. Default: 8.
    #[serde(rename = "RSA_4096", deserialize_with = "size")]
    pub rsa_4096: usize,
}

impl Default for StockSizes {
    fn default() -> Self {
        Self { rsa_2048: 64, rsa_3072: 16, rsa_4096: 8 }
    }
}

fn size<'de, D: Deserializer<'de>>(deserializer: D) -> Result<usize, D::Error> {
    let asked = i64::deserialize(deserializer)?;
    usize::try_from(asked).ok().filter(|size| *size <= MAX_STOCK).ok_or_else(|| {
        serde::de::Error::custom(format!(
            "{asked} is no size of a stock: give 0 to {MAX_STOCK} wrapping keys"
        ))
    })
}
