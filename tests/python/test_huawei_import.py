"""The import of key material over the API of Huawei Cloud: parameters, wrapping, import, and every refusal.

A refusal changes nothing: the key is as it was and the true material still imports. The expiry of tokens, a day after
they are made, is tested in the engine, whose clock can be set.
"""

import base64
import hashlib
import hmac
import os
import time

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.keywrap import aes_key_wrap_with_padding
from support import ceremony, materials, wrapping
from support.errors import refused as refused_by_aws
from support.huawei import MILLISECONDS, UNKNOWN, coded, details, external_key, refused, state
from support.huawei_ceremony import (
    ALGORITHMS,
    import_material,
    imported_key,
    parameters,
    send,
    wrapped,
    wrapped_pair,
)
from support.huawei_fixtures import aws, huawei, key, server  # noqa: F401
from support.huawei_wire import Call, post

MATERIAL = os.urandom(32)
DAY = 86400
# Private keys over this API, and what the tests call their specs.
PAIRS = {
    "RSA_2048": "RSA_2048",
    "RSA_3072": "RSA_3072",
    "RSA_4096": "RSA_4096",
    "EC_P256": "ECC_NIST_P256",
    "EC_P384": "ECC_NIST_P384",
    "SECP256K1": "ECC_SECG_P256K1",
}


@pytest.fixture
def waiting(huawei):
    """A key that waits and parameters for it; at the end it must still wait, and take its material."""
    key_id = external_key(huawei)
    given = parameters(huawei, key_id)
    yield given
    assert state(huawei, key_id) == "5"
    send(huawei, given, wrapped(given, MATERIAL))
    assert state(huawei, key_id) == "2"


# The parameters.


def test_the_example_of_the_api_reference(server, huawei):
    """Request and answer of "Obtaining CMK Import Parameters", with a key of our own."""
    key_id = external_key(huawei)
    before = int(time.time())
    answer = post(
        server, "get-parameters-for-import", {"key_id": key_id, "wrapping_algorithm": "RSAES_OAEP_SHA_1"}
    )
    assert set(answer) == {"key_id", "import_token", "expiration_time", "public_key"}
    assert answer["key_id"] == key_id
    assert 200 <= len(answer["import_token"]) <= 6144
    assert base64.b64decode(answer["import_token"], validate=True)
    # A number, of seconds.
    assert type(answer["expiration_time"]) is int
    assert before + DAY <= answer["expiration_time"] <= time.time() + DAY
    encoded = base64.b64decode(answer["public_key"], validate=True)
    # The length of the example's public key, of which it shows neither header nor lines.
    assert len(encoded) == 294 and len(answer["public_key"]) == 392
    public = serialization.load_der_public_key(encoded)
    assert public.key_size == 2048 and public.public_numbers().e == 65537
    # And the example of "Importing CMK Material".
    material = wrapping.by_cryptography("RSAES_OAEP_SHA_1", encoded, MATERIAL)
    assert 344 <= len(coded(material)) <= 360
    expires = int(time.time()) + DAY
    sent = {
        "key_id": key_id,
        "import_token": answer["import_token"],
        "encrypted_key_material": coded(material),
        "expiration_time": expires,
    }
    assert post(server, "import-key-material", sent) == {}
    found = details(huawei, key_id)
    assert (found["key_state"], found["origin"]) == ("2", "external")
    assert found["expiration_time"] == f"{expires}000"


def test_each_call_gives_a_wrapping_key_of_its_own(huawei):
    key_id = external_key(huawei)
    one, two = parameters(huawei, key_id), parameters(huawei, key_id)
    assert one["public_key"] != two["public_key"] and one["import_token"] != two["import_token"]
    # Each is as good as the other.
    send(huawei, one, wrapped(one, MATERIAL))


