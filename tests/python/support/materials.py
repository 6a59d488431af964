"""Key material as its owner holds it, and the proof that an imported key is that material and no other.

The owner's side is Python's `cryptography` and `hmac`: nothing of the server's own code.
"""

import hashlib
import hmac
import os
from functools import cache

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, mldsa, padding, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

MESSAGE = b"the owner's message"
HMAC_HASHES = {"224": hashlib.sha224, "256": hashlib.sha256, "384": hashlib.sha384, "512": hashlib.sha512}
CURVES = {
    "ECC_NIST_P256": (ec.SECP256R1(), hashes.SHA256(), "ECDSA_SHA_256"),
    "ECC_NIST_P384": (ec.SECP384R1(), hashes.SHA384(), "ECDSA_SHA_384"),
    "ECC_NIST_P521": (ec.SECP521R1(), hashes.SHA512(), "ECDSA_SHA_512"),
    "ECC_SECG_P256K1": (ec.SECP256K1(), hashes.SHA256(), "ECDSA_SHA_256"),
}
ML_DSA = {
    "ML_DSA_44": mldsa.MLDSA44PrivateKey,
    "ML_DSA_65": mldsa.MLDSA65PrivateKey,
    "ML_DSA_87": mldsa.MLDSA87PrivateKey,
}
SPECS = (
    "SYMMETRIC_DEFAULT",
    *(f"HMAC_{bits}" for bits in HMAC_HASHES),
    "RSA_2048",
    "RSA_3072",
    "RSA_4096",
    *CURVES,
    "ECC_NIST_EDWARDS25519",
    *ML_DSA,
)


@cache
def private_key(spec: str):
    """The owner's private key of this spec, made once a run."""
    if spec.startswith("RSA_"):
        return rsa.generate_private_key(65537, int(spec.removeprefix("RSA_")))
    if spec in CURVES:
        return ec.generate_private_key(CURVES[spec][0])
    if spec in ML_DSA:
        return ML_DSA[spec].generate()
    assert spec == "ECC_NIST_EDWARDS25519", spec
    return ed25519.Ed25519PrivateKey.generate()


@cache
def material(spec: str) -> bytes:
    """What is to be wrapped: raw bytes for symmetric and HMAC keys, PKCS#8 for pairs."""
    if spec == "SYMMETRIC_DEFAULT":
        return os.urandom(32)
    if spec.startswith("HMAC_"):
        return os.urandom(HMAC_HASHES[spec.removeprefix("HMAC_")]().digest_size)
    return pkcs8(private_key(spec))


def pkcs8(key) -> bytes:
    return key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def spki(key) -> bytes:
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def prove(kms, key_id: str, spec: str, usage: str):
    """Fails unless the key in the server is the owner's."""
    if spec.startswith("HMAC_"):
        prove_hmac(kms, key_id, spec, material(spec))
    elif usage == "SIGN_VERIFY":
        prove_signing(kms, key_id, spec, private_key(spec))
    elif spec.startswith("RSA_"):
        prove_decryption(kms, key_id, private_key(spec))
    else:
        prove_symmetric(kms, key_id)


def prove_hmac(kms, key_id, spec, secret):
    bits = spec.removeprefix("HMAC_")
    algorithm = f"HMAC_SHA_{bits}"
    expected = hmac.new(secret, MESSAGE, HMAC_HASHES[bits]).digest()
    made = kms.generate_mac(KeyId=key_id, Message=MESSAGE, MacAlgorithm=algorithm)
    assert made["Mac"] == expected
    verified = kms.verify_mac(KeyId=key_id, Message=MESSAGE, MacAlgorithm=algorithm, Mac=expected)
    assert verified["MacValid"] is True


def prove_signing(kms, key_id, spec, key):
    assert kms.get_public_key(KeyId=key_id)["PublicKey"] == spki(key)
    for algorithm, verify in verifiers(spec, key.public_key()):
        signed = kms.sign(KeyId=key_id, Message=MESSAGE, SigningAlgorithm=algorithm)
        verify(signed["Signature"])


def verifiers(spec, public):
    """Signing algorithms, each with a function that raises unless given a true signature of MESSAGE."""
    if spec.startswith("RSA_"):
        pss = padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=32)
        yield "RSASSA_PSS_SHA_256", lambda s: public.verify(s, MESSAGE, pss, hashes.SHA256())
        yield (
            "RSASSA_PKCS1_V1_5_SHA_512",
            lambda s: public.verify(s, MESSAGE, padding.PKCS1v15(), hashes.SHA512()),
        )
    elif spec in CURVES:
        _, hash_, algorithm = CURVES[spec]
        yield algorithm, lambda s: public.verify(s, MESSAGE, ec.ECDSA(hash_))
    elif spec in ML_DSA:
        yield "ML_DSA_SHAKE_256", lambda s: public.verify(s, MESSAGE)
    else:
        yield "ED25519_SHA_512", lambda s: public.verify(s, MESSAGE)


def prove_decryption(kms, key_id, key):
    assert kms.get_public_key(KeyId=key_id)["PublicKey"] == spki(key)
    for hash_, algorithm in ((hashes.SHA1(), "RSAES_OAEP_SHA_1"), (hashes.SHA256(), "RSAES_OAEP_SHA_256")):
        oaep = padding.OAEP(mgf=padding.MGF1(hash_), algorithm=hash_, label=None)
        sent = key.public_key().encrypt(MESSAGE, oaep)
        opened = kms.decrypt(KeyId=key_id, CiphertextBlob=sent, EncryptionAlgorithm=algorithm)
        assert opened["Plaintext"] == MESSAGE


def prove_symmetric(kms, key_id):
    """A round trip. The format is the server's own: the test of the matrix proves identity by reimport."""
    context = {"purpose": "proof"}
    sealed = kms.encrypt(KeyId=key_id, Plaintext=MESSAGE, EncryptionContext=context)
    opened = kms.decrypt(CiphertextBlob=sealed["CiphertextBlob"], EncryptionContext=context)
    assert opened["Plaintext"] == MESSAGE
    assert opened["KeyId"].endswith(key_id)
