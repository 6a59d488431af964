"""Keys and aliases as boto3 makes, describes and lists them, and the errors that matter."""

import datetime
import json

import pytest
from support.ceremony import generated_key
from support.errors import code_of, refused
from support.strict import strict_client
from support.times import now
from support.wire import Call

# Quota of the API.
MOST_ALIASES_OF_A_KEY = 50
UNKNOWN = "01234567-89ab-cdef-0123-456789abcdef"


@pytest.fixture(scope="module")
def symmetric(kms):
    return generated_key(kms)


@pytest.fixture(scope="module")
def mac_key(kms):
    return generated_key(kms, "HMAC_256")


@pytest.fixture(scope="module")
def strict(server):
    return strict_client(server)


# CreateKey, DescribeKey, ListKeys.


KINDS = [
    ("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT", "EncryptionAlgorithms", ["SYMMETRIC_DEFAULT"]),
    ("HMAC_224", "GENERATE_VERIFY_MAC", "MacAlgorithms", ["HMAC_SHA_224"]),
    ("HMAC_256", "GENERATE_VERIFY_MAC", "MacAlgorithms", ["HMAC_SHA_256"]),
    ("HMAC_384", "GENERATE_VERIFY_MAC", "MacAlgorithms", ["HMAC_SHA_384"]),
    ("HMAC_512", "GENERATE_VERIFY_MAC", "MacAlgorithms", ["HMAC_SHA_512"]),
    ("ECC_NIST_P256", "SIGN_VERIFY", "SigningAlgorithms", ["ECDSA_SHA_256"]),
    ("ECC_NIST_P384", "SIGN_VERIFY", "SigningAlgorithms", ["ECDSA_SHA_384"]),
    ("ECC_NIST_P521", "SIGN_VERIFY", "SigningAlgorithms", ["ECDSA_SHA_512"]),
    ("ECC_SECG_P256K1", "SIGN_VERIFY", "SigningAlgorithms", ["ECDSA_SHA_256"]),
    ("ECC_NIST_P256", "KEY_AGREEMENT", "KeyAgreementAlgorithms", ["ECDH"]),
    ("ECC_NIST_EDWARDS25519", "SIGN_VERIFY", "SigningAlgorithms", ["ED25519_PH_SHA_512", "ED25519_SHA_512"]),
    ("ML_DSA_44", "SIGN_VERIFY", "SigningAlgorithms", ["ML_DSA_SHAKE_256"]),
    ("ML_DSA_65", "SIGN_VERIFY", "SigningAlgorithms", ["ML_DSA_SHAKE_256"]),
    ("ML_DSA_87", "SIGN_VERIFY", "SigningAlgorithms", ["ML_DSA_SHAKE_256"]),
    ("ML_KEM_512", "ENCAPSULATE_DECAPSULATE", "EncapsulationAlgorithms", ["ML_KEM"]),
    ("ML_KEM_768", "ENCAPSULATE_DECAPSULATE", "EncapsulationAlgorithms", ["ML_KEM"]),
    ("ML_KEM_1024", "ENCAPSULATE_DECAPSULATE", "EncapsulationAlgorithms", ["ML_KEM"]),
    ("RSA_2048", "ENCRYPT_DECRYPT", "EncryptionAlgorithms", ["RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256"]),
    (
        "RSA_3072",
        "SIGN_VERIFY",
        "SigningAlgorithms",
        sorted(f"RSASSA_{form}_SHA_{bits}" for form in ("PSS", "PKCS1_V1_5") for bits in (256, 384, 512)),
    ),
    ("RSA_4096", "ENCRYPT_DECRYPT", "EncryptionAlgorithms", ["RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256"]),
]


@pytest.mark.parametrize(
    ("spec", "usage", "member", "algorithms"), KINDS, ids=[f"{k[0]}-{k[1]}" for k in KINDS]
)
def test_create_key_of_every_kind(kms, spec, usage, member, algorithms):
    metadata = kms.create_key(KeySpec=spec, KeyUsage=usage)["KeyMetadata"]
    assert metadata["KeySpec"] == metadata["CustomerMasterKeySpec"] == spec
    assert metadata["KeyUsage"] == usage
    assert metadata["KeyState"] == "Enabled" and metadata["Enabled"] is True
    assert sorted(metadata[member]) == algorithms
    lists = {name for name in metadata if name.endswith("Algorithms")}
    assert lists == {member}
    assert metadata["Origin"] == "AWS_KMS" and metadata["KeyManager"] == "CUSTOMER"


def test_a_key_is_described_as_it_was_created(kms):
    before = now() - datetime.timedelta(seconds=1)
    made = kms.create_key(Description="of a test", Origin="EXTERNAL")["KeyMetadata"]
    found = kms.describe_key(KeyId=made["KeyId"])["KeyMetadata"]
    assert found == made
    assert found["Arn"] == f"arn:aws:kms:us-east-1:000000000000:key/{made['KeyId']}"
    assert found["AWSAccountId"] == "000000000000"
    assert found["Description"] == "of a test"
    assert found["MultiRegion"] is False
    assert "ValidTo" not in found and "ExpirationModel" not in found and "DeletionDate" not in found
    assert before <= found["CreationDate"] <= now()
    assert kms.describe_key(KeyId=made["Arn"])["KeyMetadata"] == made


