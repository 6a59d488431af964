"""Rotation as clients set and see it. That it happens in time is tested in the engine, whose clock can be moved."""

import datetime
import json
import os

import boto3
import pytest
from botocore.config import Config
from support import shell
from support.ceremony import external_key, generated_key, import_material, imported_key
from support.errors import refused
from support.server import ACCOUNT, REGION
from support.times import from_now, now

REPLICA_REGION = "eu-west-1"
# How far the clocks of the test and of the server may seem apart: the time a request takes.
NEARLY = datetime.timedelta(minutes=1)


def arn(key_id, region=REGION):
    return f"arn:aws:kms:{region}:{ACCOUNT}:key/{key_id}"


def status(kms, key_id) -> dict:
    answer = kms.get_key_rotation_status(KeyId=key_id)
    del answer["ResponseMetadata"]
    return answer


def check_on(found, key_arn, days):
    assert found.keys() == {"KeyId", "KeyRotationEnabled", "RotationPeriodInDays", "NextRotationDate"}
    assert (found["KeyId"], found["KeyRotationEnabled"]) == (key_arn, True)
    assert found["RotationPeriodInDays"] == days
    assert abs(found["NextRotationDate"] - from_now(days=days)) < NEARLY


def off(key_arn) -> dict:
    return {"KeyId": key_arn, "KeyRotationEnabled": False}


@pytest.mark.parametrize("named", [str, arn])
def test_rotation_is_switched_on_changed_and_off(kms, named):
    key_id = generated_key(kms)
    assert status(kms, named(key_id)) == off(arn(key_id))
    kms.enable_key_rotation(KeyId=named(key_id))
    check_on(status(kms, key_id), arn(key_id), 365)
    kms.enable_key_rotation(KeyId=named(key_id), RotationPeriodInDays=90)
    check_on(status(kms, key_id), arn(key_id), 90)
    before = status(kms, key_id)
    kms.enable_key_rotation(KeyId=named(key_id), RotationPeriodInDays=90)
    assert status(kms, key_id) == before
    kms.disable_key_rotation(KeyId=named(key_id))
    assert status(kms, key_id) == off(arn(key_id))
    kms.disable_key_rotation(KeyId=named(key_id))


@pytest.mark.parametrize("days", [90, 2560])
def test_the_shortest_and_the_longest_period(kms, days):
    key_id = generated_key(kms)
    kms.enable_key_rotation(KeyId=key_id, RotationPeriodInDays=days)
    check_on(status(kms, key_id), arn(key_id), days)


@pytest.mark.parametrize(
    ("days", "constraint"),
    [(89, "greater than or equal to 90"), (-90, "greater than or equal to 90"), (2561, "less than or equal to 2560")],
)
def test_other_periods_are_refused(kms, server, days, constraint):
    key_id = generated_key(kms)
    # boto3 itself would not send the short ones.
    unchecked = boto3.client(
        "kms",
        endpoint_url=server.endpoint,
        region_name=REGION,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(parameter_validation=False),
    )
    with refused("ValidationException", f"Member must have value {constraint}"):
        unchecked.enable_key_rotation(KeyId=key_id, RotationPeriodInDays=days)
    assert status(kms, key_id) == off(arn(key_id))


def test_a_disabled_key_keeps_its_schedule_and_cannot_be_given_another(kms):
    key_id = generated_key(kms)
    kms.enable_key_rotation(KeyId=key_id, RotationPeriodInDays=200)
    before = status(kms, key_id)
    kms.disable_key(KeyId=key_id)
    assert status(kms, key_id) == before
    for call in (kms.enable_key_rotation, kms.disable_key_rotation, kms.rotate_key_on_demand):
        with refused("DisabledException", f"{arn(key_id)} is disabled."):
            call(KeyId=key_id)
    kms.enable_key(KeyId=key_id)
    assert status(kms, key_id) == before


