"""Tokens of an issuer instead of access keys: as jobs of CI services and pods of Kubernetes have them."""

import base64
import http.server
import json
import ssl
import subprocess
import threading

import botocore
import pytest
from boto3 import client as boto3_client
from botocore.config import Config
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from support import tls
from support.identities import client, held_to_the_model, policy, refused, trust
from support.server import INITIAL_ACCOUNT
from support.shell import user_of
from support.times import now

ISSUER = "https://issuer.example/realm"
PROVIDER = f"arn:aws:iam::{INITIAL_ACCOUNT}:oidc-provider/issuer.example/realm"
ROLE = f"arn:aws:iam::{INITIAL_ACCOUNT}:role/job"
AUDIENCE = "sts.amazonaws.com"
SUBJECT = "system:serviceaccount:shop:till"


class Issuer:
    """Signs tokens with a key of each kind."""

    def __init__(self):
        self.rsa = rsa.generate_private_key(65537, 2048)
        self.ec = ec.generate_private_key(ec.SECP256R1())

    def key_set(self) -> bytes:
        rsa_numbers, point = self.rsa.public_key().public_numbers(), self.ec.public_key().public_numbers()
        keys = [
            {"kty": "RSA", "kid": "r", "use": "sig", "n": number(rsa_numbers.n), "e": number(rsa_numbers.e)},
            {"kty": "EC", "kid": "e", "crv": "P-256", "x": number(point.x, 32), "y": number(point.y, 32)},
        ]
        return json.dumps({"keys": keys}).encode()

    def token(self, algorithm="RS256", **claims) -> str:
        at = int(now().timestamp())
        all_claims = {"iss": ISSUER, "sub": SUBJECT, "aud": AUDIENCE, "iat": at, "exp": at + 600} | claims
        header = {"alg": algorithm, "kid": {"RS256": "r", "ES256": "e"}[algorithm], "typ": "JWT"}
        signed = ".".join(encoded(json.dumps(part).encode()) for part in (header, all_claims))
        if algorithm == "RS256":
            signature = self.rsa.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
        else:
            r, s = decode_dss_signature(self.ec.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
            signature = r.to_bytes(32) + s.to_bytes(32)
        return f"{signed}.{encoded(signature)}"


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def number(value: int, length=None) -> str:
    return encoded(value.to_bytes(length or (value.bit_length() + 7) // 8))


@pytest.fixture(scope="module")
def issuer():
    return Issuer()


@pytest.fixture
def published(issuer, tmp_path):
    """A server with the issuer's key set, as issuers have them: HTTPS, here with an authority of its own."""

    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            body = issuer.key_set() if self.path == "/keys" else b""
            self.send_response(200 if body else 404)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    tls.write_chain(tmp_path)
    host = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "certificate.pem", tmp_path / "private-key.pem")
    host.socket = context.wrap_socket(host.socket, server_side=True)
    threading.Thread(target=host.serve_forever, daemon=True).start()
    yield f"https://localhost:{host.server_port}/keys"
    host.shutdown()
    host.server_close()


def section(**lines):
    return "\n".join(["[[web_identity]]", *(f"{name} = {json.dumps(value)}" for name, value in lines.items())])


def anonymous(server):
    """A client that signs nothing, as SDKs do with a token."""
    made = boto3_client(
        "sts",
        endpoint_url=server.endpoint,
        region_name="us-east-1",
        config=Config(retries={"total_max_attempts": 1}, signature_version=botocore.UNSIGNED),
    )
    made.meta.events.register("response-received.sts", held_to_the_model)
    return made


def with_role(server, made, **condition):
    """The account trusts the issuer, and its role the subject of tokens."""
    iam = client(server, "iam", made)
    iam.create_open_id_connect_provider(Url=ISSUER, ClientIDList=[AUDIENCE], ThumbprintList=["0" * 40])
    document = trust(
        "sts:AssumeRoleWithWebIdentity",
        Principal={"Federated": PROVIDER},
        Condition={"StringEquals": condition or {"issuer.example/realm:sub": SUBJECT}},
    )
    iam.create_role(RoleName="job", AssumeRolePolicyDocument=document)
    iam.put_role_policy(RoleName="job", PolicyName="own", PolicyDocument=policy("kms:ListKeys"))
    return iam


def assume(server, token, **more):
    request = {"RoleArn": ROLE, "RoleSessionName": "till", "WebIdentityToken": token} | more
    return anonymous(server).assume_role_with_web_identity(**request)


def ready(server, token):
    """Assumes the role once the keys were read, which is soon after the start."""
    for _ in range(200):
        try:
            return assume(server, token)
        except botocore.exceptions.ClientError as error:
            if "could not be read yet" not in str(error):
                raise
    raise AssertionError("the keys were never read")


@pytest.mark.parametrize("algorithm", ["RS256", "ES256"])
def test_a_token_is_as_good_as_a_key(serve, made, issuer, published, tmp_path, algorithm):
    server = serve(then=section(issuer=ISSUER, jwks=published, ca="ca.pem"))
    with_role(server, made)
    answer = ready(server, issuer.token(algorithm))
    assert (answer["SubjectFromWebIdentityToken"], answer["Audience"]) == (SUBJECT, AUDIENCE)
    assert answer["AssumedRoleUser"]["Arn"] == f"arn:aws:sts::{INITIAL_ACCOUNT}:assumed-role/job/till"
    kms = client(server, "kms", answer["Credentials"])
    assert kms.list_keys()["Keys"] == []
    with pytest.raises(kms.exceptions.ClientError, match="kms:CreateKey"):
        kms.create_key()


def test_tokens_that_prove_nothing(serve, made, issuer, tmp_path):
    (tmp_path / "keys.json").write_bytes(issuer.key_set())
    server = serve(then=section(issuer=ISSUER, jwks="keys.json"))
    with_role(server, made)
    ready(server, issuer.token())
    other = Issuer()
    past = int(now().timestamp()) - 10
    for claims, code, status in [
        ({"sub": "system:serviceaccount:shop:other"}, "AccessDenied", 403),
        ({"aud": "another"}, "InvalidIdentityToken", 400),
        ({"iss": "https://other.example"}, "InvalidIdentityToken", 400),
        ({"exp": past}, "ExpiredTokenException", 400),
    ]:
        with refused(code, status):
            assume(server, issuer.token(**claims))
    for token in (other.token(), issuer.token()[:-4] + "AAAA", issuer.token().replace(".", "", 1), "none at all"):
        with refused("InvalidIdentityToken", 400):
            assume(server, token)
    with refused("AccessDenied", 403):
        assume(server, issuer.token(), RoleArn=ROLE.replace("job", "nothing"))
    server.stop()
    log = server.log_text()
    assert issuer.token().split(".")[0] not in log


def test_the_command_line_uses_a_token_file(serve, made, issuer, tmp_path):
    """As in a pod: the SDK reads the file, asks for a session, and goes on with it."""
    (tmp_path / "keys.json").write_bytes(issuer.key_set())
    server = serve(then=section(issuer=ISSUER, jwks="keys.json"))
    with_role(server, made)
    ready(server, issuer.token())
    (tmp_path / "token").write_text(issuer.token())
    environment = {
        "AWS_ENDPOINT_URL": server.endpoint,
        "AWS_REGION": "eu-west-1",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ROLE_ARN": ROLE,
        "AWS_ROLE_SESSION_NAME": "pod",
        "AWS_WEB_IDENTITY_TOKEN_FILE": str(tmp_path / "token"),
    }
    server.printed.append("export A=b\n")
    environment = {**user_of(server, tmp_path), **environment}

    def aws(*arguments):
        done = subprocess.run(["aws", *arguments], env=environment, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    assert aws("kms", "list-keys")["Keys"] == []
    arn = aws("sts", "get-caller-identity")["Arn"]
    assert arn == f"arn:aws:sts::{INITIAL_ACCOUNT}:assumed-role/job/pod"


def test_an_issuer_that_the_operator_did_not_configure(serve, made, issuer):
    server = serve()
    with_role(server, made)
    with refused("InvalidIdentityToken", 400):
        assume(server, issuer.token())
