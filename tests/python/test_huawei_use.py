"""What keys are used for, by the SDK of Huawei Cloud: data keys and encryption. Signatures are in test_huawei_sign.py."""

import hashlib
import os
import re

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from support.huawei import UNKNOWN, alias, coded, details, new_key, plain, public_key_of, refused
from support.huawei_fixtures import huawei, key, keys, server  # noqa: F401
from support.huawei_wire import Call, post

HEX = re.compile(r"([0-9A-F]{2})+")
# As long as a digest may be, and as what OTC's API reference takes for a data key.
DATA_KEY = bytes(64)
DATA_KEY_DIGEST = "F5A5FD42D16A20302798EF6ED309979B43003D2320D9F0E8EA9831A92759FB4B"
CONTEXT = "tenant=blue"


# Random data.


@pytest.mark.parametrize("bits", ["512", "8", "8192"])
def test_random_data(huawei, bits):
    made = huawei.create_random(random_data_length=bits)
    assert list(made) == ["random_data"]
    assert HEX.fullmatch(made["random_data"]) and len(made["random_data"]) == int(bits) // 4
    assert huawei.create_random(random_data_length="512") != huawei.create_random(random_data_length="512")


@pytest.mark.parametrize(
    ("code", "bits"), [("KMS.1801", "0"), ("KMS.1801", "8200"), ("KMS.1801", "-8"), ("KMS.1802", "12")]
)
def test_random_data_of_no_length(huawei, code, bits):
    with refused(code):
        huawei.create_random(random_data_length=bits)


# Data keys.


@pytest.mark.parametrize(
    ("members", "length"),
    [
        ({}, 32),
        ({"datakey_length": "512"}, 64),
        ({"datakey_length": "8"}, 1),
        ({"datakey_length": "8192"}, 1024),
        ({"key_spec": "AES_256"}, 32),
        ({"key_spec": "AES_128"}, 16),
        ({"key_spec": "HMAC_256"}, 32),
        ({"key_spec": "HMAC_384"}, 48),
        ({"key_spec": "HMAC_512"}, 64),
        # The length wins.
        ({"key_spec": "AES_128", "datakey_length": "256"}, 32),
    ],
    ids=str,
)
def test_a_data_key(huawei, keys, members, length):
    made = huawei.create_datakey(key_id=keys["aes"], **members)
    assert set(made) == {"key_id", "plain_text", "cipher_text"}
    assert made["key_id"] == keys["aes"]
    assert HEX.fullmatch(made["plain_text"]) and len(made["plain_text"]) == 2 * length
    assert HEX.fullmatch(made["cipher_text"])
    opened = huawei.decrypt_datakey(
        key_id=keys["aes"], cipher_text=made["cipher_text"], datakey_cipher_length=str(length)
    )
    digest = hashlib.sha256(bytes.fromhex(made["plain_text"])).hexdigest().upper()
    assert opened == {"data_key": made["plain_text"], "datakey_length": str(length), "datakey_dgst": digest}


def test_a_data_key_without_its_plaintext(huawei, keys):
    made = huawei.create_datakey_without_plaintext(key_id=keys["aes"], datakey_length="512")
    assert set(made) == {"key_id", "cipher_text"} and made["key_id"] == keys["aes"]
    opened = huawei.decrypt_datakey(
        key_id=keys["aes"], cipher_text=made["cipher_text"], datakey_cipher_length="64"
    )
    assert len(opened["data_key"]) == 128
    with refused("KMS.1901"):
        huawei.create_datakey_without_plaintext(key_id=keys["aes"], datakey_length="0")


@pytest.mark.parametrize(
    ("code", "members"),
    [
        ("KMS.1901", {"datakey_length": "0"}),
        ("KMS.1901", {"datakey_length": "8200"}),
        ("KMS.1903", {"datakey_length": "12"}),
        ("KMS.1902", {"key_spec": "AES_192"}),
        ("KMS.1902", {"key_spec": "SM4"}),
        ("KMS.1901", {"datakey_length": "long"}),
        ("KMS.0208", {"additional_authenticated_data": "d" * 129}),
        ("KMS.0207", {"key_id": UNKNOWN}),
        ("KMS.0205", {"key_id": "x"}),
    ],
    ids=str,
)
def test_data_keys_that_are_not_made(huawei, keys, code, members):
    with refused(code):
        huawei.create_datakey(**{"key_id": keys["aes"], **members})


