"""The data at rest: who may read it, what it shows, and when the server refuses to start on it."""

import base64
import os
import shutil
import sqlite3
import stat
from contextlib import closing

import pytest
from support import materials
from support.ceremony import external_key, generated_key, import_material, imported_key
from support.server import ACCOUNT, REGION, Server, run_trent

# Far above what a refusal needs.
REFUSAL_SECONDS = 30


def refuses_to_start(data, *advice):
    """The server must end with code 1 and a message that has every piece of `advice`."""
    done = run_trent("dev", "--listen", "127.0.0.1:0", "--data", data, timeout=REFUSAL_SECONDS)
    said = done.stderr.decode()
    assert done.returncode == 1, said
    assert done.stdout == b"", done.stdout
    for piece in advice:
        assert piece in said, said
    return said


@pytest.fixture
def stopped(own_server):
    """The data folder of a server that has made keys and was stopped."""
    kms = own_server.client()
    imported_key(kms, os.urandom(32))
    own_server.stop()
    return own_server.data


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_nobody_else_may_read_the_data(own_server):
    assert mode(own_server.data) == 0o700
    files = list(own_server.data.iterdir())
    assert {"root.key", "trent.db"} <= {file.name for file in files}
    for file in files:
        assert mode(file) & 0o077 == 0, file


def test_the_material_is_nowhere_in_the_data(own_server):
    """Not its bytes, nor the two texts it might have become, before and after the server ends."""
    kms = own_server.client()
    symmetric, secret = os.urandom(32), os.urandom(64)
    key_id = external_key(kms)
    import_material(kms, key_id, symmetric)
    imported_key(kms, secret, "HMAC_512")
    imported_key(kms, materials.material("RSA_2048"), "RSA_2048")
    imported_key(kms, materials.material("ECC_NIST_P256"), "ECC_NIST_P256")
    kms.create_key(Description="a description that is sealed like the rest")
    numbers = materials.private_key("RSA_2048").private_numbers()
    scalar = materials.private_key("ECC_NIST_P256").private_numbers().private_value
    secrets = [
        symmetric,
        secret,
        numbers.p.to_bytes(128, "big"),
        numbers.q.to_bytes(128, "big"),
        numbers.d.to_bytes(256, "big"),
        scalar.to_bytes(32, "big"),
        b"a description that is sealed like the rest",
    ]

    def look():
        for file in own_server.data.iterdir():
            if file.name == "root.key":
                continue
            content = file.read_bytes()
            for found in secrets:
                forms = (
                    found,
                    base64.b64encode(found)[:-4],
                    found.hex().encode(),
                    found.hex().upper().encode(),
                )
                for form in forms:
                    assert form not in content, file
                # A part is as bad as the whole.
                assert found[8:24] not in content, file

    look()
    own_server.stop()
    look()
    own_server.start()
    look()


def test_the_log_says_nothing_of_material(own_server):
    kms = own_server.client()
    material = os.urandom(32)
    key_id = external_key(kms)
    import_material(kms, key_id, material)
    kms.encrypt(KeyId=key_id, Plaintext=b"a plaintext that is nobody's business")
    own_server.stop()
    log = own_server.log_text()
    assert "ImportKeyMaterial" in log, "the log is expected to name operations"
    for secret in (material.hex(), base64.b64encode(material).decode(), "nobody's business"):
        assert secret not in log


def test_a_root_key_that_is_missing(stopped):
    (stopped / "root.key").unlink()
    refuses_to_start(stopped, "root.key", "backup")
    assert not (stopped / "root.key").exists(), "a new root key would look as if all were well"


@pytest.mark.parametrize("wide", [0o644, 0o640, 0o604, 0o660, 0o700], ids=oct)
def test_a_root_key_that_others_can_read(stopped, wide):
    (stopped / "root.key").chmod(wide)
    refuses_to_start(stopped, "root.key", "chmod")


def test_a_root_key_of_other_data(stopped, tmp_path):
    other = Server(tmp_path / "other")
    other.start()
    other.stop()
    shutil.copy2(other.data / "root.key", stopped / "root.key")
    refuses_to_start(stopped, "root key")


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: b"",
        lambda text: text[:-1] if text[-1:] != b"\n" else text[:-2],
        lambda text: text.replace(b"1", b"2"),
        lambda text: os.urandom(32),
    ],
    ids=["empty", "cut", "edited", "random"],
)
def test_a_root_key_that_is_damaged(stopped, damage):
    path = stopped / "root.key"
    path.write_bytes(damage(path.read_bytes()))
    refuses_to_start(stopped, "root.key")


