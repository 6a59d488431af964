"""IAM and STS as boto3 has them, with every answer held to the service model, element by element."""

import json
import os
import re
import subprocess
import xml.etree.ElementTree as ElementTree
from contextlib import contextmanager
from functools import cache

import boto3
import botocore.session
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from support.strict import betrayal

SERVICES = {name: botocore.session.Session().get_service_model(name) for name in ("iam", "sts")}
ACCOUNT = "000000000000"
ROOT = f"arn:aws:iam::{ACCOUNT}:root"
# Of whom, where the tests need no other.
KEY = {"access_key_id": "test", "secret_access_key": "test"}
TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")

# What AWS answers for the root of an account, which its own model has not foreseen: no name, no path, a short id.
OF_ROOTS = {
    ("GetUser", "User.Path is missing"),
    ("GetUser", "User.UserName is missing"),
    ("GetUser", "User.UserId has 12 characters"),
    ("CreateAccessKey", "AccessKey.UserName is missing"),
}


def client(server, service, key=KEY, region="us-east-1", **options):
    """A client as `key`: what `CreateAccessKey` answered, what `AssumeRole` did, or what `trent init` told."""
    key = {"".join(word.capitalize() for word in name.split("_")): value for name, value in key.items()} | key
    made = boto3.client(
        service,
        endpoint_url=server.endpoint,
        region_name=region,
        aws_access_key_id=key["AccessKeyId"],
        aws_secret_access_key=key["SecretAccessKey"],
        aws_session_token=key.get("SessionToken"),
        config=Config(retries={"total_max_attempts": 1}, connect_timeout=10, read_timeout=60, **options),
    )
    if service in SERVICES:
        made.meta.events.register(f"response-received.{service}", held_to_the_model)
    return made


def held_to_the_model(response_dict, event_name, exception=None, **_):
    if exception is not None or response_dict is None:
        return
    service, operation = event_name.split(".")[-2:]
    model = SERVICES[service]
    root = ElementTree.fromstring(response_dict["body"])
    space = f"{{https://{service}.amazonaws.com/doc/{model.api_version}/}}"
    for element in root.iter():
        assert element.tag.startswith(space), element.tag
        element.tag = element.tag.removeprefix(space)
    assert response_dict["headers"]["content-type"] == "text/xml"
    if response_dict["status_code"] != 200:
        _hold_error(root, response_dict)
        return
    assert root.tag == f"{operation}Response"
    shape = model.operation_model(operation).output_shape
    expected = [f"{operation}Result"] if shape is not None else []
    assert [child.tag for child in root] == [*expected, "ResponseMetadata"]
    assert [child.tag for child in root[-1]] == ["RequestId"]
    if shape is not None:
        found = [line for line in differences(shape, root[0], "") if (operation, line) not in OF_ROOTS]
        assert found == [], f"{operation} answers with what the model has not, or not with what it has"


def _hold_error(root, response):
    assert response["status_code"] < 500, response
    assert root.tag == "ErrorResponse" and [child.tag for child in root] == ["Error", "RequestId"]
    assert [child.tag for child in root[0]] == ["Type", "Code", "Message"]
    assert betrayal(root[0][2].text) is None, root[0][2].text


def differences(shape, element, path):
    """Whatever of an answer is not as its shape, each as a line that begins with its place."""
    text = element.text or ""
    if shape.type_name == "structure":
        tags = [child.tag for child in element]
        yield from (f"{path}{tag} is there twice" for tag in set(tags) if tags.count(tag) > 1)
        yield from (f"{path}{tag} is not in the model" for tag in tags if tag not in shape.members)
        yield from (f"{path}{name} is missing" for name in shape.required_members if name not in tags)
        for child in element:
            if child.tag in shape.members:
                yield from differences(shape.members[child.tag], child, f"{path}{child.tag}.")
        return
    path = path.rstrip(".")
    if shape.type_name == "list":
        yield from (f"{path} has {child.tag} in its list" for child in element if child.tag != "member")
        for child in element:
            yield from differences(shape.member, child, f"{path}.")
    elif shape.type_name == "map":
        for child in element:
            if child.tag != "entry" or [part.tag for part in child] != ["key", "value"]:
                yield f"{path} is no map"
            else:
                yield from differences(shape.key, child[0], f"{path}.key.")
                yield from differences(shape.value, child[1], f"{path}.value.")
    elif len(element):
        yield f"{path} has elements"
    elif shape.type_name == "boolean" and text not in ("true", "false"):
        yield f"{path} is {text}"
    elif shape.type_name in ("integer", "long") and not re.fullmatch(r"-?\d+", text):
        yield f"{path} is {text}"
    elif shape.type_name == "timestamp" and not TIMESTAMP.fullmatch(text):
        yield f"{path} is {text}"
    elif shape.type_name == "string":
        if shape.enum and text not in shape.enum:
            yield f"{path} is {text}"
        if len(text) < shape.metadata.get("min", 0) or len(text) > shape.metadata.get("max", len(text)):
            yield f"{path} has {len(text)} characters"


@contextmanager
def refused(code, status, text=None):
    """The call inside must be answered with this error."""
    with pytest.raises(ClientError) as caught:
        yield caught
    error, metadata = caught.value.response["Error"], caught.value.response["ResponseMetadata"]
    assert (error["Code"], metadata["HTTPStatusCode"]) == (code, status), error
    assert error["Type"] == ("Sender" if status < 500 else "Receiver")
    assert len(metadata["RequestId"]) == 36
    if text is not None:
        assert text in error["Message"], error


@cache
def actions(service) -> dict:
    """The server's row of each action, by its name."""
    path = os.environ.get("TRENT_TABLE")
    assert path, "TRENT_TABLE is not set: run `cargo xtask test` (or `cargo xtask python`)"
    done = subprocess.run([path, service], capture_output=True, timeout=30)
    assert done.returncode == 0, done.stderr.decode()
    rows = json.loads(done.stdout)
    assert len({row["name"] for row in rows}) == len(rows)
    return {row["name"]: row for row in rows}


def policy(*actions, effect="Allow", resource="*", **more):
    """An identity policy of one statement."""
    statement = {"Effect": effect, "Action": list(actions), "Resource": resource, **more}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def trust(action="sts:AssumeRole", **more):
    """A role's trust policy of one statement: of the account, unless it says otherwise."""
    statement = {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": action, **more}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
