"""What the wrapped material may be: the formats of every key spec, and what is refused for what it is.

Everything here unwraps well. A refusal is always IncorrectKeyMaterialException and leaves the key as it was.
"""

import hashlib
import hmac
import os
import subprocess
from functools import cache
from math import lcm

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from support import der, materials
from support.ceremony import external_key, import_material, state
from support.errors import refused

HYBRID = {"algorithm": "RSA_AES_KEY_WRAP_SHA_256"}
# The order of P-256's group (SEC 2, secp256r1).
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def refuse(kms, spec, material, usage=None):
    key_id = external_key(kms, spec, usage)
    with refused("IncorrectKeyMaterialException"):
        import_material(kms, key_id, material, **HYBRID)
    assert state(kms, key_id) == "PendingImport"


def accept(kms, spec, material):
    key_id = external_key(kms, spec)
    import_material(kms, key_id, material, **HYBRID)
    assert state(kms, key_id) == "Enabled"
    return key_id


# Raw bytes.


@pytest.mark.parametrize("length", [1, 16, 24, 31, 33, 48, 64, 4096])
def test_a_symmetric_key_is_32_bytes(kms, length):
    refuse(kms, "SYMMETRIC_DEFAULT", os.urandom(length))


HMAC_LENGTHS = {"224": 28, "256": 32, "384": 48, "512": 64}


@pytest.mark.parametrize("bits", HMAC_LENGTHS)
def test_an_hmac_key_is_not_shorter_than_its_digest(kms, bits):
    refuse(kms, f"HMAC_{bits}", os.urandom(HMAC_LENGTHS[bits] - 1))


@pytest.mark.parametrize("bits", HMAC_LENGTHS)
def test_an_hmac_key_is_not_longer_than_1024_bits(kms, bits):
    refuse(kms, f"HMAC_{bits}", os.urandom(129))


@pytest.mark.parametrize("bits", HMAC_LENGTHS)
def test_an_hmac_key_of_1024_bits_is_used_whole(kms, bits):
    secret = os.urandom(128)
    key_id = accept(kms, f"HMAC_{bits}", secret)
    materials.prove_hmac(kms, key_id, f"HMAC_{bits}", secret)


def test_an_hmac_key_between_the_bounds_is_used_as_it_is(kms):
    secret = os.urandom(45)
    key_id = accept(kms, "HMAC_256", secret)
    made = kms.generate_mac(KeyId=key_id, Message=b"m", MacAlgorithm="HMAC_SHA_256")
    assert made["Mac"] == hmac.new(secret, b"m", hashlib.sha256).digest()


# A private key, but another.


WRONG_KEYS = [
    ("RSA_2048", "RSA_3072"),
    ("RSA_3072", "RSA_2048"),
    ("RSA_4096", "RSA_3072"),
    ("RSA_2048", "ECC_NIST_P256"),
    ("ECC_NIST_P256", "ECC_NIST_P384"),
    ("ECC_NIST_P256", "ECC_SECG_P256K1"),
    ("ECC_SECG_P256K1", "ECC_NIST_P256"),
    ("ECC_NIST_P384", "ECC_NIST_P521"),
    ("ECC_NIST_P521", "ECC_NIST_P384"),
    ("ECC_NIST_P256", "ECC_NIST_EDWARDS25519"),
    ("ECC_NIST_P256", "RSA_2048"),
    ("ECC_NIST_EDWARDS25519", "ECC_NIST_P256"),
    ("ECC_NIST_EDWARDS25519", "ML_DSA_44"),
    ("ML_DSA_44", "ML_DSA_65"),
    ("ML_DSA_87", "ML_DSA_65"),
    ("SYMMETRIC_DEFAULT", "ECC_NIST_P256"),
    ("RSA_2048", "HMAC_256"),
    ("ECC_NIST_P256", "SYMMETRIC_DEFAULT"),
]


@pytest.mark.parametrize(
    ("spec", "given"), WRONG_KEYS, ids=[f"{spec}-given-{given}" for spec, given in WRONG_KEYS]
)
def test_a_key_of_another_spec(kms, spec, given):
    refuse(kms, spec, materials.material(given))


PAIRS = ["RSA_2048", "ECC_NIST_P256", "ECC_NIST_EDWARDS25519", "ML_DSA_44"]


@pytest.mark.parametrize("spec", PAIRS)
def test_what_is_no_document_at_all(kms, spec):
    refuse(kms, spec, os.urandom(200))


