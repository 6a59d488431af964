"""The AWS CLI: every operation once. What it prints is what a script reads: JSON, or a text by `--query`."""

import base64
import json
import os
import re
from pathlib import Path

import pytest
from botocore import xform_name
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from support import model, shell
from support.ceremony import generated_key, imported_key
from support.server import ACCOUNT, REGION

FRIEND = "200000000041"
GRANTEE = f"arn:aws:iam::{FRIEND}:root"
REPLICA_REGION = "eu-west-1"
# Operations that the pinned CLI, whose model is older than boto3's, does not have.
NOT_IN_THE_CLI = {"decapsulate", "encapsulate"}
# What the CLI ends with when the service refuses.
EXIT_REFUSED = 255


@pytest.fixture
def call(server, tmp_path):
    """Runs `aws kms …`; gives what it did."""

    def run(*words, **environment):
        user = shell.user_of(server, tmp_path, **environment)
        return shell.run(["aws", "kms", *words], tmp_path, user)

    return run


@pytest.fixture
def aws(call):
    """Runs `aws kms …`, which must succeed; gives what it printed: JSON, a text, or None."""

    def run(*words, **environment):
        done = call(*words, **environment)
        assert done.returncode == 0, done.stderr
        if "text" in words:
            return done.stdout.removesuffix("\n")
        return json.loads(done.stdout) if done.stdout else None

    return run


@pytest.fixture
def refused(call):
    def run(code, *words, **environment):
        done = call(*words, **environment)
        assert done.returncode == EXIT_REFUSED, done.stdout + done.stderr
        assert f"An error occurred ({code})" in done.stderr, done.stderr
        return done.stderr

    return run


@pytest.fixture
def saved(tmp_path):
    """Writes bytes, or what the CLI printed in base64, to a file; gives it as a parameter."""

    def write(name, content):
        content = content if isinstance(content, bytes) else base64.b64decode(content)
        (tmp_path / name).write_bytes(content)
        return f"fileb://{name}"

    return write


@pytest.fixture(scope="module")
def key(kms):
    return generated_key(kms)


def arn(key_id, region=REGION):
    return f"arn:aws:kms:{region}:{ACCOUNT}:key/{key_id}"


# Keys and their state.


def test_lists_of_keys_by_pages(aws, server):
    """The CLI asks for page after page by itself, and stops and goes on where it is told."""
    account = "200000000042"
    kms = server.client(access_key=account)
    made = sorted(generated_key(kms) for _ in range(5))
    user = {"AWS_ACCESS_KEY_ID": account}
    ids = ("--query", "Keys[].KeyId")
    assert sorted(aws("list-keys", "--page-size", "2", *ids, **user)) == made
    first = aws("list-keys", "--max-items", "3", **user)
    assert len(first["Keys"]) == 3
    rest = aws("list-keys", "--starting-token", first["NextToken"], *ids, **user)
    assert sorted([entry["KeyId"] for entry in first["Keys"]] + rest) == made
    assert aws("list-keys", "--query", "length(Keys)", "--output", "text", **user) == "5"


def test_a_key_by_flags_and_its_description(aws, kms):
    words = ("--description", "by flags", "--tags", "TagKey=stage,TagValue=test")
    key_id = aws("create-key", *words, "--query", "KeyMetadata.KeyId", "--output", "text")
    assert kms.describe_key(KeyId=key_id)["KeyMetadata"]["Description"] == "by flags"
    assert aws("update-key-description", "--key-id", key_id, "--description", "") is None
    assert kms.describe_key(KeyId=key_id)["KeyMetadata"]["Description"] == ""


def test_states(aws, kms, refused):
    key_id = generated_key(kms)
    state = ("describe-key", "--key-id", key_id, "--query", "KeyMetadata.KeyState", "--output", "text")
    assert aws("disable-key", "--key-id", key_id) is None
    assert aws(*state) == "Disabled"
    said = refused("DisabledException", "encrypt", "--key-id", key_id, "--plaintext", "x")
    assert f"{arn(key_id)} is disabled." in said
    assert aws("enable-key", "--key-id", key_id) is None
    scheduled = aws("schedule-key-deletion", "--key-id", key_id, "--pending-window-in-days", "7")
    assert scheduled["KeyId"] == arn(key_id)
    assert scheduled["KeyState"] == "PendingDeletion"
    assert scheduled["PendingWindowInDays"] == 7
    assert aws("cancel-key-deletion", "--key-id", key_id) == {"KeyId": arn(key_id)}


def test_aliases(aws, kms, key):
    other = generated_key(kms)
    name = ("--alias-name", "alias/cli")
    assert aws("create-alias", *name, "--target-key-id", key) is None
    assert aws("update-alias", *name, "--target-key-id", other) is None
    found = aws("list-aliases", "--key-id", other, "--query", "Aliases[].[AliasName,TargetKeyId]")
    assert found == [["alias/cli", other]]
    assert aws("delete-alias", *name) is None
    assert aws("list-aliases", "--key-id", other) == {"Aliases": []}


