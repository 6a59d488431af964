"""The SDK of Huawei Cloud: every method it has is tried, here or in the modules that go on where this one ends
(`labels`, `use`, `sign`, `grants`, `import`). Here: keys from their making to their deletion, and the form of requests."""

import re
import time
import uuid
from pathlib import Path

import pytest
from support.huawei import (
    DOMAIN,
    KEY_ID,
    METHODS,
    MILLISECONDS,
    REGION,
    UNKNOWN,
    alias,
    details,
    external_key,
    new_key,
    refused,
    state,
)
from support.huawei_fixtures import aws, huawei, key, server  # noqa: F401
from support.huawei_wire import Call, exchange, post

SEQUENCE = "919c82d4-8046-4722-9094-35c3c6524cff"
# Of other products than a key service: key stores of dedicated hardware with their access points and PINs, policies and
# capsules of enclaves. They have paths of their own, where there is nothing.
NOT_OFFERED = {
    method
    for method in METHODS
    if re.search(r"_access_point|_key_store|_key_policy|_capsule$|^create_pin$", method)
}
# The specs of keys over this API, and those over the other.
SPECS = {
    "AES_256": "SYMMETRIC_DEFAULT",
    "RSA_2048": "RSA_2048",
    "RSA_3072": "RSA_3072",
    "RSA_4096": "RSA_4096",
    "EC_P256": "ECC_NIST_P256",
    "EC_P384": "ECC_NIST_P384",
    "SECP256K1": "ECC_SECG_P256K1",
    "ED25519": "ECC_NIST_EDWARDS25519",
    "HMAC_256": "HMAC_256",
    "HMAC_384": "HMAC_384",
    "HMAC_512": "HMAC_512",
}


def test_every_method_of_the_sdk_is_tried_both_ways():
    """Here or in one of the modules that go on where this one ends; a refusal stands in the line below its code."""
    tests = "".join(path.read_text() for path in Path(__file__).parent.glob("test_huawei_*.py"))
    called = set(re.findall(r"huawei\.(\w+)\(", tests))
    refusals = set(re.findall(r"refused\([^\n]*\):\n +(?:\w+ = )?huawei\.(\w+)\(", tests))
    offered = set(METHODS) - NOT_OFFERED
    assert len(offered) == 55
    assert offered - called == set()
    # These have nothing that could be wrong.
    assert offered - refusals == {
        "list_kms_tags",
        "list_support_regions",
        "show_user_instances",
        "show_user_quotas",
        "show_versions",
    }


@pytest.mark.parametrize(
    "path", ["kms/access-points", "keystores", "kms/key-policies", "kms/datakey-capsule/create"]
)
def test_what_is_not_offered_is_not_there(server, path):
    answer = Call(server, path).signed().send()
    assert (answer.status, answer.code) == (400, "KMS.0201")


# Versions.


def version_of(server):
    return {
        "id": "v1.0",
        "links": [{"href": f"{server.endpoint}/v1.0/", "rel": "self"}],
        "min_version": "",
        "status": "CURRENT",
        "updated": "2018-09-05T08:18:05Z",
        "version": "",
    }


def test_versions(server, huawei):
    assert huawei.show_versions() == {"versions": [version_of(server)]}
    assert huawei.show_version(version_id="v1.0") == {"version": version_of(server)}


def test_versions_are_told_to_everybody(server):
    for path, name in (("/", "versions"), ("/v1.0", "version"), ("/v1.0/", "version")):
        answer = exchange(server, "GET", path)
        assert answer.status == 200 and list(answer.json) == [name], answer


def test_a_version_that_is_not_there(huawei):
    with refused("KMS.0201"):
        huawei.show_version(version_id="v2")


# Making keys.


