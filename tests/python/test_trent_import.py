"""`trent import`: every format, what it tells, and what it never tells."""

import base64
import datetime
import json
import os
import shlex
import subprocess

import pytest
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from support import materials, wrapping
from support.ceremony import external_key, import_material, state, usage_of
from support.command import EXIT_FAILURE, EXIT_USAGE, failed, silent_about, succeeded
from support.server import binary, run_trent
from support.times import from_now, now

# Every kind of key, created and imported in one command.


@pytest.mark.parametrize("spec", materials.SPECS)
def test_create_and_import_every_spec(trent, file, kms, spec):
    material = materials.material(spec)
    usage = usage_of(spec)
    done = trent(
        "import",
        "--create",
        "--key-spec",
        spec,
        "--key-usage",
        usage,
        "--material-file",
        file(material),
        "--format",
        "raw" if usage != "SIGN_VERIFY" else "der",
        "--json",
    )
    told = succeeded(done)
    key_id = told["KeyId"].split("/")[1]
    assert told["Created"] is True and told["Confirmed"] is True
    assert (told["KeySpec"], told["KeyUsage"], told["KeyState"]) == (spec, usage, "Enabled")
    assert told["ExpirationModel"] == "KEY_MATERIAL_DOES_NOT_EXPIRE"
    materials.prove(kms, key_id, spec, usage)
    silent_about(done, material)


def test_an_rsa_key_for_decryption(trent, file, kms):
    material = file(materials.material("RSA_3072"))
    created = ("--create", "--key-spec", "RSA_3072", "--key-usage", "ENCRYPT_DECRYPT")
    told = succeeded(trent("import", *created, "--material-file", material, "--json"))
    materials.prove(kms, told["KeyId"].split("/")[1], "RSA_3072", "ENCRYPT_DECRYPT")


def test_everything_that_can_be_said_of_a_new_key(trent, file, kms):
    alias = f"alias/trent-import-{os.getpid()}"
    done = trent(
        "import",
        "--create",
        "--alias",
        alias,
        "--description",
        "made by a test",
        "--multi-region",
        "--tag",
        "team=blue",
        "--tag",
        "empty=",
        "--key-material-description",
        "from the safe",
        "--expires-in",
        "30d",
        "--material-file",
        file(os.urandom(32)),
        "--json",
    )
    told = succeeded(done)
    metadata = kms.describe_key(KeyId=alias)["KeyMetadata"]
    assert metadata["Arn"] == told["KeyId"] and metadata["KeyId"].startswith("mrk-")
    assert metadata["Description"] == "made by a test" and metadata["MultiRegion"] is True
    assert told["AliasName"] == alias and told["ExpirationModel"] == "KEY_MATERIAL_EXPIRES"
    left = metadata["ValidTo"] - now()
    assert datetime.timedelta(days=29, hours=23) < left <= datetime.timedelta(days=30)
    rotations = kms.list_key_rotations(KeyId=metadata["KeyId"], IncludeKeyMaterial="ALL_KEY_MATERIAL")[
        "Rotations"
    ]
    assert rotations[0]["KeyMaterialDescription"] == "from the safe"
    assert rotations[0]["KeyMaterialId"] == told["KeyMaterialId"]


@pytest.mark.parametrize("algorithm", wrapping.ALGORITHMS)
@pytest.mark.parametrize("wrapping_spec", wrapping.WRAPPING_SPECS)
def test_the_wrapping_can_be_chosen(trent, file, algorithm, wrapping_spec):
    chosen = ("--wrapping-algorithm", algorithm, "--wrapping-key-spec", wrapping_spec)
    told = succeeded(trent("import", "--create", *chosen, "--material-file", file(os.urandom(32)), "--json"))
    assert (told["WrappingAlgorithm"], told["WrappingKeySpec"]) == (algorithm, wrapping_spec)


STRONGEST = {
    "SYMMETRIC_DEFAULT": "RSAES_OAEP_SHA_256",
    "HMAC_512": "RSAES_OAEP_SHA_256",
    "RSA_2048": "RSA_AES_KEY_WRAP_SHA_256",
    "ECC_NIST_P521": "RSA_AES_KEY_WRAP_SHA_256",
}


@pytest.mark.parametrize("spec", STRONGEST)
def test_the_strongest_wrapping_is_chosen(trent, file, spec):
    created = ("--create", "--key-spec", spec, "--key-usage", usage_of(spec))
    told = succeeded(trent("import", *created, "--material-file", file(materials.material(spec)), "--json"))
    assert (told["WrappingAlgorithm"], told["WrappingKeySpec"]) == (STRONGEST[spec], "RSA_4096")


