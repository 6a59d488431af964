"""The life of a key with imported material: several materials, rotation, deletion, states, restarts."""

import datetime
import os

import pytest
from support import materials, wrapping
from support.ceremony import external_key, import_material, import_wrapped, imported_key, parameters, state
from support.errors import refused
from support.times import from_now, now

# On-demand rotations in the life of one key (AWS's quota).
MOST_ROTATIONS = 25


def rotations(kms, key_id, everything=True):
    include = "ALL_KEY_MATERIAL" if everything else "ROTATIONS_ONLY"
    return kms.list_key_rotations(KeyId=key_id, IncludeKeyMaterial=include)["Rotations"]


def states(kms, key_id):
    return {entry["KeyMaterialId"]: entry["KeyMaterialState"] for entry in rotations(kms, key_id)}


# Delete and bring back.


def test_deleted_material_comes_back_and_opens_what_it_sealed(kms):
    material = os.urandom(32)
    key_id = external_key(kms)
    material_id = import_material(kms, key_id, material)["KeyMaterialId"]
    sealed = kms.encrypt(KeyId=key_id, Plaintext=b"before")["CiphertextBlob"]

    answer = kms.delete_imported_key_material(KeyId=key_id)
    assert answer["KeyId"].endswith(f"key/{key_id}")
    assert answer["KeyMaterialId"] == material_id
    assert state(kms, key_id) == "PendingImport"
    with refused("KMSInvalidStateException", "is pending import."):
        kms.decrypt(CiphertextBlob=sealed)
    with refused("KMSInvalidStateException", "is pending import."):
        kms.encrypt(KeyId=key_id, Plaintext=b"x")

    assert import_material(kms, key_id, material)["KeyMaterialId"] == material_id
    assert kms.decrypt(CiphertextBlob=sealed)["Plaintext"] == b"before"


@pytest.mark.parametrize("spec", ["SYMMETRIC_DEFAULT", "HMAC_256", "ECC_NIST_P256"])
def test_after_deletion_only_the_same_material_comes_back(kms, spec):
    other = {
        "SYMMETRIC_DEFAULT": os.urandom(32),
        "HMAC_256": os.urandom(32),
        "ECC_NIST_P256": materials.pkcs8(materials.private_key.__wrapped__("ECC_NIST_P256")),
    }[spec]
    key_id = imported_key(kms, materials.material(spec), spec)
    kms.delete_imported_key_material(KeyId=key_id)
    with refused("IncorrectKeyMaterialException"):
        import_material(kms, key_id, other)
    assert state(kms, key_id) == "PendingImport"
    import_material(kms, key_id, materials.material(spec))
    assert state(kms, key_id) == "Enabled"


@pytest.mark.parametrize("spec", ["HMAC_256", "RSA_2048"])
def test_the_material_of_other_keys_never_changes(kms, spec):
    key_id = imported_key(kms, materials.material(spec), spec)
    other = (
        os.urandom(32)
        if spec == "HMAC_256"
        else materials.pkcs8(materials.private_key.__wrapped__("RSA_2048"))
    )
    with refused("IncorrectKeyMaterialException"):
        import_material(kms, key_id, other, "RSA_AES_KEY_WRAP_SHA_256")
    import_material(kms, key_id, materials.material(spec), "RSA_AES_KEY_WRAP_SHA_1", "RSA_3072")
    materials.prove(kms, key_id, spec, "SIGN_VERIFY" if spec == "RSA_2048" else "GENERATE_VERIFY_MAC")


def test_deletion_without_material_is_no_error(kms):
    key_id = external_key(kms)
    kms.delete_imported_key_material(KeyId=key_id)
    kms.delete_imported_key_material(KeyId=key_id)
    assert state(kms, key_id) == "PendingImport"


def test_a_reimport_changes_the_expiry(kms):
    material, key_id = os.urandom(32), external_key(kms)
    import_material(kms, key_id, material)
    assert kms.describe_key(KeyId=key_id)["KeyMetadata"]["ExpirationModel"] == "KEY_MATERIAL_DOES_NOT_EXPIRE"
    valid_to = from_now(days=9)
    import_material(kms, key_id, material, ValidTo=valid_to)
    assert kms.describe_key(KeyId=key_id)["KeyMetadata"]["ValidTo"] == valid_to
    import_material(kms, key_id, material)
    assert "ValidTo" not in kms.describe_key(KeyId=key_id)["KeyMetadata"]


