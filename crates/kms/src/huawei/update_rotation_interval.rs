//! How often a key is rotated that is rotated already.

use api::{Empty, Request, Spec};
use serde::{Deserialize, Serialize};

use crate::Operation;
use crate::conditions::Conditions;
use crate::operations::rotation_schedule::reschedule;
use crate::pipeline::{Context, Stop};

/// Changes the period of a key's automatic rotation, which must be on.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct UpdateRotationInterval {
    /// Key id or key ARN.
    pub key_id: String,
    /// From one rotation to the next, in days.
    pub days: i64,
}

impl Request for UpdateRotationInterval {
    type Response = Empty;
    const SPEC: Spec = <api::EnableKeyRotation as Request>::SPEC;
}

impl Operation for UpdateRotationInterval {
    fn conditions(&self) -> Conditions<'_> {
        Conditions::default().with("kms:RotationPeriodInDays", self.days.to_string())
    }

    async fn run(&self, cx: &Context<'_>) -> Result<Empty, Stop> {
        reschedule(cx, &self.key_id, self.days).await
    }
}
