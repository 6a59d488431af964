"""What policies say about requests of the API of Huawei Cloud, by either of the names that a permission has; and that
what they deny is denied over both APIs."""

import json

import pytest
from support.callers import Caller, allow, deny, refusal
from support.huawei import Huawei, alias, new_key, refused
from support.huawei_ceremony import parameters, send, wrapped
from support.huawei_fixtures import aws, huawei, key, server  # noqa: F401

COUNT = iter(range(1000))


class Person:
    """A user with these permissions, as callers of both APIs."""

    def __init__(self, server, *statements):
        made = Caller(server, "test").user(f"person{next(COUNT)}", *statements)
        self.aws = made.kms
        self.huawei = Huawei(server, made.credentials["access_key"], made.credentials["secret"])


@pytest.fixture
def person(server):
    return lambda *statements: Person(server, *statements)


def may_not(call, **members):
    with refused("KMS.0306"):
        call(**members)


def may_not_there(call, **members):
    assert refusal(call, **members)[0] == "AccessDeniedException"


def test_the_root_may_everything_and_a_new_user_nothing(huawei, person, key):
    nobody = person()
    huawei.list_keys()
    for method, members in (
        ("list_keys", {}),
        ("create_key", {"key_alias": alias()}),
        ("list_key_detail", {"key_id": key}),
        ("encrypt_data", {"key_id": key, "plain_text": "p"}),
        ("create_random", {"random_data_length": "512"}),
        ("show_user_instances", {}),
        ("show_user_quotas", {}),
        ("show_kms_tags", {"key_id": key}),
        ("delete_key", {"key_id": key, "pending_days": "7"}),
    ):
        may_not(getattr(nobody.huawei, method), **members)


def test_by_this_apis_name_of_it(person, key):
    crypto = person(allow("kms:cmk:crypto"))
    sealed = crypto.huawei.encrypt_data(key_id=key, plain_text="p")["cipher_text"]
    assert crypto.huawei.decrypt_data(cipher_text=sealed)["plain_text"] == "p"
    may_not(crypto.huawei.create_datakey, key_id=key)
    may_not(crypto.huawei.list_key_detail, key_id=key)
    # It is no permission of the other API, where nothing has this name.
    may_not_there(crypto.aws.encrypt, KeyId=key, Plaintext=b"p")


def test_by_the_other_apis_name_of_it(person, key):
    crypto = person(allow(["kms:Encrypt", "kms:Decrypt"]))
    sealed = crypto.huawei.encrypt_data(key_id=key, plain_text="p")["cipher_text"]
    assert crypto.huawei.decrypt_data(cipher_text=sealed)["plain_text"] == "p"
    crypto.aws.encrypt(KeyId=key, Plaintext=b"p")
    may_not(crypto.huawei.create_datakey, key_id=key)


PATTERNS = ["*", "kms:*", "kms:*:*", "kms:cmk:*", "kms:*:crypto", "KMS:CMK:CRYPTO", "kms:cmk:cr?pto"]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_patterns(person, key, pattern):
    some = person(allow(pattern))
    some.huawei.encrypt_data(key_id=key, plain_text="p")


@pytest.mark.parametrize("pattern", ["kms:dek:*", "kms:cmk", "cmk:crypto", "kms:?cmk:crypto", "kms:Get*"])
def test_patterns_of_something_else(person, key, pattern):
    may_not(person(allow(pattern)).huawei.encrypt_data, key_id=key, plain_text="p")


def test_three_parts_are_this_apis_and_two_the_others(person, key):
    """`kms:cmk:*` lets nobody do anything over the other API, and `kms:Create*` nobody what `create-datakey` does."""
    may_not_there(person(allow("kms:*:*")).aws.describe_key, KeyId=key)
    may_not(person(allow(["kms:create*", "kms:cmk:create"])).huawei.create_datakey, key_id=key)


ACTIONS = [
    ("kms:cmk:create", "create_key", lambda key: {"key_alias": alias()}),
    ("kms:cmk:list", "list_keys", lambda key: {}),
    ("kms:cmk:get", "list_key_detail", lambda key: {"key_id": key}),
    ("kms:cmk:disable", "disable_key", lambda key: {"key_id": key}),
    ("kms:cmk:update", "update_key_alias", lambda key: {"key_id": key, "key_alias": alias()}),
    ("kms:cmk:update", "update_key_description", lambda key: {"key_id": key, "key_description": "d"}),
    ("kms:cmk:update", "delete_key", lambda key: {"key_id": key, "pending_days": "7"}),
    ("kms:cmk:generate", "create_random", lambda key: {"random_data_length": "512"}),
    ("kms:cmk:crypto", "encrypt_data", lambda key: {"key_id": key, "plain_text": "p"}),
    ("kms:dek:create", "create_datakey", lambda key: {"key_id": key}),
    ("kms:dek:create", "create_datakey_without_plaintext", lambda key: {"key_id": key}),
    ("kms:cmk:enableRotation", "enable_key_rotation", lambda key: {"key_id": key}),
    ("kms:cmk:getRotation", "show_key_rotation_status", lambda key: {"key_id": key}),
    ("kms:cmk:getInstance", "show_user_instances", lambda key: {}),
    ("kms:cmk:getQuota", "show_user_quotas", lambda key: {}),
    ("kms:grant:list", "list_grants", lambda key: {"key_id": key}),
    ("kms:cmkTag:create", "create_kms_tag", lambda key: {"key_id": key, "tag": {"key": "k", "value": "v"}}),
    ("kms:cmkTag:list", "show_kms_tags", lambda key: {"key_id": key}),
    ("kms:cmkTag:list", "list_kms_tags", lambda key: {}),
]


