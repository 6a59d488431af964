"""The AWS CLI as people use it: `aws iam` and `aws sts`, from an empty account to a user who may do one thing."""

import json
import subprocess

import pytest
from support.identities import ACCOUNT, ROOT, policy, trust
from support.server import Server
from support.shell import user_of

ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"


@pytest.fixture
def aws(own_server, tmp_path):
    """Runs `aws` as the root, or with the access key of a profile."""

    def run(*arguments, key=None, **environment):
        found = user_of(own_server, tmp_path, AWS_PAGER="", **environment)
        if key:
            found |= {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}
            found |= {"AWS_SESSION_TOKEN": key["SessionToken"]} if "SessionToken" in key else {}
        return subprocess.run(["aws", *arguments], env=found, capture_output=True, text=True, timeout=120, cwd=tmp_path)

    return run


def told(done):
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout) if done.stdout else None


def denied(done, code, text=""):
    assert done.returncode != 0, done.stdout
    assert f"({code})" in done.stderr and text in done.stderr, done.stderr


def test_a_user_who_may_only_list(aws):
    assert told(aws("sts", "get-caller-identity"))["Arn"] == ROOT
    told(aws("iam", "create-user", "--user-name", "lister", "--tags", "Key=team,Value=blue"))
    key = told(aws("iam", "create-access-key", "--user-name", "lister"))["AccessKey"]
    assert told(aws("sts", "get-caller-identity", key=key))["Arn"].endswith(":user/lister")
    denied(aws("kms", "list-keys", key=key), "AccessDeniedException", "no identity-based policy allows")
    document = policy("kms:ListKeys")
    own = ("--user-name", "lister", "--policy-name", "own")
    told(aws("iam", "put-user-policy", *own, "--policy-document", document))
    assert told(aws("kms", "list-keys", key=key))["Keys"] == []
    denied(aws("kms", "create-key", key=key), "AccessDeniedException", "kms:CreateKey")
    denied(aws("iam", "list-users", key=key), "AccessDenied", "iam:ListUsers")
    assert told(aws("iam", "get-user-policy", *own))["PolicyDocument"] == json.loads(document)
    told(aws("iam", "delete-user-policy", *own))
    denied(aws("kms", "list-keys", key=key), "AccessDeniedException")
    listed = told(aws("iam", "list-access-keys", "--user-name", "lister"))["AccessKeyMetadata"]
    assert [one["AccessKeyId"] for one in listed] == [key["AccessKeyId"]]
    one = ("--user-name", "lister", "--access-key-id", key["AccessKeyId"])
    told(aws("iam", "update-access-key", *one, "--status", "Inactive"))
    denied(aws("sts", "get-caller-identity", key=key), "InvalidClientTokenId")
    told(aws("iam", "delete-access-key", *one))
    told(aws("iam", "delete-user", "--user-name", "lister"))
    denied(aws("iam", "get-user", "--user-name", "lister"), "NoSuchEntity")


def test_a_role_assumed_by_hand_and_by_a_profile(aws, tmp_path):
    told(aws("iam", "create-role", "--role-name", "maker", "--assume-role-policy-document", trust()))
    told(aws("iam", "attach-role-policy", "--role-name", "maker", "--policy-arn", ADMINISTRATOR))
    attached = told(aws("iam", "list-attached-role-policies", "--role-name", "maker"))["AttachedPolicies"]
    assert [one["PolicyName"] for one in attached] == ["AdministratorAccess"]
    told(aws("iam", "create-user", "--user-name", "person"))
    key = told(aws("iam", "create-access-key", "--user-name", "person"))["AccessKey"]
    role = f"arn:aws:iam::{ACCOUNT}:role/maker"
    assume = ("sts", "assume-role", "--role-arn", role, "--role-session-name", "hand")
    denied(aws(*assume, key=key), "AccessDenied", "sts:AssumeRole")
    allowed = ("--policy-document", policy("sts:AssumeRole", resource=role))
    told(aws("iam", "put-user-policy", "--user-name", "person", "--policy-name", "p", *allowed))
    session = told(aws(*assume, key=key))["Credentials"]
    arn = told(aws("sts", "get-caller-identity", key=session))["Arn"]
    assert arn == f"arn:aws:sts::{ACCOUNT}:assumed-role/maker/hand"
    assert told(aws("kms", "create-key", key=session))["KeyMetadata"]["Enabled"]

    # The CLI assumes the role itself.
    folder = tmp_path / ".aws"
    folder.mkdir()
    (folder / "config").write_text(
        f"[profile person]\naws_access_key_id = {key['AccessKeyId']}\n"
        f"aws_secret_access_key = {key['SecretAccessKey']}\n"
        f"[profile maker]\nrole_arn = {role}\nsource_profile = person\nrole_session_name = profile\n"
    )
    files = {"AWS_CONFIG_FILE": str(folder / "config"), "AWS_SHARED_CREDENTIALS_FILE": str(folder / "none")}
    arn = told(aws("--profile", "maker", "sts", "get-caller-identity", **files))["Arn"]
    assert arn == f"arn:aws:sts::{ACCOUNT}:assumed-role/maker/profile"


