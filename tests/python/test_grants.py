"""Grants with real clients: two accounts of one server share a key, through boto3 and the AWS CLI."""

import json
import subprocess
import sysconfig

import pytest
from support.ceremony import generated_key
from support.errors import code_of, refused
from support.server import ACCOUNT, REGION
from support.times import now

FRIEND = "111122223333"
STRANGER = "444455556666"
UNKNOWN = "0123456789abcdef" * 4
ALL = [
    "Encrypt",
    "Decrypt",
    "GenerateDataKey",
    "GenerateDataKeyWithoutPlaintext",
    "GenerateDataKeyPair",
    "GenerateDataKeyPairWithoutPlaintext",
    "ReEncryptFrom",
    "ReEncryptTo",
    "DescribeKey",
]


def root(account: str) -> str:
    return f"arn:aws:iam::{account}:root"


@pytest.fixture(scope="module")
def friend(server):
    """boto3 as the root of another account."""
    return server.client(access_key=FRIEND)


@pytest.fixture(scope="module")
def stranger(server):
    return server.client(access_key=STRANGER)


@pytest.fixture
def arn(kms):
    """A fresh key of the default account."""
    return kms.describe_key(KeyId=generated_key(kms))["KeyMetadata"]["Arn"]


def grant(kms, arn, operations, **fields) -> dict:
    if "GranteeServicePrincipal" not in fields:
        fields.setdefault("GranteePrincipal", root(FRIEND))
    return kms.create_grant(KeyId=arn, Operations=operations, **fields)


def uses(client, arn, blob, other) -> dict:
    """Every use of a shared key that a grant can allow, as calls that have not been made."""
    return {
        "Encrypt": lambda: client.encrypt(KeyId=arn, Plaintext=b"m"),
        "Decrypt": lambda: client.decrypt(KeyId=arn, CiphertextBlob=blob),
        "Decrypt without KeyId": lambda: client.decrypt(CiphertextBlob=blob),
        "GenerateDataKey": lambda: client.generate_data_key(KeyId=arn, KeySpec="AES_256"),
        "GenerateDataKeyWithoutPlaintext": lambda: client.generate_data_key_without_plaintext(
            KeyId=arn, KeySpec="AES_128"
        ),
        "GenerateDataKeyPair": lambda: client.generate_data_key_pair(KeyId=arn, KeyPairSpec="ECC_NIST_P256"),
        "GenerateDataKeyPairWithoutPlaintext": lambda: client.generate_data_key_pair_without_plaintext(
            KeyId=arn, KeyPairSpec="ECC_NIST_P256"
        ),
        "ReEncrypt from": lambda: client.re_encrypt(CiphertextBlob=blob, DestinationKeyId=other),
        "DescribeKey": lambda: client.describe_key(KeyId=arn),
    }


def test_another_account_uses_a_key_as_long_as_it_is_granted(kms, friend, arn):
    blob = kms.encrypt(KeyId=arn, Plaintext=b"m")["CiphertextBlob"]
    own = generated_key(friend)
    calls = uses(friend, arn, blob, own)
    for name, call in calls.items():
        assert code_of(call) == "AccessDeniedException", name
    made = grant(kms, arn, ALL)
    for call in calls.values():
        call()
    assert friend.decrypt(CiphertextBlob=blob)["KeyId"] == arn
    assert friend.describe_key(KeyId=arn)["KeyMetadata"]["AWSAccountId"] == ACCOUNT
    # From the friend's own key to the shared one, and back out of it.
    theirs = friend.encrypt(KeyId=own, Plaintext=b"theirs")["CiphertextBlob"]
    moved = friend.re_encrypt(CiphertextBlob=theirs, DestinationKeyId=arn)
    assert moved["KeyId"] == arn
    assert kms.decrypt(CiphertextBlob=moved["CiphertextBlob"])["Plaintext"] == b"theirs"
    data = friend.generate_data_key(KeyId=arn, KeySpec="AES_256")
    assert kms.decrypt(CiphertextBlob=data["CiphertextBlob"])["Plaintext"] == data["Plaintext"]

    kms.revoke_grant(KeyId=arn, GrantId=made["GrantId"])
    for name, call in calls.items():
        assert code_of(call) == "AccessDeniedException", name
    # Its owner does not need a grant.
    for call in uses(kms, arn, blob, arn).values():
        call()