# Formats.


SECRET = bytes(range(200, 232))
TEXTS = {
    "raw, found": (SECRET, "auto", "raw"),
    "raw": (SECRET, "raw", "raw"),
    "hex": (SECRET.hex().encode(), "hex", "hex"),
    "hex in capitals and lines": (SECRET.hex("\n", 16).upper().encode() + b"\n", "hex", "hex"),
    "base64": (base64.b64encode(SECRET) + b"\n", "base64", "base64"),
}


@pytest.mark.parametrize("name", TEXTS)
def test_formats_of_raw_material(trent, file, kms, name):
    content, asked, found = TEXTS[name]
    created = ("--create", "--key-spec", "HMAC_256")
    told = succeeded(trent("import", *created, "--material-file", file(content), "--format", asked, "--json"))
    assert told["MaterialFormat"] == found
    materials.prove_hmac(kms, told["KeyId"].split("/")[1], "HMAC_256", SECRET)


@pytest.mark.parametrize(
    "content", [SECRET.hex().encode(), SECRET.hex().upper().encode() + b"\r\n"], ids=["plain", "line end"]
)
def test_64_digits_for_a_symmetric_key_are_its_32_bytes(trent, file, kms, content):
    told = succeeded(trent("import", "--create", "--material-file", file(content), "--json"))
    assert told["MaterialFormat"] == "hex"
    key_id = told["KeyId"].split("/")[1]
    again = import_material(kms, key_id, SECRET, ImportType="EXISTING_KEY_MATERIAL")
    assert again["KeyMaterialId"] == told["KeyMaterialId"]


@pytest.mark.parametrize(
    "content",
    [SECRET.hex().encode(), base64.b64encode(SECRET), b"correct horse battery staple!!!!"],
    ids=["hex", "base64", "words"],
)
def test_a_text_that_may_be_meant_in_several_ways_is_asked_about(trent, file, content):
    done = trent("import", "--create", "--key-spec", "HMAC_256", "--material-file", file(content))
    failed(done, EXIT_FAILURE, "--format raw")
    silent_about(done, SECRET, content)


@pytest.mark.parametrize("encoding", [Encoding.PEM, Encoding.DER], ids=["PEM", "DER"])
@pytest.mark.parametrize(
    "form", [PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL], ids=["pkcs8", "traditional"]
)
@pytest.mark.parametrize("spec", ["RSA_2048", "ECC_NIST_P384", "ECC_SECG_P256K1"])
def test_formats_of_private_keys(trent, file, kms, spec, form, encoding):
    content = materials.private_key(spec).private_bytes(encoding, form, NoEncryption())
    created = ("--create", "--key-spec", spec, "--key-usage", "SIGN_VERIFY")
    done = trent("import", *created, "--material-file", file(content), "--json")
    told = succeeded(done)
    assert told["MaterialFormat"] == ("pem" if encoding is Encoding.PEM else "der")
    materials.prove_signing(kms, told["KeyId"].split("/")[1], spec, materials.private_key(spec))
    silent_about(done, content)


def test_material_from_a_pipe(trent, kms):
    done = trent(
        "import", "--create", "--key-spec", "HMAC_256", "--material-file", "-", "--json", stdin=SECRET
    )
    materials.prove_hmac(kms, succeeded(done)["KeyId"].split("/")[1], "HMAC_256", SECRET)


def test_a_key_under_a_password_is_refused_with_advice(trent, file, kms):
    locked = materials.private_key("RSA_2048").private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"pw")
    )
    before = len(kms.list_keys(Limit=1000)["Keys"])
    created = ("--create", "--key-spec", "RSA_2048", "--key-usage", "SIGN_VERIFY")
    failed(trent("import", *created, "--material-file", file(locked)), EXIT_FAILURE, "encrypted")
    assert len(kms.list_keys(Limit=1000)["Keys"]) == before


@pytest.mark.parametrize(
    ("spec", "content"),
    [
        ("SYMMETRIC_DEFAULT", os.urandom(31)),
        ("HMAC_256", os.urandom(16)),
        ("RSA_2048", b"no key"),
        ("ECC_NIST_P256", materials.material("ECC_NIST_P384")),
        ("SYMMETRIC_DEFAULT", b""),
    ],
    ids=["31 bytes", "short", "no key", "another curve", "nothing"],
)
def test_unfit_material_is_refused_before_a_key_is_made(trent, file, kms, spec, content):
    before = len(kms.list_keys(Limit=1000)["Keys"])
    created = ("--create", "--key-spec", spec, "--key-usage", usage_of(spec))
    done = trent("import", *created, "--material-file", file(content))
    failed(done, EXIT_FAILURE, "material")
    if len(content) > 8:
        silent_about(done, content)
    assert len(kms.list_keys(Limit=1000)["Keys"]) == before


