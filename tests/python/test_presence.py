"""Which members answers have: all that belong there, and no other. Clients tell states of keys apart by them."""

import os

import pytest
from support import calls, generated, materials, model
from support.ceremony import external_key, generated_key, import_material
from support.server import ACCOUNT, REGION
from support.table import table
from support.times import from_now
from support.wire import Call

ABROAD = "eu-west-1"

# Of a key, in DescribeKey and wherever else keys are described.
ALWAYS = {
    "AWSAccountId",
    "KeyId",
    "Arn",
    "CreationDate",
    "Enabled",
    "Description",
    "KeyUsage",
    "KeyState",
    "Origin",
    "KeyManager",
    "CustomerMasterKeySpec",
    "KeySpec",
    "MultiRegion",
}
ALGORITHMS = {
    "ENCRYPT_DECRYPT": "EncryptionAlgorithms",
    "SIGN_VERIFY": "SigningAlgorithms",
    "GENERATE_VERIFY_MAC": "MacAlgorithms",
    "KEY_AGREEMENT": "KeyAgreementAlgorithms",
    "ENCAPSULATE_DECAPSULATE": "EncapsulationAlgorithms",
}
KINDS = [
    ("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT"),
    ("HMAC_384", "GENERATE_VERIFY_MAC"),
    ("RSA_2048", "ENCRYPT_DECRYPT"),
    ("RSA_2048", "SIGN_VERIFY"),
    ("ECC_NIST_P384", "SIGN_VERIFY"),
    ("ECC_NIST_P384", "KEY_AGREEMENT"),
    ("ECC_NIST_EDWARDS25519", "SIGN_VERIFY"),
    ("ML_DSA_65", "SIGN_VERIFY"),
    ("ML_KEM_768", "ENCAPSULATE_DECAPSULATE"),
]
IMPORTABLE = [kind for kind in KINDS if kind[0] in materials.SPECS]
WRAPPING = "RSA_AES_KEY_WRAP_SHA_256"


def named(kinds):
    return pytest.mark.parametrize("kind", kinds, ids=[f"{spec}-{usage}" for spec, usage in kinds])


def check(metadata, kind, state, *more):
    """The members are those of every key, those of its kind, and `more`."""
    spec, usage = kind
    assert (metadata["KeySpec"], metadata["KeyUsage"], metadata["KeyState"]) == (spec, usage, state)
    assert metadata["Enabled"] is (state == "Enabled")
    assert metadata["MultiRegion"] is ("MultiRegionConfiguration" in metadata)
    assert metadata.keys() == {*ALWAYS, ALGORITHMS[usage], *more}


def current(kind):
    """Only symmetric encryption keys show their materials."""
    return ["CurrentKeyMaterialId"] if kind[0] == "SYMMETRIC_DEFAULT" else []


def described(kms, key_id):
    return kms.describe_key(KeyId=key_id)["KeyMetadata"]


@named(KINDS)
def test_a_generated_key_in_every_state(kms, kind):
    made = kms.create_key(KeySpec=kind[0], KeyUsage=kind[1])["KeyMetadata"]
    key_id = made["KeyId"]
    check(made, kind, "Enabled", *current(kind))
    assert described(kms, key_id) == made
    kms.disable_key(KeyId=key_id)
    check(described(kms, key_id), kind, "Disabled", *current(kind))
    scheduled = kms.schedule_key_deletion(KeyId=key_id)
    assert "DeletionDate" in scheduled
    check(described(kms, key_id), kind, "PendingDeletion", "DeletionDate", *current(kind))
    kms.cancel_key_deletion(KeyId=key_id)
    check(described(kms, key_id), kind, "Disabled", *current(kind))


@named(IMPORTABLE)
def test_an_imported_key_in_every_state(kms, kind):
    made = kms.create_key(Origin="EXTERNAL", KeySpec=kind[0], KeyUsage=kind[1])["KeyMetadata"]
    key_id, material = made["KeyId"], materials.material(kind[0])
    check(made, kind, "PendingImport")
    import_material(kms, key_id, material, WRAPPING)
    check(described(kms, key_id), kind, "Enabled", "ExpirationModel", *current(kind))
    import_material(kms, key_id, material, WRAPPING, ValidTo=from_now(days=1))
    expiring = ("ExpirationModel", "ValidTo", *current(kind))
    check(described(kms, key_id), kind, "Enabled", *expiring)
    kms.disable_key(KeyId=key_id)
    check(described(kms, key_id), kind, "Disabled", *expiring)
    kms.schedule_key_deletion(KeyId=key_id)
    check(described(kms, key_id), kind, "PendingDeletion", "DeletionDate", *expiring)
    kms.delete_imported_key_material(KeyId=key_id)
    check(described(kms, key_id), kind, "PendingDeletion", "DeletionDate", *current(kind))
    kms.cancel_key_deletion(KeyId=key_id)
    # Which material is current is known although it is not there.
    check(described(kms, key_id), kind, "PendingImport", *current(kind))