def test_equal_bytes_under_two_keys_are_two_materials(kms):
    material = os.urandom(32)
    first, second = external_key(kms), external_key(kms)
    ids = [import_material(kms, key_id, material)["KeyMaterialId"] for key_id in (first, second)]
    assert ids[0] != ids[1]
    sealed = kms.encrypt(KeyId=first, Plaintext=b"x")["CiphertextBlob"]
    with refused("IncorrectKeyException"):
        kms.decrypt(CiphertextBlob=sealed, KeyId=second)


def test_pairs_and_hmac_keys_have_no_material_id(kms):
    for spec in ("HMAC_256", "ECC_NIST_P256"):
        key_id = external_key(kms, spec)
        assert "KeyMaterialId" not in import_material(kms, key_id, materials.material(spec))
        assert "CurrentKeyMaterialId" not in kms.describe_key(KeyId=key_id)["KeyMetadata"]


# Several materials.


@pytest.fixture
def rotated(kms):
    """A key with two materials, the second current; what the first sealed, and all bytes and ids."""
    first, second, key_id = os.urandom(32), os.urandom(32), external_key(kms)
    first_id = import_material(kms, key_id, first)["KeyMaterialId"]
    sealed = kms.encrypt(KeyId=key_id, Plaintext=b"by the first")["CiphertextBlob"]
    second_id = import_material(kms, key_id, second, ImportType="NEW_KEY_MATERIAL")["KeyMaterialId"]
    assert kms.rotate_key_on_demand(KeyId=key_id)["KeyId"].endswith(key_id)
    return {
        "key_id": key_id,
        "first": first,
        "second": second,
        "first_id": first_id,
        "second_id": second_id,
        "sealed": sealed,
    }


def test_new_material_waits_for_the_rotation(kms):
    key_id = external_key(kms)
    first_id = import_material(kms, key_id, os.urandom(32))["KeyMaterialId"]
    second = os.urandom(32)
    second_id = import_material(kms, key_id, second, ImportType="NEW_KEY_MATERIAL")["KeyMaterialId"]
    assert first_id != second_id
    assert states(kms, key_id) == {first_id: "CURRENT", second_id: "PENDING_ROTATION"}
    assert kms.describe_key(KeyId=key_id)["KeyMetadata"]["CurrentKeyMaterialId"] == first_id
    sealed = kms.encrypt(KeyId=key_id, Plaintext=b"x")["CiphertextBlob"]
    assert kms.decrypt(CiphertextBlob=sealed)["KeyMaterialId"] == first_id

    kms.rotate_key_on_demand(KeyId=key_id)
    assert states(kms, key_id) == {first_id: "NON_CURRENT", second_id: "CURRENT"}
    assert kms.describe_key(KeyId=key_id)["KeyMetadata"]["CurrentKeyMaterialId"] == second_id
    again = kms.encrypt(KeyId=key_id, Plaintext=b"x")["CiphertextBlob"]
    assert kms.decrypt(CiphertextBlob=again)["KeyMaterialId"] == second_id
    assert kms.decrypt(CiphertextBlob=sealed)["KeyMaterialId"] == first_id


def test_by_default_a_second_import_is_of_existing_material(kms):
    key_id = imported_key(kms, os.urandom(32))
    with refused("IncorrectKeyMaterialException"):
        import_material(kms, key_id, os.urandom(32))


def test_only_one_material_waits_at_a_time(kms):
    key_id = imported_key(kms, os.urandom(32))
    second = os.urandom(32)
    second_id = import_material(kms, key_id, second, ImportType="NEW_KEY_MATERIAL")["KeyMaterialId"]
    with refused("KMSInvalidStateException", f"(id: {second_id}) is pending rotation."):
        import_material(kms, key_id, os.urandom(32), ImportType="NEW_KEY_MATERIAL")
    # The pending bytes once more are a reimport, whichever way they are announced.
    assert import_material(kms, key_id, second, ImportType="NEW_KEY_MATERIAL")["KeyMaterialId"] == second_id
    assert (
        import_material(kms, key_id, second, ImportType="EXISTING_KEY_MATERIAL")["KeyMaterialId"] == second_id
    )
    assert list(states(kms, key_id).values()).count("PENDING_ROTATION") == 1


