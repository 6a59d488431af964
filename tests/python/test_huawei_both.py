"""The two APIs at once: the same keys, seen and used from both sides."""

import base64
import os
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from support import ceremony, materials, wrapping
from support.callers import Caller
from support.errors import refused as refused_by_aws
from support.huawei import DOMAIN, REGION, alias, coded, details, external_key, new_key, refused, state
from support.huawei_ceremony import import_material, parameters, send, wrapped, wrapped_pair
from support.huawei_fixtures import aws, huawei, key, server  # noqa: F401
from support.huawei_wire import Call, post

DAY = 86400
MATERIAL = os.urandom(32)
# The states of keys: over the other API, and here.
STATES = {"Enabled": "2", "Disabled": "3", "PendingDeletion": "4", "PendingImport": "5"}
# The name under which a context of one text is known over the other API.
ONE_TEXT = "huawei:additional_authenticated_data"
UNTIL_IT_EXPIRED = 60


def there(aws, key_id) -> dict:
    return aws.describe_key(KeyId=key_id)["KeyMetadata"]


def agreed_state(huawei, aws, key_id) -> str:
    """The state, in the other API's word, which both must tell."""
    word = there(aws, key_id)["KeyState"]
    assert STATES[word] == state(huawei, key_id)
    return word


def milliseconds(moment) -> str:
    """A date of the other API as this one writes it; neither knows more than the millisecond."""
    return str(round(moment.timestamp() * 1000))


def agree(huawei, aws, key_id):
    """Fails unless both sides tell the same of a key."""
    here, far = details(huawei, key_id), there(aws, key_id)
    assert here["key_id"] == far["KeyId"]
    assert here["domain_id"] == far["AWSAccountId"].rjust(32, "0") == DOMAIN
    assert here["realm"] == far["Arn"].split(":")[3] == REGION
    assert here["key_description"] == far["Description"]
    assert here["key_usage"] == far["KeyUsage"]
    assert here["key_state"] == STATES[far["KeyState"]]
    assert here["origin"] == {"AWS_KMS": "kms", "EXTERNAL": "external"}[far["Origin"]]
    assert here["creation_date"][:-3] == str(int(far["CreationDate"].timestamp()))
    for name, date in (("expiration_time", "ValidTo"), ("scheduled_deletion_date", "DeletionDate")):
        assert here[name] == (milliseconds(far[date]) if date in far else "")
    return here, far


@pytest.fixture(params=["over this API", "over the other"])
def imported(request, huawei, aws):
    """A key with 32 bytes of its owner, made and filled over one of the APIs."""
    material = os.urandom(32)
    if request.param == "over this API":
        key_id = external_key(huawei)
        import_material(huawei, key_id, material)
    else:
        key_id = ceremony.external_key(aws)
        ceremony.import_material(aws, key_id, material)
    return key_id, material


def test_a_key_with_imported_material_is_used_over_both(huawei, aws, imported):
    key_id, _ = imported
    agree(huawei, aws, key_id)
    here = base64.b64decode(huawei.encrypt_data(key_id=key_id, plain_text="here")["cipher_text"])
    assert aws.decrypt(CiphertextBlob=here)["Plaintext"] == b"here"
    far = aws.encrypt(KeyId=key_id, Plaintext=b"far")["CiphertextBlob"]
    assert huawei.decrypt_data(cipher_text=coded(far))["plain_text"] == "far"
    made = huawei.create_datakey(key_id=key_id, datakey_length="512")
    opened = aws.decrypt(CiphertextBlob=bytes.fromhex(made["cipher_text"]))
    assert opened["Plaintext"].hex().upper() == made["plain_text"]
    made = aws.generate_data_key(KeyId=key_id, NumberOfBytes=64)
    opened = huawei.decrypt_datakey(
        key_id=key_id, cipher_text=made["CiphertextBlob"].hex(), datakey_cipher_length="64"
    )
    assert bytes.fromhex(opened["data_key"]) == made["Plaintext"]


