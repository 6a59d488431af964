//! `cargo run --package fuzz --bin corpora`: makes the corpora anew, small true inputs for every target.

use std::path::{Path, PathBuf};
use std::{fs, io};

use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, Uri};
use sigv4::{Signer, sdk_hmac};

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    envelopes()?;
    tokens()?;
    signatures()?;
    sdk_signatures()?;
    requests()?;
    policies()?;
    evaluations()?;
    attestations()?;
    Ok(())
}

fn write(target: &str, name: &str, content: &[u8]) -> io::Result<()> {
    let folder = folder(target);
    fs::create_dir_all(&folder)?;
    fs::write(folder.join(name), content)
}

fn folder(target: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target)
}

fn envelopes() -> Result<(), Failure> {
    let key = fuzz::key().as_symmetric().ok_or("the key is symmetric")?;
    let context = crypto::encode_context(fuzz::CONTEXT.iter().copied());
    for (name, multi_region) in [("single-region", false), ("multi-region", true)] {
        let header = fuzz::header(multi_region);
        write("envelope", name, &key.encrypt(&header, &context, b"a true envelope"))?;
        write("envelope", &format!("{name}-without-context"), &key.encrypt(&header, &[], b"other"))?;
        write("envelope", &format!("{name}-empty"), &key.encrypt(&header, &[], b""))?;
    }
    Ok(())
}

fn tokens() -> Result<(), Failure> {
    let (given, plain) = fuzz::parameters();
    write("token", "sealed", given.import_token.as_bytes())?;
    write("token", "opened", &plain)?;
    write("token", "only-claims", plain.get(..200).unwrap_or_default())?;
    write("token", "no-claims", b"\0\0")?;
    Ok(())
}

fn sdk_signatures() -> Result<(), Failure> {
    let plain =
        sdk_hmac::Signer { access_key_id: fuzz::ACCESS_KEY, secret: fuzz::SECRET, session_token: None };
    let session = sdk_hmac::Signer { session_token: Some("a/session+token=="), ..plain };
    for (name, signer) in [("plain", plain), ("session", session)] {
        let mut headers = HeaderMap::new();
        headers.insert("content-type", HeaderValue::from_static("application/json;charset=utf-8"));
        headers.insert("x-project-id", HeaderValue::from_static("0d0466b0e7274d9cb35df84bb474a37f"));
        let uri: Uri =
            "http://127.0.0.1:4599/v1.0/0d0466b0e7274d9cb35df84bb474a37f/kms/tags?a=b%20c&a=".parse()?;
        signer.sign_headers("POST", &uri, &mut headers, b"{}", fuzz::NOW)?;
        let target = uri.path_and_query().ok_or("a URI with a path")?.as_str();
        write("sdk_signature", name, &message(target, &headers, b"{}"))?;
        headers.remove("authorization");
        write("sdk_signature", &format!("{name}-unsigned"), &message(target, &headers, b"{}"))?;
    }
    Ok(())
}

fn signatures() -> Result<(), Failure> {
    let plain = Signer {
        access_key_id: fuzz::ACCESS_KEY,
        secret: fuzz::SECRET,
        session_token: None,
        region: "us-east-1",
        service: "kms",
    };
    let session =
        Signer { access_key_id: "ASIAIOSFODNN7EXAMPLE", session_token: Some("a/session+token=="), ..plain };
    let uri: Uri = "http://127.0.0.1:4599/".parse()?;
    for (name, signer) in [("header", plain), ("header-session", session)] {
        let mut headers = call_headers();
        signer.sign_headers("POST", &uri, &mut headers, b"{}", fuzz::NOW)?;
        write("signature", name, &message("/", &headers, b"{}"))?;
        write("signature", &name.replace("header", "loose"), &message("/", &loosened(headers)?, b"{}"))?;
    }
    for (name, signer) in [("query", plain), ("query-session", session)] {
        let mut headers = call_headers();
        let members: Uri = "http://127.0.0.1:4599/?Limit=5&Marker=a%20b".parse()?;
        let presigned = signer.presign("POST", &members, &headers, b"", 3600, fuzz::NOW)?;
        headers.insert("host", HeaderValue::from_static("127.0.0.1:4599"));
        let target = presigned.path_and_query().ok_or("a URI with a query")?.as_str();
        write("signature", name, &message(target, &headers, b""))?;
    }
    write("signature", "unsigned", &message("/", &call_headers(), b"{}"))?;
    Ok(())
}

