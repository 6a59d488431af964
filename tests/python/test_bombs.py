"""Requests that are small to send and meant to be large to carry out: each is refused or decided in bounded time,
and meanwhile the real server answers others."""

import base64
import concurrent.futures
import json
import xml.etree.ElementTree
from urllib.parse import urlencode

import pytest
from botocore.exceptions import ClientError
from support.callers import PATIENCE, Caller, account_of, allow, denied, document, new_account, refusal
from support.ceremony import generated_key
from support.server import ACCOUNT
from support.wire import Call

FORM = "application/x-www-form-urlencoded; charset=utf-8"
IAM_VERSION = "2010-05-08"
STS_VERSION = "2011-06-15"


@pytest.fixture
def account(server):
    return new_account(server)


def form(server, action, version, body, service="iam", **credentials):
    encoded = body if isinstance(body, bytes) else urlencode({"Action": action, "Version": version, **body}).encode()
    return Call(
        server, operation="", body=encoded, content_type=FORM, service=service, **credentials
    ).signed().send()


def error_of(answer):
    """Code of a refusal of the query front, whose XML must be well-formed."""
    root = xml.etree.ElementTree.fromstring(answer.body)
    return next(element.text for element in root.iter() if element.tag.rpartition("}")[2] == "Code")


HEAD = f"Action=CreateUser&Version={IAM_VERSION}&UserName=bomb&".encode()
FORMS = {
    "a hundred thousand parameters": HEAD + b"a&" * 99_900,
    "twenty thousand names": HEAD + b"&".join(b"a%d=1" % n for n in range(20_000)),
    "six thousand items": HEAD + b"&".join(b"Tags.member.%d.Key=a" % n for n in range(1, 6_000)),
    "an item far away": HEAD + b"Tags.member.999999999.Key=a&Tags.member.999999999.Value=b",
    "an item further than numbers go": HEAD + b"Tags.member.99999999999999999999999999.Key=a",
    "an item before the first": HEAD + b"Tags.member.0.Key=a&Tags.member.0.Value=b",
    "an item with a sign": HEAD + b"Tags.member.-1.Key=a&Tags.member.+1.Value=b",
    "an item with zeros": HEAD + b"Tags.member.01.Key=a&Tags.member.1.Key=b",
    "a gap": HEAD + b"Tags.member.1.Key=a&Tags.member.1.Value=b&Tags.member.3.Key=c&Tags.member.3.Value=d",
    "a name of ten thousand parts": HEAD + b"Tags" + b".member.1" * 10_000 + b"=a",
    "a value that is a structure": HEAD + b"UserName.member.1=a",
    "a structure that is a value": HEAD + b"Tags=a&Tags.member.1.Key=b&Tags.member.1.Value=c",
    "a parameter twice": HEAD + b"UserName=other",
    "an action twice": b"Action=ListUsers&" + HEAD,
    "no action": f"Version={IAM_VERSION}".encode(),
    "no parameters": b"",
    "only separators": b"&" * 50_000,
    "only equal signs": b"=" * 50_000,
    "a broken escape": HEAD + b"Path=%zz",
    "half an escape": HEAD + b"Path=%4",
    "bytes that are no UTF-8": HEAD + b"Path=%ff%fe",
    "a null": HEAD + b"Path=%2Fa%00b%2F",
    "a control character": HEAD + b"Tags.member.1.Key=a%1b&Tags.member.1.Value=b",
    "another version": b"Action=CreateUser&Version=2009-01-01&UserName=bomb",
    "an action that is none": f"Action=Create{'User' * 10_000}&Version={IAM_VERSION}".encode(),
    "a number that is none": f"Action=ListUsers&Version={IAM_VERSION}&MaxItems=1e309".encode(),
    "a number without end": f"Action=ListUsers&Version={IAM_VERSION}&MaxItems={'9' * 50_000}".encode(),
    "a document": HEAD + b"&PermissionsBoundary=" + b"%3C!ENTITY%20a%20%22b%22%3E" * 3_000,
    "JSON": b'{"Action": "CreateUser", "UserName": "bomb"}',
    "XML": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]><a>&a;</a>',
}


@pytest.mark.parametrize("case", FORMS)
def test_forms_that_say_too_much(server, case):
    answer = form(server, None, None, FORMS[case], access_key="300000000102")
    assert 400 <= answer.status < 500, answer.body[:500]
    assert len(answer.body) < 4_000, "what was sent is not sent back at length"
    assert b"passwd" not in answer.body and error_of(answer), answer.body
    left = Caller(server, "300000000102").iam.list_users()["Users"]
    assert left == [], case


