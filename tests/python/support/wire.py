"""Requests below the SDK: signed by botocore's own signer or by hand, sent byte for byte, answered raw."""

import datetime
import http.client
import json
from dataclasses import dataclass, field
from unittest import mock
from urllib.parse import urlsplit

import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from support.times import now

AMZ_JSON = "application/x-amz-json-1.1"


@dataclass
class Answer:
    status: int
    # By their names in lower case.
    headers: dict
    body: bytes

    @property
    def code(self):
        return json.loads(self.body)["__type"].split("#")[-1]

    @property
    def message(self):
        return json.loads(self.body).get("message", "")


@dataclass
class Call:
    """One request, before and after it is signed."""

    server: object
    operation: str = "ListKeys"
    body: bytes = b"{}"
    content_type: str | None = AMZ_JSON
    access_key: str = "test"
    secret: str = "test"
    token: str | None = None
    region: str = "us-east-1"
    service: str = "kms"
    # Added to the true time, in seconds.
    skew: int = 0
    method: str = "POST"
    headers: dict = field(default_factory=dict)
    url: str = ""

    def __post_init__(self):
        self.url = self.url or self.server.endpoint + "/"
        if self.operation:
            self.headers.setdefault("X-Amz-Target", f"TrentService.{self.operation}")
        if self.content_type:
            self.headers.setdefault("Content-Type", self.content_type)

    def signed(self) -> "Call":
        """Signs in the Authorization header."""
        return self._sign(botocore.auth.SigV4Auth)

    def presigned(self, expires=3600) -> "Call":
        """Signs in the query."""
        return self._sign(botocore.auth.SigV4QueryAuth, expires=expires)

    def loose(self) -> "Call":
        """Signs in the Authorization header and then spells its parts as headers of their own."""
        self.signed()
        algorithm, rest = self.headers.pop("Authorization").split(" ", 1)
        parts = dict(part.split("=", 1) for part in rest.split(", "))
        self.headers["X-Amz-Algorithm"] = algorithm
        for name in ("Credential", "SignedHeaders", "Signature"):
            self.headers[f"X-Amz-{name}"] = parts[name]
        return self

    def _sign(self, signer, **options) -> "Call":
        request = AWSRequest(self.method, self.url, headers=self.headers, data=self.body)
        signed_at = now() + datetime.timedelta(seconds=self.skew)
        credentials = Credentials(self.access_key, self.secret, self.token)
        with mock.patch.object(
            botocore.auth, "get_current_datetime", lambda remove_tzinfo=True: signed_at.replace(tzinfo=None)
        ):
            signer(credentials, self.service, self.region, **options).add_auth(request)
        self.headers = dict(request.headers.items())
        self.url = request.url
        return self

    def send(self) -> Answer:
        target = urlsplit(self.url)
        path = (target.path or "/") + (f"?{target.query}" if target.query else "")
        connection = http.client.HTTPConnection(*self.server.address, timeout=30)
        try:
            connection.request(self.method, path, body=self.body, headers=self.headers)
            response = connection.getresponse()
            return Answer(
                response.status,
                {name.lower(): value for name, value in response.headers.items()},
                response.read(),
            )
        finally:
            connection.close()
