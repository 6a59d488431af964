"""Every error that the model lists for an operation, provoked. A pair of operation and error that has no
recipe must be among EXCEPTIONS, with its reason; and what provokes an error elsewhere must not provoke an
exception."""

import json
import os

import pytest
from botocore.exceptions import ClientError
from support import calls, ceremony, model

# Errors that say that the server itself, not the caller, is at fault: why no request alone provokes them.
FAULTS = {
    "DependencyTimeoutException": "nothing here produces it: the server depends on no other service",
    "KMSInternalException": "it takes a damaged store: test_custody.py, test_a_damaged_record_tells_nothing",
    "KeyUnavailableException": "nothing here produces it: a key that cannot be had is in a state that says so",
}

# Reasons why a pair cannot be provoked by requests to the server that the tests share.
NO_KEY_STORES = "key stores are not offered"
NEVER_BY_STATE = "the key state table lets the operation through in every state that can be reached here"
EXCEPTIONS = {
    ("CreateGrant", "LimitExceededException"): "it takes 50,000 grants; the tests of the engine make them",
    ("CreateKey", "CloudHsmClusterInvalidConfigurationException"): NO_KEY_STORES,
    ("CreateKey", "CustomKeyStoreInvalidStateException"): NO_KEY_STORES,
    ("CreateKey", "CustomKeyStoreNotFoundException"): NO_KEY_STORES,
    ("CreateKey", "InvalidArnException"): "no member of the request is an ARN",
    ("CreateKey", "XksKeyAlreadyInUseException"): NO_KEY_STORES,
    ("CreateKey", "XksKeyInvalidConfigurationException"): NO_KEY_STORES,
    ("CreateKey", "XksKeyNotFoundException"): NO_KEY_STORES,
    ("DeleteAlias", "KMSInvalidStateException"): NEVER_BY_STATE,
    ("DeleteImportedKeyMaterial", "KMSInvalidStateException"): (
        "only keys that are Creating or Updating refuse, which this server's are no longer when a call"
        " returns; test_multi_region.py has a server that lets them take their time"
    ),
    ("EnableKey", "LimitExceededException"): "the number of enabled keys is not limited",
    ("GenerateRandom", "CustomKeyStoreInvalidStateException"): NO_KEY_STORES,
    ("GenerateRandom", "CustomKeyStoreNotFoundException"): NO_KEY_STORES,
    ("GetKeyPolicy", "KMSInvalidStateException"): NEVER_BY_STATE,
    ("GetKeyRotationStatus", "KMSInvalidStateException"): NEVER_BY_STATE,
    (
        "GetKeyRotationStatus",
        "UnsupportedOperationException",
    ): "every key has a status: what is never rotated is off",
    ("GetPublicKey", "InvalidKeyUsageException"): "there is a public key whatever a key pair is used for",
    (
        "ImportKeyMaterial",
        "ExpiredImportTokenException",
    ): "it takes 24 hours; the tests of the engine move the clock",
    ("ListGrants", "KMSInvalidStateException"): NEVER_BY_STATE,
    ("ListKeyPolicies", "KMSInvalidStateException"): NEVER_BY_STATE,
    ("ListKeyRotations", "KMSInvalidStateException"): NEVER_BY_STATE,
    (
        "ListRetirableGrants",
        "NotFoundException",
    ): "a principal that retires nothing is answered with no grants",
    ("PutKeyPolicy", "KMSInvalidStateException"): NEVER_BY_STATE,
    ("PutKeyPolicy", "UnsupportedOperationException"): "every key that may have another policy takes one",
    ("RetireGrant", "KMSInvalidStateException"): NEVER_BY_STATE,
    ("RevokeGrant", "KMSInvalidStateException"): NEVER_BY_STATE,
    (
        "RotateKeyOnDemand",
        "ConflictException",
    ): "it takes an automatic rotation within 20 minutes; the tests of the engine move the clock",
}

BROKEN_ARN = "arn:aws:kms:us-east-1:000000000000"
FOREIGN_BLOB = b"not by this server"


def pairs():
    for operation in model.OPERATIONS:
        for error in model.errors(operation):
            if error not in FAULTS and operation not in calls.KEY_STORE_OPERATIONS:
                yield operation, error


def key_member(operation) -> str:
    """The member that names the key whose state counts."""
    members = model.request_shape(operation).members
    return next(name for name in ("KeyId", "TargetKeyId", "DestinationKeyId") if name in members)


def kind(operation):
    return calls.KINDS.get(operation, calls.SYMMETRIC)


# Recipes. Each takes the keys of the server and an operation, and gives the request that is refused.


def changed(**members):
    return lambda w, operation: {**calls.SUCCEED[operation](w), **members}


def on_key(find):
    """A request that would succeed, on the key that `find` finds."""
    return lambda w, operation: {**calls.SUCCEED[operation](w), key_member(operation): find(w, operation)}


def wrong_usage(w, operation):
    return w.key(calls.SIGNING if kind(operation) != calls.SIGNING else calls.MAC)


