//! What cached keys take in memory, and that they share policies. (The crate that counts makes itself the global allocator
//! of this program.)

use std::collections::BTreeMap;
use std::hint::black_box;

use allocation_counter::measure;
use api::{KeyManagerType, KeyMaterialState, KeySpec, KeyUsage, OriginType, Timestamp};
use crypto::SecretBytes;

use super::*;
use crate::arn::KeyId;
use crate::key::MaterialRecord;
use crate::policy::KeyPolicy;

const ACCOUNT: &str = "111122223333";
const ALICE: &str = "arn:aws:iam::111122223333:user/alice";
/// How many keys are measured.
const KEYS: usize = 1000;

/// What stays allocated of what `make` makes.
fn taken<T>(make: impl FnOnce() -> T) -> (T, usize) {
    let mut result = None;
    let counted = measure(|| result = Some(make()));
    (result.unwrap(), usize::try_from(counted.bytes_current).unwrap())
}

fn principals() -> BTreeMap<String, String> {
    BTreeMap::from([(ALICE.to_owned(), "AIDACKCEVSQ6C2EXAMPLE".to_owned())])
}

fn record(spec: KeySpec, policy: &str) -> KeyRecord {
    let id = KeyId::generate(false);
    let material = MaterialRecord::new(
        serde_json::from_value("0123456789abcdef".repeat(4).into()).unwrap(),
        KeyMaterialState::Current,
    );
    let record = KeyRecord {
        id,
        account: ACCOUNT.to_owned(),
        region: "eu-west-1".to_owned(),
        created: Timestamp::from_seconds(1_795_348_800),
        description: "of an application".to_owned(),
        spec,
        usage: KeyUsage::EncryptDecrypt,
        origin: OriginType::AwsKms,
        manager: KeyManagerType::Customer,
        policy: policy.into(),
        policy_principals: Arc::new(principals()),
        tags: Vec::new(),
        multi_region: None,
        enabled: true,
        deletion: None,
        transition: None,
        rotation: None,
        materials: vec![material],
        on_demand_rotations: 0,
    };
    // As it is read.
    serde_json::from_slice(&serde_json::to_vec(&record).unwrap()).unwrap()
}

