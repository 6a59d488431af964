"""Requests below the SDK: signed by its signer or with a token of a log-in, sent byte for byte, answered raw."""

import http.client
import json
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.sdk_request import SdkRequest
from huaweicloudsdkcore.signer.signer import Signer

from support.huawei import ACCESS_KEY, PROJECT, SECRET, hold_headers
from support.times import from_now

SECONDS = 30
DATE = "%Y%m%dT%H%M%SZ"


@dataclass
class Answer:
    status: int
    # By their names in lower case.
    headers: dict
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def code(self):
        return self.json["error"]["error_code"]

    @property
    def message(self):
        return self.json["error"]["error_msg"]


@dataclass
class Call:
    """One request, before and after it is signed."""

    server: object
    # Below the project, or the whole path if it begins with a slash.
    path: str = "kms/list-keys"
    body: object = field(default_factory=dict)
    method: str = "POST"
    access_key: str = ACCESS_KEY
    secret: str = SECRET
    token: str | None = None
    project: str = PROJECT
    # Added to the true time, in seconds.
    skew: int = 0
    headers: dict = field(default_factory=dict)
    signer: type = Signer

    def __post_init__(self):
        if not self.path.startswith("/"):
            self.path = f"/v1.0/{self.project}/{self.path}"
        if not isinstance(self.body, bytes):
            self.body = b"" if self.body is None else json.dumps(self.body).encode()
        self.headers = {
            "Content-Type": "application/json;charset=utf-8",
            "X-Project-Id": self.project,
        } | self.headers
        self.headers = {name: value for name, value in self.headers.items() if value is not None}

    def signed(self) -> "Call":
        """Signs all headers there are, as the SDK does."""
        target = urlsplit(self.path)
        headers = {"X-Sdk-Date": from_now(seconds=self.skew).strftime(DATE)} | self.headers
        if self.token is not None:
            headers["X-Security-Token"] = self.token
        request = SdkRequest(
            method=self.method,
            host="{}:{}".format(*self.server.address),
            resource_path=target.path,
            query_params=parse_qsl(target.query, keep_blank_values=True),
            header_params=headers,
            body=self.body,
        )
        self.headers = self.signer(BasicCredentials(self.access_key, self.secret)).sign(request).header_params
        return self

    def with_token(self, token) -> "Call":
        """Shows the token of a log-in."""
        self.headers["X-Auth-Token"] = token
        return self

    def send(self) -> Answer:
        answer = exchange(self.server, self.method, self.path, self.body, self.headers)
        hold_headers(answer.status, answer.headers, answer.body)
        return answer


def exchange(server, method, path, body=b"", headers=None) -> Answer:
    """Sends a request as it is."""
    connection = http.client.HTTPConnection(*server.address, timeout=SECONDS)
    try:
        connection.request(method, path, body=body, headers=headers or {})
        response = connection.getresponse()
        given = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status, given, response.read())
    finally:
        connection.close()


def post(server, action, members, **options) -> dict:
    """What a signed request of members that the SDK has not is answered, which must be success."""
    answer = Call(server, f"kms/{action}", members, **options).signed().send()
    assert answer.status == 200, answer.body
    return answer.json


# Keystone.


def password(name="test", secret="test", domain="test") -> dict:
    """The proof of a user's password."""
    user = {"name": name, "password": secret, "domain": {"name": domain}}
    return {"methods": ["password"], "password": {"user": user}}


def log_in(server, identity=None, scope=PROJECT) -> Answer:
    """A log-in for a project. Its answer has the token in a header."""
    auth = {"identity": identity or password()}
    if scope is not None:
        auth["scope"] = {"project": {"id": scope}} if isinstance(scope, str) else scope
    body = json.dumps({"auth": auth}).encode()
    return exchange(server, "POST", "/v3/auth/tokens", body, {"Content-Type": "application/json"})


def token_of(server, *arguments, **options) -> str:
    answer = log_in(server, *arguments, **options)
    assert answer.status == 201, answer.body
    return answer.headers["x-subject-token"]


class WithToken:
    """A caller that shows a token: each method is an endpoint's name, with underscores for its dashes."""

    def __init__(self, server, token, project=PROJECT):
        self.server, self.token, self.project = server, token, project

    def __getattr__(self, action):
        def call(**members):
            path = f"kms/{action.replace('_', '-')}"
            request = Call(self.server, path, members, project=self.project).with_token(self.token)
            return request.send()

        return call
