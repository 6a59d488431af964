"""What no client sends: every member of every request of the API of Huawei Cloud, with values of every wrong kind.

Each is answered in the API's own form, with a code of the client's fault; nothing of it stays in the log's errors, and
the server answers as before.
"""

import json

import huaweicloudsdkkms.v2 as models
import pytest
from support.huawei import METHODS, PROJECT, alias, external_key, new_key, state
from support.huawei_fixtures import huawei, key, server  # noqa: F401
from support.huawei_wire import Call, exchange

# Of members that a request must have to be looked at further.
LIKELY = {
    "key_alias": "a",
    "origin": "kms",
    "wrapping_algorithm": "RSAES_OAEP_SHA_256",
    "import_token": "A" * 300,
    "encrypted_key_material": "A" * 344,
    "random_data_length": "512",
    "plain_text": "00" * 64,
    "datakey_plain_length": "32",
    "cipher_text": "AAAA" * 50,
    "datakey_cipher_length": "32",
    "message": "AAAA",
    "signing_algorithm": "ECDSA_SHA_256",
    "signature": "AAAA",
    "mac_algorithm": "HMAC_SHA_256",
    "mac": "00",
    "key_agreement_algorithm": "ECDH",
    "public_key": "AAAA",
    "grantee_principal": "0" * 32,
    "operations": ["describe-key"],
    "grant_id": "0" * 64,
    "rotation_interval": 30,
    "alias": "a",
    "aliases": ["a"],
    "tag": {"key": "k", "value": "v"},
    "tags": [{"key": "k", "value": "v"}],
    "action": "create",
    "replica_region": "eu-west-1",
    "primary_region": "eu-west-1",
    "pending_days": "7",
    "key_description": "d",
}
NAMES_OF_KEYS = {"key_id", "target_key_id", "destination_key_id", "source_key_id"}
JUNK = [
    None,
    True,
    0,
    -1,
    1.5,
    2**63,
    10**30,
    "",
    " ",
    "\0",
    "\ud83d",
    "é" * 5000,
    "../../etc/passwd",
    "' OR 1=1 --",
    "A" * 100_000,
    [],
    [[]],
    [None],
    {},
    {"a": {"b": []}},
    [{"key": 1, "value": []}],
    {"key": None, "value": {}},
]
NOT_OFFERED = ("access_point", "key_store", "key_policy", "capsule", "_pin")
OFFERED = [method for method in METHODS if not any(part in method for part in NOT_OFFERED)]


def endpoint(method):
    """HTTP method, path, and the members of the body."""
    name = "".join(word.capitalize() for word in method.split("_"))
    request = getattr(models, f"{name}Request")
    told = getattr(models.KmsClient, f"_{method}_http_info")(request())
    body = request.openapi_types.get("body")
    members = list(getattr(models, body).openapi_types) if body else []
    return told["method"], told["resource_path"], members


def answered_well(answer):
    """With success, or in the form of the API's errors; `send` has looked at the rest."""
    if answer.status in (200, 201):
        assert answer.json is not None
    elif answer.status != 204:
        error = answer.json["error"]
        assert set(error) == {"error_code", "error_msg"} and error["error_msg"], answer.body
        assert answer.status in (400, 401, 403, 404, 405), answer.body


@pytest.mark.parametrize("method", OFFERED)
def test_junk_in_a_member(server, huawei, method):
    verb, path, members = endpoint(method)
    key_id = external_key(huawei) if "import" in method else new_key(huawei)
    path = path.replace("{project_id}", PROJECT).replace("{key_id}", key_id).replace("{version_id}", "v1.0")
    path = path.replace("{resource_instances}", "resource_instances").replace("{key}", "k")
    usual = {name: key_id if name in NAMES_OF_KEYS else LIKELY.get(name) for name in members}
    usual = {name: value for name, value in usual.items() if value is not None}
    for name in members:
        for junk in JUNK:
            sent = json.dumps(
                {**usual, "key_alias": alias(), name: junk} if name != "key_alias" else {name: junk}
            )
            answered_well(Call(server, path, sent.encode(), verb).signed().send())
    assert state(huawei, key_id) in ("2", "3", "4", "5")


BODIES = [
    b"",
    b"null",
    b"[]",
    b"{",
    b'{"key_id":',
    b'{"a":1}{"b":2}',
    b"\xef\xbb\xbf{}",
    b"\xff\xfe{\0}\0",
    b"[" * 100_000,
    b'{"a":' * 50_000,
    b'{"key_id":"a","key_id":"b"}',
    b" " * 100_000,
    b"A" * 2_000_000,
]


@pytest.mark.parametrize("body", BODIES, ids=lambda body: f"{body[:12]!r} of {len(body)}")
@pytest.mark.parametrize("path", ["kms/describe-key", "kms/create-key", "kms/import-key-material"])
def test_junk_for_a_body(server, path, body):
    answer = Call(server, path, body).signed().send()
    answered_well(answer)
    assert answer.status >= 400


