"""`trent init` and `trent serve`: named accounts, a configuration, and the strict defaults."""

import http.client
import json
import re
import socket
import ssl
import urllib.request

import boto3
import pytest
from botocore.config import Config
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from support.ceremony import external_key, parameters
from support.errors import refused
from support.server import INITIAL_ACCOUNT, Served, configure, run_trent
from support.times import from_now
from support.wire import Call


def client_of(server, made, **options):
    return server.client(made["access_key_id"], made["secret_access_key"], **options)


def test_the_account_that_init_made(serve, made):
    server = serve()
    kms = client_of(server, made)
    metadata = kms.create_key(Origin="EXTERNAL")["KeyMetadata"]
    assert metadata["AWSAccountId"] == INITIAL_ACCOUNT == made["account"]
    assert re.fullmatch(r"AKIA[A-Z2-7]{16}", made["access_key_id"])
    assert len(made["secret_access_key"]) == 40
    server.stop()
    log = server.log_text()
    assert made["secret_access_key"] not in log


def test_the_secret_is_shown_once_and_kept_sealed(made, tmp_path):
    for file in (tmp_path / "data").iterdir():
        assert made["secret_access_key"].encode() not in file.read_bytes(), file
    assert made["secret_access_key"] not in (tmp_path / "trent.toml").read_text()


def test_what_everybody_knows_is_not_known_here(serve):
    server = serve()
    for access_key in ("test", "000000000000", INITIAL_ACCOUNT):
        answer = Call(server, access_key=access_key).signed().send()
        assert answer.code == "UnrecognizedClientException"


def test_pkcs1_wrapping_is_off_unless_asked_for(serve, made):
    kms = client_of(serve(), made)
    key_id = external_key(kms)
    with refused("UnsupportedOperationException"):
        parameters(kms, key_id, "RSAES_PKCS1_V1_5")
    assert parameters(kms, key_id, "RSAES_OAEP_SHA_1")["ImportToken"]


def test_pkcs1_wrapping_can_be_asked_for(serve, made):
    kms = client_of(serve(then="[import]\nrsaes_pkcs1_v1_5 = true"), made)
    assert parameters(kms, external_key(kms), "RSAES_PKCS1_V1_5")["ImportToken"]


def test_only_the_regions_listed(serve, made):
    server = serve(regions=["eu-west-9"])
    assert client_of(server, made, region="eu-west-9").list_keys()["Keys"] == []
    with refused("InvalidSignatureException", "valid region"):
        client_of(server, made, region="us-east-1").list_keys()


def test_another_partition(serve, tmp_path):
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    done = run_trent(
        "init", "--data", folder / "data", "--config", folder / "t.toml", "--partition", "aws-cn", "--json"
    )
    told = json.loads(done.stdout)
    configure(folder / "t.toml", listen="127.0.0.1:0")
    server = Served(folder / "data", folder / "t.toml")
    try:
        kms = client_of(server.start(), told)
        arn = kms.create_key()["KeyMetadata"]["Arn"]
        assert arn.startswith(f"arn:aws-cn:kms:us-east-1:{told['account']}:key/")
        assert kms.describe_key(KeyId=arn)["KeyMetadata"]["Arn"] == arn
    finally:
        server.end()


def test_one_account_is_made_once(made, tmp_path):
    again = ("init", "--data", tmp_path / "data", "--config", tmp_path / "trent.toml")
    assert run_trent(*again, "--account", INITIAL_ACCOUNT).returncode == 1
    assert run_trent(*again).returncode == 2
    assert run_trent(*again, "--account", "444455556666").returncode == 0
    assert run_trent(*again, "--account", "12").returncode != 0


@pytest.mark.parametrize(
    ("lines", "pieces"),
    [
        ({"colour": "blue"}, ["trent.toml", "colour"]),
        ({"listen": "nowhere"}, ["trent.toml", "line", "address"]),
        ({"listen": "0.0.0.0:0"}, ["trent.toml", "tls", "insecure_plaintext"]),
        ({"then": '[log]\nformat = "loud"'}, ["trent.toml", "loud"]),
        ({"then": '[tls]\ncertificate = "none.pem"\nprivate_key = "none.pem"'}, ["none.pem"]),
        ({"then": "not toml"}, ["trent.toml", "line"]),
    ],
    ids=["unknown key", "no address", "plaintext to everybody", "no format", "no certificate", "no TOML"],
)
def test_configurations_that_are_not_taken(made, tmp_path, lines, pieces):
    configure(tmp_path / "trent.toml", **lines)
    done = run_trent("serve", "--config", tmp_path / "trent.toml", timeout=30)
    said = done.stderr.decode()
    assert done.returncode == 1, said
    for piece in pieces:
        assert piece in said, said


def test_a_configuration_that_is_not_there(tmp_path):
    done = run_trent("serve", "--config", tmp_path / "none.toml", timeout=30)
    assert done.returncode == 1 and "none.toml" in done.stderr.decode()


def test_tls(serve, made, tmp_path):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(from_now(hours=-1))
        .not_valid_after(from_now(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (tmp_path / "certificate.pem").write_bytes(certificate.public_bytes(pem))
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (tmp_path / "private-key.pem").write_bytes(private)
    (tmp_path / "private-key.pem").chmod(0o600)

    server = serve(then='[tls]\ncertificate = "certificate.pem"\nprivate_key = "private-key.pem"')
    port = server.address[1]
    kms = boto3.client(
        "kms",
        endpoint_url=f"https://localhost:{port}",
        verify=str(tmp_path / "certificate.pem"),
        region_name="us-east-1",
        aws_access_key_id=made["access_key_id"],
        aws_secret_access_key=made["secret_access_key"],
        config=Config(retries={"total_max_attempts": 1}),
    )
    assert kms.create_key()["KeyMetadata"]["KeyState"] == "Enabled"

    # HTTP/2 is offered and chosen, and old protocol versions are not.
    context = ssl.create_default_context(cafile=tmp_path / "certificate.pem")
    context.set_alpn_protocols(["h2", "http/1.1"])
    with (
        socket.create_connection(("localhost", port), timeout=10) as plain,
        context.wrap_socket(plain, server_hostname="localhost") as secure,
    ):
        assert secure.selected_alpn_protocol() == "h2"
        assert secure.version() in ("TLSv1.2", "TLSv1.3")
    # Nothing is answered in clear on a port that speaks TLS.
    with pytest.raises((OSError, http.client.HTTPException)):
        urllib.request.urlopen(f"http://localhost:{port}/", timeout=10)