def test_a_key_that_is_only_named(huawei):
    name = alias()
    before = time.time() * 1000
    made = huawei.create_key(key_alias=name)
    key_id = made["key_info"]["key_id"]
    assert made == {"key_info": {"key_id": key_id, "domain_id": DOMAIN, "region_id": REGION}}
    assert KEY_ID.fullmatch(key_id)
    found = details(huawei, key_id)
    created = found.pop("creation_date")
    assert MILLISECONDS.fullmatch(created) and before - 1000 <= int(created) <= time.time() * 1000
    assert found == {
        "key_id": key_id,
        "domain_id": DOMAIN,
        "key_alias": name,
        "realm": REGION,
        "key_spec": "AES_256",
        "key_usage": "ENCRYPT_DECRYPT",
        "key_description": "",
        "scheduled_deletion_date": "",
        "key_state": "2",
        "default_key_flag": "0",
        "key_type": "1",
        "expiration_time": "",
        "origin": "kms",
        "key_rotation_enabled": "false",
        "sys_enterprise_project_id": "0",
        "keystore_id": "0",
    }


def test_a_key_with_everything_said(huawei):
    name = f"a:b/c_{alias()}"
    key_id = new_key(
        huawei,
        key_alias=name,
        key_spec="RSA_2048",
        key_usage="ENCRYPT_DECRYPT",
        key_description="of the tests",
        origin="external",
        enterprise_project_id="0",
        keystore_id="0",
        sequence=SEQUENCE,
    )
    found = details(huawei, key_id)
    expected = {
        "key_alias": name,
        "key_spec": "RSA_2048",
        "key_usage": "ENCRYPT_DECRYPT",
        "key_description": "of the tests",
        "origin": "external",
        "key_state": "5",
    }
    assert {field: found[field] for field in expected} == expected


@pytest.mark.parametrize("spec", SPECS)
def test_every_spec_and_the_usage_it_has_when_none_is_said(huawei, aws, spec):
    key_id = new_key(huawei, key_spec=spec, origin="external")
    usage = {"AES": "ENCRYPT_DECRYPT", "HMAC": "GENERATE_VERIFY_MAC"}.get(spec.split("_")[0], "SIGN_VERIFY")
    found = details(huawei, key_id)
    assert (found["key_spec"], found["key_usage"]) == (spec, usage)
    metadata = aws.describe_key(KeyId=key_id)["KeyMetadata"]
    assert (metadata["KeySpec"], metadata["KeyUsage"]) == (SPECS[spec], usage)


@pytest.mark.parametrize(
    ("code", "members"),
    [
        ("KMS.0204", {}),
        ("KMS.0204", {"key_alias": ""}),
        ("KMS.1101", {"key_alias": "with space"}),
        ("KMS.1101", {"key_alias": "a" * 256}),
        ("KMS.1101", {"key_alias": "obs/default"}),
        ("KMS.1103", {"key_alias": "x", "key_description": "d" * 256}),
        ("KMS.0206", {"key_alias": "x", "sequence": "1"}),
        ("KMS.0308", {"key_alias": "x", "origin": "elsewhere"}),
        ("KMS.0308", {"key_alias": "x", "keystore_id": str(uuid.UUID(int=7))}),
    ],
    ids=str,
)
def test_no_such_key_is_made(huawei, code, members):
    before = huawei.show_user_instances()
    with refused(code):
        huawei.create_key(**members)
    assert huawei.show_user_instances() == before


@pytest.mark.parametrize(
    "members",
    [
        {"key_spec": "SM2"},
        {"key_spec": "ECC_NIST_P256"},
        {"key_usage": "DECORATE"},
        {"key_spec": "EC_P256", "key_usage": "ENCRYPT_DECRYPT"},
        {"key_spec": "AES_256", "key_usage": "SIGN_VERIFY"},
    ],
    ids=str,
)
def test_specs_and_usages_that_there_are_not(huawei, members):
    name = alias()
    answer = Call(huawei.server, "kms/create-key", {"key_alias": name, **members}).signed().send()
    assert answer.status == 400 and answer.code in ("KMS.0308", "KMS.1110", "KMS.1114", "KMS.1115"), (
        answer.body
    )
    # Nothing has taken the name.
    new_key(huawei, key_alias=name)


def test_two_keys_with_one_name(huawei, key):
    with refused("KMS.1104"):
        huawei.create_key(key_alias=details(huawei, key)["key_alias"])


# Looking at them.


def test_a_key_by_each_of_its_names(huawei, key):
    by_id = details(huawei, key)
    name = by_id["key_alias"]
    for named in (f"alias/{name}", f"kms:{REGION}:{DOMAIN}:alias:{name}"):
        assert details(huawei, named) == by_id


