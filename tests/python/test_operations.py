"""The cryptographic operations as boto3 calls them: what they answer, and the errors that matter."""

import hashlib
import os

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from support import materials
from support.ceremony import generated_key, imported_key, usage_of
from support.errors import refused

# Bounds of the API, in bytes.
LONGEST_PLAINTEXT = 4096
MOST_RANDOM = 1024


@pytest.fixture(scope="module")
def symmetric(kms):
    return generated_key(kms)


@pytest.fixture(scope="module")
def other_symmetric(kms):
    return generated_key(kms)


@pytest.fixture(scope="module")
def signing(kms):
    return generated_key(kms, "ECC_NIST_P256")


@pytest.fixture(scope="module")
def mac_key(kms):
    return generated_key(kms, "HMAC_256")


@pytest.fixture(scope="module")
def rsa_encryption(kms):
    return generated_key(kms, "RSA_2048", "ENCRYPT_DECRYPT")


# Encrypt, Decrypt, ReEncrypt.


def test_encrypt_and_decrypt(kms, symmetric):
    context = {"tenant": "blue", "purpose": "test"}
    sealed = kms.encrypt(KeyId=symmetric, Plaintext=b"secret", EncryptionContext=context)
    assert sealed["EncryptionAlgorithm"] == "SYMMETRIC_DEFAULT"
    assert sealed["KeyId"].endswith(f"key/{symmetric}")
    reordered = dict(reversed(context.items()))
    opened = kms.decrypt(CiphertextBlob=sealed["CiphertextBlob"], EncryptionContext=reordered)
    assert opened["Plaintext"] == b"secret"
    assert opened["KeyId"] == sealed["KeyId"]
    assert opened["EncryptionAlgorithm"] == "SYMMETRIC_DEFAULT"
    assert opened["KeyMaterialId"] == kms.describe_key(KeyId=symmetric)["KeyMetadata"]["CurrentKeyMaterialId"]


def test_equal_plaintexts_give_different_ciphertexts(kms, symmetric):
    blobs = {kms.encrypt(KeyId=symmetric, Plaintext=b"same")["CiphertextBlob"] for _ in range(3)}
    assert len(blobs) == 3


@pytest.mark.parametrize(
    "context",
    [{}, {"tenant": "red"}, {"Tenant": "blue"}, {"tenant": "blue", "more": "x"}, {"tenantblue": ""}],
    ids=str,
)
def test_another_context_opens_nothing(kms, symmetric, context):
    blob = kms.encrypt(KeyId=symmetric, Plaintext=b"x", EncryptionContext={"tenant": "blue"})[
        "CiphertextBlob"
    ]
    with refused("InvalidCiphertextException") as caught:
        kms.decrypt(CiphertextBlob=blob, EncryptionContext=context)
    assert caught.value.response["Error"].get("Message", "") == ""


def test_an_empty_context_is_no_context(kms, symmetric):
    blob = kms.encrypt(KeyId=symmetric, Plaintext=b"x", EncryptionContext={})["CiphertextBlob"]
    assert kms.decrypt(CiphertextBlob=blob)["Plaintext"] == b"x"


def test_every_byte_of_a_ciphertext_counts(kms, symmetric):
    blob = kms.encrypt(KeyId=symmetric, Plaintext=b"x")["CiphertextBlob"]
    for index in range(len(blob)):
        changed = blob[:index] + bytes([blob[index] ^ 1]) + blob[index + 1 :]
        # A changed key id may name a key that is not there, which is told like a foreign one's.
        with pytest.raises((kms.exceptions.InvalidCiphertextException, kms.exceptions.ClientError)) as caught:
            kms.decrypt(CiphertextBlob=changed)
        code = caught.value.response["Error"]["Code"]
        assert code in ("InvalidCiphertextException", "AccessDeniedException"), (index, code)
        with pytest.raises(kms.exceptions.ClientError) as caught:
            kms.decrypt(CiphertextBlob=changed, KeyId=symmetric)
        code = caught.value.response["Error"]["Code"]
        assert code in ("InvalidCiphertextException", "IncorrectKeyException"), (index, code)


def test_the_wrong_key_for_a_ciphertext(kms, symmetric, other_symmetric):
    blob = kms.encrypt(KeyId=symmetric, Plaintext=b"x")["CiphertextBlob"]
    with refused("IncorrectKeyException"):
        kms.decrypt(CiphertextBlob=blob, KeyId=other_symmetric)


