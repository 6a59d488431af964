//! Members of simulations that would change what comes out, of what there is none of here. A simulation without them
//! would tell something else than what was asked, so whoever gives one is refused.

use api::constraint::{Kind, Member};
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::Error;
use crate::context::Context;
use crate::refusal::Stop;
use crate::shapes::kinds::{self, optional, required};
use crate::shapes::simulate::{SimulateCustomPolicy, SimulatePrincipalPolicy};
use crate::table::{Action, Service};

const RESOURCE_HANDLING: Member =
    optional("ResourceHandlingOption", Kind::Text { min: 1, max: 64, pattern: None });

const POLICY_EXCLUSIONS: Member = optional(
    "PolicyExclusionList",
    Kind::List {
        min: 0,
        max: 256,
        item: &Kind::Structure(&[
            optional(
                "PolicyType",
                Kind::Enum(&["inline", "aws-managed", "user-managed", "permission-boundary", "scp", "rcp"]),
            ),
            optional("PolicyArn", kinds::ARN),
            optional(
                "InlinePolicyIdentifier",
                Kind::Structure(&[
                    required("PolicyName", kinds::NAME),
                    required("AttachmentType", Kind::Enum(&["user", "group", "role"])),
                    required("AttachmentName", kinds::NAME),
                ]),
            ),
        ]),
    },
);

const ORGANIZATION_POLICIES: Member = optional(
    "OrderedOrganizationPolicyInputList",
    Kind::List {
        min: 0,
        max: 7,
        item: &Kind::Structure(&[optional("ServiceControlPolicyInputList", kinds::DOCUMENTS)]),
    },
);

/// A simulation with every member that the model has.
#[derive(Deserialize)]
pub(crate) struct Complete<A> {
    #[serde(flatten)]
    heeded: A,
    #[serde(rename = "ResourceHandlingOption", default)]
    resource_handling: Option<IgnoredAny>,
    #[serde(rename = "PolicyExclusionList", default)]
    policy_exclusions: Option<Vec<IgnoredAny>>,
    #[serde(rename = "OrderedOrganizationPolicyInputList", default)]
    organization_policies: Option<Vec<IgnoredAny>>,
}

/// An action of which some members are not heeded.
pub(crate) trait Partial: Action {
    /// All members of the request.
    const ALL: &'static [Member];
}

impl Partial for SimulatePrincipalPolicy {
    const ALL: &'static [Member] =
        &with::<{ Self::FIELDS.len() + 2 }>(Self::FIELDS, &[RESOURCE_HANDLING, POLICY_EXCLUSIONS]);
}

impl Partial for SimulateCustomPolicy {
    const ALL: &'static [Member] =
        &with::<{ Self::FIELDS.len() + 2 }>(Self::FIELDS, &[RESOURCE_HANDLING, ORGANIZATION_POLICIES]);
}

const fn with<const ALL: usize>(heeded: &[Member], others: &[Member]) -> [Member; ALL] {
    let mut all = [RESOURCE_HANDLING; ALL];
    let (first, last) = all.split_at_mut(heeded.len());
    first.copy_from_slice(heeded);
    last.copy_from_slice(others);
    all
}

impl<A: Partial> Action for Complete<A> {
    type Answer = A::Answer;
    const SERVICE: Service = A::SERVICE;
    const NAME: &'static str = A::NAME;
    const MEMBERS: &'static [Member] = A::ALL;

    async fn run(&self, cx: &Context<'_>) -> Result<Self::Answer, Stop> {
        self.check()?;
        self.heeded.run(cx).await
    }
}

impl<A> Complete<A> {
    fn check(&self) -> Result<(), Error> {
        let has_some = |list: &Option<Vec<_>>| list.as_ref().is_some_and(|items| !items.is_empty());
        for (is_given, member, why) in [
            (self.resource_handling.is_some(), RESOURCE_HANDLING, "scenarios of EC2 are not simulated"),
            (has_some(&self.policy_exclusions), POLICY_EXCLUSIONS, "no policy can be left out"),
            (has_some(&self.organization_policies), ORGANIZATION_POLICIES, "there are no organizations"),
        ] {
            if is_given {
                return Err(Error::validation(format!("{} is not supported: {why}.", member.name)));
            }
        }
        Ok(())
    }
}