def test_a_pending_material_is_not_the_current_one_but_may_be_the_first_to_expire(kms):
    kind, key_id = KINDS[0], external_key(kms)
    first = import_material(kms, key_id, os.urandom(32))["KeyMaterialId"]
    import_material(kms, key_id, os.urandom(32), ImportType="NEW_KEY_MATERIAL", ValidTo=from_now(days=1))
    found = described(kms, key_id)
    assert found["CurrentKeyMaterialId"] == first
    check(found, kind, "Enabled", "ExpirationModel", "ValidTo", "CurrentKeyMaterialId")


@named(KINDS)
def test_a_multi_region_key_in_every_state(kms, server, kind):
    abroad = server.client(region=ABROAD)
    key_id = generated_key(kms, *kind, MultiRegion=True)
    own = ("MultiRegionConfiguration", *current(kind))
    check(described(kms, key_id), kind, "Enabled", *own)
    made = kms.replicate_key(KeyId=key_id, ReplicaRegion=ABROAD)
    check(made["ReplicaKeyMetadata"], kind, "Creating", *own)
    for client in (kms, abroad):
        check(described(client, key_id), kind, "Enabled", *own)
    waiting = kms.schedule_key_deletion(KeyId=key_id)
    assert "DeletionDate" not in waiting
    check(described(kms, key_id), kind, "PendingReplicaDeletion", "PendingDeletionWindowInDays", *own)
    abroad.schedule_key_deletion(KeyId=key_id)
    check(described(abroad, key_id), kind, "PendingDeletion", "DeletionDate", *own)


def test_a_replica_without_its_material(kms, server):
    kind, key_id, material = KINDS[0], external_key(kms, MultiRegion=True), os.urandom(32)
    import_material(kms, key_id, material, ValidTo=from_now(days=1))
    made = kms.replicate_key(KeyId=key_id, ReplicaRegion=ABROAD)["ReplicaKeyMetadata"]
    abroad, own = server.client(region=ABROAD), ("MultiRegionConfiguration", "CurrentKeyMaterialId")
    check(made, kind, "Creating", *own)
    check(described(abroad, key_id), kind, "PendingImport", *own)
    import_material(abroad, key_id, material)
    check(described(abroad, key_id), kind, "Enabled", "ExpirationModel", *own)


def test_a_key_of_the_service(kms):
    found = described(kms, "alias/aws/s3")
    check(found, KINDS[0], "Enabled", "CurrentKeyMaterialId")
    assert found["KeyManager"] == "AWS"


@named(KINDS[2:])
def test_a_public_key(kms, kind):
    answer = kms.get_public_key(KeyId=generated_key(kms, *kind))
    members = {"KeyId", "PublicKey", "CustomerMasterKeySpec", "KeySpec", "KeyUsage", ALGORITHMS[kind[1]]}
    assert answer.keys() - {"ResponseMetadata"} == members


# Of the answers to the calls that `support.calls` makes: what the model has, and they have not.

NOT_ATTESTED = {"CiphertextForRecipient"}
ABSENT = {
    "Decrypt": NOT_ATTESTED,
    "DeriveSharedSecret": NOT_ATTESTED,
    "GenerateDataKey": NOT_ATTESTED,
    "GenerateDataKeyPair": NOT_ATTESTED,
    "GenerateRandom": NOT_ATTESTED,
    # Rotations are done when the call that asks for them returns.
    "GetKeyRotationStatus": {"OnDemandRotationStartDate"},
    # The key is for signing.
    "GetPublicKey": {"EncryptionAlgorithms", "KeyAgreementAlgorithms", "EncapsulationAlgorithms"},
    "ListKeyPolicies": {"NextMarker"},
    "DescribeCustomKeyStores": {"NextMarker"},
}
# Lists that may or may not go on, as they are shared with other tests.
LISTS = tuple(model.PAGINATORS)


@pytest.mark.parametrize("operation", calls.SUCCEED)
def test_every_answer(world, operation):
    answer = calls_of(world.kms)[operation](**calls.SUCCEED[operation](world))
    del answer["ResponseMetadata"]
    absent = ABSENT.get(operation, set())
    if operation in LISTS:
        assert ("NextMarker" in answer) is answer["Truncated"]
        absent = absent if answer["Truncated"] else {"NextMarker"}
    assert answer.keys() == model.answer_members(operation).keys() - absent
    if "KeyId" in answer:
        assert answer["KeyId"].startswith(f"arn:aws:kms:{REGION}:{ACCOUNT}:key/")