def test_plaintexts_have_bounds(kms, symmetric):
    longest = os.urandom(LONGEST_PLAINTEXT)
    blob = kms.encrypt(KeyId=symmetric, Plaintext=longest)["CiphertextBlob"]
    assert len(blob) <= 6144
    assert kms.decrypt(CiphertextBlob=blob)["Plaintext"] == longest
    with refused("ValidationException", "'plaintext' failed to satisfy constraint"):
        kms.encrypt(KeyId=symmetric, Plaintext=longest + b"x")


@pytest.mark.parametrize(
    ("algorithm", "hash_", "most"),
    [
        ("RSAES_OAEP_SHA_1", hashes.SHA1(), 214),
        ("RSAES_OAEP_SHA_256", hashes.SHA256(), 190),
    ],
)
def test_rsa_encryption_both_ways(kms, rsa_encryption, algorithm, hash_, most):
    public = serialization.load_der_public_key(kms.get_public_key(KeyId=rsa_encryption)["PublicKey"])
    oaep = padding.OAEP(mgf=padding.MGF1(hash_), algorithm=hash_, label=None)
    how = {"KeyId": rsa_encryption, "EncryptionAlgorithm": algorithm}
    plaintext = os.urandom(most)
    for blob in (public.encrypt(plaintext, oaep), kms.encrypt(Plaintext=plaintext, **how)["CiphertextBlob"]):
        assert kms.decrypt(CiphertextBlob=blob, **how)["Plaintext"] == plaintext
    with refused("ValidationException", f"cannot encrypt data larger than {most} bytes."):
        kms.encrypt(Plaintext=plaintext + b"x", **how)
    with refused("InvalidCiphertextException"):
        kms.decrypt(CiphertextBlob=os.urandom(256), **how)


def test_asymmetric_encryption_is_asked_for_in_full(kms, rsa_encryption):
    blob = kms.encrypt(KeyId=rsa_encryption, Plaintext=b"x", EncryptionAlgorithm="RSAES_OAEP_SHA_256")[
        "CiphertextBlob"
    ]
    with refused("ValidationException"):
        kms.encrypt(
            KeyId=rsa_encryption,
            Plaintext=b"x",
            EncryptionAlgorithm="RSAES_OAEP_SHA_256",
            EncryptionContext={"a": "b"},
        )
    for missing in ({"KeyId": rsa_encryption}, {"EncryptionAlgorithm": "RSAES_OAEP_SHA_256"}):
        with pytest.raises(kms.exceptions.ClientError):
            kms.decrypt(CiphertextBlob=blob, **missing)


def test_reencrypt(kms, symmetric, other_symmetric):
    old, new = {"for": "old"}, {"for": "new"}
    blob = kms.encrypt(KeyId=symmetric, Plaintext=b"moved", EncryptionContext=old)["CiphertextBlob"]
    moved = kms.re_encrypt(
        CiphertextBlob=blob,
        SourceEncryptionContext=old,
        DestinationKeyId=other_symmetric,
        DestinationEncryptionContext=new,
    )
    assert moved["KeyId"].endswith(other_symmetric) and moved["SourceKeyId"].endswith(symmetric)
    assert (
        moved["SourceEncryptionAlgorithm"] == moved["DestinationEncryptionAlgorithm"] == "SYMMETRIC_DEFAULT"
    )
    assert kms.decrypt(CiphertextBlob=moved["CiphertextBlob"], EncryptionContext=new)["Plaintext"] == b"moved"
    with refused("InvalidCiphertextException"):
        kms.re_encrypt(CiphertextBlob=blob, DestinationKeyId=other_symmetric)
    with refused("IncorrectKeyException"):
        kms.re_encrypt(
            CiphertextBlob=blob,
            SourceEncryptionContext=old,
            SourceKeyId=other_symmetric,
            DestinationKeyId=other_symmetric,
        )


def test_reencrypt_from_rsa(kms, rsa_encryption, symmetric):
    algorithm = "RSAES_OAEP_SHA_256"
    blob = kms.encrypt(KeyId=rsa_encryption, Plaintext=b"x", EncryptionAlgorithm=algorithm)["CiphertextBlob"]
    moved = kms.re_encrypt(
        CiphertextBlob=blob,
        SourceKeyId=rsa_encryption,
        SourceEncryptionAlgorithm=algorithm,
        DestinationKeyId=symmetric,
    )
    assert kms.decrypt(CiphertextBlob=moved["CiphertextBlob"])["Plaintext"] == b"x"