def test_each_operation_needs_its_own_word(kms, friend, arn):
    blob = kms.encrypt(KeyId=arn, Plaintext=b"m")["CiphertextBlob"]
    calls = uses(friend, arn, blob, generated_key(friend))
    for word in ALL:
        if word == "ReEncryptTo":
            continue
        made = grant(kms, arn, [word])
        for name, call in calls.items():
            allowed = name.split(" ")[0] == word or (name, word) == ("ReEncrypt from", "ReEncryptFrom")
            if allowed:
                call()
            else:
                assert code_of(call) == "AccessDeniedException", (name, word)
        kms.revoke_grant(KeyId=arn, GrantId=made["GrantId"])


def test_an_alias_of_another_account(kms, friend, arn):
    alias = f"alias/shared-{arn[-12:]}"
    kms.create_alias(AliasName=alias, TargetKeyId=arn)
    alias_arn = f"arn:aws:kms:{REGION}:{ACCOUNT}:{alias}"
    with refused("AccessDeniedException"):
        friend.encrypt(KeyId=alias_arn, Plaintext=b"m")
    grant(kms, arn, ["Encrypt", "DescribeKey"])
    assert friend.encrypt(KeyId=alias_arn, Plaintext=b"m")["KeyId"] == arn
    assert friend.describe_key(KeyId=alias_arn)["KeyMetadata"]["Arn"] == arn
    with refused("NotFoundException"):
        friend.encrypt(KeyId=alias, Plaintext=b"m")


def test_asymmetric_and_mac_keys(kms, friend):
    signing = kms.create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["Arn"]
    mac = kms.create_key(KeySpec="HMAC_256", KeyUsage="GENERATE_VERIFY_MAC")["KeyMetadata"]["Arn"]
    grant(kms, signing, ["Sign", "GetPublicKey"])
    grant(kms, mac, ["GenerateMac"])
    signed = friend.sign(KeyId=signing, Message=b"m", SigningAlgorithm="ECDSA_SHA_256")
    assert kms.verify(
        KeyId=signing, Message=b"m", Signature=signed["Signature"], SigningAlgorithm="ECDSA_SHA_256"
    )["SignatureValid"]
    assert friend.get_public_key(KeyId=signing)["KeyId"] == signing
    made = friend.generate_mac(KeyId=mac, Message=b"m", MacAlgorithm="HMAC_SHA_256")
    with refused("AccessDeniedException"):
        friend.verify_mac(KeyId=mac, Message=b"m", Mac=made["Mac"], MacAlgorithm="HMAC_SHA_256")
    with refused("ValidationException"):
        grant(kms, signing, ["Encrypt"])
    with refused("ValidationException"):
        grant(kms, mac, ["GenerateMac"], Constraints={"EncryptionContextSubset": {"a": "1"}})


CONSTRAINTS = [
    ("EncryptionContextSubset", {"Department": "IT", "Project": "x"}, True),
    ("EncryptionContextSubset", {"department": "IT"}, True),
    ("EncryptionContextSubset", {"Department": "it"}, False),
    ("EncryptionContextSubset", {"Project": "x"}, False),
    ("EncryptionContextSubset", {}, False),
    ("EncryptionContextEquals", {"Department": "IT"}, True),
    ("EncryptionContextEquals", {"Department": "IT", "Project": "x"}, False),
    ("EncryptionContextEquals", {}, False),
]


@pytest.mark.parametrize(("kind", "context", "allowed"), CONSTRAINTS)
def test_constraints(kms, friend, arn, kind, context, allowed):
    blob = kms.encrypt(KeyId=arn, Plaintext=b"m", EncryptionContext=context)["CiphertextBlob"]
    grant(kms, arn, ["Decrypt", "DescribeKey"], Constraints={kind: {"Department": "IT"}})
    if allowed:
        assert friend.decrypt(CiphertextBlob=blob, EncryptionContext=context)["Plaintext"] == b"m"
    else:
        with refused("AccessDeniedException"):
            friend.decrypt(CiphertextBlob=blob, EncryptionContext=context)
    friend.describe_key(KeyId=arn)