@pytest.mark.parametrize("operation", [name for name in calls.SUCCEED if not model.answer_members(name)])
def test_no_answer_is_an_empty_body(world, server, operation):
    request = calls.SUCCEED[operation](world)
    answer = Call(server, operation, generated.as_json(request)).signed().send()
    assert (answer.status, answer.body) == (200, b"")


def calls_of(client) -> dict:
    return {name: getattr(client, method) for method, name in client.meta.method_to_api_mapping.items()}


@pytest.mark.parametrize("operation", ["ImportKeyMaterial", "DeleteImportedKeyMaterial"])
@named(IMPORTABLE)
def test_only_symmetric_encryption_keys_show_their_materials(kms, operation, kind):
    key_id = external_key(kms, *kind)
    answer = import_material(kms, key_id, materials.material(kind[0]), WRAPPING)
    if operation == "DeleteImportedKeyMaterial":
        answer = kms.delete_imported_key_material(KeyId=key_id)
    shown = {"KeyMaterialId"} if current(kind) else set()
    assert answer.keys() - {"ResponseMetadata"} == {"KeyId", *shown}


# What cryptographic operations say of the key, by whatever name it was called.


@pytest.mark.parametrize("operation", [name for name in calls.SUCCEED if table()[name]["key_ids"] == "IdOrAlias"])
def test_by_an_alias_the_answer_names_the_key(world, operation):
    request = calls.SUCCEED[operation](world)
    member = "DestinationKeyId" if operation == "ReEncrypt" else "KeyId"
    key_id = request[member]
    alias = world.once(("alias", key_id), lambda: world.alias(key_id))
    for name in (alias, f"arn:aws:kms:{REGION}:{ACCOUNT}:{alias}"):
        answer = calls_of(world.kms)[operation](**{**request, member: name})
        answer = answer.get("KeyMetadata", answer)
        assert answer["Arn" if operation == "DescribeKey" else "KeyId"] == world.arn(key_id)


def test_by_an_alias_the_source_is_named_too(world):
    key_id = world.key()
    alias = world.once(("alias", key_id), lambda: world.alias(key_id))
    answer = world.kms.re_encrypt(CiphertextBlob=world.ciphertext(), SourceKeyId=alias, DestinationKeyId=alias)
    assert answer["SourceKeyId"] == answer["KeyId"] == world.arn(key_id)


def test_answers_name_the_material_that_was_used(kms):
    key_id, other = generated_key(kms), generated_key(kms)
    first = described(kms, key_id)["CurrentKeyMaterialId"]
    old = kms.encrypt(KeyId=key_id, Plaintext=b"x")["CiphertextBlob"]
    kms.rotate_key_on_demand(KeyId=key_id)
    second = described(kms, key_id)["CurrentKeyMaterialId"]
    assert first != second and len(first) == len(second) == 64
    spec, pair = {"KeySpec": "AES_256"}, {"KeyPairSpec": "ECC_NIST_P256"}
    for call, fields in (
        (kms.generate_data_key, spec),
        (kms.generate_data_key_without_plaintext, spec),
        (kms.generate_data_key_pair, pair),
        (kms.generate_data_key_pair_without_plaintext, pair),
    ):
        made = call(KeyId=key_id, **fields)
        assert made["KeyMaterialId"] == second
        blob = made.get("CiphertextBlob") or made["PrivateKeyCiphertextBlob"]
        assert kms.decrypt(CiphertextBlob=blob)["KeyMaterialId"] == second
    assert kms.decrypt(CiphertextBlob=old)["KeyMaterialId"] == first
    moved = kms.re_encrypt(CiphertextBlob=old, DestinationKeyId=other)
    assert moved["SourceKeyMaterialId"] == first
    assert moved["DestinationKeyMaterialId"] == described(kms, other)["CurrentKeyMaterialId"]


