"""Encapsulate and Decapsulate against the ML-KEM of Python's `cryptography`, which lacks ML-KEM-512."""

import pytest
from cryptography.hazmat.primitives.asymmetric import mlkem
from cryptography.hazmat.primitives.serialization import load_der_public_key
from support.ceremony import generated_key
from support.errors import code_of, refused

# Ciphertexts in bytes (FIPS 203, table 3).
LENGTHS = {"ML_KEM_512": 768, "ML_KEM_768": 1088, "ML_KEM_1024": 1568}
SECRET = 32
PUBLIC_KEYS = {"ML_KEM_768": mlkem.MLKEM768PublicKey, "ML_KEM_1024": mlkem.MLKEM1024PublicKey}
MOST_CIPHERTEXT = 6144
USAGE = "ENCAPSULATE_DECAPSULATE"


@pytest.fixture(scope="module")
def keys(kms):
    return {spec: generated_key(kms, spec, USAGE) for spec in LENGTHS}


def encapsulate(kms, key_id, **how):
    return kms.encapsulate(KeyId=key_id, EncapsulationAlgorithm="ML_KEM", **how)


def decapsulate(kms, key_id, ciphertext, **how):
    return kms.decapsulate(
        KeyId=key_id, SharedSecretCiphertextBlob=ciphertext, EncapsulationAlgorithm="ML_KEM", **how
    )


@pytest.mark.parametrize("spec", LENGTHS)
def test_a_secret_there_and_back(kms, keys, spec):
    arn = kms.describe_key(KeyId=keys[spec])["KeyMetadata"]["Arn"]
    sent = encapsulate(kms, keys[spec])
    ciphertext = sent["SharedSecretCiphertextBlob"]
    assert len(ciphertext) == LENGTHS[spec] and len(sent["SharedSecret"]) == SECRET
    received = decapsulate(kms, keys[spec], ciphertext)
    assert received["SharedSecret"] == sent["SharedSecret"]
    for answer in (sent, received):
        assert answer["KeyId"] == arn and answer["EncapsulationAlgorithm"] == "ML_KEM"
    again = encapsulate(kms, keys[spec])
    assert again["SharedSecret"] != sent["SharedSecret"]
    assert again["SharedSecretCiphertextBlob"] != ciphertext


@pytest.mark.parametrize("spec", PUBLIC_KEYS)
def test_a_sender_with_the_public_key_alone(kms, keys, spec):
    shown = kms.get_public_key(KeyId=keys[spec])
    assert shown["EncapsulationAlgorithms"] == ["ML_KEM"] and shown["KeyUsage"] == USAGE
    public = load_der_public_key(shown["PublicKey"])
    assert isinstance(public, PUBLIC_KEYS[spec])
    secret, ciphertext = public.encapsulate()
    assert decapsulate(kms, keys[spec], ciphertext)["SharedSecret"] == secret


@pytest.mark.parametrize("spec", PUBLIC_KEYS)
def test_a_data_key_pair_takes_part(kms, spec):
    """A pair given away decapsulates outside what was encapsulated outside; its seed is the key."""
    made = kms.generate_data_key_pair(KeyId=generated_key(kms), KeyPairSpec=spec)
    private = getattr(mlkem, PUBLIC_KEYS[spec].__name__.replace("Public", "Private"))
    key = private.from_seed_bytes(made["PrivateKeyPlaintext"][-64:])
    secret, ciphertext = load_der_public_key(made["PublicKey"]).encapsulate()
    assert key.decapsulate(ciphertext) == secret


@pytest.mark.parametrize("spec", LENGTHS)
def test_a_wrong_ciphertext_of_the_right_length_gives_another_secret(kms, keys, spec):
    """FIPS 203, implicit rejection: no error, and the same wrong secret each time."""
    sent = encapsulate(kms, keys[spec])
    ciphertext = sent["SharedSecretCiphertextBlob"]
    for position in (0, LENGTHS[spec] // 2, LENGTHS[spec] - 1):
        changed = bytearray(ciphertext)
        changed[position] ^= 1
        rejected = decapsulate(kms, keys[spec], bytes(changed))["SharedSecret"]
        assert len(rejected) == SECRET and rejected != sent["SharedSecret"]
        assert decapsulate(kms, keys[spec], bytes(changed))["SharedSecret"] == rejected
    other = generated_key(kms, spec, USAGE)
    assert decapsulate(kms, other, ciphertext)["SharedSecret"] != sent["SharedSecret"]


@pytest.mark.parametrize("spec", LENGTHS)
def test_a_ciphertext_of_another_length(kms, keys, spec):
    wrong = {1, LENGTHS[spec] - 1, LENGTHS[spec] + 1, MOST_CIPHERTEXT, *LENGTHS.values()} - {LENGTHS[spec]}
    for length in sorted(wrong):
        with refused("InvalidCiphertextException"):
            decapsulate(kms, keys[spec], bytes(length))
    with refused("ValidationException"):
        decapsulate(kms, keys[spec], bytes(MOST_CIPHERTEXT + 1))


def test_what_refuses_both(kms, keys):
    def both(code, key_id, **how):
        assert code_of(encapsulate, kms=kms, key_id=key_id, **how) == code
        blob = bytes(LENGTHS["ML_KEM_768"])
        assert code_of(decapsulate, kms=kms, key_id=key_id, ciphertext=blob, **how) == code

    key_id = keys["ML_KEM_768"]
    both("DryRunOperationException", key_id, DryRun=True)
    both("InvalidGrantTokenException", key_id, GrantTokens=["nonsense"])
    both("NotFoundException", "alias/nothing")
    for spec in ("SYMMETRIC_DEFAULT", "ML_DSA_44", "ECC_NIST_P256"):
        both("InvalidKeyUsageException", generated_key(kms, spec))
    disabled = generated_key(kms, "ML_KEM_768", USAGE)
    kms.disable_key(KeyId=disabled)
    both("DisabledException", disabled)
    kms.schedule_key_deletion(KeyId=disabled)
    both("KMSInvalidStateException", disabled)