@pytest.mark.parametrize(
    ("code", "members"),
    [
        ("KMS.0204", {"wrapping_algorithm": ""}),
        ("KMS.0308", {"wrapping_algorithm": "RSA_AES_KEY_WRAP_SHA_256"}),
        ("KMS.0308", {"wrapping_algorithm": "SM2_ENCRYPT"}),
        ("KMS.0205", {"key_id": "x"}),
        ("KMS.0207", {"key_id": UNKNOWN}),
    ],
    ids=str,
)
def test_parameters_that_are_not_given(huawei, code, members):
    sent = {"key_id": external_key(huawei), "wrapping_algorithm": "RSAES_OAEP_SHA_256", **members}
    with refused(code):
        huawei.create_parameters_for_import(**sent)


# The material.


@pytest.mark.parametrize("tool", wrapping.TOOLS)
@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_symmetric_key(huawei, aws, tool, algorithm):
    key_id = external_key(huawei)
    given = parameters(huawei, key_id, algorithm)
    send(huawei, given, wrapped(given, MATERIAL, algorithm, wrapping.TOOLS[tool]))
    assert state(huawei, key_id) == "2"
    sealed = huawei.encrypt_data(key_id=key_id, plain_text="p")
    assert huawei.decrypt_data(cipher_text=sealed["cipher_text"])["plain_text"] == "p"
    # It is these bytes and no others: the other API takes them again, and not different ones.
    ceremony.import_material(aws, key_id, MATERIAL)
    huawei.delete_imported_key_material(key_id=key_id)
    with refused_by_aws("IncorrectKeyMaterialException"):
        ceremony.import_material(aws, key_id, os.urandom(32))


@pytest.mark.parametrize("tool", wrapping.TOOLS)
@pytest.mark.parametrize(("spec", "owners"), PAIRS.items())
def test_a_private_key(huawei, aws, tool, spec, owners):
    key_id = external_key(huawei, key_spec=spec)
    algorithm = {"openssl": "RSAES_OAEP_SHA_1", "cryptography": "RSAES_OAEP_SHA_256"}[tool]
    given = parameters(huawei, key_id, algorithm)
    send(huawei, given, wrapped_pair(given, materials.material(owners), algorithm, wrapping.TOOLS[tool]))
    assert state(huawei, key_id) == "2"
    materials.prove_signing(aws, key_id, owners, materials.private_key(owners))
    shown = serialization.load_pem_public_key(huawei.show_public_key(key_id=key_id)["public_key"].encode())
    assert shown == materials.private_key(owners).public_key()


def test_an_rsa_key_for_encryption(huawei, aws):
    key_id = external_key(huawei, key_spec="RSA_2048", key_usage="ENCRYPT_DECRYPT")
    given = parameters(huawei, key_id)
    send(huawei, given, wrapped_pair(given, materials.material("RSA_2048")))
    materials.prove_decryption(aws, key_id, materials.private_key("RSA_2048"))


@pytest.mark.parametrize("length", [16, 32])
def test_the_temporary_key_may_have_half_the_length(huawei, length):
    key_id = external_key(huawei, key_spec="EC_P256")
    given = parameters(huawei, key_id)
    temporary = os.urandom(length)
    inner = aes_key_wrap_with_padding(temporary, materials.material("ECC_NIST_P256"))
    send(huawei, given, wrapped(given, temporary), encrypted_privatekey=coded(inner))
    assert state(huawei, key_id) == "2"


