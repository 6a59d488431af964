//! What must hold for all inputs: envelopes, sealing, contexts, and readers of foreign bytes.

use std::collections::BTreeMap;

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;

use super::der::*;
use crate::*;

fn header(multi_region: bool) -> EnvelopeHeader {
    EnvelopeHeader {
        multi_region,
        content: Content::Data,
        key_id: random::array(),
        material_tag: random::array(),
    }
}

fn symmetric() -> Material {
    Material::generate(KeySpec::Symmetric).unwrap()
}

fn decrypt(key: &SymmetricKey, blob: &[u8], context: &[u8]) -> Option<SecretBytes> {
    key.decrypt(&Envelope::parse(blob).ok()?, context).ok()
}

fn pairs(map: &BTreeMap<String, String>) -> Vec<(&str, &str)> {
    map.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect()
}

proptest! {
    #[test]
    fn an_envelope_opens_to_what_went_in(
        plaintext in vec(any::<u8>(), 0..300),
        context in vec(any::<u8>(), 0..60),
        multi_region: bool,
    ) {
        let material = symmetric();
        let key = material.as_symmetric().unwrap();
        let header = header(multi_region);
        let blob = key.encrypt(&header, &context, &plaintext);
        prop_assert_eq!(blob.len(), plaintext.len() + 78);
        let read = Envelope::parse(&blob).unwrap();
        prop_assert_eq!(read.header(), &header);
        prop_assert!(decrypt(key, &blob, &context).unwrap().same_as(&plaintext));
        prop_assert_ne!(key.encrypt(&header, &context, &plaintext), blob.clone());
        let other_context = [context.as_slice(), &[0]].concat();
        prop_assert!(decrypt(key, &blob, &other_context).is_none());
        prop_assert!(decrypt(symmetric().as_symmetric().unwrap(), &blob, &context).is_none());
    }

    #[test]
    fn sealed_bytes_open_to_what_went_in(plaintext in vec(any::<u8>(), 0..300), aad in vec(any::<u8>(), 0..60)) {
        let key = SealingKey::generate();
        let sealed = key.seal(&aad, &plaintext);
        prop_assert_eq!(sealed.len(), plaintext.len() + 45);
        let same = SealingKey::from_secret(&key.to_secret()).unwrap();
        prop_assert!(same.open(&aad, &sealed).unwrap().same_as(&plaintext));
        prop_assert!(key.open(&[aad.as_slice(), &[0]].concat(), &sealed).is_err());
        prop_assert!(SealingKey::generate().open(&aad, &sealed).is_err());
    }

    #[test]
    fn contexts_encode_alike_exactly_if_they_are_the_same(
        one in btree_map(".{0,3}", ".{0,3}", 0..4),
        other in btree_map(".{0,3}", ".{0,3}", 0..4),
    ) {
        let encoded = encode_context(pairs(&one));
        prop_assert_eq!(one == other, encoded == encode_context(pairs(&other)));
        let mut reversed = pairs(&one);
        reversed.reverse();
        prop_assert_eq!(&encode_context(reversed), &encoded);
        prop_assert_eq!(encoded.is_empty(), one.is_empty());
    }

    #[test]
    fn moving_bytes_between_key_and_value_changes_the_encoding(text in "[ab]{1,8}", cut in 0_usize..8, other in 0_usize..8) {
        let encoded = |at: usize| {
            let (key, value) = text.split_at(at.min(text.len()));
            encode_context([(key, value)])
        };
        prop_assert_eq!(cut.min(text.len()) == other.min(text.len()), encoded(cut) == encoded(other));
    }

    #[test]
    fn foreign_bytes_never_break_a_reader(bytes in vec(any::<u8>(), 0..200), constructed in vec(0_u8..6, 0..60)) {
        // The second kind is dense in short lengths and nested structures.
        let dense: Vec<u8> =
            constructed.iter().map(|index| [0x30, 0x80, 0x04, 0x24, 0x02, 0x00][usize::from(*index)]).collect();
        for document in [bytes, dense] {
            let secret = SecretBytes::copy_of(&document);
            for spec in [
                KeySpec::Rsa(RsaBits::B2048),
                KeySpec::Ecc(Curve::P256),
                KeySpec::Ed25519,
                KeySpec::MlDsa(MlDsaSet::D44),
            ] {
                prop_assert!(Material::import(spec, &secret).is_err());
                prop_assert!(Material::from_bytes(spec, &secret).is_err());
            }
            let _ = to_pkcs8(&secret);
            let _ = pem_to_der(&String::from_utf8_lossy(&document));
        }
    }

    #[test]
    fn der_is_left_as_it_is(depth in 0_usize..10, content in vec(any::<u8>(), 0..400)) {
        let document = (0..depth).fold(element(4, &content), |inner, _| element(0x30, &inner));
        prop_assert!(ber::to_der(&document).unwrap().same_as(&document));
    }
}

