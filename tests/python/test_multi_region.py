"""Multi-Region keys with a client in each Region: what they share, what each has for itself, and how imported
material comes to all of them. What takes days is tested in the engine, whose clock can be moved."""

import json
import os

import pytest
from support import people, shell
from support.ceremony import external_key, generated_key, import_material, import_wrapped, parameters, state
from support.errors import refused
from support.server import ACCOUNT, REGION, Server
from support.wrapping import by_cryptography

ABROAD, FAR = "eu-west-1", "ap-southeast-2"
# Longer than a test takes: what settles in this time is seen while it does.
SETTLING_SECONDS = 1800
# What `aws` ends with when the service refuses.
EXIT_REFUSED = 255


@pytest.fixture(scope="module")
def abroad(server):
    """boto3 in another Region."""
    return server.client(region=ABROAD)


@pytest.fixture(scope="module")
def far(server):
    return server.client(region=FAR)


@pytest.fixture
def key(kms):
    """A primary key with a replica abroad."""
    key_id = generated_key(kms, MultiRegion=True)
    kms.replicate_key(KeyId=key_id, ReplicaRegion=ABROAD)
    return key_id


@pytest.fixture
def imported(kms, abroad):
    """A primary key and its replica abroad, both with the same imported material; its id and the material."""
    material, key_id = os.urandom(32), external_key(kms, MultiRegion=True)
    import_material(kms, key_id, material)
    kms.replicate_key(KeyId=key_id, ReplicaRegion=ABROAD)
    import_material(abroad, key_id, material)
    return key_id, material


def arn(key_id, region=REGION):
    return f"arn:aws:kms:{region}:{ACCOUNT}:key/{key_id}"


def described(client, key_id) -> dict:
    return client.describe_key(KeyId=key_id)["KeyMetadata"]


def family(primary, *replicas):
    """How every member of a family is to be described but for its own type."""

    def place(key_arn):
        return {"Arn": key_arn, "Region": key_arn.split(":")[3]}

    return {"PrimaryKey": place(primary), "ReplicaKeys": [place(replica) for replica in sorted(replicas)]}


def check_family(client, key_id, kind, expected):
    found = described(client, key_id)["MultiRegionConfiguration"]
    assert found.pop("MultiRegionKeyType") == kind
    found["ReplicaKeys"].sort(key=lambda replica: replica["Arn"])
    assert found == expected


def materials(client, key_id) -> dict:
    entries = client.list_key_rotations(KeyId=key_id, IncludeKeyMaterial="ALL_KEY_MATERIAL")["Rotations"]
    return {entry["KeyMaterialId"]: (entry["KeyMaterialState"], entry["ImportState"]) for entry in entries}


# ReplicateKey.


def test_a_replica_is_described_from_both_sides(kms, abroad, far):
    key_id = generated_key(kms, MultiRegion=True)
    check_family(kms, key_id, "PRIMARY", family(arn(key_id)))
    made = kms.replicate_key(KeyId=key_id, ReplicaRegion=ABROAD)["ReplicaKeyMetadata"]
    assert (made["Arn"], made["KeyState"], made["Enabled"]) == (arn(key_id, ABROAD), "Creating", False)
    kms.replicate_key(KeyId=arn(key_id), ReplicaRegion=FAR)
    expected = family(arn(key_id), arn(key_id, ABROAD), arn(key_id, FAR))
    check_family(kms, key_id, "PRIMARY", expected)
    check_family(abroad, key_id, "REPLICA", expected)
    check_family(far, arn(key_id, FAR), "REPLICA", expected)

    here, there = described(kms, key_id), described(abroad, key_id)
    own = {"Arn", "CreationDate", "Description", "MultiRegionConfiguration"}
    assert {name for name in here if here[name] != there.get(name)} <= own
    assert (here.keys(), there["KeyState"]) == (there.keys(), "Enabled")


