"""The AWS Encryption SDK for Python: its keyrings make, open and share envelopes with keys of the server."""

import io
import os
from contextlib import contextmanager

import aws_encryption_sdk
import pytest
from aws_cryptographic_material_providers.mpl import AwsCryptographicMaterialProviders
from aws_cryptographic_material_providers.mpl.config import MaterialProvidersConfig
from aws_cryptographic_material_providers.mpl.models import (
    CreateAwsKmsDiscoveryKeyringInput,
    CreateAwsKmsEcdhKeyringInput,
    CreateAwsKmsKeyringInput,
    CreateAwsKmsMrkDiscoveryKeyringInput,
    CreateAwsKmsMrkKeyringInput,
    CreateAwsKmsMrkMultiKeyringInput,
    CreateAwsKmsMultiKeyringInput,
    CreateAwsKmsRsaKeyringInput,
    DiscoveryFilter,
    KmsEcdhStaticConfigurationsKmsPrivateKeyToStaticPublicKey,
    KmsEcdhStaticConfigurationsKmsPublicKeyDiscovery,
    KmsPrivateKeyToStaticPublicKeyInput,
    KmsPublicKeyDiscoveryInput,
)
from aws_cryptographic_material_providers.mpl.references import IClientSupplier
from aws_encryption_sdk.identifiers import AlgorithmSuite, CommitmentPolicy
from cryptography.hazmat.primitives import serialization
from support.ceremony import external_key, generated_key, import_material, imported_key
from support.server import ACCOUNT, REGION

REPLICA_REGION = "eu-west-1"
CONTEXT = {"tenant": "blue", "purpose": "test"}
MESSAGE = b"what the envelope holds"
# What keyrings say when none of the message's data keys is under a key of theirs: the server is not asked.
NOT_OURS = "No Encrypted Data Keys found to match"

PROVIDERS = AwsCryptographicMaterialProviders(config=MaterialProvidersConfig())
SDK = aws_encryption_sdk.EncryptionSDKClient(
    commitment_policy=CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT
)


def seal(keyring, message=MESSAGE, **options) -> bytes:
    sealed, header = SDK.encrypt(source=message, keyring=keyring, encryption_context=CONTEXT, **options)
    assert header.encryption_context.items() >= CONTEXT.items()
    assert message not in sealed
    return sealed


def opened(keyring, sealed, context=None) -> bytes:
    message, _ = SDK.decrypt(source=sealed, keyring=keyring, encryption_context=context or CONTEXT)
    return message


def reasons(error) -> list:
    """The classes and messages of an error and of those that it gathers."""
    inner = [each for each in error.args if isinstance(each, Exception)]
    inner += getattr(error, "list", None) or []
    return [f"{type(error).__name__}: {error}"] + [text for each in inner for text in reasons(each)]


@contextmanager
def closed(why):
    """What is done inside must fail for this reason."""
    with pytest.raises(Exception) as caught:
        yield
    found = reasons(caught.value)
    assert any(why in reason for reason in found), found


def arn_of(kms, key_id):
    return kms.describe_key(KeyId=key_id)["KeyMetadata"]["Arn"]


def keyring_of(kms, key_id):
    return PROVIDERS.create_aws_kms_keyring(
        input=CreateAwsKmsKeyringInput(kms_key_id=arn_of(kms, key_id), kms_client=kms)
    )


def mrk_keyring(kms, arn):
    return PROVIDERS.create_aws_kms_mrk_keyring(
        input=CreateAwsKmsMrkKeyringInput(kms_key_id=arn, kms_client=kms)
    )


class Supplier(IClientSupplier):
    """Clients of the server for each Region that a key's ARN names."""

    def __init__(self, server):
        self.server = server

    def get_client(self, param):
        return self.server.client(region=param.region)


@pytest.fixture(scope="module")
def key(kms):
    return generated_key(kms)


@pytest.fixture(scope="module")
def keyring(kms, key):
    return keyring_of(kms, key)


@pytest.fixture(scope="module")
def abroad(server):
    """boto3 in the Region of the replica."""
    return server.client(region=REPLICA_REGION)


@pytest.fixture(scope="module")
def multi_region(kms):
    """A key and its replica: their ARNs."""
    primary = kms.create_key(MultiRegion=True)["KeyMetadata"]
    made = kms.replicate_key(KeyId=primary["KeyId"], ReplicaRegion=REPLICA_REGION)
    return primary["Arn"], made["ReplicaKeyMetadata"]["Arn"]