def test_after_a_refusal_the_right_root_key_opens_everything(own_server):
    kms = own_server.client()
    key_id = imported_key(kms, os.urandom(32))
    sealed = kms.encrypt(KeyId=key_id, Plaintext=b"kept")["CiphertextBlob"]
    own_server.stop()
    path = own_server.data / "root.key"
    kept = path.read_bytes()
    path.unlink()
    refuses_to_start(own_server.data, "root.key")
    path.write_bytes(kept)
    path.chmod(0o600)
    own_server.start()
    assert own_server.client().decrypt(CiphertextBlob=sealed)["Plaintext"] == b"kept"


@pytest.mark.parametrize(
    ("records", "damage"),
    [
        ("key", "UPDATE records SET value = substr(value, 1, 40)"),
        ("key", "UPDATE records SET value = zeroblob(length(value))"),
        ("material", "DELETE FROM records"),
        ("material", "UPDATE records SET value = substr(value, 1, 40)"),
        ("material", "UPDATE records SET value = (SELECT value FROM records WHERE CAST(key AS TEXT) LIKE :whole)"),
    ],
    ids=["key cut", "key overwritten", "material gone", "material cut", "another's material"],
)
def test_a_damaged_record_tells_nothing(own_server, records, damage):
    """What it stops is a fault of the server, and the answer has no word about what is wrong; the rest works on."""
    kms = own_server.client()
    damaged, whole = generated_key(kms), generated_key(kms)
    own = {key_id: kms.encrypt(KeyId=key_id, Plaintext=b"kept")["CiphertextBlob"] for key_id in (damaged, whole)}
    own_server.stop()
    names = {name: f"{records}/{ACCOUNT}/{REGION}/{key_id}%" for name, key_id in (("this", damaged), ("whole", whole))}
    with closing(sqlite3.connect(own_server.data / "trent.db")) as database, database:
        assert database.execute(f"{damage} WHERE CAST(key AS TEXT) LIKE :this", names).rowcount == 1
    own_server.start()
    kms, ids = own_server.client(), []
    for call, fields in ((kms.encrypt, {"Plaintext": b"x"}), (kms.decrypt, {"CiphertextBlob": own[damaged]})):
        with pytest.raises(kms.exceptions.KMSInternalException) as caught:
            call(KeyId=damaged, **fields)
        answer = caught.value.response
        assert answer["ResponseMetadata"]["HTTPStatusCode"] == 500
        assert answer["Error"]["Message"] == (
            "The request was rejected because of an internal error. Give the request id to who runs the server."
        )
        ids.append(answer["ResponseMetadata"]["RequestId"])
    assert kms.decrypt(CiphertextBlob=own[whole])["Plaintext"] == b"kept"
    # Who runs the server is told more, under those ids.
    own_server.stop()
    told = [line for line in own_server.log_text().splitlines() if "the request failed cause=" in line]
    assert len(told) == len(ids) and all(id_ in line for id_, line in zip(ids, told))


def test_a_second_server_on_the_same_data(own_server):
    refuses_to_start(own_server.data, str(own_server.data))
    own_server.client().list_keys()


def test_what_is_not_a_database_is_left_alone(tmp_path):
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    (data / "trent.db").write_bytes(b"someone else's file" * 100)
    refuses_to_start(data, "trent.db")
    assert (data / "trent.db").read_bytes() == b"someone else's file" * 100


def test_development_is_for_this_machine_only(tmp_path):
    for listen in ("0.0.0.0:0", "[::]:0"):
        done = run_trent("dev", "--listen", listen, "--data", tmp_path / "data", timeout=REFUSAL_SECONDS)
        assert done.returncode == 2
        assert "loopback" in done.stderr.decode()
    assert not (tmp_path / "data").exists()


def test_secrets_do_not_reach_core_dumps(own_server):
    """Two locks on one door: no core files, and a process that others cannot look into."""
    pid = own_server.process.pid
    with open(f"/proc/{pid}/limits") as limits:
        core = next(line for line in limits if line.startswith("Max core file size"))
    assert core.split()[4:6] == ["0", "0"], core
    # A process that is not dumpable has its /proc files owned by root, and its flag reads 0.
    assert os.stat(f"/proc/{pid}/maps").st_uid == 0
