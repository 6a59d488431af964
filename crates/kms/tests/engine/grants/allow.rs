//! What grants allow, to whom and when.

use std::sync::atomic::Ordering;

use api::{
    Blob, CreateAlias, CreateKey, DataKeySpec, DescribeKey, DisableKey, Encrypt, ErrorCode, GenerateDataKey,
    GenerateMac, GetPublicKey, GrantConstraints, GrantOperation as Op, KeySpec, KeyUsage, ListGrants,
    MacAlgorithmSpec, ReEncrypt, RevokeGrant, ScheduleKeyDeletion, Sign, SigningAlgorithmSpec,
};
use kms::{Caller, Operation};
use seal::{Changes, Commit};

use super::{Bench, FRIEND, NO_KEY, OWNER, REGION, SOURCE, STRANGER, by_id, decrypt, equals, source, subset};
use crate::authorization::people::{by, user};
use crate::world::{DAY, refused};

#[tokio::test]
async fn another_account_may_do_what_a_grant_lists_and_no_more() {
    let bench = Bench::new().await;
    let blob = bench.encrypt(OWNER, &[]).await.unwrap();
    refused(bench.encrypt(FRIEND, &[]).await, ErrorCode::AccessDenied);
    refused(bench.call(FRIEND, decrypt(&blob)).await, ErrorCode::AccessDenied);
    refused(bench.call(FRIEND, DescribeKey::request(&bench.arn)).await, ErrorCode::AccessDenied);

    let grant = bench.grant(&[Op::Encrypt, Op::Decrypt, Op::DescribeKey]).await;
    assert_eq!(grant.grant_id.len(), 64);
    let theirs = bench.encrypt(FRIEND, &[]).await.unwrap();
    for blob in [&blob, &theirs] {
        let opened = bench.call(FRIEND, decrypt(blob)).await.unwrap();
        assert_eq!((opened.plaintext.unwrap().as_bytes(), opened.key_id), (&b"m"[..], bench.arn.clone()));
    }
    let described = bench.call(FRIEND, DescribeKey::request(&bench.arn)).await.unwrap().key_metadata;
    assert_eq!(described.aws_account_id, OWNER);

    let mut data_key = GenerateDataKey::request(&bench.arn);
    data_key.key_spec = Some(DataKeySpec::Aes256);
    refused(bench.call(FRIEND, data_key).await, ErrorCode::AccessDenied);
    refused(bench.call(FRIEND, DisableKey::request(&bench.arn)).await, ErrorCode::AccessDenied);
    refused(bench.call(FRIEND, ListGrants::request(&bench.arn)).await, ErrorCode::AccessDenied);
    refused(
        bench.call(FRIEND, RevokeGrant::request(&bench.arn, &grant.grant_id)).await,
        ErrorCode::AccessDenied,
    );
    refused(bench.encrypt(STRANGER, &[]).await, ErrorCode::AccessDenied);
    // A bare key id names a key of the caller's own account.
    refused(bench.call(FRIEND, DescribeKey::request(&bench.key)).await, ErrorCode::NotFound);

    bench.revoke(&grant.grant_id).await;
    refused(bench.encrypt(FRIEND, &[]).await, ErrorCode::AccessDenied);
    refused(bench.call(FRIEND, decrypt(&blob)).await, ErrorCode::AccessDenied);
    refused(bench.call(FRIEND, DescribeKey::request(&bench.arn)).await, ErrorCode::AccessDenied);
    bench.encrypt(OWNER, &[]).await.unwrap();
}

#[tokio::test]
async fn a_key_can_be_named_by_its_alias_in_the_other_account() {
    let bench = Bench::new().await;
    bench.call(OWNER, CreateAlias::request("alias/shared", &bench.key)).await.unwrap();
    let alias = format!("arn:aws:kms:{REGION}:{OWNER}:alias/shared");
    let ask = || Encrypt::request(&alias, Blob::new(*b"m"));
    refused(bench.call(FRIEND, ask()).await, ErrorCode::AccessDenied);
    bench.grant(&[Op::Encrypt]).await;
    assert_eq!(bench.call(FRIEND, ask()).await.unwrap().key_id, bench.arn);
    let own = Encrypt::request("alias/shared", Blob::new(*b"m"));
    refused(bench.call(FRIEND, own).await, ErrorCode::NotFound);
}

