"""Signatures, authentication codes, pairs of data keys and agreement by the SDK of Huawei Cloud. What comes back is
checked by Python's `cryptography`."""

import hashlib
import hmac
import os
import re

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding
from support.ceremony import imported_key
from support.huawei import coded, new_key, plain, public_key_of, refused
from support.huawei_fixtures import aws, huawei, keys, server  # noqa: F401

# Signatures.


MESSAGE = b"the owner's message"
DIGEST = hashlib.sha256(MESSAGE).digest()


@pytest.mark.parametrize("kind", ["rsa", "ec"])
def test_the_digest_of_a_message_is_signed(huawei, keys, kind):
    """The message is a digest unless something else is said: over the other API it is the other way round."""
    algorithm = {"rsa": "RSASSA_PSS_SHA_256", "ec": "ECDSA_SHA_256"}[kind]
    made = huawei.sign(key_id=keys[kind], message=coded(DIGEST), signing_algorithm=algorithm)
    assert set(made) == {"key_id", "signature"} and made["key_id"] == keys[kind]
    public = public_key_of(huawei, keys[kind])
    if kind == "rsa":
        pss = padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=32)
        public.verify(plain(made["signature"]), MESSAGE, pss, hashes.SHA256())
    else:
        public.verify(plain(made["signature"]), MESSAGE, ec.ECDSA(hashes.SHA256()))
    signed = {"key_id": keys[kind], "signature": made["signature"], "signing_algorithm": algorithm}
    for members, valid in (
        ({"message": coded(DIGEST)}, "true"),
        ({"message": coded(DIGEST), "message_type": "DIGEST"}, "true"),
        ({"message": coded(MESSAGE), "message_type": "RAW"}, "true"),
        ({"message": coded(MESSAGE + b"!"), "message_type": "RAW"}, "false"),
        ({"message": coded(bytes(32))}, "false"),
    ):
        assert huawei.validate_signature(**signed, **members) == {
            "key_id": keys[kind],
            "signature_valid": valid,
        }
    damaged = plain(made["signature"])[:-1] + bytes([plain(made["signature"])[-1] ^ 1])
    signed["signature"] = coded(damaged)
    assert huawei.validate_signature(message=coded(DIGEST), **signed)["signature_valid"] == "false"


ALGORITHMS = [
    ("RSA_2048", f"RSASSA_{scheme}_SHA_{bits}")
    for scheme in ("PSS", "PKCS1_V1_5")
    for bits in (256, 384, 512)
] + [
    ("EC_P256", "ECDSA_SHA_256"),
    ("EC_P384", "ECDSA_SHA_384"),
    ("SECP256K1", "ECDSA_SHA_256"),
    ("ED25519", "ED25519_SHA_512"),
]


@pytest.mark.parametrize(("spec", "algorithm"), ALGORITHMS)
def test_every_signing_algorithm(huawei, keys, spec, algorithm):
    key_id = {"RSA_2048": keys["rsa"], "EC_P256": keys["ec"]}.get(spec) or new_key(huawei, key_spec=spec)
    signed = {
        "key_id": key_id,
        "message": coded(MESSAGE),
        "message_type": "RAW",
        "signing_algorithm": algorithm,
    }
    signature = huawei.sign(**signed)["signature"]
    assert huawei.validate_signature(**signed, signature=signature)["signature_valid"] == "true"


SIGN_REFUSALS = [
    ("KMS.0332", "ec", {"signing_algorithm": "RSASSA_PSS_SHA_256"}),
    ("KMS.0332", "ec", {"signing_algorithm": "SM2DSA_SM3"}),
    ("KMS.0329", "ec", {"message": coded(MESSAGE)}),
    ("KMS.0308", "ec", {"message": "*"}),
    ("KMS.0308", "ec", {"message": coded(bytes(4097)), "message_type": "RAW"}),
    ("KMS.0308", "ec", {"message_type": "POEM"}),
    ("KMS.0204", "ec", {"message": ""}),
    ("KMS.0334", "aes", {}),
    ("KMS.0334", "rsa encrypt", {"signing_algorithm": "RSASSA_PSS_SHA_256"}),
    ("KMS.0341", "hmac", {}),
]


@pytest.mark.parametrize(("code", "kind", "members"), SIGN_REFUSALS, ids=lambda value: str(value)[:50])
def test_what_is_not_signed(huawei, keys, code, kind, members):
    members = {"message": coded(DIGEST), "signing_algorithm": "ECDSA_SHA_256", **members}
    with refused(code):
        huawei.sign(key_id=keys[kind], **members)
    with refused(code):
        huawei.validate_signature(key_id=keys[kind], signature=coded(bytes(64)), **members)