# Keys that exist.


def test_import_into_a_key_that_waits(trent, file, kms):
    key_id = external_key(kms)
    valid_to = from_now(days=3)
    done = trent(
        "import",
        "--key-id",
        key_id,
        "--material-file",
        file(SECRET),
        "--valid-to",
        f"{valid_to:%Y-%m-%dT%H:%M:%SZ}",
        "--json",
    )
    told = succeeded(done)
    assert told["Created"] is False and told["KeyMaterialState"] == "CURRENT"
    assert kms.describe_key(KeyId=key_id)["KeyMetadata"]["ValidTo"] == valid_to


def test_the_same_material_again_and_another(trent, file, kms):
    key_id = external_key(kms)
    first, second = file(os.urandom(32), "first"), file(os.urandom(32), "second")
    told = succeeded(trent("import", "--key-id", key_id, "--material-file", first, "--json"))
    again = succeeded(trent("import", "--key-id", key_id, "--material-file", first, "--json"))
    assert again["KeyMaterialId"] == told["KeyMaterialId"]
    failed(
        trent("import", "--key-id", key_id, "--material-file", second),
        EXIT_FAILURE,
        "IncorrectKeyMaterialException",
    )
    new = trent(
        "import", "--key-id", key_id, "--material-file", second, "--import-type", "NEW_KEY_MATERIAL", "--json"
    )
    assert succeeded(new)["KeyMaterialState"] == "PENDING_ROTATION"


def test_the_result_for_a_person(trent, file, kms):
    key_id = external_key(kms)
    done = trent("import", "--key-id", key_id, "--material-file", file(SECRET))
    assert done.returncode == 0, done.stderr.decode()
    said = done.stdout.decode()
    assert key_id in said and "Enabled" in said and "does not expire" in said
    silent_about(done, SECRET)
    assert b"\x1b[" not in done.stdout + done.stderr, "colours are for terminals"


def test_an_alias_finds_the_key(trent, file, kms):
    key_id = external_key(kms)
    kms.create_alias(AliasName=f"alias/found-{key_id}", TargetKeyId=key_id)
    done = trent("import", "--key-id", f"alias/found-{key_id}", "--material-file", file(SECRET), "--json")
    assert succeeded(done)["KeyId"].endswith(key_id)


def test_session_tokens_and_endpoints_are_found_as_the_aws_cli_finds_them(trent, file, server, tmp_path):
    folder = tmp_path / ".aws"
    folder.mkdir()
    (folder / "credentials").write_text(
        "[blue]\naws_access_key_id = 500000000001\naws_secret_access_key = test\n"
    )
    (folder / "config").write_text("[profile blue]\nregion = eu-north-1\n")
    path = file(SECRET)
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "AWS_ENDPOINT_URL_KMS": server.endpoint}
    done = run_trent(
        "import", "--create", "--profile", "blue", "--material-file", path, "--json", env=environment
    )
    assert succeeded(done)["KeyId"].startswith("arn:aws:kms:eu-north-1:500000000001:key/")


# What goes wrong.


def test_a_key_that_is_not_there(trent, file):
    done = trent(
        "import", "--key-id", "01234567-89ab-cdef-0123-456789abcdef", "--material-file", file(SECRET)
    )
    failed(done, EXIT_FAILURE, "NotFoundException", "01234567-89ab-cdef-0123-456789abcdef")


def test_a_server_that_is_not_there(trent, file):
    endpoint = "http://127.0.0.1:9"
    done = trent("import", "--create", "--endpoint-url", endpoint, "--material-file", file(SECRET))
    failed(done, EXIT_FAILURE, endpoint, "trent dev")


def test_a_wrong_secret(trent, file):
    done = trent("import", "--create", "--material-file", file(SECRET), AWS_SECRET_ACCESS_KEY="wrong")
    failed(done, EXIT_FAILURE, "InvalidSignatureException")


def test_a_file_that_is_not_there(trent, tmp_path):
    done = trent("import", "--create", "--material-file", tmp_path / "none")
    failed(done, EXIT_FAILURE, str(tmp_path / "none"))


