//! `Encapsulate` and `Decapsulate`.

use api::{
    Blob, Decapsulate, DisableKey, Encapsulate, EncapsulationAlgorithmSpec, ErrorCode, GetPublicKey, KeySpec,
    OriginType, ScheduleKeyDeletion,
};

use crate::world::{World, refused};

const SETS: [(KeySpec, usize); 3] =
    [(KeySpec::MlKem512, 768), (KeySpec::MlKem768, 1088), (KeySpec::MlKem1024, 1568)];

fn encapsulate(key: &str) -> Encapsulate {
    Encapsulate::request(key, EncapsulationAlgorithmSpec::MlKem)
}

fn decapsulate(key: &str, ciphertext: &[u8]) -> Decapsulate {
    Decapsulate::request(key, Blob::new(ciphertext), EncapsulationAlgorithmSpec::MlKem)
}

#[tokio::test]
async fn secrets_come_out_as_they_went_in() {
    let mut world = World::new().await;
    for (spec, length) in SETS {
        let key = world.create(spec, OriginType::AwsKms).await;
        let metadata = world.describe(&key).await;
        assert_eq!(metadata.encapsulation_algorithms, Some(vec![EncapsulationAlgorithmSpec::MlKem]));
        let sent = world.call(encapsulate(&key)).await.unwrap();
        assert_eq!((&sent.key_id, sent.shared_secret.len()), (&metadata.arn, 32));
        assert_eq!(sent.encapsulation_algorithm, EncapsulationAlgorithmSpec::MlKem);
        let ciphertext = sent.shared_secret_ciphertext_blob;
        assert_eq!(ciphertext.len(), length);
        let again = world.call(encapsulate(&key)).await.unwrap();
        assert_ne!(again.shared_secret.as_bytes(), sent.shared_secret.as_bytes());

        // A restart reads the key from the store.
        let public = world.call(GetPublicKey::request(&key)).await.unwrap().public_key;
        world.restart().await;
        assert_eq!(world.call(GetPublicKey::request(&key)).await.unwrap().public_key, public);
        let received = world.call(decapsulate(&key, ciphertext.as_bytes())).await.unwrap();
        assert_eq!(
            (&received.key_id, received.encapsulation_algorithm),
            (&sent.key_id, sent.encapsulation_algorithm)
        );
        assert_eq!(received.shared_secret.as_bytes(), sent.shared_secret.as_bytes());

        let mut damaged = ciphertext.as_bytes().to_vec();
        damaged[17] ^= 1;
        let rejected = world.call(decapsulate(&key, &damaged)).await.unwrap().shared_secret;
        assert_eq!(rejected.len(), 32);
        assert_ne!(rejected.as_bytes(), sent.shared_secret.as_bytes());
        let other = world.create(spec, OriginType::AwsKms).await;
        let foreign = world.call(decapsulate(&other, ciphertext.as_bytes())).await.unwrap().shared_secret;
        assert_ne!(foreign.as_bytes(), sent.shared_secret.as_bytes());
        assert_ne!(foreign.as_bytes(), rejected.as_bytes());

        let lengths = [1, length - 1, length + 1, 6144].into_iter().chain(SETS.map(|(_, length)| length));
        for wrong in lengths.filter(|wrong| *wrong != length) {
            let answer = world.call(decapsulate(&key, &vec![7; wrong])).await;
            let error = refused(answer, ErrorCode::InvalidCiphertext);
            assert_eq!(error.message(), None);
        }
    }
}

#[tokio::test]
async fn what_refuses_one_refuses_the_other() {
    let world = World::new().await;
    let key = world.create(KeySpec::MlKem768, OriginType::AwsKms).await;
    let both = async |key: &str, dry_run: Option<bool>, tokens: Option<Vec<String>>, code: ErrorCode| {
        let mut there = encapsulate(key);
        (there.dry_run, there.grant_tokens) = (dry_run, tokens.clone());
        refused(world.call(there).await, code);
        let mut back = decapsulate(key, &[7; 1088]);
        (back.dry_run, back.grant_tokens) = (dry_run, tokens);
        refused(world.call(back).await, code);
    };
    both(&key, Some(true), None, ErrorCode::DryRun).await;
    both(&key, None, Some(vec!["nonsense".to_owned()]), ErrorCode::InvalidGrantToken).await;
    let mut rehearsed = decapsulate(&key, &[7; 768]);
    rehearsed.dry_run = Some(true);
    refused(world.call(rehearsed).await, ErrorCode::InvalidCiphertext);
    for spec in [KeySpec::SymmetricDefault, KeySpec::EccNistP256, KeySpec::MlDsa44, KeySpec::Rsa2048] {
        let other = world.create(spec, OriginType::AwsKms).await;
        both(&other, None, None, ErrorCode::InvalidKeyUsage).await;
    }
    both("01234567-89ab-cdef-0123-456789abcdef", None, None, ErrorCode::NotFound).await;
    world.call(DisableKey::request(&key)).await.unwrap();
    both(&key, None, None, ErrorCode::Disabled).await;
    both(&key, Some(true), None, ErrorCode::Disabled).await;
    world.call(ScheduleKeyDeletion::request(&key)).await.unwrap();
    both(&key, None, None, ErrorCode::KmsInvalidState).await;
}
