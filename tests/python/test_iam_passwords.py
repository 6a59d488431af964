"""Passwords of users, by the IAM API; what they are for, logging in to Keystone, is in test_huawei_auth.py."""

import pytest
from support.identities import client, policy, refused
from support.server import Server

PASSWORD = "correct-Horse-7"
OTHER = "battery-Staple-8"


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    running = Server(tmp_path_factory.mktemp("passwords") / "data")
    try:
        yield running.start()
        running.stop()
    finally:
        running.end()


@pytest.fixture(scope="module")
def iam(house):
    return client(house, "iam")


def test_the_life_of_a_password(house, iam):
    iam.create_user(UserName="ann")
    named = {"UserName": "ann"}
    made = iam.create_login_profile(**named, Password=PASSWORD, PasswordResetRequired=True)["LoginProfile"]
    assert (made["UserName"], made["PasswordResetRequired"]) == ("ann", True)
    assert iam.get_login_profile(**named)["LoginProfile"] == made
    with refused("EntityAlreadyExists", 409):
        iam.create_login_profile(**named, Password=PASSWORD)
    with refused("PasswordPolicyViolation", 400):
        iam.update_login_profile(**named, Password="short")
    iam.update_login_profile(**named, Password=OTHER, PasswordResetRequired=False)
    assert iam.get_login_profile(**named)["LoginProfile"]["PasswordResetRequired"] is False
    with refused("DeleteConflict", 409):
        iam.delete_user(**named)

    # The user changes it without anybody's help, but by a policy and with the old one.
    iam.put_user_policy(**named, PolicyName="own", PolicyDocument=policy("iam:ChangePassword"))
    key = iam.create_access_key(**named)["AccessKey"]
    own = client(house, "iam", key)
    with refused("AccessDenied", 403):
        own.change_password(OldPassword=PASSWORD, NewPassword=PASSWORD)
    own.change_password(OldPassword=OTHER, NewPassword=PASSWORD)

    iam.delete_login_profile(**named)
    with refused("NoSuchEntity", 404):
        iam.get_login_profile(**named)