def test_a_key_that_the_server_made(trent, file, kms):
    own = kms.create_key()["KeyMetadata"]["KeyId"]
    failed(trent("import", "--key-id", own, "--material-file", file(SECRET)), EXIT_FAILURE, own)


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--key-id", "x"),
        ("--create", "--key-id", "x", "--material-file", "f"),
        ("--create", "--material-file", "f", "--expires-in", "400d"),
        ("--create", "--material-file", "f", "--expires-in", "soon"),
        ("--create", "--material-file", "f", "--valid-to", "yesterday"),
        ("--create", "--material-file", "f", "--key-spec", "AES_256"),
        ("--create", "--material-file", "f", "--expires-in", "1d", "--valid-to", "2027-01-01T00:00:00Z"),
        ("--create", "--material-file", "f", "--alias", "no-prefix"),
        ("--create", "--material-file", "f", "--key-spec", "RSA_2048"),
    ],
    ids=lambda arguments: " ".join(arguments) or "nothing",
)
def test_usage_errors(trent, arguments):
    failed(trent("import", *arguments), EXIT_USAGE)


def test_a_key_that_was_created_is_not_left_behind_without_a_word(serve, made, file, tmp_path):
    """The import is refused after the key was made: the message names it and the command that goes on."""
    server = serve()
    environment = {
        "HOME": str(tmp_path),
        "AWS_ENDPOINT_URL": server.endpoint,
        "AWS_ACCESS_KEY_ID": made["access_key_id"],
        "AWS_SECRET_ACCESS_KEY": made["secret_access_key"],
        "AWS_REGION": "us-east-1",
    }
    kms = server.client(made["access_key_id"], made["secret_access_key"])
    # This server does not offer the algorithm, which shows only when it is asked for a wrapping key.
    refused = ("--wrapping-algorithm", "RSAES_PKCS1_V1_5")
    done = run_trent("import", "--create", *refused, "--material-file", file(SECRET), env=environment)
    pieces = ("UnsupportedOperationException", "waits for its material", "schedule-key-deletion")
    said = failed(done, EXIT_FAILURE, *pieces)
    silent_about(done, SECRET)
    command = next(line for line in said.splitlines() if "trent import --key-id" in line)
    words = shlex.split(command[command.index("trent import") :])
    key_id = words[words.index("--key-id") + 1].split("/")[1]
    assert state(kms, key_id) == "PendingImport"
    # The command as it was told, without the one thing that was wrong.
    index = words.index("--wrapping-algorithm")
    assert run_trent(*words[1:index], *words[index + 2 :], env=environment).returncode == 0
    assert state(kms, key_id) == "Enabled"


def test_a_wrapping_that_cannot_hold_the_material_is_refused_before_a_key_is_made(trent, file, kms):
    before = len(kms.list_keys(Limit=1000)["Keys"])
    created = ("--create", "--key-spec", "RSA_2048", "--key-usage", "SIGN_VERIFY")
    material = file(materials.material("RSA_2048"))
    done = trent(
        "import", *created, "--wrapping-algorithm", "RSAES_OAEP_SHA_256", "--material-file", material
    )
    failed(done, EXIT_FAILURE, "446", "RSA_AES_KEY_WRAP")
    assert len(kms.list_keys(Limit=1000)["Keys"]) == before


def test_a_file_that_others_can_read_is_warned_about(trent, file):
    path = file(SECRET)
    path.chmod(0o644)
    done = trent("import", "--create", "--key-spec", "HMAC_256", "--material-file", path, "--json")
    succeeded(done)
    assert "warning" in done.stderr.decode() and str(path) in done.stderr.decode()
    path.chmod(0o600)
    done = trent("import", "--create", "--key-spec", "HMAC_256", "--material-file", path, "--json")
    assert "warning" not in done.stderr.decode()


def test_plaintext_to_another_machine_needs_a_word(trent, file):
    done = trent(
        "import", "--create", "--endpoint-url", "http://192.0.2.1:4599", "--material-file", file(SECRET)
    )
    failed(done, EXIT_FAILURE, "--insecure-plaintext")


def test_material_is_never_in_the_arguments_of_a_process(server, kms, tmp_path):
    """While the command waits for its input everybody can read its arguments: no material is there."""
    process = subprocess.Popen(
        [binary(), "import", "--create", "--key-spec", "HMAC_256", "--material-file", "-", "--json"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=server.environment(tmp_path),
    )
    with open(f"/proc/{process.pid}/cmdline", "rb") as arguments:
        assert SECRET not in arguments.read()
    stdout, stderr = process.communicate(SECRET, timeout=60)
    assert process.returncode == 0, stderr.decode()
    materials.prove_hmac(kms, json.loads(stdout)["KeyId"].split("/")[1], "HMAC_256", SECRET)
