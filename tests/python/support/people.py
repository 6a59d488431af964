"""Users and roles of the default account, for policies and grants that name them."""

import json

from support import identities
from support.server import ACCOUNT

TRUSTS_THE_ACCOUNT = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
            "Action": "sts:AssumeRole",
        },
    }
)


def user(server, name: str) -> str:
    """The ARN of a user, who is made if there is none of this name."""
    iam = identities.client(server, "iam")
    try:
        return iam.create_user(UserName=name)["User"]["Arn"]
    except iam.exceptions.EntityAlreadyExistsException:
        return iam.get_user(UserName=name)["User"]["Arn"]


def role(server, name: str, path: str = "/") -> str:
    """The same of a role."""
    iam = identities.client(server, "iam")
    try:
        made = iam.create_role(RoleName=name, Path=path, AssumeRolePolicyDocument=TRUSTS_THE_ACCOUNT)
        return made["Role"]["Arn"]
    except iam.exceptions.EntityAlreadyExistsException:
        return iam.get_role(RoleName=name)["Role"]["Arn"]
