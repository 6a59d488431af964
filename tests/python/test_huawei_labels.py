"""Aliases, tags, counts and Regions of keys by the SDK of Huawei Cloud, field by field, and how it refuses."""

import re

import pytest
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException
from support.huawei import DOMAIN, REGION, UNKNOWN, alias, details, new_key, refused
from support.huawei_fixtures import aws, huawei, key, server  # noqa: F401
from support.huawei_wire import Call

# Aliases.


def urn(name):
    return f"kms:{REGION}:{DOMAIN}:alias:{name}"


def test_further_aliases(huawei, key):
    first, name = details(huawei, key)["key_alias"], alias("further")
    made = huawei.create_alias(key_id=key, alias=name)
    times = {field: made.pop(field) for field in ("create_time", "update_time")}
    assert made == {"domain_id": DOMAIN, "key_id": key, "alias": name, "alias_urn": urn(name)}
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", time) for time in times.values()), times
    # The name of the key stays the one that it has had longest.
    assert details(huawei, key)["key_alias"] == first
    assert details(huawei, f"alias/{name}")["key_id"] == details(huawei, urn(name))["key_id"] == key
    (listed,) = huawei.list_aliases(key_id=key)
    assert listed["page_info"] == {"next_marker": "", "current_count": 2}
    assert {entry["alias"] for entry in listed["aliases"]} == {first, name}
    assert {**made, **times} in listed["aliases"]
    assert huawei.delete_alias(key_id=key, aliases=[name]) is None
    with refused("KMS.0207"):
        huawei.list_key_detail(key_id=f"alias/{name}")
    with refused("KMS.1104"):
        huawei.create_alias(key_id=key, alias=first)
    with refused("KMS.1101"):
        huawei.create_alias(key_id=key, alias="with space")
    with refused("KMS.0207"):
        huawei.create_alias(key_id=UNKNOWN, alias=alias())


def test_the_list_of_aliases_in_pages(huawei, key):
    names = {details(huawei, key)["key_alias"], *(alias(f"page{n}") for n in range(3))}
    for name in names - {details(huawei, key)["key_alias"]}:
        huawei.create_alias(key_id=key, alias=name)
    found, marker = set(), None
    while marker != "":
        (page,) = huawei.list_aliases(key_id=key, limit="3", **({"marker": marker} if marker else {}))
        assert page["page_info"]["current_count"] == len(page["aliases"]) <= 3
        found |= {entry["alias"] for entry in page["aliases"]}
        marker = page["page_info"]["next_marker"]
    assert found == names
    with refused("KMS.1601"):
        huawei.list_aliases(limit="0")


def test_an_alias_moves(huawei, key):
    name, other = alias("moves"), new_key(huawei)
    huawei.create_alias(key_id=key, alias=name)
    moved = huawei.associate_alias(alias=name, target_key_id=other)
    assert (moved["key_id"], moved["alias"], moved["alias_urn"]) == (other, name, urn(name))
    assert set(moved) == {"domain_id", "key_id", "alias", "alias_urn", "create_time", "update_time"}
    assert details(huawei, f"alias/{name}")["key_id"] == other
    with refused("KMS.0207"):
        huawei.associate_alias(alias=name, target_key_id=UNKNOWN)
    with refused("KMS.0207"):
        huawei.associate_alias(alias=alias("nobody"), target_key_id=other)


def test_aliases_go_all_or_none(huawei, key):
    name = alias("goes")
    huawei.create_alias(key_id=key, alias=name)
    with refused("KMS.0207"):
        huawei.delete_alias(key_id=key, aliases=[name, alias("nobody")])
    assert details(huawei, f"alias/{name}")["key_id"] == key
    with refused("KMS.1101"):
        huawei.delete_alias(key_id=new_key(huawei), aliases=[name])
    assert details(huawei, f"alias/{name}")["key_id"] == key


# Tags.


def tags_of(huawei, key):
    answer = huawei.show_kms_tags(key_id=key)
    assert answer["existTagsNum"] == len(answer["tags"])
    assert answer.get("sys_tags", []) == []
    return {tag["key"]: tag["value"] for tag in answer["tags"]}


def test_tags(huawei, key):
    assert tags_of(huawei, key) == {}
    assert huawei.create_kms_tag(key_id=key, tag={"key": "team", "value": "blue"}) is None
    more = [{"key": "a b", "value": ""}, {"key": "ä+ö", "value": "1"}, {"key": "team", "value": "red"}]
    assert huawei.batch_create_kms_tags(key_id=key, action="create", tags=more) is None
    assert tags_of(huawei, key) == {"team": "red", "a b": "", "ä+ö": "1"}
    everywhere = {tag["key"]: tag["values"] for tag in huawei.list_kms_tags()["tags"]}
    assert "red" in everywhere["team"] and everywhere["ä+ö"] == ["1"]
    for name in ("ä+ö", "nobody"):
        assert huawei.delete_tag(key_id=key, key=name) is None
    going = [{"key": "a b"}, {"key": "team", "value": "red"}]
    assert huawei.batch_create_kms_tags(key_id=key, action="delete", tags=going) is None
    assert tags_of(huawei, key) == {}


def test_a_tag_with_a_slash_in_its_key(huawei, key):
    """In a path it would have to be escaped, and the clients sign an escaped slash as if it were none: so what they
    signed for is not certain, and it is refused. Where the key is in the body, it is."""
    tag = {"key": "a/b", "value": "1"}
    huawei.create_kms_tag(key_id=key, tag=tag)
    with pytest.raises(ClientRequestException) as caught:
        huawei.delete_tag(key_id=key, key="a/b")
    assert (caught.value.status_code, caught.value.error_code) == (401, "APIGW.0301")
    assert tags_of(huawei, key) == {"a/b": "1"}
    huawei.batch_create_kms_tags(key_id=key, action="delete", tags=[tag])
    assert tags_of(huawei, key) == {}


