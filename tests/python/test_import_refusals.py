"""Tokens, wrapped bytes, dates and ids that the import operations refuse, each with its own error.

A refusal changes nothing: the key is as it was and the true material still imports.
"""

import base64
import datetime
import os

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from support import materials, wrapping
from support.ceremony import external_key, import_material, import_wrapped, parameters, state
from support.errors import refused
from support.times import from_now, now

MATERIAL = os.urandom(32)
# Of a token or wrapped material: the longest that the shape allows, in bytes.
LONGEST = 6144


@pytest.fixture
def waiting(kms):
    """A key that waits, parameters for it, and its material wrapped; at the end it must still wait."""
    key_id = external_key(kms)
    given = parameters(kms, key_id)
    wrapped = wrapping.by_cryptography("RSAES_OAEP_SHA_256", given["PublicKey"], MATERIAL)
    yield key_id, given, wrapped
    assert state(kms, key_id) == "PendingImport"
    import_wrapped(kms, key_id, given, wrapped)
    assert state(kms, key_id) == "Enabled"


def flipped(data: bytes, index: int) -> bytes:
    changed = bytearray(data)
    changed[index] ^= 1
    return bytes(changed)


# The token.


@pytest.mark.parametrize("place", [0.0, 0.01, 0.1, 0.5, 0.9, 1.0])
def test_a_tampered_token(kms, waiting, place):
    key_id, given, wrapped = waiting
    token = given["ImportToken"]
    changed = flipped(token, int(place * (len(token) - 1)))
    with refused("InvalidImportTokenException"):
        import_wrapped(kms, key_id, {"ImportToken": changed}, wrapped)


@pytest.mark.parametrize("token", [b"\0", os.urandom(100), os.urandom(LONGEST)], ids=["1", "100", "6144"])
def test_a_token_that_is_none(kms, waiting, token):
    key_id, _, wrapped = waiting
    with refused("InvalidImportTokenException"):
        import_wrapped(kms, key_id, {"ImportToken": token}, wrapped)


