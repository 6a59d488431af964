"""The forms of a message that Sign and Verify take, checked by other implementations: Ed25519ph, and ML-DSA
with the message or with its representative mu."""

import hashlib

import pytest
from cryptography.hazmat.primitives.serialization import load_der_public_key
from support import ed25519ph, materials
from support.ceremony import generated_key, imported_key
from support.errors import code_of, refused

MU = 64


def test_the_oracle_knows_the_vector_of_rfc_8032():
    """RFC 8032, 7.3: the message is "abc"."""
    public = bytes.fromhex("ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf")
    signature = bytes.fromhex(
        "98a70222f0b8121aa9d30f813d683f809e462b469c7ff87639499bb94e6dae41"
        "31f85042463c2a355a2003d062adf5aaa10b8c61e636062aaad11c2a26083406"
    )
    assert ed25519ph.verifies(public, b"abc", signature)
    assert not ed25519ph.verifies(public, b"abd", signature)
    assert not ed25519ph.verifies(public, b"abc", signature[:-1] + bytes([signature[-1] ^ 1]))


def test_ed25519ph_hashes_the_digest_once_more(kms):
    key_id = generated_key(kms, "ECC_NIST_EDWARDS25519")
    public = load_der_public_key(kms.get_public_key(KeyId=key_id)["PublicKey"]).public_bytes_raw()
    digest = hashlib.sha512(materials.MESSAGE).digest()
    how = {"KeyId": key_id, "SigningAlgorithm": "ED25519_PH_SHA_512", "MessageType": "DIGEST"}
    signature = kms.sign(Message=digest, **how)["Signature"]
    # The digest is the message of the standard's algorithm: it is hashed by the caller and by the service.
    assert ed25519ph.verifies(public, digest, signature)
    assert not ed25519ph.verifies(public, materials.MESSAGE, signature)
    assert kms.verify(Message=digest, Signature=signature, **how)["SignatureValid"] is True
    with refused("KMSInvalidSignatureException"):
        kms.verify(Message=hashlib.sha512(digest).digest(), Signature=signature, **how)
    pure = {"KeyId": key_id, "SigningAlgorithm": "ED25519_SHA_512"}
    with refused("KMSInvalidSignatureException"):
        kms.verify(Message=digest, Signature=signature, **pure)
    for call, more in ((kms.sign, {}), (kms.verify, {"Signature": signature})):
        for wrong in (
            {**how, "Message": digest[:-1]},
            {**how, "Message": digest, "MessageType": "RAW"},
            {**how, "Message": digest, "MessageType": "EXTERNAL_MU"},
            {**pure, "Message": digest, "MessageType": "DIGEST"},
        ):
            assert code_of(call, **wrong, **more) == "ValidationException", wrong


def representative(public, message, context=b"") -> bytes:
    """FIPS 204, algorithm 7: mu = H(H(pk, 64) || 0 || |ctx| || ctx || M, 64)."""
    tr = hashlib.shake_256(public.public_bytes_raw()).digest(64)
    return hashlib.shake_256(tr + bytes([0, len(context)]) + context + message).digest(MU)


@pytest.mark.parametrize("spec", materials.ML_DSA)
def test_ml_dsa_signs_the_message_and_its_mu_alike(kms, spec):
    key_id = generated_key(kms, spec)
    public = load_der_public_key(kms.get_public_key(KeyId=key_id)["PublicKey"])
    mu = representative(public, materials.MESSAGE)
    how = {"KeyId": key_id, "SigningAlgorithm": "ML_DSA_SHAKE_256"}
    forms = (
        {"Message": materials.MESSAGE, "MessageType": "RAW"},
        {"Message": mu, "MessageType": "EXTERNAL_MU"},
    )
    for signed in forms:
        signature = kms.sign(**signed, **how)["Signature"]
        public.verify(signature, materials.MESSAGE)
        public.verify_mu(signature, mu)
        for verified in forms:
            assert kms.verify(Signature=signature, **verified, **how)["SignatureValid"] is True
        with refused("KMSInvalidSignatureException"):
            kms.verify(Signature=signature, Message=mu, MessageType="RAW", **how)
        other = representative(public, b"another message")
        with refused("KMSInvalidSignatureException"):
            kms.verify(Signature=signature, Message=other, MessageType="EXTERNAL_MU", **how)


@pytest.mark.parametrize("spec", materials.ML_DSA)
def test_ml_dsa_signatures_from_outside(kms, spec):
    key_id = imported_key(kms, materials.material(spec), spec)
    private = materials.private_key(spec)
    mu = representative(private.public_key(), materials.MESSAGE)
    how = {"KeyId": key_id, "SigningAlgorithm": "ML_DSA_SHAKE_256"}
    for signature in (private.sign(materials.MESSAGE), private.sign_mu(mu)):
        assert kms.verify(Message=materials.MESSAGE, Signature=signature, **how)["SignatureValid"] is True
        verified = kms.verify(Message=mu, MessageType="EXTERNAL_MU", Signature=signature, **how)
        assert verified["SignatureValid"] is True
    # The context string is always the empty one.
    with refused("KMSInvalidSignatureException"):
        kms.verify(Message=materials.MESSAGE, Signature=private.sign(materials.MESSAGE, b"context"), **how)


def test_forms_that_ml_dsa_and_mu_do_not_take(kms):
    key_id = generated_key(kms, "ML_DSA_44")
    how = {"KeyId": key_id, "SigningAlgorithm": "ML_DSA_SHAKE_256"}
    signature = kms.sign(Message=b"x", **how)["Signature"]
    wrong = ((bytes(MU), "DIGEST"), (bytes(MU - 1), "EXTERNAL_MU"), (bytes(MU + 1), "EXTERNAL_MU"))
    for call, more in ((kms.sign, {}), (kms.verify, {"Signature": signature})):
        for message, kind in wrong:
            assert code_of(call, Message=message, MessageType=kind, **how, **more) == "ValidationException"
    for spec, algorithm in (("ECC_NIST_P521", "ECDSA_SHA_512"), ("RSA_2048", "RSASSA_PSS_SHA_512")):
        other = {"KeyId": generated_key(kms, spec), "SigningAlgorithm": algorithm}
        with refused("ValidationException"):
            kms.sign(Message=bytes(MU), MessageType="EXTERNAL_MU", **other)
