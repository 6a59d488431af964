//! Secrets that the server makes for others: data key pairs, agreed and encapsulated secrets.

use aws_sdk_kms::primitives::Blob;
use aws_sdk_kms::types::{
    DataKeyPairSpec, EncapsulationAlgorithmSpec, KeyAgreementAlgorithmSpec, KeySpec, KeyUsageType,
};

use super::{new_key, new_key_of, serve};

#[tokio::test]
async fn a_data_key_pair_works_outside() {
    let (_folder, _server, kms) = serve("sdk-pairs");
    let key = new_key(&kms).await;
    let pair = kms
        .generate_data_key_pair()
        .key_id(key.key_id())
        .key_pair_spec(DataKeyPairSpec::EccNistP256)
        .encryption_context("a", "b")
        .send()
        .await
        .unwrap();
    assert_eq!(pair.key_pair_spec(), Some(&DataKeyPairSpec::EccNistP256));
    let spec = crypto::KeySpec::Ecc(crypto::Curve::P256);
    let private = pair.private_key_plaintext().unwrap().as_ref();
    let material = crypto::Material::import(spec, &crypto::SecretBytes::copy_of(private)).unwrap();
    assert_eq!(material.public_key().unwrap(), pair.public_key().unwrap().as_ref());

    let opened = kms
        .decrypt()
        .ciphertext_blob(pair.private_key_ciphertext_blob().unwrap().clone())
        .encryption_context("a", "b")
        .send()
        .await
        .unwrap();
    assert_eq!(opened.plaintext().unwrap().as_ref(), private);
}

#[tokio::test]
async fn two_keys_agree_on_one_secret() {
    let (_folder, _server, kms) = serve("sdk-agreement");
    let mut secrets = Vec::new();
    let ours = new_key_of(&kms, KeySpec::EccNistP384, KeyUsageType::KeyAgreement).await;
    let theirs = new_key_of(&kms, KeySpec::EccNistP384, KeyUsageType::KeyAgreement).await;
    for (own, peer) in [(&ours, &theirs), (&theirs, &ours)] {
        let public = kms.get_public_key().key_id(peer.key_id()).send().await.unwrap();
        assert_eq!(public.key_agreement_algorithms(), [KeyAgreementAlgorithmSpec::Ecdh]);
        let derived = kms
            .derive_shared_secret()
            .key_id(own.key_id())
            .key_agreement_algorithm(KeyAgreementAlgorithmSpec::Ecdh)
            .public_key(public.public_key().unwrap().clone())
            .send()
            .await
            .unwrap();
        assert_eq!(derived.key_id(), own.arn());
        secrets.push(derived.shared_secret.unwrap().into_inner());
    }
    assert_eq!(secrets[0].len(), 48);
    assert_eq!(secrets[0], secrets[1]);
}

#[tokio::test]
async fn an_encapsulated_secret_is_taken_out_again() {
    let (_folder, _server, kms) = serve("sdk-encapsulation");
    let key = new_key_of(&kms, KeySpec::MlKem1024, KeyUsageType::EncapsulateDecapsulate).await;
    let sent = kms
        .encapsulate()
        .key_id(key.key_id())
        .encapsulation_algorithm(EncapsulationAlgorithmSpec::MlKem)
        .send()
        .await
        .unwrap();
    let open = |ciphertext: Blob| {
        kms.decapsulate()
            .key_id(key.key_id())
            .encapsulation_algorithm(EncapsulationAlgorithmSpec::MlKem)
            .shared_secret_ciphertext_blob(ciphertext)
            .send()
    };
    let ciphertext = sent.shared_secret_ciphertext_blob().unwrap();
    let got = open(ciphertext.clone()).await.unwrap();
    assert_eq!(got.shared_secret(), sent.shared_secret());
    assert_eq!(sent.shared_secret().unwrap().as_ref().len(), 32);
    let error = open(Blob::new([0; 100])).await.unwrap_err().into_service_error();
    assert!(error.is_invalid_ciphertext_exception(), "{error:?}");
}