def test_a_grantee_passes_on_no_more_than_it_has(kms, friend, stranger, arn):
    it = {"EncryptionContextSubset": {"Department": "IT"}}
    context = {"Department": "IT"}
    made = grant(kms, arn, ["Encrypt", "Decrypt", "CreateGrant"], Constraints=it)
    for operations, constraints in [(["Encrypt"], {}), (["Encrypt", "DescribeKey"], it)]:
        with refused("AccessDeniedException", "kms:CreateGrant"):
            grant(friend, arn, operations, Constraints=constraints, GranteePrincipal=root(STRANGER))
    passed = grant(friend, arn, ["Encrypt"], Constraints=it, GranteePrincipal=root(STRANGER))
    stranger.encrypt(KeyId=arn, Plaintext=b"m", EncryptionContext=context)
    with refused("AccessDeniedException"):
        stranger.encrypt(KeyId=arn, Plaintext=b"m")
    listed = {entry["GrantId"]: entry for entry in kms.list_grants(KeyId=arn)["Grants"]}
    assert listed[made["GrantId"]]["IssuingAccount"] == root(ACCOUNT)
    assert listed[passed["GrantId"]]["IssuingAccount"] == root(FRIEND)
    friend.retire_grant(GrantToken=passed["GrantToken"])
    with refused("AccessDeniedException"):
        stranger.encrypt(KeyId=arn, Plaintext=b"m", EncryptionContext=context)


def test_what_is_said_of_a_grant(kms, arn):
    before = now()
    made = grant(
        kms,
        arn,
        ["Decrypt", "Encrypt"],
        Name="shared",
        RetiringPrincipal=root(FRIEND),
        Constraints={"EncryptionContextEquals": {"a": "1"}},
    )
    [entry] = kms.list_grants(KeyId=arn)["Grants"]
    assert abs((entry.pop("CreationDate") - before).total_seconds()) < 60
    assert entry == {
        "KeyId": arn,
        "GrantId": made["GrantId"],
        "Name": "shared",
        "GranteePrincipal": root(FRIEND),
        "RetiringPrincipal": root(FRIEND),
        "IssuingAccount": root(ACCOUNT),
        "Operations": ["Decrypt", "Encrypt"],
        "Constraints": {"EncryptionContextEquals": {"a": "1"}},
    }
    again = grant(
        kms,
        arn,
        ["Decrypt", "Encrypt"],
        Name="shared",
        RetiringPrincipal=root(FRIEND),
        Constraints={"EncryptionContextEquals": {"a": "1"}},
    )
    assert again["GrantId"] == made["GrantId"]
    assert again["GrantToken"] != made["GrantToken"]
    assert grant(kms, arn, ["Decrypt"], Name="shared")["GrantId"] != made["GrantId"]
    unnamed = grant(kms, arn, ["Decrypt"])
    [entry] = kms.list_grants(KeyId=arn, GrantId=unnamed["GrantId"])["Grants"]
    assert entry["Name"] == ""


def test_a_service_can_be_granted_something_but_does_not_call(kms, arn):
    source = "arn:aws:s3:us-east-1:000000000000:accesspoint/a"
    with refused("ValidationException"):
        grant(kms, arn, ["Decrypt"], GranteeServicePrincipal="s3.amazonaws.com")
    made = grant(
        kms,
        arn,
        ["Decrypt"],
        GranteeServicePrincipal="s3.amazonaws.com",
        RetiringServicePrincipal="s3.amazonaws.com",
        Constraints={"SourceArn": source},
    )
    [entry] = kms.list_grants(KeyId=arn, GranteeServicePrincipal="s3.amazonaws.com")["Grants"]
    assert entry["GrantId"] == made["GrantId"]
    assert entry["Constraints"] == {"SourceArn": source}
    assert "GranteePrincipal" not in entry


