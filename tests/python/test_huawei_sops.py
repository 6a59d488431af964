"""SOPS, the binary, with keys of the API of Huawei Cloud: `region:key id`.

It takes its address, which must be one of a Region of Huawei Cloud or in the environment, from there; plain HTTP will
do. So SOPS itself reaches the server, and nothing is done in its stead.
"""

import os
import re

import pytest
import yaml
from support import shell
from support.callers import Caller, allow
from support.huawei import PROJECT, REGION
from support.huawei_ceremony import imported_key
from support.huawei_fixtures import aws, huawei, key, server  # noqa: F401

CLEAR = "database:\n    password: correct horse\n    port: 5432\ntokens:\n    - first\n    - second\n"
SECRETS = ("correct horse", "first", "second")


@pytest.fixture
def sops(server, tmp_path):
    variables = {
        "HUAWEICLOUD_SDK_AK": "test",
        "HUAWEICLOUD_SDK_SK": "test",
        "HUAWEICLOUD_SDK_PROJECT_ID": PROJECT,
        "HUAWEICLOUD_SDK_REGION_KMS_US_EAST_1": server.endpoint,
    }

    def run(*arguments, **environment):
        user = shell.user_of(server, tmp_path)
        own = {name: value for name, value in user.items() if not name.startswith("AWS_")}
        return shell.run(["sops", *arguments], tmp_path, {**own, **variables, **environment})

    return run


@pytest.fixture
def file(sops, tmp_path):
    """Encrypts CLEAR into a file, and gives its path."""

    def encrypt(*keys, **environment):
        path = tmp_path / "secrets.yaml"
        path.write_text(CLEAR)
        named = ",".join(f"{REGION}:{key}" for key in keys)
        done = sops("encrypt", "--in-place", "--hckms", named, path, **environment)
        assert done.returncode == 0, done.stderr
        for secret in SECRETS:
            assert secret not in path.read_text()
        return path

    return encrypt


def opens(done):
    assert done.returncode == 0, done.stderr
    assert yaml.safe_load(done.stdout) == yaml.safe_load(CLEAR)


def stays_closed(done, code):
    assert done.returncode != 0 and done.stdout == ""
    # SOPS breaks the lines of its report.
    assert code in re.sub(r"\s*\n\s*\|?\s*", " ", done.stderr), done.stderr


def test_a_file_is_encrypted_and_decrypted(sops, file, key):
    path = file(key)
    (entry,) = yaml.safe_load(path.read_text())["sops"]["hckms"]
    assert entry["key_id"] == f"{REGION}:{key}"
    opens(sops("decrypt", path))


def test_a_key_with_imported_material(sops, file, huawei):
    path = file(imported_key(huawei, os.urandom(32)))
    opens(sops("decrypt", path))


def test_a_value_is_put_in_and_the_data_key_made_new(sops, file, key):
    path = file(key)
    assert sops("set", path, '["database"]["port"]', "5433").returncode == 0
    assert sops("rotate", "--in-place", path).returncode == 0
    assert sops("decrypt", "--extract", '["database"]["port"]', path).stdout == "5433\n"


def test_one_of_two_keys_is_enough(sops, file, huawei, key):
    other = imported_key(huawei, os.urandom(32))
    path = file(key, other)
    huawei.disable_key(key_id=key)
    opens(sops("decrypt", path))
    huawei.disable_key(key_id=other)
    stays_closed(sops("decrypt", path), "KMS.0209")


def test_temporary_access_keys_of_a_user_who_may_only_decrypt(server, sops, file, key):
    path = file(key)
    user = Caller(server, "test").user("reader", allow(["kms:Decrypt"]))
    made = user.sts.get_session_token()["Credentials"]
    environment = {
        "HUAWEICLOUD_SDK_AK": made["AccessKeyId"],
        "HUAWEICLOUD_SDK_SK": made["SecretAccessKey"],
        "HUAWEICLOUD_SDK_SECURITY_TOKEN": made["SessionToken"],
    }
    opens(sops("decrypt", path, **environment))
    stays_closed(sops("rotate", "--in-place", path, **environment), "KMS.0306")


def test_wrong_credentials_open_nothing(sops, file, key):
    path = file(key)
    stays_closed(sops("decrypt", path, HUAWEICLOUD_SDK_SK="tess"), "APIGW.0301")
    stays_closed(sops("decrypt", path, HUAWEICLOUD_SDK_AK="nobody"), "APIGW.0301")
    opens(sops("decrypt", path))


def test_a_key_of_both_apis_opens_for_sops_by_either(server, sops, file, tmp_path, huawei, aws, key):
    """One file under one key, once by each of the key's names."""
    arn = aws.describe_key(KeyId=key)["KeyMetadata"]["Arn"]
    user = shell.user_of(server, tmp_path)
    variables = {name: value for name, value in user.items() if name.startswith("AWS_")}
    path = tmp_path / "both.yaml"
    path.write_text(CLEAR)
    done = sops("encrypt", "--in-place", "--hckms", f"{REGION}:{key}", "--kms", arn, path, **variables)
    assert done.returncode == 0, done.stderr
    for environment in ({"HUAWEICLOUD_SDK_SK": "tess", **variables}, {}):
        opens(sops("decrypt", path, **environment))