# Data keys and random bytes.


@pytest.mark.parametrize(
    ("asked", "length"),
    [
        ({"KeySpec": "AES_256"}, 32),
        ({"KeySpec": "AES_128"}, 16),
        ({"NumberOfBytes": 1024}, 1024),
        ({"NumberOfBytes": 1}, 1),
    ],
    ids=str,
)
def test_data_keys(kms, symmetric, asked, length):
    context = {"a": "b"}
    made = kms.generate_data_key(KeyId=symmetric, EncryptionContext=context, **asked)
    assert len(made["Plaintext"]) == length
    opened = kms.decrypt(CiphertextBlob=made["CiphertextBlob"], EncryptionContext=context)
    assert opened["Plaintext"] == made["Plaintext"]
    blind = kms.generate_data_key_without_plaintext(KeyId=symmetric, **asked)
    assert "Plaintext" not in blind
    assert len(kms.decrypt(CiphertextBlob=blind["CiphertextBlob"])["Plaintext"]) == length


@pytest.mark.parametrize(
    "asked", [{}, {"KeySpec": "AES_256", "NumberOfBytes": 32}, {"NumberOfBytes": 1025}], ids=str
)
def test_data_keys_are_asked_for_in_one_way(kms, symmetric, asked):
    with refused("ValidationException"):
        kms.generate_data_key(KeyId=symmetric, **asked)
    with refused("ValidationException"):
        kms.generate_data_key_without_plaintext(KeyId=symmetric, **asked)


def test_generate_random(kms):
    drawn = {kms.generate_random(NumberOfBytes=MOST_RANDOM)["Plaintext"] for _ in range(3)}
    assert len(drawn) == 3 and {len(one) for one in drawn} == {MOST_RANDOM}
    with refused("ValidationException"):
        kms.generate_random(NumberOfBytes=MOST_RANDOM + 1)
    with refused("ValidationException"):
        kms.generate_random()


# Sign, Verify, GetPublicKey.


@pytest.mark.parametrize("spec", [s for s in materials.SPECS if usage_of(s) == "SIGN_VERIFY"])
def test_sign_and_verify(kms, spec):
    key_id = generated_key(kms, spec)
    shown = kms.get_public_key(KeyId=key_id)
    assert shown["KeySpec"] == shown["CustomerMasterKeySpec"] == spec and shown["KeyUsage"] == "SIGN_VERIFY"
    public = serialization.load_der_public_key(shown["PublicKey"])
    checked = set()
    for algorithm, verify in materials.verifiers(spec, public):
        how = {"KeyId": key_id, "Message": materials.MESSAGE, "SigningAlgorithm": algorithm}
        signed = kms.sign(**how)
        assert signed["SigningAlgorithm"] == algorithm and signed["KeyId"].endswith(key_id)
        verify(signed["Signature"])
        assert kms.verify(Signature=signed["Signature"], **how)["SignatureValid"] is True
        for signature, message in (
            (signed["Signature"][:-1] + bytes([signed["Signature"][-1] ^ 1]), materials.MESSAGE),
            (signed["Signature"], b"another message"),
            (b"\0", materials.MESSAGE),
        ):
            with refused("KMSInvalidSignatureException") as caught:
                kms.verify(KeyId=key_id, Message=message, SigningAlgorithm=algorithm, Signature=signature)
            assert caught.value.response["Error"].get("Message", "") == ""
        checked.add(algorithm)
    assert checked <= set(shown["SigningAlgorithms"])


def test_a_digest_is_signed_as_it_is(kms, signing):
    digest = hashlib.sha256(materials.MESSAGE).digest()
    how = {"KeyId": signing, "SigningAlgorithm": "ECDSA_SHA_256"}
    signature = kms.sign(Message=digest, MessageType="DIGEST", **how)["Signature"]
    assert kms.verify(Message=materials.MESSAGE, Signature=signature, **how)["SignatureValid"] is True
    with refused("ValidationException", "Digest is invalid length for algorithm ECDSA_SHA_256."):
        kms.sign(Message=digest[:-1], MessageType="DIGEST", **how)


