"""Grants and rotation by the SDK of Huawei Cloud, field by field, and how it refuses."""

import base64

import pytest
from support.callers import Caller, allow
from support.huawei import (
    DOMAIN,
    GRANT_ID,
    MILLISECONDS,
    UNKNOWN,
    Huawei,
    alias,
    external_key,
    new_key,
    refused,
)
from support.huawei_fixtures import huawei, key, server  # noqa: F401

NO_GRANT = "0" * 64


class Person:
    """A user with these permissions: the unique id, and callers of both APIs."""

    def __init__(self, server, name, *statements):
        root = Caller(server, "test")
        self.aws = root.user(name, *statements)
        self.id = root.iam.get_user(UserName=name)["User"]["UserId"]
        credentials = self.aws.credentials
        self.huawei = Huawei(server, credentials["access_key"], credentials["secret"])


@pytest.fixture(scope="module")
def alice(server):
    return Person(server, "alice")


@pytest.fixture(scope="module")
def bob(server):
    return Person(server, "bob", allow("kms:grant:list"))


def test_a_grant(huawei, alice, bob, key):
    operations = ["describe-key", "create-datakey", "encrypt-datakey"]
    made = huawei.create_grant(
        key_id=key,
        grantee_principal=alice.id,
        operations=operations,
        name="my_grant",
        retiring_principal=bob.id,
        grantee_principal_type="user",
    )
    assert list(made) == ["grant_id"] and GRANT_ID.fullmatch(made["grant_id"])
    listed = huawei.list_grants(key_id=key)
    (grant,) = listed.pop("grants")
    assert listed == {"next_marker": "", "truncated": "false", "total": 1}
    assert MILLISECONDS.fullmatch(grant.pop("creation_date"))
    assert grant.pop("operations") == operations
    assert grant == {
        "key_id": key,
        "grant_id": made["grant_id"],
        "grantee_principal": alice.id,
        "grantee_principal_type": "user",
        "issuing_principal": DOMAIN,
        "name": "my_grant",
        "retiring_principal": bob.id,
    }


def test_a_grant_allows_what_it_says(huawei, alice, key):
    with refused("KMS.0306"):
        alice.huawei.create_datakey(key_id=key)
    grant = huawei.create_grant(key_id=key, grantee_principal=alice.id, operations=["create-datakey"])
    made = alice.huawei.create_datakey(key_id=key)
    with refused("KMS.0306"):
        alice.huawei.decrypt_datakey(key_id=key, cipher_text=made["cipher_text"], datakey_cipher_length="32")
    with refused("KMS.0306"):
        alice.huawei.encrypt_data(key_id=key, plain_text="p")
    assert huawei.cancel_grant(key_id=key, grant_id=grant["grant_id"]) == {}
    assert huawei.list_grants(key_id=key)["grants"] == []
    with refused("KMS.0306"):
        alice.huawei.create_datakey(key_id=key)


def test_a_grant_of_data_keys_is_none_of_data(huawei, alice, key):
    """What the other API calls one thing is two here: who may open data keys may not open data with it."""
    huawei.create_grant(
        key_id=key, grantee_principal=alice.id, operations=["encrypt-datakey", "decrypt-datakey"]
    )
    text = "00" * 32 + "66687AADF862BD776C8FC18B8E9F8E20089714856EE233B3902A591D0D5F2925"
    sealed = alice.huawei.encrypt_datakey(key_id=key, plain_text=text, datakey_plain_length="32")
    opened = alice.huawei.decrypt_datakey(
        key_id=key, cipher_text=sealed["cipher_text"], datakey_cipher_length="32"
    )
    assert opened["data_key"] == "00" * 32
    with refused("KMS.0306"):
        alice.huawei.encrypt_data(key_id=key, plain_text="p")
    whole = huawei.encrypt_data(key_id=key, plain_text="p")
    with refused("KMS.0306"):
        alice.huawei.decrypt_data(cipher_text=whole["cipher_text"], key_id=key)
    # Nor by the other door: what is in a ciphertext is written on it, and authentic.
    data = base64.b64decode(whole["cipher_text"]).hex()
    with refused("KMS.2201"):
        alice.huawei.decrypt_datakey(key_id=key, cipher_text=data, datakey_cipher_length="1")
    data_key = base64.b64encode(bytes.fromhex(sealed["cipher_text"])).decode()
    with refused("KMS.2201"):
        huawei.decrypt_data(cipher_text=data_key, key_id=key)