def many_aliases(w):
    def make():
        key = w.new()
        for _ in range(50):
            w.alias(key)
        return key

    return w.once("50 aliases", make)


def many_rotations(w):
    key = w.new()
    for _ in range(25):
        w.kms.rotate_key_on_demand(KeyId=key)
    return key


def lockout(w):
    """A policy that would let nobody change it again."""
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{calls.ACCOUNT}:root"},
        "Action": "kms:Encrypt",
        "Resource": "*",
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def long_policy(w):
    return w.policy() + " " * 32768


def reimport_of_other_material(w, operation):
    key = ceremony.imported_key(w.kms, os.urandom(32))
    w.kms.delete_imported_key_material(KeyId=key)
    return w.import_request(key)


def replica_that_is_there(w, operation):
    return {"KeyId": w.replicated(), "ReplicaRegion": calls.ABROAD}


TWICE = [{"TagKey": "a", "TagValue": "1"}, {"TagKey": "a", "TagValue": "2"}]
FIFTY = [{"TagKey": str(number), "TagValue": ""} for number in range(50)]

# By error, for every operation that takes a key.
GENERIC = {
    "NotFoundException": on_key(lambda w, operation: calls.UNKNOWN_KEY),
    "InvalidArnException": on_key(lambda w, operation: BROKEN_ARN),
    "DisabledException": on_key(lambda w, operation: w.disabled(kind(operation))),
    "KMSInvalidStateException": on_key(lambda w, operation: w.pending_deletion(kind(operation))),
    "InvalidKeyUsageException": on_key(wrong_usage),
    "UnsupportedOperationException": on_key(lambda w, operation: w.key(calls.SIGNING)),
    "InvalidGrantTokenException": changed(GrantTokens=["not by this server"]),
    "InvalidMarkerException": changed(Marker="not by this server"),
    "DryRunOperationException": changed(DryRun=True),
    "InvalidCiphertextException": changed(CiphertextBlob=FOREIGN_BLOB),
}

# By operation and error, where the generic recipe does not fit.
SPECIAL = {
    ("CancelKeyDeletion", "KMSInvalidStateException"): on_key(lambda w, _: w.key()),
    ("CreateAlias", "AlreadyExistsException"): lambda w, _: {"AliasName": w.alias(), "TargetKeyId": w.key()},
    ("CreateAlias", "InvalidAliasNameException"): changed(AliasName="alias/aws/mine"),
    ("CreateAlias", "LimitExceededException"): on_key(lambda w, _: many_aliases(w)),
    ("CreateKey", "LimitExceededException"): lambda w, _: {"Policy": long_policy(w)},
    ("CreateKey", "MalformedPolicyDocumentException"): lambda w, _: {"Policy": lockout(w)},
    ("CreateKey", "TagException"): changed(Tags=TWICE),
    ("CreateKey", "UnsupportedOperationException"): changed(Origin="EXTERNAL_KEY_STORE"),
    ("Decapsulate", "InvalidCiphertextException"): changed(SharedSecretCiphertextBlob=FOREIGN_BLOB),
    ("Decrypt", "IncorrectKeyException"): on_key(lambda w, _: w.once("another", w.new)),
    ("DeleteAlias", "NotFoundException"): changed(AliasName="alias/that-is-nowhere"),
    ("DescribeCustomKeyStores", "CustomKeyStoreNotFoundException"): lambda w, _: {
        "CustomKeyStoreName": "nowhere"
    },
    ("GenerateDataKeyPair", "UnsupportedOperationException"): changed(KeyPairSpec="SM2"),
    ("GenerateDataKeyPairWithoutPlaintext", "UnsupportedOperationException"): changed(KeyPairSpec="SM2"),
    ("GenerateRandom", "UnsupportedOperationException"): changed(CustomKeyStoreId="cks-1234567890abcdef0"),
    ("GetParametersForImport", "KMSInvalidStateException"): on_key(
        lambda w, _: w.pending_deletion(Origin="EXTERNAL")
    ),
    ("GetPublicKey", "UnsupportedOperationException"): on_key(lambda w, _: w.key()),
    ("ImportKeyMaterial", "IncorrectKeyMaterialException"): reimport_of_other_material,
    ("ImportKeyMaterial", "InvalidCiphertextException"): changed(EncryptedKeyMaterial=FOREIGN_BLOB),
    ("ImportKeyMaterial", "InvalidImportTokenException"): changed(ImportToken=FOREIGN_BLOB),
    ("ImportKeyMaterial", "KMSInvalidStateException"): on_key(
        lambda w, _: w.pending_deletion(Origin="EXTERNAL")
    ),
    ("ListGrants", "InvalidGrantIdException"): changed(GrantId="not-a-grant"),
    ("ListRetirableGrants", "InvalidArnException"): lambda w, _: {"RetiringPrincipal": "arn:aws:iam::0:user"},
    ("PutKeyPolicy", "LimitExceededException"): lambda w, _: {"KeyId": w.key(), "Policy": long_policy(w)},
    ("PutKeyPolicy", "MalformedPolicyDocumentException"): lambda w, _: {
        "KeyId": w.key(),
        "Policy": lockout(w),
    },
    ("ReEncrypt", "IncorrectKeyException"): lambda w, operation: {
        **calls.SUCCEED[operation](w),
        "SourceKeyId": w.once("another", w.new),
    },
    ("ReplicateKey", "AlreadyExistsException"): replica_that_is_there,
    ("ReplicateKey", "DisabledException"): on_key(lambda w, _: w.disabled(MultiRegion=True)),
    ("ReplicateKey", "KMSInvalidStateException"): on_key(lambda w, _: w.pending_deletion(MultiRegion=True)),
    ("ReplicateKey", "LimitExceededException"): lambda w, operation: {
        **calls.SUCCEED[operation](w),
        "Policy": long_policy(w),
    },
    ("ReplicateKey", "MalformedPolicyDocumentException"): lambda w, operation: {
        **calls.SUCCEED[operation](w),
        "Policy": lockout(w),
    },
    ("ReplicateKey", "TagException"): changed(Tags=TWICE),
    ("RetireGrant", "InvalidArnException"): lambda w, _: {
        "KeyId": BROKEN_ARN,
        "GrantId": calls.UNKNOWN_GRANT,
    },
    ("RetireGrant", "InvalidGrantIdException"): lambda w, _: {
        "KeyId": w.arn(w.key()),
        "GrantId": "not-a-grant",
    },
    ("RetireGrant", "InvalidGrantTokenException"): changed(GrantToken="not by this server"),
    ("RetireGrant", "NotFoundException"): lambda w, _: {
        "KeyId": w.arn(w.key()),
        "GrantId": calls.UNKNOWN_GRANT,
    },
    ("RevokeGrant", "InvalidGrantIdException"): changed(GrantId="not-a-grant"),
    ("RotateKeyOnDemand", "LimitExceededException"): on_key(lambda w, _: many_rotations(w)),
    ("TagResource", "LimitExceededException"): on_key(lambda w, _: w.new(Tags=FIFTY)),
    ("TagResource", "TagException"): changed(Tags=TWICE),
    ("UntagResource", "TagException"): changed(TagKeys=["aws:mine"]),
    ("UpdateAlias", "LimitExceededException"): on_key(lambda w, _: many_aliases(w)),
    ("UpdatePrimaryRegion", "DisabledException"): on_key(lambda w, _: w.disabled(MultiRegion=True)),
    ("UpdatePrimaryRegion", "KMSInvalidStateException"): on_key(
        lambda w, _: w.pending_deletion(MultiRegion=True)
    ),
    ("Verify", "KMSInvalidSignatureException"): changed(Message=b"another message"),
    ("VerifyMac", "KMSInvalidMacException"): changed(Message=b"another message"),
}