/// What a denied caller learns: the text, and how often the store was asked.
async fn denial<O: Operation>(bench: &Bench, caller: &Caller, request: O) -> (String, usize) {
    let before = bench.store.reads.load(Ordering::Relaxed);
    let error = refused(bench.kms.call(caller, request).await, ErrorCode::AccessDenied);
    (error.message().unwrap().to_owned(), bench.store.reads.load(Ordering::Relaxed) - before)
}

#[tokio::test]
async fn whoever_has_no_grant_cannot_tell_what_there_is() {
    let bench = Bench::new().await;
    bench.call(OWNER, CreateAlias::request("alias/there", &bench.key)).await.unwrap();
    let alias = |name: &str| format!("arn:aws:kms:{REGION}:{OWNER}:alias/{name}");
    let key = |id: &str| bench.arn.replace(&bench.key, id);
    let stranger = Caller::root("aws", STRANGER, REGION);
    for (there, absent) in [(bench.arn.clone(), key(NO_KEY)), (alias("there"), alias("absent"))] {
        for operation in ["Encrypt", "DescribeKey", "GetPublicKey"] {
            let learns = |arn: String| {
                let (bench, stranger) = (&bench, &stranger);
                async move {
                    match operation {
                        "Encrypt" => denial(bench, stranger, Encrypt::request(&arn, Blob::new(*b"m"))).await,
                        "DescribeKey" => denial(bench, stranger, DescribeKey::request(&arn)).await,
                        _ => denial(bench, stranger, GetPublicKey::request(&arn)).await,
                    }
                }
            };
            let (of_this, of_none) = (learns(there.clone()).await, learns(absent.clone()).await);
            assert!(of_this.0.contains(&format!("on resource: {there} because")), "{}", of_this.0);
            assert!(there == bench.arn || !of_this.0.contains(&bench.key), "{}", of_this.0);
            assert_eq!((of_this.0.replace(&there, &absent), of_this.1), of_none, "{operation}");
        }
    }
    // Nor by a ciphertext: one of a key that is here, one of a key that is in no store here.
    let (ours, theirs) = (bench.encrypt(OWNER, &[]).await.unwrap(), Bench::new().await);
    let theirs = theirs.encrypt(OWNER, &[]).await.unwrap();
    let of_ours = denial(&bench, &stranger, decrypt(&ours)).await;
    assert_eq!(of_ours, denial(&bench, &stranger, decrypt(&theirs)).await);
    // Nor by retiring: who knows no grant learns of no key.
    let mut asked = Vec::new();
    for arn in [&bench.arn, &key(NO_KEY)] {
        let before = bench.store.reads.load(Ordering::Relaxed);
        let error = refused(bench.call(STRANGER, by_id(arn, super::NO_GRANT)).await, ErrorCode::NotFound);
        asked.push((error.to_string(), bench.store.reads.load(Ordering::Relaxed) - before));
    }
    assert_eq!(asked[0], asked[1]);
}

#[tokio::test]
async fn in_its_own_account_an_alias_is_no_secret() {
    let bench = Bench::new().await;
    bench.call(OWNER, CreateAlias::request("alias/there", &bench.key)).await.unwrap();
    let ann = by(user(OWNER, "ann", &[]));
    for (name, resource) in [
        ("alias/there", bench.arn.clone()),
        ("alias/absent", format!("arn:aws:kms:{REGION}:{OWNER}:alias/absent")),
    ] {
        let (text, _) = denial(&bench, &ann, Encrypt::request(name, Blob::new(*b"m"))).await;
        assert!(
            text.contains(&format!("on resource: {resource} because no identity-based policy")),
            "{text}"
        );
    }
}

#[tokio::test]
async fn a_grant_on_a_key_that_is_no_more_allows_nothing() {
    let bench = Bench::new().await;
    bench.grant(&[Op::Encrypt, Op::DescribeKey]).await;
    bench.call(OWNER, ScheduleKeyDeletion::request(&bench.key)).await.unwrap();
    bench.clock.advance(31 * DAY);
    // Not swept: the grant is in the store.
    let friend = Caller::root("aws", FRIEND, REGION);
    let (text, _) = denial(&bench, &friend, DescribeKey::request(&bench.arn)).await;
    let absent = bench.arn.replace(&bench.key, NO_KEY);
    let (of_none, _) = denial(&bench, &friend, DescribeKey::request(&absent)).await;
    assert_eq!(text.replace(&bench.arn, &absent), of_none);
}