@pytest.mark.parametrize(
    ("spec", "usage"),
    [
        ("HMAC_256", "GENERATE_VERIFY_MAC"),
        ("ECC_NIST_P256", "SIGN_VERIFY"),
        ("RSA_2048", "ENCRYPT_DECRYPT"),
        ("ML_KEM_768", "ENCAPSULATE_DECAPSULATE"),
    ],
)
def test_keys_of_every_kind_have_the_same_material_everywhere(kms, abroad, spec, usage):
    key_id = generated_key(kms, spec, usage, MultiRegion=True)
    kms.replicate_key(KeyId=key_id, ReplicaRegion=ABROAD)
    if spec == "HMAC_256":
        how = {"KeyId": key_id, "Message": b"m", "MacAlgorithm": "HMAC_SHA_256"}
        assert kms.generate_mac(**how)["Mac"] == abroad.generate_mac(**how)["Mac"]
    else:
        assert kms.get_public_key(KeyId=key_id)["PublicKey"] == abroad.get_public_key(KeyId=key_id)["PublicKey"]


def test_what_one_region_seals_the_other_opens(kms, abroad, far, key):
    context = {"tenant": "blue"}
    for here, there, region in ((kms, abroad, ABROAD), (abroad, kms, REGION)):
        sealed = here.encrypt(KeyId=key, Plaintext=b"secret", EncryptionContext=context)["CiphertextBlob"]
        opened = there.decrypt(CiphertextBlob=sealed, EncryptionContext=context)
        assert (opened["Plaintext"], opened["KeyId"]) == (b"secret", arn(key, region))
        assert opened["KeyMaterialId"] == described(there, key)["CurrentKeyMaterialId"]
        assert there.decrypt(KeyId=key, CiphertextBlob=sealed, EncryptionContext=context)["Plaintext"] == b"secret"
        with refused("InvalidCiphertextException"):
            there.decrypt(CiphertextBlob=sealed)
        # Where the key is not, the ciphertext says nothing of whether it is elsewhere.
        with refused("AccessDeniedException", "does not exist, does not exist in this region"):
            far.decrypt(CiphertextBlob=sealed, EncryptionContext=context)


def test_the_arn_of_another_region_names_no_key_here(kms, abroad, key):
    for client, elsewhere in ((kms, ABROAD), (abroad, REGION)):
        for call, fields in (
            (client.describe_key, {}),
            (client.encrypt, {"Plaintext": b"x"}),
            (client.disable_key, {}),
            (client.schedule_key_deletion, {}),
        ):
            with refused("NotFoundException"):
                call(KeyId=arn(key, elsewhere), **fields)
    sealed = kms.encrypt(KeyId=key, Plaintext=b"x")["CiphertextBlob"]
    with refused("NotFoundException"):
        abroad.decrypt(KeyId=arn(key), CiphertextBlob=sealed)
    assert state(kms, key) == state(abroad, key) == "Enabled"


def test_a_single_region_key_is_nowhere_else(kms, abroad):
    key_id = generated_key(kms)
    with refused("NotFoundException"):
        abroad.describe_key(KeyId=key_id)
    with refused("UnsupportedOperationException"):
        kms.replicate_key(KeyId=key_id, ReplicaRegion=ABROAD)
    with refused("UnsupportedOperationException"):
        kms.update_primary_region(KeyId=key_id, PrimaryRegion=ABROAD)


def test_there_is_one_replica_in_each_region(kms, abroad, key):
    with refused("AlreadyExistsException", arn(key, ABROAD)):
        kms.replicate_key(KeyId=key, ReplicaRegion=ABROAD)
    with refused("ValidationException", REGION):
        kms.replicate_key(KeyId=key, ReplicaRegion=REGION)
    # Only the primary is replicated, and a replica says where that is.
    with refused("UnsupportedOperationException", REGION):
        abroad.replicate_key(KeyId=key, ReplicaRegion=FAR)
    check_family(kms, key, "PRIMARY", family(arn(key), arn(key, ABROAD)))


# What each has for itself.


