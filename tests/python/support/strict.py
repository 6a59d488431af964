"""Clients whose every answer is held to the model, and one among them with nothing between the caller and the
wire: it sends requests that the model forbids."""

import json
import re
from pathlib import Path

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from support import model

# What an answer would say if it told how the server is made, or where.
BETRAYALS = re.compile(
    r"crates/|\bsrc/|target/|\.rs\b|\brust|::|panicked|backtrace|unwrap\(|serde|tokio|hyper\b|sqlite|aws.lc"
    r"|minicbor|webpki|/(home|root|tmp|usr|var)/|" + re.escape(str(Path(__file__).resolve().parents[3])),
    re.IGNORECASE,
)


def betrayal(text: str):
    """The piece of an error that tells what is nobody's business; ARNs may have two colons in a row."""
    return BETRAYALS.search(re.sub(r"arn:[\w:-]*", "", text))


def held_to_the_model(client):
    """The client, which from now on fails at an answer that tells how the server is made, or that has what
    the model has not."""
    client.meta.events.register("response-received.kms", _hold_to_the_model)
    return client


def _hold_to_the_model(response_dict, event_name, exception=None, **_):
    if exception is not None or response_dict is None:
        return
    body = response_dict["body"]
    if response_dict["status_code"] != 200:
        assert response_dict["status_code"] < 500, body
        assert betrayal(body.decode()) is None, body
        return
    operation = event_name.rsplit(".", 1)[-1]
    unknown = list(unknown_members(model.SERVICE.operation_model(operation).output_shape, body))
    assert unknown == [], f"{operation} answers with what the model has not"


class StrictClient:
    """Sends what it is given, whether or not the model allows it."""

    def __init__(self, client):
        self.client = held_to_the_model(client)

    def call(self, operation, request) -> dict:
        """The answer; a ClientError if it is refused."""
        return self.client._make_api_call(operation, request)

    def outcome(self, operation, request):
        """The error, or nothing."""
        try:
            self.call(operation, request)
        except ClientError as refused:
            error = refused.response["Error"]
            return {"Code": error["Code"], "Message": error.get("Message", "")}
        return None

    def refusal(self, operation, request) -> dict:
        error = self.outcome(operation, request)
        assert error is not None, f"{operation} accepted {str(request)[:2000]}"
        return error


def unknown_members(shape, body):
    if shape is None:
        if body:
            yield f"a body: {body}"
    else:
        yield from unknown_members_of(shape, json.loads(body), "")


def unknown_members_of(shape, value, path):
    if shape.type_name == "structure":
        for name, below in value.items():
            if name not in shape.members:
                yield f"{path}{name}"
            elif below is None:
                yield f"{path}{name} is null"
            else:
                yield from unknown_members_of(shape.members[name], below, f"{path}{name}.")
    elif shape.type_name == "list":
        for item in value:
            yield from unknown_members_of(shape.member, item, path)
    elif shape.type_name == "string" and shape.enum and value not in model.names_written(shape):
        yield f"{path[:-1]} is {value}"


def strict_client(server, region="us-east-1") -> StrictClient:
    config = Config(
        retries={"total_max_attempts": 1}, connect_timeout=10, read_timeout=60, parameter_validation=False
    )
    return StrictClient(
        boto3.client(
            "kms",
            endpoint_url=server.endpoint,
            region_name=region,
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=config,
        )
    )
