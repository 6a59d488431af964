"""`trent user` and `trent key-policy`: for the day when nobody can get in, beside a stopped server."""

import json
import re
import subprocess

import boto3
import pytest
from botocore.config import Config
from support.errors import refused
from support.server import INITIAL_ACCOUNT, binary, run_trent

OTHER_ACCOUNT = "444455556666"
NOBODY = {
    "Version": "2012-10-17",
    "Statement": {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"},
}


@pytest.fixture
def trent_user(made, tmp_path):
    """Runs `trent user …` on the data that `trent init` made."""

    def run(*arguments):
        return run_trent("user", *arguments, "--config", tmp_path / "trent.toml")

    return run


def told(done):
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)


def refusal(done, code=1):
    assert done.returncode == code, f"{done.stdout}{done.stderr}"
    assert done.stdout == b""
    return done.stderr.decode()


def client(server, key, service="kms"):
    return boto3.client(
        service,
        endpoint_url=server.endpoint,
        region_name="us-east-1",
        aws_access_key_id=key["access_key_id"],
        aws_secret_access_key=key["secret_access_key"],
        config=Config(retries={"total_max_attempts": 1}),
    )


def test_a_fresh_account_has_its_root(trent_user, made):
    (account,) = told(trent_user("list", "--json"))["accounts"]
    assert account["account"] == INITIAL_ACCOUNT and account["users"] == []
    (key,) = account["root"]["access_keys"]
    assert (key["id"], key["status"]) == (made["access_key_id"], "Active")
    assert account["root"]["arn"] == f"arn:aws:iam::{INITIAL_ACCOUNT}:root"
    for_people = trent_user("list").stdout.decode().splitlines()
    assert len(for_people) == 2 and made["access_key_id"] in for_people[1] and "(root)" in for_people[1]


def test_a_lost_root_access_key_is_replaced(trent_user, made, serve):
    key = told(trent_user("access-key", "--root", "--json"))
    assert re.fullmatch(r"AKIA[A-Z2-7]{16}", key["access_key_id"]) and key["user"] is None
    server = serve()
    for known in (key, made):
        identity = client(server, known, "sts").get_caller_identity()
        assert identity["Arn"] == f"arn:aws:iam::{INITIAL_ACCOUNT}:root"


def test_the_third_access_key_is_refused_and_the_two_are_named(trent_user, made):
    second = told(trent_user("access-key", "--root", "--json"))["access_key_id"]
    said = refusal(trent_user("access-key", "--root"))
    for piece in (made["access_key_id"], second, "trent user delete-access-key", "trent.toml"):
        assert piece in said, said


def test_an_administrator_is_made_without_a_server(trent_user, made, serve):
    user = told(trent_user("create", "carol", "--admin", "--json"))
    assert user["arn"] == f"arn:aws:iam::{INITIAL_ACCOUNT}:user/carol"
    assert user["policies"] == ["arn:aws:iam::aws:policy/AdministratorAccess"]
    key = told(trent_user("access-key", "carol", "--json"))
    server = serve()
    assert client(server, key, "sts").get_caller_identity()["Arn"] == user["arn"]
    assert client(server, key).create_key()["KeyMetadata"]["AWSAccountId"] == INITIAL_ACCOUNT
    assert client(server, key, "iam").list_users()["Users"][0]["UserName"] == "carol"


def test_a_plain_user_may_nothing(trent_user, serve):
    for_people = trent_user("create", "dave")
    assert b"nothing yet" in for_people.stdout and b"trent user access-key dave --config" in for_people.stdout
    key = told(trent_user("access-key", "dave", "--json"))
    with refused("AccessDeniedException", "no identity-based policy allows the kms:CreateKey action"):
        client(serve(), key).create_key()


def test_what_the_secret_is_printed_for_can_be_pasted(trent_user):
    said = trent_user("access-key", "--root").stdout.decode()
    assert re.search(r"^  export AWS_ACCESS_KEY_ID=AKIA\w{16} AWS_SECRET_ACCESS_KEY=\w{40}$", said, re.MULTILINE)