def test_the_same_bytes_again_over_each_and_no_others(huawei, aws, imported):
    key_id, material = imported
    sealed = huawei.encrypt_data(key_id=key_id, plain_text="before")["cipher_text"]
    # Gone from this side, back from the other.
    huawei.delete_imported_key_material(key_id=key_id)
    assert agreed_state(huawei, aws, key_id) == "PendingImport"
    with refused_by_aws("IncorrectKeyMaterialException"):
        ceremony.import_material(aws, key_id, os.urandom(32))
    with refused_by_aws("KMSInvalidStateException"):
        aws.decrypt(CiphertextBlob=base64.b64decode(sealed))
    ceremony.import_material(aws, key_id, material)
    assert agreed_state(huawei, aws, key_id) == "Enabled"
    assert huawei.decrypt_data(cipher_text=sealed)["plain_text"] == "before"
    # Gone from the other, back from this one.
    aws.delete_imported_key_material(KeyId=key_id)
    assert agreed_state(huawei, aws, key_id) == "PendingImport"
    with refused("KMS.2606"):
        import_material(huawei, key_id, os.urandom(32))
    import_material(huawei, key_id, material)
    assert agreed_state(huawei, aws, key_id) == "Enabled"
    assert aws.decrypt(CiphertextBlob=base64.b64decode(sealed))["Plaintext"] == b"before"
    agree(huawei, aws, key_id)


def test_the_expiry_is_the_same_from_both_sides(huawei, aws):
    material, expires = os.urandom(32), int(time.time()) + 30 * DAY
    here, far = external_key(huawei), ceremony.external_key(aws)
    import_material(huawei, here, material, expiration_time=expires)
    ceremony.import_material(aws, far, material, ExpirationModel="KEY_MATERIAL_EXPIRES", ValidTo=expires)
    for key_id in (here, far):
        told, metadata = agree(huawei, aws, key_id)
        assert told["expiration_time"] == f"{expires}000"
        assert metadata["ValidTo"].timestamp() == expires
        assert metadata["ExpirationModel"] == "KEY_MATERIAL_EXPIRES"
    # Only the other API takes material where some is: so it is the one that takes the date away.
    ceremony.import_material(aws, here, material)
    assert details(huawei, here)["expiration_time"] == ""


def test_material_expires_for_both(huawei, aws):
    material = os.urandom(32)
    here, far = external_key(huawei), ceremony.external_key(aws)
    # All that takes time is done before the date is chosen.
    given, given_far = parameters(huawei, here), ceremony.parameters(aws, far)
    members = wrapped(given, material)
    blob = wrapping.by_cryptography("RSAES_OAEP_SHA_256", given_far["PublicKey"], material)
    soon = int(time.time()) + 2
    send(huawei, given, members, expiration_time=soon)
    ceremony.import_wrapped(aws, far, given_far, blob, ExpirationModel="KEY_MATERIAL_EXPIRES", ValidTo=soon)
    given_up = time.monotonic() + UNTIL_IT_EXPIRED
    while {state(huawei, here), state(huawei, far)} != {"5"} and time.monotonic() < given_up:
        pass
    for key_id in (here, far):
        assert agreed_state(huawei, aws, key_id) == "PendingImport"
        assert time.time() >= soon
        agree(huawei, aws, key_id)
        with refused_by_aws("KMSInvalidStateException"):
            aws.encrypt(KeyId=key_id, Plaintext=b"p")


def test_states_change_for_both(huawei, aws, imported):
    key_id, _ = imported
    huawei.disable_key(key_id=key_id)
    assert agreed_state(huawei, aws, key_id) == "Disabled"
    with refused_by_aws("DisabledException"):
        aws.encrypt(KeyId=key_id, Plaintext=b"p")
    aws.enable_key(KeyId=key_id)
    assert agreed_state(huawei, aws, key_id) == "Enabled"
    aws.disable_key(KeyId=key_id)
    with refused("KMS.0209"):
        huawei.encrypt_data(key_id=key_id, plain_text="p")
    assert agreed_state(huawei, aws, key_id) == "Disabled"


def test_deletion_is_the_same_from_both_sides(huawei, aws, imported):
    key_id, _ = imported
    # Further away than the other API takes, which shows it all the same.
    huawei.delete_key(key_id=key_id, pending_days="1000")
    told, metadata = agree(huawei, aws, key_id)
    days = (metadata["DeletionDate"].timestamp() - time.time()) / DAY
    assert 999 < days <= 1000 and told["key_state"] == "4"
    with refused_by_aws("KMSInvalidStateException"):
        aws.encrypt(KeyId=key_id, Plaintext=b"p")
    aws.cancel_key_deletion(KeyId=key_id)
    assert agreed_state(huawei, aws, key_id) == "Disabled"
    aws.schedule_key_deletion(KeyId=key_id, PendingWindowInDays=7)
    agree(huawei, aws, key_id)
    with refused("KMS.1402"):
        huawei.delete_key(key_id=key_id, pending_days="7")
    huawei.cancel_key_deletion(key_id=key_id)
    agree(huawei, aws, key_id)


def test_the_other_api_keeps_its_own_bounds(aws, key):
    for days in (6, 31, 1096):
        with refused_by_aws("ValidationException"):
            aws.schedule_key_deletion(KeyId=key, PendingWindowInDays=days)


