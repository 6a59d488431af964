//! `ReplicateKey`: the same key in another Region.
//!
//! Id, material, spec, usage and rotation are the primary's; policy, description, tags, aliases and grants are the
//! replica's own. Imported material is never copied: its owner brings it to each Region.

use std::sync::Arc;

use api::{Error, ErrorCode, KeyState, OriginType, Reason, ReplicateKey, ReplicateKeyResponse, limits};

use super::fits::{check_multi_region, check_primary};
use super::members::flag;
use super::tags::tags_of_new_key;
use seal::Changes;

use crate::Operation;
use crate::arn::Place;
use crate::authorize::Permit;
use crate::conditions::Conditions;
use crate::family::Edit;
use crate::key::{self, KeyRecord, MaterialRecord, MultiRegion, Replica, TransitionKind};
use crate::pipeline::{Context, Stop};
use crate::policy;
use crate::quotas::check_room_for_key;

impl Operation for ReplicateKey {
    fn conditions(&self) -> Conditions<'_> {
        Conditions::default()
            .with("kms:ReplicaRegion", self.replica_region.as_str())
            .with("kms:BypassPolicyLockoutSafetyCheck", flag(self.bypass_policy_lockout_safety_check))
            .request_tags(self.tags.as_deref().unwrap_or_default())
    }

    async fn run(&self, cx: &Context<'_>) -> Result<ReplicateKeyResponse, Stop> {
        replicate(self, cx, |_, _| Ok(())).await
    }
}

/// Makes a replica, and in the same commit what else belongs to it.
pub(crate) async fn replicate(
    request: &ReplicateKey,
    cx: &Context<'_>,
    also: impl FnOnce(&mut Changes, &KeyRecord) -> Result<(), Error> + Send,
) -> Result<ReplicateKeyResponse, Stop> {
    let key = cx.permit_before_state(&request.key_id, check_multi_region).await?;
    check_primary(key.record(), key.arn())?;
    let replica = replica_of(request, cx, key.record()).await?;
    clear_place(cx, &replica).await?;
    check_room_for_key(cx, &replica.region).await?;

    let family = cx.family(&key).await?;
    if family.replicas.len() >= limits::MAX_REPLICAS {
        let text = format!("{} has {} replica keys, which is the most.", key.arn(), limits::MAX_REPLICAS);
        return Err(Error::new(ErrorCode::LimitExceeded, text).into());
    }
    let mut edit = family.edit();
    if let Some(MultiRegion::Primary { replicas }) = &mut edit.primary()?.multi_region {
        replicas.retain(|known| known.region != replica.region);
        replicas.push(Replica { region: replica.region.clone(), deletion_date: None });
    }
    let primary = edit.primary()?.clone();
    edit.add(replica.clone());
    if replica.origin != OriginType::External {
        copy_materials(&key, &mut edit, &replica.region).await?;
    }
    also(edit.also(), &replica)?;
    edit.commit(cx.keys()).await?;

    // The answer says Creating however soon that is over.
    let partition = &cx.kms().settings().partition;
    let metadata = key::metadata(&replica, &primary, partition, KeyState::Creating, cx.now());
    Ok(ReplicateKeyResponse {
        replica_key_metadata: metadata,
        replica_policy: replica.policy.to_string(),
        replica_tags: replica.tags,
    })
}

/// The record of the replica that is asked for. Its materials come with the change of the family.
async fn replica_of(
    request: &ReplicateKey,
    cx: &Context<'_>,
    primary: &KeyRecord,
) -> Result<KeyRecord, Error> {
    if request.replica_region == primary.region {
        let text = format!("ReplicaRegion must differ from the primary key's Region, {}.", primary.region);
        return Err(Error::new(ErrorCode::Validation, text));
    }
    let settings = cx.kms().settings();
    if !settings.serves(&request.replica_region) {
        let text = format!(
            "ReplicaRegion {} is not served here. The Regions are: {}.",
            request.replica_region,
            settings.regions.join(", ")
        );
        return Err(Error::new(ErrorCode::Validation, text));
    }
    let place = Place { region: request.replica_region.clone(), ..cx.place() };
    let bypass = request.bypass_policy_lockout_safety_check == Some(true);
    let mut replica = KeyRecord {
        region: place.region.clone(),
        created: cx.now(),
        description: request.description.clone().unwrap_or_default(),
        policy: Arc::default(),
        policy_principals: Arc::default(),
        tags: Vec::new(),
        multi_region: Some(MultiRegion::Replica { primary_region: primary.region.clone() }),
        enabled: true,
        deletion: None,
        transition: cx.transition(TransitionKind::Creating),
        rotation: None,
        materials: primary.materials.iter().map(|material| without_own(primary.origin, material)).collect(),
        ..primary.clone()
    };
    cx.permit_replica(&replica)?;
    replica.tags = tags_of_new_key(cx, &place.key_arn(&replica.id), request.tags.as_ref())?;
    policy::give(cx, &mut replica, request.policy.as_deref(), bypass).await?;
    Ok(replica)
}

/// A material as a replica has it that was just made: imported material is not there yet.
fn without_own(origin: OriginType, material: &MaterialRecord) -> MaterialRecord {
    match origin {
        OriginType::External => {
            MaterialRecord { stored: false, valid_to: None, description: None, ..material.clone() }
        }
        _ => material.clone(),
    }
}

/// Refuses a Region where the key is already. One that is past its waiting period and only not swept yet makes way.
async fn clear_place(cx: &Context<'_>, replica: &KeyRecord) -> Result<(), Stop> {
    let keys = cx.keys();
    let Some(found) = keys.load(&replica.account, &replica.region, &replica.id).await? else {
        return Ok(());
    };
    if found.record.state(cx.now()).is_none() {
        cx.kms().erase(&found).await?;
        return Err(Stop::Conflict);
    }
    let place = replica.place(&cx.kms().settings().partition);
    let text = format!("A replica key of this primary key already exists: {}.", place.key_arn(&replica.id));
    Err(Error::new(ErrorCode::AlreadyExists, text).because(Reason::Replicated).into())
}

/// Gives the new replica the bytes of every material that its primary has.
async fn copy_materials(key: &Permit<'_>, edit: &mut Edit, region: &str) -> Result<(), Stop> {
    for entry in key.record().materials.iter().filter(|material| material.stored) {
        let material = key.material(&entry.id).await?;
        edit.put_material(region, &entry.id, &material)?;
    }
    Ok(())
}
