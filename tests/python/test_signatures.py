"""Who may come in: every place of a signature and every way it can be wrong, each with its own error."""

import datetime
import json
import re
import urllib.request

import pytest
from support.server import run_trent
from support.times import now
from support.wire import AMZ_JSON, Call

# The window of the clock each way, in seconds (header-signed requests).
WINDOW = 300


def accepted(answer):
    assert answer.status == 200, answer.body
    assert "Keys" in json.loads(answer.body)


def denied(answer, code, text=""):
    assert answer.status == 400, answer.body
    assert answer.code == code, answer.body
    assert text in answer.message, answer.body
    # What every answer carries, errors too.
    assert "x-amzn-requestid" in answer.headers
    assert answer.headers["content-type"] == AMZ_JSON


# What is accepted.


def test_a_signature_in_the_header(server):
    accepted(Call(server).signed().send())


def test_a_signature_in_the_query(server):
    accepted(Call(server, body=b"").presigned().send())


def test_a_signature_in_loose_headers(server):
    accepted(Call(server).loose().send())


@pytest.mark.parametrize("form", ["signed", "presigned", "loose"])
def test_the_json_type_that_generated_clients_send(server, form):
    body = b"" if form == "presigned" else b"{}"
    call = Call(server, content_type="application/json", body=body)
    accepted(getattr(call, form)().send())


def test_a_body_hash_that_is_right(server):
    empty_object = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
    accepted(Call(server, headers={"X-Amz-Content-Sha256": empty_object}).signed().send())


def test_any_region_name(server):
    for region in ("eu-central-1", "cn-north-1", "my-own-region-7"):
        accepted(Call(server, region=region).signed().send())


def test_the_root_of_another_account(server):
    answer = Call(server, operation="CreateKey", access_key="111122223333").signed().send()
    assert json.loads(answer.body)["KeyMetadata"]["AWSAccountId"] == "111122223333"


def test_members_in_the_query_of_a_presigned_call(server, kms):
    """boto3's own presigned URL, sent as its documentation says: with content type and target."""
    url = kms.generate_presigned_url("generate_random", Params={"NumberOfBytes": 24}, ExpiresIn=60)
    headers = {"Content-Type": AMZ_JSON, "X-Amz-Target": "TrentService.GenerateRandom"}
    request = urllib.request.Request(url, data=b"", headers=headers, method="POST")
    with urllib.request.urlopen(request, timeout=30) as response:
        assert len(json.loads(response.read())["Plaintext"]) == 32


def test_an_alias_in_the_query_of_a_presigned_call(server, kms):
    key_id = kms.create_key()["KeyMetadata"]["KeyId"]
    alias = "alias/presigned/with:odd_characters-1"
    kms.create_alias(AliasName=alias, TargetKeyId=key_id)
    url = kms.generate_presigned_url("describe_key", Params={"KeyId": alias}, ExpiresIn=60)
    headers = {"Content-Type": AMZ_JSON, "X-Amz-Target": "TrentService.DescribeKey"}
    request = urllib.request.Request(url, data=b"", headers=headers, method="POST")
    with urllib.request.urlopen(request, timeout=30) as response:
        assert json.loads(response.read())["KeyMetadata"]["KeyId"] == key_id


# The clock. A minute of slack each way, so that a slow machine changes nothing.


@pytest.mark.parametrize("skew", [-(WINDOW - 60), WINDOW - 60])
@pytest.mark.parametrize("form", ["signed", "loose"])
def test_within_the_window(server, form, skew):
    accepted(getattr(Call(server, skew=skew), form)().send())


@pytest.mark.parametrize("form", ["signed", "loose"])
def test_too_old(server, form):
    answer = getattr(Call(server, skew=-(WINDOW + 60)), form)().send()
    denied(answer, "InvalidSignatureException", "Signature expired: ")
    assert re.search(r"Signature expired: \d{8}T\d{6}Z is now earlier than \d{8}T\d{6}Z", answer.message)


