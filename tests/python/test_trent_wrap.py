"""`trent wrap`, and the command line as such."""

import base64
import os

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from support import materials, wrapping
from support.ceremony import external_key, import_wrapped, parameters
from support.command import EXIT_FAILURE, EXIT_USAGE, failed, silent_about, succeeded
from support.server import run_trent

SECRET = bytes(range(200, 232))


@pytest.fixture
def waiting(kms):
    def make(spec="SYMMETRIC_DEFAULT", algorithm="RSAES_OAEP_SHA_256"):
        key_id = external_key(kms, spec)
        return key_id, parameters(kms, key_id, algorithm)

    return make


PUBLIC_KEYS = {
    "DER": lambda der: der,
    "base64": lambda der: base64.b64encode(der) + b"\n",
    "PEM": lambda der: serialization.load_der_public_key(der).public_bytes(
        Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    ),
}


@pytest.mark.parametrize("form", PUBLIC_KEYS)
@pytest.mark.parametrize("algorithm", wrapping.ALGORITHMS)
def test_wrap_without_a_network(file, kms, tmp_path, waiting, algorithm, form):
    key_id, given = waiting("HMAC_256", algorithm)
    out = tmp_path / "EncryptedKeyMaterial.bin"
    public_key = file(PUBLIC_KEYS[form](given["PublicKey"]), "public")
    done = run_trent(
        "wrap",
        "--public-key",
        public_key,
        "--wrapping-algorithm",
        algorithm,
        "--key-spec",
        "HMAC_256",
        "--material-file",
        file(SECRET),
        "--out",
        out,
        "--json",
    )
    told = succeeded(done)
    assert told["Bytes"] == out.stat().st_size and told["CheckedFor"] == "HMAC_256"
    silent_about(done, SECRET)
    import_wrapped(kms, key_id, given, out.read_bytes())
    materials.prove_hmac(kms, key_id, "HMAC_256", SECRET)


def test_wrap_takes_a_private_key_in_pem(file, kms, tmp_path, waiting):
    key_id, given = waiting("RSA_2048", "RSA_AES_KEY_WRAP_SHA_256")
    pem = materials.private_key("RSA_2048").private_bytes(
        Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()
    )
    out = tmp_path / "out.bin"
    done = run_trent(
        "wrap",
        "--public-key",
        file(given["PublicKey"], "public"),
        "--wrapping-algorithm",
        "RSA_AES_KEY_WRAP_SHA_256",
        "--material-file",
        file(pem),
        "--key-spec",
        "RSA_2048",
        "--out",
        out,
    )
    assert done.returncode == 0, done.stderr.decode()
    import_wrapped(kms, key_id, given, out.read_bytes())
    materials.prove(kms, key_id, "RSA_2048", "SIGN_VERIFY")


def test_wrap_refuses_what_does_not_fit(file, tmp_path, waiting):
    _, given = waiting()
    common = ("wrap", "--public-key", file(given["PublicKey"], "public"), "--out", tmp_path / "out.bin")
    plain = ("--wrapping-algorithm", "RSAES_OAEP_SHA_256", "--format", "raw")
    failed(run_trent(*common, *plain, "--material-file", file(os.urandom(191))), EXIT_FAILURE, "190")
    short = file(os.urandom(31))
    failed(
        run_trent(*common, *plain, "--key-spec", "SYMMETRIC_DEFAULT", "--material-file", short),
        EXIT_FAILURE,
        "32",
    )
    assert not (tmp_path / "out.bin").exists()


def test_wrap_does_not_overwrite(file, waiting):
    _, given = waiting()
    material = file(SECRET)
    done = run_trent(
        "wrap",
        "--public-key",
        file(given["PublicKey"], "public"),
        "--wrapping-algorithm",
        "RSAES_OAEP_SHA_256",
        "--material-file",
        material,
        "--out",
        material,
    )
    failed(done, EXIT_FAILURE, "exists already")
    assert material.read_bytes() == SECRET


# The command line as such.


@pytest.mark.parametrize("command", ["dev", "serve", "init", "session", "import", "wrap", "completion"])
def test_every_command_explains_itself(command):
    done = run_trent(command, "--help")
    assert done.returncode == 0 and b"Usage: trent " + command.encode() in done.stdout


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(shell):
    done = run_trent("completion", shell)
    assert done.returncode == 0 and b"trent" in done.stdout


def test_the_version_and_unknown_commands():
    assert run_trent("--version").stdout.startswith(b"trent ")
    assert run_trent("nonsense").returncode == EXIT_USAGE
    assert run_trent().returncode == EXIT_USAGE
