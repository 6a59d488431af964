"""Answers for attested enclaves: documents made here, envelopes opened by OpenSSL.

The server trusts a root of the tests' own, as `trent dev --attestation-root` allows.
"""

import datetime
import os
import subprocess

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from support import shell
from support.attestation import DAY, MINUTE, Hypervisor, recipient, rsa_key, spki
from support.errors import refused
from support.server import Server, run_trent

PLAINTEXT = b"for the enclave alone"


class Trusting(Server):
    """A server that trusts documents under `root`."""

    def __init__(self, data, root):
        super().__init__(data)
        self.root = root

    def command(self):
        return [*super().command(), "--attestation-root", self.root]


def now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


def pem(private) -> bytes:
    return private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


@pytest.fixture(scope="module")
def hypervisor():
    return Hypervisor(now())


@pytest.fixture(scope="module")
def enclave():
    """The enclave's own key, as most have it."""
    return rsa_key()


@pytest.fixture(scope="module")
def trusting(hypervisor, tmp_path_factory):
    running = Trusting(tmp_path_factory.mktemp("attested") / "data", hypervisor.fingerprint)
    try:
        yield running.start()
        running.stop()
    finally:
        running.end()


@pytest.fixture(scope="module")
def kms(trusting):
    return trusting.client()


@pytest.fixture(scope="module")
def key(kms):
    return kms.create_key()["KeyMetadata"]["KeyId"]


@pytest.fixture(scope="module")
def agreeing(kms):
    return kms.create_key(KeySpec="ECC_NIST_P256", KeyUsage="KEY_AGREEMENT")["KeyMetadata"]["KeyId"]