fn call_headers() -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-amz-json-1.1"));
    headers.insert("x-amz-target", HeaderValue::from_static("TrentService.ListKeys"));
    headers
}

/// The parts of the Authorization header as headers of their own.
fn loosened(mut headers: HeaderMap) -> Result<HeaderMap, Failure> {
    let authorization = headers.remove("authorization").ok_or("a signed request")?;
    let (algorithm, parts) = authorization.to_str()?.split_once(' ').ok_or("an algorithm")?;
    headers.insert("x-amz-algorithm", algorithm.parse()?);
    for part in parts.split(", ") {
        let (name, value) = part.split_once('=').ok_or("a part")?;
        let name: http::HeaderName = format!("x-amz-{}", name.to_ascii_lowercase()).parse()?;
        headers.insert(name, value.parse()?);
    }
    Ok(headers)
}

fn message(target: &str, headers: &HeaderMap, body: &[u8]) -> Vec<u8> {
    let mut message = format!("POST {target} HTTP/1.1\r\n").into_bytes();
    for (name, value) in headers {
        message.extend_from_slice(name.as_str().as_bytes());
        message.extend_from_slice(b": ");
        message.extend_from_slice(value.as_bytes());
        message.extend_from_slice(b"\r\n");
    }
    message.extend_from_slice(b"\r\n");
    message.extend_from_slice(body);
    message
}