def test_a_rotation_needs_a_material_that_waits(kms, rotated):
    with refused("KMSInvalidStateException", "No available key material pending rotation for the key:"):
        kms.rotate_key_on_demand(KeyId=rotated["key_id"])
    with refused("KMSInvalidStateException"):
        kms.rotate_key_on_demand(KeyId=external_key(kms))


@pytest.mark.parametrize("gone", ["first", "second"])
def test_the_key_needs_all_its_materials(kms, rotated, gone):
    key_id = rotated["key_id"]
    answer = kms.delete_imported_key_material(KeyId=key_id, KeyMaterialId=rotated[f"{gone}_id"])
    assert answer["KeyMaterialId"] == rotated[f"{gone}_id"]
    assert state(kms, key_id) == "PendingImport"
    with refused("KMSInvalidStateException", "is pending import."):
        kms.encrypt(KeyId=key_id, Plaintext=b"x")
    import_material(kms, key_id, rotated[gone], KeyMaterialId=rotated[f"{gone}_id"])
    assert state(kms, key_id) == "Enabled"
    assert kms.decrypt(CiphertextBlob=rotated["sealed"])["Plaintext"] == b"by the first"


def test_with_both_gone_both_must_come_back(kms, rotated):
    key_id = rotated["key_id"]
    for which in ("first", "second"):
        kms.delete_imported_key_material(KeyId=key_id, KeyMaterialId=rotated[f"{which}_id"])
    import_material(kms, key_id, rotated["second"])
    assert state(kms, key_id) == "PendingImport"
    import_states = {entry["KeyMaterialId"]: entry["ImportState"] for entry in rotations(kms, key_id)}
    assert import_states == {rotated["first_id"]: "PENDING_IMPORT", rotated["second_id"]: "IMPORTED"}
    import_material(kms, key_id, rotated["first"])
    assert state(kms, key_id) == "Enabled"


def test_without_an_id_the_current_material_is_deleted(kms, rotated):
    answer = kms.delete_imported_key_material(KeyId=rotated["key_id"])
    assert answer["KeyMaterialId"] == rotated["second_id"]


def test_a_pending_material_may_go_and_the_key_works_on(kms):
    key_id = imported_key(kms, os.urandom(32))
    second_id = import_material(kms, key_id, os.urandom(32), ImportType="NEW_KEY_MATERIAL")["KeyMaterialId"]
    kms.delete_imported_key_material(KeyId=key_id, KeyMaterialId=second_id)
    assert state(kms, key_id) == "Enabled"
    materials.prove_symmetric(kms, key_id)
    third_id = import_material(kms, key_id, os.urandom(32), ImportType="NEW_KEY_MATERIAL")["KeyMaterialId"]
    assert states(kms, key_id)[third_id] == "PENDING_ROTATION"


def test_a_material_id_must_be_one_of_the_key(kms, rotated):
    with refused("IncorrectKeyMaterialException"):
        import_material(kms, rotated["key_id"], rotated["first"], KeyMaterialId=rotated["second_id"])
    with refused("IncorrectKeyMaterialException"):
        import_material(kms, rotated["key_id"], os.urandom(32), KeyMaterialId=rotated["first_id"])


def test_the_earliest_expiry_is_the_keys(kms):
    key_id = external_key(kms)
    early, late = from_now(days=2), from_now(days=20)
    import_material(kms, key_id, os.urandom(32), ValidTo=late)
    import_material(kms, key_id, os.urandom(32), ValidTo=early, ImportType="NEW_KEY_MATERIAL")
    kms.rotate_key_on_demand(KeyId=key_id)
    assert kms.describe_key(KeyId=key_id)["KeyMetadata"]["ValidTo"] == early
    assert {entry["ValidTo"] for entry in rotations(kms, key_id)} == {early, late}