def test_while_a_key_waits_for_its_deletion_its_rotation_is_off(kms):
    key_id = generated_key(kms)
    kms.enable_key_rotation(KeyId=key_id)
    before = status(kms, key_id)
    kms.schedule_key_deletion(KeyId=key_id, PendingWindowInDays=7)
    assert status(kms, key_id) == off(arn(key_id))
    for call in (kms.enable_key_rotation, kms.disable_key_rotation, kms.rotate_key_on_demand):
        with refused("KMSInvalidStateException", f"{arn(key_id)} is pending deletion."):
            call(KeyId=key_id)
    kms.cancel_key_deletion(KeyId=key_id)
    assert status(kms, key_id) == before


@pytest.mark.parametrize("imported", [False, True])
def test_imported_keys_are_not_rotated_automatically(kms, imported):
    key_id = imported_key(kms, os.urandom(32)) if imported else external_key(kms)
    for call in (kms.enable_key_rotation, kms.disable_key_rotation):
        with refused(
            "UnsupportedOperationException",
            f"{arn(key_id)} origin is EXTERNAL which is not valid for this operation.",
        ):
            call(KeyId=key_id)
    assert status(kms, key_id) == off(arn(key_id))


@pytest.mark.parametrize("spec", ["HMAC_256", "ECC_NIST_P256"])
def test_keys_with_one_material_for_life_are_not_rotated(kms, spec):
    key_id = generated_key(kms, spec)
    for call in (kms.enable_key_rotation, kms.disable_key_rotation, kms.rotate_key_on_demand):
        with refused("UnsupportedOperationException"):
            call(KeyId=key_id)
    with refused("UnsupportedOperationException"):
        kms.list_key_rotations(KeyId=key_id)
    # But the status can be asked of any key, as tools do that look at all of them.
    assert status(kms, key_id) == off(arn(key_id))


def test_names_that_are_not_taken(kms):
    for call in (kms.enable_key_rotation, kms.disable_key_rotation, kms.get_key_rotation_status):
        with refused("NotFoundException"):
            call(KeyId="alias/a")
        with refused("NotFoundException"):
            call(KeyId="1234abcd-12ab-34cd-56ef-1234567890ab")
        with refused("InvalidArnException"):
            call(KeyId="arn:aws:kms")


def test_a_rotation_on_demand_leaves_the_schedule(kms):
    key_id = generated_key(kms)
    kms.enable_key_rotation(KeyId=key_id, RotationPeriodInDays=180)
    before = status(kms, key_id)
    sealed = kms.encrypt(KeyId=key_id, Plaintext=b"before")["CiphertextBlob"]
    first = kms.describe_key(KeyId=key_id)["KeyMetadata"]["CurrentKeyMaterialId"]
    assert kms.rotate_key_on_demand(KeyId=key_id)["KeyId"] == arn(key_id)
    assert status(kms, key_id) == before
    assert kms.decrypt(CiphertextBlob=sealed)["KeyMaterialId"] == first

    [rotation] = kms.list_key_rotations(KeyId=key_id)["Rotations"]
    assert rotation["RotationType"] == "ON_DEMAND"
    assert rotation["KeyMaterialState"] == "CURRENT"
    assert abs(rotation["RotationDate"] - now()) < NEARLY
    assert rotation["KeyMaterialId"] == kms.describe_key(KeyId=key_id)["KeyMetadata"]["CurrentKeyMaterialId"]
    everything = kms.list_key_rotations(KeyId=key_id, IncludeKeyMaterial="ALL_KEY_MATERIAL")["Rotations"]
    assert [entry["KeyMaterialId"] for entry in everything] == [first, rotation["KeyMaterialId"]]
    assert [entry["KeyMaterialState"] for entry in everything] == ["NON_CURRENT", "CURRENT"]
    assert everything[0].keys() == {"KeyId", "KeyMaterialId", "KeyMaterialState"}