def test_pairs_have_no_material_to_name(kms):
    rsa, symmetric = generated_key(kms, "RSA_2048", "ENCRYPT_DECRYPT"), generated_key(kms)
    how = {"KeyId": rsa, "EncryptionAlgorithm": "RSAES_OAEP_SHA_256"}
    sealed = kms.encrypt(Plaintext=b"x", **how)
    opened = kms.decrypt(CiphertextBlob=sealed["CiphertextBlob"], **how)
    assert opened.keys() == {"KeyId", "Plaintext", "EncryptionAlgorithm", "ResponseMetadata"}
    source = {"SourceKeyId": rsa, "SourceEncryptionAlgorithm": "RSAES_OAEP_SHA_256"}
    moved = kms.re_encrypt(CiphertextBlob=sealed["CiphertextBlob"], DestinationKeyId=symmetric, **source)
    assert "SourceKeyMaterialId" not in moved and "DestinationKeyMaterialId" in moved
    back = kms.re_encrypt(
        CiphertextBlob=moved["CiphertextBlob"],
        DestinationKeyId=rsa,
        DestinationEncryptionAlgorithm="RSAES_OAEP_SHA_256",
    )
    assert "SourceKeyMaterialId" in back and "DestinationKeyMaterialId" not in back


# What lists are made of.


def test_entries_of_lists(kms, server):
    own = server.client(access_key="300000000091")
    key_id = generated_key(own)
    [entry] = own.list_keys()["Keys"]
    assert entry.keys() == {"KeyId", "KeyArn"} and entry["KeyId"] == key_id
    own.create_alias(AliasName="alias/mine", TargetKeyId=key_id)
    [alias] = own.list_aliases(KeyId=key_id)["Aliases"]
    assert alias.keys() == {"AliasName", "AliasArn", "TargetKeyId", "CreationDate", "LastUpdatedDate"}
    # A plain id, here and nowhere else.
    assert alias["TargetKeyId"] == key_id
    predefined = next(a for a in own.list_aliases()["Aliases"] if a["AliasName"].startswith("alias/aws/"))
    assert predefined.keys() == {"AliasName", "AliasArn"}


GRANTED = {"KeyId", "GrantId", "Name", "CreationDate", "GranteePrincipal", "IssuingAccount", "Operations"}


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"Name": "mine"},
        {"RetiringPrincipal": calls.RETIRING},
        {"Constraints": {"EncryptionContextEquals": {"a": "b"}}},
        {"RetiringPrincipal": calls.RETIRING, "Constraints": {"EncryptionContextSubset": {"a": "b"}}},
    ],
    ids=lambda fields: ", ".join(fields) or "nothing more",
)
def test_entries_of_grants(kms, fields):
    key_id = generated_key(kms)
    made = kms.create_grant(KeyId=key_id, GranteePrincipal=calls.GRANTEE, Operations=["Encrypt"], **fields)
    [entry] = kms.list_grants(KeyId=key_id)["Grants"]
    assert entry.keys() == GRANTED | fields.keys()
    assert entry["GrantId"] == made["GrantId"] and len(made["GrantId"]) == 64
    assert entry["KeyId"] == f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{key_id}"
    assert entry["IssuingAccount"] == f"arn:aws:iam::{ACCOUNT}:root"
    assert entry["Name"] == fields.get("Name", "")


def test_entries_of_rotations(kms):
    key_id = external_key(kms)
    import_material(kms, key_id, os.urandom(32), KeyMaterialDescription="first", ValidTo=from_now(days=1))
    import_material(kms, key_id, os.urandom(32), ImportType="NEW_KEY_MATERIAL")
    kms.rotate_key_on_demand(KeyId=key_id)
    import_material(kms, key_id, os.urandom(32), ImportType="NEW_KEY_MATERIAL")
    asked = {"KeyId": key_id, "IncludeKeyMaterial": "ALL_KEY_MATERIAL"}
    found = {entry["KeyMaterialState"]: entry for entry in kms.list_key_rotations(**asked)["Rotations"]}
    every = {"KeyId", "KeyMaterialId", "KeyMaterialState", "ImportState", "ExpirationModel"}
    assert found["NON_CURRENT"].keys() == every | {"KeyMaterialDescription", "ValidTo"}
    assert found["CURRENT"].keys() == every | {"RotationDate", "RotationType"}
    assert found["PENDING_ROTATION"].keys() == every
    # What is known of a material is told whether or not it is there.
    kms.delete_imported_key_material(KeyId=key_id, KeyMaterialId=found["NON_CURRENT"]["KeyMaterialId"])
    gone = kms.list_key_rotations(**asked)["Rotations"][0]
    assert gone == {**found["NON_CURRENT"], "ImportState": "PENDING_IMPORT"}


def test_entries_of_rotations_of_a_generated_key(kms):
    key_id = generated_key(kms)
    kms.rotate_key_on_demand(KeyId=key_id)
    asked = {"KeyId": key_id, "IncludeKeyMaterial": "ALL_KEY_MATERIAL"}
    first, second = kms.list_key_rotations(**asked)["Rotations"]
    every = {"KeyId", "KeyMaterialId", "KeyMaterialState"}
    assert (first.keys(), second.keys()) == (every, every | {"RotationDate", "RotationType"})