def test_sessions_and_groups(aws):
    session = told(aws("sts", "get-session-token", "--duration-seconds", "900"))["Credentials"]
    assert told(aws("kms", "list-keys", key=session))["Keys"] == []
    told(aws("iam", "create-group", "--group-name", "admins"))
    told(aws("iam", "attach-group-policy", "--group-name", "admins", "--policy-arn", ADMINISTRATOR))
    told(aws("iam", "create-user", "--user-name", "admin"))
    told(aws("iam", "add-user-to-group", "--group-name", "admins", "--user-name", "admin"))
    key = told(aws("iam", "create-access-key", "--user-name", "admin"))["AccessKey"]
    names = told(aws("iam", "list-users", "--query", "Users[].UserName", key=key))
    assert names == ["admin"]
    assert told(aws("iam", "list-users", "--max-items", "1", key=key))["Users"][0]["UserName"] == "admin"


def test_each_service_can_have_its_own_address(aws, own_server):
    nobody = "http://127.0.0.1:1"
    addresses = {
        "AWS_ENDPOINT_URL": nobody,
        "AWS_ENDPOINT_URL_IAM": own_server.endpoint,
        "AWS_ENDPOINT_URL_STS": own_server.endpoint,
    }
    assert told(aws("sts", "get-caller-identity", **addresses))["Arn"] == ROOT
    assert told(aws("iam", "list-users", **addresses))["Users"] == []
    for region in ("eu-central-1", "us-east-1", "ap-south-2"):
        assert told(aws("--region", region, "sts", "get-caller-identity"))["Arn"] == ROOT
        assert told(aws("--region", region, "iam", "list-users"))["Users"] == []


def test_no_secret_is_logged(own_server, tmp_path):
    """With everything logged that can be."""
    loud = Loud(tmp_path / "loud")
    try:
        loud.start()
        found = user_of(loud, tmp_path, AWS_PAGER="")

        def run(*arguments):
            return told(subprocess.run(["aws", *arguments], env=found, capture_output=True, text=True, timeout=120))

        run("iam", "create-user", "--user-name", "quiet")
        key = run("iam", "create-access-key", "--user-name", "quiet")["AccessKey"]
        session = run("sts", "get-session-token")["Credentials"]
        token = "eyJhbGciOiJub25lIn0.eyJpc3MiOiJodHRwczovL3gueSJ9.c2VjcmV0"
        role = ("--role-arn", f"arn:aws:iam::{ACCOUNT}:role/none", "--role-session-name", "quiet")
        done = subprocess.run(
            ["aws", "sts", "assume-role-with-web-identity", *role, "--web-identity-token", token],
            env=found,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode != 0
        loud.stop()
    finally:
        loud.end()
    log = loud.log_text()
    assert "CreateAccessKey" in log and "AssumeRoleWithWebIdentity" in log and "service=" in log
    for secret in (key["SecretAccessKey"], session["SecretAccessKey"], session["SessionToken"], token):
        assert secret not in log


class Loud(Server):
    def command(self):
        return [*super().command(), "--log", "trace"]
