//! Verifying where what does not match is an answer: whether it does, and of which key.

use api::{Request, Spec};
use serde::{Deserialize, Serialize};

use crate::Operation;
use crate::conditions::Conditions;
use crate::operations::{verify, verify_mac};
use crate::pipeline::{Context, Stop};

/// Verifies a signature.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Verify(pub api::Verify);

/// Verifies a MAC.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct VerifyMac(pub api::VerifyMac);

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verified {
    /// The key id, however the key was named.
    pub key_id: String,
    /// Whether it matches.
    pub valid: bool,
}

impl Request for Verify {
    type Response = Verified;
    const SPEC: Spec = <api::Verify as Request>::SPEC;
}

impl Request for VerifyMac {
    type Response = Verified;
    const SPEC: Spec = <api::VerifyMac as Request>::SPEC;
}

impl Operation for Verify {
    fn conditions(&self) -> Conditions<'_> {
        self.0.conditions()
    }

    async fn run(&self, cx: &Context<'_>) -> Result<Verified, Stop> {
        let (key, matches) = verify::verify(&self.0, cx).await?;
        Ok(Verified { key_id: key.record().id.to_string(), valid: matches.is_ok() })
    }
}

impl Operation for VerifyMac {
    fn conditions(&self) -> Conditions<'_> {
        self.0.conditions()
    }

    async fn run(&self, cx: &Context<'_>) -> Result<Verified, Stop> {
        let (key, matches) = verify_mac::verify(&self.0, cx).await?;
        Ok(Verified { key_id: key.record().id.to_string(), valid: matches.is_ok() })
    }
}
