"""Who may come in over the API of Huawei Cloud: signatures of access keys, temporary ones, and tokens of log-ins."""

import pytest
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException
from huaweicloudsdkcore.signer.signer import DerivationAKSKSigner, SM3Signer
from support.callers import Caller, allow, document
from support.huawei import DOMAIN, PROJECT, REGION, Huawei, new_key, refused, state
from support.huawei_fixtures import aws, huawei, key, server  # noqa: F401
from support.huawei_wire import Call, WithToken, exchange, log_in, password, token_of
from support.people import TRUSTS_THE_ACCOUNT

# The window of the clock each way, in seconds.
WINDOW = 900
GATEWAY = (401, "APIGW.0301")


def accepted(answer):
    assert answer.status == 200, answer.body
    assert "keys" in answer.json


def denied(answer, status, code, text=""):
    assert (answer.status, answer.code) == (status, code), answer.body
    assert text in answer.message, answer.body


# Signatures.


def test_a_signature(server):
    accepted(Call(server).signed().send())


def test_a_slash_at_the_end_of_the_path_changes_nothing(server):
    """The signature's own form of the path always ends with one."""
    call = Call(server).signed()
    call.path += "/"
    accepted(call.send())


def test_headers_that_other_clients_do_not_sign(server):
    """The SDK for Go signs neither the host nor the type of the body: it sets them when all is signed."""
    call = Call(server, headers={"Content-Type": None}).signed()
    call.headers["Content-Type"] = "application/json;charset=UTF-8"
    accepted(call.send())


@pytest.mark.parametrize("skew", [-(WINDOW - 60), WINDOW - 60])
def test_within_the_window(server, skew):
    accepted(Call(server, skew=skew).signed().send())


@pytest.mark.parametrize("skew", [-(WINDOW + 60), WINDOW + 60])
def test_outside_the_window(server, skew):
    denied(Call(server, skew=skew).signed().send(), *GATEWAY)


def test_a_wrong_secret(server):
    denied(Call(server, secret="tess").signed().send(), *GATEWAY)
    with pytest.raises(ClientRequestException) as caught:
        Huawei(server, secret="tess").list_keys()
    assert (caught.value.status_code, caught.value.error_code) == GATEWAY


def test_an_unknown_access_key(server):
    denied(Call(server, access_key="nobody").signed().send(), *GATEWAY)


def test_no_signature_at_all(server):
    call = Call(server)
    denied(call.send(), 403, "KMS.0301")
    call.headers["Authorization"] = ""
    denied(call.send(), *GATEWAY)


def test_every_digit_of_the_signature_counts(server):
    call = Call(server).signed()
    head, signature = call.headers["Authorization"].rsplit("=", 1)
    for place, digit in enumerate(signature):
        changed = f"{int(digit, 16) ^ 1:x}"
        call.headers["Authorization"] = f"{head}={signature[:place]}{changed}{signature[place + 1 :]}"
        denied(call.send(), *GATEWAY)
    call.headers["Authorization"] = f"{head}={signature}"
    accepted(call.send())


def flipped(text, place):
    return f"{text[:place]}{chr(ord(text[place]) ^ 1)}{text[place + 1 :]}"