def recipe(operation, error):
    takes_a_key = {"KeyId", "TargetKeyId", "DestinationKeyId"} & model.request_shape(operation).members.keys()
    without_a_key = error in ("InvalidMarkerException",)
    generic = GENERIC.get(error) if takes_a_key or without_a_key else None
    return SPECIAL.get((operation, error), generic)


@pytest.mark.parametrize(("operation", "error"), [pair for pair in pairs() if pair not in EXCEPTIONS])
def test_a_modelled_error(world, operation, error):
    make = recipe(operation, error)
    assert make, f"{operation} has no recipe for {error}"
    request = make(world, operation)
    with pytest.raises(getattr(world.kms.exceptions, error)):
        method(world, operation)(**request)


@pytest.mark.parametrize(("operation", "error"), [pair for pair in EXCEPTIONS if recipe(*pair)])
def test_an_exception_is_needed(world, operation, error):
    """What provokes the error elsewhere does not provoke it here."""
    request = recipe(operation, error)(world, operation)
    try:
        method(world, operation)(**request)
    except ClientError as refused:
        assert refused.response["Error"]["Code"] != error


def method(world, operation):
    """The client's method that calls an operation."""
    by_operation = {name: method for method, name in world.kms.meta.method_to_api_mapping.items()}
    return getattr(world.kms, by_operation[operation])


def test_exceptions_are_modelled_and_have_reasons():
    assert set(EXCEPTIONS) <= set(pairs())
    assert all(EXCEPTIONS.values())
    assert set(EXCEPTIONS) & set(SPECIAL) == set(), "these have recipes"
    assert set(FAULTS) <= {error for operation in model.OPERATIONS for error in model.errors(operation)}


@pytest.mark.parametrize(("exceptions", "number"), [(EXCEPTIONS, 27), (FAULTS, 3)], ids=["pairs", "faults"])
def test_exceptions_only_become_fewer(exceptions, number):
    """Whoever takes one away lowers its number here; nobody raises it."""
    assert len(exceptions) == number


def test_recipes_are_for_modelled_errors():
    assert set(SPECIAL) <= set(pairs())