@pytest.mark.parametrize("character", ["*", "<", ">", "\\", "=", "\x1f"])
def test_characters_that_tags_may_not_have(huawei, key, character):
    for tag in ({"key": character, "value": "v"}, {"key": "k", "value": character}):
        answer = Call(huawei.server, f"kms/{key}/tags", {"tag": tag}).signed().send()
        assert answer.status == 400 and answer.code.startswith("KMS.04"), answer.body
    assert tags_of(huawei, key) == {}


def test_tags_that_there_are_not(huawei, key):
    with refused("KMS.0207"):
        huawei.create_kms_tag(key_id=UNKNOWN, tag={"key": "k", "value": "v"})
    with refused("KMS.0411"):
        huawei.create_kms_tag(key_id=key, tag={"key": "k" * 37, "value": "v"})
    with refused("KMS.0410"):
        huawei.create_kms_tag(key_id=key, tag={"key": "k", "value": "v" * 44})
    with refused("KMS.0404"):
        huawei.batch_create_kms_tags(key_id=key, action="drop", tags=[{"key": "k", "value": "v"}])
    with refused("KMS.0401"):
        huawei.batch_create_kms_tags(key_id=key, action="create", tags=[])
    with refused("KMS.0411"):
        huawei.delete_tag(key_id=key, key="k" * 37)
    with refused("KMS.0207"):
        huawei.show_kms_tags(key_id=UNKNOWN)
    assert tags_of(huawei, key) == {}


def test_too_many_tags(huawei, key):
    ten = [{"key": f"k{n}", "value": "v"} for n in range(10)]
    huawei.batch_create_kms_tags(key_id=key, action="create", tags=ten)
    with refused("KMS.0409"):
        huawei.create_kms_tag(key_id=key, tag={"key": "one more", "value": "v"})
    assert len(tags_of(huawei, key)) == 10


def test_keys_by_their_tags(huawei):
    label = alias("label")
    keys = [new_key(huawei, key_alias=alias(f"tagged{n}")) for n in range(3)]
    for n, key_id in enumerate(keys):
        huawei.create_kms_tag(key_id=key_id, tag={"key": label, "value": str(n % 2)})

    def query(action="filter", **members):
        return huawei.list_kms_by_tags(resource_instances="resource_instances", action=action, **members)

    tags = [{"key": label, "values": ["0"]}]
    found = query(tags=tags)
    assert found["total_count"] == 2
    assert {resource["resource_id"] for resource in found["resources"]} == {keys[0], keys[2]}
    for resource in found["resources"]:
        assert set(resource) == {"resource_id", "resource_detail", "resource_name", "tags"}
        assert resource["resource_detail"] == details(huawei, resource["resource_id"])
        assert resource["resource_name"] == resource["resource_detail"]["key_alias"]
        assert resource["tags"] == [{"key": label, "value": "0"}]
    assert query("count", tags=tags)["total_count"] == 2
    every = [{"key": label, "values": []}]
    assert query("count", tags=every)["total_count"] == 3
    page = query(tags=every, limit="2", offset="2")
    assert (len(page["resources"]), page["total_count"]) == (1, 3)
    named = [{"key": "resource_name", "value": "tagged1"}]
    assert [found["resource_id"] for found in query(tags=every, matches=named)["resources"]] == [keys[1]]


@pytest.mark.parametrize(
    ("code", "members"),
    [
        ("KMS.0404", {"action": "look"}),
        ("KMS.1601", {"action": "filter", "limit": "1001"}),
        ("KMS.0417", {"action": "filter", "offset": "-1"}),
        ("KMS.0403", {"action": "filter", "matches": [{"key": "colour", "value": "blue"}]}),
    ],
    ids=str,
)
def test_queries_that_there_are_not(huawei, code, members):
    with refused(code):
        huawei.list_kms_by_tags(resource_instances="resource_instances", **members)


# Counts.


def test_counts_and_quotas(huawei, key):
    count = huawei.show_user_instances()["instance_num"]
    (keys, grants) = huawei.show_user_quotas()["quotas"]["resources"]
    assert set(keys) == set(grants) == {"type", "used", "quota"}
    assert (keys["type"], grants["type"]) == ("CMK", "grant_per_CMK")
    assert keys["used"] == count >= 1 and keys["quota"] > 20
    assert grants["used"] == 0 and grants["quota"] >= 100
    new_key(huawei)
    assert huawei.show_user_instances() == {"instance_num": count + 1}


# Regions.


def test_a_key_of_several_regions(huawei, aws):
    """Such keys are made over the other API: this one has no member that asks for one."""
    key_id = aws.create_key(MultiRegion=True)["KeyMetadata"]["KeyId"]
    name = alias("replica")
    made = huawei.replicate_key(key_id=key_id, replica_region="eu-west-1", key_alias=name)
    assert made == {"key_id": key_id, "domain_id": DOMAIN, "region": "eu-west-1"}
    with refused("KMS.0207"):
        huawei.update_primary_region(key_id=key_id, primary_region="eu-west-3")
    moved = huawei.update_primary_region(key_id=key_id, primary_region="eu-west-1")
    assert moved == {"key_id": key_id, "primary_region": "eu-west-1"}
    assert huawei.list_support_regions() == {"regions": [REGION]}
    with refused("KMS.0308"):
        huawei.replicate_key(key_id=new_key(huawei), replica_region="eu-west-1")
