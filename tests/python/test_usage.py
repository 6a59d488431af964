"""When a key was last used, as clients see it, and what of it outlives the server."""

import datetime
import signal

import pytest
from support.ceremony import generated_key
from support.errors import refused
from support.server import ACCOUNT, REGION, STOP_SECONDS
from support.times import now

REPLICA_REGION = "eu-west-1"
# How far the clocks of the test and of the server may seem apart: the time a request takes.
NEARLY = datetime.timedelta(minutes=1)


def usage(kms, key_id) -> dict:
    answer = kms.get_key_last_usage(KeyId=key_id)
    del answer["ResponseMetadata"]
    return answer


def last(kms, key_id):
    return usage(kms, key_id)["KeyLastUsage"].get("Operation")


def request_id(answer) -> str:
    return answer["ResponseMetadata"]["RequestId"]


def test_a_key_that_was_never_used(kms):
    key_id = generated_key(kms)
    created = kms.describe_key(KeyId=key_id)["KeyMetadata"]["CreationDate"]
    assert usage(kms, key_id) == {
        "KeyId": f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{key_id}",
        "KeyLastUsage": {},
        "TrackingStartDate": created,
        "KeyCreationDate": created,
    }


def test_the_last_use_names_the_request(kms):
    key_id = generated_key(kms)
    sealed = kms.encrypt(KeyId=key_id, Plaintext=b"text")
    found = usage(kms, key_id)["KeyLastUsage"]
    assert found.keys() == {"Operation", "Timestamp", "KmsRequestId"}
    assert (found["Operation"], found["KmsRequestId"]) == ("Encrypt", request_id(sealed))
    assert abs(found["Timestamp"] - now()) < NEARLY
    opened = kms.decrypt(CiphertextBlob=sealed["CiphertextBlob"])
    found = usage(kms, key_id)["KeyLastUsage"]
    assert (found["Operation"], found["KmsRequestId"]) == ("Decrypt", request_id(opened))


USES = {
    "Encrypt": ("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT", {"Plaintext": b"text"}),
    "GenerateDataKey": ("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT", {"NumberOfBytes": 32}),
    "GenerateDataKeyWithoutPlaintext": ("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT", {"NumberOfBytes": 32}),
    "GenerateDataKeyPair": ("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT", {"KeyPairSpec": "ECC_NIST_P256"}),
    "GenerateDataKeyPairWithoutPlaintext": (
        "SYMMETRIC_DEFAULT",
        "ENCRYPT_DECRYPT",
        {"KeyPairSpec": "ECC_NIST_P256"},
    ),
    "GenerateMac": ("HMAC_256", "GENERATE_VERIFY_MAC", {"Message": b"text", "MacAlgorithm": "HMAC_SHA_256"}),
    "Sign": ("ECC_NIST_P256", "SIGN_VERIFY", {"Message": b"text", "SigningAlgorithm": "ECDSA_SHA_256"}),
    "Encapsulate": ("ML_KEM_768", "ENCAPSULATE_DECAPSULATE", {"EncapsulationAlgorithm": "ML_KEM"}),
}


@pytest.mark.parametrize("operation", USES)
def test_each_operation_leaves_its_name(kms, operation):
    spec, key_usage, fields = USES[operation]
    key_id = generated_key(kms, spec, key_usage)
    call = getattr(kms, kms_method(kms, operation))
    with refused("DryRunOperationException"):
        call(KeyId=key_id, DryRun=True, **fields)
    assert last(kms, key_id) is None
    call(KeyId=key_id, **fields)
    assert last(kms, key_id) == operation


def kms_method(kms, operation) -> str:
    return next(name for name, called in kms.meta.method_to_api_mapping.items() if called == operation)


def test_what_fails_does_not_count(kms):
    key_id = generated_key(kms, "HMAC_256", "GENERATE_VERIFY_MAC")
    fields = {"KeyId": key_id, "Message": b"text", "MacAlgorithm": "HMAC_SHA_256"}
    mac = kms.generate_mac(**fields)["Mac"]
    with refused("KMSInvalidMacException"):
        kms.verify_mac(**fields, Mac=mac[::-1])
    assert last(kms, key_id) == "GenerateMac"
    kms.verify_mac(**fields, Mac=mac)
    assert last(kms, key_id) == "VerifyMac"
    kms.disable_key(KeyId=key_id)
    with refused("DisabledException"):
        kms.generate_mac(**fields)
    assert last(kms, key_id) == "VerifyMac"


def test_reencryption_counts_for_both_keys(kms):
    first, second = generated_key(kms), generated_key(kms)
    sealed = kms.encrypt(KeyId=first, Plaintext=b"text")["CiphertextBlob"]
    moved = kms.re_encrypt(CiphertextBlob=sealed, DestinationKeyId=second)
    for key_id in (first, second):
        found = usage(kms, key_id)["KeyLastUsage"]
        assert (found["Operation"], found["KmsRequestId"]) == ("ReEncrypt", request_id(moved))


def test_each_region_has_its_own(kms, server):
    key_id = generated_key(kms, MultiRegion=True)
    kms.replicate_key(KeyId=key_id, ReplicaRegion=REPLICA_REGION)
    abroad = server.client(region=REPLICA_REGION)
    sealed = kms.encrypt(KeyId=key_id, Plaintext=b"text")["CiphertextBlob"]
    assert last(abroad, key_id) is None
    abroad.decrypt(CiphertextBlob=sealed)
    assert (last(kms, key_id), last(abroad, key_id)) == ("Encrypt", "Decrypt")


def test_names_that_are_not_taken(kms):
    for name, code in [
        ("alias/a", "NotFoundException"),
        ("1234abcd-12ab-34cd-56ef-1234567890ab", "NotFoundException"),
        ("arn:aws:kms", "InvalidArnException"),
    ]:
        with refused(code):
            kms.get_key_last_usage(KeyId=name)


def test_a_server_that_is_stopped_forgets_nothing(own_server):
    kms = own_server.client()
    used, unused = generated_key(kms), generated_key(kms)
    # The last request before the end: no sweep comes between.
    kms.encrypt(KeyId=used, Plaintext=b"text")
    before = {key_id: usage(kms, key_id) for key_id in (used, unused)}
    assert before[used]["KeyLastUsage"]["Operation"] == "Encrypt"
    own_server.restart()
    kms = own_server.client()
    assert {key_id: usage(kms, key_id) for key_id in (used, unused)} == before


def test_a_server_that_is_killed_never_names_another_use(own_server):
    kms = own_server.client()
    key_id = generated_key(kms)
    kms.encrypt(KeyId=key_id, Plaintext=b"text")
    before = usage(kms, key_id)
    own_server.process.send_signal(signal.SIGKILL)
    own_server.process.wait(STOP_SECONDS)
    own_server.start()
    after = usage(own_server.client(), key_id)
    # Written down or not, depending on when the last sweep was.
    assert after in (before, {**before, "KeyLastUsage": {}})
