//! `CreateGrant`.

use api::{CreateGrant, CreateGrantResponse, Error, ErrorCode, Reason, limits};

use super::members::check_dry_run;
use crate::Operation;
use crate::authorize::Permit;
use crate::conditions::Conditions;
use crate::grants::{Asked, Count, GrantRecord, check_for_key};
use crate::keys::Keys;
use crate::pipeline::{Context, KeyRef, Stop};

impl Operation for CreateGrant {
    fn conditions(&self) -> Conditions<'_> {
        let constraints = self.constraints.as_ref();
        let subset = constraints.and_then(|given| given.encryption_context_subset.as_ref());
        let equals = constraints.and_then(|given| given.encryption_context_equals.as_ref());
        // A grant has one of the two at the most.
        let kind = match (subset, equals) {
            (Some(_), _) => Some("EncryptionContextSubset"),
            (None, Some(_)) => Some("EncryptionContextEquals"),
            (None, None) => None,
        };
        let source_arn = constraints.and_then(|given| given.source_arn.as_deref());
        Conditions::default()
            .with_all("kms:GrantOperations", self.operations.iter().map(|operation| operation.as_str()))
            .maybe("kms:GranteePrincipal", self.grantee_principal.as_deref())
            .maybe("kms:GranteeServicePrincipal", self.grantee_service_principal.as_deref())
            .maybe("kms:RetiringPrincipal", self.retiring_principal.as_deref())
            .maybe("kms:RetiringServicePrincipal", self.retiring_service_principal.as_deref())
            .maybe("kms:GrantConstraintType", kind)
            .maybe("kms:GrantConstraintSourceArn", source_arn)
            .encryption_context(subset.or(equals))
    }

    async fn run(&self, cx: &Context<'_>) -> Result<CreateGrantResponse, Stop> {
        let partition = &cx.kms().settings().partition;
        let mut asked = Asked::of(self, partition)?;
        cx.check_grant_tokens(self.grant_tokens.as_ref())?;
        let permit = cx.permit(&self.key_id).await?;
        asked.grantee = cx.existing(asked.grantee).await?;
        asked.retiring = match asked.retiring {
            Some(retiring) => Some(cx.existing(retiring).await?),
            None => None,
        };
        make(cx, &permit, asked, self.dry_run).await
    }
}

/// Makes a grant for who exists, unless it is there or the run is dry.
pub(crate) async fn make(
    cx: &Context<'_>,
    permit: &Permit<'_>,
    asked: Asked,
    dry_run: Option<bool>,
) -> Result<CreateGrantResponse, Stop> {
    let key = &KeyRef::of(permit.record());
    check_for_key(&asked, permit.record(), permit.arn())?;
    cx.check_passing_on(permit, &asked.operations, asked.constraints.as_ref()).await?;
    let issuing_account = cx.caller().account().to_owned();
    let id = asked.id(cx.kms().records(), key, &issuing_account)?;
    let answer =
        CreateGrantResponse { grant_token: cx.grant_token(key, &id)?, grant_id: id.as_str().to_owned() };
    let is_there = cx.keys().grant(key, &id).await?.is_some();
    // Before everything that is counted, so that none who comes at the same time is missed.
    let count = cx.keys().count_grants(key).await?;
    if !is_there {
        check_room(cx, key, &count, &asked, permit.arn()).await?;
    }
    check_dry_run(dry_run)?;
    if !is_there {
        let Asked { name, grantee, retiring, operations, constraints } = asked;
        let created = cx.now();
        let grant =
            GrantRecord { id, name, created, grantee, retiring, issuing_account, operations, constraints };
        let mut changes = Keys::expect(permit.live());
        changes.append(cx.keys().add_grant(permit.record(), &count, &grant)?);
        cx.keys().commit_apart(changes).await?;
    }
    Ok(answer)
}

/// Refuses one grant more than a key may have, and one grant on more terms than a grantee may have on a key.
async fn check_room(
    cx: &Context<'_>,
    key: &KeyRef,
    count: &Count,
    asked: &Asked,
    key_arn: &str,
) -> Result<(), Error> {
    let most = cx.kms().settings().quotas.grants();
    let text = if count.number() >= most {
        format!("{key_arn} has {most} grants, which is the most.")
    } else if cx.keys().is_full_of_terms(key, asked).await? {
        format!(
            "The grantee has grants on {key_arn} with {} different combinations of operations and constraint names, \
             which is the most. More grants with one of these combinations can be made; the values in their \
             constraints do not matter.",
            limits::MAX_GRANT_TERMS
        )
    } else {
        return Ok(());
    };
    Err(Error::new(ErrorCode::LimitExceeded, text).because(Reason::TooManyGrants))
}
