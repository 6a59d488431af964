"""Dry runs as boto3 asks for them. That nothing at all is written is tested in the engine, which can look."""

import pytest
from support import calls, model
from support.ceremony import external_key, generated_key
from support.errors import refused
from support.server import ACCOUNT, REGION

WOULD = "The request would have succeeded, but the DryRun option is set."
FRIEND = "300000000081"
OPERATIONS = [name for name in model.OPERATIONS if "DryRun" in model.request_shape(name).members]
WITHOUT_CIPHERTEXT = {"DryRun": True, "DryRunModifiers": ["IGNORE_CIPHERTEXT"]}


@pytest.fixture(scope="module")
def key(kms):
    return generated_key(kms)


@pytest.fixture(scope="module")
def other(kms):
    """The ARN of a key that another account may move ciphertexts from and to."""
    key_id = generated_key(kms)
    grant(kms, key_id, "ReEncryptFrom", "ReEncryptTo")
    return arn(key_id)


def arn(key_id):
    return f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{key_id}"


def grant(kms, key_id, *operations):
    kms.create_grant(KeyId=key_id, GranteePrincipal=f"arn:aws:iam::{FRIEND}:root", Operations=operations)


def method(client, operation):
    by_operation = {name: method for method, name in client.meta.method_to_api_mapping.items()}
    return getattr(client, by_operation[operation])


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_dry_run_says_what_would_be(world, operation):
    request = calls.SUCCEED[operation](world)
    keys = [value for name, value in request.items() if name in ("KeyId", "DestinationKeyId")]
    seen = {key: traces(world.kms, key) for key in keys}
    with refused("DryRunOperationException", WOULD):
        method(world.kms, operation)(DryRun=True, **request)
    assert {key: traces(world.kms, key) for key in keys} == seen
    # It is there to be done still, such as a grant to be retired.
    method(world.kms, operation)(DryRun=False, **request)
    assert not keys or {key: traces(world.kms, key) for key in keys} != seen


def traces(kms, key_id):
    """What an operation with dry runs may leave on a key."""
    usage = kms.get_key_last_usage(KeyId=key_id)["KeyLastUsage"]
    pages = kms.get_paginator("list_grants").paginate(KeyId=key_id)
    return usage, {grant["GrantId"] for page in pages for grant in page["Grants"]}


# Decrypt and ReEncrypt without a ciphertext.


@pytest.fixture(params=["Decrypt", "ReEncrypt source", "ReEncrypt destination"])
def asks(request, other):
    """A dry run without a ciphertext, in which the key that is given has one of the parts."""

    def ask(client, key_id, **fields):
        fields = {**WITHOUT_CIPHERTEXT, **fields}
        if request.param == "Decrypt":
            return client.decrypt(KeyId=key_id, **fields)
        if request.param == "ReEncrypt source":
            return client.re_encrypt(SourceKeyId=key_id, DestinationKeyId=other, **fields)
        return client.re_encrypt(SourceKeyId=other, DestinationKeyId=key_id, **fields)

    return ask


def test_no_ciphertext_is_needed(kms, key, asks):
    with refused("DryRunOperationException", WOULD):
        asks(kms, key)
    with refused("DryRunOperationException", WOULD):
        asks(kms, key, CiphertextBlob=b"not by this server")
    with refused("InvalidCiphertextException"):
        asks(kms, key, CiphertextBlob=b"not by this server", DryRunModifiers=[])
    assert kms.get_key_last_usage(KeyId=key)["KeyLastUsage"] == {}


@pytest.mark.parametrize("dry_run", [{"DryRun": False}, {}], ids=str)
def test_the_modifier_is_for_dry_runs(kms, key, dry_run):
    blob = kms.encrypt(KeyId=generated_key(kms), Plaintext=b"x")["CiphertextBlob"]
    fields = {"DryRunModifiers": ["IGNORE_CIPHERTEXT"], **dry_run}
    for given in ({}, {"CiphertextBlob": blob}):
        with refused("ValidationException", "DryRunModifiers can only be used together with DryRun."):
            kms.decrypt(KeyId=key, **fields, **given)
        with refused("ValidationException", "DryRunModifiers can only be used together with DryRun."):
            kms.re_encrypt(SourceKeyId=key, DestinationKeyId=key, **fields, **given)


def test_the_key_must_be_named(kms, key):
    text = "{} is required with the DryRunModifier IGNORE_CIPHERTEXT."
    with refused("ValidationException", text.format("KeyId")):
        kms.decrypt(**WITHOUT_CIPHERTEXT)
    with refused("ValidationException", text.format("SourceKeyId")):
        kms.re_encrypt(DestinationKeyId=key, **WITHOUT_CIPHERTEXT)


def test_other_modifiers(kms, key, asks):
    with refused("ValidationException", "satisfy enum value set: [IGNORE_CIPHERTEXT]"):
        asks(kms, key, DryRunModifiers=["IGNORE_EVERYTHING"])


def test_states(kms, asks):
    key_id = generated_key(kms)
    kms.disable_key(KeyId=key_id)
    with refused("DisabledException", f"{key_id} is disabled."):
        asks(kms, key_id)
    kms.schedule_key_deletion(KeyId=key_id)
    with refused("KMSInvalidStateException", f"{key_id} is pending deletion."):
        asks(kms, key_id)
    with refused("KMSInvalidStateException", "is pending import."):
        asks(kms, external_key(kms))
    with refused("NotFoundException"):
        asks(kms, calls.UNKNOWN_KEY)


@pytest.mark.parametrize(("spec", "usage"), [calls.SIGNING, calls.MAC, ("RSA_2048", "ENCRYPT_DECRYPT")])
def test_keys_that_are_for_something_else(kms, asks, spec, usage):
    """An RSA key is, as long as no algorithm is named."""
    with refused("InvalidKeyUsageException"):
        asks(kms, generated_key(kms, spec, usage))


def test_permission(server, kms, asks):
    key_id, friend = generated_key(kms), server.client(access_key=FRIEND)
    with refused("AccessDeniedException", f"on resource: {arn(key_id)}"):
        asks(friend, arn(key_id))
    grant(kms, key_id, "Decrypt", "ReEncryptFrom", "ReEncryptTo")
    with refused("DryRunOperationException", WOULD):
        asks(friend, arn(key_id))


def test_each_side_asks_for_its_own_permission(server, kms):
    friend, source, destination = server.client(access_key=FRIEND), generated_key(kms), generated_key(kms)
    grant(kms, source, "ReEncryptFrom")
    grant(kms, destination, "ReEncryptTo")
    source, destination = arn(source), arn(destination)
    with refused("DryRunOperationException", WOULD):
        friend.re_encrypt(SourceKeyId=source, DestinationKeyId=destination, **WITHOUT_CIPHERTEXT)
    with refused("AccessDeniedException", f"kms:ReEncryptTo on resource: {source}"):
        friend.re_encrypt(SourceKeyId=destination, DestinationKeyId=source, **WITHOUT_CIPHERTEXT)
    with refused("AccessDeniedException", f"kms:Decrypt on resource: {source}"):
        friend.decrypt(KeyId=source, **WITHOUT_CIPHERTEXT)
