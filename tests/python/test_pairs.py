"""Data key pairs: what the server makes is a key pair to Python's `cryptography` and to OpenSSL."""

import subprocess

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from support import materials
from support.ceremony import generated_key
from support.errors import code_of, refused

CLASSICAL = ("RSA_2048", "RSA_3072", "RSA_4096", *materials.CURVES, "ECC_NIST_EDWARDS25519")
# The last arc of the OIDs of FIPS 203, by spec, and the length of the public key.
ML_KEM = {"ML_KEM_512": (1, 800), "ML_KEM_768": (2, 1184), "ML_KEM_1024": (3, 1568)}
# 2.16.840.1.101.3.4.4, without the last arc.
KEM_ARCS = bytes.fromhex("6086480165030404")
SEED = 64


@pytest.fixture(scope="module")
def symmetric(kms):
    return generated_key(kms)


def opened(kms, made, **how):
    return kms.decrypt(CiphertextBlob=made["PrivateKeyCiphertextBlob"], **how)["Plaintext"]


def pair(kms, symmetric, spec):
    """The two halves, as `cryptography` reads them, after what every answer must be."""
    made = kms.generate_data_key_pair(KeyId=symmetric, KeyPairSpec=spec)
    shown = kms.describe_key(KeyId=symmetric)["KeyMetadata"]
    assert made["KeyId"] == shown["Arn"] and made["KeyPairSpec"] == spec
    assert made["KeyMaterialId"] == shown["CurrentKeyMaterialId"]
    assert "CiphertextForRecipient" not in made
    assert opened(kms, made) == made["PrivateKeyPlaintext"]
    private = serialization.load_der_private_key(made["PrivateKeyPlaintext"], None)
    public = serialization.load_der_public_key(made["PublicKey"])
    derived = private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert derived == made["PublicKey"] == public.public_bytes(
        Encoding.DER, PublicFormat.SubjectPublicKeyInfo
    )
    # Written again it is the same document: nothing is missing or in another form.
    again = private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    assert again == made["PrivateKeyPlaintext"]
    return private, public, made


@pytest.mark.parametrize("bits", [2048, 3072, 4096])
def test_rsa(kms, symmetric, bits):
    private, public, _ = pair(kms, symmetric, f"RSA_{bits}")
    assert isinstance(private, rsa.RSAPrivateKey) and private.key_size == bits
    assert public.public_numbers().e == 65537
    pss = padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=32)
    signature = private.sign(materials.MESSAGE, pss, hashes.SHA256())
    public.verify(signature, materials.MESSAGE, pss, hashes.SHA256())
    oaep = padding.OAEP(mgf=padding.MGF1(hashes.SHA256()), algorithm=hashes.SHA256(), label=None)
    assert private.decrypt(public.encrypt(materials.MESSAGE, oaep), oaep) == materials.MESSAGE


@pytest.mark.parametrize("spec", materials.CURVES)
def test_elliptic_curves(kms, symmetric, spec):
    curve, hash_, _ = materials.CURVES[spec]
    private, public, _ = pair(kms, symmetric, spec)
    assert private.curve.name == curve.name
    public.verify(private.sign(materials.MESSAGE, ec.ECDSA(hash_)), materials.MESSAGE, ec.ECDSA(hash_))
    other = ec.generate_private_key(curve)
    assert private.exchange(ec.ECDH(), other.public_key()) == other.exchange(ec.ECDH(), public)


def test_ed25519(kms, symmetric):
    private, public, _ = pair(kms, symmetric, "ECC_NIST_EDWARDS25519")
    public.verify(private.sign(materials.MESSAGE), materials.MESSAGE)


@pytest.mark.parametrize("spec", ["ML_KEM_768", "ML_KEM_1024"])
def test_ml_kem(kms, symmetric, spec):
    private, public, made = pair(kms, symmetric, spec)
    assert made["PrivateKeyPlaintext"].endswith(private.private_bytes_raw())
    secret, ciphertext = public.encapsulate()
    assert private.decapsulate(ciphertext) == secret