# Tokens of one API at the other.


def test_a_token_of_this_api_at_the_other(huawei, aws):
    key_id = external_key(huawei)
    given = parameters(huawei, key_id)
    blob = base64.b64decode(wrapped(given, MATERIAL)["encrypted_key_material"])
    token = {"ImportToken": base64.b64decode(given["import_token"])}
    with refused_by_aws("InvalidImportTokenException"):
        ceremony.import_wrapped(aws, external_key(huawei), token, blob)
    ceremony.import_wrapped(aws, key_id, token, blob)
    assert state(huawei, key_id) == "2"


def test_a_token_of_the_other_api_here(huawei, aws):
    key_id = ceremony.external_key(aws)
    given = ceremony.parameters(aws, key_id, "RSAES_OAEP_SHA_1")
    blob = wrapping.by_cryptography("RSAES_OAEP_SHA_1", given["PublicKey"], MATERIAL)
    here = {"key_id": key_id, "import_token": coded(given["ImportToken"])}
    members = {"encrypted_key_material": coded(blob)}
    with refused("KMS.2603"):
        send(huawei, {**here, "key_id": external_key(huawei)}, members)
    send(huawei, here, members)
    assert ceremony.state(aws, key_id) == "Enabled"


def test_a_private_key_over_both(huawei, aws):
    key_id = ceremony.external_key(aws, "ECC_NIST_P256")
    given = ceremony.parameters(aws, key_id, "RSA_AES_KEY_WRAP_SHA_256")
    there = {
        "key_id": key_id,
        "import_token": coded(given["ImportToken"]),
        "public_key": coded(given["PublicKey"]),
    }
    send(huawei, there, wrapped_pair(there, materials.material("ECC_NIST_P256")))
    materials.prove_signing(aws, key_id, "ECC_NIST_P256", materials.private_key("ECC_NIST_P256"))


def test_a_wrapping_key_of_another_size_does_not_fit_here(huawei, aws):
    """This API's wrapping keys have 2048 bits, and so many bytes its material may have."""
    key_id = ceremony.external_key(aws)
    given = ceremony.parameters(aws, key_id, wrapping_spec="RSA_4096")
    blob = wrapping.by_cryptography("RSAES_OAEP_SHA_256", given["PublicKey"], MATERIAL)
    here = {"key_id": key_id, "import_token": coded(given["ImportToken"])}
    with refused("KMS.0308"):
        send(huawei, here, {"encrypted_key_material": coded(blob)})
    assert ceremony.state(aws, key_id) == "PendingImport"
    ceremony.import_wrapped(aws, key_id, given, blob)


def test_what_is_new_over_one_api_is_new_over_both(huawei, aws):
    """A key of the server's own material is refused by both in their own words."""
    with refused_by_aws("UnsupportedOperationException"):
        ceremony.parameters(aws, new_key(huawei))
    with refused("KMS.0309"):
        parameters(huawei, ceremony.generated_key(aws))


# Contexts.


def test_contexts_of_names_and_values_are_the_same(server, aws, key):
    context = {"tenant": "blue", "purpose": "tests"}
    here = post(server, "encrypt-data", {"key_id": key, "plain_text": "p", "encryption_context": context})
    blob = base64.b64decode(here["cipher_text"])
    assert aws.decrypt(CiphertextBlob=blob, EncryptionContext=context)["Plaintext"] == b"p"
    with refused_by_aws("InvalidCiphertextException"):
        aws.decrypt(CiphertextBlob=blob)
    far = aws.encrypt(KeyId=key, Plaintext=b"p", EncryptionContext=context)["CiphertextBlob"]
    opened = post(server, "decrypt-data", {"cipher_text": coded(far), "encryption_context": context})
    assert opened["plain_text"] == "p"


def test_a_context_of_one_text_has_a_name_over_the_other(huawei, server, aws, key):
    here = huawei.encrypt_data(key_id=key, plain_text="p", additional_authenticated_data="blue")
    blob = base64.b64decode(here["cipher_text"])
    opened = aws.decrypt(CiphertextBlob=blob, EncryptionContext={ONE_TEXT: "blue"})
    assert opened["Plaintext"] == b"p"
    far = aws.encrypt(KeyId=key, Plaintext=b"p", EncryptionContext={ONE_TEXT: "blue"})
    sealed = coded(far["CiphertextBlob"])
    assert huawei.decrypt_data(cipher_text=sealed, additional_authenticated_data="blue")["plain_text"] == "p"
    # Here that name is nobody's, so that the two forms never meet.
    members = {"cipher_text": sealed, "encryption_context": {ONE_TEXT: "blue"}}
    answer = Call(server, "kms/decrypt-data", members).signed().send()
    assert (answer.status, answer.code) == (400, "KMS.0208")