#[tokio::test]
async fn a_ciphertext_leads_a_grantee_to_a_key_that_is_older_than_the_record_of_its_owner() {
    let bench = Bench::new().await;
    let blob = bench.encrypt(OWNER, &[]).await.unwrap();
    let mut changes = Changes::default();
    changes.delete(&format!("owner/{REGION}/{}", bench.key));
    assert!(matches!(bench.records().await.commit(changes).await.unwrap(), Commit::Done(_)));
    bench.call(OWNER, decrypt(&blob)).await.unwrap();
    refused(bench.call(FRIEND, decrypt(&blob)).await, ErrorCode::AccessDenied);
    bench.grant(&[Op::Decrypt]).await;
    assert_eq!(bench.call(FRIEND, decrypt(&blob)).await.unwrap().key_id, bench.arn);
}

#[tokio::test]
async fn re_encryption_takes_a_grant_on_either_side() {
    let bench = Bench::new().await;
    let other = bench.create(KeySpec::SymmetricDefault, KeyUsage::EncryptDecrypt).await;
    let blob = bench.encrypt(OWNER, &[]).await.unwrap();
    let ask = || {
        let mut request = ReEncrypt::request(&other);
        request.ciphertext_blob = Some(blob.clone());
        request
    };
    let from = bench.asked(&[Op::ReEncryptFrom]);
    let mut to = bench.asked(&[Op::ReEncryptTo]);
    to.key_id.clone_from(&other);
    refused(bench.call(FRIEND, ask()).await, ErrorCode::AccessDenied);
    let first = bench.call(OWNER, from).await.unwrap();
    refused(bench.call(FRIEND, ask()).await, ErrorCode::AccessDenied);
    bench.call(OWNER, to).await.unwrap();
    let answer = bench.call(FRIEND, ask()).await.unwrap();
    assert_eq!((answer.source_key_id, answer.key_id), (bench.arn.clone(), other.clone()));
    bench.revoke(&first.grant_id).await;
    refused(bench.call(FRIEND, ask()).await, ErrorCode::AccessDenied);
}

#[tokio::test]
async fn grants_on_other_kinds_of_keys() {
    let bench = Bench::new().await;
    let (mac, sign) = (
        bench.create(KeySpec::Hmac256, KeyUsage::GenerateVerifyMac).await,
        bench.create(KeySpec::EccNistP256, KeyUsage::SignVerify).await,
    );
    for (arn, operation) in [(&mac, Op::GenerateMac), (&sign, Op::Sign), (&sign, Op::GetPublicKey)] {
        let mac = || GenerateMac::request(Blob::new(*b"m"), arn, MacAlgorithmSpec::HmacSha256);
        let signature = || Sign::request(arn, Blob::new(*b"m"), SigningAlgorithmSpec::EcdsaSha256);
        let call = || async {
            match operation {
                Op::GenerateMac => bench.call(FRIEND, mac()).await.map(drop),
                Op::Sign => bench.call(FRIEND, signature()).await.map(drop),
                _ => bench.call(FRIEND, GetPublicKey::request(arn)).await.map(drop),
            }
        };
        refused(call().await, ErrorCode::AccessDenied);
        let mut request = bench.asked(&[operation]);
        request.key_id.clone_from(arn);
        bench.call(OWNER, request).await.unwrap();
        call().await.unwrap();
    }
}

