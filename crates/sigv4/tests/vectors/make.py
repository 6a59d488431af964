"""Writes the *.http files beside this script: requests as botocore signs them, with the key of AWS's documentation.

Run with botocore 1.44.5:  python make.py
The tests read the files, not this script; it stands here so that anyone can make them again.
"""

import datetime
import pathlib
from unittest import mock

import botocore.auth
import botocore.awsrequest
import botocore.session
from botocore.config import Config
from botocore.credentials import Credentials
from urllib.parse import urlsplit

ACCESS_KEY = "AKIDEXAMPLE"
SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
TOKEN = "AQoDYXdzEPT//////////wEXAMPLE+token/with=signs=="
NOW = datetime.datetime(2015, 8, 30, 12, 36, 0)
# Added after signing, and different in every run.
UNSTEADY = {"amz-sdk-invocation-id", "amz-sdk-request"}
HERE = pathlib.Path(__file__).parent


def write(name, method, url, headers, body):
    parts = urlsplit(url)
    headers = {k: v.decode() if isinstance(v, bytes) else str(v) for k, v in headers.items() if k not in UNSTEADY}
    if not any(k.lower() == "host" for k in headers):
        headers["Host"] = parts.netloc
    target = parts.path or "/"
    if parts.query:
        target += "?" + parts.query
    lines = [f"{method} {target} HTTP/1.1"] + [f"{k}: {v}" for k, v in headers.items()]
    head = "\n".join(lines) + "\n\n"
    (HERE / f"{name}.http").write_bytes(head.encode() + body)


def client(token=None, **more):
    session = botocore.session.Session()
    session.set_credentials(ACCESS_KEY, SECRET, token)
    config = Config(user_agent="botocore")
    return session.create_client("kms", region_name="us-east-1", config=config, **more)


def sent(name, operation, token=None, parameters=None, **more):
    """A call of the kms client, as it goes out."""
    kms = client(token, **more)

    def capture(request, **_):
        write(name, request.method, request.url, dict(request.headers), request.body or b"")
        return botocore.awsrequest.AWSResponse(request.url, 200, {}, mock.Mock(stream=lambda: [b"{}"]))

    kms.meta.events.register("before-send.kms.*", capture)
    getattr(kms, operation)(**(parameters or {}))


def presigned(name, operation, token=None, method=None, **parameters):
    """generate_presigned_url of the kms client, with the headers it silently expects."""
    kms = client(token, endpoint_url="http://localhost:8080")
    url = kms.generate_presigned_url(operation, Params=parameters, ExpiresIn=60, HttpMethod=method)
    target = "".join(part.capitalize() for part in operation.split("_"))
    headers = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": f"TrentService.{target}"}
    write(name, method or "POST", url, headers, b"")


def signed(name, method, url, headers, body=b"", query=False):
    """A request of any shape."""
    request = botocore.awsrequest.AWSRequest(method=method, url=url, headers=headers, data=body)
    kind = botocore.auth.SigV4QueryAuth if query else botocore.auth.SigV4Auth
    kind(Credentials(ACCESS_KEY, SECRET), "kms", "us-east-1").add_auth(request)
    write(name, method, request.url, dict(request.headers.items()), body)


with mock.patch("botocore.auth.get_current_datetime", lambda *_: NOW):
    sent("list-keys", "list_keys")
    sent("list-keys-session", "list_keys", token=TOKEN)
    sent("encrypt", "encrypt", parameters={"KeyId": "alias/a", "Plaintext": bytes(range(64))})
    sent("describe-port", "describe_key", parameters={"KeyId": "alias/ü"}, endpoint_url="http://localhost:8080")
    presigned("presigned", "describe_key", KeyId="arn:aws:kms:us-east-1:111122223333:alias/a b+c~ü")
    presigned("presigned-session", "list_keys", token=TOKEN, Limit=5)
    presigned("presigned-get", "list_keys", method="GET", Limit=5)
    host = "https://kms.us-east-1.amazonaws.com"
    signed("path-encoded", "POST", f"{host}/a%20b/./c/../d//e~/%C3%BC", {"X-Amz-Target": "TrentService.ListKeys"})
    signed("query-unsorted", "GET", f"{host}/?b=2&a=%20%2F&a=1&A&c=", {})
    signed("header-spaces", "POST", f"{host}/", {"My-Header": "  a   b\t c  ", "Accept": "*/*"}, b"{}")
    signed("unsigned-agent", "POST", f"{host}/", {"User-Agent": "x", "X-Amzn-Trace-Id": "y", "Expect": "z"}, b"{}")
    signed("query-body", "POST", f"{host}/?x=y", {"X-Amz-Target": "TrentService.ListKeys"}, b"", query=True)