#[test]
fn every_flipped_bit_and_every_truncation_of_an_envelope_is_refused() {
    let material = symmetric();
    let key = material.as_symmetric().unwrap();
    for plaintext in [&b""[..], b"k", b"thirty-two bytes of a data key.."] {
        let blob = key.encrypt(&header(true), b"context", plaintext);
        for bit in 0..blob.len() * 8 {
            let mut changed = blob.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(decrypt(key, &changed, b"context").is_none(), "bit {bit}");
        }
        for len in 0..blob.len() {
            assert!(decrypt(key, &blob[..len], b"context").is_none(), "length {len}");
        }
        assert!(decrypt(key, &[blob.as_slice(), &[0]].concat(), b"context").is_none());
        assert!(decrypt(key, &blob, b"context").is_some());
    }
}

#[test]
fn every_flipped_bit_and_every_truncation_of_sealed_bytes_is_refused() {
    let key = SealingKey::generate();
    for plaintext in [&b""[..], b"k", b"a record of the store"] {
        let sealed = key.seal(b"aad", plaintext);
        for bit in 0..sealed.len() * 8 {
            let mut changed = sealed.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(key.open(b"aad", &changed).err(), Some(OpenError), "bit {bit}");
        }
        for len in 0..sealed.len() {
            assert_eq!(key.open(b"aad", &sealed[..len]).err(), Some(OpenError), "length {len}");
        }
        assert!(key.open(b"aad", &sealed).is_ok());
    }
}

#[test]
fn an_envelope_that_is_none_is_told_apart() {
    let material = symmetric();
    let blob = material.as_symmetric().unwrap().encrypt(&header(false), b"", b"");
    let refusal = |blob: &[u8]| Envelope::parse(blob).err();
    let mut changed = blob.clone();
    changed[0] = 2;
    assert_eq!(refusal(&changed), Some(EnvelopeError::Version));
    for form in 4..=u8::MAX {
        changed.clone_from(&blob);
        changed[1] = form;
        assert_eq!(refusal(&changed), Some(EnvelopeError::Form));
    }
    assert_eq!(refusal(&blob[1..]), Some(EnvelopeError::TooShort));
    assert_eq!(refusal(&[]), Some(EnvelopeError::TooShort));
    assert_eq!(refusal(&blob), None);
}

#[test]
fn what_an_envelope_says_is_in_it_is_authentic() {
    let material = symmetric();
    let key = material.as_symmetric().unwrap();
    for (multi_region, content, form) in [
        (false, Content::Data, 0),
        (true, Content::Data, 1),
        (false, Content::DataKey, 2),
        (true, Content::DataKey, 3),
    ] {
        let header = EnvelopeHeader { content, ..header(multi_region) };
        let blob = key.encrypt(&header, b"", b"text");
        let envelope = Envelope::parse(&blob).unwrap();
        assert_eq!((blob[1], *envelope.header()), (form, header));
        assert_eq!(key.decrypt(&envelope, b"").ok().unwrap().expose(), b"text");
        for other in (0..4).filter(|other| *other != form) {
            let mut changed = blob.clone();
            changed[1] = other;
            assert!(key.decrypt(&Envelope::parse(&changed).unwrap(), b"").is_err());
        }
    }
}