def test_ed25519_in_its_two_forms(kms):
    how = {"KeyId": generated_key(kms, "ECC_NIST_EDWARDS25519")}
    digest = hashlib.sha512(materials.MESSAGE).digest()
    prehashed = {"SigningAlgorithm": "ED25519_PH_SHA_512", "MessageType": "DIGEST", **how}
    signature = kms.sign(Message=digest, **prehashed)["Signature"]
    assert kms.verify(Message=digest, Signature=signature, **prehashed)["SignatureValid"] is True
    with refused("ValidationException"):
        kms.sign(Message=digest, SigningAlgorithm="ED25519_SHA_512", MessageType="DIGEST", **how)
    with refused("ValidationException"):
        kms.sign(Message=materials.MESSAGE, SigningAlgorithm="ED25519_PH_SHA_512", **how)


def test_ml_dsa_with_an_external_mu(kms):
    key_id = generated_key(kms, "ML_DSA_65")
    public_key = kms.get_public_key(KeyId=key_id)["PublicKey"]
    public = serialization.load_der_public_key(public_key)
    # FIPS 204, 6.2: mu = H(H(pk, 64) || 0 || len(ctx) || ctx || M, 64) with the empty context.
    tr = hashlib.shake_256(public.public_bytes_raw()).digest(64)
    mu = hashlib.shake_256(tr + b"\0\0" + materials.MESSAGE).digest(64)
    how = {"KeyId": key_id, "SigningAlgorithm": "ML_DSA_SHAKE_256"}
    signature = kms.sign(Message=mu, MessageType="EXTERNAL_MU", **how)["Signature"]
    public.verify(signature, materials.MESSAGE)
    assert kms.verify(Message=materials.MESSAGE, Signature=signature, **how)["SignatureValid"] is True
    with refused("ValidationException"):
        kms.sign(Message=mu[:-1], MessageType="EXTERNAL_MU", **how)


def test_a_signing_algorithm_of_another_key(kms, signing):
    for algorithm in ("ECDSA_SHA_384", "RSASSA_PSS_SHA_256", "ED25519_SHA_512"):
        with refused("InvalidKeyUsageException"):
            kms.sign(KeyId=signing, Message=b"x", SigningAlgorithm=algorithm)


def test_keys_without_a_public_part(kms, symmetric, mac_key):
    for key_id in (symmetric, mac_key):
        with refused("UnsupportedOperationException"):
            kms.get_public_key(KeyId=key_id)


# GenerateMac, VerifyMac.


def test_macs(kms, mac_key):
    how = {"KeyId": mac_key, "MacAlgorithm": "HMAC_SHA_256"}
    made = kms.generate_mac(Message=b"m", **how)
    assert (
        len(made["Mac"]) == 32 and made["MacAlgorithm"] == "HMAC_SHA_256" and made["KeyId"].endswith(mac_key)
    )
    assert kms.verify_mac(Message=b"m", Mac=made["Mac"], **how)["MacValid"] is True
    for mac in (made["Mac"][:-1], made["Mac"] + b"\0", bytes(32)):
        with refused("KMSInvalidMacException") as caught:
            kms.verify_mac(Message=b"m", Mac=mac, **how)
        assert caught.value.response["Error"].get("Message", "") == ""
    with refused("InvalidKeyUsageException"):
        kms.generate_mac(KeyId=mac_key, Message=b"m", MacAlgorithm="HMAC_SHA_512")


# What goes for all of them.


def test_the_usage_of_a_key_decides(kms, symmetric, signing, mac_key):
    text = "key usage is {} which is not valid for {}."
    with refused("InvalidKeyUsageException", text.format("SIGN_VERIFY", "Encrypt")):
        kms.encrypt(KeyId=signing, Plaintext=b"x")
    with refused("InvalidKeyUsageException", text.format("GENERATE_VERIFY_MAC", "GenerateDataKey")):
        kms.generate_data_key(KeyId=mac_key, KeySpec="AES_256")
    with refused("InvalidKeyUsageException", text.format("ENCRYPT_DECRYPT", "Sign")):
        kms.sign(KeyId=symmetric, Message=b"x", SigningAlgorithm="ECDSA_SHA_256")
    with refused("InvalidKeyUsageException", text.format("ENCRYPT_DECRYPT", "GenerateMac")):
        kms.generate_mac(KeyId=symmetric, Message=b"x", MacAlgorithm="HMAC_SHA_256")


def test_an_imported_key_works_like_any_other(kms):
    key_id = imported_key(kms, os.urandom(32))
    materials.prove_symmetric(kms, key_id)
    made = kms.generate_data_key(KeyId=key_id, KeySpec="AES_256")
    assert kms.decrypt(CiphertextBlob=made["CiphertextBlob"])["Plaintext"] == made["Plaintext"]