@pytest.mark.parametrize(
    ("code", "named"),
    [
        ("KMS.0204", ""),
        ("KMS.0205", "no-uuid"),
        ("KMS.0205", UNKNOWN.upper()),
        ("KMS.0207", UNKNOWN),
        ("KMS.0207", "alias/nobody"),
        ("KMS.0207", f"kms:eu-nl:{DOMAIN}:alias:nobody"),
    ],
)
def test_a_key_that_is_not_there(huawei, code, named):
    with refused(code):
        huawei.list_key_detail(key_id=named)


def test_the_list_of_keys(huawei):
    made = [new_key(huawei), new_key(huawei, key_spec="EC_P256"), external_key(huawei)]
    huawei.disable_key(key_id=made[0])
    listed = huawei.list_keys(key_spec="ALL", limit="1000")
    assert set(listed) == {"keys", "key_details", "next_marker", "truncated", "total"}
    assert set(made) <= set(listed["keys"])
    assert (listed["next_marker"], listed["truncated"]) == ("", "false")
    assert listed["total"] == len(listed["keys"]) == huawei.show_user_instances()["instance_num"]
    assert [found["key_id"] for found in listed["key_details"]] == listed["keys"]
    for found in listed["key_details"]:
        if found["key_id"] in made:
            assert found == details(huawei, found["key_id"])
    for digit, key_id in (("2", made[1]), ("3", made[0]), ("5", made[2])):
        found = huawei.list_keys(key_spec="ALL", key_state=digit, limit="1000")
        assert key_id in found["keys"]
        assert {other["key_state"] for other in found["key_details"]} == {digit}
    found = huawei.list_keys(key_spec="EC_P256", limit="1000")
    assert made[1] in found["keys"] and {other["key_spec"] for other in found["key_details"]} == {"EC_P256"}
    for members in ({"enterprise_project_id": "all"}, {"enterprise_project_id": "0"}, {"marker": ""}):
        assert huawei.list_keys(limit="1000", **members) == listed


def test_the_list_in_pages(huawei):
    for _ in range(3):
        new_key(huawei)
    whole = huawei.list_keys(key_spec="ALL", limit="1000")
    keys, marker = [], ""
    while True:
        page = huawei.list_keys(key_spec="ALL", limit="2", marker=marker)
        assert page["total"] == whole["total"]
        assert len(page["keys"]) <= 2
        keys += page["keys"]
        marker = page["next_marker"]
        assert page["truncated"] == ("true" if marker else "false")
        if not marker:
            break
    assert keys == whole["keys"]


@pytest.mark.parametrize(
    ("code", "members"),
    [
        ("KMS.1601", {"limit": "0"}),
        ("KMS.1601", {"limit": "-1"}),
        ("KMS.1602", {"marker": "-1"}),
        ("KMS.0308", {"key_state": "6"}),
        ("KMS.0308", {"key_spec": "EC_P257"}),
        ("KMS.0206", {"sequence": "919c82d4"}),
    ],
    ids=str,
)
def test_lists_that_there_are_not(huawei, code, members):
    with refused(code):
        huawei.list_keys(**members)


# Changing them.


def test_the_states_of_a_key(huawei, key):
    assert huawei.disable_key(key_id=key) == {"key_info": {"key_id": key, "key_state": "3"}}
    assert state(huawei, key) == "3"
    with refused("KMS.1301"):
        huawei.disable_key(key_id=key)
    with refused("KMS.0209"):
        huawei.encrypt_data(key_id=key, plain_text="p")
    assert huawei.enable_key(key_id=key) == {"key_info": {"key_id": key, "key_state": "2"}}
    assert state(huawei, key) == "2"
    with refused("KMS.1201"):
        huawei.enable_key(key_id=key)


