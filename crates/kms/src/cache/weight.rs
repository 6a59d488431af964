//! About how many bytes of memory a cached key takes.

use std::sync::{Arc, OnceLock};

use api::{KeySpec, Tag};
use crypto::Material;

use super::LiveKey;
use crate::key::{KeyRecord, MaterialRecord, MultiRegion, Replica};

/// What the cache takes for any key, and the allocator for about a dozen pieces.
const ENTRY: usize = 384;
/// How many entries a node of the standard library's tree has room for; half of them are there at the least, but in the
/// first.
const NODE: usize = 12;

pub(super) fn of(path: &str, key: &LiveKey) -> usize {
    ENTRY + size_of::<LiveKey>() + path.len() + of_record(&key.record)
}

/// What hangs on a record, with its materials as if all that are stored were in use.
fn of_record(record: &KeyRecord) -> usize {
    let KeyRecord { account, region, description, policy, policy_principals, .. } = record;
    // A policy counts for each key that has it, although they have it in common: those that go may leave one that keeps it.
    let texts = [account, region, description].into_iter().map(String::len).sum::<usize>() + policy.len();
    let principals = policy_principals.iter().map(|(arn, id)| arn.len() + id.len());
    let tags = record.tags.iter().map(|tag| tag.tag_key.len() + tag.tag_value.len());
    let materials = record.materials.iter().map(|material| of_material(record.spec, material));
    let lists = list::<Tag>(record.tags.len())
        + list::<MaterialRecord>(record.materials.len())
        + tree_of_texts(policy_principals.len());
    texts + of_family(record) + lists + principals.chain(tags).chain(materials).sum::<usize>()
}

/// What a map takes from text to text, the texts apart.
pub(super) fn tree_of_texts(length: usize) -> usize {
    length.div_ceil(NODE / 2) * NODE * 2 * size_of::<String>()
}

/// What a list takes that was filled one by one: room for four at first, and then for twice as many each time.
fn list<T>(length: usize) -> usize {
    if length == 0 { 0 } else { length.next_power_of_two().max(4) * size_of::<T>() }
}

fn of_family(record: &KeyRecord) -> usize {
    match &record.multi_region {
        None => 0,
        Some(MultiRegion::Replica { primary_region }) => primary_region.len(),
        Some(MultiRegion::Primary { replicas }) => {
            list::<Replica>(replicas.len())
                + replicas.iter().map(|replica| replica.region.len()).sum::<usize>()
        }
    }
}

fn of_material(spec: KeySpec, material: &MaterialRecord) -> usize {
    let description = material.description.as_ref().map_or(0, String::len);
    let parsed = if material.stored { size_of::<Material>() + parsed(spec) } else { 0 };
    size_of::<OnceLock<Arc<Material>>>() + material.id.as_str().len() + description + parsed
}

/// What the cryptographic library takes for a material, in bytes. Ours: by how much a process grows with each of a
/// thousand, rounded up to leave room for what the library adds when a key is first used.
fn parsed(spec: KeySpec) -> usize {
    match spec {
        KeySpec::SymmetricDefault => 64,
        KeySpec::Hmac224
        | KeySpec::Hmac256
        | KeySpec::Hmac384
        | KeySpec::Hmac512
        | KeySpec::EccNistP256
        | KeySpec::EccNistP384
        | KeySpec::EccNistP521
        | KeySpec::EccSecgP256k1
        | KeySpec::EccNistEdwards25519
        | KeySpec::Sm2 => 2048,
        KeySpec::Rsa2048 => 8 * 1024,
        KeySpec::Rsa3072 => 12 * 1024,
        KeySpec::Rsa4096
        | KeySpec::MlDsa44
        | KeySpec::MlDsa65
        | KeySpec::MlDsa87
        | KeySpec::MlKem512
        | KeySpec::MlKem768
        | KeySpec::MlKem1024 => 16 * 1024,
    }
}