def test_policy_tags_and_description_are_each_ones_own(kms, abroad):
    tags = [{"TagKey": "team", "TagValue": "here"}]
    key_id = generated_key(kms, MultiRegion=True, Description="here", Tags=tags)
    statement = {"Sid": "there", "Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "kms:*", "Resource": "*"}
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    own_tags = [{"TagKey": "team", "TagValue": "there"}]
    made = kms.replicate_key(
        KeyId=key_id, ReplicaRegion=ABROAD, Description="there", Policy=json.dumps(policy), Tags=own_tags
    )
    assert json.loads(made["ReplicaPolicy"]) == policy and made["ReplicaTags"] == own_tags
    assert made["ReplicaKeyMetadata"]["Description"] == "there"

    def own(client):
        return (
            described(client, key_id)["Description"],
            client.list_resource_tags(KeyId=key_id)["Tags"],
            client.get_key_policy(KeyId=key_id)["Policy"],
        )

    there = ("there", own_tags, made["ReplicaPolicy"])
    here = ("here", tags, kms.get_key_policy(KeyId=key_id)["Policy"])
    assert (own(kms), own(abroad)) == (here, there)
    kms.update_key_description(KeyId=key_id, Description="changed")
    kms.untag_resource(KeyId=key_id, TagKeys=["team"])
    kms.put_key_policy(KeyId=key_id, Policy=made["ReplicaPolicy"])
    assert (own(kms), own(abroad)) == (("changed", [], made["ReplicaPolicy"]), there)


def test_what_is_not_given_to_a_replica_is_not_copied(server, kms, abroad, far, key):
    kms.tag_resource(KeyId=key, Tags=[{"TagKey": "team", "TagValue": "here"}])
    kms.update_key_description(KeyId=key, Description="here")
    kms.create_grant(KeyId=key, GranteePrincipal=people.user(server, "a"), Operations=["Encrypt"])
    made = kms.replicate_key(KeyId=key, ReplicaRegion=FAR)
    assert made["ReplicaTags"] == [] and made["ReplicaKeyMetadata"]["Description"] == ""
    assert made["ReplicaPolicy"] == abroad.get_key_policy(KeyId=key)["Policy"]
    for client in (abroad, far):
        assert client.list_grants(KeyId=key)["Grants"] == []
        assert client.list_resource_tags(KeyId=key)["Tags"] == []


def test_aliases_are_each_ones_own(kms, abroad, key):
    name = f"alias/{key}"
    kms.create_alias(AliasName=name, TargetKeyId=key)
    with refused("NotFoundException"):
        abroad.describe_key(KeyId=name)
    assert abroad.list_aliases(KeyId=key)["Aliases"] == []
    # The same name elsewhere is another alias, and may be another key's.
    other = generated_key(abroad)
    abroad.create_alias(AliasName=name, TargetKeyId=other)
    assert (described(kms, name)["KeyId"], described(abroad, name)["KeyId"]) == (key, other)
    kms.delete_alias(AliasName=name)
    [kept] = abroad.list_aliases(KeyId=other)["Aliases"]
    assert kept["AliasArn"] == f"arn:aws:kms:{ABROAD}:{ACCOUNT}:{name}"


def test_each_is_switched_by_itself(kms, abroad, key):
    sealed = kms.encrypt(KeyId=key, Plaintext=b"x")["CiphertextBlob"]
    kms.disable_key(KeyId=key)
    with refused("DisabledException", arn(key)):
        kms.decrypt(CiphertextBlob=sealed)
    assert abroad.decrypt(CiphertextBlob=sealed)["Plaintext"] == b"x"
    abroad.disable_key(KeyId=key)
    kms.enable_key(KeyId=key)
    assert (state(kms, key), state(abroad, key)) == ("Enabled", "Disabled")


# Rotation and the primary Region.


def test_a_rotation_reaches_every_region(kms, abroad, far, key):
    kms.replicate_key(KeyId=key, ReplicaRegion=FAR)
    first = described(kms, key)["CurrentKeyMaterialId"]
    sealed = abroad.encrypt(KeyId=key, Plaintext=b"old")["CiphertextBlob"]
    assert kms.rotate_key_on_demand(KeyId=key)["KeyId"] == arn(key)
    second = described(kms, key)["CurrentKeyMaterialId"]
    assert first != second
    for client in (kms, abroad, far):
        assert described(client, key)["CurrentKeyMaterialId"] == second
        assert client.decrypt(CiphertextBlob=sealed)["KeyMaterialId"] == first
        assert client.generate_data_key(KeyId=key, NumberOfBytes=32)["KeyMaterialId"] == second
        [rotation] = client.list_key_rotations(KeyId=key)["Rotations"]
        assert (rotation["KeyMaterialId"], rotation["RotationType"]) == (second, "ON_DEMAND")
    with refused("UnsupportedOperationException", REGION):
        far.rotate_key_on_demand(KeyId=key)


def test_the_primary_moves(kms, abroad, far, key):
    kms.replicate_key(KeyId=key, ReplicaRegion=FAR)
    with refused("NotFoundException", "eu-north-1"):
        kms.update_primary_region(KeyId=key, PrimaryRegion="eu-north-1")
    with refused("UnsupportedOperationException", REGION):
        abroad.update_primary_region(KeyId=key, PrimaryRegion=FAR)
    answer = kms.update_primary_region(KeyId=key, PrimaryRegion=ABROAD)
    assert answer.keys() == {"ResponseMetadata"}
    expected = family(arn(key, ABROAD), arn(key), arn(key, FAR))
    for client, kind in ((kms, "REPLICA"), (abroad, "PRIMARY"), (far, "REPLICA")):
        check_family(client, key, kind, expected)
        assert state(client, key) == "Enabled"
    # What the primary alone does is done there now.
    with refused("UnsupportedOperationException", ABROAD):
        kms.rotate_key_on_demand(KeyId=key)
    abroad.rotate_key_on_demand(KeyId=key)
    abroad.replicate_key(KeyId=key, ReplicaRegion="eu-north-1")
    assert described(kms, key)["CurrentKeyMaterialId"] == described(abroad, key)["CurrentKeyMaterialId"]


# Imported material.


def test_imported_material_is_brought_to_each_region(kms, abroad):
    material, key_id = os.urandom(32), external_key(kms, MultiRegion=True)
    with refused("KMSInvalidStateException", f"{arn(key_id)} is pending import."):
        kms.replicate_key(KeyId=key_id, ReplicaRegion=ABROAD)
    material_id = import_material(kms, key_id, material)["KeyMaterialId"]
    kms.replicate_key(KeyId=key_id, ReplicaRegion=ABROAD)
    there = described(abroad, key_id)
    assert (there["KeyState"], there["Enabled"], there["Origin"]) == ("PendingImport", False, "EXTERNAL")
    assert not {"ExpirationModel", "ValidTo"} & there.keys()
    sealed = kms.encrypt(KeyId=key_id, Plaintext=b"x")["CiphertextBlob"]
    with refused("KMSInvalidStateException", f"{arn(key_id, ABROAD)} is pending import."):
        abroad.decrypt(CiphertextBlob=sealed)

    with refused("IncorrectKeyMaterialException"):
        import_material(abroad, key_id, os.urandom(32))
    with refused("UnsupportedOperationException", "Import it into the primary key"):
        import_material(abroad, key_id, os.urandom(32), ImportType="NEW_KEY_MATERIAL")
    with refused("IncorrectKeyMaterialException", "Import it as EXISTING_KEY_MATERIAL."):
        import_material(abroad, key_id, material, ImportType="NEW_KEY_MATERIAL")
    assert import_material(abroad, key_id, material)["KeyMaterialId"] == material_id
    assert abroad.decrypt(CiphertextBlob=sealed)["Plaintext"] == b"x"
    assert described(abroad, key_id)["CurrentKeyMaterialId"] == material_id


def test_an_import_token_is_good_in_its_region_alone(kms, abroad, imported):
    key_id, material = imported
    given = parameters(kms, key_id)
    assert given["KeyId"] == arn(key_id)
    wrapped = by_cryptography("RSAES_OAEP_SHA_256", given["PublicKey"], material)
    with refused("InvalidImportTokenException"):
        import_wrapped(abroad, key_id, given, wrapped)
    import_wrapped(kms, key_id, given, wrapped)


def test_deletion_is_each_regions_own(kms, abroad, imported):
    key_id, material = imported
    abroad.delete_imported_key_material(KeyId=key_id)
    assert (state(kms, key_id), state(abroad, key_id)) == ("Enabled", "PendingImport")
    sealed = kms.encrypt(KeyId=key_id, Plaintext=b"x")["CiphertextBlob"]
    import_material(abroad, key_id, material)
    kms.delete_imported_key_material(KeyId=key_id)
    assert (state(kms, key_id), state(abroad, key_id)) == ("PendingImport", "Enabled")
    assert abroad.decrypt(CiphertextBlob=sealed)["Plaintext"] == b"x"


def test_new_material_rotates_once_it_is_everywhere(kms, abroad, imported):
    key_id, _ = imported
    first = described(kms, key_id)["CurrentKeyMaterialId"]
    sealed = kms.encrypt(KeyId=key_id, Plaintext=b"old")["CiphertextBlob"]
    new = os.urandom(32)
    second = import_material(kms, key_id, new, ImportType="NEW_KEY_MATERIAL")["KeyMaterialId"]
    waits = "PENDING_MULTI_REGION_IMPORT_AND_ROTATION"
    assert materials(kms, key_id) == {first: ("CURRENT", "IMPORTED"), second: (waits, "IMPORTED")}
    assert materials(abroad, key_id) == {first: ("CURRENT", "IMPORTED"), second: (waits, "PENDING_IMPORT")}
    with refused("KMSInvalidStateException"):
        kms.rotate_key_on_demand(KeyId=key_id)
    assert import_material(abroad, key_id, new)["KeyMaterialId"] == second
    for client in (kms, abroad):
        assert materials(client, key_id) == {first: ("CURRENT", "IMPORTED"), second: ("PENDING_ROTATION", "IMPORTED")}
    kms.rotate_key_on_demand(KeyId=key_id)
    for client in (kms, abroad):
        assert materials(client, key_id) == {first: ("NON_CURRENT", "IMPORTED"), second: ("CURRENT", "IMPORTED")}
        assert described(client, key_id)["CurrentKeyMaterialId"] == second
        assert client.decrypt(CiphertextBlob=sealed)["KeyMaterialId"] == first


# Deletion.


def test_a_primary_waits_for_its_replicas(kms, abroad, key):
    scheduled = kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    del scheduled["ResponseMetadata"]
    assert scheduled == {"KeyId": arn(key), "KeyState": "PendingReplicaDeletion", "PendingWindowInDays": 7}
    found = described(kms, key)
    assert (found["KeyState"], found["PendingDeletionWindowInDays"]) == ("PendingReplicaDeletion", 7)
    assert "DeletionDate" not in found
    sealed = abroad.encrypt(KeyId=key, Plaintext=b"x")["CiphertextBlob"]
    with refused("KMSInvalidStateException", f"{arn(key)} is pending replica deletion."):
        kms.decrypt(CiphertextBlob=sealed)
    assert abroad.decrypt(CiphertextBlob=sealed)["Plaintext"] == b"x"

    replica = abroad.schedule_key_deletion(KeyId=key, PendingWindowInDays=9)
    assert replica["KeyState"] == "PendingDeletion"
    found = described(abroad, key)
    assert found["DeletionDate"] == replica["DeletionDate"] and "PendingDeletionWindowInDays" not in found
    # The replica is there until its waiting period is over, and so long the primary waits.
    assert state(kms, key) == "PendingReplicaDeletion"

    for client in (abroad, kms):
        client.cancel_key_deletion(KeyId=key)
        assert state(client, key) == "Disabled"
        client.enable_key(KeyId=key)
    assert kms.decrypt(CiphertextBlob=sealed)["Plaintext"] == b"x"
    found = described(kms, key)
    assert not {"DeletionDate", "PendingDeletionWindowInDays"} & found.keys()


def test_a_primary_without_replicas_is_deleted_like_any_key(kms):
    key_id = generated_key(kms, MultiRegion=True)
    scheduled = kms.schedule_key_deletion(KeyId=key_id)
    assert scheduled["KeyState"] == "PendingDeletion" and "DeletionDate" in scheduled


def test_a_family_outlives_a_restart(own_server):
    kms, abroad = own_server.client(), own_server.client(region=ABROAD)
    key_id = generated_key(kms, MultiRegion=True)
    kms.replicate_key(KeyId=key_id, ReplicaRegion=ABROAD, Description="there")
    kms.rotate_key_on_demand(KeyId=key_id)
    sealed = kms.encrypt(KeyId=key_id, Plaintext=b"x")["CiphertextBlob"]
    before = described(kms, key_id), described(abroad, key_id)
    own_server.restart()
    kms, abroad = own_server.client(), own_server.client(region=ABROAD)
    assert (described(kms, key_id), described(abroad, key_id)) == before
    assert abroad.decrypt(CiphertextBlob=sealed)["Plaintext"] == b"x"


# What operators set.


def test_a_server_that_takes_few_regions_takes_no_replicas_elsewhere(serve, made):
    server = serve(regions=[REGION, ABROAD])
    account = (made["access_key_id"], made["secret_access_key"])
    kms = server.client(*account)
    key_id = generated_key(kms, MultiRegion=True)
    not_served = f"ReplicaRegion {FAR} is not served here. The Regions are: {REGION}, {ABROAD}."
    with refused("ValidationException", not_served):
        kms.replicate_key(KeyId=key_id, ReplicaRegion=FAR)
    assert described(kms, key_id)["MultiRegionConfiguration"]["ReplicaKeys"] == []
    kms.replicate_key(KeyId=key_id, ReplicaRegion=ABROAD)
    assert state(server.client(*account, region=ABROAD), key_id) == "Enabled"
    with refused("InvalidSignatureException"):
        server.client(*account, region=FAR).describe_key(KeyId=key_id)


class Settling(Server):
    """A server in which new replicas and new primaries take their time."""

    def command(self):
        return [*super().command(), "--settling-seconds", str(SETTLING_SECONDS)]


@pytest.fixture
def moved(own_server):
    """A key with a replica that is settled, in a server that from now on gives changes their time; and the server."""
    kms = own_server.client()
    key_id = generated_key(kms, MultiRegion=True)
    kms.replicate_key(KeyId=key_id, ReplicaRegion=ABROAD)
    own_server.stop()
    settling = Settling(own_server.data)
    try:
        yield key_id, settling.start()
    finally:
        settling.end()


def test_a_client_that_waits_sees_what_it_waits_for(moved, tmp_path):
    key_id, server = moved
    named = ("--key-id", key_id)
    (tmp_path / "text").write_bytes(b"x")
    encrypt = ("encrypt", *named, "--plaintext", "fileb://text")

    def aws(region, *words):
        user = shell.user_of(server, tmp_path, AWS_REGION=region)
        return shell.run(["aws", "--region", region, "kms", *words], tmp_path, user)

    def does(region, *words):
        done = aws(region, *words)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout) if done.stdout else None

    def does_not(region, said, *words):
        done = aws(region, *words)
        assert done.returncode == EXIT_REFUSED, done.stdout + done.stderr
        assert "(KMSInvalidStateException)" in done.stderr and f"{arn(key_id, region)} is {said}." in done.stderr

    def seen(region):
        return does(region, "describe-key", *named, "--query", "KeyMetadata.[KeyState,Enabled]")

    does(REGION, "replicate-key", *named, "--replica-region", FAR)
    assert (seen(REGION), seen(ABROAD), seen(FAR)) == (["Enabled", True], ["Enabled", True], ["Creating", False])
    does_not(FAR, "creating", *encrypt)

    assert does(REGION, "update-primary-region", *named, "--primary-region", ABROAD) is None
    assert (seen(REGION), seen(ABROAD)) == (["Updating", False], ["Updating", False])
    for region in (REGION, ABROAD):
        does(region, *encrypt)
        does_not(region, "updating", "disable-key", *named)
    shown = does(REGION, "describe-key", *named)["KeyMetadata"]["MultiRegionConfiguration"]
    assert shown["MultiRegionKeyType"] == "REPLICA" and shown["PrimaryKey"]["Region"] == ABROAD


def test_material_is_brought_to_a_replica_once_it_is_there(moved):
    _, server = moved
    kms, abroad = server.client(), server.client(region=ABROAD)
    key_id = external_key(kms, MultiRegion=True)
    import_material(kms, key_id, os.urandom(32))
    kms.replicate_key(KeyId=key_id, ReplicaRegion=ABROAD)
    assert state(abroad, key_id) == "Creating"
    for call in (abroad.delete_imported_key_material, lambda KeyId: parameters(abroad, KeyId)):
        with refused("KMSInvalidStateException", f"{arn(key_id, ABROAD)} is creating."):
            call(KeyId=key_id)