@pytest.mark.parametrize("spec", PAIRS)
def test_a_truncated_document(kms, spec):
    refuse(kms, spec, materials.material(spec)[:-1])


@pytest.mark.parametrize("spec", PAIRS)
def test_trailing_bytes(kms, spec):
    refuse(kms, spec, materials.material(spec) + b"\0")


@pytest.mark.parametrize("spec", PAIRS)
def test_a_public_key(kms, spec):
    refuse(kms, spec, materials.spki(materials.private_key(spec)))


@pytest.mark.parametrize("spec", PAIRS)
def test_a_pem_text(kms, spec):
    key = materials.private_key(spec)
    refuse(kms, spec, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


@pytest.mark.parametrize("spec", ["RSA_2048", "ECC_NIST_P256"])
def test_the_older_formats_are_not_pkcs8(kms, spec):
    key = materials.private_key(spec)
    refuse(kms, spec, key.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption()))


@pytest.mark.parametrize("spec", ["RSA_2048", "ECC_NIST_P256"])
def test_a_document_under_a_password(kms, spec):
    key = materials.private_key(spec)
    refuse(kms, spec, key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, BestAvailableEncryption(b"pw")))


@pytest.mark.parametrize("spec", ["RSA_2048", "ECC_NIST_P256", "ECC_NIST_P521", "ECC_SECG_P256K1"])
def test_ber_is_as_good_as_der(kms, spec):
    loose = der.as_ber(materials.material(spec))
    assert loose != materials.material(spec)
    key_id = accept(kms, spec, loose)
    materials.prove_signing(kms, key_id, spec, materials.private_key(spec))


# Elliptic curves.


@cache
def p256():
    """Scalar and the point in its two forms."""
    key = materials.private_key("ECC_NIST_P256")
    points = [
        key.public_key().public_bytes(Encoding.X962, form)
        for form in (PublicFormat.UncompressedPoint, PublicFormat.CompressedPoint)
    ]
    return key.private_numbers().private_value.to_bytes(32, "big"), *points


@pytest.mark.parametrize("form", ["uncompressed", "compressed", "absent"])
@pytest.mark.parametrize("inner_curve", [None, der.PRIME256V1], ids=["curve-once", "curve-twice"])
def test_the_public_point_may_be_in_any_form(kms, form, inner_curve):
    scalar, uncompressed, compressed = p256()
    point = {"uncompressed": uncompressed, "compressed": compressed, "absent": None}[form]
    key_id = accept(kms, "ECC_NIST_P256", der.ec_pkcs8(scalar, point, inner_curve=inner_curve))
    materials.prove_signing(kms, key_id, "ECC_NIST_P256", materials.private_key("ECC_NIST_P256"))


@pytest.mark.parametrize(
    "form", [PublicFormat.UncompressedPoint, PublicFormat.CompressedPoint], ids=["uncompressed", "compressed"]
)
def test_a_public_point_of_another_key(kms, form):
    other = ec.generate_private_key(ec.SECP256R1()).public_key().public_bytes(Encoding.X962, form)
    refuse(kms, "ECC_NIST_P256", der.ec_pkcs8(p256()[0], other))


def test_a_public_point_off_the_curve(kms):
    scalar, uncompressed, _ = p256()
    refuse(kms, "ECC_NIST_P256", der.ec_pkcs8(scalar, uncompressed[:-1] + bytes([uncompressed[-1] ^ 1])))


def test_two_curves_in_one_document(kms):
    refuse(kms, "ECC_NIST_P256", der.ec_pkcs8(p256()[0], None, inner_curve=der.SECP384R1))


@pytest.mark.parametrize(
    "scalar", [0, P256_ORDER, P256_ORDER + 1, 2**256 - 1], ids=["0", "n", "n+1", "2^256-1"]
)
def test_a_scalar_out_of_range(kms, scalar):
    refuse(kms, "ECC_NIST_P256", der.ec_pkcs8(scalar.to_bytes(32, "big"), None))


def test_trailing_bytes_inside_the_ec_key(kms):
    scalar, uncompressed, _ = p256()
    refuse(kms, "ECC_NIST_P256", der.ec_pkcs8(scalar, uncompressed, trailing=der.integer(1)))