PATHS = [
    "/v1.0",
    "/v1.0/",
    "/v1.0//kms/list-keys",
    f"/v1.0/{PROJECT}",
    f"/v1.0/{PROJECT}/kms",
    f"/v1.0/{PROJECT}/kms/",
    f"/v1.0/{PROJECT}/kms//list-keys",
    f"/v1.0/{PROJECT}/kms/../kms/list-keys",
    f"/v1.0/{PROJECT}/kms/list-keys;a",
    f"/v1.0/{PROJECT}/kms/%2e%2e/list-keys",
    f"/v1.0/{PROJECT}/kms/list%2Dkeys/x",
    f"/v1.0/{PROJECT}/ecs/servers",
    f"/v2/{PROJECT}/kms/list-keys",
    f"/v1.0/{'a/' * 500}",
    f"/v1.0/{PROJECT}/kms/{'a' * 5000}",
    "/v3/auth/tokens/x",
    "/v3/users",
    "/v3//auth/tokens",
    "/v3/%61uth/tokens",
]


@pytest.mark.parametrize("verb", ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"])
def test_junk_for_a_path(server, verb):
    """Without a proof: nobody is told more than that there is no such thing, or that they must prove who they are."""
    for path in PATHS:
        answer = exchange(server, verb, path, b"", {"Content-Type": "application/json"})
        assert 200 <= answer.status < 500, (path, answer)
        if answer.status < 300:
            assert path in ("/v1.0", "/v1.0/"), (path, answer)


LOG_INS = [
    b"",
    b"null",
    b"{}",
    b'{"auth":null}',
    b'{"auth":{"identity":{}}}',
    b'{"auth":{"identity":{"methods":[]}}}',
    b'{"auth":{"identity":{"methods":["password","token"]}}}',
    b'{"auth":{"identity":{"methods":["password"],"password":{"user":{"name":"test"}}}}}',
    b'{"auth":{"identity":{"methods":["password"],"password":{"user":{"name":1,"password":2}}}}}',
    b'{"auth":{"identity":{"methods":["password"],"password":{"user":{"name":"test","password":"test"}}},"scope":7}}',
    b'{"auth":' * 10_000,
    b"[" * 100_000,
]


@pytest.mark.parametrize("body", LOG_INS, ids=lambda body: f"{body[-40:]!r} of {len(body)}")
def test_junk_for_a_log_in(server, body):
    answer = exchange(server, "POST", "/v3/auth/tokens", body, {"Content-Type": "application/json"})
    assert answer.status in (400, 401), answer
    assert set(answer.json["error"]) == {"code", "message", "title"}


HEADERS = [
    {"Authorization": "SDK-HMAC-SHA256"},
    {"Authorization": "SDK-HMAC-SHA256 Access=test"},
    {"Authorization": "SDK-HMAC-SHA256 Access=test, SignedHeaders=, Signature="},
    {"Authorization": f"SDK-HMAC-SHA256 Access={'a' * 5000}, SignedHeaders=host, Signature=00"},
    {"Authorization": "SDK-HMAC-SHA256 Access=test, Access=test, SignedHeaders=host, Signature=00"},
    {"Authorization": "SDK-HMAC-SHA256 Access=test, SignedHeaders=host;host, Signature=zz"},
    {"X-Auth-Token": ""},
    {"X-Auth-Token": "a" * 7000},
    {"X-Auth-Token": "é"},
    {"Authorization": "", "X-Auth-Token": ""},
]


@pytest.mark.parametrize("headers", HEADERS, ids=lambda headers: str(headers)[:60])
def test_junk_for_a_proof(server, headers):
    answer = exchange(
        server,
        "POST",
        f"/v1.0/{PROJECT}/kms/list-keys",
        b"{}",
        {"Content-Type": "application/json", "X-Sdk-Date": "20260101T000000Z", **headers},
    )
    assert answer.status in (400, 401, 403), answer
    assert answer.code.startswith(("KMS.03", "APIGW.")), answer.body


def test_secrets_stay_out_of_the_log(server, huawei, key):
    """Plaintexts and passwords of this module, and those of its wrong requests."""
    huawei.encrypt_data(key_id=key, plain_text="correct horse battery")
    exchange(
        server,
        "POST",
        "/v3/auth/tokens",
        b'{"auth":{"identity":{"methods":["password"],"password":{"user":{"name":"test","password":"staple horse",'
        b'"domain":{"name":"test"}}}}}}',
        {"Content-Type": "application/json"},
    )
    Call(
        server, "kms/encrypt-data", b'{"key_id": "x", "plain_text": "correct horse", staple}'
    ).signed().send()
    log = server.log_text()
    assert "horse" not in log and "staple" not in log
    assert " ERROR " not in log, log[-3000:]