@pytest.mark.parametrize("name", ["Content-Type", "Host", "X-Project-Id", "X-Sdk-Date", "User-Agent"])
def test_every_signed_header_counts(server, name):
    call = Call(server, headers={"User-Agent": "the-tests"}).signed()
    value = call.headers[name]
    for place in (0, len(value) // 2, len(value) - 1):
        call.headers[name] = flipped(value, place)
        answer = call.send()
        assert answer.status in (400, 401, 403), answer.body
    del call.headers[name]
    if name not in ("Host", "User-Agent"):
        assert call.send().status in (400, 401, 403)
    call.headers[name] = value
    accepted(call.send())


def test_body_path_query_and_method_count(server, huawei, key):
    call = Call(server, "kms/disable-key", {"key_id": key}).signed()
    for place in range(0, len(call.body), 7):
        changed = bytearray(call.body)
        changed[place] ^= 1
        bent = Call(server, "kms/disable-key", bytes(changed))
        bent.headers = call.headers
        denied(bent.send(), *GATEWAY)
    for path, method in (
        (call.path.replace("disable", "enable"), "POST"),
        (f"{call.path}?a=b", "POST"),
        (call.path.replace("/kms", "//kms"), "POST"),
        (call.path, "PUT"),
    ):
        bent = Call(server, path, call.body, method)
        bent.headers = call.headers
        denied(bent.send(), *GATEWAY)
    assert state(huawei, key) == "2"
    query = Call(server, "kms/aliases?limit=1&key_id=", None, "GET").signed()
    assert query.send().status == 200
    query.path = query.path.replace("limit=1", "limit=2")
    denied(query.send(), *GATEWAY)


@pytest.mark.parametrize(
    "name", ["X-Project-Id", "X-Sdk-Date", "X-Security-Token", "X-Domain-Id", "X-Sdk-Other"]
)
def test_what_has_a_meaning_must_be_signed(server, name):
    call = Call(server, headers={"X-Project-Id": None}).signed()
    listed = call.headers["Authorization"]
    assert name == "X-Sdk-Date" or name.lower() not in listed
    if name == "X-Sdk-Date":
        call.headers["Authorization"] = listed.replace(";x-sdk-date", "")
    else:
        call.headers[name] = PROJECT
    denied(call.send(), *GATEWAY)


@pytest.mark.parametrize("stated", ["UNSIGNED-PAYLOAD", "0" * 64, "", "x"])
def test_a_hash_of_the_body_that_is_not_its_own(server, stated):
    denied(Call(server, headers={"X-Sdk-Content-Sha256": stated}).signed().send(), *GATEWAY)


@pytest.mark.parametrize("signer", [SM3Signer, DerivationAKSKSigner], ids=lambda signer: signer._ALGORITHM)
def test_other_algorithms_are_refused_by_name(server, signer):
    class Named(signer):
        def sign(self, request):
            derived = ("kms", REGION) if signer is DerivationAKSKSigner else ()
            return super().sign(request, *derived)

    denied(Call(server, signer=Named).signed().send(), *GATEWAY, text="SDK-HMAC-SHA256")


def test_a_signature_of_the_other_api(server, aws):
    """Neither takes the other's."""
    headers = {"Authorization": Call(server).signed().headers["Authorization"]}
    answer = exchange(server, "POST", "/", b"{}", {"X-Amz-Target": "TrentService.ListKeys", **headers})
    assert (answer.status, answer.headers["x-request-id"] != "") == (405, True), answer
    forms = (
        "AWS4-HMAC-SHA256 Credential=test/20261122/us-east-1/kms/aws4_request, SignedHeaders=host, Signature=00",
        "Basic dGVzdDp0ZXN0",
        "Bearer test",
    )
    for form in forms:
        denied(Call(server, headers={"Authorization": form}).send(), *GATEWAY)


# Projects.


def test_every_project_of_a_development_server_is_the_default_accounts(server, huawei, key):
    other = Huawei(server, project="0d0466b0e7274d9cb35df84bb474a37f")
    found = other.list_key_detail(key_id=key)["key_info"]
    assert (found["domain_id"], found["realm"]) == (DOMAIN, REGION)


@pytest.mark.parametrize("project", ["x", "0" * 31, "0" * 33, "g" * 32])
def test_what_is_no_project(server, project):
    denied(Call(server, project=project).signed().send(), 403, "KMS.0321")


def test_another_project_in_the_header_than_in_the_path(server):
    denied(Call(server, headers={"X-Project-Id": "1" * 32}).signed().send(), 403, "KMS.0321")


def test_the_project_of_another_account(server):
    denied(Call(server, access_key="111122223333").signed().send(), 403, "KMS.0321")


# Temporary access keys.


@pytest.fixture(scope="module")
def session(server):
    """Of a user who may look at keys."""
    user = Caller(server, "test").user("temp", allow(["kms:cmk:list", "kms:cmk:get"]))
    return user.sts.get_session_token()["Credentials"]


def of_session(server, session, token):
    return Call(server, access_key=session["AccessKeyId"], secret=session["SecretAccessKey"], token=token)


def test_a_temporary_access_key(server, session):
    caller = Huawei(server, session["AccessKeyId"], session["SecretAccessKey"], session["SessionToken"])
    assert "keys" in caller.list_keys()
    with refused("KMS.0306"):
        caller.create_key(key_alias="of-a-session")
    accepted(of_session(server, session, session["SessionToken"]).signed().send())


def test_a_temporary_access_key_with_a_token_that_is_not_its_own(server, session, huawei):
    other = Caller(server, "test").sts.get_session_token()["Credentials"]["SessionToken"]
    for token in (None, "", "x", flipped(session["SessionToken"], 40), other):
        denied(of_session(server, session, token).signed().send(), *GATEWAY)
    # Nor has a lasting access key one.
    denied(Call(server, token=session["SessionToken"]).signed().send(), *GATEWAY)


def test_a_token_that_is_not_signed_for(server, session):
    call = of_session(server, session, None).signed()
    call.headers["X-Security-Token"] = session["SessionToken"]
    denied(call.send(), *GATEWAY)


def test_a_role(server):
    root = Caller(server, "test")
    made = root.iam.create_role(RoleName="reader", AssumeRolePolicyDocument=TRUSTS_THE_ACCOUNT)["Role"]
    root.iam.put_role_policy(
        RoleName="reader", PolicyName="own", PolicyDocument=document(allow("kms:cmk:list"))
    )
    mate = root.user("mate", allow("sts:AssumeRole", made["Arn"]))
    assumed = mate.assume(made["Arn"]).credentials
    caller = Huawei(server, assumed["access_key"], assumed["secret"], assumed["token"])
    assert "keys" in caller.list_keys()
    with refused("KMS.0306"):
        caller.create_key(key_alias="of-a-role")


# Log-ins.


@pytest.fixture(scope="module")
def token(server):
    return token_of(server)


def test_a_token(server, token):
    accepted(Call(server).with_token(token).send())
    mine = WithToken(server, token)
    made = mine.create_key(key_alias="by-token")
    assert made.status == 200 and set(made.json["key_info"]) == {"key_id", "domain_id", "region_id"}
    assert (
        mine.describe_key(key_id=made.json["key_info"]["key_id"]).json["key_info"]["key_alias"] == "by-token"
    )


def test_what_a_log_in_is_answered(server):
    answer = log_in(server)
    assert answer.status == 201 and answer.headers["content-type"] == "application/json"
    assert len(answer.headers["x-subject-token"]) < 4096
    token = answer.json["token"]
    assert token["methods"] == ["password"]
    assert token["user"]["name"] == "test" and token["user"]["domain"]["id"] == DOMAIN
    assert token["project"]["id"] == PROJECT and token["project"]["domain"]["id"] == DOMAIN
    assert token["issued_at"] < token["expires_at"] and token["expires_at"].endswith("Z")
    (keys,) = [service for service in token["catalog"] if service["type"] == "kms"]
    (endpoint,) = keys["endpoints"]
    assert (endpoint["interface"], endpoint["region"], endpoint["region_id"]) == ("public", REGION, REGION)
    assert endpoint["url"] == f"{server.endpoint}/v1.0/{PROJECT}"


def test_tokens_that_are_none(server, token):
    for other in ("x", token[:-1], flipped(token, 10), flipped(token, len(token) // 2)):
        denied(Call(server).with_token(other).send(), 403, "KMS.0302")
    denied(Call(server).signed().with_token(token).send(), 403, "KMS.0302")
    accepted(Call(server).with_token(token).send())


def test_a_token_is_for_one_project(server, token):
    denied(Call(server, project="1" * 32).with_token(token).send(), 403, "KMS.0321")
    unscoped = token_of(server, scope={"domain": {"name": "test"}})
    denied(Call(server).with_token(unscoped).send(), 403, "KMS.0321")


@pytest.mark.parametrize(
    "identity",
    [
        password(secret="tess"),
        password(name="nobody"),
        password(domain="111122223333"),
        {"methods": ["password"]},
        {"methods": ["totp"]},
        {"methods": ["token"], "token": {"id": "x"}},
        {"methods": ["hw_ak_sk"], "hw_ak_sk": {"access": {"key": "test"}, "secret": {"key": "tess"}}},
    ],
    ids=str,
)
def test_log_ins_that_fail(server, identity):
    answer = log_in(server, identity)
    assert answer.status in (400, 401) and "x-subject-token" not in answer.headers, answer
    assert set(answer.json["error"]) == {"code", "message", "title"}
    assert answer.json["error"]["code"] == answer.status


def test_nobody_is_told_which_users_there_are(server):
    wrong = [log_in(server, password(name=name, secret="tess")).json for name in ("nobody", "no one")]
    assert wrong[0] == wrong[1] == log_in(server, password(secret="tess")).json


def test_a_log_in_with_an_access_key(server):
    keys = {"access": {"key": "test"}, "secret": {"key": "test"}}
    token = token_of(server, {"methods": ["hw_ak_sk"], "hw_ak_sk": keys})
    accepted(Call(server).with_token(token).send())


def test_a_token_for_a_token(server, token):
    """For another project, and never for longer than the first."""
    first = exchange(server, "GET", "/v3/auth/tokens", b"", {"X-Auth-Token": token, "X-Subject-Token": token})
    again = log_in(server, {"methods": ["token"], "token": {"id": token}}, scope="1" * 32)
    assert again.status == 201
    assert again.json["token"]["project"]["id"] == "1" * 32
    assert again.json["token"]["expires_at"] <= first.json["token"]["expires_at"]
    accepted(Call(server, project="1" * 32).with_token(again.headers["x-subject-token"]).send())


def test_projects_are_those_of_the_caller(server, token):
    for call in (
        Call(server, "/v3/projects", None, "GET").with_token(token),
        Call(server, f"/v3/projects?name={REGION}", None, "GET").signed(),
    ):
        answer = call.send()
        assert answer.status == 200, answer.body
        (project,) = answer.json["projects"]
        assert (project["id"], project["name"], project["domain_id"]) == (PROJECT, REGION, DOMAIN)
    answer = exchange(server, "GET", "/v3/projects")
    assert answer.status in (401, 403), answer


# Users with passwords.

PASSWORD = "Correct-horse-battery-9"


@pytest.fixture
def user(server):
    root = Caller(server, "test")
    made = root.user("carol", allow("kms:cmk:list"))
    root.iam.create_login_profile(UserName="carol", Password=PASSWORD)
    yield made
    iam = root.iam
    for found in iam.list_access_keys(UserName="carol")["AccessKeyMetadata"]:
        iam.delete_access_key(UserName="carol", AccessKeyId=found["AccessKeyId"])
    iam.delete_user_policy(UserName="carol", PolicyName="own")
    try:
        iam.delete_login_profile(UserName="carol")
    except iam.exceptions.NoSuchEntityException:
        pass
    iam.delete_user(UserName="carol")


def test_a_user_logs_in(server, user):
    carol = password("carol", PASSWORD, "000000000000")
    token = token_of(server, carol)
    accepted(Call(server).with_token(token).send())
    denied(WithToken(server, token).create_key(key_alias="carols"), 403, "KMS.0306")
    by_id = {"methods": ["password"], "password": {"user": {"id": user_id(server), "password": PASSWORD}}}
    assert log_in(server, by_id).status == 201
    # A token ends with the password that it was given for.
    Caller(server, "test").iam.update_login_profile(UserName="carol", Password=f"{PASSWORD}!")
    denied(Call(server).with_token(token).send(), 403, "KMS.0302")
    assert log_in(server, carol).status == 401
    token = token_of(server, password("carol", f"{PASSWORD}!", "000000000000"))
    Caller(server, "test").iam.delete_login_profile(UserName="carol")
    denied(Call(server).with_token(token).send(), 403, "KMS.0302")


def user_id(server):
    return Caller(server, "test").iam.get_user(UserName="carol")["User"]["UserId"]


def test_a_token_ends_with_the_access_key_it_was_given_for(server, user):
    keys = {
        "access": {"key": user.credentials["access_key"]},
        "secret": {"key": user.credentials["secret"]},
    }
    token = token_of(server, {"methods": ["hw_ak_sk"], "hw_ak_sk": keys})
    accepted(Call(server).with_token(token).send())
    iam = Caller(server, "test").iam
    iam.update_access_key(UserName="carol", AccessKeyId=user.credentials["access_key"], Status="Inactive")
    denied(Call(server).with_token(token).send(), 403, "KMS.0302")


# Pages of the web.


def test_requests_of_web_pages_are_refused(server):
    for name, value in (("Origin", "http://evil.example"), ("Sec-Fetch-Site", "cross-site")):
        answer = Call(server).signed()
        answer.headers[name] = value
        assert answer.send().status == 403


def test_another_host_than_this_machine(server):
    answer = Call(server, headers={"Host": "evil.example"}).signed().send()
    assert answer.status == 403, answer.body


def test_what_one_api_made_the_other_has(huawei, aws):
    assert aws.describe_key(KeyId=new_key(huawei))["KeyMetadata"]["KeyState"] == "Enabled"