# A keyring of one key.


def test_a_message(keyring):
    assert opened(keyring, seal(keyring)) == MESSAGE


def test_a_stream_of_many_frames(keyring):
    message = os.urandom(100_000)
    sealing = SDK.stream(
        mode="e", source=io.BytesIO(message), keyring=keyring, encryption_context=CONTEXT, frame_length=4096
    )
    with sealing:
        sealed = b"".join(sealing)
    with SDK.stream(mode="d", source=io.BytesIO(sealed), keyring=keyring) as opening:
        assert b"".join(opening) == message


def test_another_context_is_refused(keyring):
    sealed = seal(keyring)
    with closed("Encryption context does not match"):
        opened(keyring, sealed, {"tenant": "red"})


def test_a_context_changed_in_the_message_opens_nothing(server, key):
    """The header says the context, so the server notices that it is another. It says so without a text."""
    client = server.client()
    codes = []
    client.meta.events.register(
        "after-call.kms.Decrypt", lambda parsed, **_: codes.append(parsed["Error"]["Code"])
    )
    keyring = keyring_of(client, key)
    sealed = seal(keyring)
    with closed("ComAmazonawsKms"):
        opened(keyring, sealed.replace(b"blue", b"teal"), {"purpose": "test"})
    assert codes == ["InvalidCiphertextException"]


def test_another_key_opens_nothing(kms, keyring):
    sealed = seal(keyring)
    with closed(NOT_OURS):
        opened(keyring_of(kms, generated_key(kms)), sealed)


def test_a_disabled_key_opens_nothing(kms):
    key = generated_key(kms)
    keyring = keyring_of(kms, key)
    sealed = seal(keyring)
    kms.disable_key(KeyId=key)
    with closed("is disabled"):
        opened(keyring, sealed)
    with closed("is disabled"):
        seal(keyring)
    kms.enable_key(KeyId=key)
    assert opened(keyring, sealed) == MESSAGE


def test_a_key_whose_material_was_imported_comes_and_goes(kms):
    material = os.urandom(32)
    key = imported_key(kms, material)
    keyring = keyring_of(kms, key)
    sealed = seal(keyring)
    kms.delete_imported_key_material(KeyId=key)
    with closed("pending import"):
        opened(keyring, sealed)
    import_material(kms, key, material)
    assert opened(keyring, sealed) == MESSAGE


# Several keys, and keys that the message itself names.


def test_either_key_of_two_opens(server, kms, key):
    other = generated_key(kms)
    both = PROVIDERS.create_aws_kms_multi_keyring(
        input=CreateAwsKmsMultiKeyringInput(
            generator=arn_of(kms, key), kms_key_ids=[arn_of(kms, other)], client_supplier=Supplier(server)
        )
    )
    sealed = seal(both)
    for each in (key, other):
        assert opened(keyring_of(kms, each), sealed) == MESSAGE


@pytest.mark.parametrize("account", [ACCOUNT, "200000000031"])
def test_discovery_keeps_to_its_accounts(kms, keyring, account):
    discovery = PROVIDERS.create_aws_kms_discovery_keyring(
        input=CreateAwsKmsDiscoveryKeyringInput(
            kms_client=kms, discovery_filter=DiscoveryFilter(account_ids=[account], partition="aws")
        )
    )
    sealed = seal(keyring)
    if account == ACCOUNT:
        assert opened(discovery, sealed) == MESSAGE
    else:
        with closed(NOT_OURS):
            opened(discovery, sealed)


# Asymmetric keys.


def test_an_rsa_keyring_seals_with_the_public_key_alone(kms):
    arn = arn_of(kms, generated_key(kms, "RSA_2048", "ENCRYPT_DECRYPT"))
    der = kms.get_public_key(KeyId=arn)["PublicKey"]
    pem = serialization.load_der_public_key(der).public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )

    def rsa_keyring(**fields):
        return PROVIDERS.create_aws_kms_rsa_keyring(
            input=CreateAwsKmsRsaKeyringInput(
                kms_key_id=arn, encryption_algorithm="RSAES_OAEP_SHA_256", **fields
            )
        )

    # A suite that signs needs a key of its own in the context, which RSA cannot bind.
    unsigned = AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY
    sealed = seal(rsa_keyring(public_key=pem), algorithm=unsigned)
    assert opened(rsa_keyring(kms_client=kms), sealed) == MESSAGE