def test_a_key_rotates_25_times_and_no_more(kms):
    key_id = external_key(kms)
    import_material(kms, key_id, os.urandom(32))
    oldest = kms.encrypt(KeyId=key_id, Plaintext=b"oldest")["CiphertextBlob"]
    given = parameters(kms, key_id)

    def another():
        wrapped = wrapping.by_cryptography("RSAES_OAEP_SHA_256", given["PublicKey"], os.urandom(32))
        import_wrapped(kms, key_id, given, wrapped, ImportType="NEW_KEY_MATERIAL")

    for _ in range(MOST_ROTATIONS):
        another()
        kms.rotate_key_on_demand(KeyId=key_id)
    another()
    with refused("LimitExceededException"):
        kms.rotate_key_on_demand(KeyId=key_id)
    done = rotations(kms, key_id, everything=False)
    assert len(done) == MOST_ROTATIONS
    assert {entry["RotationType"] for entry in done} == {"ON_DEMAND"}
    assert kms.decrypt(CiphertextBlob=oldest)["Plaintext"] == b"oldest"


@pytest.mark.parametrize("spec", ["HMAC_256", "ECC_NIST_P256"])
def test_other_keys_do_not_rotate(kms, spec):
    key_id = imported_key(kms, materials.material(spec), spec)
    with refused("UnsupportedOperationException"):
        kms.rotate_key_on_demand(KeyId=key_id)
    with refused("UnsupportedOperationException"):
        kms.list_key_rotations(KeyId=key_id)


# What ListKeyRotations shows.


def test_rotations_are_listed_with_what_is_known_of_them(kms, rotated):
    by_id = {entry["KeyMaterialId"]: entry for entry in rotations(kms, rotated["key_id"])}
    first, second = by_id[rotated["first_id"]], by_id[rotated["second_id"]]
    assert first["KeyId"].endswith(rotated["key_id"])
    assert first["ImportState"] == second["ImportState"] == "IMPORTED"
    assert first["ExpirationModel"] == "KEY_MATERIAL_DOES_NOT_EXPIRE"
    assert "RotationDate" not in first and "RotationType" not in first
    assert second["RotationType"] == "ON_DEMAND" and "RotationDate" in second


def test_without_being_asked_only_rotations_are_listed(kms, rotated):
    third = import_material(kms, rotated["key_id"], os.urandom(32), ImportType="NEW_KEY_MATERIAL")
    listed = [entry["KeyMaterialId"] for entry in rotations(kms, rotated["key_id"], everything=False)]
    assert listed == [rotated["second_id"]]
    everything = [entry["KeyMaterialId"] for entry in rotations(kms, rotated["key_id"])]
    assert sorted(everything) == sorted([rotated["first_id"], rotated["second_id"], third["KeyMaterialId"]])


def test_a_description_stays_until_it_is_replaced(kms):
    def description():
        return rotations(kms, key_id)[0].get("KeyMaterialDescription")

    material, key_id = os.urandom(32), external_key(kms)
    import_material(kms, key_id, material, KeyMaterialDescription="from vault: 1/2")
    assert description() == "from vault: 1/2"
    import_material(kms, key_id, material)
    assert description() == "from vault: 1/2"
    import_material(kms, key_id, material, KeyMaterialDescription="from vault: 2/2")
    assert description() == "from vault: 2/2"


# States.


def test_disabled_and_enabled(kms):
    key_id = imported_key(kms, os.urandom(32))
    kms.disable_key(KeyId=key_id)
    kms.disable_key(KeyId=key_id)
    assert state(kms, key_id) == "Disabled"
    with refused("DisabledException", "is disabled."):
        kms.encrypt(KeyId=key_id, Plaintext=b"x")
    kms.enable_key(KeyId=key_id)
    kms.enable_key(KeyId=key_id)
    materials.prove_symmetric(kms, key_id)


def test_a_key_without_material_is_neither_enabled_nor_disabled(kms):
    key_id = external_key(kms)
    with refused("KMSInvalidStateException", "is pending import."):
        kms.enable_key(KeyId=key_id)
    with refused("KMSInvalidStateException", "is pending import."):
        kms.disable_key(KeyId=key_id)