@pytest.mark.parametrize("form", ["signed", "loose"])
def test_too_new(server, form):
    answer = getattr(Call(server, skew=WINDOW + 60), form)().send()
    denied(answer, "InvalidSignatureException", "Signature not yet current: ")


def test_a_presigned_call_is_good_for_as_long_as_it_says(server):
    accepted(Call(server, body=b"", skew=-3000).presigned(expires=3600).send())
    answer = Call(server, body=b"", skew=-3660).presigned(expires=3600).send()
    denied(answer, "InvalidSignatureException", "Signature expired")


@pytest.mark.parametrize("expires", [0, -1, 604801, "soon"])
def test_a_presigned_call_that_says_nonsense(server, expires):
    answer = Call(server, body=b"").presigned(expires=expires).send()
    assert answer.status == 400
    assert answer.code in ("IncompleteSignatureException", "InvalidSignatureException"), answer.body


# What is missing or wrong.


def test_no_signature_at_all(server):
    denied(Call(server).send(), "MissingAuthenticationTokenException", "Authentication Token")


@pytest.mark.parametrize("form", ["signed", "presigned", "loose"])
def test_a_wrong_secret(server, form):
    body = b"" if form == "presigned" else b"{}"
    answer = getattr(Call(server, secret="tesT", body=body), form)().send()
    denied(answer, "InvalidSignatureException", "The request signature we calculated does not match")


@pytest.mark.parametrize("access_key", ["AKIAIOSFODNN7EXAMPLE", "test2", "00000000000", "0000000000000"])
def test_an_unknown_access_key(server, access_key):
    answer = Call(server, access_key=access_key).signed().send()
    denied(answer, "UnrecognizedClientException", "The security token included in the request is invalid.")


def test_a_token_that_is_none(server):
    answer = Call(server, token="made up").signed().send()
    denied(answer, "UnrecognizedClientException", "The security token included in the request is invalid.")


@pytest.mark.parametrize("part", ["Credential", "SignedHeaders", "Signature"])
def test_a_header_with_a_part_missing(server, part):
    call = Call(server).signed()
    pattern = rf"{part}=[^,]+(, )?"
    call.headers["Authorization"] = re.sub(pattern, "", call.headers["Authorization"]).rstrip(", ")
    denied(call.send(), "IncompleteSignatureException", f"'{part}'")


def test_a_header_without_a_date(server):
    call = Call(server).signed()
    del call.headers["X-Amz-Date"]
    denied(call.send(), "IncompleteSignatureException", "'X-Amz-Date'")


@pytest.mark.parametrize("date", ["yesterday", "2026-11-22T10:00:00Z", "20261322T100000Z", "20261122T100000"])
def test_a_date_that_is_none(server, date):
    call = Call(server).signed()
    call.headers["X-Amz-Date"] = date
    denied(call.send(), "IncompleteSignatureException", "ISO-8601 'basic format'")


def test_another_scheme(server):
    call = Call(server).signed()
    call.headers["Authorization"] = "Bearer abc"
    answer = call.send()
    assert answer.code in ("IncompleteSignatureException", "MissingAuthenticationTokenException")


@pytest.mark.parametrize(
    ("service", "text"), [("s3", "correct service: 'kms'"), ("ssm", "correct service: 'kms'")]
)
def test_the_scope_of_another_service(server, service, text):
    denied(Call(server, service=service).signed().send(), "InvalidSignatureException", text)


def test_a_scope_that_ends_otherwise(server):
    call = Call(server).signed()
    call.headers["Authorization"] = call.headers["Authorization"].replace("aws4_request", "aws5_request")
    denied(call.send(), "InvalidSignatureException", "'aws4_request'")


def test_a_scope_without_a_region(server):
    denied(Call(server, region="").signed().send(), "InvalidSignatureException", "valid region")