def test_tokens(kms, friend, arn):
    made = grant(kms, arn, ["Encrypt"])
    friend.encrypt(KeyId=arn, Plaintext=b"m", GrantTokens=[made["GrantToken"]])
    kms.encrypt(KeyId=arn, Plaintext=b"m", GrantTokens=[made["GrantToken"]])
    with refused("InvalidGrantTokenException"):
        kms.encrypt(KeyId=arn, Plaintext=b"m", GrantTokens=["AQpAM2RhZTk1MGMyNTk2"])
    kms.revoke_grant(KeyId=arn, GrantId=made["GrantId"])
    with refused("AccessDeniedException"):
        friend.encrypt(KeyId=arn, Plaintext=b"m", GrantTokens=[made["GrantToken"]])


def test_retiring(kms, friend, stranger, arn):
    made = grant(kms, arn, ["Encrypt", "RetireGrant"])
    with refused("AccessDeniedException"):
        stranger.retire_grant(KeyId=arn, GrantId=made["GrantId"])
    with refused("DryRunOperationException"):
        friend.retire_grant(KeyId=arn, GrantId=made["GrantId"], DryRun=True)
    friend.retire_grant(KeyId=arn, GrantId=made["GrantId"])
    assert kms.list_grants(KeyId=arn)["Grants"] == []
    with refused("NotFoundException"):
        friend.retire_grant(KeyId=arn, GrantId=made["GrantId"])
    with refused("ValidationException"):
        kms.retire_grant(GrantId=made["GrantId"])
    with refused("InvalidGrantTokenException"):
        kms.retire_grant(GrantToken="x")
    made = grant(kms, arn, ["Encrypt"], RetiringPrincipal=root(STRANGER))
    with refused("AccessDeniedException"):
        friend.retire_grant(GrantToken=made["GrantToken"])
    stranger.retire_grant(GrantToken=made["GrantToken"])


def test_refusals_of_revoke(kms, friend, arn):
    made = grant(kms, arn, ALL)
    with refused("AccessDeniedException"):
        friend.revoke_grant(KeyId=arn, GrantId=made["GrantId"])
    with refused("NotFoundException"):
        kms.revoke_grant(KeyId=arn, GrantId=UNKNOWN)
    with refused("InvalidGrantIdException"):
        kms.revoke_grant(KeyId=arn, GrantId="grant")
    with refused("DryRunOperationException"):
        kms.revoke_grant(KeyId=arn, GrantId=made["GrantId"], DryRun=True)
    assert len(kms.list_grants(KeyId=arn)["Grants"]) == 1


REFUSED = [
    ({"GranteePrincipal": "ann"}, "InvalidArnException"),
    ({"GranteePrincipal": "arn:aws:iam::111122223333:group/g"}, "InvalidArnException"),
    ({"RetiringPrincipal": "111122223333"}, "InvalidArnException"),
    ({"GranteePrincipal": "*"}, "ValidationException"),
    ({"Name": "a name"}, "ValidationException"),
    ({"Operations": []}, "ValidationException"),
    ({"Operations": ["CreateGrant"]}, "ValidationException"),
    ({"Operations": ["Sign"]}, "ValidationException"),
    ({"Operations": ["ListGrants"]}, "ValidationException"),
    ({"Constraints": {"SourceArn": "arn:aws:s3:::a-bucket-of-nobody"}}, "ValidationException"),
    (
        {"Constraints": {"EncryptionContextEquals": {"a": "1"}, "EncryptionContextSubset": {"a": "1"}}},
        "ValidationException",
    ),
    (
        {"Constraints": {"EncryptionContextEquals": {str(n): "" for n in range(9)}}},
        "LimitExceededException",
    ),
    ({"Constraints": {"EncryptionContextEquals": {"a": "x" * 385}}}, "LimitExceededException"),
    ({"GrantTokens": ["x"]}, "InvalidGrantTokenException"),
    ({"DryRun": True}, "DryRunOperationException"),
]


@pytest.mark.parametrize(("fields", "code"), REFUSED)
def test_refusals_of_create(kms, arn, fields, code):
    asked = {"KeyId": arn, "GranteePrincipal": root(FRIEND), "Operations": ["Encrypt"], **fields}
    with refused(code):
        kms.create_grant(**asked)
    assert kms.list_grants(KeyId=arn)["Grants"] == []