/// A policy of five statements; the number makes it another one.
fn policy(number: usize) -> String {
    let statement = |number: usize| {
        format!(
            r#"{{"Sid":"{number}","Effect":"Allow","Principal":{{"AWS":"{ALICE}"}},"Action":["kms:Encrypt","kms:Decrypt","kms:ReEncrypt*","kms:GenerateDataKey*","kms:DescribeKey"],"Resource":"*","Condition":{{"StringEquals":{{"kms:EncryptionContext:tenant":"{number}"}}}}}}"#
        )
    };
    let statements: Vec<_> = (number..number + 5).map(statement).collect();
    format!(r#"{{"Version":"2012-10-17","Statement":[{}]}}"#, statements.join(","))
}

/// A cache of so many keys, in use.
fn cache(spec: KeySpec, policy: impl Fn(usize) -> String) -> Cache {
    let cache = Cache::new();
    for number in 0..KEYS {
        put(&cache, spec, &policy(number)).policy().unwrap();
    }
    cache
}

/// Puts a key that is in use, but for its policy.
fn put(cache: &Cache, spec: KeySpec, policy: &str) -> Arc<LiveKey> {
    let record = record(spec, policy);
    let path = format!("key/{ACCOUNT}/eu-west-1/{}", record.id);
    let key = cache.put(&path, record, 1, Stamped::default());
    let secret = SecretBytes::new(vec![7; 32]);
    let material = Material::from_bytes(crate::key::crypto_spec(spec).unwrap(), &secret).unwrap();
    key.keep(&key.record.materials[0].id, &Arc::new(material));
    assert!(key.parsed(&key.record.materials[0].id).is_some());
    key
}

#[test]
fn a_symmetric_key_takes_less_than_a_kibibyte_above_its_record() {
    let (records, of_records) = taken(|| {
        (0..KEYS).map(|number| record(KeySpec::SymmetricDefault, &policy(number))).collect::<Box<[_]>>()
    });
    let (cache, of_cache) = taken(|| {
        let cache = Cache::new();
        (0..KEYS).for_each(|number| drop(put(&cache, KeySpec::SymmetricDefault, &policy(number))));
        cache
    });
    assert_eq!((records.len(), cache.keys.len()), (KEYS, KEYS));
    let above = (of_cache - of_records) / KEYS;
    assert!(above < 1024, "{above} bytes for a key");
    assert!(above > size_of::<Material>(), "{above} bytes for a key");
}

#[test]
fn keys_with_the_same_policy_have_it_in_common() {
    let same = policy(0);
    let record = serde_json::to_vec(&record(KeySpec::SymmetricDefault, &same)).unwrap().len();
    let (_cache, taken) = taken(|| cache(KeySpec::SymmetricDefault, |_| same.clone()));
    let each = taken / KEYS;
    assert!(each < 1536 && each + 512 < record, "{each} bytes for a key whose record has {record}");
}

#[test]
fn what_the_cache_says_that_keys_take_is_what_they_take() {
    let same = policy(0);
    let specs = [KeySpec::SymmetricDefault, KeySpec::Hmac256];
    for (spec, own) in specs.into_iter().flat_map(|spec| [(spec, false), (spec, true)]) {
        let (cache, taken) = taken(|| cache(spec, |number| if own { policy(number) } else { same.clone() }));
        let told = usize::try_from(cache.keys.weight() + cache.policies.weight()).unwrap();
        assert!(taken <= told, "{spec}, {own}: {taken} bytes are taken and {told} told");
        assert!(!own || told <= taken * 2, "{spec}: {taken} bytes are taken and {told} told");
    }
}

#[test]
fn a_policy_of_its_own_weighs_and_a_shared_one_weighs_once() {
    let (shared, own) =
        (cache(KeySpec::SymmetricDefault, |_| policy(0)), cache(KeySpec::SymmetricDefault, policy));
    let (one, all) = (shared.policies.weight(), own.policies.weight());
    let many = u64::try_from(KEYS).unwrap();
    assert!((many * one * 9 / 10..=many * one * 11 / 10).contains(&all), "{one} bytes and {all}");
}

#[test]
fn larger_keys_weigh_more() {
    let weigh = |spec| weight::of("", &cache_one(record(spec, "{}")));
    let weights =
        [KeySpec::SymmetricDefault, KeySpec::Hmac256, KeySpec::Rsa2048, KeySpec::Rsa4096].map(weigh);
    assert!(weights.is_sorted_by(|a, b| a < b), "{weights:?}");
}

fn cache_one(record: KeyRecord) -> Arc<LiveKey> {
    Cache::new().put("", record, 1, Stamped::default())
}

#[test]
fn a_hundred_thousand_symmetric_keys_stay() {
    let policies = [policy(0), KeyPolicy::default_of("aws", ACCOUNT).text];
    for policy in policies {
        let key = cache_one(record(KeySpec::SymmetricDefault, &policy));
        let path = "key/111122223333/eu-west-1/1234abcd-12ab-34cd-56ef-1234567890ab";
        let all = u64::try_from(EXPECTED_KEYS * weight::of(path, &key)).unwrap();
        // Its parts are not filled quite alike.
        assert!(all <= CAPACITY / 10 * 9, "{all} bytes with a policy of {}", policy.len());
    }
}

#[test]
fn keys_share_a_policy_that_is_the_same_to_the_last_principal() {
    let cache = Cache::new();
    let put = |record: KeyRecord| {
        let path = record.id.to_string();
        cache.put(&path, record, 1, Stamped::default()).policy().unwrap()
    };
    let first = put(record(KeySpec::SymmetricDefault, &policy(0)));
    assert!(Arc::ptr_eq(&first, &put(record(KeySpec::Rsa2048, &policy(0)))));
    assert!(!Arc::ptr_eq(&first, &put(record(KeySpec::SymmetricDefault, &policy(1)))));
    let mut again = record(KeySpec::SymmetricDefault, &policy(0));
    let mut principals = principals();
    principals.insert(ALICE.to_owned(), "AIDAAGAINAGAINAGAIN00".to_owned());
    again.policy_principals = Arc::new(principals);
    assert!(!Arc::ptr_eq(&first, &put(again)));
    assert!(put_unreadable(&cache).is_err());
}

fn put_unreadable(cache: &Cache) -> Result<Arc<CompiledPolicy>, Error> {
    cache.put("x", record(KeySpec::SymmetricDefault, "{}"), 1, Stamped::default()).policy()
}

#[test]
fn finding_the_policy_again_allocates_nothing() {
    let key = cache_one(record(KeySpec::SymmetricDefault, &policy(0)));
    key.policy().unwrap();
    assert_eq!(measure(|| drop(black_box(key.policy()))).count_total, 0);
}

#[test]
fn policies_of_the_same_hash_are_not_taken_for_each_other() {
    let policies = Policies::default();
    let [one, other] = [0, 1].map(|number| record(KeySpec::SymmetricDefault, &policy(number)));
    for _ in 0..2 {
        for record in [&one, &other] {
            assert_eq!(policies.of(0, record).unwrap().document().text(), &record.policy);
        }
    }
}