#[test]
fn one_key_does_not_open_as_another_kind() {
    let secret = random::secret(32);
    let sealing = SealingKey::from_secret(&secret).unwrap();
    let symmetric = SymmetricKey::from_secret(&secret).unwrap();
    let header = header(false);
    let blob = symmetric.encrypt(&header, b"", b"text");
    // The same key, random part, nonce and additional data: only the purpose differs.
    let as_sealed = [&[1], &blob[34..]].concat();
    assert!(sealing.open(&blob[1..34], &as_sealed).is_err());
    assert!(SealingKey::from_secret(&random::secret(31)).is_none());
    assert!(SymmetricKey::from_secret(&random::secret(33)).is_none());
}

#[test]
fn keys_may_be_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Material>();
    shared::<WrappingKey>();
    shared::<SealingKey>();
    shared::<SecretBytes>();
}

#[test]
fn ml_kem_secrets_agree_and_damage_gives_another_secret() {
    for set in [MlKemSet::K512, MlKemSet::K768, MlKemSet::K1024] {
        let key = Material::generate(KeySpec::MlKem(set)).unwrap();
        let stored = Material::from_bytes(KeySpec::MlKem(set), &key.to_bytes()).unwrap();
        let (ciphertext, secret) = key.encapsulate().unwrap();
        assert_eq!(secret.len(), 32);
        assert!(stored.decapsulate(&ciphertext).unwrap().same_as(secret.expose()));
        let (again, another) = key.encapsulate().unwrap();
        assert!(again != ciphertext && !another.same_as(secret.expose()));
        let mut damaged = ciphertext.clone();
        damaged[5] ^= 1;
        let rejected = stored.decapsulate(&damaged).unwrap();
        assert!(!rejected.same_as(secret.expose()));
        assert!(key.decapsulate(&damaged).unwrap().same_as(rejected.expose()), "rejection is deterministic");
        let other = Material::generate(KeySpec::MlKem(set)).unwrap();
        assert!(!other.decapsulate(&ciphertext).unwrap().same_as(secret.expose()));
        for wrong in [&ciphertext[1..], &[&ciphertext[..], &[0]].concat(), &[]] {
            assert_eq!(key.decapsulate(wrong).err(), Some(KemError::CiphertextLength));
        }
    }
}

#[test]
fn ml_kem_keys_are_kept_as_seeds_and_read_in_expanded_form_too() {
    for (set, oid) in [(MlKemSet::K512, "01"), (MlKemSet::K768, "02"), (MlKemSet::K1024, "03")] {
        let oid = format!("060960864801650304 04{oid}");
        let spec = KeySpec::MlKem(set);
        let material = Material::generate(spec).unwrap();
        let Material::MlKem(key) = &material else { panic!("not ML-KEM") };
        let read = |document: &[u8]| Material::from_bytes(spec, &SecretBytes::copy_of(document));

        let stored = material.to_bytes();
        let seed = &stored.expose()[stored.len() - 64..];
        assert_eq!(stored.expose(), pkcs8(&oid, &element(0x80, seed)));
        let short = pkcs8(&oid, &element(0x80, &seed[1..]));
        assert_eq!(read(&short).err(), Some(KeyError::Stored));

        let mut expanded = key.expanded();
        let document = pkcs8(&oid, &element(OCTET_STRING, &expanded));
        let again = read(&document).unwrap();
        assert_eq!(again.public_key(), material.public_key());
        assert!(again.to_bytes().same_as(&document));
        let (ciphertext, secret) = material.encapsulate().unwrap();
        assert!(again.decapsulate(&ciphertext).unwrap().same_as(secret.expose()));
        // The hash of the public key stands before the last 32 bytes.
        let hash = expanded.len() - 40;
        expanded[hash] ^= 1;
        let damaged = pkcs8(&oid, &element(OCTET_STRING, &expanded));
        assert_eq!(read(&damaged).err(), Some(KeyError::Stored), "the hash of the public key is checked");
        let both = sequence(&[&element(OCTET_STRING, seed), &element(OCTET_STRING, &key.expanded())]);
        assert_eq!(read(&pkcs8(&oid, &both)).err(), Some(KeyError::Stored), "that form is never written");
    }
}