def test_an_ecdh_keyring_agrees_on_the_wrapping_key(kms):
    sender, recipient = (arn_of(kms, generated_key(kms, "ECC_NIST_P256", "KEY_AGREEMENT")) for _ in "12")
    sending = KmsEcdhStaticConfigurationsKmsPrivateKeyToStaticPublicKey(
        KmsPrivateKeyToStaticPublicKeyInput(
            sender_kms_identifier=sender,
            recipient_public_key=kms.get_public_key(KeyId=recipient)["PublicKey"],
        )
    )
    receiving = KmsEcdhStaticConfigurationsKmsPublicKeyDiscovery(
        KmsPublicKeyDiscoveryInput(recipient_kms_identifier=recipient)
    )

    def ecdh_keyring(scheme):
        return PROVIDERS.create_aws_kms_ecdh_keyring(
            input=CreateAwsKmsEcdhKeyringInput(
                key_agreement_scheme=scheme, curve_spec="ECC_NIST_P256", kms_client=kms
            )
        )

    sealed = seal(ecdh_keyring(sending))
    assert opened(ecdh_keyring(receiving), sealed) == MESSAGE
    kms.disable_key(KeyId=recipient)
    with closed("is disabled"):
        opened(ecdh_keyring(receiving), sealed)


# Multi-Region keys.


def test_what_the_primary_seals_the_replica_opens_and_the_other_way_round(kms, abroad, multi_region):
    primary, replica = multi_region
    here, there = mrk_keyring(kms, primary), mrk_keyring(abroad, replica)
    assert opened(there, seal(here)) == MESSAGE
    assert opened(here, seal(there)) == MESSAGE


def test_a_keyring_that_knows_no_multi_region_keys_keeps_to_its_own(kms, abroad, multi_region):
    primary, replica = multi_region
    sealed = seal(mrk_keyring(kms, primary))
    with closed(NOT_OURS):
        opened(keyring_of(abroad, replica), sealed)


def test_a_single_region_key_is_no_replica(kms, abroad, key):
    sealed = seal(mrk_keyring(kms, arn_of(kms, key)))
    with closed(NOT_OURS):
        opened(mrk_keyring(abroad, arn_of(abroad, generated_key(abroad))), sealed)


def test_a_multi_keyring_finds_the_clients_of_each_region(server, abroad, kms, key, multi_region):
    primary, replica = multi_region
    multi = PROVIDERS.create_aws_kms_mrk_multi_keyring(
        input=CreateAwsKmsMrkMultiKeyringInput(
            generator=primary, kms_key_ids=[arn_of(kms, key)], client_supplier=Supplier(server)
        )
    )
    sealed = seal(multi)
    assert opened(mrk_keyring(abroad, replica), sealed) == MESSAGE
    assert opened(keyring_of(kms, key), sealed) == MESSAGE


def test_discovery_opens_with_the_replica_of_its_region(kms, abroad, multi_region):
    primary, _ = multi_region
    discovery = PROVIDERS.create_aws_kms_mrk_discovery_keyring(
        input=CreateAwsKmsMrkDiscoveryKeyringInput(
            kms_client=abroad,
            region=REPLICA_REGION,
            discovery_filter=DiscoveryFilter(account_ids=[ACCOUNT], partition="aws"),
        )
    )
    assert opened(discovery, seal(mrk_keyring(kms, primary))) == MESSAGE


def test_imported_material_is_imported_in_each_region(kms, abroad):
    material = os.urandom(32)
    key = external_key(kms, MultiRegion=True)
    import_material(kms, key, material)
    primary = arn_of(kms, key)
    replica = kms.replicate_key(KeyId=key, ReplicaRegion=REPLICA_REGION)["ReplicaKeyMetadata"]["Arn"]
    sealed = seal(mrk_keyring(kms, primary))
    with closed("pending import"):
        opened(mrk_keyring(abroad, replica), sealed)
    import_material(abroad, key, material)
    assert opened(mrk_keyring(abroad, replica), sealed) == MESSAGE
    assert REGION in primary and REPLICA_REGION in replica