/// What a request has for encryption context, and whether it is allowed.
type Tried = (&'static [(&'static str, &'static str)], bool);

#[tokio::test]
async fn constraints_look_at_the_encryption_context() {
    let cases: [(&str, GrantConstraints, &[Tried]); 6] = [
        (
            "subset",
            subset(&[("Department", "IT")]),
            &[
                (&[("Department", "IT")], true),
                (&[("department", "IT")], true),
                (&[("Department", "IT"), ("more", "x")], true),
                (&[("Department", "it")], false),
                (&[("Department", "IT"), ("department", "HR")], false),
                (&[("more", "IT")], false),
                (&[], false),
            ],
        ),
        (
            "subset of two",
            subset(&[("a", "1"), ("b", "2")]),
            &[
                (&[("b", "2"), ("a", "1")], true),
                (&[("b", "2"), ("a", "1"), ("c", "3")], true),
                (&[("a", "1")], false),
                (&[("a", "2"), ("b", "1")], false),
            ],
        ),
        ("empty subset", subset(&[]), &[(&[], true), (&[("a", "1")], true)]),
        (
            "equals",
            equals(&[("Department", "IT")]),
            &[
                (&[("Department", "IT")], true),
                (&[("DEPARTMENT", "IT")], true),
                (&[("Department", "IT"), ("more", "x")], false),
                (&[("Department", "HR")], false),
                (&[], false),
            ],
        ),
        ("empty equals", equals(&[]), &[(&[], true), (&[("a", "1")], false)]),
        ("source", source(), &[(&[], false), (&[("aws:SourceArn", SOURCE)], false)]),
    ];
    let bench = Bench::new().await;
    for (name, constraints, tried) in cases {
        let grant = bench.constrained(&[Op::Encrypt, Op::DescribeKey], constraints.clone()).await;
        for (pairs, allowed) in tried {
            let answer = bench.encrypt(FRIEND, pairs).await;
            if *allowed {
                answer.unwrap_or_else(|error| panic!("{name} {pairs:?}: {error}"));
            } else {
                refused(answer, ErrorCode::AccessDenied);
            }
        }
        let described = bench.call(FRIEND, DescribeKey::request(&bench.arn)).await;
        assert_eq!(described.is_ok(), constraints.source_arn.is_none(), "{name}");
        assert_eq!(bench.listed().await[0].constraints, Some(constraints), "{name}");
        bench.revoke(&grant.grant_id).await;
    }
}

#[tokio::test]
async fn several_grants_add_up() {
    let bench = Bench::new().await;
    bench.constrained(&[Op::Encrypt], subset(&[("a", "1")])).await;
    bench.constrained(&[Op::Encrypt], subset(&[("a", "2")])).await;
    bench.constrained(&[Op::Encrypt], equals(&[("b", "1")])).await;
    let last = bench.constrained(&[Op::Decrypt, Op::Encrypt], subset(&[("c", "1")])).await;
    for pairs in [&[("a", "1")][..], &[("a", "2"), ("x", "y")], &[("b", "1")], &[("b", "2"), ("c", "1")]] {
        bench.encrypt(FRIEND, pairs).await.unwrap();
    }
    for pairs in [&[("a", "3")][..], &[("b", "1"), ("x", "y")], &[("c", "2")], &[]] {
        refused(bench.encrypt(FRIEND, pairs).await, ErrorCode::AccessDenied);
    }
    bench.revoke(&last.grant_id).await;
    refused(bench.encrypt(FRIEND, &[("c", "1")]).await, ErrorCode::AccessDenied);
    bench.encrypt(FRIEND, &[("a", "1")]).await.unwrap();
}

#[tokio::test]
async fn tokens() {
    let bench = Bench::new().await;
    let grant = bench.grant(&[Op::Encrypt]).await;
    let url_safe = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    assert!(grant.grant_token.bytes().all(url_safe), "{}", grant.grant_token);
    let with = |tokens: &[&str]| {
        let mut request = Encrypt::request(&bench.arn, Blob::new(*b"m"));
        request.grant_tokens = Some(tokens.iter().map(|&token| token.to_owned()).collect());
        request
    };
    let token = grant.grant_token.as_str();
    for account in [OWNER, FRIEND] {
        bench.call(account, with(&[token])).await.unwrap();
        bench.call(account, with(&[token; 10])).await.unwrap();
        bench.call(account, with(&[])).await.unwrap();
        refused(bench.call(account, with(&[token, "x"])).await, ErrorCode::InvalidGrantToken);
    }
    // A token helps nobody but the grantee.
    refused(bench.call(STRANGER, with(&[token])).await, ErrorCode::AccessDenied);
    let mut forged = grant.grant_token.clone().into_bytes();
    for place in (0..forged.len()).step_by(7) {
        let was = std::mem::replace(&mut forged[place], b'-');
        if was != b'-' {
            let forged = std::str::from_utf8(&forged).unwrap();
            refused(bench.call(OWNER, with(&[forged])).await, ErrorCode::InvalidGrantToken);
        }
        forged[place] = was;
    }
    let elsewhere = bench.call_in("us-east-1", OWNER, CreateKey::request()).await.unwrap().key_metadata.arn;
    let mut request = with(&[token]);
    request.key_id = elsewhere;
    refused(bench.call_in("us-east-1", OWNER, request).await, ErrorCode::InvalidGrantToken);

    bench.revoke(&grant.grant_id).await;
    bench.call(OWNER, with(&[token])).await.unwrap();
    refused(bench.call(FRIEND, with(&[token])).await, ErrorCode::AccessDenied);
}
