"""The import of key material over the API of Huawei Cloud, step by step, as an owner does it."""

import base64

from support import wrapping
from support.huawei import coded, external_key

# As the API reference has them. For private keys the last two stand for the hybrid schemes of the other API, whose
# wrapped material goes in two members here.
ALGORITHMS = ("RSAES_PKCS1_V1_5", "RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256")
# The modulus of the wrapping key, which is always RSA_2048.
MODULUS_BYTES = 256


def parameters(huawei, key_id, algorithm="RSAES_OAEP_SHA_256") -> dict:
    return huawei.create_parameters_for_import(key_id=key_id, wrapping_algorithm=algorithm)


def wrapped(given, material, algorithm="RSAES_OAEP_SHA_256", wrap=wrapping.by_cryptography) -> dict:
    """The member that carries the bytes of a symmetric key."""
    public = base64.b64decode(given["public_key"])
    return {"encrypted_key_material": coded(wrap(algorithm, public, material))}


def wrapped_pair(given, pkcs8, algorithm="RSAES_OAEP_SHA_256", wrap=wrapping.by_cryptography) -> dict:
    """The two members that carry a private key: a temporary key, and what it wraps."""
    public = base64.b64decode(given["public_key"])
    both = wrap(algorithm.replace("RSAES_OAEP", "RSA_AES_KEY_WRAP"), public, pkcs8)
    return {
        "encrypted_key_material": coded(both[:MODULUS_BYTES]),
        "encrypted_privatekey": coded(both[MODULUS_BYTES:]),
    }


def send(huawei, given, members, **more):
    """The last step. Its answer is empty."""
    sent = {"key_id": given["key_id"], "import_token": given["import_token"], **members, **more}
    assert huawei.import_key_material(**sent) == {}


def import_material(huawei, key_id, material, algorithm="RSAES_OAEP_SHA_256", **more):
    """All of it, for a symmetric key."""
    given = parameters(huawei, key_id, algorithm)
    send(huawei, given, wrapped(given, material, algorithm), **more)


def imported_key(huawei, material, **members) -> str:
    """A new key that holds `material`."""
    key_id = external_key(huawei, **members)
    import_material(huawei, key_id, material)
    return key_id
