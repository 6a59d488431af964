"""A call of each operation that succeeds, and the keys that such calls need: made when first asked for, once
a run, unless the call changes them."""

import itertools
import os

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from support import ceremony, people, wrapping
from support.strict import held_to_the_model

ACCOUNT = "000000000000"
GRANTEE = f"arn:aws:iam::{ACCOUNT}:user/grantee"
RETIRING = f"arn:aws:iam::{ACCOUNT}:user/retiring"
ABROAD = "eu-west-1"
UNKNOWN_KEY = "01234567-89ab-4def-8123-456789abcdef"
UNKNOWN_GRANT = "0" * 64
MESSAGE = b"a message"

# Errors that any operation may be answered with, besides those that the model lists for it.
COMMON_ERRORS = ("AccessDeniedException", "ThrottlingException", "ValidationException")
# Until key stores are offered, these are refused; DescribeCustomKeyStores answers that there are none.
KEY_STORE_OPERATIONS = (
    "ConnectCustomKeyStore",
    "CreateCustomKeyStore",
    "DeleteCustomKeyStore",
    "DisconnectCustomKeyStore",
    "UpdateCustomKeyStore",
)

SYMMETRIC = ("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT")
MAC = ("HMAC_256", "GENERATE_VERIFY_MAC")
SIGNING = ("ECC_NIST_P256", "SIGN_VERIFY")
AGREEMENT = ("ECC_NIST_P256", "KEY_AGREEMENT")
ENCAPSULATION = ("ML_KEM_512", "ENCAPSULATE_DECAPSULATE")
# What keys an operation is for, where not symmetric ones.
KINDS = {
    "Decapsulate": ENCAPSULATION,
    "DeriveSharedSecret": AGREEMENT,
    "Encapsulate": ENCAPSULATION,
    "GenerateMac": MAC,
    "GetPublicKey": SIGNING,
    "Sign": SIGNING,
    "Verify": SIGNING,
    "VerifyMac": MAC,
}


class World:
    """The keys of one server."""

    def __init__(self, server):
        self.kms = held_to_the_model(server.client())
        for name in ("grantee", "retiring"):
            people.user(server, name)
        self._made = {}
        self._numbers = itertools.count()

    def once(self, name, make):
        """What `make` makes, the first time."""
        if name not in self._made:
            self._made[name] = make()
        return self._made[name]

    def name(self) -> str:
        """Another one each time."""
        return f"a{next(self._numbers)}"

    def new(self, kind=SYMMETRIC, **fields) -> str:
        return ceremony.generated_key(self.kms, *kind, **fields)

    def key(self, kind=SYMMETRIC) -> str:
        """A key that no call changes."""
        return self.once(("key", kind), lambda: self.new(kind))

    def disabled(self, kind=SYMMETRIC, **fields) -> str:
        def make():
            key = self.new(kind, **fields)
            self.kms.disable_key(KeyId=key)
            return key

        return self.once(("disabled", kind, *fields), make)

    def pending_deletion(self, kind=SYMMETRIC, **fields) -> str:
        def make():
            key = self.new(kind, **fields)
            self.kms.schedule_key_deletion(KeyId=key)
            return key

        return self.once(("pending deletion", kind, *fields), make)

    def external(self) -> str:
        """A new key that waits for material."""
        return ceremony.external_key(self.kms)

    def imported(self) -> str:
        return self.once("imported", lambda: ceremony.imported_key(self.kms, os.urandom(32)))

    def import_request(self, key_id, material=None) -> dict:
        given = ceremony.parameters(self.kms, key_id)
        wrapped = wrapping.by_cryptography(
            "RSAES_OAEP_SHA_256", given["PublicKey"], material or os.urandom(32)
        )
        return {
            "KeyId": key_id,
            "ImportToken": given["ImportToken"],
            "EncryptedKeyMaterial": wrapped,
            "ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE",
        }

    def ciphertext(self) -> bytes:
        return self.once(
            "ciphertext", lambda: self.kms.encrypt(KeyId=self.key(), Plaintext=MESSAGE)["CiphertextBlob"]
        )

    def encapsulated(self) -> bytes:
        asked = {"KeyId": self.key(ENCAPSULATION), "EncapsulationAlgorithm": "ML_KEM"}
        return self.once("encapsulated", lambda: self.kms.encapsulate(**asked)["SharedSecretCiphertextBlob"])

    def signature(self) -> bytes:
        asked = {"KeyId": self.key(SIGNING), "Message": MESSAGE, "SigningAlgorithm": "ECDSA_SHA_256"}
        return self.once("signature", lambda: self.kms.sign(**asked)["Signature"])

    def mac(self) -> bytes:
        asked = {"KeyId": self.key(MAC), "Message": MESSAGE, "MacAlgorithm": "HMAC_SHA_256"}
        return self.once("mac", lambda: self.kms.generate_mac(**asked)["Mac"])

    def peer(self) -> bytes:
        """A public key of someone else's."""
        key = ec.generate_private_key(ec.SECP256R1()).public_key()
        return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    def alias(self, key_id=None) -> str:
        """A new alias."""
        name = f"alias/{self.name()}"
        self.kms.create_alias(AliasName=name, TargetKeyId=key_id or self.new())
        return name

    def grant(self, key_id=None) -> dict:
        """A new grant: its id, its token, and the ARN of its key."""
        key_id = key_id or self.key()
        made = self.kms.create_grant(
            KeyId=key_id,
            GranteePrincipal=GRANTEE,
            RetiringPrincipal=RETIRING,
            Operations=["Encrypt"],
            Name=self.name(),
        )
        return {**made, "KeyId": self.arn(key_id)}

    def arn(self, key_id) -> str:
        return f"arn:aws:kms:us-east-1:{ACCOUNT}:key/{key_id}"

    def primary(self) -> str:
        """A new multi-Region key without replicas."""
        return self.new(MultiRegion=True)

    def replicated(self) -> str:
        """A new multi-Region key with a replica."""
        key = self.primary()
        self.kms.replicate_key(KeyId=key, ReplicaRegion=ABROAD)
        return key

    def policy(self) -> str:
        return self.once("policy", lambda: self.kms.get_key_policy(KeyId=self.key())["Policy"])