@pytest.mark.parametrize("command", ["deactivate", "delete-access-key"])
def test_an_access_key_that_leaked(trent_user, made, serve, command):
    trent_user("create", "carol", "--admin")
    leaked = told(trent_user("access-key", "carol", "--json"))
    kept = told(trent_user("access-key", "carol", "--json"))
    answer = told(trent_user(command, leaked["access_key_id"], "--json"))
    assert (answer["account"], answer["user"]) == (INITIAL_ACCOUNT, "carol")
    root = trent_user(command, made["access_key_id"])
    assert root.returncode == 0 and b"of the root" in root.stdout
    (account,) = told(trent_user("list", "--json"))["accounts"]
    status = {key["id"]: key["status"] for key in account["users"][0]["access_keys"]}
    expected = {kept["access_key_id"]: "Active"}
    if command == "deactivate":
        expected[leaked["access_key_id"]] = "Inactive"
    assert status == expected
    server = serve()
    for gone in (leaked, made):
        with refused("UnrecognizedClientException"):
            client(server, gone).list_keys()
    assert client(server, kept).list_keys()["Keys"] == []


def test_only_looking_works_beside_a_running_server(trent_user, serve, made, tmp_path):
    server = serve()
    arn = client(server, made).create_key()["KeyMetadata"]["Arn"]
    assert INITIAL_ACCOUNT in trent_user("list").stdout.decode()
    reset = ("key-policy", "reset", "--key", arn, "--config", tmp_path / "trent.toml")
    for done in (
        trent_user("create", "carol"),
        trent_user("access-key", "--root"),
        trent_user("deactivate", made["access_key_id"]),
        trent_user("delete-access-key", made["access_key_id"]),
        run_trent(*reset),
    ):
        assert "stop the server" in refusal(done)
    assert client(server, made).list_keys()["Keys"]


def test_which_account(trent_user, tmp_path):
    run_trent(
        "init",
        "--data",
        tmp_path / "data",
        "--config",
        tmp_path / "trent.toml",
        "--account",
        OTHER_ACCOUNT,
    )
    said = refusal(trent_user("create", "carol"), 2)
    assert INITIAL_ACCOUNT in said and OTHER_ACCOUNT in said and "--account" in said
    assert "no account 123456789012" in refusal(trent_user("create", "carol", "--account", "123456789012"))
    user = told(trent_user("create", "carol", "--account", OTHER_ACCOUNT, "--json"))
    assert user["arn"] == f"arn:aws:iam::{OTHER_ACCOUNT}:user/carol"
    key = told(trent_user("access-key", "carol", "--account", OTHER_ACCOUNT, "--json"))
    # An id says whose it is.
    assert told(trent_user("deactivate", key["access_key_id"], "--json"))["account"] == OTHER_ACCOUNT
    (account,) = told(trent_user("list", "--account", OTHER_ACCOUNT, "--json"))["accounts"]
    assert [user["name"] for user in account["users"]] == ["carol"]
    assert len(told(trent_user("list", "--json"))["accounts"]) == 2


@pytest.mark.parametrize(
    ("arguments", "code", "pieces"),
    [
        (("access-key",), 2, ["NAME", "--root"]),
        (("access-key", "carol", "--root"), 2, ["cannot be used with"]),
        (("access-key", "nobody"), 1, ["nobody", "cannot be found"]),
        (("create", "a b"), 1, ["userName"]),
        (("deactivate", "AKIAIOSFODNN7EXAMPLE"), 1, ["AKIAIOSFODNN7EXAMPLE", "trent user list"]),
        (("delete-access-key", "../x"), 1, []),
    ],
    ids=["whose", "one of the two", "no such user", "no name", "no such key", "no id"],
)
def test_what_cannot_be_done(trent_user, arguments, code, pieces):
    said = refusal(trent_user(*arguments), code)
    for piece in pieces:
        assert piece in said, said


def test_the_same_user_twice(trent_user):
    told(trent_user("create", "carol", "--json"))
    assert "already exists" in refusal(trent_user("create", "Carol"))