def test_deletion(huawei, key):
    before = time.time()
    assert huawei.delete_key(key_id=key, pending_days="7") == {"key_id": key, "key_state": "4"}
    found = details(huawei, key)
    assert found["key_state"] == "4"
    at = int(found["scheduled_deletion_date"]) / 1000 - 7 * 86400
    assert MILLISECONDS.fullmatch(found["scheduled_deletion_date"]) and before - 1 <= at <= time.time() + 1
    with refused("KMS.1402"):
        huawei.delete_key(key_id=key, pending_days="7")
    with refused("KMS.0210"):
        huawei.encrypt_data(key_id=key, plain_text="p")
    assert huawei.cancel_key_deletion(key_id=key) == {"key_id": key, "key_state": "3"}
    assert state(huawei, key) == "3" and details(huawei, key)["scheduled_deletion_date"] == ""
    with refused("KMS.1501"):
        huawei.cancel_key_deletion(key_id=key)


@pytest.mark.parametrize("days", ["7", 1096])
def test_the_window_is_up_to_three_years(huawei, key, days):
    assert huawei.delete_key(key_id=key, pending_days=days)["key_state"] == "4"


@pytest.mark.parametrize("days", ["6", "1097", "0", "-7", 6])
def test_windows_that_there_are_not(huawei, key, days):
    with refused("KMS.1401"):
        huawei.delete_key(key_id=key, pending_days=days)
    assert state(huawei, key) == "2"


def test_another_name(huawei, key):
    name = alias("renamed")
    renamed = huawei.update_key_alias(key_id=key, key_alias=name)
    assert renamed == {"key_info": {"key_id": key, "key_alias": name}}
    assert details(huawei, f"alias/{name}")["key_alias"] == name
    with refused("KMS.1104"):
        huawei.update_key_alias(key_id=new_key(huawei), key_alias=name)
    with refused("KMS.1101"):
        huawei.update_key_alias(key_id=key, key_alias="with space")
    assert details(huawei, key)["key_alias"] == name


def test_another_description(huawei, key):
    for text in ("of the tests", "ä" * 255):
        described = huawei.update_key_description(key_id=key, key_description=text)
        assert described == {"key_info": {"key_id": key, "key_description": text}}
        assert details(huawei, key)["key_description"] == text
    with refused("KMS.1103"):
        huawei.update_key_description(key_id=key, key_description="d" * 256)
    assert details(huawei, key)["key_description"] == text


ON_A_KEY = (
    "cancel_key_deletion",
    "delete_imported_key_material",
    "disable_key",
    "disable_key_rotation",
    "enable_key",
    "enable_key_rotation",
    "list_grants",
    "show_public_key",
)


@pytest.mark.parametrize("method", ON_A_KEY)
def test_no_key_and_no_key_id(huawei, method):
    call = getattr(huawei, method)
    with refused("KMS.0207"):
        call(key_id=UNKNOWN)
    with refused("KMS.0205"):
        call(key_id="x")
    with refused("KMS.0204"):
        call()


# The form of requests.


def test_members_may_be_numbers_or_strings(server, huawei, key):
    for limit in (2, "2"):
        assert len(post(server, "list-keys", {"limit": limit})["keys"]) == 2
    assert post(server, "schedule-key-deletion", {"key_id": key, "pending_days": 8})["key_state"] == "4"


def test_what_nobody_knows_is_not_looked_at(server, key):
    found = post(server, "describe-key", {"key_id": key, "colour": {"of": ["the", "future"]}, "sequence": ""})
    assert found["key_info"]["key_id"] == key


@pytest.mark.parametrize(
    ("code", "body"),
    [
        ("KMS.0202", b"{"),
        ("KMS.0202", b"[]"),
        ("KMS.0202", b'"text"'),
        ("KMS.0202", b"\xff"),
        ("KMS.0204", b"{}"),
        ("KMS.0204", b'{"key_id": null}'),
        ("KMS.0205", b'{"key_id": 7}'),
        ("KMS.0205", b'{"key_id": ["x"]}'),
    ],
    ids=str,
)
def test_bodies_that_are_no_request(server, code, body):
    answer = Call(server, "kms/describe-key", body).signed().send()
    assert (answer.status, answer.code) == (400, code), answer.body


def test_a_method_that_a_path_has_not(server):
    answer = Call(server, "kms/list-keys", None, method="GET").signed().send()
    assert (answer.status, answer.code) == (405, "KMS.0215")


def test_a_path_that_there_is_not(server):
    answer = Call(server, "kms/paint-key").signed().send()
    assert (answer.status, answer.code) == (400, "KMS.0201")