# What is known of keys.


def test_aliases_are_the_same(huawei, aws, key):
    first, second = details(huawei, key)["key_alias"], alias("far")
    aws.create_alias(AliasName=f"alias/{second}", TargetKeyId=key)
    listed = {entry["AliasName"] for entry in aws.list_aliases(KeyId=key)["Aliases"]}
    assert listed == {f"alias/{first}", f"alias/{second}"}
    (found,) = huawei.list_aliases(key_id=key)
    assert {entry["alias"] for entry in found["aliases"]} == {first, second}
    # The one that the key has had longest is its name.
    assert details(huawei, key)["key_alias"] == first
    aws.delete_alias(AliasName=f"alias/{first}")
    assert details(huawei, key)["key_alias"] == second
    third = alias("renamed")
    huawei.update_key_alias(key_id=key, key_alias=third)
    assert there(aws, f"alias/{third}")["KeyId"] == key
    with refused_by_aws("NotFoundException"):
        there(aws, f"alias/{second}")
    aws.delete_alias(AliasName=f"alias/{third}")
    # A key without an alias is called by its id.
    assert details(huawei, key)["key_alias"] == key
    with refused_by_aws("AlreadyExistsException"):
        aws.create_alias(AliasName=f"alias/{details(huawei, new_key(huawei))['key_alias']}", TargetKeyId=key)
    with refused("KMS.1104"):
        huawei.create_key(key_alias=taken(aws))


def taken(aws) -> str:
    name = alias("taken")
    aws.create_alias(AliasName=f"alias/{name}", TargetKeyId=ceremony.generated_key(aws))
    return name


def test_of_many_at_once_over_both_one_has_the_name(server, huawei, aws):
    name, keys = alias("race"), [new_key(huawei) for _ in range(4)]

    def here(key_id):
        members = {"key_id": key_id, "alias": name}
        return Call(server, "kms/aliases", members).signed().send().status == 201

    def far(key_id):
        try:
            aws.create_alias(AliasName=f"alias/{name}", TargetKeyId=key_id)
        except aws.exceptions.AlreadyExistsException:
            return False
        return True

    before = huawei.show_user_instances()
    with ThreadPoolExecutor() as pool:
        won = list(
            pool.map(lambda work: work[0](work[1]), [(call, key) for key in keys for call in (here, far)])
        )
        made = list(pool.map(lambda _: create(server, name), range(4)))
    assert won.count(True) == 1 and not any(made)
    assert there(aws, f"alias/{name}")["KeyId"] == details(huawei, f"alias/{name}")["key_id"]
    # A key whose name was taken is not there without it.
    assert huawei.show_user_instances() == before


def create(server, name) -> bool:
    return Call(server, "kms/create-key", {"key_alias": name}).signed().send().status == 200


def test_the_other_api_shows_names_that_it_would_not_make(huawei, aws):
    name = f"a:b/{'c' * 240}"
    key_id = new_key(huawei, key_alias=name)
    assert there(aws, f"alias/{name}")["KeyId"] == key_id
    assert aws.encrypt(KeyId=f"alias/{name}", Plaintext=b"p")["KeyId"].endswith(key_id)
    assert f"alias/{name}" in {entry["AliasName"] for entry in aws.list_aliases(KeyId=key_id)["Aliases"]}


def test_default_keys_are_those_of_the_services(huawei, aws):
    """A predefined alias has its key when it is first used; here it is a default master key."""
    made = there(aws, "alias/aws/s3")
    found = details(huawei, "alias/aws/s3")
    assert found["key_id"] == made["KeyId"] and found["default_key_flag"] == "1"
    # Their policies let nobody do this.
    with refused("KMS.0211"):
        huawei.delete_key(key_id=made["KeyId"], pending_days="7")


def test_tags_are_the_same(huawei, aws, key):
    huawei.create_kms_tag(key_id=key, tag={"key": "team", "value": "blue"})
    assert aws.list_resource_tags(KeyId=key)["Tags"] == [{"TagKey": "team", "TagValue": "blue"}]
    aws.tag_resource(KeyId=key, Tags=[{"TagKey": "team", "TagValue": "red"}])
    assert huawei.show_kms_tags(key_id=key)["tags"] == [{"key": "team", "value": "red"}]
    # Longer than tags of this API may be: shown all the same.
    aws.tag_resource(KeyId=key, Tags=[{"TagKey": "k" * 128, "TagValue": "v" * 256}])
    assert {"key": "k" * 128, "value": "v" * 256} in huawei.show_kms_tags(key_id=key)["tags"]
    huawei.delete_tag(key_id=key, key="team")
    assert [tag["TagKey"] for tag in aws.list_resource_tags(KeyId=key)["Tags"]] == ["k" * 128]