def test_the_older_name_of_the_key_spec(kms):
    made = kms.create_key(CustomerMasterKeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")["KeyMetadata"]
    assert made["KeySpec"] == "ECC_NIST_P256"
    with refused("ValidationException"):
        kms.create_key(CustomerMasterKeySpec="RSA_2048", KeySpec="RSA_2048", KeyUsage="SIGN_VERIFY")


@pytest.mark.parametrize(
    "fields",
    [
        {"KeySpec": "RSA_2048"},
        {"KeySpec": "SYMMETRIC_DEFAULT", "KeyUsage": "SIGN_VERIFY"},
        {"KeySpec": "HMAC_256", "KeyUsage": "ENCRYPT_DECRYPT"},
        {"KeySpec": "ECC_NIST_P256", "KeyUsage": "ENCRYPT_DECRYPT"},
        {"KeySpec": "ECC_SECG_P256K1", "KeyUsage": "KEY_AGREEMENT"},
        {"KeySpec": "RSA_2048", "KeyUsage": "GENERATE_VERIFY_MAC"},
        {"KeySpec": "RSA_1024", "KeyUsage": "SIGN_VERIFY"},
        {"Description": "x" * 8193},
    ],
    ids=str,
)
def test_create_key_refuses_what_does_not_go_together(kms, fields):
    with refused("ValidationException"):
        kms.create_key(**fields)


@pytest.mark.parametrize(
    "fields",
    [
        {"KeySpec": "SM2", "KeyUsage": "SIGN_VERIFY"},
        {"Origin": "AWS_CLOUDHSM"},
        {"Origin": "EXTERNAL_KEY_STORE"},
    ],
    ids=str,
)
def test_create_key_refuses_what_is_not_offered(kms, fields):
    with refused("UnsupportedOperationException"):
        kms.create_key(**fields)


def test_describe_key_refusals(kms):
    for name in (UNKNOWN, "nonsense", "alias/there-is-none"):
        with refused("NotFoundException"):
            kms.describe_key(KeyId=name)
    with refused("InvalidArnException"):
        kms.describe_key(KeyId="arn:aws:kms:us-east-1")


def test_list_keys_comes_in_pages(server):
    kms = server.client(access_key="300000000001")
    made = {kms.create_key()["KeyMetadata"]["Arn"] for _ in range(5)}
    pages = list(kms.get_paginator("list_keys").paginate(PaginationConfig={"PageSize": 2}))
    assert [len(page["Keys"]) for page in pages] == [2, 2, 1]
    assert [page["Truncated"] for page in pages] == [True, True, False]
    assert "NextMarker" not in pages[-1]
    found = [entry for page in pages for entry in page["Keys"]]
    assert {entry["KeyArn"] for entry in found} == made
    assert all(entry["KeyArn"].endswith(f"key/{entry['KeyId']}") for entry in found)


OWN, SHARED = "SELF", "OTHER_ACCOUNTS_VIA_RAM"


@pytest.mark.parametrize(
    ("owners", "shows_own"),
    [
        (None, True),
        ([OWN], True),
        ([OWN, SHARED], True),
        ([SHARED, OWN], True),
        ([OWN, OWN], True),
        ([SHARED], False),
    ],
    ids=str,
)
def test_keys_by_their_owners(server, owners, shows_own):
    """An account's own, and those that others share with it, which nobody does here."""
    kms = server.client(access_key="300000000005")
    kms.create_key()
    asked = {} if owners is None else {"ResourceOwners": owners}
    own = kms.list_keys()["Keys"]
    answer = kms.list_keys(**asked)
    assert (answer["Keys"], answer["Truncated"]) == (own if shows_own else [], False)
    assert own and "NextMarker" not in answer
    # Pages go on with the same owners.
    pages = list(kms.get_paginator("list_keys").paginate(**asked, PaginationConfig={"PageSize": 1}))
    assert [entry for page in pages for entry in page["Keys"]] == (own if shows_own else [])


@pytest.mark.parametrize(
    ("owners", "constraint"),
    [
        ([], "have length greater than or equal to 1"),
        ([OWN, SHARED, OWN], "have length less than or equal to 2"),
        (["OTHERS"], f"satisfy constraint: [Member must satisfy enum value set: [{OWN}, {SHARED}]]"),
        ([OWN, "self"], f"satisfy constraint: [Member must satisfy enum value set: [{OWN}, {SHARED}]]"),
    ],
    ids=["none", "three", "unknown", "lower case"],
)
def test_owners_that_are_none(strict, owners, constraint):
    error = strict.refusal("ListKeys", {"ResourceOwners": owners})
    assert error["Code"] == "ValidationException"
    assert error["Message"] == (
        f"1 validation error detected: Value '[{', '.join(owners)}]' at 'resourceOwners' failed to satisfy"
        f" constraint: Member must {constraint}"
    )


@pytest.mark.parametrize("marker", ["nonsense", "AAAA"])
def test_a_marker_that_is_none(kms, marker):
    with refused("InvalidMarkerException"):
        kms.list_keys(Marker=marker)


def test_a_marker_of_another_list(server):
    kms = server.client(access_key="300000000002")
    for _ in range(2):
        kms.create_key()
    marker = kms.list_keys(Limit=1)["NextMarker"]
    with refused("InvalidMarkerException"):
        kms.list_aliases(Marker=marker)
    with refused("InvalidMarkerException"):
        server.client(access_key="300000000003").list_keys(Marker=marker)


@pytest.mark.parametrize("limit", [0, 1001])
def test_page_sizes_have_bounds(server, limit):
    answer = Call(server, operation="ListKeys", body=json.dumps({"Limit": limit}).encode()).signed().send()
    assert answer.code == "ValidationException", answer.body


def test_accounts_do_not_see_each_other(server, symmetric):
    stranger = server.client(access_key="300000000004")
    assert stranger.list_keys()["Keys"] == []
    arn = f"arn:aws:kms:us-east-1:000000000000:key/{symmetric}"
    with refused("AccessDeniedException"):
        stranger.describe_key(KeyId=arn)
    with refused("AccessDeniedException"):
        stranger.encrypt(KeyId=arn, Plaintext=b"x")


# Aliases.


def test_aliases(kms):
    first, second = generated_key(kms), generated_key(kms)
    name = f"alias/operations/{first}"
    assert "AliasName" not in kms.create_alias(AliasName=name, TargetKeyId=first)
    entry = kms.list_aliases(KeyId=first)["Aliases"][0]
    assert entry["AliasName"] == name
    assert entry["AliasArn"] == f"arn:aws:kms:us-east-1:000000000000:{name}"
    assert entry["TargetKeyId"] == first
    assert entry["CreationDate"] <= entry["LastUpdatedDate"]
    for spelled in (name, entry["AliasArn"]):
        assert kms.describe_key(KeyId=spelled)["KeyMetadata"]["KeyId"] == first
    sealed = kms.encrypt(KeyId=name, Plaintext=b"x")
    assert sealed["KeyId"].endswith(f"key/{first}")

    kms.update_alias(AliasName=name, TargetKeyId=second)
    assert kms.describe_key(KeyId=name)["KeyMetadata"]["KeyId"] == second
    assert kms.list_aliases(KeyId=first)["Aliases"] == []
    assert kms.decrypt(CiphertextBlob=sealed["CiphertextBlob"])["Plaintext"] == b"x"

    kms.delete_alias(AliasName=name)
    with refused("NotFoundException"):
        kms.describe_key(KeyId=name)
    with refused("NotFoundException"):
        kms.delete_alias(AliasName=name)
    with refused("NotFoundException"):
        kms.update_alias(AliasName=name, TargetKeyId=first)


def test_an_alias_is_taken_once(kms, symmetric):
    name = f"alias/once-{symmetric}"
    kms.create_alias(AliasName=name, TargetKeyId=symmetric)
    with refused("AlreadyExistsException", f"{name} already exists"):
        kms.create_alias(AliasName=name, TargetKeyId=symmetric)


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("no-prefix", {"ValidationException", "InvalidAliasNameException"}),
        ("alias/aws/mine", {"ValidationException", "InvalidAliasNameException", "NotAuthorizedException"}),
        ("alias/with space", {"ValidationException"}),
        ("alias/" + "x" * 251, {"ValidationException"}),
        ("alias/", {"ValidationException", "InvalidAliasNameException"}),
    ],
    ids=["no prefix", "reserved", "space", "too long", "empty"],
)
def test_alias_names(kms, symmetric, name, codes):
    assert code_of(kms.create_alias, AliasName=name, TargetKeyId=symmetric) in codes


def test_an_alias_moves_only_to_a_key_of_its_kind(kms, symmetric, mac_key):
    name = f"alias/kind-{symmetric}"
    kms.create_alias(AliasName=name, TargetKeyId=symmetric)
    with refused("ValidationException"):
        kms.update_alias(AliasName=name, TargetKeyId=mac_key)


def test_a_key_has_50_aliases_at_the_most(kms):
    target = generated_key(kms)
    for i in range(MOST_ALIASES_OF_A_KEY):
        kms.create_alias(AliasName=f"alias/many/{target}/{i}", TargetKeyId=target)
    with refused("LimitExceededException"):
        kms.create_alias(AliasName=f"alias/many/{target}/more", TargetKeyId=target)
    pages = kms.get_paginator("list_aliases").paginate(KeyId=target, PaginationConfig={"PageSize": 20})
    assert [len(page["Aliases"]) for page in pages] == [20, 20, 10]