def test_what_is_stored_comes_back_as_it_was_and_not_as_markup(server):
    root = Caller(server, "300000000103")
    odd = "<Code>Success</Code>&amp;&lt;!--]]> '\"%0a="
    account_wide = root.iam.create_role(
        RoleName="odd",
        Description=odd,
        AssumeRolePolicyDocument=document(
            {"Effect": "Allow", "Principal": {"AWS": "300000000103"}, "Action": "sts:AssumeRole"}
        ),
    )
    assert account_wide["Role"]["Description"] == odd
    assert root.iam.get_role(RoleName="odd")["Role"]["Description"] == odd
    answer = form(server, "GetUser", IAM_VERSION, {"UserName": "<a>&b;]]>"}, access_key="300000000103")
    assert answer.status in (400, 404) and b"<a>" not in answer.body and error_of(answer)


# A token is none; is longer than is read; or comes while there is no room for strangers.
TOKEN_REFUSALS = {
    (400, "InvalidIdentityToken"),
    (400, "ValidationError"),
    (413, "RequestEntityTooLarge"),
    (503, "ServiceUnavailable"),
}


def test_tokens_of_nobody_come_to_nothing_and_others_are_served(server):
    """AssumeRoleWithWebIdentity is the one action that is not signed."""

    def part(value):
        text = value if isinstance(value, bytes) else json.dumps(value).encode()
        return base64.urlsafe_b64encode(text).rstrip(b"=").decode()

    claims = {"iss": "https://evil.example", "aud": "sts.amazonaws.com", "sub": "a", "exp": 4_000_000_000}
    rs256, signature = part({"alg": "RS256"}), part(b"x" * 256)
    rest = f"{part(claims)}.{signature}"
    tokens = {
        "none": f"{part({'alg': 'none'})}.{part(claims)}.",
        "HS256": f"{part({'alg': 'HS256'})}.{part(claims)}.{part(b'x' * 32)}",
        "a key of its own": f"{part({'alg': 'RS256', 'jku': server.endpoint, 'jwk': {}})}.{rest}",
        "a file as its key": f"{part({'alg': 'RS256', 'kid': '../../etc/passwd'})}.{rest}",
        "deep": f"{part(b'[' * 8_000)}.{part(b'[' * 6_000)}.x",
        "no parts": "a" * 10_000,
        "only dots": "." * 10_000,
        "a file as its issuer": f"{rs256}.{part({**claims, 'iss': 'file:///etc/passwd'})}.{signature}",
        "too long": f"{rs256}.{part({**claims, 'x': 'x' * 30_000})}.{signature}",
    }
    fields = {"RoleArn": f"arn:aws:iam::{ACCOUNT}:role/r", "RoleSessionName": "session"}

    def call(token):
        body = urlencode(
            {"Action": "AssumeRoleWithWebIdentity", "Version": STS_VERSION, **fields, "WebIdentityToken": token}
        ).encode()
        return Call(server, operation="", body=body, content_type=FORM).send()

    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        flood = [pool.submit(call, token) for _ in range(50) for token in tokens.values()]
        honest = Caller(server, "test")
        for _ in range(20):
            honest.kms.generate_random(NumberOfBytes=16)
        answers = [future.result(PATIENCE) for future in flood]
    for answer, name in zip(answers, list(tokens) * 50, strict=True):
        outcome = answer.status, error_of(answer)
        assert outcome in TOKEN_REFUSALS, (name, outcome)
        assert b"passwd" not in answer.body.replace(b"file:///etc/passwd", b""), answer.body
    # Every other action needs a signature, whoever claims what.
    for action in ("AssumeRole", "GetCallerIdentity", "GetSessionToken", "AssumeRoleWithSAML"):
        body = urlencode({"Action": action, "Version": STS_VERSION, "WebIdentityToken": "x", **fields}).encode()
        answer = Call(server, operation="", body=body, content_type=FORM).send()
        assert answer.status in (400, 403), (action, answer.body)
        assert error_of(answer) in ("MissingAuthenticationToken", "InvalidAction"), action


MOST_KEY_POLICY = 32_768
MOST_SHAPE = 131_072


def key_policies(account):
    """Key policies that cost as much as can be: each, and what their requests bring along."""
    root = {"Effect": "Allow", "Principal": {"AWS": account}, "Action": "kms:*", "Resource": "*"}
    context = "kms:EncryptionContext:a"

    def when(pattern, effect="Deny"):
        return {
            "Effect": effect,
            "Principal": "*",
            "Action": "kms:Encrypt",
            "Resource": "*",
            "Condition": {"StringLike": {context: pattern}},
        }

    wildcards = "*a" * 15_000 + "b"
    return {
        "32 KiB of wildcards": (document(root, when(wildcards)), "a" * 30_000),
        "only wildcards": (document(root, when("*" * 30_000 + "b")), "a" * 30_000),
        "question marks": (document(root, when("*" + "?" * 20_000 + "b")), "a" * 30_000),
        "a thousand patterns": (document(root, when(["*a" * 10 + f"{n}b" for n in range(1_000)])), "a" * 30_000),
        "hundreds of statements": (document(root, *[when("*a*a*b") for _ in range(200)]), "a" * 30_000),
        "an action of wildcards": (
            document(root, {**when("x"), "Action": "kms:" + "*c" * 14_000 + "z"}),
            "a" * 30_000,
        ),
    }