@pytest.mark.parametrize("kind", ["hmac", "ec", "rsa"])
def test_keys_that_make_no_data_keys(huawei, keys, kind):
    with refused({"hmac": "KMS.0341"}.get(kind, "KMS.0335")):
        huawei.create_datakey(key_id=keys[kind])


def test_the_digest_goes_with_the_data_key(huawei, keys):
    """The zero bytes of the API reference's example and their digest."""
    text = DATA_KEY.hex().upper() + DATA_KEY_DIGEST
    made = huawei.encrypt_datakey(key_id=keys["aes"], plain_text=text, datakey_plain_length="64")
    assert set(made) == {"key_id", "cipher_text", "datakey_length"}
    assert (made["key_id"], made["datakey_length"]) == (keys["aes"], "64")
    assert HEX.fullmatch(made["cipher_text"])
    opened = huawei.decrypt_datakey(
        key_id=keys["aes"], cipher_text=made["cipher_text"], datakey_cipher_length="64"
    )
    assert opened == {
        "data_key": DATA_KEY.hex().upper(),
        "datakey_length": "64",
        "datakey_dgst": DATA_KEY_DIGEST,
    }


@pytest.mark.parametrize("length", [1, 16, 32, 1024])
def test_data_keys_of_other_lengths_in_either_case(huawei, keys, length):
    secret = os.urandom(length)
    text = secret.hex() + hashlib.sha256(secret).hexdigest()
    made = huawei.encrypt_datakey(key_id=keys["aes"], plain_text=text, datakey_plain_length=str(length))
    opened = huawei.decrypt_datakey(
        key_id=keys["aes"], cipher_text=made["cipher_text"].lower(), datakey_cipher_length=str(length)
    )
    assert bytes.fromhex(opened["data_key"]) == secret


@pytest.mark.parametrize(
    ("code", "text", "length"),
    [
        ("KMS.2103", DATA_KEY.hex() + "00" * 32, "64"),
        ("KMS.2104", DATA_KEY.hex() + DATA_KEY_DIGEST, "63"),
        ("KMS.2104", DATA_KEY.hex(), "64"),
        ("KMS.2101", "no hex", "64"),
        ("KMS.2102", DATA_KEY.hex() + DATA_KEY_DIGEST, "long"),
    ],
)
def test_data_keys_that_are_not_sealed(huawei, keys, code, text, length):
    with refused(code):
        huawei.encrypt_datakey(key_id=keys["aes"], plain_text=text, datakey_plain_length=length)


def test_data_keys_that_do_not_open(huawei, keys):
    made = huawei.create_datakey(key_id=keys["aes"])["cipher_text"]
    with refused("KMS.2204"):
        huawei.decrypt_datakey(key_id=keys["aes"], cipher_text=made, datakey_cipher_length="64")
    with refused("KMS.2201"):
        huawei.decrypt_datakey(key_id=keys["aes"], cipher_text="no hex", datakey_cipher_length="32")
    flipped = f"{int(made, 16) ^ 1:0{len(made)}X}"
    for cipher_text in (flipped, made[:-2], "00"):
        with refused("KMS.2201"):
            huawei.decrypt_datakey(key_id=keys["aes"], cipher_text=cipher_text, datakey_cipher_length="32")
    with refused("KMS.2201"):
        huawei.decrypt_datakey(key_id=new_key(huawei), cipher_text=made, datakey_cipher_length="32")
    with refused("KMS.0204"):
        huawei.decrypt_datakey(key_id=keys["aes"], cipher_text=made)


# Contexts, in both their forms.