@pytest.mark.parametrize("spec", ML_KEM)
def test_ml_kem_keys_are_seeds(kms, symmetric, spec):
    """RFC 9935: the private key is the 64-byte seed in [0], without its expansion and without parameters."""
    arc, public_length = ML_KEM[spec]
    made = kms.generate_data_key_pair(KeyId=symmetric, KeyPairSpec=spec)
    algorithm = b"\x30\x0b\x06\x09" + KEM_ARCS + bytes([arc])
    private = made["PrivateKeyPlaintext"]
    header = b"\x30\x54\x02\x01\x00" + algorithm + b"\x04\x42\x80\x40"
    assert private.startswith(header) and len(private) == len(header) + SEED
    assert made["PublicKey"][4 : 4 + len(algorithm)] == algorithm
    assert len(made["PublicKey"]) == 22 + public_length
    assert opened(kms, made) == private
    other = kms.generate_data_key_pair(KeyId=symmetric, KeyPairSpec=spec)
    assert other["PrivateKeyPlaintext"] != private and other["PublicKey"] != made["PublicKey"]


@pytest.mark.parametrize("spec", CLASSICAL)
def test_openssl_reads_both_halves(kms, symmetric, spec):
    made = kms.generate_data_key_pair(KeyId=symmetric, KeyPairSpec=spec)

    def openssl(*words):
        done = subprocess.run(
            ["openssl", *words], input=made["PrivateKeyPlaintext"], capture_output=True, timeout=60
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout

    assert b"Key is valid" in openssl("pkey", "-inform", "DER", "-check", "-noout")
    assert openssl("pkey", "-inform", "DER", "-pubout", "-outform", "DER") == made["PublicKey"]


@pytest.mark.parametrize("spec", [*CLASSICAL, *ML_KEM])
def test_without_plaintext(kms, symmetric, spec):
    made = kms.generate_data_key_pair_without_plaintext(KeyId=symmetric, KeyPairSpec=spec)
    assert set(made) - {"ResponseMetadata"} == {
        "PrivateKeyCiphertextBlob",
        "PublicKey",
        "KeyId",
        "KeyPairSpec",
        "KeyMaterialId",
    }
    assert made["KeyPairSpec"] == spec
    private = opened(kms, made)
    if spec == "ML_KEM_512":
        assert len(private) == 22 + SEED and len(made["PublicKey"]) == 22 + ML_KEM[spec][1]
    else:
        assert materials.spki(serialization.load_der_private_key(private, None)) == made["PublicKey"]


def test_the_encryption_context(kms, symmetric):
    made = kms.generate_data_key_pair(
        KeyId=symmetric, KeyPairSpec="ECC_NIST_P256", EncryptionContext={"purpose": "test"}
    )
    assert opened(kms, made, EncryptionContext={"purpose": "test"}) == made["PrivateKeyPlaintext"]
    with refused("InvalidCiphertextException"):
        opened(kms, made)
    with refused("InvalidCiphertextException"):
        opened(kms, made, EncryptionContext={"purpose": "other"})


def test_refusals(kms, symmetric):
    signing = generated_key(kms, "ECC_NIST_P256")
    encrypting = generated_key(kms, "RSA_2048", "ENCRYPT_DECRYPT")
    disabled = generated_key(kms)
    kms.disable_key(KeyId=disabled)
    for call in (kms.generate_data_key_pair, kms.generate_data_key_pair_without_plaintext):
        for code, how in {
            "InvalidKeyUsageException": [{"KeyId": signing}, {"KeyId": encrypting}],
            "DisabledException": [{"KeyId": disabled}, {"KeyId": disabled, "DryRun": True}],
            "DryRunOperationException": [{"DryRun": True}, {"DryRun": True, "KeyPairSpec": "RSA_4096"}],
            "InvalidGrantTokenException": [{"GrantTokens": ["nonsense"]}],
            "UnsupportedOperationException": [{"KeyPairSpec": "SM2"}],
            "ValidationException": [{"KeyPairSpec": "ML_DSA_44"}, {"KeyPairSpec": "ECC_NIST_P224"}],
            "NotFoundException": [{"KeyId": "alias/nothing"}],
        }.items():
            for fields in how:
                arguments = {"KeyId": symmetric, "KeyPairSpec": "ECC_NIST_P256", **fields}
                assert code_of(call, **arguments) == code, arguments