@pytest.fixture
def opened(tmp_path):
    """Opens an envelope with a private key, by OpenSSL."""

    def opened(envelope: bytes, private) -> bytes:
        (tmp_path / "key.pem").write_bytes(pem(private))
        done = subprocess.run(
            ["openssl", "cms", "-decrypt", "-inform", "DER", "-inkey", tmp_path / "key.pem", "-binary"],
            input=envelope,
            capture_output=True,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout

    return opened


def sealed(answer, member="Plaintext") -> bytes:
    """The envelope of an answer that has nothing in the clear."""
    assert not answer.get(member), answer
    assert 1 <= len(answer["CiphertextForRecipient"]) <= 6144
    return answer["CiphertextForRecipient"]


# The five operations.


@pytest.mark.parametrize("bits", [2048, 3072, 4096])
@pytest.mark.parametrize("length", [1, 16, 4096])
def test_decrypt(kms, key, hypervisor, opened, bits, length):
    private = rsa_key(bits)
    plaintext = os.urandom(length)
    blob = kms.encrypt(KeyId=key, Plaintext=plaintext)["CiphertextBlob"]
    document = hypervisor.attest(spki(private), now())
    answer = kms.decrypt(CiphertextBlob=blob, Recipient=recipient(document))
    assert opened(sealed(answer), private) == plaintext
    assert answer["KeyId"].endswith(key)
    assert answer["EncryptionAlgorithm"] == "SYMMETRIC_DEFAULT"
    assert "KeyMaterialId" not in answer


def test_generate_data_key(kms, key, hypervisor, enclave, opened):
    document = hypervisor.attest(spki(enclave), now())
    answer = kms.generate_data_key(KeyId=key, KeySpec="AES_256", Recipient=recipient(document))
    data_key = opened(sealed(answer), enclave)
    assert len(data_key) == 32
    assert kms.decrypt(CiphertextBlob=answer["CiphertextBlob"])["Plaintext"] == data_key
    assert answer["KeyMaterialId"]


@pytest.mark.parametrize("spec", ["ECC_NIST_P256", "RSA_4096", "ML_KEM_768"])
def test_generate_data_key_pair(kms, key, hypervisor, enclave, opened, spec):
    document = hypervisor.attest(spki(enclave), now())
    answer = kms.generate_data_key_pair(KeyId=key, KeyPairSpec=spec, Recipient=recipient(document))
    private = opened(sealed(answer, "PrivateKeyPlaintext"), enclave)
    assert kms.decrypt(CiphertextBlob=answer["PrivateKeyCiphertextBlob"])["Plaintext"] == private
    if spec != "ML_KEM_768":
        assert spki(serialization.load_der_private_key(private, None)) == answer["PublicKey"]


def test_generate_random(kms, hypervisor, enclave, opened):
    document = hypervisor.attest(spki(enclave), now())
    found = set()
    for _ in range(2):
        answer = kms.generate_random(NumberOfBytes=24, Recipient=recipient(document))
        found.add(opened(sealed(answer), enclave))
    assert len(found) == 2
    assert {len(random) for random in found} == {24}


def test_derive_shared_secret(kms, agreeing, hypervisor, enclave, opened):
    peer = ec.generate_private_key(ec.SECP256R1())
    answer = kms.derive_shared_secret(
        KeyId=agreeing,
        KeyAgreementAlgorithm="ECDH",
        PublicKey=spki(peer),
        Recipient=recipient(hypervisor.attest(spki(enclave), now())),
    )
    ours = serialization.load_der_public_key(kms.get_public_key(KeyId=agreeing)["PublicKey"])
    assert opened(sealed(answer, "SharedSecret"), enclave) == peer.exchange(ec.ECDH(), ours)
    assert answer["KeyAgreementAlgorithm"] == "ECDH"


def test_an_instance_with_a_nitrotpm(kms, hypervisor, enclave, opened):
    said = hypervisor.payload(spki(enclave), now())
    said["nitrotpm_pcrs"] = said.pop("pcrs")
    answer = kms.generate_random(NumberOfBytes=8, Recipient=recipient(hypervisor.sign(said)))
    assert len(opened(sealed(answer), enclave)) == 8


# The guide's own commands.


@pytest.fixture
def guided(trusting, hypervisor, enclave, tmp_path):
    """The guide's commands, and what runs one beside a document and the enclave's key."""
    (tmp_path / "document.cbor").write_bytes(hypervisor.attest(spki(enclave), now()))
    (tmp_path / "enclave.pem").write_bytes(pem(enclave))
    environment = shell.user_of(trusting, tmp_path)

    def run(command):
        return shell.run(["bash", "-o", "pipefail", "-c", command], tmp_path, environment)

    return shell.commands_of("attestation.md"), run


def test_the_command_of_the_guide(guided):
    commands, run = guided
    assert [command.split()[0] for command in commands] == ["aws", "openssl"]
    for command in commands:
        # Random bytes are no text.
        done = run(command if command.startswith("aws") else f"{command} | od -An -v -tx1")
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    assert len(done.stdout.split()) == 32


def test_the_name_of_the_document_is_not_the_document(guided):
    commands, run = guided
    done = run(commands[0].replace("@=", "="))
    assert done.returncode != 0
    assert "its COSE_Sign1 structure is not the CBOR that is expected there" in done.stderr


# Refusals.


@pytest.fixture
def asks(kms, key, agreeing):
    """Every operation refuses a recipient for this reason; without one they go on as before."""
    blob = kms.encrypt(KeyId=key, Plaintext=PLAINTEXT)["CiphertextBlob"]
    peer = spki(ec.generate_private_key(ec.SECP256R1()))
    calls = [
        (kms.decrypt, {"CiphertextBlob": blob}),
        (kms.generate_data_key, {"KeyId": key, "KeySpec": "AES_128"}),
        (kms.generate_data_key_pair, {"KeyId": key, "KeyPairSpec": "ECC_NIST_P256"}),
        (kms.generate_random, {"NumberOfBytes": 8}),
        (
            kms.derive_shared_secret,
            {"KeyId": agreeing, "KeyAgreementAlgorithm": "ECDH", "PublicKey": peer},
        ),
    ]

    def all_refuse(named: dict, reason: str):
        for call, arguments in calls:
            with refused("ValidationException", reason):
                call(**arguments, Recipient=named)
        assert kms.decrypt(CiphertextBlob=blob)["Plaintext"] == PLAINTEXT

    return all_refuse


def test_an_expired_certificate(asks, enclave, hypervisor):
    # A leaf that expired a minute ago, under the same root.
    past = (now() - DAY, now() - MINUTE)
    expired = Hypervisor(now(), under=hypervisor, leaf={"valid": past})
    asks(recipient(expired.attest(spki(enclave), now())), "its certificate has expired")


def test_an_expired_authority(asks, enclave, hypervisor):
    past = (now() - DAY, now() - MINUTE)
    expired = Hypervisor(now(), under=hypervisor, zone={"valid": past})
    asks(recipient(expired.attest(spki(enclave), now())), "certificate 2 of its cabundle has expired")


def test_an_old_document(asks, enclave, hypervisor):
    old = hypervisor.attest(spki(enclave), now() - 10 * MINUTE)
    asks(recipient(old), "its timestamp is more than 6 minutes ago")


def test_a_document_of_the_future(asks, enclave, hypervisor):
    early = hypervisor.attest(spki(enclave), now() + 10 * MINUTE)
    asks(recipient(early), "its timestamp is in the future")


def test_a_wrong_signature(asks, enclave, hypervisor):
    said = hypervisor.payload(spki(enclave), now())
    by_another = hypervisor.sign(said, key=ec.generate_private_key(ec.SECP384R1()))
    asks(recipient(by_another), "its signature")


def test_a_changed_register(asks, enclave, hypervisor):
    document = hypervisor.attest(spki(enclave), now())
    asks(recipient(document.replace(b"\x05" * 48, b"\x06" * 48)), "its signature")


def test_another_root(asks, enclave):
    asks(recipient(Hypervisor(now()).attest(spki(enclave), now())), "its root certificate is not the one")


def test_another_hypervisor_behind_the_root(asks, enclave, hypervisor):
    stranger = Hypervisor(now())
    stranger.bundle[0] = hypervisor.bundle[0]
    asks(recipient(stranger.attest(spki(enclave), now())), "its certificates are not a path")


def test_no_public_key(asks, hypervisor):
    asks(recipient(hypervisor.attest(None, now())), "it has no public key")


@pytest.mark.parametrize(
    "unfit",
    [ec.generate_private_key(ec.SECP256R1()), rsa_key(1024)],
    ids=["EC", "RSA_1024"],
)
def test_an_unfit_public_key(asks, hypervisor, unfit):
    asks(recipient(hypervisor.attest(spki(unfit), now())), "its public key is not an RSA key")


def test_a_truncated_document(asks, enclave, hypervisor):
    document = hypervisor.attest(spki(enclave), now())
    for cut in (document[:-1], document[: len(document) // 2], document[:1]):
        asks(recipient(cut), "was not accepted")


def test_half_a_recipient(asks, enclave, hypervisor):
    whole = recipient(hypervisor.attest(spki(enclave), now()))
    for member in whole:
        half = {name: value for name, value in whole.items() if name != member}
        asks(half, "needs both KeyEncryptionAlgorithm and AttestationDocument")


def test_the_default_root_is_not_ours(server, hypervisor, enclave):
    document = hypervisor.attest(spki(enclave), now())
    with refused("ValidationException", "its root certificate is not the one that this server trusts"):
        server.client().generate_random(NumberOfBytes=8, Recipient=recipient(document))


def test_a_configured_root(serve, made, hypervisor, enclave, opened):
    fingerprint = hypervisor.fingerprint.replace(":", "")
    server = serve(then=f'[attestation]\nroot = "{fingerprint}"')
    kms = server.client(made["access_key_id"], made["secret_access_key"])
    document = hypervisor.attest(spki(enclave), now())
    answer = kms.generate_random(NumberOfBytes=8, Recipient=recipient(document))
    assert len(opened(sealed(answer), enclave)) == 8


@pytest.mark.parametrize("fingerprint", ["", "64:1A", "g" * 64, "0" * 63])
def test_a_root_that_is_no_fingerprint(fingerprint, tmp_path):
    done = run_trent("dev", "--data", tmp_path / "data", "--attestation-root", fingerprint)
    assert done.returncode == 2
    assert b"64 hexadecimal digits" in done.stderr
    assert not (tmp_path / "data").exists()