def test_keys_without_a_public_half(huawei, keys):
    with refused("KMS.0331"):
        huawei.show_public_key(key_id=keys["aes"])
    with refused("KMS.0331"):
        huawei.show_public_key(key_id=keys["hmac"])


# Message authentication codes.


def test_codes(huawei, keys):
    signed = {"key_id": keys["hmac"], "mac_algorithm": "HMAC_SHA_256", "message": coded(MESSAGE)}
    made = huawei.generate_mac(**signed)
    mac = made.pop("mac")
    assert made == {"key_id": keys["hmac"], "mac_algorithm": "HMAC_SHA_256"}
    # The one thing that is in lower case.
    assert re.fullmatch(r"[0-9a-f]{64}", mac)
    assert huawei.verify_mac(**signed, mac=mac) == {**made, "mac_valid": True}
    other = "00" * 32
    assert huawei.verify_mac(**signed, mac=other) == {**made, "mac_valid": False}
    for code, members in (
        ("KMS.0308", {"mac_algorithm": "HMAC_SHA_1"}),
        ("KMS.0308", {"mac_algorithm": "HMAC_SHA_512"}),
        ("KMS.0308", {"message": coded(bytes(4097))}),
        ("KMS.0204", {"message": ""}),
    ):
        with refused(code):
            huawei.generate_mac(**{**signed, **members})
        with refused(code):
            huawei.verify_mac(**{**signed, **members}, mac=mac)


def test_codes_are_hmacs(huawei, aws):
    """With a key whose bytes are known."""
    secret = os.urandom(48)
    key_id = imported_key(aws, secret, "HMAC_384")
    made = huawei.generate_mac(key_id=key_id, mac_algorithm="HMAC_SHA_384", message=coded(MESSAGE))
    assert bytes.fromhex(made["mac"]) == hmac.digest(secret, MESSAGE, "sha384")


# Pairs of data keys, and agreement.


PAIRS = {
    "create_rsa_datakey_pair": ["RSA_2048"],
    "create_ec_datakey_pair": ["ECC_NIST_P256", "ECC_NIST_P384", "ECC_NIST_P521", "ECC_SECG_P256K1"],
}
PAIR_MEMBERS = {"key_id", "key_spec", "public_key", "private_key_cipher_text"}


@pytest.mark.parametrize(
    ("method", "spec"), [(method, spec) for method, specs in PAIRS.items() for spec in specs]
)
def test_a_pair(huawei, keys, method, spec):
    made = getattr(huawei, method)(key_id=keys["aes"], key_spec=spec)
    assert set(made) == PAIR_MEMBERS | {"private_key_plain_text"}
    assert (made["key_id"], made["key_spec"]) == (keys["aes"], spec)
    private = serialization.load_der_private_key(plain(made["private_key_plain_text"]), None)
    assert private.public_key() == serialization.load_der_public_key(plain(made["public_key"]))
    quiet = getattr(huawei, method)(key_id=keys["aes"], key_spec=spec, with_plain_text=False)
    assert set(quiet) == PAIR_MEMBERS and quiet["public_key"] != made["public_key"]


def test_pairs_that_are_not_made(huawei, keys):
    with refused("KMS.0308"):
        huawei.create_rsa_datakey_pair(key_id=keys["aes"], key_spec="ECC_NIST_P256")
    with refused("KMS.0308"):
        huawei.create_ec_datakey_pair(key_id=keys["aes"], key_spec="RSA_2048")
    with refused("KMS.0308"):
        huawei.create_ec_datakey_pair(key_id=keys["aes"], key_spec="SM2")
    with refused("KMS.0335"):
        huawei.create_ec_datakey_pair(key_id=keys["ec"], key_spec="ECC_NIST_P256")


def test_a_secret_that_two_share(huawei, aws, keys):
    """Keys for agreement are made over the other API: this one has no usage of that name."""
    made = aws.create_key(KeySpec="ECC_NIST_P256", KeyUsage="KEY_AGREEMENT")["KeyMetadata"]["KeyId"]
    mine = ec.generate_private_key(ec.SECP256R1())
    sent = mine.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    answer = huawei.derive_shared_secret(key_id=made, key_agreement_algorithm="ECDH", public_key=coded(sent))
    secret = answer.pop("shared_secret")
    assert answer == {"key_id": made, "key_agreement_algorithm": "ECDH"}
    assert plain(secret) == mine.exchange(ec.ECDH(), public_key_of(huawei, made))
    with refused("KMS.0308"):
        huawei.derive_shared_secret(key_id=made, key_agreement_algorithm="ECDH", public_key=coded(b"no key"))
    with refused("KMS.0335"):
        huawei.derive_shared_secret(key_id=keys["ec"], key_agreement_algorithm="ECDH", public_key=coded(sent))
