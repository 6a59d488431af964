"""What requests and answers look like on the wire, below what an SDK shows."""

import base64
import json
import os

import pytest
from support import wrapping
from support.ceremony import external_key, generated_key, parameters
from support.times import now
from support.wire import AMZ_JSON, Call

# The largest body that is read, in bytes.
LARGEST_BODY = 200_000


@pytest.fixture(scope="module")
def symmetric(kms):
    return generated_key(kms)


def raw(server, operation, body, **options):
    return Call(server, operation=operation, body=body, **options).signed().send()


def test_answers_without_output_have_no_body(server, kms, symmetric):
    body = json.dumps({"AliasName": f"alias/raw-{symmetric}", "TargetKeyId": symmetric}).encode()
    answer = raw(server, "CreateAlias", body)
    assert (answer.status, answer.body) == (200, b"")
    assert answer.headers["content-type"] == AMZ_JSON
    assert "no-store" in answer.headers["cache-control"]


@pytest.mark.parametrize(
    "operation", ["Nonsense", "listkeys", "ListKeysV2", "List Keys", "ReEncryptFrom", ""]
)
def test_operations_that_are_none(server, operation):
    call = Call(server, operation="")
    call.headers["X-Amz-Target"] = f"TrentService.{operation}"
    answer = call.signed().send()
    assert (answer.status, answer.code) == (400, "UnknownOperationException")


@pytest.mark.parametrize(
    "target", ["ListKeys", "Trent.ListKeys", "DynamoDB_20120810.ListKeys", "TrentService.ListKeys.x"]
)
def test_targets_that_are_none(server, target):
    call = Call(server, operation="")
    call.headers["X-Amz-Target"] = target
    answer = call.signed().send()
    assert (answer.status, answer.code) == (400, "UnknownOperationException")


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b'"x"',
        b"null",
        b"\xff\xfe",
        b'{"KeyId": 7}',
        b'{"KeyId": {"a": 1}}',
        b'{"KeyId": ["x"]}',
        b"[" * 10_000,
        b'{"a":' * 10_000,
    ],
    ids=[
        "cut",
        "list",
        "string",
        "null",
        "not UTF-8",
        "number",
        "structure",
        "list member",
        "deep lists",
        "deep structures",
    ],
)
def test_malformed_bodies(server, body):
    answer = raw(server, "DescribeKey", body)
    assert (answer.status, answer.code) == (400, "SerializationException"), answer.body


def test_blobs_that_are_not_base64(server, symmetric):
    answer = raw(server, "Encrypt", json.dumps({"KeyId": symmetric, "Plaintext": "!!!"}).encode())
    assert (answer.status, answer.code) == (400, "SerializationException"), answer.body


def test_every_broken_constraint_is_named(server):
    answer = raw(server, "GetParametersForImport", b'{"WrappingAlgorithm": "X"}')
    assert answer.code == "ValidationException"
    assert answer.message.startswith("3 validation errors detected: ")
    for member in ("keyId", "wrappingAlgorithm", "wrappingKeySpec"):
        assert f"at '{member}' failed to satisfy constraint: Member must" in answer.message


def test_unknown_members_are_ignored(server):
    assert raw(server, "ListKeys", b'{"Colour": "blue"}').status == 200


def test_an_empty_body_is_an_empty_object(server):
    assert raw(server, "ListKeys", b"").status == 200


@pytest.mark.parametrize("valid_to", ["{:d}", "{:d}.5", "{:.9E}"])
def test_timestamps_in_every_form_of_a_number(server, kms, valid_to):
    key_id = external_key(kms)
    given = parameters(kms, key_id)
    wrapped = wrapping.by_cryptography("RSAES_OAEP_SHA_256", given["PublicKey"], os.urandom(32))
    seconds = int(now().timestamp()) + 86400
    body = json.dumps(
        {
            "KeyId": key_id,
            "ImportToken": base64.b64encode(given["ImportToken"]).decode(),
            "EncryptedKeyMaterial": base64.b64encode(wrapped).decode(),
            "ExpirationModel": "KEY_MATERIAL_EXPIRES",
            "ValidTo": "here",
        }
    ).replace('"here"', valid_to.format(seconds))
    answer = raw(server, "ImportKeyMaterial", body.encode())
    assert answer.status == 200, answer.body
    found = kms.describe_key(KeyId=key_id)["KeyMetadata"]["ValidTo"]
    assert int(found.timestamp()) == seconds


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/xml", "application/x-www-form-urlencoded", None]
)
def test_other_content_types(server, content_type):
    answer = raw(server, "ListKeys", b"{}", content_type=content_type)
    assert 400 <= answer.status < 500
    assert answer.code in ("SerializationException", "UnknownOperationException"), answer.body


def test_a_charset_does_no_harm(server):
    assert raw(server, "ListKeys", b"{}", content_type="application/json; charset=utf-8").status == 200


def test_a_body_beyond_the_bound(server):
    answer = raw(server, "ListKeys", b"{" + b" " * LARGEST_BODY + b"}")
    assert answer.status == 413, answer.body
    assert "HTTP content length exceeded 200000 bytes." in answer.message
    assert raw(server, "ListKeys", b"{" + b" " * (LARGEST_BODY - 2) + b"}").status == 200