/// A full request of each kind, and for some a second one.
const BODIES: &[(&str, &str)] = &[
    ("CancelKeyDeletion", r#"{"KeyId":"1234abcd-12ab-34cd-56ef-1234567890ab"}"#),
    ("ConnectCustomKeyStore", r#"{"CustomKeyStoreId":"cks-1234567890abcdef0"}"#),
    ("CreateAlias", r#"{"AliasName":"alias/a/b_c-1","TargetKeyId":"1234abcd-12ab-34cd-56ef-1234567890ab"}"#),
    (
        "CreateCustomKeyStore",
        r#"{"CustomKeyStoreName":"a store","CloudHsmClusterId":"cluster-2a3b4c5d6e7","TrustAnchorCertificate":"-----BEGIN CERTIFICATE-----","KeyStorePassword":"kmsPswd"}"#,
    ),
    (
        "CreateCustomKeyStore",
        r#"{"CustomKeyStoreName":"b","CustomKeyStoreType":"EXTERNAL_KEY_STORE","XksProxyUriEndpoint":"https://xks.example.com","XksProxyUriPath":"/a/kms/xks/v1","XksProxyVpcEndpointServiceName":"com.amazonaws.vpce.us-east-1.vpce-svc-0a1b","XksProxyVpcEndpointServiceOwner":"000000000000","XksProxyAuthenticationCredential":{"AccessKeyId":"ABCDEFGHIJKLMNOPQRS7","RawSecretAccessKey":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"},"XksProxyConnectivity":"VPC_ENDPOINT_SERVICE"}"#,
    ),
    (
        "CreateGrant",
        r#"{"KeyId":"1234abcd-12ab-34cd-56ef-1234567890ab","GranteePrincipal":"arn:aws:iam::000000000000:user/a","RetiringPrincipal":"arn:aws:iam::000000000000:user/a","Operations":["Decrypt","ReEncryptFrom"],"Constraints":{"EncryptionContextSubset":{"a":"b"},"SourceArn":"arn:aws:s3:us-east-1:000000000000:x"},"GrantTokens":[],"Name":"a-grant","DryRun":true}"#,
    ),
    (
        "CreateGrant",
        r#"{"KeyId":"1234abcd-12ab-34cd-56ef-1234567890ab","GranteeServicePrincipal":"ec2.amazonaws.com","RetiringServicePrincipal":"ec2.amazonaws.com","Operations":["CreateGrant"],"Constraints":{"EncryptionContextEquals":{}}}"#,
    ),
    ("CreateKey", "{}"),
    (
        "CreateKey",
        r#"{"Policy":"{\"Version\":\"2012-10-17\"}","Description":"d","KeyUsage":"SIGN_VERIFY","KeySpec":"RSA_2048","Origin":"EXTERNAL","BypassPolicyLockoutSafetyCheck":true,"Tags":[{"TagKey":"a","TagValue":"b"},{"TagKey":"c","TagValue":""}],"MultiRegion":true}"#,
    ),
    (
        "CreateKey",
        r#"{"CustomerMasterKeySpec":"ECC_NIST_P256","KeyUsage":"KEY_AGREEMENT","XksKeyId":"x","CustomKeyStoreId":"cks-1"}"#,
    ),
    (
        "Decapsulate",
        r#"{"KeyId":"alias/a","SharedSecretCiphertextBlob":"AQID","EncapsulationAlgorithm":"ML_KEM","DryRun":false}"#,
    ),
    (
        "Decrypt",
        r#"{"CiphertextBlob":"AQIDBA==","EncryptionContext":{"a":"b"},"GrantTokens":["t"],"KeyId":"alias/a","EncryptionAlgorithm":"RSAES_OAEP_SHA_256","DryRun":true,"DryRunModifiers":["IGNORE_CIPHERTEXT"]}"#,
    ),
    ("DeleteAlias", r#"{"AliasName":"alias/a"}"#),
    ("DeleteCustomKeyStore", r#"{"CustomKeyStoreId":"cks-1234567890abcdef0"}"#),
    (
        "DeleteImportedKeyMaterial",
        r#"{"KeyId":"mrk-1234abcd12ab34cd56ef1234567890ab","KeyMaterialId":"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"}"#,
    ),
    (
        "DeriveSharedSecret",
        r#"{"KeyId":"alias/a","KeyAgreementAlgorithm":"ECDH","PublicKey":"MFkw","GrantTokens":["t"],"Recipient":{"KeyEncryptionAlgorithm":"RSAES_OAEP_SHA_256","AttestationDocument":"hEE="}}"#,
    ),
    (
        "DescribeCustomKeyStores",
        r#"{"CustomKeyStoreId":"cks-1234567890abcdef0","CustomKeyStoreName":"a store","Limit":1,"Marker":"m"}"#,
    ),
    ("DescribeKey", r#"{"KeyId":"arn:aws:kms:us-east-1:000000000000:alias/a","GrantTokens":[]}"#),
    ("DisableKey", r#"{"KeyId":"1234abcd-12ab-34cd-56ef-1234567890ab"}"#),
    ("DisableKeyRotation", r#"{"KeyId":"1234abcd-12ab-34cd-56ef-1234567890ab"}"#),
    ("DisconnectCustomKeyStore", r#"{"CustomKeyStoreId":"cks-1234567890abcdef0"}"#),
    ("EnableKey", r#"{"KeyId":"1234abcd-12ab-34cd-56ef-1234567890ab"}"#),
    ("EnableKeyRotation", r#"{"KeyId":"1234abcd-12ab-34cd-56ef-1234567890ab","RotationPeriodInDays":90}"#),
    ("Encapsulate", r#"{"KeyId":"alias/a","EncapsulationAlgorithm":"ML_KEM","GrantTokens":["t"]}"#),
    (
        "Encrypt",
        r#"{"KeyId":"alias/a","Plaintext":"c2VjcmV0","EncryptionContext":{"a":"b","":""},"EncryptionAlgorithm":"SYMMETRIC_DEFAULT"}"#,
    ),
    (
        "GenerateDataKey",
        r#"{"KeyId":"alias/a","NumberOfBytes":32,"Recipient":{"KeyEncryptionAlgorithm":"RSAES_OAEP_SHA_256"}}"#,
    ),
    (
        "GenerateDataKeyPair",
        r#"{"KeyId":"alias/a","KeyPairSpec":"ECC_NIST_EDWARDS25519","EncryptionContext":{"a":"b"}}"#,
    ),
    (
        "GenerateDataKeyPairWithoutPlaintext",
        r#"{"KeyId":"alias/a","KeyPairSpec":"ML_KEM_768","DryRun":true}"#,
    ),
    ("GenerateDataKeyWithoutPlaintext", r#"{"KeyId":"alias/a","KeySpec":"AES_256","EncryptionContext":{}}"#),
    ("GenerateMac", r#"{"KeyId":"alias/a","Message":"bQ==","MacAlgorithm":"HMAC_SHA_256","DryRun":true}"#),
    ("GenerateRandom", r#"{"NumberOfBytes":1024}"#),
    ("GetKeyLastUsage", r#"{"KeyId":"1234abcd-12ab-34cd-56ef-1234567890ab"}"#),
    ("GetKeyPolicy", r#"{"KeyId":"1234abcd-12ab-34cd-56ef-1234567890ab","PolicyName":"default"}"#),
    ("GetKeyRotationStatus", r#"{"KeyId":"1234abcd-12ab-34cd-56ef-1234567890ab"}"#),
    (
        "GetParametersForImport",
        r#"{"KeyId":"1234abcd-12ab-34cd-56ef-1234567890ab","WrappingAlgorithm":"RSA_AES_KEY_WRAP_SHA_256","WrappingKeySpec":"RSA_4096"}"#,
    ),
    ("GetPublicKey", r#"{"KeyId":"alias/a"}"#),
    (
        "ImportKeyMaterial",
        r#"{"KeyId":"1234abcd-12ab-34cd-56ef-1234567890ab","ImportToken":"AQID","EncryptedKeyMaterial":"BAUG","ExpirationModel":"KEY_MATERIAL_EXPIRES","ValidTo":1668815672,"ImportType":"NEW_KEY_MATERIAL","KeyMaterialDescription":"from the safe"}"#,
    ),
    (
        "ImportKeyMaterial",
        r#"{"KeyId":"1234abcd-12ab-34cd-56ef-1234567890ab","ImportToken":"AQID","EncryptedKeyMaterial":"BAUG","ValidTo":1.668815672456E9}"#,
    ),
    ("ListAliases", r#"{"KeyId":"1234abcd-12ab-34cd-56ef-1234567890ab","Limit":50,"Marker":"m"}"#),
    (
        "ListGrants",
        r#"{"KeyId":"1234abcd-12ab-34cd-56ef-1234567890ab","Limit":50,"Marker":"m","GrantId":"0000000000000000000000000000000000000000000000000000000000000000","GranteePrincipal":"arn:aws:iam::000000000000:user/a","GranteeServicePrincipal":"ec2.amazonaws.com"}"#,
    ),
    ("ListKeyPolicies", r#"{"KeyId":"1234abcd-12ab-34cd-56ef-1234567890ab","Limit":1,"Marker":"m"}"#),
    (
        "ListKeyRotations",
        r#"{"KeyId":"1234abcd-12ab-34cd-56ef-1234567890ab","IncludeKeyMaterial":"ALL_KEY_MATERIAL","Limit":1}"#,
    ),
    ("ListKeys", r#"{"Limit":1000,"ResourceOwners":["SELF"]}"#),
    ("ListResourceTags", r#"{"KeyId":"1234abcd-12ab-34cd-56ef-1234567890ab","Limit":50,"Marker":"m"}"#),
    (
        "ListRetirableGrants",
        r#"{"RetiringPrincipal":"arn:aws:iam::000000000000:user/a","RetiringServicePrincipal":"ec2.amazonaws.com","Limit":1,"Marker":"m"}"#,
    ),
    (
        "PutKeyPolicy",
        r#"{"KeyId":"1234abcd-12ab-34cd-56ef-1234567890ab","PolicyName":"default","Policy":"{}","BypassPolicyLockoutSafetyCheck":true}"#,
    ),
    (
        "ReEncrypt",
        r#"{"CiphertextBlob":"AQID","SourceEncryptionContext":{"a":"b"},"SourceKeyId":"alias/a","DestinationKeyId":"alias/b","DestinationEncryptionContext":{},"SourceEncryptionAlgorithm":"SYMMETRIC_DEFAULT","DestinationEncryptionAlgorithm":"RSAES_OAEP_SHA_1"}"#,
    ),
    (
        "ReplicateKey",
        r#"{"KeyId":"mrk-1234abcd12ab34cd56ef1234567890ab","ReplicaRegion":"us-gov-east-1","Policy":"{}","BypassPolicyLockoutSafetyCheck":false,"Description":"","Tags":[{"TagKey":"a","TagValue":"b"}]}"#,
    ),
    ("RetireGrant", r#"{"GrantToken":"t","DryRun":true}"#),
    (
        "RetireGrant",
        r#"{"KeyId":"arn:aws:kms:us-east-1:000000000000:key/1234abcd-12ab-34cd-56ef-1234567890ab","GrantId":"0000000000000000000000000000000000000000000000000000000000000000"}"#,
    ),
    (
        "RevokeGrant",
        r#"{"KeyId":"1234abcd-12ab-34cd-56ef-1234567890ab","GrantId":"0000000000000000000000000000000000000000000000000000000000000000","DryRun":false}"#,
    ),
    ("RotateKeyOnDemand", r#"{"KeyId":"1234abcd-12ab-34cd-56ef-1234567890ab"}"#),
    ("ScheduleKeyDeletion", r#"{"KeyId":"1234abcd-12ab-34cd-56ef-1234567890ab","PendingWindowInDays":7}"#),
    (
        "Sign",
        r#"{"KeyId":"alias/a","Message":"bQ==","MessageType":"DIGEST","SigningAlgorithm":"RSASSA_PSS_SHA_512"}"#,
    ),
    (
        "TagResource",
        r#"{"KeyId":"1234abcd-12ab-34cd-56ef-1234567890ab","Tags":[{"TagKey":"a","TagValue":""}]}"#,
    ),
    ("UntagResource", r#"{"KeyId":"1234abcd-12ab-34cd-56ef-1234567890ab","TagKeys":["a","b"]}"#),
    ("UpdateAlias", r#"{"AliasName":"alias/a","TargetKeyId":"1234abcd-12ab-34cd-56ef-1234567890ab"}"#),
    (
        "UpdateCustomKeyStore",
        r#"{"CustomKeyStoreId":"cks-1234567890abcdef0","NewCustomKeyStoreName":"c","KeyStorePassword":"kmsPswd2"}"#,
    ),
    ("UpdateKeyDescription", r#"{"KeyId":"1234abcd-12ab-34cd-56ef-1234567890ab","Description":""}"#),
    (
        "UpdatePrimaryRegion",
        r#"{"KeyId":"mrk-1234abcd12ab34cd56ef1234567890ab","PrimaryRegion":"eu-west-1"}"#,
    ),
    (
        "Verify",
        r#"{"KeyId":"alias/a","Message":"bQ==","Signature":"AQID","SigningAlgorithm":"ED25519_SHA_512","MessageType":"RAW"}"#,
    ),
    ("VerifyMac", r#"{"KeyId":"alias/a","Message":"bQ==","Mac":"AQID","MacAlgorithm":"HMAC_SHA_512"}"#),
];

fn requests() -> Result<(), Failure> {
    for (index, (operation, body)) in BODIES.iter().enumerate() {
        write("requests", &format!("{index:02}-{operation}"), format!("{operation}\n{body}").as_bytes())?;
    }
    Ok(())
}

fn policies() -> Result<(), Failure> {
    let statement = |rest: &str| {
        format!(r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Resource":"*",{rest}}}]}}"#)
    };
    let principal = r#""Principal":{"AWS":["111122223333","arn:aws:iam::111122223333:user/ann"]}"#;
    for (name, text) in [
        ("default", statement(&format!(r#"{principal},"Action":"kms:*""#))),
        ("everybody", statement(r#""Principal":"*","Action":["kms:Encrypt","kms:Re*"],"Sid":"a""#)),
        ("not", statement(r#""NotPrincipal":{"Service":"logs.amazonaws.com"},"NotAction":"kms:Put*""#)),
        (
            "conditions",
            statement(&format!(
                r#"{principal},"Action":"kms:*","Condition":{{"StringLike":{{"kms:CallerAccount":"1*"}},"ForAnyValue:StringEqualsIfExists":{{"kms:EncryptionContextKeys":["a","${{aws:username}}"]}},"IpAddress":{{"aws:SourceIp":"10.0.0.0/8"}},"NumericLessThan":{{"aws:EpochTime":1900000000}},"DateGreaterThan":{{"aws:CurrentTime":"2026-01-01T00:00:00Z"}},"Bool":{{"aws:SecureTransport":true}},"Null":{{"aws:TokenIssueTime":"true"}},"ArnLike":{{"aws:PrincipalArn":"arn:aws:iam::*:user/*"}}}}"#
            )),
        ),
        (
            "single",
            r#"{"Statement":{"Effect":"Deny","Principal":{"AWS":"*"},"Action":"*","Resource":"*"}}"#
                .to_owned(),
        ),
    ] {
        write("policy", name, text.as_bytes())?;
    }
    Ok(())
}

/// The policies of a resource, an identity, a boundary, a session and a role, in this order.
fn evaluations() -> Result<(), Failure> {
    let statement = |rest: &str| format!(r#"{{"Version":"2012-10-17","Statement":[{{{rest}}}]}}"#);
    let names = |names: &str| format!(r#""Principal":{{"AWS":[{names}]}},"Action":"kms:*","Resource":"*""#);
    let account = statement(&format!(r#""Effect":"Allow",{}"#, names(r#""111122223333""#)));
    let directly = statement(&format!(
        r#""Effect":"Allow",{}"#,
        names(r#""arn:aws:iam::111122223333:user/ann","arn:aws:iam::111122223333:role/app""#)
    ));
    let everyone = statement(r#""Effect":"Allow","Principal":"*","Action":"*","Resource":"*""#);
    let denied = statement(&format!(r#""Effect":"Deny",{}"#, names(r#""*""#)));
    let all = statement(
        r#""Effect":"Allow","Action":["kms:Encrypt","kms:Re*"],"Resource":"arn:aws:kms:*:*:key/*""#,
    );
    let none = statement(r#""Effect":"Allow","NotAction":"kms:*","NotResource":"arn:aws:kms:*""#);
    let never = statement(
        r#""Sid":"Never","Effect":"Deny","Action":"kms:*","Resource":"*","Condition":{"StringEquals":{"aws:username":"${aws:username}"}}"#,
    );
    let trust = statement(
        r#""Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:user/ann","Federated":"example.com"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"x"}}"#,
    );
    for (name, sections) in [
        ("delegated", [&*account, &*all, "", "", &*trust]),
        ("delegated-to-nobody", [&account, &none, "", "", ""]),
        ("directly", [&directly, "", &none, &none, &trust]),
        ("everyone", [&everyone, &all, &all, &none, ""]),
        ("denied-by-the-resource", [&denied, &all, "", "", ""]),
        ("denied-by-the-identity", [&account, &never, "", "", ""]),
        ("denied-by-the-boundary", [&account, &all, &never, "", ""]),
        ("denied-by-the-session", [&account, &all, &all, &never, ""]),
        ("bounded", [&account, &all, &none, "", ""]),
        ("without-a-policy", ["", &all, "", "", ""]),
    ] {
        write("evaluation", name, sections.join("\n---\n").as_bytes())?;
    }
    Ok(())
}

/// Those that the crate `attestation` is tested with: the root's private key was never kept.
fn attestations() -> Result<(), Failure> {
    let vectors = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/attestation/tests/vectors/documents");
    for name in ["enclave", "nitrotpm", "indefinite", "everything", "leaf_expired"] {
        write("attestation", name, &fs::read(vectors.join(format!("{name}.cbor")))?)?;
    }
    Ok(())
}
