"""SOPS, the binary: files whose data key is under keys of the server."""

import os
import re

import pytest
import yaml
from support import shell
from support.ceremony import generated_key, imported_key
from support.server import REGION

CLEAR = "database:\n    password: correct horse\n    port: 5432\ntokens:\n    - first\n    - second\n"
SECRETS = ("correct horse", "first", "second")
CONTEXT = "tenant:blue,app:shop"


def arn_of(kms, key_id):
    return kms.describe_key(KeyId=key_id)["KeyMetadata"]["Arn"]


@pytest.fixture
def key(kms):
    return arn_of(kms, generated_key(kms))


@pytest.fixture
def other_key(kms):
    return arn_of(kms, generated_key(kms))


@pytest.fixture
def sops(server, tmp_path):
    def run(*arguments, **environment):
        return shell.run(["sops", *arguments], tmp_path, shell.user_of(server, tmp_path, **environment))

    return run


@pytest.fixture
def file(sops, tmp_path):
    """Encrypts CLEAR into a file, and gives its path."""

    def encrypt(*options, name="secrets.yaml", **environment):
        path = tmp_path / name
        path.write_text(CLEAR)
        done = sops("encrypt", "--in-place", *options, path, **environment)
        assert done.returncode == 0, done.stderr
        for secret in SECRETS:
            assert secret not in path.read_text()
        return path

    return encrypt


def entries(path):
    return yaml.safe_load(path.read_text())["sops"]["kms"]


def arns(path):
    return [entry["arn"] for entry in entries(path)]


def opens(done):
    assert done.returncode == 0, done.stderr
    assert yaml.safe_load(done.stdout) == yaml.safe_load(CLEAR)


def stays_closed(done, code):
    assert done.returncode != 0
    assert done.stdout == ""
    # SOPS breaks the lines of its report.
    assert code in re.sub(r"\s*\n\s*\|?\s*", " ", done.stderr), done.stderr


def test_a_file_is_encrypted_and_decrypted(sops, file, key):
    path = file("--kms", key, "--encryption-context", CONTEXT)
    (entry,) = entries(path)
    assert entry["arn"] == key
    assert entry["context"] == {"tenant": "blue", "app": "shop"}
    opens(sops("decrypt", path))


def test_a_value_is_taken_out_and_another_put_in(sops, file, key):
    path = file("--kms", key, "--encryption-context", CONTEXT)
    assert sops("decrypt", "--extract", '["database"]["port"]', path).stdout == "5432\n"
    assert sops("set", path, '["database"]["port"]', "5433").returncode == 0
    assert sops("decrypt", "--extract", '["database"]["port"]', path).stdout == "5433\n"


def test_a_key_with_imported_material(sops, file, kms):
    path = file("--kms", arn_of(kms, imported_key(kms, os.urandom(32))))
    opens(sops("decrypt", path))


def test_the_key_by_its_alias(sops, file, kms, key):
    kms.create_alias(AliasName="alias/sops", TargetKeyId=key)
    alias = f"{key.split(':key/')[0]}:alias/sops"
    path = file("--kms", alias)
    assert arns(path) == [alias]
    opens(sops("decrypt", path))
    kms.delete_alias(AliasName="alias/sops")
    stays_closed(sops("decrypt", path), "NotFoundException")


def test_a_key_of_another_region_than_the_users(sops, file, server):
    """The Region of the ARN is the one that SOPS signs for."""
    abroad = server.client(region="eu-west-1")
    key = arn_of(abroad, generated_key(abroad))
    path = file("--kms", key)
    assert f":{REGION}:" not in key
    opens(sops("decrypt", path))


def test_the_endpoint_of_kms_alone(server, sops, file, key):
    """AWS_ENDPOINT_URL_KMS goes before AWS_ENDPOINT_URL, which here leads nowhere."""
    environment = {"AWS_ENDPOINT_URL": "http://127.0.0.1:1", "AWS_ENDPOINT_URL_KMS": server.endpoint}
    path = file("--kms", key, **environment)
    opens(sops("decrypt", path, **environment))


def test_another_context_opens_nothing(sops, file, key):
    path = file("--kms", key, "--encryption-context", CONTEXT)
    path.write_text(path.read_text().replace("tenant: blue", "tenant: red"))
    stays_closed(sops("decrypt", path), "InvalidCiphertextException")
    path.write_text(path.read_text().replace("tenant: red", "tenant: blue"))
    opens(sops("decrypt", path))


def test_a_disabled_key_opens_nothing(sops, file, kms, key):
    path = file("--kms", key)
    before = path.read_bytes()
    kms.disable_key(KeyId=key)
    stays_closed(sops("decrypt", path), "DisabledException")
    stays_closed(sops("rotate", "--in-place", path), "DisabledException")
    stays_closed(sops("decrypt", "--in-place", path), "DisabledException")
    assert path.read_bytes() == before
    kms.enable_key(KeyId=key)
    opens(sops("decrypt", path))


def test_credentials_of_another_account_open_nothing(sops, file, key):
    path = file("--kms", key)
    stays_closed(sops("decrypt", path, AWS_ACCESS_KEY_ID="200000000021"), "AccessDeniedException")
    stays_closed(sops("decrypt", path, AWS_SECRET_ACCESS_KEY="wrong"), "InvalidSignatureException")


def test_one_of_two_keys_is_enough(sops, file, kms, key, other_key):
    path = file("--kms", f"{key},{other_key}")
    for disabled, enabled in ((key, other_key), (other_key, key)):
        kms.disable_key(KeyId=disabled)
        kms.enable_key(KeyId=enabled)
        opens(sops("decrypt", path))
    kms.disable_key(KeyId=key)
    stays_closed(sops("decrypt", path), "DisabledException")


def test_rotate_makes_a_new_data_key(sops, file, kms, key, other_key):
    path = file("--kms", key)
    before = entries(path)[0]["enc"]
    assert sops("rotate", "--in-place", "--add-kms", other_key, path).returncode == 0
    assert arns(path) == [key, other_key]
    assert entries(path)[0]["enc"] != before
    opens(sops("decrypt", path))
    assert sops("rotate", "--in-place", "--rm-kms", key, path).returncode == 0
    assert arns(path) == [other_key]
    kms.disable_key(KeyId=key)
    opens(sops("decrypt", path))


def test_updatekeys_follows_the_configuration(sops, file, kms, tmp_path, key, other_key):
    def configure(keys):
        rules = {"creation_rules": [{"path_regex": r"\.yaml$", "kms": keys}]}
        (tmp_path / ".sops.yaml").write_text(yaml.safe_dump(rules))

    configure(key)
    path = file()
    assert arns(path) == [key]
    configure(f"{key},{other_key}")
    assert sops("updatekeys", "--yes", path).returncode == 0
    assert arns(path) == [key, other_key]
    configure(other_key)
    assert sops("updatekeys", "--yes", path).returncode == 0
    assert arns(path) == [other_key]
    kms.disable_key(KeyId=key)
    opens(sops("decrypt", path))
