"""Who calls: roots, users and sessions with clients of their own, and what their policies say."""

import itertools
import json

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from support.server import REGION

# What a request of any kind is answered within, however it was made up: far more than any needs.
PATIENCE = 30
# Of accounts that nobody else uses.
NUMBERS = itertools.count(300_000_000_201)


class Caller:
    """Clients with one set of credentials, none of which tries twice."""

    def __init__(self, server, access_key, secret="test", token=None):
        self.server = server
        self.credentials = {"access_key": access_key, "secret": secret, "token": token}

    def _client(self, service):
        return boto3.client(
            service,
            endpoint_url=self.server.endpoint,
            region_name=REGION,
            aws_access_key_id=self.credentials["access_key"],
            aws_secret_access_key=self.credentials["secret"],
            aws_session_token=self.credentials["token"],
            config=Config(retries={"total_max_attempts": 1}, connect_timeout=10, read_timeout=PATIENCE),
        )

    @property
    def kms(self):
        return self._client("kms")

    @property
    def iam(self):
        return self._client("iam")

    @property
    def sts(self):
        return self._client("sts")

    @property
    def arn(self):
        return self.sts.get_caller_identity()["Arn"]

    def user(self, name, *statements, **fields):
        """A new user of this account with these permissions."""
        self.iam.create_user(UserName=name, **fields)
        if statements:
            self.iam.put_user_policy(UserName=name, PolicyName="own", PolicyDocument=document(*statements))
        made = self.iam.create_access_key(UserName=name)["AccessKey"]
        return Caller(self.server, made["AccessKeyId"], made["SecretAccessKey"])

    def assume(self, role, **fields):
        made = self.sts.assume_role(RoleArn=role, RoleSessionName="session", **fields)["Credentials"]
        return Caller(self.server, made["AccessKeyId"], made["SecretAccessKey"], made["SessionToken"])


def document(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action, resource="*", **more):
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action, resource="*", **more):
    return {"Effect": "Deny", "Action": action, "Resource": resource, **more}


def refusal(call, **arguments):
    """Code and message of a call that must fail."""
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def denied(call, **arguments):
    code, message = refusal(call, **arguments)
    assert code in ("AccessDenied", "AccessDeniedException"), (code, message)
    return message


def new_account(server) -> Caller:
    """The root of an account that nobody else uses."""
    return Caller(server, str(next(NUMBERS)))


def account_of(caller) -> str:
    return caller.sts.get_caller_identity()["Account"]