def test_a_scope_of_another_day(server):
    call = Call(server).signed()
    call.headers["Authorization"] = re.sub(r"/20\d{6}/", "/20200101/", call.headers["Authorization"])
    denied(call.send(), "InvalidSignatureException")


def test_two_signatures_at_once(server):
    call = Call(server, body=b"").presigned()
    call.headers["Authorization"] = Call(server).signed().headers["Authorization"]
    denied(call.send(), "IncompleteSignatureException")


def test_an_unsigned_payload(server):
    call = Call(server, headers={"X-Amz-Content-Sha256": "UNSIGNED-PAYLOAD"}).signed()
    assert call.send().status == 400


TAMPERINGS = {
    "body": lambda call: setattr(call, "body", b'{"Limit": 1}'),
    "target": lambda call: call.headers.update({"X-Amz-Target": "TrentService.CreateKey"}),
    "content type": lambda call: call.headers.update({"Content-Type": "application/json"}),
    "a query added": lambda call: setattr(call, "url", call.url + "?a=b"),
    "host": lambda call: call.headers.update({"Host": "localhost"}),
    "one digit of the signature": lambda call: call.headers.update(
        {
            "Authorization": call.headers["Authorization"][:-1]
            + {"0": "1"}.get(call.headers["Authorization"][-1], "0")
        }
    ),
}


@pytest.mark.parametrize("what", TAMPERINGS)
def test_what_was_changed_after_it_was_signed(server, what):
    call = Call(server).signed()
    TAMPERINGS[what](call)
    denied(call.send(), "InvalidSignatureException")


def test_a_target_that_was_not_signed(server):
    """Otherwise whoever sees one call could make another of it."""
    call = Call(server, operation="")
    call.signed()
    call.headers["X-Amz-Target"] = "TrentService.ListKeys"
    answer = call.send()
    assert answer.status == 400
    assert answer.code in ("InvalidSignatureException", "IncompleteSignatureException")


# Sessions.


@pytest.fixture
def session(own_server):
    """Temporary credentials of the default root, made while the server does not run."""
    own_server.stop()
    done = run_trent(
        "session", "--data", own_server.data, "--access-key-id", "test", "--duration", "3600", "--json"
    )
    assert done.returncode == 0, done.stderr.decode()
    own_server.start()
    return json.loads(done.stdout)


def test_session_credentials(own_server, session):
    assert session["AccessKeyId"].startswith("ASIA")
    expires = datetime.datetime.fromisoformat(session["Expiration"].replace("Z", "+00:00"))
    left = expires - now()
    assert datetime.timedelta(minutes=55) < left <= datetime.timedelta(hours=1)

    credentials = {"access_key": session["AccessKeyId"], "secret": session["SecretAccessKey"]}
    token = session["SessionToken"]
    for form in ("signed", "presigned", "loose"):
        body = b"" if form == "presigned" else b"{}"
        accepted(getattr(Call(own_server, token=token, body=body, **credentials), form)().send())
    kms = own_server.client(session["AccessKeyId"], session["SecretAccessKey"], token)
    assert kms.create_key()["KeyMetadata"]["AWSAccountId"] == "000000000000"


def test_session_credentials_that_do_not_belong_together(own_server, session):
    text = "The security token included in the request is invalid."
    key, secret, token = session["AccessKeyId"], session["SecretAccessKey"], session["SessionToken"]
    wrong = {
        "no token": dict(access_key=key, secret=secret),
        "another key": dict(access_key="test", secret="test", token=token),
        "a damaged token": dict(
            access_key=key, secret=secret, token=token[:-2] + ("AA" if token[-2:] != "AA" else "BB")
        ),
        "a shorter token": dict(access_key=key, secret=secret, token=token[:-8]),
    }
    for name, credentials in wrong.items():
        answer = Call(own_server, **credentials).signed().send()
        assert (answer.code, answer.message) == ("UnrecognizedClientException", text), name
    answer = Call(own_server, access_key=key, secret="x" * 40, token=token).signed().send()
    denied(answer, "InvalidSignatureException", "does not match")