@pytest.mark.parametrize(("include", "sizes"), [("ROTATIONS_ONLY", [2, 2, 1]), ("ALL_KEY_MATERIAL", [2, 2, 2])])
def test_rotations_are_listed_in_pages(kms, include, sizes):
    key_id = generated_key(kms)
    for _ in range(5):
        kms.rotate_key_on_demand(KeyId=key_id)
    asked = {"KeyId": key_id, "IncludeKeyMaterial": include}
    pages = list(kms.get_paginator("list_key_rotations").paginate(**asked, PaginationConfig={"PageSize": 2}))
    assert [len(page["Rotations"]) for page in pages] == sizes
    assert [page["Truncated"] for page in pages] == [True, True, False]
    found = [entry for page in pages for entry in page["Rotations"]]
    assert found == kms.list_key_rotations(**asked)["Rotations"]
    assert len({entry["KeyMaterialId"] for entry in found}) == sum(sizes)


def test_an_imported_key_is_rotated_on_demand(kms):
    key_id = imported_key(kms, os.urandom(32))
    with refused("KMSInvalidStateException", "No available key material pending rotation"):
        kms.rotate_key_on_demand(KeyId=key_id)
    new = import_material(kms, key_id, os.urandom(32), ImportType="NEW_KEY_MATERIAL")["KeyMaterialId"]
    kms.rotate_key_on_demand(KeyId=key_id)
    assert kms.describe_key(KeyId=key_id)["KeyMetadata"]["CurrentKeyMaterialId"] == new
    assert status(kms, key_id) == off(arn(key_id))


def test_a_multi_region_key_has_one_schedule(kms, server):
    key_id = generated_key(kms, MultiRegion=True)
    abroad = server.client(region=REPLICA_REGION)
    kms.replicate_key(KeyId=key_id, ReplicaRegion=REPLICA_REGION)
    kms.enable_key_rotation(KeyId=key_id, RotationPeriodInDays=100)
    check_on(status(abroad, key_id), arn(key_id, REPLICA_REGION), 100)
    for call in (abroad.enable_key_rotation, abroad.disable_key_rotation, abroad.rotate_key_on_demand):
        with refused("UnsupportedOperationException", REGION):
            call(KeyId=key_id)
    kms.rotate_key_on_demand(KeyId=key_id)
    here, there = (
        client.describe_key(KeyId=key_id)["KeyMetadata"]["CurrentKeyMaterialId"] for client in (kms, abroad)
    )
    assert here == there
    assert len(abroad.list_key_rotations(KeyId=key_id)["Rotations"]) == 1
    kms.disable_key_rotation(KeyId=key_id)
    assert status(abroad, key_id) == off(arn(key_id, REPLICA_REGION))


def test_a_schedule_outlives_a_restart(own_server):
    key_id = generated_key(own_server.client())
    own_server.client().enable_key_rotation(KeyId=key_id, RotationPeriodInDays=123)
    before = status(own_server.client(), key_id)
    own_server.restart()
    assert status(own_server.client(), key_id) == before


def test_with_the_aws_cli(kms, server, tmp_path):
    key_id = generated_key(kms)
    user = shell.user_of(server, tmp_path)

    def aws(*words):
        return shell.run(["aws", "kms", *words, "--key-id", key_id], tmp_path, user)

    assert aws("enable-key-rotation").returncode == 0
    shown = aws("get-key-rotation-status")
    assert json.loads(shown.stdout)["RotationPeriodInDays"] == 365, shown.stderr
    assert aws("enable-key-rotation", "--rotation-period-in-days", "120").returncode == 0
    shown = json.loads(aws("get-key-rotation-status").stdout)
    assert (shown["KeyId"], shown["RotationPeriodInDays"]) == (arn(key_id), 120)
    found = aws("enable-key-rotation", "--rotation-period-in-days", "2561")
    assert found.returncode != 0 and "(ValidationException)" in found.stderr, found.stderr
    assert aws("disable-key-rotation").returncode == 0
    assert json.loads(aws("get-key-rotation-status").stdout) == off(arn(key_id))
