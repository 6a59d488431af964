"""The KMS API of Huawei Cloud as its own SDK speaks it, with every answer held to the SDK's models."""

import base64
import inspect
import json
import re
import uuid
from contextlib import contextmanager

import huaweicloudsdkkms.v2 as models
import pytest
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.exceptions.exceptions import ServiceResponseException
from huaweicloudsdkcore.http.http_config import HttpConfig
from huaweicloudsdkcore.http.http_handler import HttpHandler

from support.strict import betrayal

# Of the default account and Region, as all project ids are in `trent dev`.
PROJECT = "0" * 32
DOMAIN = "0" * 32
REGION = "us-east-1"
ACCESS_KEY = SECRET = "test"
# Of no key.
UNKNOWN = "01234567-89ab-4def-8123-456789abcdef"
KEY_ID = re.compile(r"[0-9a-z]{8}-[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{12}")
GRANT_ID = re.compile(r"[A-Fa-f0-9]{64}")
# Dates of keys and grants: milliseconds, in a string.
MILLISECONDS = re.compile(r"1\d{12}")
# Seconds that the SDK waits for a connection and for an answer.
PATIENCE = (10, 60)
# Answers have these members although the SDK's models have not: Open Telekom Cloud's API reference has them.
BEYOND_THE_MODELS = {("ShowKmsTagsResponse", "sys_tags")}

# What the API reference says under a code, word for word.
MESSAGES = {
    "KMS.0205": "Invalid key ID.",
    "KMS.0206": "Invalid sequence number.",
    "KMS.0207": "The key does not exist.",
    "KMS.0209": "The key has been disabled.",
    "KMS.0210": "The key is in Scheduled deletion state and cannot be used.",
    "KMS.0211": "Cannot perform this operation on Default Master Keys.",
    "KMS.0309": "External keys required.",
    "KMS.0310": "The key is not in Pending import state.",
    "KMS.0311": "Failed to decrypt data using the RSA private key.",
    "KMS.0312": "External keys cannot be rotated.",
    "KMS.0313": "Key rotation is not enabled.",
    "KMS.0401": "Tag list cannot be empty.",
    "KMS.0404": "Invalid action.",
    "KMS.0409": "Too many tags.",
    "KMS.0417": "Invalid offset.",
    "KMS.1101": "Invalid key_alias.",
    "KMS.1103": "Invalid key_description.",
    "KMS.1104": "Duplicate key aliases.",
    "KMS.1201": "The key is not disabled.",
    "KMS.1301": "The key is not enabled.",
    "KMS.1401": "Set the pending deletion period between 7 to 1096 days.",
    "KMS.1402": "The key is already in Pending deletion state.",
    "KMS.1501": "The key is not in Pending deletion state.",
    "KMS.1601": "Invalid limit.",
    "KMS.1602": "marker must be greater than or equals 0.",
    "KMS.1901": "datakey_length must be in the range 8 bits to 8,192 bits.",
    "KMS.2101": "Invalid plain_text.",
    "KMS.2103": "Failed to verify the DEK hash.",
    "KMS.2201": "Invalid cipher_text.",
    "KMS.2401": "Specify an operation in addition to create-grant.",
    "KMS.2402": "Invalid user ID.",
    "KMS.2501": "Invalid grant ID.",
    "KMS.2502": "grant_id and key_id do not match.",
    "KMS.2601": "Token expired.",
    "KMS.2602": "Key expiration time must be later than the current time.",
    "KMS.2603": "Key IDs in the imported key and token do not match.",
    "KMS.2604": "The external key plaintext length must be 32 bits.",
    "KMS.2605": "Token verification failed.",
    "KMS.2606": "You are importing a deleted key again. The imported plaintext must be the same as the deleted key"
    " plaintext.",
    "KMS.2701": "Key material is not in Enabled or Disabled state and cannot be deleted.",
}
# Not 400.
STATUSES = {"KMS.0207": 404, "KMS.0215": 405, "KMS.0416": 404} | dict.fromkeys(
    ("KMS.0301", "KMS.0302", "KMS.0303", "KMS.0305", "KMS.0306", "KMS.0307", "KMS.0321"), 403
)


class Huawei:
    """One caller. Each method of the SDK's client is one here, which takes the members of the request by name and
    gives the JSON that came back."""

    def __init__(self, server, access_key=ACCESS_KEY, secret=SECRET, token=None, project=PROJECT):
        self.server = server
        credentials = BasicCredentials(access_key, secret, project)
        if token is not None:
            credentials = credentials.with_security_token(token)
        handler = HttpHandler().add_response_handler(_hold_headers)
        # With a user agent of its own, as the SDK's leaves a file in the home of whoever runs the tests.
        config = HttpConfig(user_agent="trent-tests", timeout=PATIENCE, retry_times=0)
        builder = models.KmsClient.new_builder().with_credentials(credentials).with_endpoint(server.endpoint)
        self.client = builder.with_http_config(config).with_http_handler(handler).build()

    def __getattr__(self, method):
        name = "".join(word.capitalize() for word in method.split("_"))
        request = getattr(models, f"{name}Request")
        response = getattr(models, f"{name}Response")

        def call(**members):
            answered = getattr(self.client, method)(filled(request, members))
            if answered.status_code == 204:
                assert answered.raw_content == b"" and not response.openapi_types
                return None
            assert answered.status_code == (201 if method == "create_alias" else 200), answered
            answer = json.loads(answered.raw_content)
            assert list(differences(response, answer, "")) == [], answer
            return answer

        return call


