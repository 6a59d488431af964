"""DeriveSharedSecret against the key agreement of Python's `cryptography` and of OpenSSL."""

import subprocess

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_public_key,
)
from support import materials
from support.ceremony import external_key, generated_key, import_material
from support.errors import code_of, refused

CURVES = {spec: materials.CURVES[spec][0] for spec in ("ECC_NIST_P256", "ECC_NIST_P384", "ECC_NIST_P521")}
# Coordinates in bytes.
LENGTHS = {"ECC_NIST_P256": 32, "ECC_NIST_P384": 48, "ECC_NIST_P521": 66}


@pytest.fixture(scope="module")
def agreeing(kms):
    """One key of each curve."""
    return {spec: generated_key(kms, spec, "KEY_AGREEMENT") for spec in CURVES}


def public_key(kms, key_id):
    return kms.get_public_key(KeyId=key_id)["PublicKey"]


def derive(kms, key_id, peer: bytes, **how):
    return kms.derive_shared_secret(KeyId=key_id, KeyAgreementAlgorithm="ECDH", PublicKey=peer, **how)


@pytest.mark.parametrize("spec", CURVES)
def test_both_sides_get_the_same_secret(kms, agreeing, spec):
    ours = load_der_public_key(public_key(kms, agreeing[spec]))
    for _ in range(4):
        peer = ec.generate_private_key(CURVES[spec])
        answer = derive(kms, agreeing[spec], materials.spki(peer))
        assert answer["SharedSecret"] == peer.exchange(ec.ECDH(), ours)
        assert len(answer["SharedSecret"]) == LENGTHS[spec]
    assert answer["KeyAgreementAlgorithm"] == "ECDH" and answer["KeyOrigin"] == "AWS_KMS"
    assert answer["KeyId"] == kms.describe_key(KeyId=agreeing[spec])["KeyMetadata"]["Arn"]
    assert "CiphertextForRecipient" not in answer


@pytest.mark.parametrize("spec", CURVES)
def test_two_keys_of_the_server_agree(kms, agreeing, spec):
    other = generated_key(kms, spec, "KEY_AGREEMENT")
    here = derive(kms, agreeing[spec], public_key(kms, other))["SharedSecret"]
    there = derive(kms, other, public_key(kms, agreeing[spec]))["SharedSecret"]
    assert here == there


@pytest.mark.parametrize("spec", CURVES)
def test_an_imported_key_agrees_as_its_owner_does(kms, spec):
    mine, peer = ec.generate_private_key(CURVES[spec]), ec.generate_private_key(CURVES[spec])
    key_id = external_key(kms, spec, "KEY_AGREEMENT")
    import_material(kms, key_id, materials.pkcs8(mine), algorithm="RSA_AES_KEY_WRAP_SHA_256")
    answer = derive(kms, key_id, materials.spki(peer))
    assert answer["SharedSecret"] == mine.exchange(ec.ECDH(), peer.public_key())
    assert answer["KeyOrigin"] == "EXTERNAL"


def test_secrets_keep_their_leading_zeros(kms):
    """An x coordinate that begins with a zero byte is as long as any other."""
    curve = ec.SECP256R1()
    mine = ec.generate_private_key(curve)
    key_id = external_key(kms, "ECC_NIST_P256", "KEY_AGREEMENT")
    import_material(kms, key_id, materials.pkcs8(mine), algorithm="RSA_AES_KEY_WRAP_SHA_256")
    for _ in range(20_000):
        peer = ec.generate_private_key(curve)
        expected = peer.exchange(ec.ECDH(), mine.public_key())
        if expected[0] == 0:
            break
    assert expected[0] == 0, "one in 256 begins so"
    assert derive(kms, key_id, materials.spki(peer))["SharedSecret"] == expected