@pytest.mark.parametrize(("permission", "method", "members"), ACTIONS, ids=lambda value: str(value)[:30])
def test_each_permission_of_the_api_reference(person, key, permission, method, members):
    """It is enough, and all others together are not."""
    family, action = permission.rsplit(":", 1)
    without = person(allow("*"), deny(permission))
    may_not(getattr(without.huawei, method), **members(key))
    having = person(allow(permission))
    getattr(having.huawei, method)(**members(key))


def test_the_import_has_permissions_of_its_own(huawei, person):
    key_id = new_key(huawei, origin="external")
    getter, importer = person(allow("kms:cmk:getMaterial")), person(allow("kms:cmk:importMaterial"))
    may_not(
        importer.huawei.create_parameters_for_import, key_id=key_id, wrapping_algorithm="RSAES_OAEP_SHA_256"
    )
    given = parameters(getter.huawei, key_id)
    members = wrapped(given, bytes(32))
    may_not(getter.huawei.import_key_material, key_id=key_id, import_token=given["import_token"], **members)
    send(importer.huawei, given, members)
    may_not(importer.huawei.delete_imported_key_material, key_id=key_id)
    assert person(allow("kms:cmk:deleteMaterial")).huawei.delete_imported_key_material(key_id=key_id) == {}


# What is denied is denied over both.


@pytest.mark.parametrize("denial", ["kms:Decrypt", "kms:cmk:crypto", "kms:cmk:*", "kms:*:crypto", "kms:D*"])
def test_a_denial_holds_over_both(huawei, aws, person, key, denial):
    some = person(allow("*"), deny(denial))
    sealed = huawei.encrypt_data(key_id=key, plain_text="p")["cipher_text"]
    may_not(some.huawei.decrypt_data, cipher_text=sealed)
    there = aws.encrypt(KeyId=key, Plaintext=b"p")["CiphertextBlob"]
    may_not_there(some.aws.decrypt, CiphertextBlob=there)


def test_a_denial_of_data_keys_holds_over_both(huawei, person, key):
    some = person(allow("*"), deny("kms:dek:*"))
    may_not(some.huawei.create_datakey, key_id=key)
    may_not_there(some.aws.generate_data_key, KeyId=key, KeySpec="AES_256")
    some.huawei.encrypt_data(key_id=key, plain_text="p")
    sealed = huawei.create_datakey(key_id=key)["cipher_text"]
    may_not(some.huawei.decrypt_datakey, key_id=key, cipher_text=sealed, datakey_cipher_length="32")
    # The ciphertext of a data key is a ciphertext like any other there, so opening it is denied there too.
    may_not_there(some.aws.decrypt, CiphertextBlob=bytes.fromhex(sealed))


def test_all_but_what_is_named(person, key):
    """NotAction: an Allow of all but one thing leaves that out by either of its names, and a Deny of all but one
    thing lets only that through."""
    for name in ("kms:Encrypt", "kms:cmk:crypto"):
        not_this = person({"Effect": "Allow", "NotAction": name, "Resource": "*"})
        may_not(not_this.huawei.encrypt_data, key_id=key, plain_text="p")
        not_this.huawei.list_key_detail(key_id=key)
        only_this = person(allow("*"), {"Effect": "Deny", "NotAction": name, "Resource": "*"})
        only_this.huawei.encrypt_data(key_id=key, plain_text="p")
        may_not(only_this.huawei.list_key_detail, key_id=key)
    not_there = person({"Effect": "Allow", "NotAction": "kms:cmk:crypto", "Resource": "*"})
    may_not_there(not_there.aws.encrypt, KeyId=key, Plaintext=b"p")


def test_key_policies_speak_of_both(huawei, aws, person, server, key):
    policy = json.loads(aws.get_key_policy(KeyId=key)["Policy"])
    policy["Statement"].append(
        {"Effect": "Deny", "Principal": "*", "Action": "kms:cmk:crypto", "Resource": "*"}
    )
    aws.put_key_policy(KeyId=key, Policy=json.dumps(policy))
    with refused("KMS.0306"):
        huawei.encrypt_data(key_id=key, plain_text="p")
    may_not_there(aws.encrypt, KeyId=key, Plaintext=b"p")
    huawei.create_datakey(key_id=key)


def test_lists_have_the_keys_that_the_caller_may_see(huawei, aws, person):
    """And tell the number of no others. The permission to list is that to see, and may be denied for a key."""
    seen, unseen = new_key(huawei), new_key(huawei)
    arns = [aws.describe_key(KeyId=key_id)["KeyMetadata"]["Arn"] for key_id in (seen, unseen)]
    some = person(allow("kms:ListKeys"), allow("kms:DescribeKey", arns[0]))
    listed = some.huawei.list_keys()
    assert listed["keys"] == [seen] and listed["total"] == 1
    may_not(some.huawei.list_key_detail, key_id=unseen)
    others = person(allow("kms:cmk:list"), deny("kms:cmk:list", arns[1])).huawei.list_keys()
    assert seen in others["keys"] and unseen not in others["keys"]
    assert others["total"] == huawei.list_keys()["total"] - 1
