"""The import of key material, step by step, as an owner does it."""

from support import wrapping

USAGES = {
    "SYMMETRIC_DEFAULT": "ENCRYPT_DECRYPT",
    "HMAC": "GENERATE_VERIFY_MAC",
    "RSA": "SIGN_VERIFY",
    "ECC": "SIGN_VERIFY",
    "ML": "SIGN_VERIFY",
}


def usage_of(spec: str) -> str:
    return USAGES[spec if spec == "SYMMETRIC_DEFAULT" else spec.split("_")[0]]


def generated_key(kms, spec="SYMMETRIC_DEFAULT", usage=None, **fields) -> str:
    """A key whose material the server makes; its id."""
    made = kms.create_key(KeySpec=spec, KeyUsage=usage or usage_of(spec), **fields)
    return made["KeyMetadata"]["KeyId"]


def external_key(kms, spec="SYMMETRIC_DEFAULT", usage=None, **fields) -> str:
    """A key that waits for its material; its id."""
    made = kms.create_key(Origin="EXTERNAL", KeySpec=spec, KeyUsage=usage or usage_of(spec), **fields)
    assert made["KeyMetadata"]["KeyState"] == "PendingImport"
    assert made["KeyMetadata"]["Enabled"] is False
    return made["KeyMetadata"]["KeyId"]


def parameters(kms, key_id, algorithm="RSAES_OAEP_SHA_256", wrapping_spec="RSA_2048") -> dict:
    return kms.get_parameters_for_import(
        KeyId=key_id, WrappingAlgorithm=algorithm, WrappingKeySpec=wrapping_spec
    )


def import_wrapped(kms, key_id, given: dict, wrapped: bytes, **fields) -> dict:
    """Sends wrapped material with the token of `given`; by default it never expires."""
    if "ValidTo" not in fields:
        fields.setdefault("ExpirationModel", "KEY_MATERIAL_DOES_NOT_EXPIRE")
    return kms.import_key_material(
        KeyId=key_id, ImportToken=given["ImportToken"], EncryptedKeyMaterial=wrapped, **fields
    )


def import_material(
    kms,
    key_id,
    material: bytes,
    algorithm="RSAES_OAEP_SHA_256",
    wrapping_spec="RSA_2048",
    wrap=wrapping.by_cryptography,
    **fields,
) -> dict:
    """The whole ceremony for one key."""
    given = parameters(kms, key_id, algorithm, wrapping_spec)
    return import_wrapped(kms, key_id, given, wrap(algorithm, given["PublicKey"], material), **fields)


def imported_key(kms, material: bytes, spec="SYMMETRIC_DEFAULT", usage=None) -> str:
    """A new key that holds `material`. Any material fits the hybrid wrapping."""
    key_id = external_key(kms, spec, usage)
    import_material(kms, key_id, material, algorithm="RSA_AES_KEY_WRAP_SHA_256")
    return key_id


def state(kms, key_id) -> str:
    return kms.describe_key(KeyId=key_id)["KeyMetadata"]["KeyState"]
