"""Tags and descriptions through boto3 and the AWS CLI."""

import json

import pytest
from support import shell
from support.ceremony import generated_key
from support.errors import refused

MOST_TAGS = 50


@pytest.fixture
def key(kms):
    return generated_key(kms)


def tags(**pairs):
    return [{"TagKey": name, "TagValue": value} for name, value in pairs.items()]


def numbered(first, end):
    return [{"TagKey": f"k{number:03}", "TagValue": str(number)} for number in range(first, end)]


def read(kms, key):
    found = kms.list_resource_tags(KeyId=key)
    assert found["Truncated"] is False and "NextMarker" not in found
    return {tag["TagKey"]: tag["TagValue"] for tag in found["Tags"]}


def test_tags_are_added_changed_and_taken_away(kms):
    key = generated_key(kms, Tags=tags(stage="test", team=""))
    assert read(kms, key) == {"stage": "test", "team": ""}
    kms.tag_resource(KeyId=key, Tags=tags(stage="live", Stage="x"))
    assert read(kms, key) == {"stage": "live", "Stage": "x", "team": ""}
    kms.untag_resource(KeyId=key, TagKeys=["team", "stage"])
    assert read(kms, key) == {"Stage": "x"}
    # What is not there is taken away without complaint, and nothing else with it.
    kms.untag_resource(KeyId=key, TagKeys=["team", "absent"])
    assert read(kms, key) == {"Stage": "x"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Kostenstelle Süd", "ж 中"),
        ("_.:/=+-@", "_.:/=+-@"),
        ("k" * 128, "v" * 256),
        ("空" * 128, "空" * 256),
        ("awsome", "aws:value"),
    ],
    ids=["letters", "signs", "longest", "longest of wide ones", "nearly reserved"],
)
def test_what_tags_may_be(kms, key, name, value):
    kms.tag_resource(KeyId=key, Tags=[{"TagKey": name, "TagValue": value}])
    assert read(kms, key) == {name: value}


@pytest.mark.parametrize(
    ("given", "code", "text"),
    [
        (tags(a="1") + tags(a="2"), "TagException", "Duplicate tag keys"),
        ([{"TagKey": "aws:a", "TagValue": ""}], "TagException", "Tags beginning with aws: are reserved"),
        ([{"TagKey": "AWS:a", "TagValue": ""}], "TagException", "Tags beginning with aws: are reserved"),
        ([{"TagKey": "a&b", "TagValue": ""}], "TagException", "Invalid tag"),
        ([{"TagKey": "a", "TagValue": "<b>"}], "TagException", "Invalid tag"),
        ([{"TagKey": "a", "TagValue": "x\ny"}], "TagException", "Invalid tag"),
        (numbered(0, MOST_TAGS + 1), "TagException", "Too many tags"),
        ([{"TagKey": "k" * 129, "TagValue": ""}], "ValidationException", "tags.1.member.tagKey"),
        ([{"TagKey": "k", "TagValue": "v" * 257}], "ValidationException", "tags.1.member.tagValue"),
    ],
    ids=["twice", "reserved", "RESERVED", "sign", "value", "line break", "51", "long key", "long value"],
)
def test_what_is_no_tag(kms, key, given, code, text):
    kms.tag_resource(KeyId=key, Tags=tags(before="1"))
    with refused(code, text):
        kms.tag_resource(KeyId=key, Tags=given)
    with refused(code, text):
        kms.create_key(Tags=given)
    assert read(kms, key) == {"before": "1"}


def test_a_key_has_50_tags_at_the_most(kms, key):
    assert len(read(kms, generated_key(kms, Tags=numbered(0, MOST_TAGS)))) == MOST_TAGS
    kms.tag_resource(KeyId=key, Tags=numbered(0, MOST_TAGS))
    kms.tag_resource(KeyId=key, Tags=numbered(0, MOST_TAGS))
    with refused("LimitExceededException"):
        kms.tag_resource(KeyId=key, Tags=numbered(MOST_TAGS, MOST_TAGS + 1))
    assert len(read(kms, key)) == MOST_TAGS
    kms.untag_resource(KeyId=key, TagKeys=["k000"])
    kms.tag_resource(KeyId=key, Tags=numbered(MOST_TAGS, MOST_TAGS + 1))