def test_data_keys_and_their_context(huawei, keys):
    made = huawei.create_datakey(key_id=keys["aes"], additional_authenticated_data=CONTEXT)
    sealed = {"key_id": keys["aes"], "cipher_text": made["cipher_text"], "datakey_cipher_length": "32"}
    opened = huawei.decrypt_datakey(**sealed, additional_authenticated_data=CONTEXT)
    assert opened["data_key"] == made["plain_text"]
    for other in ({}, {"additional_authenticated_data": "tenant=red"}):
        with refused("KMS.2201"):
            huawei.decrypt_datakey(**sealed, **other)


def test_contexts_of_names_and_values(server, keys):
    """Open Telekom Cloud's form, which the SDK has not."""
    context = {"tenant": "blue", "purpose": "tests"}
    made = post(server, "create-datakey", {"key_id": keys["aes"], "encryption_context": context})
    sealed = {"key_id": keys["aes"], "cipher_text": made["cipher_text"], "datakey_cipher_length": "32"}
    for given, status in (
        ({"encryption_context": dict(reversed(context.items()))}, 200),
        ({"encryption_context": {"tenant": "red", "purpose": "tests"}}, 400),
        ({"encryption_context": {"tenant": "blue"}}, 400),
        ({"encryption_context": {}}, 400),
        ({"additional_authenticated_data": "blue"}, 400),
    ):
        answer = Call(server, "kms/decrypt-datakey", {**sealed, **given}).signed().send()
        assert answer.status == status, answer.body
        assert status == 200 or answer.code == "KMS.2201"


@pytest.mark.parametrize(
    "members",
    [
        {"encryption_context": {"a": "b"}, "additional_authenticated_data": "c"},
        {"encryption_context": "a=b"},
        {"encryption_context": {"a": 1}},
        {"encryption_context": {"a": "b" * 8192}},
        {"encryption_context": ["a", "b"]},
    ],
    ids=lambda members: str(members)[:60],
)
def test_contexts_that_are_none(server, keys, members):
    sent = {"key_id": keys["aes"], "plain_text": "p", **members}
    answer = Call(server, "kms/encrypt-data", sent).signed().send()
    assert (answer.status, answer.code) == (400, "KMS.0208"), answer.body


# Encryption.


@pytest.mark.parametrize("text", ["p", "ä€🔑", " spaces \n", "x" * 4096], ids=len)
def test_data(huawei, keys, text):
    sealed = huawei.encrypt_data(key_id=keys["aes"], plain_text=text)
    assert set(sealed) == {"key_id", "cipher_text"} and sealed["key_id"] == keys["aes"]
    assert len(sealed["cipher_text"]) <= 5648 and plain(sealed["cipher_text"])
    expected = {"key_id": keys["aes"], "plain_text": text, "plain_text_base64": coded(text.encode())}
    # The ciphertext says which key it is of.
    assert huawei.decrypt_data(cipher_text=sealed["cipher_text"]) == expected
    assert huawei.decrypt_data(cipher_text=sealed["cipher_text"], key_id=keys["aes"]) == expected


def test_data_and_its_context(huawei, keys):
    sealed = huawei.encrypt_data(
        key_id=keys["aes"],
        plain_text="p",
        encryption_algorithm="SYMMETRIC_DEFAULT",
        additional_authenticated_data=CONTEXT,
    )
    opened = huawei.decrypt_data(cipher_text=sealed["cipher_text"], additional_authenticated_data=CONTEXT)
    assert opened["plain_text"] == "p"
    with refused("KMS.2201"):
        huawei.decrypt_data(cipher_text=sealed["cipher_text"])


def test_data_under_an_rsa_key(huawei, keys):
    members = {"key_id": keys["rsa encrypt"], "encryption_algorithm": "RSAES_OAEP_SHA_256"}
    sealed = huawei.encrypt_data(plain_text="p", **members)
    opened = huawei.decrypt_data(cipher_text=sealed["cipher_text"], **members)
    assert opened == {"key_id": keys["rsa encrypt"], "plain_text": "p", "plain_text_base64": coded(b"p")}
    # What no text is comes back in base64.
    public = public_key_of(huawei, keys["rsa encrypt"])
    oaep = padding.OAEP(mgf=padding.MGF1(hashes.SHA256()), algorithm=hashes.SHA256(), label=None)
    opened = huawei.decrypt_data(cipher_text=coded(public.encrypt(b"\xff\0", oaep)), **members)
    assert opened["plain_text_base64"] == coded(b"\xff\0")
    with refused("KMS.2108"):
        huawei.encrypt_data(plain_text="x" * 191, **members)


