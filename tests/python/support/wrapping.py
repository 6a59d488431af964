"""Wrapping on the owner's side, by two implementations not ours: Python's `cryptography` and OpenSSL."""

import os
import subprocess
import tempfile
from pathlib import Path

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.keywrap import aes_key_wrap_with_padding

ALGORITHMS = (
    "RSAES_PKCS1_V1_5",
    "RSAES_OAEP_SHA_1",
    "RSAES_OAEP_SHA_256",
    "RSA_AES_KEY_WRAP_SHA_1",
    "RSA_AES_KEY_WRAP_SHA_256",
)
WRAPPING_SPECS = ("RSA_2048", "RSA_3072", "RSA_4096")
# Alternative initial value of RFC 5649, which OpenSSL wants to be told.
KWP_IV = "A65959A6"


def by_cryptography(algorithm: str, public_key: bytes, material: bytes) -> bytes:
    key = serialization.load_der_public_key(public_key)
    if algorithm == "RSAES_PKCS1_V1_5":
        return key.encrypt(material, padding.PKCS1v15())
    hash_ = hashes.SHA1() if algorithm.endswith("SHA_1") else hashes.SHA256()
    oaep = padding.OAEP(mgf=padding.MGF1(hash_), algorithm=hash_, label=None)
    if algorithm.startswith("RSAES_OAEP"):
        return key.encrypt(material, oaep)
    aes_key = os.urandom(32)
    return key.encrypt(aes_key, oaep) + aes_key_wrap_with_padding(aes_key, material)


def by_openssl(algorithm: str, public_key: bytes, material: bytes) -> bytes:
    """Every step, the AES key wrap too, is done by the `openssl` command."""
    with tempfile.TemporaryDirectory() as folder:
        key_file = Path(folder) / "WrappingPublicKey.bin"
        key_file.write_bytes(public_key)
        if algorithm == "RSAES_PKCS1_V1_5":
            return _pkeyutl(key_file, material, "rsa_padding_mode:pkcs1")
        hash_ = "sha1" if algorithm.endswith("SHA_1") else "sha256"
        oaep = ("rsa_padding_mode:oaep", f"rsa_oaep_md:{hash_}", f"rsa_mgf1_md:{hash_}")
        if algorithm.startswith("RSAES_OAEP"):
            return _pkeyutl(key_file, material, *oaep)
        aes_key = _openssl("rand", "32")
        return _pkeyutl(key_file, aes_key, *oaep) + _openssl(
            "enc", "-id-aes256-wrap-pad", "-K", aes_key.hex(), "-iv", KWP_IV, stdin=material
        )


def _pkeyutl(key_file: Path, plaintext: bytes, *options: str) -> bytes:
    flags = [flag for option in options for flag in ("-pkeyopt", option)]
    command = ("pkeyutl", "-encrypt", "-pubin", "-keyform", "DER", "-inkey", str(key_file))
    return _openssl(*command, *flags, stdin=plaintext)


def _openssl(*arguments: str, stdin: bytes = b"") -> bytes:
    done = subprocess.run(["openssl", *arguments], input=stdin, capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


TOOLS = {"cryptography": by_cryptography, "openssl": by_openssl}