METHODS = [
    name
    for name, _ in inspect.getmembers(models.KmsClient, inspect.isfunction)
    if hasattr(models.KmsClient, f"{name}_invoker")
]


def filled(request, members):
    """A request of the SDK: its own members are those of the path and the query, and the others make its body."""
    own = {name: value for name, value in members.items() if name in request.openapi_types}
    if "body" in request.openapi_types:
        body = getattr(models, request.openapi_types["body"])
        inside = {name: value for name, value in members.items() if name in body.openapi_types}
        own["body"] = body()
        for name, value in inside.items():
            # Past the constructor, which refuses what is missing: that is for the server to say.
            setattr(own["body"], f"_{name}", value)
        members = {name: value for name, value in members.items() if name not in inside}
    unknown = set(members) - set(own)
    assert not unknown, f"the SDK's {request.__name__} has no {unknown}"
    return request(**own)


def differences(model, answer, path):
    """Whatever of an answer is not as its model, each as a line that begins with its place."""
    if isinstance(answer, list):
        yield from differences_of(model.openapi_types["body"], answer, path)
        return
    for name, value in answer.items():
        known = {model.attribute_map[attribute]: type_ for attribute, type_ in model.openapi_types.items()}
        if name in known:
            yield from differences_of(known[name], value, f"{path}{name}")
        elif (model.__name__, name) not in BEYOND_THE_MODELS:
            yield f"{path}{name} is not in the model"


def differences_of(type_, value, path):
    plain = {"str": str, "int": int, "bool": bool, "object": dict}
    if type_ in plain:
        if type(value) is not plain[type_]:
            yield f"{path} is {value!r}, not {type_}"
    elif type_.startswith("list["):
        if isinstance(value, list):
            for item in value:
                yield from differences_of(type_[5:-1], item, path)
        else:
            yield f"{path} is no list"
    else:
        yield from differences(getattr(models, type_), value, f"{path}.")


def _hold_headers(**event):
    hold_headers(event["response"].status_code, event["response"].headers, event["response"].content)


def hold_headers(status, headers, body):
    """What every answer has, errors too."""
    headers = {name.lower(): value for name, value in headers.items()}
    assert str(uuid.UUID(headers["x-request-id"])) == headers["x-request-id"]
    if body:
        assert headers["content-type"] == "application/json"
    assert status < 500, body
    if status >= 400:
        assert betrayal(body.decode()) is None, body


@contextmanager
def refused(code, text=""):
    """The call inside must be answered with this code, its status, its published message, and `text`."""
    with pytest.raises(ServiceResponseException) as caught:
        yield caught
    error = caught.value
    held_error(error.status_code, error.error_code, error.error_msg, code, text)
    assert error.request_id


def held_error(status, given, message, code, text=""):
    assert given == code, f"{given}: {message}"
    assert status == STATUSES.get(code, 400), (status, code)
    assert message.startswith(MESSAGES.get(code, "")), message
    assert text in message, message


def alias(prefix="key") -> str:
    """A name that no key has."""
    return f"{prefix}-{uuid.uuid4().hex[:12]}"


def new_key(huawei, **members) -> str:
    """The id of a new key."""
    return huawei.create_key(**{"key_alias": alias(), **members})["key_info"]["key_id"]


def external_key(huawei, **members) -> str:
    """The id of a key that waits for its material."""
    key_id = new_key(huawei, origin="external", **members)
    assert state(huawei, key_id) == "5"
    return key_id


def details(huawei, key_id) -> dict:
    return huawei.list_key_detail(key_id=key_id)["key_info"]


def state(huawei, key_id) -> str:
    """1 to 5: waiting to be activated, enabled, disabled, scheduled for deletion, waiting for its material."""
    return details(huawei, key_id)["key_state"]


def public_key_of(huawei, key_id):
    """The public key of a pair, read."""
    answer = huawei.show_public_key(key_id=key_id)
    assert set(answer) == {"key_id", "public_key"} and answer["key_id"] == key_id
    assert answer["public_key"].startswith("-----BEGIN PUBLIC KEY-----")
    return load_pem_public_key(answer["public_key"].encode())


def coded(data: bytes) -> str:
    return base64.b64encode(data).decode()


def plain(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