def test_tags(aws, key):
    tags = ("TagKey=a,TagValue=1", "TagKey=b,TagValue=2")
    assert aws("tag-resource", "--key-id", key, "--tags", *tags) is None
    assert aws("untag-resource", "--key-id", key, "--tag-keys", "a") is None
    assert aws("list-resource-tags", "--key-id", key)["Tags"] == [{"TagKey": "b", "TagValue": "2"}]


def test_policies(aws, key, tmp_path):
    assert aws("list-key-policies", "--key-id", key, "--query", "PolicyNames") == ["default"]
    read = ("get-key-policy", "--key-id", key, "--policy-name", "default", "--query", "Policy")
    policy = json.loads(aws(*read, "--output", "text"))
    policy["Id"] = "by-the-cli"
    (tmp_path / "policy.json").write_text(json.dumps(policy))
    write = ("put-key-policy", "--key-id", key, "--policy-name", "default")
    assert aws(*write, "--policy", "file://policy.json") is None
    assert json.loads(aws(*read, "--output", "text")) == policy


def test_last_usage(aws, kms):
    key_id = generated_key(kms)
    kms.generate_data_key(KeyId=key_id, KeySpec="AES_256")
    used = aws("get-key-last-usage", "--key-id", key_id)
    assert used["KeyId"] == arn(key_id)
    assert used["KeyLastUsage"]["Operation"] == "GenerateDataKey"


def test_custom_key_stores(aws, refused):
    assert aws("describe-custom-key-stores") == {"CustomKeyStores": []}
    store = ("--custom-key-store-id", "cks-1234567890abcdef0")
    code = "UnsupportedOperationException"
    refused(code, "create-custom-key-store", "--custom-key-store-name", "mine")
    refused(code, "connect-custom-key-store", *store)
    refused(code, "disconnect-custom-key-store", *store)
    refused(code, "update-custom-key-store", *store, "--new-custom-key-store-name", "other")
    refused(code, "delete-custom-key-store", *store)


# Imported material and rotation.


def test_deleting_imported_material(aws, kms):
    key_id = imported_key(kms, os.urandom(32))
    gone = aws("delete-imported-key-material", "--key-id", key_id)
    assert gone["KeyId"] == arn(key_id)
    assert re.fullmatch("[0-9a-f]{64}", gone["KeyMaterialId"])


def test_rotation(aws, kms):
    key_id = generated_key(kms)
    assert aws("enable-key-rotation", "--key-id", key_id, "--rotation-period-in-days", "180") is None
    status = aws("get-key-rotation-status", "--key-id", key_id)
    assert (status["KeyRotationEnabled"], status["RotationPeriodInDays"]) == (True, 180)
    assert aws("disable-key-rotation", "--key-id", key_id) is None
    assert aws("rotate-key-on-demand", "--key-id", key_id) == {"KeyId": arn(key_id)}
    listed = ("list-key-rotations", "--key-id", key_id, "--query", "Rotations[].RotationType")
    assert aws(*listed) == ["ON_DEMAND"]
    assert aws(*listed, "--include-key-material", "ALL_KEY_MATERIAL", "--page-size", "1") == ["ON_DEMAND"]


# Grants.


def test_grants(aws, kms, key):
    of_key = ("--key-id", key)
    words = ("--grantee-principal", GRANTEE, "--operations", "Decrypt", "RetireGrant")
    constraint = ("--constraints", "EncryptionContextSubset={tenant=blue}")
    made = [aws("create-grant", *of_key, *words, *constraint)["GrantId"]]
    made += [
        kms.create_grant(
            KeyId=key, GranteePrincipal=GRANTEE, RetiringPrincipal=GRANTEE, Operations=["Decrypt"]
        )["GrantId"]
        for _ in range(2)
    ]
    found = aws("list-grants", *of_key, "--page-size", "1", "--query", "Grants[].GrantId")
    assert sorted(found) == sorted(made)
    (constrained,) = aws("list-grants", *of_key, "--grant-id", made[0])["Grants"]
    assert constrained["Constraints"] == {"EncryptionContextSubset": {"tenant": "blue"}}
    friend = {"AWS_ACCESS_KEY_ID": FRIEND}
    retirable = ("list-retirable-grants", "--retiring-principal", GRANTEE, "--query", "Grants[].GrantId")
    assert sorted(aws(*retirable, **friend)) == sorted(made[1:])
    assert aws("retire-grant", "--key-id", arn(key), "--grant-id", made[0], **friend) is None
    assert aws("revoke-grant", *of_key, "--grant-id", made[1]) is None
    assert aws("list-grants", *of_key, "--query", "Grants[].GrantId") == made[2:]


# Regions.


def test_multi_region_keys(aws, kms, server):
    key_id = kms.create_key(MultiRegion=True)["KeyMetadata"]["KeyId"]
    replica = aws("replicate-key", "--key-id", key_id, "--replica-region", REPLICA_REGION)
    assert replica["ReplicaKeyMetadata"]["Arn"] == arn(key_id, REPLICA_REGION)
    assert aws("update-primary-region", "--key-id", key_id, "--primary-region", REPLICA_REGION) is None
    described = ("describe-key", "--key-id", key_id, "--region", REPLICA_REGION)
    kind = ("--query", "KeyMetadata.MultiRegionConfiguration.MultiRegionKeyType", "--output", "text")
    assert aws(*described, *kind) == "PRIMARY"