def test_paginators(kms, server, arn):
    account = "777788889999"
    retiring = server.client(access_key=account)
    made = {
        grant(kms, arn, ["Encrypt"], RetiringPrincipal=root(account))["GrantId"]: None for _ in range(7)
    }
    listings = [
        (kms.get_paginator("list_grants"), {"KeyId": arn}),
        (kms.get_paginator("list_grants"), {"KeyId": arn, "GranteePrincipal": root(FRIEND)}),
        (retiring.get_paginator("list_retirable_grants"), {"RetiringPrincipal": root(account)}),
    ]
    for paginator, fields in listings:
        pages = list(paginator.paginate(**fields, PaginationConfig={"PageSize": 3}))
        assert [len(page["Grants"]) for page in pages] == [3, 3, 1]
        assert {entry["GrantId"] for page in pages for entry in page["Grants"]} == set(made)
    assert kms.list_grants(KeyId=arn, GranteePrincipal=root(STRANGER))["Grants"] == []
    with refused("InvalidMarkerException"):
        kms.list_grants(KeyId=arn, Marker="marker")
    with refused("AccessDeniedException"):
        kms.list_retirable_grants(RetiringPrincipal=root(account))


def test_markers_and_grants_survive_a_restart(own_server):
    kms = own_server.client()
    arn = kms.describe_key(KeyId=generated_key(kms))["KeyMetadata"]["Arn"]
    made = [grant(kms, arn, ["Encrypt"]) for _ in range(3)]
    first = kms.list_grants(KeyId=arn, Limit=1)
    own_server.restart()
    kms, friend = own_server.client(), own_server.client(access_key=FRIEND)
    rest = kms.list_grants(KeyId=arn, Marker=first["NextMarker"])
    assert rest["Truncated"] is False
    found = {entry["GrantId"] for page in (first, rest) for entry in page["Grants"]}
    assert found == {one["GrantId"] for one in made}
    friend.encrypt(KeyId=arn, Plaintext=b"m", GrantTokens=[made[0]["GrantToken"]])


SCRIPT = """
set -euo pipefail
KEY_ARN=$(aws kms create-key --query KeyMetadata.Arn --output text)
read -r GRANT_ID GRANT_TOKEN < <(aws kms create-grant --key-id "$KEY_ARN" --name shared \\
    --grantee-principal arn:aws:iam::111122223333:root --operations Encrypt Decrypt RetireGrant \\
    --constraints EncryptionContextSubset={Department=IT} --query '[GrantId,GrantToken]' --output text)
aws kms list-grants --key-id "$KEY_ARN" --query 'Grants[].GrantId' --output text | grep -qx "$GRANT_ID"
printf secret > secret.txt
CIPHERTEXT=$(AWS_ACCESS_KEY_ID=111122223333 aws kms encrypt --key-id "$KEY_ARN" \\
    --plaintext fileb://secret.txt --encryption-context Department=IT \\
    --grant-tokens "$GRANT_TOKEN" --query CiphertextBlob --output text)
printf %s "$CIPHERTEXT" | openssl enc -d -base64 -A -out ciphertext.bin
AWS_ACCESS_KEY_ID=111122223333 aws kms decrypt --ciphertext-blob fileb://ciphertext.bin \\
    --encryption-context Department=IT --query Plaintext --output text | openssl enc -d -base64 -A
AWS_ACCESS_KEY_ID=111122223333 aws kms retire-grant --key-id "$KEY_ARN" --grant-id "$GRANT_ID"
aws kms list-grants --key-id "$KEY_ARN" --output json > grants.json
"""


def test_the_aws_cli(server, tmp_path):
    environment = server.environment(tmp_path)
    # The AWS CLI of the tests before any other.
    environment["PATH"] = f"{sysconfig.get_path('scripts')}:{environment['PATH']}"
    done = subprocess.run(
        ["bash", "-c", SCRIPT], cwd=tmp_path, env=environment, capture_output=True, timeout=300
    )
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout == b"secret"
    assert json.loads((tmp_path / "grants.json").read_text()) == {"Grants": []}