def test_pages_go_on_after_a_restart(own_server):
    kms = own_server.client()
    key, other = generated_key(kms), generated_key(kms)
    kms.tag_resource(KeyId=key, Tags=numbered(0, 7))
    first = kms.list_resource_tags(KeyId=key, Limit=3)
    assert first["Tags"] == numbered(0, 3) and first["Truncated"] is True
    marker = first["NextMarker"]
    own_server.restart()
    kms = own_server.client()
    second = kms.list_resource_tags(KeyId=key, Limit=3, Marker=marker)
    assert second["Tags"] == numbered(3, 6)
    last = kms.list_resource_tags(KeyId=key, Limit=3, Marker=second["NextMarker"])
    assert last["Tags"] == numbered(6, 7) and last["Truncated"] is False and "NextMarker" not in last
    flipped = ("B" if marker[9] == "A" else "A") + marker[10:]
    for wrong in (marker[:9] + flipped, marker[:-1], marker + "A", "x"):
        with refused("InvalidMarkerException"):
            kms.list_resource_tags(KeyId=key, Marker=wrong)
    with refused("InvalidMarkerException"):
        kms.list_resource_tags(KeyId=other, Marker=marker)


def test_the_paginator(kms, key):
    kms.tag_resource(KeyId=key, Tags=numbered(0, MOST_TAGS))
    pages = kms.get_paginator("list_resource_tags").paginate(KeyId=key, PaginationConfig={"PageSize": 20})
    assert [len(page["Tags"]) for page in pages] == [20, 20, 10]
    with refused("ValidationException", "limit"):
        kms.list_resource_tags(KeyId=key, Limit=51)


def test_tags_belong_to_their_owner(server, kms, key):
    arn = kms.describe_key(KeyId=key)["KeyMetadata"]["Arn"]
    kms.tag_resource(KeyId=arn, Tags=tags(a="1"))
    stranger = server.client(access_key="300000000062")
    for call, fields in (
        (stranger.tag_resource, {"Tags": tags(a="2")}),
        (stranger.untag_resource, {"TagKeys": ["a"]}),
        (stranger.list_resource_tags, {}),
        (stranger.update_key_description, {"Description": "mine"}),
    ):
        with refused("AccessDeniedException"):
            call(KeyId=arn, **fields)
    assert read(kms, arn) == {"a": "1"}


def test_descriptions(own_server):
    kms = own_server.client()
    key = generated_key(kms, Description="first")
    longest = "é" * 8192
    for description in ("second", longest, ""):
        kms.update_key_description(KeyId=key, Description=description)
        own_server.restart()
        kms = own_server.client()
        assert kms.describe_key(KeyId=key)["KeyMetadata"]["Description"] == description
    with refused("ValidationException", "description"):
        kms.update_key_description(KeyId=key, Description="x" * 8193)


def test_a_key_that_is_pending_deletion_stays_as_it_is(kms, key):
    kms.tag_resource(KeyId=key, Tags=tags(a="1"))
    kms.schedule_key_deletion(KeyId=key)
    with refused("KMSInvalidStateException", "is pending deletion"):
        kms.tag_resource(KeyId=key, Tags=tags(a="2"))
    with refused("KMSInvalidStateException", "is pending deletion"):
        kms.untag_resource(KeyId=key, TagKeys=["a"])
    with refused("KMSInvalidStateException", "is pending deletion"):
        kms.update_key_description(KeyId=key, Description="x")
    assert read(kms, key) == {"a": "1"}


def test_the_cli(server, key, tmp_path):
    def aws(*words):
        done = shell.run(["aws", "kms", *words, "--key-id", key], tmp_path, shell.user_of(server, tmp_path))
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout) if done.stdout else None

    assert aws("tag-resource", "--tags", "TagKey=a b,TagValue=1", "TagKey=c,TagValue=") is None
    assert aws("untag-resource", "--tag-keys", "c", "absent") is None
    assert aws("list-resource-tags")["Tags"] == tags(**{"a b": "1"})
    assert aws("update-key-description", "--description", "by the CLI") is None
    assert aws("describe-key")["KeyMetadata"]["Description"] == "by the CLI"
