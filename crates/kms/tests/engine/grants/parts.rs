//! Grants of a part of an operation: of the encryption and decryption of data keys.

use api::{
    Blob, CreateKey, Encrypt, EncryptionContext, Error, ErrorCode, GrantOperation as Op, KeySpec, KeyUsage,
    ListGrants,
};
use kms::GrantedOperation::{self, Api, DecryptDataKey, EncryptDataKey};
use kms::huawei::{self, Grantee};
use kms::{Caller, Dialect};

use super::{Bench, FRIEND, OWNER, REGION, STRANGER, decrypt};
use crate::world::refused;

const DATA_KEYS: Dialect = Dialect::huawei(&["kms:dek:crypto"]);
const GRANTS: Dialect = Dialect::huawei(&["kms:grant:create"]);

impl Bench {
    /// Has an account grant another some operations.
    async fn pass(&self, from: &str, to: &str, operations: &[GrantedOperation]) -> Result<String, Error> {
        self.pass_on_key(&self.arn, from, to, operations).await
    }

    async fn pass_on_key(
        &self,
        key: &str,
        from: &str,
        to: &str,
        operations: &[GrantedOperation],
    ) -> Result<String, Error> {
        let request = huawei::CreateGrant {
            key_id: key.to_owned(),
            grantee: Grantee::Account(to.to_owned()),
            retiring: None,
            name: Some("parts".to_owned()),
            operations: operations.to_vec(),
        };
        let made = self.kms.call_as(&Caller::root("aws", from, REGION), GRANTS, request).await?;
        Ok(made.grant_id)
    }

    async fn encrypt_data_key(&self, account: &str) -> Result<Blob, Error> {
        let request = huawei::EncryptDataKey {
            key_id: self.arn.clone(),
            plaintext: Blob::new([7; 32]),
            encryption_context: None::<EncryptionContext>,
        };
        let answer = self.kms.call_as(&Caller::root("aws", account, REGION), DATA_KEYS, request).await?;
        Ok(answer.ciphertext_blob)
    }

    async fn decrypt_data_key(&self, account: &str, ciphertext: &Blob) -> Result<Blob, Error> {
        let request = huawei::DecryptDataKey {
            ciphertext: ciphertext.clone(),
            key_id: Some(self.arn.clone()),
            encryption_context: None,
        };
        let answer = self.kms.call_as(&Caller::root("aws", account, REGION), DATA_KEYS, request).await?;
        Ok(answer.plaintext.unwrap_or_default())
    }
}

#[tokio::test]
async fn a_part_allows_the_part_and_the_whole_both() {
    let bench = Bench::new().await;
    refused(bench.encrypt_data_key(FRIEND).await, ErrorCode::AccessDenied);
    let part = bench.pass(OWNER, FRIEND, &[EncryptDataKey]).await.unwrap();
    let data_key = bench.encrypt_data_key(FRIEND).await.unwrap();
    refused(bench.encrypt(FRIEND, &[]).await, ErrorCode::AccessDenied);
    // By the other API too, the whole is more.
    let whole = Encrypt::request(&bench.arn, Blob::new(*b"m"));
    let answer = bench.kms.call_as(&Caller::root("aws", FRIEND, REGION), DATA_KEYS, whole).await;
    refused(answer, ErrorCode::AccessDenied);
    refused(bench.decrypt_data_key(FRIEND, &data_key).await, ErrorCode::AccessDenied);
    bench.pass(OWNER, FRIEND, &[DecryptDataKey]).await.unwrap();
    assert_eq!(bench.decrypt_data_key(FRIEND, &data_key).await.unwrap().as_bytes(), [7; 32]);
    refused(bench.call(FRIEND, decrypt(&data_key)).await, ErrorCode::AccessDenied);
    bench.revoke(&part).await;
    refused(bench.encrypt_data_key(FRIEND).await, ErrorCode::AccessDenied);

    bench.grant(&[Op::Encrypt, Op::Decrypt]).await;
    let data_key = bench.encrypt_data_key(FRIEND).await.unwrap();
    assert_eq!(bench.decrypt_data_key(FRIEND, &data_key).await.unwrap().as_bytes(), [7; 32]);
    bench.call(FRIEND, decrypt(&data_key)).await.unwrap();
}

#[tokio::test]
async fn passing_on_knows_the_part_from_the_whole() {
    let bench = Bench::new().await;
    bench.pass(OWNER, FRIEND, &[EncryptDataKey, Api(Op::CreateGrant)]).await.unwrap();
    refused(bench.pass(FRIEND, STRANGER, &[Api(Op::Encrypt)]).await, ErrorCode::AccessDenied);
    refused(bench.pass(FRIEND, STRANGER, &[DecryptDataKey]).await, ErrorCode::AccessDenied);
    bench.pass(FRIEND, STRANGER, &[EncryptDataKey]).await.unwrap();
    bench.encrypt_data_key(STRANGER).await.unwrap();
    refused(bench.encrypt(STRANGER, &[]).await, ErrorCode::AccessDenied);

    bench.grant(&[Op::Decrypt, Op::CreateGrant]).await;
    bench.pass(FRIEND, STRANGER, &[DecryptDataKey]).await.unwrap();
    let data_key = bench.encrypt_data_key(OWNER).await.unwrap();
    bench.decrypt_data_key(STRANGER, &data_key).await.unwrap();
    refused(bench.call(STRANGER, decrypt(&data_key)).await, ErrorCode::AccessDenied);
}

#[tokio::test]
async fn lists_show_a_part_as_the_whole_that_the_api_knows() {
    let bench = Bench::new().await;
    let all = [EncryptDataKey, Api(Op::DescribeKey), Api(Op::Encrypt), DecryptDataKey, EncryptDataKey];
    let id = bench.pass(OWNER, FRIEND, &all).await.unwrap();
    // Sent again it is the same grant, in whatever order.
    let again = [DecryptDataKey, EncryptDataKey, Api(Op::Encrypt), Api(Op::DescribeKey)];
    assert_eq!(bench.pass(OWNER, FRIEND, &again).await.unwrap(), id);
    assert_ne!(bench.pass(OWNER, FRIEND, &again[..3]).await.unwrap(), id);
    let listed = bench.call(OWNER, ListGrants::request(&bench.key)).await.unwrap().grants;
    let grant = listed.iter().find(|grant| grant.grant_id == id).unwrap();
    assert_eq!(grant.operations, [Op::Encrypt, Op::DescribeKey, Op::Decrypt]);
}

#[tokio::test]
async fn keys_that_encrypt_no_data_keys_have_no_such_grants() {
    let bench = Bench::new().await;
    for (spec, usage) in
        [(KeySpec::Rsa2048, KeyUsage::EncryptDecrypt), (KeySpec::Hmac256, KeyUsage::GenerateVerifyMac)]
    {
        let mut request = CreateKey::request();
        (request.key_spec, request.key_usage) = (Some(spec), Some(usage));
        let key = bench.call(OWNER, request).await.unwrap().key_metadata.key_id;
        for part in [EncryptDataKey, DecryptDataKey] {
            let answer = bench.pass_on_key(&key, OWNER, FRIEND, &[part]).await;
            let error = refused(answer, ErrorCode::Validation);
            assert_eq!(error.reason(), Some(api::Reason::NotSymmetric), "{spec}");
        }
    }
    let answer = bench.pass(OWNER, FRIEND, &[Api(Op::CreateGrant)]).await;
    assert_eq!(refused(answer, ErrorCode::Validation).reason(), Some(api::Reason::OnlyCreateGrant));
}
