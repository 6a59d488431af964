//! After a restart: is every key where the ledger says that it may be?

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_kms::Client;
use aws_sdk_kms::primitives::Blob;
use aws_sdk_kms::types::{IncludeKeyMaterial, KeyState, RotationsListEntry};

use super::ledger::{Key, Ledger, Stage};
use crate::ceremony;

/// Checks everything the ledgers know. What was asked and not answered is settled by what is found, so that the
/// work goes on from there.
pub(crate) async fn check(kms: &Client, ledgers: &mut [Ledger], round: usize) {
    let aliases = aliases(kms).await;
    for ledger in ledgers.iter_mut() {
        for key in &mut ledger.keys {
            let found = stage(kms, key, &aliases).await;
            assert!(
                found == key.answered || found == key.asked,
                "round {round}: key {} was answered {:?}, asked {:?} and is {found:?}",
                key.id,
                key.answered,
                key.asked,
            );
            (key.answered, key.asked) = (found, found);
            key.furthest = key.furthest.max(found);
            ciphertexts_open(kms, key).await;
        }
    }
    no_key_is_unaccounted_for(kms, ledgers, round).await;
}

/// The stage a key is at. Panics if it is at none, which is a state half-done.
async fn stage(kms: &Client, key: &mut Key, aliases: &BTreeMap<String, String>) -> Stage {
    let metadata = kms.describe_key().key_id(&key.id).send().await.unwrap().key_metadata.unwrap();
    let named = aliases.get(&key.alias()) == Some(&key.id);
    let list =
        kms.list_key_rotations().key_id(&key.id).include_key_material(IncludeKeyMaterial::AllKeyMaterial);
    let materials = list.send().await.unwrap().rotations.unwrap_or_default();
    settle_ids(key, &materials);
    let mut parts: Vec<_> = materials.iter().map(part).collect();
    parts.sort_unstable();
    let state = metadata.key_state.unwrap();
    match (state.as_str(), named, parts.join(", ").as_str()) {
        ("PendingImport", false, "") => Stage::Created,
        ("Enabled", false, "CURRENT IMPORTED") => Stage::Imported,
        ("Enabled", true, "CURRENT IMPORTED") => Stage::Named,
        ("Enabled", true, "CURRENT IMPORTED, PENDING_ROTATION IMPORTED") => Stage::Pending,
        ("Enabled", true, "CURRENT IMPORTED, NON_CURRENT IMPORTED") => Stage::Rotated,
        ("PendingImport", true, "CURRENT IMPORTED, NON_CURRENT PENDING_IMPORT") => Stage::Emptied,
        half_done => panic!("key {} is half-done: {half_done:?}", key.id),
    }
}

/// The part a material plays, and whether it is there.
fn part(entry: &RotationsListEntry) -> String {
    let (part, here) = (entry.key_material_state.as_ref().unwrap(), entry.import_state.as_ref().unwrap());
    format!("{part} {here}")
}

/// Ids that were answered are still there; the one whose answer was out is learned.
fn settle_ids(key: &mut Key, materials: &[RotationsListEntry]) {
    let mut found: BTreeSet<_> =
        materials.iter().map(|entry| entry.key_material_id.clone().unwrap()).collect();
    for known in key.material_ids.iter().flatten() {
        assert!(found.remove(known), "key {} has lost its material {known}", key.id);
    }
    for (unknown, id) in key.material_ids.iter_mut().filter(|id| id.is_none()).zip(found) {
        *unknown = Some(id);
    }
}

/// What the key has encrypted opens, with the material that encrypted it. A key that lacks a material gets it back
/// first, as its owner would do.
async fn ciphertexts_open(kms: &Client, key: &mut Key) {
    if key.answered == Stage::Emptied {
        let given = ceremony::parameters(kms, &key.id).await.unwrap();
        let wrapped = ceremony::wrapped(&given, &key.materials[0]);
        let imported = ceremony::import(kms, &key.id, &given, wrapped, None).await.unwrap();
        assert_eq!(imported.key_material_id, key.material_ids[0]);
        (key.answered, key.asked) = (Stage::Rotated, Stage::Rotated);
    }
    for (material, ciphertext) in &key.ciphertexts {
        let opened = kms.decrypt().ciphertext_blob(Blob::new(ciphertext.clone())).send().await.unwrap();
        assert_eq!(opened.plaintext.unwrap().into_inner(), key.plaintext());
        assert_eq!(opened.key_material_id, key.material_ids[*material]);
    }
}

async fn aliases(kms: &Client) -> BTreeMap<String, String> {
    let mut pages = kms.list_aliases().into_paginator().items().send();
    let mut found = BTreeMap::new();
    while let Some(alias) = pages.next().await {
        let alias = alias.unwrap();
        found.insert(alias.alias_name.unwrap(), alias.target_key_id.unwrap_or_default());
    }
    found
}

/// Every key that there is was asked for; one whose creation was not answered is whole all the same.
async fn no_key_is_unaccounted_for(kms: &Client, ledgers: &[Ledger], round: usize) {
    let known: BTreeSet<_> =
        ledgers.iter().flat_map(|ledger| &ledger.keys).map(|key| key.id.clone()).collect();
    let allowed: usize = ledgers.iter().map(|ledger| ledger.unanswered_creations).sum();
    let mut pages = kms.list_keys().into_paginator().items().send();
    let mut listed = BTreeSet::new();
    while let Some(key) = pages.next().await {
        listed.insert(key.unwrap().key_id.unwrap());
    }
    let lost: Vec<_> = known.difference(&listed).collect();
    assert!(lost.is_empty(), "round {round}: keys are not listed: {lost:?}");
    let surplus: Vec<_> = listed.difference(&known).collect();
    assert!(surplus.len() <= allowed, "round {round}: nobody asked for {surplus:?}");
    for key_id in surplus {
        let metadata = kms.describe_key().key_id(key_id).send().await.unwrap().key_metadata.unwrap();
        assert_eq!(metadata.key_state, Some(KeyState::PendingImport), "{key_id}");
    }
}