def test_explicit_curve_parameters(kms):
    options = ["-pkeyopt", "ec_paramgen_curve:P-256", "-pkeyopt", "ec_param_enc:explicit"]
    made = openssl("genpkey", "-algorithm", "EC", *options)
    explicit = openssl("pkcs8", "-topk8", "-nocrypt", "-outform", "DER", stdin=made)
    # The prime field's OID shows that the curve is spelled out.
    assert bytes.fromhex("2a8648ce3d0101") in explicit
    refuse(kms, "ECC_NIST_P256", explicit)


def openssl(*arguments, stdin=b""):
    return subprocess.run(
        ["openssl", *arguments], input=stdin, capture_output=True, check=True, timeout=60
    ).stdout


# RSA.


def rsa_numbers(p, q, e=65537):
    """A private key from two numbers that need not be primes, consistent in every equation but that."""
    n, d = p * q, pow(e, -1, lcm(p - 1, q - 1))
    return dict(n=n, e=e, d=d, p=p, q=q, dp=d % (p - 1), dq=d % (q - 1), qinv=pow(q, -1, p))


@cache
def true_rsa():
    found = materials.private_key("RSA_2048").private_numbers()
    return rsa_numbers(found.p, found.q)


def test_our_own_numbers_make_an_acceptable_key(kms):
    """The document that the refusals below are variations of."""
    key_id = accept(kms, "RSA_2048", der.rsa_pkcs8(**true_rsa()))
    materials.prove_signing(kms, key_id, "RSA_2048", materials.private_key("RSA_2048"))


def composite_p():
    """p is the product of two primes of 512 bits, q is prime, n has 2048 bits and the equations hold."""
    q = true_rsa()["q"]
    while True:
        p = rsa.generate_private_key(65537, 1024).public_key().public_numbers().n
        try:
            numbers = rsa_numbers(p, q)
        except ValueError:
            continue  # 65537 has no inverse here
        if numbers["n"].bit_length() == 2048:
            return numbers


def test_a_factor_that_is_not_prime(kms):
    refuse(kms, "RSA_2048", der.rsa_pkcs8(**composite_p()))


@pytest.mark.parametrize("name", ["n", "d", "p", "q", "dp", "dq", "qinv"])
def test_a_number_that_does_not_belong(kms, name):
    numbers = true_rsa()
    refuse(kms, "RSA_2048", der.rsa_pkcs8(**{**numbers, name: numbers[name] ^ 2}))


def test_two_equal_factors(kms):
    p = true_rsa()["p"]
    numbers = {**true_rsa(), "n": p * p, "q": p, "dq": true_rsa()["dp"], "qinv": 1}
    refuse(kms, "RSA_2048", der.rsa_pkcs8(**numbers))


def test_three_primes(kms):
    prime, exponent, coefficient = 3, 1, 1
    extra = der.sequence(der.sequence(*map(der.integer, (prime, exponent, coefficient))))
    refuse(kms, "RSA_2048", der.rsa_pkcs8(**true_rsa(), version=1, extra=extra))


def test_another_public_exponent(kms):
    key = rsa.generate_private_key(3, 2048)
    refuse(kms, "RSA_2048", materials.pkcs8(key))


def test_trailing_bytes_inside_the_rsa_key(kms):
    refuse(kms, "RSA_2048", der.rsa_pkcs8(**true_rsa(), extra=der.integer(1)))


def test_a_modulus_of_2047_bits(kms):
    found = materials.private_key("RSA_2048").private_numbers()
    while True:
        q = rsa.generate_private_key(65537, 2046).private_numbers().q
        if (found.p * q).bit_length() == 2047:
            break
    refuse(kms, "RSA_2048", der.rsa_pkcs8(**rsa_numbers(found.p, q)))


# Extensions.


def test_an_ed25519_key_is_rfc_8410(kms):
    key = ed25519.Ed25519PrivateKey.generate()
    key_id = accept(kms, "ECC_NIST_EDWARDS25519", materials.pkcs8(key))
    materials.prove_signing(kms, key_id, "ECC_NIST_EDWARDS25519", key)


def test_a_seed_alone_is_not_a_document(kms):
    refuse(kms, "ECC_NIST_EDWARDS25519", os.urandom(32))
    refuse(kms, "ML_DSA_44", os.urandom(32))


@pytest.mark.parametrize("spec", ["ML_KEM_512", "ML_KEM_768", "ML_KEM_1024"])
def test_ml_kem_is_not_importable(kms, spec):
    with refused("UnsupportedOperationException"):
        kms.create_key(Origin="EXTERNAL", KeySpec=spec, KeyUsage="ENCAPSULATE_DECAPSULATE")