def test_openssl_derives_the_same(kms, agreeing, tmp_path):
    peer = ec.generate_private_key(ec.SECP384R1())
    (tmp_path / "key.pem").write_bytes(
        peer.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    (tmp_path / "peer.der").write_bytes(public_key(kms, agreeing["ECC_NIST_P384"]))
    command = "openssl pkeyutl -derive -inkey key.pem -peerkey peer.der -peerform DER"
    done = subprocess.run(command.split(), cwd=tmp_path, capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr.decode()
    answer = derive(kms, agreeing["ECC_NIST_P384"], materials.spki(peer))
    assert answer["SharedSecret"] == done.stdout


def with_point(spki: bytes, point: bytes) -> bytes:
    """The same P-256 key with another point of the same length."""
    assert len(spki) == 91 and len(point) == 65
    return spki[:-65] + point


def wrong_peers():
    good = materials.spki(ec.generate_private_key(ec.SECP256R1()))
    compressed = ec.generate_private_key(ec.SECP256K1()).public_key()
    return {
        "P-384": materials.spki(ec.generate_private_key(ec.SECP384R1())),
        "secp256k1": materials.spki(ec.generate_private_key(ec.SECP256K1())),
        "Ed25519": materials.spki(ed25519.Ed25519PrivateKey.generate()),
        "RSA": materials.spki(rsa.generate_private_key(65537, 2048)),
        "off the curve": with_point(good, good[-65:-1] + bytes([good[-1] ^ 1])),
        "the origin": with_point(good, b"\x04" + bytes(64)),
        "another curve's point": with_point(
            good, compressed.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        ),
        "a byte more": good + b"\0",
        "a byte less": good[:-1],
        "the point alone": good[-65:],
        "no key": b"no key",
    }


def test_peers_that_do_not_fit(kms, agreeing):
    how = {"kms": kms, "key_id": agreeing["ECC_NIST_P256"]}
    for name, peer in wrong_peers().items():
        assert code_of(derive, peer=peer, **how) == "ValidationException", name


def test_a_compressed_point(kms, agreeing):
    peer = ec.generate_private_key(ec.SECP256R1())
    point = peer.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    document = bytes.fromhex("3039301306072a8648ce3d020106082a8648ce3d030107032200") + point
    ours = load_der_public_key(public_key(kms, agreeing["ECC_NIST_P256"]))
    answer = derive(kms, agreeing["ECC_NIST_P256"], document)
    assert answer["SharedSecret"] == peer.exchange(ec.ECDH(), ours)


def test_keys_that_do_not_agree(kms, agreeing):
    peer = materials.spki(ec.generate_private_key(ec.SECP256R1()))
    for spec, usage in (
        ("ECC_NIST_P256", "SIGN_VERIFY"),
        ("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT"),
        ("ML_KEM_512", "ENCAPSULATE_DECAPSULATE"),
    ):
        with refused("InvalidKeyUsageException"):
            derive(kms, generated_key(kms, spec, usage), peer)
    with refused("InvalidKeyUsageException"):
        kms.sign(KeyId=agreeing["ECC_NIST_P256"], Message=b"x", SigningAlgorithm="ECDSA_SHA_256")
    disabled = generated_key(kms, "ECC_NIST_P256", "KEY_AGREEMENT")
    kms.disable_key(KeyId=disabled)
    with refused("DisabledException"):
        derive(kms, disabled, peer)
    with refused("KMSInvalidStateException"):
        derive(kms, external_key(kms, "ECC_NIST_P256", "KEY_AGREEMENT"), peer)
    with refused("NotFoundException"):
        derive(kms, "alias/nothing", peer)
    with refused("DryRunOperationException"):
        derive(kms, agreeing["ECC_NIST_P256"], peer, DryRun=True)
    with refused("InvalidGrantTokenException"):
        derive(kms, agreeing["ECC_NIST_P256"], peer, GrantTokens=["nonsense"])
    with refused("ValidationException"):
        kms.derive_shared_secret(KeyId=agreeing["ECC_NIST_P256"], KeyAgreementAlgorithm="DH", PublicKey=peer)