@pytest.mark.parametrize("cut", ["first byte", "last byte", "half"])
def test_a_truncated_token(kms, waiting, cut):
    key_id, given, wrapped = waiting
    token = given["ImportToken"]
    short = {"first byte": token[1:], "last byte": token[:-1], "half": token[: len(token) // 2]}[cut]
    with refused("InvalidImportTokenException"):
        import_wrapped(kms, key_id, {"ImportToken": short}, wrapped)


def test_a_token_of_another_key(kms, waiting):
    key_id, _, wrapped = waiting
    other = parameters(kms, external_key(kms))
    with refused("InvalidImportTokenException"):
        import_wrapped(kms, key_id, other, wrapped)


def test_the_ciphertext_of_a_key_is_not_a_token(kms, waiting):
    key_id, _, wrapped = waiting
    own = kms.create_key()["KeyMetadata"]["KeyId"]
    blob = kms.encrypt(KeyId=own, Plaintext=b"x")["CiphertextBlob"]
    with refused("InvalidImportTokenException"):
        import_wrapped(kms, key_id, {"ImportToken": blob}, wrapped)


def test_material_wrapped_for_another_token_of_the_same_key(kms, waiting):
    key_id, given, _ = waiting
    other = parameters(kms, key_id)
    assert other["PublicKey"] != given["PublicKey"]
    wrapped = wrapping.by_cryptography("RSAES_OAEP_SHA_256", other["PublicKey"], MATERIAL)
    with refused("InvalidCiphertextException"):
        import_wrapped(kms, key_id, given, wrapped)


def test_the_token_says_when_it_ends(kms):
    given = parameters(kms, external_key(kms))
    left = given["ParametersValidTo"] - now()
    assert datetime.timedelta(hours=23, minutes=55) < left <= datetime.timedelta(hours=24)
    assert given["KeyId"].startswith("arn:aws:kms:us-east-1:000000000000:key/")


def test_a_token_is_small_enough_for_every_client(kms):
    """4,608 bytes is what the narrower of the two APIs carries."""
    for wrapping_spec in wrapping.WRAPPING_SPECS:
        given = parameters(kms, external_key(kms), wrapping_spec=wrapping_spec)
        assert len(given["ImportToken"]) <= 4608, wrapping_spec


@pytest.mark.parametrize(
    ("wrapping_spec", "length"), [("RSA_2048", 294), ("RSA_3072", 422), ("RSA_4096", 550)]
)
def test_the_public_key_is_der_of_the_asked_size(kms, wrapping_spec, length):
    given = parameters(kms, external_key(kms), wrapping_spec=wrapping_spec)
    assert len(given["PublicKey"]) == length
    key = serialization.load_der_public_key(given["PublicKey"])
    assert key.key_size == int(wrapping_spec.removeprefix("RSA_"))
    assert key.public_numbers().e == 65537


# The wrapped bytes.


@pytest.fixture(scope="module")
def waiting_for(kms):
    """One waiting key, and parameters for each algorithm, shared: every test here is refused.

    Parameters for PKCS#1 v1.5 are fresh each time, since they serve one block.
    """
    key_id = external_key(kms)

    class Given(dict):
        def __missing__(self, algorithm):
            fresh = parameters(kms, key_id, algorithm)
            if algorithm != "RSAES_PKCS1_V1_5":
                self[algorithm] = fresh
            return fresh

    yield key_id, Given()
    assert state(kms, key_id) == "PendingImport"


DAMAGES = {
    "first byte flipped": lambda w: flipped(w, 0),
    "middle byte flipped": lambda w: flipped(w, len(w) // 2),
    "last byte flipped": lambda w: flipped(w, -1),
    "first byte cut": lambda w: w[1:],
    "last byte cut": lambda w: w[:-1],
    "one byte more": lambda w: w + b"\0",
    "random": lambda w: b"\0" + os.urandom(len(w) - 1),
    "zeros": lambda w: bytes(len(w)),
    "one byte": lambda w: b"\1",
    "longest": lambda w: os.urandom(LONGEST),
}


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("algorithm", wrapping.ALGORITHMS)
def test_damaged_wrapped_material(kms, waiting_for, algorithm, damage):
    key_id, given = waiting_for[0], waiting_for[1][algorithm]
    wrapped = wrapping.by_cryptography(algorithm, given["PublicKey"], MATERIAL)
    with refused("InvalidCiphertextException"):
        import_wrapped(kms, key_id, given, DAMAGES[damage](wrapped))


OTHER_WRAPPINGS = [(a, b) for a in wrapping.ALGORITHMS for b in wrapping.ALGORITHMS if a != b]


@pytest.mark.parametrize(
    ("asked", "done"), OTHER_WRAPPINGS, ids=[f"{asked}-done-as-{done}" for asked, done in OTHER_WRAPPINGS]
)
def test_another_wrapping_than_the_token_says(kms, waiting_for, asked, done):
    key_id, given = waiting_for[0], waiting_for[1][asked]
    wrapped = wrapping.by_cryptography(done, given["PublicKey"], MATERIAL)
    with refused("InvalidCiphertextException"):
        import_wrapped(kms, key_id, given, wrapped)


def test_pkcs1_parameters_serve_one_block(kms):
    """The same block may come again, as when an answer was lost; another could be a probe of the padding."""
    key_id = external_key(kms)
    given = parameters(kms, key_id, "RSAES_PKCS1_V1_5")
    wrapped = wrapping.by_cryptography("RSAES_PKCS1_V1_5", given["PublicKey"], MATERIAL)
    for _ in range(2):
        import_wrapped(kms, key_id, given, wrapped)
    with refused("InvalidImportTokenException", "one attempt"):
        import_wrapped(kms, key_id, given, flipped(wrapped, 9))
    assert state(kms, key_id) == "Enabled"


@pytest.mark.parametrize("odd", ["another mask hash", "a label"])
def test_oaep_with_other_parameters(kms, waiting_for, odd):
    key_id, given = waiting_for
    key = serialization.load_der_public_key(given["RSAES_OAEP_SHA_256"]["PublicKey"])
    mask, label = (hashes.SHA1(), None) if odd == "another mask hash" else (hashes.SHA256(), b"label")
    oaep = padding.OAEP(mgf=padding.MGF1(mask), algorithm=hashes.SHA256(), label=label)
    with refused("InvalidCiphertextException"):
        import_wrapped(kms, key_id, given["RSAES_OAEP_SHA_256"], key.encrypt(MATERIAL, oaep))


def test_unwrapped_material(kms, waiting_for):
    key_id, given = waiting_for
    with refused("InvalidCiphertextException"):
        import_wrapped(kms, key_id, given["RSAES_OAEP_SHA_256"], MATERIAL)


@pytest.mark.parametrize("member", ["ImportToken", "EncryptedKeyMaterial"])
def test_a_blob_beyond_its_bound(kms, waiting, member):
    key_id, given, wrapped = waiting
    members = {
        "ImportToken": given["ImportToken"],
        "EncryptedKeyMaterial": wrapped,
        member: bytes(LONGEST + 1),
    }
    lower = member[0].lower() + member[1:]
    with refused("ValidationException", f"'{lower}' failed to satisfy constraint"):
        kms.import_key_material(KeyId=key_id, ExpirationModel="KEY_MATERIAL_DOES_NOT_EXPIRE", **members)


# Dates.


def in_days(days, seconds=0):
    return from_now(days=days, seconds=seconds)


DATES = {
    "a model that expires without a date": {"ExpirationModel": "KEY_MATERIAL_EXPIRES"},
    "a date with a model that does not expire": {
        "ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE",
        "ValidTo": in_days(1),
    },
    "neither model nor date": {},
    "a date in the past": {"ExpirationModel": "KEY_MATERIAL_EXPIRES", "ValidTo": in_days(0, -10)},
    "the year 1970": {"ExpirationModel": "KEY_MATERIAL_EXPIRES", "ValidTo": 0},
    # An hour of slack, since the tests themselves take time.
    "a date beyond 365 days": {"ExpirationModel": "KEY_MATERIAL_EXPIRES", "ValidTo": in_days(365, 3600)},
    "a date in the past without a model": {"ValidTo": in_days(-1)},
}


@pytest.mark.parametrize("name", DATES)
def test_dates_that_do_not_fit(kms, waiting, name):
    key_id, given, wrapped = waiting
    with refused("ValidationException"):
        kms.import_key_material(
            KeyId=key_id, ImportToken=given["ImportToken"], EncryptedKeyMaterial=wrapped, **DATES[name]
        )


@pytest.mark.parametrize("model", [{}, {"ExpirationModel": "KEY_MATERIAL_EXPIRES"}], ids=["default", "named"])
@pytest.mark.parametrize("days", [0.01, 364.9])
def test_a_date_that_fits(kms, model, days):
    key_id = external_key(kms)
    valid_to = in_days(days)
    import_material(kms, key_id, MATERIAL, ValidTo=valid_to, **model)
    metadata = kms.describe_key(KeyId=key_id)["KeyMetadata"]
    assert metadata["ValidTo"] == valid_to
    assert metadata["ExpirationModel"] == "KEY_MATERIAL_EXPIRES"


def test_material_that_does_not_expire_has_no_date(kms):
    key_id = external_key(kms)
    import_material(kms, key_id, MATERIAL)
    metadata = kms.describe_key(KeyId=key_id)["KeyMetadata"]
    assert metadata["ExpirationModel"] == "KEY_MATERIAL_DOES_NOT_EXPIRE"
    assert "ValidTo" not in metadata


# Ids.


def arn(key_id, account="000000000000", region="us-east-1", partition="aws"):
    return f"arn:{partition}:kms:{region}:{account}:key/{key_id}"


UNKNOWN = "01234567-89ab-cdef-0123-456789abcdef"
IDS = {
    "an unknown id": (lambda key_id: UNKNOWN, "NotFoundException"),
    "the ARN of an unknown key": (lambda key_id: arn(UNKNOWN), "NotFoundException"),
    "what is no id": (lambda key_id: "not-an-id", "NotFoundException"),
    "an alias": (lambda key_id: "alias/x", "NotFoundException"),
    "what only looks like an ARN": (lambda key_id: "arn:aws:kms:key", "InvalidArnException"),
    "the ARN of another service": (
        lambda key_id: arn(key_id).replace(":kms:", ":s3:"),
        "InvalidArnException",
    ),
}


@pytest.mark.parametrize("name", IDS)
def test_ids_that_name_no_key(kms, waiting, name):
    key_id, given, wrapped = waiting
    made, code = IDS[name]
    for call in (
        lambda odd: parameters(kms, odd),
        lambda odd: import_wrapped(kms, odd, given, wrapped),
        lambda odd: kms.delete_imported_key_material(KeyId=odd),
    ):
        with refused(code):
            call(made(key_id))


def test_aliases_are_not_taken_even_if_they_exist(kms, waiting):
    key_id, given, wrapped = waiting
    alias = f"alias/refusals-{key_id}"
    kms.create_alias(AliasName=alias, TargetKeyId=key_id)
    assert kms.describe_key(KeyId=alias)["KeyMetadata"]["KeyId"] == key_id
    with refused("NotFoundException"):
        parameters(kms, alias)
    with refused("NotFoundException"):
        import_wrapped(kms, alias, given, wrapped)
    alias_arn = f"arn:aws:kms:us-east-1:000000000000:{alias}"
    with refused("NotFoundException"):
        parameters(kms, alias_arn)
    with refused("NotFoundException"):
        import_wrapped(kms, alias_arn, given, wrapped)


def test_the_arn_of_another_region(kms, waiting):
    key_id, given, wrapped = waiting
    elsewhere = arn(key_id, region="eu-central-1")
    with refused("NotFoundException", "Invalid arn eu-central-1"):
        parameters(kms, elsewhere)
    with refused("NotFoundException", "Invalid arn eu-central-1"):
        import_wrapped(kms, elsewhere, given, wrapped)


def test_a_key_of_another_region_is_not_there(kms, server, waiting):
    key_id, given, wrapped = waiting
    elsewhere = server.client(region="eu-central-1")
    with refused("NotFoundException"):
        parameters(elsewhere, key_id)
    with refused("NotFoundException"):
        import_wrapped(elsewhere, key_id, given, wrapped)


def test_a_key_of_another_account_is_not_there(server, waiting):
    key_id, given, wrapped = waiting
    stranger = server.client(access_key="111122223333")
    with refused("NotFoundException"):
        parameters(stranger, key_id)
    with refused("AccessDeniedException"):
        parameters(stranger, arn(key_id))
    with refused("AccessDeniedException"):
        import_wrapped(stranger, arn(key_id), given, wrapped)


@pytest.mark.parametrize("spec", ["SYMMETRIC_DEFAULT", "HMAC_256", "ECC_NIST_P256"])
def test_a_key_whose_material_the_server_made(kms, waiting, spec):
    _, given, wrapped = waiting
    usage = {"HMAC_256": "GENERATE_VERIFY_MAC", "ECC_NIST_P256": "SIGN_VERIFY"}.get(spec, "ENCRYPT_DECRYPT")
    own = kms.create_key(KeySpec=spec, KeyUsage=usage)["KeyMetadata"]["KeyId"]
    text = "origin is AWS_KMS which is not valid for this operation."
    with refused("UnsupportedOperationException", text):
        parameters(kms, own)
    with refused("UnsupportedOperationException", text):
        import_wrapped(kms, own, given, wrapped)
    with refused("UnsupportedOperationException", text):
        kms.delete_imported_key_material(KeyId=own)


# The rest of the request.


@pytest.mark.parametrize("spec", ["HMAC_256", "RSA_2048", "ECC_NIST_P256"])
@pytest.mark.parametrize("import_type", ["NEW_KEY_MATERIAL", "EXISTING_KEY_MATERIAL"])
def test_the_import_type_is_for_symmetric_keys(kms, spec, import_type):
    key_id = external_key(kms, spec)
    with refused("ValidationException", "ImportType"):
        import_material(
            kms, key_id, materials.material(spec), "RSA_AES_KEY_WRAP_SHA_256", ImportType=import_type
        )
    assert state(kms, key_id) == "PendingImport"


@pytest.mark.parametrize("member", ["KeyMaterialId", "KeyMaterialDescription"])
def test_ids_and_descriptions_of_materials_are_for_symmetric_keys(kms, member):
    key_id = external_key(kms, "HMAC_256")
    with refused("ValidationException", member):
        import_material(kms, key_id, materials.material("HMAC_256"), **{member: "0" * 64})
    assert state(kms, key_id) == "PendingImport"


def test_existing_material_of_a_key_that_never_had_any(kms, waiting):
    key_id, given, wrapped = waiting
    with refused("IncorrectKeyMaterialException"):
        import_wrapped(kms, key_id, given, wrapped, ImportType="EXISTING_KEY_MATERIAL")


def test_a_material_id_that_is_another(kms, waiting):
    key_id, given, wrapped = waiting
    with refused("IncorrectKeyMaterialException"):
        import_wrapped(
            kms, key_id, given, wrapped, KeyMaterialId="0" * 64, ImportType="EXISTING_KEY_MATERIAL"
        )


def test_a_material_id_with_new_material(kms, waiting):
    key_id, given, wrapped = waiting
    with refused("ValidationException"):
        import_wrapped(kms, key_id, given, wrapped, KeyMaterialId="0" * 64, ImportType="NEW_KEY_MATERIAL")


@pytest.mark.parametrize("material_id", ["0" * 65, "A" * 64, "g" * 64])
def test_a_material_id_of_the_wrong_form(kms, waiting, material_id):
    key_id, given, wrapped = waiting
    with refused("ValidationException", "'keyMaterialId' failed to satisfy constraint"):
        import_wrapped(kms, key_id, given, wrapped, KeyMaterialId=material_id)


@pytest.mark.parametrize("description", ["x" * 257, "a;b", "ü"])
def test_a_description_of_the_wrong_form(kms, waiting, description):
    key_id, given, wrapped = waiting
    with refused("ValidationException", "'keyMaterialDescription' failed to satisfy constraint"):
        import_wrapped(kms, key_id, given, wrapped, KeyMaterialDescription=description)


def test_a_key_that_is_about_to_be_deleted(kms):
    key_id = external_key(kms)
    given = parameters(kms, key_id)
    wrapped = wrapping.by_cryptography("RSAES_OAEP_SHA_256", given["PublicKey"], MATERIAL)
    kms.schedule_key_deletion(KeyId=key_id, PendingWindowInDays=7)
    with refused("KMSInvalidStateException", "is pending deletion."):
        parameters(kms, key_id)
    with refused("KMSInvalidStateException", "is pending deletion."):
        import_wrapped(kms, key_id, given, wrapped)


@pytest.mark.parametrize(
    ("algorithm", "wrapping_spec"), [("SM2PKE", "SM2"), ("SM2PKE", "RSA_2048"), ("RSAES_OAEP_SHA_256", "SM2")]
)
def test_sm2_is_not_offered(kms, algorithm, wrapping_spec):
    with refused("UnsupportedOperationException"):
        parameters(kms, external_key(kms), algorithm, wrapping_spec)


@pytest.mark.parametrize(
    ("algorithm", "wrapping_spec", "member"),
    [
        ("RSAES_OAEP_SHA_512", "RSA_2048", "wrappingAlgorithm"),
        ("RSAES_OAEP_SHA_256", "RSA_1024", "wrappingKeySpec"),
    ],
)
def test_names_that_the_api_does_not_know(kms, algorithm, wrapping_spec, member):
    with refused(
        "ValidationException", f"'{member}' failed to satisfy constraint: Member must satisfy enum value set"
    ):
        parameters(kms, external_key(kms), algorithm, wrapping_spec)


def test_no_error_repeats_material(kms, waiting):
    """Neither the wrapped bytes nor the token come back in a message."""
    key_id, given, wrapped = waiting
    with refused("InvalidCiphertextException") as caught:
        import_wrapped(kms, key_id, given, flipped(wrapped, 5))
    said = str(caught.value.response)
    for secret in (wrapped, given["ImportToken"], MATERIAL):
        assert base64.b64encode(secret[:24]).decode() not in said
        assert secret[:16].hex() not in said