def test_a_grant_is_retired_by_whoever_may(huawei, alice, bob, key):
    made = huawei.create_grant(
        key_id=key,
        grantee_principal=alice.id,
        operations=["describe-key"],
        retiring_principal=bob.id,
    )
    listed = bob.huawei.list_retirable_grants()
    (grant,) = [grant for grant in listed["grants"] if grant["key_id"] == key]
    assert grant == huawei.list_grants(key_id=key)["grants"][0]
    assert set(listed) == {"grants", "next_marker", "truncated", "total"}
    with refused("KMS.0306"):
        alice.huawei.cancel_self_grant(key_id=key, grant_id=made["grant_id"])
    assert bob.huawei.cancel_self_grant(key_id=key, grant_id=made["grant_id"]) == {}
    assert huawei.list_grants(key_id=key)["total"] == 0


def test_a_grant_is_passed_on(huawei, alice, bob, key):
    huawei.create_grant(
        key_id=key, grantee_principal=alice.id, operations=["create-grant", "encrypt-datakey"]
    )
    with refused("KMS.0306"):
        alice.huawei.create_grant(key_id=key, grantee_principal=bob.id, operations=["decrypt-datakey"])
    alice.huawei.create_grant(key_id=key, grantee_principal=bob.id, operations=["encrypt-datakey"])
    (passed,) = [
        grant for grant in huawei.list_grants(key_id=key)["grants"] if grant["grantee_principal"] == bob.id
    ]
    # Of whoever makes grants the domain is known.
    assert passed["issuing_principal"] == DOMAIN


def test_a_grant_to_a_domain(huawei, key):
    made = huawei.create_grant(
        key_id=key,
        grantee_principal="0" * 20 + "111122223333",
        grantee_principal_type="domain",
        operations=["describe-key"],
    )
    (grant,) = huawei.list_grants(key_id=key)["grants"]
    assert grant["grant_id"] == made["grant_id"]
    assert (grant["grantee_principal"], grant["grantee_principal_type"]) == (
        "0" * 20 + "111122223333",
        "domain",
    )


def test_grants_in_pages(huawei, alice, key):
    for n in range(5):
        huawei.create_grant(
            key_id=key, grantee_principal=alice.id, operations=["describe-key"], name=f"page{n}"
        )
    found, marker = [], ""
    while True:
        page = huawei.list_grants(key_id=key, limit="2", marker=marker)
        assert page["total"] == 5
        found += [grant["name"] for grant in page["grants"]]
        marker = page["next_marker"]
        assert page["truncated"] == ("true" if marker else "false")
        if not marker:
            break
    assert sorted(found) == [f"page{n}" for n in range(5)]


def test_grants_that_are_not_made(huawei, alice, key):
    members = {"key_id": key, "grantee_principal": alice.id, "operations": ["describe-key"]}
    for code, change in (
        ("KMS.2401", {"operations": ["create-grant"]}),
        ("KMS.2402", {"grantee_principal": "nobody"}),
        ("KMS.2402", {"grantee_principal": "no!id"}),
        ("KMS.2402", {"retiring_principal": "nobody"}),
        ("KMS.0308", {"operations": ["paint-key"]}),
        ("KMS.0308", {"name": "with space"}),
        ("KMS.0308", {"grantee_principal_type": "crowd"}),
        ("KMS.0308", {"operations": []}),
        ("KMS.0207", {"key_id": UNKNOWN}),
    ):
        with refused(code):
            huawei.create_grant(**{**members, **change})
    assert huawei.list_grants(key_id=key)["total"] == 0


