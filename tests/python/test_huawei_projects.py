"""The API of Huawei Cloud on a server of one's own: projects by configuration, log-ins of its users, quotas."""

import boto3
import huaweicloudsdkkms.v2 as models
import pytest
from botocore.config import Config
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.http.http_config import HttpConfig
from support import tls
from support.huawei import Huawei, alias, external_key, new_key, refused
from support.huawei_ceremony import parameters, send, wrapped
from support.huawei_wire import Call, WithToken, log_in, password, token_of
from support.server import INITIAL_ACCOUNT

DE, NL, ELSEWHERE = "0d0466b0e7274d9cb35df84bb474a37f", "1" * 32, "2" * 32
DOMAIN = INITIAL_ACCOUNT.rjust(32, "0")
PROJECTS = f"""
[[project]]
id = "{DE}"
account = "{INITIAL_ACCOUNT}"
region = "eu-de"

[[project]]
id = "{NL}"
account = "{INITIAL_ACCOUNT}"
region = "eu-nl"
name = "eu-nl_shop"

[[project]]
id = "{ELSEWHERE}"
account = "444455556666"
region = "eu-de"
"""


@pytest.fixture
def serving(serve, made):
    """A server with these projects; `of` gives the root's caller for one of them."""
    server = serve(then=PROJECTS)
    server.of = lambda project: Huawei(
        server, made["access_key_id"], made["secret_access_key"], project=project
    )
    return server


def service(server, made, name):
    return boto3.client(
        name,
        endpoint_url=server.endpoint,
        region_name="eu-de",
        aws_access_key_id=made["access_key_id"],
        aws_secret_access_key=made["secret_access_key"],
        config=Config(retries={"total_max_attempts": 1}),
    )


def test_a_project_is_an_account_and_a_region(serving, made):
    name = alias()
    here = serving.of(DE).create_key(key_alias=name)["key_info"]
    assert (here["domain_id"], here["region_id"]) == (DOMAIN, "eu-de")
    there = serving.of(NL).create_key(key_alias=name)["key_info"]
    assert there["region_id"] == "eu-nl" and there["key_id"] != here["key_id"]
    assert serving.of(DE).list_keys()["keys"] == [here["key_id"]]
    with refused("KMS.0207"):
        serving.of(DE).list_key_detail(key_id=there["key_id"])
    far = serving.client(made["access_key_id"], made["secret_access_key"], region="eu-nl")
    assert far.describe_key(KeyId=f"alias/{name}")["KeyMetadata"]["KeyId"] == there["key_id"]
    assert serving.of(DE).list_support_regions() == {"regions": ["eu-de", "eu-nl"]}


@pytest.mark.parametrize("project", [ELSEWHERE, "3" * 32, "0" * 32])
def test_no_other_projects(serving, project):
    with refused("KMS.0321"):
        serving.of(project).list_keys()


def test_what_everybody_knows_is_not_known_here(serving):
    assert Call(serving, project=DE).signed().send().status == 401
    assert log_in(serving, scope=DE).status == 401


def test_a_user_logs_in(serving, made):
    iam = service(serving, made, "iam")
    iam.create_user(UserName="carol")
    secret = "Correct-horse-battery-9"
    iam.create_login_profile(UserName="carol", Password=secret)
    policy = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"kms:cmk:*","Resource":"*"}}'
    iam.put_user_policy(UserName="carol", PolicyName="own", PolicyDocument=policy)
    carols = password("carol", secret, INITIAL_ACCOUNT)
    named = {"project": {"name": "eu-nl_shop", "domain": {"name": INITIAL_ACCOUNT}}}
    for scope, project in ((DE, DE), (named, NL), ({"project": {"name": "eu-de"}}, DE)):
        answer = log_in(serving, carols, scope=scope)
        assert answer.status == 201, answer.body
        assert answer.json["token"]["project"]["id"] == project
        carol = WithToken(serving, answer.headers["x-subject-token"], project)
        assert carol.create_key(key_alias=alias()).status == 200
    answer = log_in(serving, carols, scope=ELSEWHERE)
    assert answer.status in (401, 403) and "x-subject-token" not in answer.headers
    token = token_of(serving, carols, scope=DE)
    projects = Call(serving, "/v3/projects", None, "GET").with_token(token)
    found = {project["id"]: project["name"] for project in projects.send().json["projects"]}
    assert found == {DE: "eu-de", NL: "eu-nl_shop"}


def test_quotas(serve, made):
    server = serve(then=f"{PROJECTS}\n[quotas]\nkeys = 2\ngrants_per_key = 1\n")
    root = Huawei(server, made["access_key_id"], made["secret_access_key"], project=DE)
    first, _ = new_key(root), new_key(root)
    with refused("KMS.1105"):
        root.create_key(key_alias=alias())
    grant = {"key_id": first, "grantee_principal": DOMAIN, "operations": ["describe-key"]}
    root.create_grant(**grant, grantee_principal_type="domain")
    with refused("KMS.2404"):
        root.create_grant(**grant, grantee_principal_type="domain", name="another")
    keys, grants = root.show_user_quotas()["quotas"]["resources"]
    assert (keys["used"], keys["quota"]) == (2, 2)
    assert (grants["used"], grants["quota"]) == (1, 1)


def test_a_restart_ends_neither_a_ceremony_nor_a_token(own_server):
    huawei = Huawei(own_server)
    key_id = external_key(huawei)
    given, token = parameters(huawei, key_id), token_of(own_server)
    own_server.restart()
    huawei = Huawei(own_server)
    send(huawei, given, wrapped(given, bytes(32)))
    found = WithToken(own_server, token).describe_key(key_id=key_id)
    assert found.json["key_info"]["key_state"] == "2"


def test_a_request_over_tls(serve, made, tmp_path):
    """With links that say so."""
    tls.write_chain(tmp_path)
    server = serve(
        then=f'[tls]\ncertificate = "certificate.pem"\nprivate_key = "private-key.pem"\n{PROJECTS}'
    )
    server.endpoint = f"https://localhost:{server.address[1]}"
    config = HttpConfig(user_agent="trent-tests", ssl_ca_cert=str(tmp_path / "ca.pem"))
    credentials = BasicCredentials(made["access_key_id"], made["secret_access_key"], DE)
    builder = models.KmsClient.new_builder().with_credentials(credentials).with_http_config(config)
    client = builder.with_endpoint(server.endpoint).build()
    assert client.list_keys(models.ListKeysRequest(models.ListKeysRequestBody())).total == 0
    (version,) = client.show_versions(models.ShowVersionsRequest()).versions
    assert version.links[0].href == f"{server.endpoint}/v1.0/"