# Cryptography. Bytes go in by `fileb://`, and come out in base64.


def test_from_one_key_to_another(aws, kms, key, saved):
    other = generated_key(kms)
    plaintext = saved("plain", b"secret")
    sealing = ("--plaintext", plaintext, "--encryption-context", "tenant=blue,stage=test")
    blob = aws("encrypt", "--key-id", key, *sealing, "--query", "CiphertextBlob", "--output", "text")
    moved = aws(
        "re-encrypt",
        "--ciphertext-blob",
        saved("sealed", blob),
        "--source-encryption-context",
        "tenant=blue,stage=test",
        "--destination-key-id",
        other,
    )
    assert (moved["SourceKeyId"], moved["KeyId"]) == (arn(key), arn(other))
    opened = aws("decrypt", "--ciphertext-blob", saved("moved", moved["CiphertextBlob"]))
    assert base64.b64decode(opened["Plaintext"]) == b"secret"


def test_data_keys(aws, kms, key):
    made = aws("generate-data-key", "--key-id", key, "--key-spec", "AES_256")
    assert len(base64.b64decode(made["Plaintext"])) == 32
    hidden = aws("generate-data-key-without-plaintext", "--key-id", key, "--number-of-bytes", "24")
    assert "Plaintext" not in hidden
    blob = base64.b64decode(hidden["CiphertextBlob"])
    assert len(kms.decrypt(CiphertextBlob=blob)["Plaintext"]) == 24


def test_data_key_pairs(aws, key):
    spec = ("--key-id", key, "--key-pair-spec", "ECC_NIST_P256")
    pair = aws("generate-data-key-pair", *spec)
    private = serialization.load_der_private_key(base64.b64decode(pair["PrivateKeyPlaintext"]), None)
    public = serialization.load_der_public_key(base64.b64decode(pair["PublicKey"]))
    assert private.public_key() == public
    hidden = aws("generate-data-key-pair-without-plaintext", *spec)
    assert "PrivateKeyPlaintext" not in hidden and hidden["PrivateKeyCiphertextBlob"]


def test_random_bytes(aws):
    words = ("generate-random", "--number-of-bytes", "40", "--query", "Plaintext", "--output", "text")
    assert len(base64.b64decode(aws(*words))) == 40


def test_signatures(aws, kms, refused, saved):
    key_id = generated_key(kms, "ECC_NIST_P256")
    message = saved("message", b"a message")
    common = ("--key-id", key_id, "--message", message, "--signing-algorithm", "ECDSA_SHA_256")
    signature = saved("signature", aws("sign", *common, "--query", "Signature", "--output", "text"))
    assert aws("verify", *common, "--signature", signature)["SignatureValid"] is True
    saved("message", b"another")
    refused("KMSInvalidSignatureException", "verify", *common, "--signature", signature)
    public = aws("get-public-key", "--key-id", key_id)
    assert public["SigningAlgorithms"] == ["ECDSA_SHA_256"]
    serialization.load_der_public_key(base64.b64decode(public["PublicKey"]))


def test_macs(aws, kms, saved):
    key_id = generated_key(kms, "HMAC_256")
    message = saved("message", b"a message")
    common = ("--key-id", key_id, "--message", message, "--mac-algorithm", "HMAC_SHA_256")
    mac = saved("mac", aws("generate-mac", *common, "--query", "Mac", "--output", "text"))
    assert aws("verify-mac", *common, "--mac", mac)["MacValid"] is True


def test_key_agreement(aws, kms, saved):
    key_id = generated_key(kms, "ECC_NIST_P256", "KEY_AGREEMENT")
    peer = ec.generate_private_key(ec.SECP256R1())
    spki = peer.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    words = ("derive-shared-secret", "--key-id", key_id, "--key-agreement-algorithm", "ECDH")
    derived = aws(*words, "--public-key", saved("peer", spki))
    own = serialization.load_der_public_key(kms.get_public_key(KeyId=key_id)["PublicKey"])
    assert base64.b64decode(derived["SharedSecret"]) == peer.exchange(ec.ECDH(), own)


# The whole.


def test_every_operation_that_the_cli_has_is_called(call):
    """Here, or in the recipe of the import."""
    here = Path(__file__)
    recipe = (here.parent / "test_cli_recipe.py").read_text()
    called = set(re.findall(r"aws kms ([a-z-]+)", recipe)) | set(re.findall(r'"([a-z-]+)"', here.read_text()))
    # It lists its commands, in two columns, for whoever types one that it has not.
    has = set(re.findall(r"[a-z-]+(?= *\||\s*$)", call("no-such-command").stderr, flags=re.MULTILINE))
    operations = {xform_name(name, "-") for name in model.OPERATIONS}
    assert operations - has == NOT_IN_THE_CLI
    assert operations - NOT_IN_THE_CLI <= called