def test_descriptions_are_the_same(huawei, aws, key):
    huawei.update_key_description(key_id=key, key_description="here")
    assert there(aws, key)["Description"] == "here"
    aws.update_key_description(KeyId=key, Description="d" * 1000)
    assert details(huawei, key)["key_description"] == "d" * 1000


def test_grants_are_the_same(server, huawei, aws, key):
    user = Caller(server, "test").user("grantee")
    principal = user.arn
    user_id = Caller(server, "test").iam.get_user(UserName="grantee")["User"]["UserId"]
    made = huawei.create_grant(
        key_id=key,
        grantee_principal=user_id,
        operations=["create-datakey", "encrypt-datakey", "encrypt-data"],
        name="mine",
    )
    (grant,) = aws.list_grants(KeyId=key)["Grants"]
    assert (grant["GrantId"], grant["GranteePrincipal"], grant["Name"]) == (
        made["grant_id"],
        principal,
        "mine",
    )
    # The nearest names that the other API has, each once.
    assert sorted(grant["Operations"]) == ["Encrypt", "GenerateDataKey"]
    user.kms.generate_data_key(KeyId=key, KeySpec="AES_256")
    aws.revoke_grant(KeyId=key, GrantId=made["grant_id"])
    assert huawei.list_grants(key_id=key)["grants"] == []
    made = aws.create_grant(KeyId=key, GranteePrincipal=principal, Operations=["Decrypt", "DescribeKey"])
    (grant,) = huawei.list_grants(key_id=key)["grants"]
    assert (grant["grant_id"], grant["grantee_principal"]) == (made["GrantId"], user_id)
    assert sorted(grant["operations"])[-1] == "describe-key"
    huawei.cancel_grant(key_id=key, grant_id=made["GrantId"])
    assert aws.list_grants(KeyId=key)["Grants"] == []


def test_a_grant_of_data_keys_is_none_of_data_there_either(server, huawei, aws, key):
    user = Caller(server, "test").user("datakeys")
    user_id = Caller(server, "test").iam.get_user(UserName="datakeys")["User"]["UserId"]
    huawei.create_grant(key_id=key, grantee_principal=user_id, operations=["encrypt-datakey"])
    assert aws.list_grants(KeyId=key)["Grants"][0]["Operations"] == ["Encrypt"]
    with refused_by_aws("AccessDeniedException"):
        user.kms.encrypt(KeyId=key, Plaintext=b"p")


def test_rotation_is_the_same(huawei, aws, key):
    huawei.enable_key_rotation(key_id=key)
    assert aws.get_key_rotation_status(KeyId=key)["KeyRotationEnabled"] is True
    huawei.update_key_rotation_interval(key_id=key, rotation_interval=30)
    # Shorter than the other API takes, which shows it all the same.
    assert aws.get_key_rotation_status(KeyId=key)["RotationPeriodInDays"] == 30
    aws.disable_key_rotation(KeyId=key)
    assert huawei.show_key_rotation_status(key_id=key)["key_rotation_enabled"] is False
    assert details(huawei, key)["key_rotation_enabled"] == "false"


def test_signatures_of_one_are_good_for_the_other(huawei, aws):
    key_id = new_key(huawei, key_spec="EC_P256")
    digest = os.urandom(32)
    here = huawei.sign(key_id=key_id, message=coded(digest), signing_algorithm="ECDSA_SHA_256")
    assert aws.verify(
        KeyId=key_id,
        Message=digest,
        MessageType="DIGEST",
        SigningAlgorithm="ECDSA_SHA_256",
        Signature=base64.b64decode(here["signature"]),
    )["SignatureValid"]
    far = aws.sign(KeyId=key_id, Message=b"m", SigningAlgorithm="ECDSA_SHA_256")["Signature"]
    members = {"key_id": key_id, "message": coded(b"m"), "message_type": "RAW"}
    valid = huawei.validate_signature(**members, signing_algorithm="ECDSA_SHA_256", signature=coded(far))
    assert valid["signature_valid"] == "true"


def test_lists_have_the_same_keys(huawei, aws, key):
    pages = aws.get_paginator("list_keys").paginate()
    far = {entry["KeyId"] for page in pages for entry in page["Keys"]}
    here = set(huawei.list_keys(key_spec="ALL", limit="1000")["keys"])
    assert key in here and here == far