def _on_key(**more):
    return lambda w: {"KeyId": w.key(), **more}


def _on_new_key(**more):
    return lambda w: {"KeyId": w.new(), **more}


TAGS = [{"TagKey": "color", "TagValue": "blue"}]

SUCCEED = {
    "CancelKeyDeletion": lambda w: {"KeyId": _doomed(w)},
    "CreateAlias": lambda w: {"AliasName": f"alias/{w.name()}", "TargetKeyId": w.new()},
    "CreateGrant": lambda w: {
        "KeyId": w.key(),
        "GranteePrincipal": GRANTEE,
        "RetiringPrincipal": RETIRING,
        "Operations": ["Encrypt", "Decrypt"],
        "Constraints": {"EncryptionContextSubset": {"a": "b"}},
        "Name": w.name(),
    },
    "CreateKey": lambda w: {"Description": "made by a test", "Tags": TAGS, "MultiRegion": True},
    "Decapsulate": lambda w: {
        "KeyId": w.key(ENCAPSULATION),
        "SharedSecretCiphertextBlob": w.encapsulated(),
        "EncapsulationAlgorithm": "ML_KEM",
    },
    "Decrypt": lambda w: {"KeyId": w.key(), "CiphertextBlob": w.ciphertext()},
    "DeleteAlias": lambda w: {"AliasName": w.alias()},
    "DeleteImportedKeyMaterial": lambda w: {"KeyId": ceremony.imported_key(w.kms, os.urandom(32))},
    "DeriveSharedSecret": lambda w: {
        "KeyId": w.key(AGREEMENT),
        "KeyAgreementAlgorithm": "ECDH",
        "PublicKey": w.peer(),
    },
    "DescribeCustomKeyStores": lambda w: {},
    "DescribeKey": lambda w: {"KeyId": w.imported()},
    "DisableKey": _on_new_key(),
    "DisableKeyRotation": _on_new_key(),
    "EnableKey": _on_new_key(),
    "EnableKeyRotation": _on_new_key(RotationPeriodInDays=100),
    "Encapsulate": lambda w: {"KeyId": w.key(ENCAPSULATION), "EncapsulationAlgorithm": "ML_KEM"},
    "Encrypt": _on_key(Plaintext=MESSAGE, EncryptionContext={"a": "b"}),
    "GenerateDataKey": _on_key(KeySpec="AES_256"),
    "GenerateDataKeyPair": _on_key(KeyPairSpec="ECC_NIST_P256"),
    "GenerateDataKeyPairWithoutPlaintext": _on_key(KeyPairSpec="ECC_NIST_P256"),
    "GenerateDataKeyWithoutPlaintext": _on_key(NumberOfBytes=16),
    "GenerateMac": lambda w: {"KeyId": w.key(MAC), "Message": MESSAGE, "MacAlgorithm": "HMAC_SHA_256"},
    "GenerateRandom": lambda w: {"NumberOfBytes": 16},
    "GetKeyLastUsage": _on_key(),
    "GetKeyPolicy": _on_key(),
    "GetKeyRotationStatus": lambda w: {"KeyId": _rotating(w)},
    "GetParametersForImport": lambda w: {
        "KeyId": w.imported(),
        "WrappingAlgorithm": "RSAES_OAEP_SHA_256",
        "WrappingKeySpec": "RSA_2048",
    },
    "GetPublicKey": lambda w: {"KeyId": w.key(SIGNING)},
    "ImportKeyMaterial": lambda w: w.import_request(w.external()),
    "ListAliases": lambda w: {"KeyId": _with_aliases(w), "Limit": 1},
    "ListGrants": lambda w: {"KeyId": _with_grants(w), "Limit": 1},
    "ListKeyPolicies": _on_key(),
    "ListKeyRotations": lambda w: {
        "KeyId": _rotated(w),
        "IncludeKeyMaterial": "ALL_KEY_MATERIAL",
        "Limit": 1,
    },
    "ListKeys": lambda w: {"Limit": 1, "ResourceOwners": ["SELF"]},
    "ListResourceTags": lambda w: {"KeyId": w.once("tagged", lambda: w.new(Tags=TAGS)), "Limit": 1},
    "ListRetirableGrants": lambda w: {"RetiringPrincipal": w.grant() and RETIRING, "Limit": 1},
    "PutKeyPolicy": lambda w: {"KeyId": w.new(), "Policy": w.policy()},
    "ReEncrypt": lambda w: {"CiphertextBlob": w.ciphertext(), "DestinationKeyId": w.key()},
    "ReplicateKey": lambda w: {"KeyId": w.primary(), "ReplicaRegion": ABROAD, "Tags": TAGS},
    "RetireGrant": lambda w: {"GrantToken": w.grant()["GrantToken"]},
    "RevokeGrant": lambda w: {"KeyId": w.key(), "GrantId": w.grant()["GrantId"]},
    "RotateKeyOnDemand": _on_new_key(),
    "ScheduleKeyDeletion": _on_new_key(PendingWindowInDays=7),
    "Sign": lambda w: {"KeyId": w.key(SIGNING), "Message": MESSAGE, "SigningAlgorithm": "ECDSA_SHA_256"},
    "TagResource": _on_new_key(Tags=TAGS),
    "UntagResource": lambda w: {"KeyId": w.new(Tags=TAGS), "TagKeys": ["color"]},
    "UpdateAlias": lambda w: {"AliasName": w.alias(), "TargetKeyId": w.key()},
    "UpdateKeyDescription": _on_new_key(Description="another"),
    "UpdatePrimaryRegion": lambda w: {"KeyId": w.replicated(), "PrimaryRegion": ABROAD},
    "Verify": lambda w: {
        "KeyId": w.key(SIGNING),
        "Message": MESSAGE,
        "Signature": w.signature(),
        "SigningAlgorithm": "ECDSA_SHA_256",
    },
    "VerifyMac": lambda w: {
        "KeyId": w.key(MAC),
        "Message": MESSAGE,
        "Mac": w.mac(),
        "MacAlgorithm": "HMAC_SHA_256",
    },
}


def _doomed(w):
    key = w.new()
    w.kms.schedule_key_deletion(KeyId=key)
    return key


def _rotating(w):
    def make():
        key = w.new()
        w.kms.enable_key_rotation(KeyId=key)
        return key

    return w.once("rotating", make)


def _rotated(w):
    def make():
        key = w.new()
        w.kms.rotate_key_on_demand(KeyId=key)
        return key

    return w.once("rotated", make)


def _with_aliases(w):
    def make():
        key = w.new()
        w.alias(key), w.alias(key)
        return key

    return w.once("with aliases", make)


def _with_grants(w):
    def make():
        key = w.new()
        w.grant(key), w.grant(key)
        return key

    return w.once("with grants", make)