def test_data_must_be_named():
    for command in (("list",), ("create", "x"), ("access-key", "x"), ("deactivate", "x")):
        said = refusal(run_trent("user", *command), 2)
        assert "--config" in said
    assert "--key" in refusal(run_trent("key-policy", "reset"), 2)


def test_a_secret_that_could_not_be_printed_is_told_to_be_lost(made, tmp_path):
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [binary(), "user", "access-key", "--root", "--config", str(tmp_path / "trent.toml")],
            stdout=full,
            stderr=subprocess.PIPE,
            env={},
            timeout=60,
        )
    assert done.returncode == 1
    assert re.search(r"the access key AKIA\w+ was made, and its secret .* is lost", done.stderr.decode())


def test_secrets_are_sealed(trent_user, tmp_path):
    trent_user("create", "carol")
    key = told(trent_user("access-key", "carol", "--json"))
    for file in (tmp_path / "data").iterdir():
        assert key["secret_access_key"].encode() not in file.read_bytes(), file


def test_data_of_development(own_server):
    own_server.stop()
    for account in ("000000000000", OTHER_ACCOUNT):
        where = ("--data", own_server.data, "--account", account)
        assert run_trent("user", "create", f"of-{account}", "--admin", *where).returncode == 0
    key = told(run_trent("user", "access-key", "of-000000000000", "--data", own_server.data, "--json"))
    accounts = told(run_trent("user", "list", "--data", own_server.data, "--json"))["accounts"]
    names = {account["account"]: [user["name"] for user in account["users"]] for account in accounts}
    assert names == {number: [f"of-{number}"] for number in ("000000000000", OTHER_ACCOUNT)}
    own_server.start()
    assert client(own_server, key).create_key()["KeyMetadata"]["AWSAccountId"] == "000000000000"


# Key policies.


@pytest.fixture
def locked(serve, made):
    """A key whose policy lets nobody in, and the server that says so."""
    server = serve()
    kms = client(server, made)
    arn = kms.create_key(Policy=json.dumps(NOBODY), BypassPolicyLockoutSafetyCheck=True)["KeyMetadata"]["Arn"]
    with refused("AccessDeniedException", "with an explicit deny in a resource-based policy"):
        kms.describe_key(KeyId=arn)
    server.stop()
    return arn


def test_a_key_that_nobody_can_get_at_is_opened_again(locked, serve, made, tmp_path):
    done = run_trent("key-policy", "reset", "--key", locked, "--config", tmp_path / "trent.toml")
    assert done.returncode == 0, done.stderr
    assert locked in done.stdout.decode()
    assert "warning: the policy that" in done.stderr.decode() and "is gone" in done.stderr.decode()
    kms = client(serve(), made)
    assert kms.describe_key(KeyId=locked)["KeyMetadata"]["Arn"] == locked
    policy = json.loads(kms.get_key_policy(KeyId=locked)["Policy"])
    (statement,) = policy["Statement"]
    assert statement["Principal"] == {"AWS": f"arn:aws:iam::{INITIAL_ACCOUNT}:root"}
    assert (statement["Effect"], statement["Action"]) == ("Allow", "kms:*")


def test_the_result_as_json(locked, tmp_path):
    done = run_trent("key-policy", "reset", "--key", locked, "--config", tmp_path / "trent.toml", "--json")
    assert told(done) == {"key": locked, "policy": "default"}


@pytest.mark.parametrize(
    "key",
    [
        "1234abcd-12ab-34cd-56ef-1234567890ab",
        "alias/app",
        f"arn:aws:kms:us-east-1:{INITIAL_ACCOUNT}:alias/app",
        f"arn:aws:kms:us-east-1:{INITIAL_ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab",
        f"arn:aws-cn:kms:us-east-1:{INITIAL_ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab",
        "",
    ],
    ids=["an id", "an alias", "an alias ARN", "no such key", "another partition", "nothing"],
)
def test_keys_whose_policy_cannot_be_reset(made, tmp_path, key):
    done = run_trent("key-policy", "reset", "--key", key, "--config", tmp_path / "trent.toml")
    assert "error: " in refusal(done)