def test_grants_that_are_not_ended(huawei, alice, key):
    made = huawei.create_grant(key_id=key, grantee_principal=alice.id, operations=["describe-key"])
    other = new_key(huawei)
    with refused("KMS.2501"):
        huawei.cancel_grant(key_id=key, grant_id="x")
    with refused("KMS.2501"):
        huawei.cancel_self_grant(key_id=key, grant_id="x")
    # That it is another key's is not looked for.
    with refused("KMS.2501"):
        huawei.cancel_grant(key_id=other, grant_id=made["grant_id"])
    assert huawei.list_grants(key_id=key)["total"] == 1


@pytest.mark.parametrize(("code", "members"), [("KMS.1601", {"limit": "0"}), ("KMS.1602", {"marker": "-1"})])
def test_lists_of_grants_that_there_are_not(huawei, key, code, members):
    with refused(code):
        huawei.list_grants(key_id=key, **members)
    with refused(code):
        huawei.list_retirable_grants(**members)


# Rotation.


def test_rotation(huawei, key):
    off = huawei.show_key_rotation_status(key_id=key)
    assert off["key_rotation_enabled"] is False
    with refused("KMS.0313"):
        huawei.update_key_rotation_interval(key_id=key, rotation_interval=30)
    assert huawei.enable_key_rotation(key_id=key) == {}
    with refused("KMS.2901"):
        huawei.enable_key_rotation(key_id=key)
    on = huawei.show_key_rotation_status(key_id=key)
    assert on["key_rotation_enabled"] is True
    assert (on["rotation_interval"], on["number_of_rotations"], on["last_rotation_time"]) == (365, 0, "")
    (material,) = on["key_materials"]
    assert set(material) <= {"material_id", "charge_id", "create_time", "expiration_time", "state"}
    assert material["state"] == 2
    assert huawei.update_key_rotation_interval(key_id=key, rotation_interval=30) == {}
    assert huawei.show_key_rotation_status(key_id=key)["rotation_interval"] == 30
    for days in (29, 366):
        with refused("KMS.3001"):
            huawei.update_key_rotation_interval(key_id=key, rotation_interval=days)
    assert huawei.disable_key_rotation(key_id=key) == {}
    assert huawei.show_key_rotation_status(key_id=key)["key_rotation_enabled"] is False
    with refused("KMS.0313"):
        huawei.disable_key_rotation(key_id=key)


def test_rotation_now(huawei, key):
    before = huawei.encrypt_data(key_id=key, plain_text="before")["cipher_text"]
    assert huawei.rotate_on_demand(key_id=key) == {"key_id": key}
    status = huawei.show_key_rotation_status(key_id=key)
    assert status["number_of_rotations"] == 1 and MILLISECONDS.fullmatch(status["last_rotation_time"])
    assert len(status["key_materials"]) == 2
    assert len({material["material_id"] for material in status["key_materials"]}) == 2
    assert huawei.decrypt_data(cipher_text=before)["plain_text"] == "before"


def test_keys_that_do_not_rotate(huawei):
    with refused("KMS.0207"):
        huawei.rotate_on_demand(key_id=UNKNOWN)
    with refused("KMS.0207"):
        huawei.show_key_rotation_status(key_id=UNKNOWN)
    external = external_key(huawei)
    with refused("KMS.0312"):
        huawei.enable_key_rotation(key_id=external)
    for spec in ("RSA_2048", "EC_P256", "HMAC_256"):
        key_id = new_key(huawei, key_alias=alias(), key_spec=spec)
        for call in (huawei.enable_key_rotation, huawei.rotate_on_demand):
            with refused("KMS.0319"):
                call(key_id=key_id)
