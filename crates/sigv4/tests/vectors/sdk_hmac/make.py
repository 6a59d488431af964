"""Writes the *.http files beside this script: requests as Huawei's signer for Python signs them.

Run with huaweicloudsdkcore 3.1.219:  python make.py
The tests read the files, not this script; it stands here so that anyone can make them again.
"""

import pathlib
from urllib.parse import quote

from huaweicloudsdkcore.sdk_request import SdkRequest
from huaweicloudsdkcore.signer.signer import Signer

PROJECT = "0d0466b0e7274d9cb35df84bb474a37f"
HERE = pathlib.Path(__file__).parent


class Credentials:
    ak = "AKEXAMPLE"
    sk = "SKEXAMPLE"


class GoSigner(Signer):
    """Signs what Huawei's SDK for Go 0.1.187 signs, which leaves out the host and the content type."""

    @classmethod
    def _process_signed_headers(cls, request):
        names = super()._process_signed_headers(request)
        return [name for name in names if name not in ("host", "content-type")]


def signed(name, method, path, query=(), headers=None, body=b"", host="kms.example.test", signer=Signer):
    headers = {
        "Content-Type": "application/json;charset=utf-8",
        "User-Agent": "huaweicloud-usdk-python/3.0",
        "X-Project-Id": PROJECT,
        "X-Sdk-Date": "20260101T000000Z",
        **(headers or {}),
    }
    request = SdkRequest(
        method=method, host=host, resource_path=path, query_params=list(query), header_params=headers, body=body
    )
    signer(Credentials()).sign(request)
    target = quote(request.uri.split("?")[0], safe="/%~") + request.uri[len(request.uri.split("?")[0]) :]
    lines = [f"{method} {target} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in request.header_params.items()]
    # What the HTTP library adds unsigned.
    lines += ["Accept-Encoding: gzip, deflate", "Connection: keep-alive"]
    (HERE / f"{name}.http").write_bytes("\n".join(lines).encode("iso-8859-1") + b"\n\n" + body)


KMS = f"/v1.0/{PROJECT}/kms"
signed("list-keys", "POST", f"{KMS}/list-keys", body=b'{"limit": "10"}')
signed("get-no-body", "GET", f"{KMS}/user-quotas")
signed("port", "POST", f"{KMS}/list-keys", body=b"{}", host="localhost:8080")
signed("session", "POST", f"{KMS}/list-keys", headers={"X-Security-Token": "token+with/signs=="}, body=b"{}")
signed("go", "POST", f"{KMS}/encrypt-data", body=b'{"key_id":"k"}', signer=GoSigner)
token = {"X-Security-Token": "token+with/signs=="}
signed("go-session", "POST", f"{KMS}/encrypt-data", headers=token, body=b'{"key_id":"k"}', signer=GoSigner)
signed("domain", "GET", "/v3/projects", query=[("name", "eu-de")], headers={"X-Domain-Id": "0" * 20 + "111122223333"})
query = [("limit", 10), ("b", "{"), ("ba", "x"), ("b{", "1"), ("empty", ""), ("list", ["z", "a b", "~"]), ("flag", True)]
signed("query", "GET", f"{KMS}/aliases", query=query)
signed("path-encoded", "DELETE", f"/v1.0/{PROJECT}/kms/k/tags/a%20b%C3%BC~+", body=b"")
signed("header-spaces", "POST", f"{KMS}/list-keys", headers={"X-Language": "  en   us "}, body=b"{}")
EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
BRACES = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
signed("content-hash", "POST", f"{KMS}/list-keys", headers={"X-Sdk-Content-Sha256": BRACES}, body=b"{}")
signed("content-hash-empty", "GET", f"{KMS}/user-quotas", headers={"X-Sdk-Content-Sha256": EMPTY})