@pytest.mark.parametrize("bits", [256, 384, 512])
@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_an_hmac_key(huawei, bits, algorithm):
    secret = os.urandom(bits // 8)
    key_id = external_key(huawei, key_spec=f"HMAC_{bits}")
    import_material(huawei, key_id, secret, algorithm)
    members = {"key_id": key_id, "mac_algorithm": f"HMAC_SHA_{bits}", "message": coded(b"m")}
    expected = hmac.digest(secret, b"m", getattr(hashlib, f"sha{bits}"))
    assert huawei.generate_mac(**members)["mac"] == expected.hex()


# Its expiry.


@pytest.mark.parametrize("form", [int, str])
def test_an_expiry_as_a_number_or_a_string(server, huawei, form):
    key_id = external_key(huawei)
    given = parameters(huawei, key_id)
    expires = int(time.time()) + 10 * DAY
    sent = {"key_id": key_id, "import_token": given["import_token"], **wrapped(given, MATERIAL)}
    assert post(server, "import-key-material", {**sent, "expiration_time": form(expires)}) == {}
    found = details(huawei, key_id)["expiration_time"]
    assert found == f"{expires}000" and MILLISECONDS.fullmatch(found)


def test_no_expiry_is_none(huawei):
    assert details(huawei, imported_key(huawei, MATERIAL))["expiration_time"] == ""


def test_an_expiry_further_away_than_the_other_api_takes(huawei, aws):
    key_id = external_key(huawei)
    expires = int(time.time()) + 3000 * DAY
    import_material(huawei, key_id, MATERIAL, expiration_time=expires)
    assert details(huawei, key_id)["expiration_time"] == f"{expires}000"
    metadata = aws.describe_key(KeyId=key_id)["KeyMetadata"]
    assert metadata["ExpirationModel"] == "KEY_MATERIAL_EXPIRES"
    assert metadata["ValidTo"].timestamp() == expires


@pytest.mark.parametrize("ago", [0, 1, 10 * DAY])
def test_an_expiry_that_is_over(huawei, waiting, ago):
    with refused("KMS.2602"):
        send(huawei, waiting, wrapped(waiting, MATERIAL), expiration_time=int(time.time()) - ago)


@pytest.mark.parametrize("expires", ["soon", "-1x", 1.5])
def test_an_expiry_that_is_none(server, huawei, waiting, expires):
    sent = {**wrapped(waiting, MATERIAL), "expiration_time": expires}
    sent |= {name: waiting[name] for name in ("key_id", "import_token")}
    answer = Call(server, "kms/import-key-material", sent).signed().send()
    assert (answer.status, answer.code) == (400, "KMS.0308"), answer.body


# Refusals: the state of the key.


def test_a_key_of_the_servers_own(huawei, key):
    with refused("KMS.0309"):
        parameters(huawei, key)
    given = parameters(huawei, external_key(huawei))
    with refused("KMS.0309"):
        huawei.import_key_material(key_id=key, import_token=given["import_token"], **wrapped(given, MATERIAL))
    with refused("KMS.0309"):
        huawei.delete_imported_key_material(key_id=key)


def test_a_key_that_has_its_material(huawei):
    """Unlike the other API, this one takes material only where none is."""
    key_id = external_key(huawei)
    given = parameters(huawei, key_id)
    send(huawei, given, wrapped(given, MATERIAL))
    for _ in ("enabled", "disabled"):
        with refused("KMS.0310"):
            parameters(huawei, key_id)
        with refused("KMS.0310"):
            send(huawei, given, wrapped(given, MATERIAL))
        if state(huawei, key_id) == "2":
            huawei.disable_key(key_id=key_id)
    huawei.delete_key(key_id=key_id, pending_days="7")
    with refused("KMS.0210"):
        parameters(huawei, key_id)
    with refused("KMS.0210"):
        send(huawei, given, wrapped(given, MATERIAL))


# Refusals: the token.


@pytest.mark.parametrize("place", [0.0, 0.1, 0.5, 0.9, 1.0])
def test_a_tampered_token(huawei, waiting, place):
    token = bytearray(base64.b64decode(waiting["import_token"]))
    token[int(place * (len(token) - 1))] ^= 1
    with refused("KMS.2605"):
        send(huawei, {**waiting, "import_token": coded(bytes(token))}, wrapped(waiting, MATERIAL))


def test_a_token_that_is_none(huawei, waiting):
    with refused("KMS.2605"):
        send(huawei, {**waiting, "import_token": coded(os.urandom(1600))}, wrapped(waiting, MATERIAL))
    with refused("KMS.0308"):
        send(huawei, {**waiting, "import_token": "*" * 300}, wrapped(waiting, MATERIAL))
    with refused("KMS.0204"):
        send(huawei, {**waiting, "import_token": ""}, wrapped(waiting, MATERIAL))


def test_the_token_of_another_key(huawei, waiting):
    other = parameters(huawei, external_key(huawei))
    with refused("KMS.2603"):
        send(huawei, {**other, "key_id": waiting["key_id"]}, wrapped(other, MATERIAL))


def test_the_public_key_of_another_call(huawei, waiting):
    other = parameters(huawei, waiting["key_id"])
    with refused("KMS.0311"):
        send(huawei, waiting, wrapped(other, MATERIAL))


# Refusals: the material.


@pytest.mark.parametrize("length", [0, 1, 16, 31, 33, 64, 190])
def test_material_of_another_length(huawei, waiting, length):
    with refused("KMS.2604"):
        send(huawei, waiting, wrapped(waiting, os.urandom(length)))


def test_material_that_does_not_unwrap(huawei, waiting):
    true = base64.b64decode(wrapped(waiting, MATERIAL)["encrypted_key_material"])
    for blob in (os.urandom(256), true[:-1] + bytes([true[-1] ^ 1]), bytes(256), b"\xff" * 256):
        with refused("KMS.0311"):
            send(huawei, waiting, {"encrypted_key_material": coded(blob)})


def test_material_under_another_padding(huawei, waiting):
    public = base64.b64decode(waiting["public_key"])
    for algorithm in ("RSAES_OAEP_SHA_1", "RSAES_PKCS1_V1_5"):
        blob = wrapping.by_cryptography(algorithm, public, MATERIAL)
        with refused("KMS.0311"):
            send(huawei, waiting, {"encrypted_key_material": coded(blob)})


@pytest.mark.parametrize(("code", "length"), [("KMS.0204", 0), ("KMS.0308", 255), ("KMS.0311", 257)])
def test_material_of_no_block(huawei, waiting, code, length):
    with refused(code):
        send(huawei, waiting, {"encrypted_key_material": coded(os.urandom(length))})


def test_material_that_is_not_base64(huawei, waiting):
    with refused("KMS.0308"):
        send(huawei, waiting, {"encrypted_key_material": "*" * 344})


def test_nothing_is_told_of_a_padding_that_can_be_asked_about(huawei):
    """RSAES_PKCS1_V1_5: whether the padding was good, and what the length was, are not told apart; and a token is
    good for one block."""
    key_id = external_key(huawei)
    given = parameters(huawei, key_id, "RSAES_PKCS1_V1_5")
    public = serialization.load_der_public_key(base64.b64decode(given["public_key"]))
    said = set()
    for blob in (os.urandom(256), public.encrypt(os.urandom(31), padding.PKCS1v15())):
        again = parameters(huawei, key_id, "RSAES_PKCS1_V1_5")
        with refused("KMS.0311") as caught:
            send(huawei, again, {"encrypted_key_material": coded(blob)})
        said.add(caught.value.error_msg)
    short = parameters(huawei, key_id, "RSAES_PKCS1_V1_5")
    with refused("KMS.0311") as caught:
        send(huawei, short, wrapped(short, os.urandom(31), "RSAES_PKCS1_V1_5"))
    assert said == {caught.value.error_msg}
    with refused("KMS.2605"):
        send(huawei, short, wrapped(short, MATERIAL, "RSAES_PKCS1_V1_5"))
    send(huawei, given, wrapped(given, MATERIAL, "RSAES_PKCS1_V1_5"))
    assert state(huawei, key_id) == "2"


# Refusals: private keys.


@pytest.fixture
def waiting_pair(huawei):
    """The same as `waiting`, for a private key."""
    key_id = external_key(huawei, key_spec="EC_P256")
    given = parameters(huawei, key_id)
    yield given
    assert state(huawei, key_id) == "5"
    send(huawei, given, wrapped_pair(given, materials.material("ECC_NIST_P256")))
    assert state(huawei, key_id) == "2"


def test_a_private_key_that_is_not_there(huawei, waiting_pair):
    with refused("KMS.2608"):
        send(huawei, waiting_pair, wrapped(waiting_pair, os.urandom(32)))


@pytest.mark.parametrize("given", ["ECC_NIST_P384", "RSA_2048"])
def test_a_private_key_of_another_spec(huawei, waiting_pair, given):
    with refused("KMS.2609"):
        send(huawei, waiting_pair, wrapped_pair(waiting_pair, materials.material(given)))


def test_what_is_no_private_key(huawei, waiting_pair):
    temporary = os.urandom(32)
    outer = wrapped(waiting_pair, temporary)
    for inner in (aes_key_wrap_with_padding(temporary, os.urandom(150)), os.urandom(160)):
        with refused("KMS.2609"):
            send(huawei, waiting_pair, outer, encrypted_privatekey=coded(inner))
    with refused("KMS.0308"):
        send(huawei, waiting_pair, outer, encrypted_privatekey="*" * 200)


@pytest.mark.parametrize("length", [1, 15, 24, 33])
def test_a_temporary_key_of_another_length(huawei, waiting_pair, length):
    inner = wrapped_pair(waiting_pair, materials.material("ECC_NIST_P256"))["encrypted_privatekey"]
    with refused("KMS.2610"):
        send(huawei, waiting_pair, wrapped(waiting_pair, os.urandom(length)), encrypted_privatekey=inner)


def test_private_keys_are_not_wrapped_by_the_weak_algorithm(huawei):
    key_id = external_key(huawei, key_spec="EC_P256")
    with refused("KMS.0308"):
        parameters(huawei, key_id, "RSAES_PKCS1_V1_5")


def test_private_keys_stay(huawei, waiting_pair):
    """Without an end in time, and until their key is deleted."""
    members = wrapped_pair(waiting_pair, materials.material("ECC_NIST_P256"))
    with refused("KMS.2702"):
        send(huawei, waiting_pair, members, expiration_time=int(time.time()) + DAY)
    given = parameters(huawei, external_key(huawei, key_spec="EC_P256"))
    send(huawei, given, wrapped_pair(given, materials.material("ECC_NIST_P256")))
    with refused("KMS.2702"):
        huawei.delete_imported_key_material(key_id=given["key_id"])
    assert state(huawei, given["key_id"]) == "2"


# Deletion of material, and what may come after it.


def test_material_goes_and_comes_back(huawei):
    key_id = imported_key(huawei, MATERIAL)
    sealed = huawei.encrypt_data(key_id=key_id, plain_text="before")["cipher_text"]
    for disabled in (False, True):
        if disabled:
            huawei.disable_key(key_id=key_id)
        assert huawei.delete_imported_key_material(key_id=key_id) == {}
        assert state(huawei, key_id) == "5"
        with refused("KMS.2701"):
            huawei.delete_imported_key_material(key_id=key_id)
        with refused("KMS.2606"):
            import_material(huawei, key_id, os.urandom(32))
        import_material(huawei, key_id, MATERIAL)
        if state(huawei, key_id) == "3":
            huawei.enable_key(key_id=key_id)
        assert huawei.decrypt_data(cipher_text=sealed)["plain_text"] == "before"


def test_a_key_without_material_does_nothing(huawei):
    key_id = external_key(huawei)
    for call, members in (
        (huawei.encrypt_data, {"plain_text": "p"}),
        (huawei.create_datakey, {}),
        (huawei.create_datakey_without_plaintext, {}),
    ):
        with refused("KMS.1301"):
            call(key_id=key_id, **members)


def test_material_of_a_key_that_is_to_be_deleted(huawei):
    key_id = imported_key(huawei, MATERIAL)
    huawei.delete_key(key_id=key_id, pending_days="7")
    with refused("KMS.2701"):
        huawei.delete_imported_key_material(key_id=key_id)