def test_deletion_scheduled_and_cancelled(kms):
    key_id = imported_key(kms, os.urandom(32))
    scheduled = kms.schedule_key_deletion(KeyId=key_id, PendingWindowInDays=7)
    assert scheduled["KeyState"] == "PendingDeletion" and scheduled["PendingWindowInDays"] == 7
    metadata = kms.describe_key(KeyId=key_id)["KeyMetadata"]
    assert metadata["DeletionDate"] == scheduled["DeletionDate"]
    days = scheduled["DeletionDate"] - now()
    assert datetime.timedelta(days=6, hours=23) < days <= datetime.timedelta(days=7)
    with refused("KMSInvalidStateException", "is pending deletion."):
        kms.encrypt(KeyId=key_id, Plaintext=b"x")
    with refused("KMSInvalidStateException", "is pending deletion."):
        kms.schedule_key_deletion(KeyId=key_id)
    assert kms.cancel_key_deletion(KeyId=key_id)["KeyId"].endswith(key_id)
    assert state(kms, key_id) == "Disabled"
    with refused("KMSInvalidStateException", "is not pending deletion."):
        kms.cancel_key_deletion(KeyId=key_id)
    kms.enable_key(KeyId=key_id)
    materials.prove_symmetric(kms, key_id)


def test_material_can_be_deleted_from_a_key_about_to_be_deleted(kms):
    key_id = imported_key(kms, os.urandom(32))
    kms.schedule_key_deletion(KeyId=key_id)
    kms.delete_imported_key_material(KeyId=key_id)
    assert state(kms, key_id) == "PendingDeletion"


def test_a_disabled_key_takes_its_material_again_and_stays_disabled(kms):
    material, key_id = os.urandom(32), external_key(kms)
    import_material(kms, key_id, material)
    kms.disable_key(KeyId=key_id)
    import_material(kms, key_id, material)
    assert state(kms, key_id) == "Disabled"


def test_multi_region_keys_have_their_own_kind_of_id(kms):
    made = kms.create_key(Origin="EXTERNAL", MultiRegion=True)["KeyMetadata"]
    assert made["KeyId"].startswith("mrk-") and len(made["KeyId"]) == 36
    assert made["MultiRegion"] is True
    assert made["MultiRegionConfiguration"]["MultiRegionKeyType"] == "PRIMARY"
    import_material(kms, made["KeyId"], os.urandom(32))
    materials.prove_symmetric(kms, made["KeyId"])


# Across restarts.


def test_a_restart_keeps_everything(own_server):
    kms = own_server.client()
    material, key_id = (
        os.urandom(32),
        external_key(kms, Description="kept", Tags=[{"TagKey": "a", "TagValue": "b"}]),
    )
    import_material(kms, key_id, material)
    second = os.urandom(32)
    import_material(kms, key_id, second, ImportType="NEW_KEY_MATERIAL", KeyMaterialDescription="second")
    kms.create_alias(AliasName="alias/kept", TargetKeyId=key_id)
    sealed = kms.encrypt(KeyId=key_id, Plaintext=b"before")["CiphertextBlob"]
    described = kms.describe_key(KeyId="alias/kept")["KeyMetadata"]
    listed = rotations(kms, key_id)
    hmac_id = imported_key(kms, materials.material("HMAC_256"), "HMAC_256")
    waiting = external_key(kms)
    given = parameters(kms, waiting)
    wrapped = wrapping.by_openssl("RSAES_OAEP_SHA_256", given["PublicKey"], os.urandom(32))

    own_server.restart()
    kms = own_server.client()
    assert kms.describe_key(KeyId="alias/kept")["KeyMetadata"] == described
    assert rotations(kms, key_id) == listed
    assert kms.decrypt(CiphertextBlob=sealed)["Plaintext"] == b"before"
    kms.rotate_key_on_demand(KeyId=key_id)
    materials.prove(kms, hmac_id, "HMAC_256", "GENERATE_VERIFY_MAC")
    # The token was made by a process that is gone.
    import_wrapped(kms, waiting, given, wrapped)
    assert state(kms, waiting) == "Enabled"
