"""What the README and the guides say about authorization, done as a new user would, from an empty folder."""

import base64
import json
import re
import time
from pathlib import Path

import pytest
import yaml
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from support.reader import Reader

ROOT = Path(__file__).resolve().parents[2]
README_SECTION = "## A user who may do one thing\n"
CLUSTER = "https://kubernetes.default.svc.cluster.local"
GITHUB = "https://token.actions.githubusercontent.com"
# Programs that are not on this machine: they answer what those of the platforms would, and nothing else.
KUBECTL = """#!/bin/sh
case "$*" in
    "get --raw /.well-known/openid-configuration")
        echo '{"issuer":"https://kubernetes.default.svc.cluster.local","x":1}';;
    "get --raw /openid/v1/jwks") cat "$(dirname "$0")/jwks";;
    "create token orders --namespace shop --audience trent") echo "$(cat "$(dirname "$0")/cluster.token")";;
    *) exit 1;;
esac
"""
CURL = """#!/bin/sh
case "$*" in
    *"Authorization: Bearer of-the-job https://actions.example/token?v=1&audience=trent")
        echo "{\\"value\\": \\"$(cat "$(dirname "$0")/github.token")\\"}";;
    *) exit 1;;
esac
"""
JQ = """#!/bin/sh
[ "$*" = "-r .value" ] && exec python3 -c 'import json, sys; print(json.load(sys.stdin)["value"])'
"""


@pytest.fixture
def reader(tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    with Reader(home) as reader:
        yield reader


def test_the_readme_leads_from_init_to_a_user_who_may_do_one_thing(reader):
    readme = (ROOT / "README.md").read_text()
    assert README_SECTION in readme
    section = re.split(r"^## ", readme.split(README_SECTION, 1)[1], flags=re.MULTILINE)[0]
    assert reader.follow(section) == 5


def test_the_guide_to_authorization(reader):
    assert reader.follow((ROOT / "docs/guide/authorization.md").read_text()) > 15


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Platform:
    """One that signs tokens, with RS256 as most do."""

    def __init__(self):
        self.key = rsa.generate_private_key(65537, 2048)

    def jwks(self) -> str:
        numbers = self.key.public_key().public_numbers()
        pair = {"n": numbers.n, "e": numbers.e}
        number = {name: encoded(n.to_bytes((n.bit_length() + 7) // 8)) for name, n in pair.items()}
        return json.dumps({"keys": [{"kty": "RSA", "kid": "one", "use": "sig", "alg": "RS256", **number}]})

    def token(self, issuer, subject) -> str:
        now = int(time.time())
        claims = {"iss": issuer, "sub": subject, "aud": ["trent"], "iat": now, "nbf": now, "exp": now + 3600}
        parts = [{"alg": "RS256", "kid": "one", "typ": "JWT"}, claims]
        signed = ".".join(encoded(json.dumps(part).encode()) for part in parts)
        signature = self.key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
        return f"{signed}.{encoded(signature)}"


class Manifests:
    """The YAML of the page, in its order: a pod, a job of GitHub, a job of GitLab."""

    def __init__(self, reader, stubs):
        self.reader, self.stubs = reader, stubs
        self.tried = []

    def __call__(self, text):
        manifest = yaml.safe_load(text)
        if manifest.get("kind") == "Pod":
            self.pod(manifest["spec"])
        elif "jobs" in manifest:
            self.github(manifest["jobs"]["release"])
        else:
            self.gitlab(manifest["release"])

    def pod(self, spec):
        (container,) = spec["containers"]
        (mount,) = container["volumeMounts"]
        (volume,) = spec["volumes"]
        token = volume["projected"]["sources"][0]["serviceAccountToken"]
        environment = {entry["name"]: entry["value"] for entry in container["env"]}
        assert mount["name"] == volume["name"] and token["audience"] == "trent"
        assert environment["AWS_WEB_IDENTITY_TOKEN_FILE"] == f"{mount['mountPath']}/{token['path']}"
        environment["AWS_WEB_IDENTITY_TOKEN_FILE"] = str(self.stubs / "cluster.token")
        assert spec["serviceAccountName"] == "orders"
        self.run(environment, ["aws kms generate-data-key --key-id $KEY --key-spec AES_256"])
        self.tried.append("pod")

    def github(self, job):
        self.run(
            {
                **job["env"],
                "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "of-the-job",
                "ACTIONS_ID_TOKEN_REQUEST_URL": "https://actions.example/token?v=1",
            },
            [step["run"] for step in job["steps"]],
        )
        self.tried.append("github")

    def gitlab(self, job):
        # Who signed it makes no difference to the job.
        token = (self.stubs / "github.token").read_text()
        self.run({**job["variables"], **dict.fromkeys(job["id_tokens"], token)}, job["script"])
        self.tried.append("gitlab")

    def run(self, environment, commands):
        """In a shell of its own, in which nothing is set but what the manifest sets."""
        sets = [f"export {name}='{value}'" for name, value in environment.items()]
        unsets = "unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_ENDPOINT_URL AWS_REGION AWS_DEFAULT_REGION"
        self.reader.shell.run("\n".join(["(", unsets, *sets, *commands, ")"]))


def test_the_guide_to_web_identities(reader, tmp_path):
    stubs = tmp_path / "stubs"
    stubs.mkdir()
    platform = Platform()
    (stubs / "jwks").write_text(platform.jwks())
    (stubs / "cluster.token").write_text(platform.token(CLUSTER, "system:serviceaccount:shop:orders"))
    (stubs / "github.token").write_text(platform.token(GITHUB, "repo:acme/shop:ref:refs/heads/main"))
    for name, script in {"kubectl": KUBECTL, "curl": CURL, "jq": JQ}.items():
        (stubs / name).write_text(script)
        (stubs / name).chmod(0o755)
    reader.shell.run(f"export PATH='{stubs}':$PATH")
    manifests = Manifests(reader, stubs)
    reader.others["yaml"] = manifests
    reader.instead[f'jwks = "{GITHUB}/.well-known/jwks"'] = f'jwks = "{stubs / "jwks"}"'
    reader.instead["https://trent.example"] = "http://127.0.0.1:4599"
    assert reader.follow((ROOT / "docs/guide/web-identity.md").read_text()) > 10
    assert manifests.tried == ["pod", "github", "gitlab"]