@pytest.mark.parametrize(
    ("code", "kind", "members"),
    [
        ("KMS.2101", "aes", {"plain_text": "x" * 4097}),
        ("KMS.0204", "aes", {}),
        ("KMS.2105", "aes", {"plain_text": "p", "encryption_algorithm": "RSAES_OAEP_SHA_256"}),
        ("KMS.2105", "rsa encrypt", {"plain_text": "p"}),
        ("KMS.0335", "rsa", {"plain_text": "p", "encryption_algorithm": "RSAES_OAEP_SHA_256"}),
        ("KMS.0341", "hmac", {"plain_text": "p"}),
        ("KMS.2105", "aes", {"plain_text": "p", "encryption_algorithm": "SM2_ENCRYPT"}),
        ("KMS.0208", "aes", {"plain_text": "p", "additional_authenticated_data": "d" * 129}),
    ],
)
def test_data_that_is_not_encrypted(huawei, keys, code, kind, members):
    with refused(code):
        huawei.encrypt_data(key_id=keys[kind], **members)


def test_data_that_does_not_open(huawei, keys, key):
    sealed = huawei.encrypt_data(key_id=keys["aes"], plain_text="p")["cipher_text"]
    for text in (
        coded(plain(sealed)[:-1] + bytes([plain(sealed)[-1] ^ 1])),
        coded(os.urandom(200)),
        "A" * 188,
        "*",
    ):
        with refused("KMS.2201"):
            huawei.decrypt_data(cipher_text=text)
    with refused("KMS.2201"):
        huawei.decrypt_data(cipher_text=sealed, key_id=key)
    with refused("KMS.0204"):
        huawei.decrypt_data()
    of_key = huawei.encrypt_data(key_id=key, plain_text="p")["cipher_text"]
    huawei.disable_key(key_id=key)
    with refused("KMS.0209"):
        huawei.decrypt_data(cipher_text=of_key)


def test_data_goes_over_to_another_key(huawei, keys, key):
    sealed = huawei.encrypt_data(key_id=keys["aes"], plain_text="p", additional_authenticated_data="a")
    moved = huawei.re_encrypt(
        source_key_id=keys["aes"],
        source_additional_authenticated_data="a",
        destination_key_id=key,
        destination_additional_authenticated_data="b",
        cipher_text=sealed["cipher_text"],
    )
    assert set(moved) == {
        "key_id",
        "source_key_id",
        "source_encryption_algorithm",
        "destination_encryption_algorithm",
        "cipher_text",
    }
    assert (moved["key_id"], moved["source_key_id"]) == (key, keys["aes"])
    for side in ("source", "destination"):
        assert moved[f"{side}_encryption_algorithm"] == "SYMMETRIC_DEFAULT"
    opened = huawei.decrypt_data(cipher_text=moved["cipher_text"], additional_authenticated_data="b")
    assert (opened["key_id"], opened["plain_text"]) == (key, "p")
    with refused("KMS.2201"):
        huawei.re_encrypt(destination_key_id=key, cipher_text=sealed["cipher_text"])
    with refused("KMS.0207"):
        huawei.re_encrypt(destination_key_id=UNKNOWN, cipher_text=moved["cipher_text"])


# Names of keys.


def test_keys_are_used_by_their_aliases(huawei, keys):
    name = alias("used")
    huawei.create_alias(key_id=keys["aes"], alias=name)
    sealed = huawei.encrypt_data(key_id=f"alias/{name}", plain_text="p")
    assert sealed["key_id"] == keys["aes"]
    assert huawei.create_datakey(key_id=f"alias/{name}")["key_id"] == keys["aes"]
    first = details(huawei, keys["ec"])["key_alias"]
    signed = huawei.sign(key_id=f"alias/{first}", message=coded(bytes(32)), signing_algorithm="ECDSA_SHA_256")
    assert signed["key_id"] == keys["ec"]