@pytest.mark.parametrize("case", key_policies("0"))
def test_policies_that_cost_as_much_as_can_be(server, account, case):
    policy, value = key_policies(account_of(account))[case]
    assert len(policy) <= MOST_KEY_POLICY
    key = generated_key(account.kms)
    account.kms.put_key_policy(KeyId=key, Policy=policy)
    user = account.user("user", allow("kms:Encrypt"))

    def encrypt(_):
        try:
            user.kms.encrypt(KeyId=key, Plaintext=b"m", EncryptionContext={"a": value})
        except ClientError as error:
            return error.response["Error"]["Code"]
        return "encrypted"

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        bombs = [pool.submit(encrypt, n) for n in range(16)]
        honest = Caller(server, "test")
        for _ in range(20):
            honest.kms.generate_random(NumberOfBytes=16)
        answers = {future.result(PATIENCE) for future in bombs}
    # Decided, or denied because deciding would cost too much: each time the same.
    assert answers in ({"encrypted"}, {"AccessDeniedException"}), answers
    # Whoever does not send such a context is not in its way.
    account.kms.encrypt(KeyId=key, Plaintext=b"m")


def test_a_denial_after_all_that_costs_is_heard(account):
    """Whoever can make the policies before it expensive does not get past it."""
    key = generated_key(account.kms)
    policy, value = key_policies(account_of(account))["32 KiB of wildcards"]
    statements = json.loads(policy)["Statement"]
    statements[1]["Effect"] = "Allow"
    last = {"Effect": "Deny", "Principal": "*", "Action": "kms:Encrypt", "Resource": "*"}
    last["Condition"] = {"StringLike": {"kms:EncryptionContext:b": "secret*"}}
    account.kms.put_key_policy(KeyId=key, Policy=document(*statements, last))
    for context in ({"b": "secret/1"}, {"a": value, "b": "secret/1"}):
        denied(account.kms.encrypt, KeyId=key, Plaintext=b"m", EncryptionContext=context)
    account.kms.encrypt(KeyId=key, Plaintext=b"m", EncryptionContext={"b": "public"})


DEEP = {
    "lists": "[" * 30_000 + "]" * 30_000,
    "structures": '{"Statement":' * 8_000 + "1" + "}" * 8_000,
    "open lists": "[" * 60_000,
    "a list in a list": '{"Statement":[' + "[" * 25_000 + "]" * 25_000 + "]}",
    "strings in lists": '{"Statement":{"Effect":"Allow","Action":' + '["a",' * 10_000 + "1" + "]" * 10_000 + "}}",
    "spaces": " " * 130_000,
    "escapes": '{"Id":"' + "\\u0041" * 20_000 + '"}',
    "a number": '{"Version":' + "9" * 100_000 + "}",
    "a thousand statements": None,
    "the longest there is": None,
}


@pytest.mark.parametrize("case", DEEP)
def test_documents_that_are_too_much_to_read(account, case):
    key = generated_key(account.kms)
    statement = {"Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*", "Sid": ""}
    made = {
        "a thousand statements": lambda: document(*[{**statement, "Sid": f"s{n}"} for n in range(1_200)]),
        "the longest there is": lambda: document({**statement, "Sid": "s" * (MOST_SHAPE - 200)}),
    }
    text = DEEP[case] or made[case]()
    assert len(text) <= MOST_SHAPE
    code, message = refusal(account.kms.put_key_policy, KeyId=key, Policy=text, BypassPolicyLockoutSafetyCheck=True)
    assert code in ("MalformedPolicyDocumentException", "LimitExceededException"), code
    assert len(message) < 1_000
    account.iam.create_user(UserName="user")
    for call, fields in (
        (account.iam.put_user_policy, {"UserName": "user", "PolicyName": "p"}),
        (account.iam.create_policy, {"PolicyName": "p"}),
    ):
        code, message = refusal(call, PolicyDocument=text.replace('"Principal": "*", ', ""), **fields)
        assert code in ("MalformedPolicyDocument", "LimitExceeded", "ValidationError"), (code, message[:500])
        assert len(message) < 1_000
    account.iam.delete_user(UserName="user")
    account.kms.describe_key(KeyId=key)
