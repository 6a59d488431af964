"""What those try who have credentials and want more than they give, against the real server. What strangers try is in
`crates/server/tests/wire/attacks.rs`, which says of every attack where it is tested."""

import base64
import json

import pytest
from botocore import xform_name
from support.callers import Caller, account_of, allow, denied, deny, document, new_account, refusal
from support.calls import SUCCEED
from support.ceremony import generated_key
from support.server import ACCOUNT, REGION
from support.wire import Call

STRANGER = "300000000101"
UNKNOWN_KEY = "01234567-89ab-4def-8123-456789abcdef"
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"


@pytest.fixture(scope="module")
def owner(server):
    return Caller(server, "test")


@pytest.fixture(scope="module")
def strangers(server):
    """Those who may do everything in another account."""
    root = Caller(server, STRANGER)
    administrator = root.user("administrator")
    root.iam.attach_user_policy(UserName="administrator", PolicyArn=ADMINISTRATOR)
    return {"root": root, "administrator": administrator}


@pytest.fixture
def account(server):
    return new_account(server)


# Another account's keys.


NAMES_OF_KEYS = ("KeyId", "TargetKeyId", "DestinationKeyId")


@pytest.mark.parametrize("operation", [name for name in SUCCEED if name not in ("CreateKey", "GenerateRandom")])
def test_another_accounts_key_is_like_one_that_is_not_there(world, strangers, operation):
    arguments = SUCCEED[operation](world)
    named = [name for name in NAMES_OF_KEYS if name in arguments]
    if not named:
        # Nothing that could be another's is named: nothing of another's is shown (see below).
        assert operation in {
            "DeleteAlias", "UpdateAlias", "ListKeys", "ListRetirableGrants", "RetireGrant",
            "DescribeCustomKeyStores", "CreateCustomKeyStore", "UpdateCustomKeyStore",
            "ConnectCustomKeyStore", "DisconnectCustomKeyStore", "DeleteCustomKeyStore",
        }  # fmt: skip
        return
    key_id = arguments[named[0]].rpartition("/")[2]
    # A key that is to be deleted is given no alias.
    aliased = world.key() if operation == "CancelKeyDeletion" else key_id
    alias = world.once(("alias of", aliased), lambda: world.alias(aliased))
    prefix = f"arn:aws:kms:{REGION}:{ACCOUNT}"
    for who, stranger in strangers.items():
        call = getattr(stranger.kms, xform_name(operation))
        for there, not_there in (
            (f"{prefix}:key/{key_id}", f"{prefix}:key/{UNKNOWN_KEY}"),
            (f"{prefix}:{alias}", f"{prefix}:alias/not-there"),
            (key_id, UNKNOWN_KEY),
            (alias, "alias/not-there"),
            (f"arn:aws:kms:{REGION}:{STRANGER}:key/{key_id}", f"arn:aws:kms:{REGION}:{STRANGER}:key/{UNKNOWN_KEY}"),
        ):
            answers = []
            for name in (there, not_there):
                code, message = refusal(call, **{**arguments, **dict.fromkeys(named, name)})
                answers.append((code, message.replace(name.rpartition(":")[2], "<it>").replace(name, "<it>")))
            assert answers[0] == answers[1], (who, there)
            assert answers[0][0] in (
                "AccessDeniedException", "NotFoundException", "ValidationException", "InvalidArnException",
            ), (who, there, answers)  # fmt: skip


def test_another_accounts_key_within_a_ciphertext(owner, strangers):
    key = generated_key(owner.kms)
    blob = owner.kms.encrypt(KeyId=key, Plaintext=b"m")["CiphertextBlob"]
    # The same ciphertext of a key that nobody has.
    at = blob.find(bytes.fromhex(key.replace("-", "")))
    assert at > 0
    foreign = blob[:at] + bytes.fromhex(UNKNOWN_KEY.replace("-", "")) + blob[at + 16 :]
    for who, stranger in strangers.items():
        own = generated_key(stranger.kms)
        mine = stranger.kms.encrypt(KeyId=own, Plaintext=b"m")["CiphertextBlob"]
        for call, fields in (
            (stranger.kms.decrypt, {}),
            (stranger.kms.decrypt, {"KeyId": own}),
            (stranger.kms.re_encrypt, {"DestinationKeyId": own}),
            (stranger.kms.re_encrypt, {"DestinationKeyId": own, "SourceKeyId": own}),
        ):
            there, not_there = (refusal(call, CiphertextBlob=each, **fields) for each in (blob, foreign))
            assert there == not_there, (who, fields)
        # The name of one's own key over another's ciphertext opens nothing, nor the other way round.
        ours = bytes.fromhex(own.replace("-", ""))
        theirs = blob[at : at + 16]
        for spliced in (blob[:at] + ours + blob[at + 16 :], mine[:at] + theirs + mine[at + 16 :]):
            code, _ = refusal(stranger.kms.decrypt, CiphertextBlob=spliced)
            assert code in ("InvalidCiphertextException", "AccessDeniedException"), who


def test_a_key_policy_that_lets_everybody_in_needs_the_other_account_too(owner, account):
    """A key for all is no way around what an account allows its own users."""
    key = generated_key(owner.kms)
    arn = owner.kms.describe_key(KeyId=key)["KeyMetadata"]["Arn"]
    everybody = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "kms:*", "Resource": "*"}
    owner.kms.put_key_policy(KeyId=key, Policy=document(everybody))
    may = account.user("may", allow("kms:Encrypt", arn))
    may_not = account.user("may-not", allow("kms:Encrypt", f"arn:aws:kms:{REGION}:{account_of(account)}:key/*"))
    may.kms.encrypt(KeyId=arn, Plaintext=b"m")
    denied(may_not.kms.encrypt, KeyId=arn, Plaintext=b"m")
    denied(may.kms.decrypt, KeyId=arn, CiphertextBlob=bytes(200))
    # What works in one's own account only, no policy of another's makes work.
    administrator = account.user("administrator", allow("*"))
    for call in (administrator.kms.disable_key, administrator.kms.schedule_key_deletion, account.kms.disable_key):
        denied(call, KeyId=arn)
    assert owner.kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"] == "Enabled"


# The confused deputy: ReEncrypt opens with one right and closes with another.


def arn_of(caller, key):
    return caller.kms.describe_key(KeyId=key)["KeyMetadata"]["Arn"]


def test_re_encrypting_takes_both_rights_each_on_its_key(account):
    source, destination = (arn_of(account, generated_key(account.kms)) for _ in range(2))
    blob = account.kms.encrypt(KeyId=source, Plaintext=b"m")["CiphertextBlob"]
    for name, statements in {
        "nothing": [],
        "only-from": [allow("kms:ReEncryptFrom", source)],
        "only-to": [allow("kms:ReEncryptTo", destination)],
        "swapped": [allow("kms:ReEncryptFrom", destination), allow("kms:ReEncryptTo", source)],
        "what-it-is-made-of": [allow("kms:Decrypt", source), allow("kms:Encrypt", destination)],
        "its-name": [allow("kms:ReEncrypt")],
        "denied-one": [allow("kms:ReEncrypt*"), deny("kms:ReEncryptFrom", source)],
        "denied-other": [allow("kms:ReEncrypt*"), deny("kms:ReEncryptTo", destination)],
    }.items():
        user = account.user(name, *statements)
        denied(user.kms.re_encrypt, CiphertextBlob=blob, DestinationKeyId=destination)
        denied(user.kms.re_encrypt, CiphertextBlob=blob, DestinationKeyId=destination, SourceKeyId=source)
    user = account.user("both", allow("kms:ReEncryptFrom", source), allow("kms:ReEncryptTo", destination))
    user.kms.re_encrypt(CiphertextBlob=blob, DestinationKeyId=destination)
    denied(user.kms.re_encrypt, CiphertextBlob=blob, DestinationKeyId=source)
    denied(user.kms.decrypt, CiphertextBlob=blob)


def test_re_encrypting_carries_nothing_out_of_the_account(account, strangers):
    """The taker's key lets everybody in; the mover's own account must still let it out."""
    source = arn_of(account, generated_key(account.kms))
    thief = strangers["root"]
    trap = arn_of(thief, generated_key(thief.kms))
    everybody = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "kms:*", "Resource": "*"}
    thief.kms.put_key_policy(KeyId=trap, Policy=document(everybody))
    blob = account.kms.encrypt(KeyId=source, Plaintext=b"m")["CiphertextBlob"]
    mover = account.user("mover", allow("kms:ReEncrypt*", f"arn:aws:kms:{REGION}:{account_of(account)}:key/*"))
    denied(mover.kms.re_encrypt, CiphertextBlob=blob, DestinationKeyId=trap)
    denied(thief.kms.re_encrypt, CiphertextBlob=blob, DestinationKeyId=trap)
    # A mark of where a request comes from is worth nothing from a client.
    for name in ("X-Amz-Via-Service", "X-Amz-Source-Arn", "X-Amz-Source-Account", "X-Forwarded-For"):
        body = json.dumps({"CiphertextBlob": base64.b64encode(blob).decode(), "DestinationKeyId": trap}).encode()
        headers = {name: "s3.us-east-1.amazonaws.com"}
        answer = Call(account.server, "ReEncrypt", body, headers=headers, **mover.credentials).signed().send()
        assert (answer.status, answer.code) == (400, "AccessDeniedException"), name


def test_each_half_of_re_encrypting_is_judged_by_its_own_context(account):
    key = arn_of(account, generated_key(account.kms))
    blob = account.kms.encrypt(KeyId=key, Plaintext=b"m", EncryptionContext={"for": "a"})["CiphertextBlob"]

    def when(action, value):
        return allow(action, key, Condition={"StringEquals": {"kms:EncryptionContext:for": value}})

    fields = {"CiphertextBlob": blob, "SourceEncryptionContext": {"for": "a"}, "DestinationKeyId": key}
    right = account.user("right", when("kms:ReEncryptFrom", "a"), when("kms:ReEncryptTo", "b"))
    right.kms.re_encrypt(**fields, DestinationEncryptionContext={"for": "b"})
    denied(right.kms.re_encrypt, **fields, DestinationEncryptionContext={"for": "a"})
    denied(right.kms.re_encrypt, **fields)
    wrong = account.user("wrong", when("kms:ReEncryptFrom", "b"), when("kms:ReEncryptTo", "a"))
    denied(wrong.kms.re_encrypt, **fields, DestinationEncryptionContext={"for": "b"})
    # A true permission for a context that the ciphertext does not have opens nothing.
    lie = {**fields, "SourceEncryptionContext": {"for": "b"}, "DestinationEncryptionContext": {"for": "a"}}
    assert refusal(wrong.kms.re_encrypt, **lie)[0] == "InvalidCiphertextException"


# Grants.


def test_a_grant_is_passed_on_no_wider_than_it_was_received(account):
    key = arn_of(account, generated_key(account.kms))
    holder, friend = account.user("holder"), account.user("friend")
    account.kms.create_grant(
        KeyId=key,
        GranteePrincipal=holder.arn,
        Operations=["Encrypt", "CreateGrant"],
        Constraints={"EncryptionContextSubset": {"for": "a"}},
    )
    narrow = {"KeyId": key, "GranteePrincipal": friend.arn}
    subset = {"EncryptionContextSubset": {"for": "a"}}
    for case, fields in {
        "another operation": {"Operations": ["Decrypt"], "Constraints": subset},
        "one more": {"Operations": ["Encrypt", "Decrypt"], "Constraints": subset},
        "no constraint": {"Operations": ["Encrypt"]},
        "another value": {"Operations": ["Encrypt"], "Constraints": {"EncryptionContextSubset": {"for": "b"}}},
        "another name": {"Operations": ["Encrypt"], "Constraints": {"EncryptionContextSubset": {"to": "a"}}},
        "another key": {"Operations": ["Encrypt"], "Constraints": subset, "KeyId": generated_key(account.kms)},
    }.items():
        message = denied(holder.kms.create_grant, **{**narrow, **fields})
        assert "CreateGrant" in message, case
    # To oneself neither.
    denied(holder.kms.create_grant, KeyId=key, GranteePrincipal=holder.arn, Operations=["Encrypt"])
    made = holder.kms.create_grant(**narrow, Operations=["Encrypt"], Constraints=subset)
    context = {"for": "a", "and": "more"}
    friend.kms.encrypt(KeyId=key, Plaintext=b"m", EncryptionContext=context)
    blob = holder.kms.encrypt(KeyId=key, Plaintext=b"m", EncryptionContext=context)["CiphertextBlob"]
    for who in (holder, friend):
        denied(who.kms.encrypt, KeyId=key, Plaintext=b"m")
        denied(who.kms.decrypt, KeyId=key, CiphertextBlob=blob, EncryptionContext=context)
        denied(who.kms.describe_key, KeyId=key)
    # The friend got no right to pass it on, nor to end it; the token of it adds nothing to anybody.
    back = {**narrow, "GranteePrincipal": holder.arn, "Operations": ["Encrypt"], "Constraints": subset}
    denied(friend.kms.create_grant, **back)
    denied(friend.kms.revoke_grant, KeyId=key, GrantId=made["GrantId"])
    denied(friend.kms.retire_grant, KeyId=key, GrantId=made["GrantId"])
    passer = account.user("passer")
    denied(passer.kms.encrypt, KeyId=key, Plaintext=b"m", EncryptionContext=context, GrantTokens=[made["GrantToken"]])
    # A denial wins over any grant.
    account.iam.put_user_policy(UserName="friend", PolicyName="no", PolicyDocument=document(deny("kms:Encrypt")))
    denied(friend.kms.encrypt, KeyId=key, Plaintext=b"m", EncryptionContext=context)


def test_who_is_made_anew_inherits_nothing(account):
    key = arn_of(account, generated_key(account.kms))
    first = account.user("ann")
    root = {"Effect": "Allow", "Principal": {"AWS": account_of(account)}, "Action": "kms:*", "Resource": "*"}
    named = {"Effect": "Allow", "Principal": {"AWS": first.arn}, "Action": "kms:Encrypt", "Resource": "*"}
    account.kms.put_key_policy(KeyId=key, Policy=document(root, named))
    account.kms.create_grant(KeyId=key, GranteePrincipal=first.arn, Operations=["GenerateDataKey"])
    first.kms.encrypt(KeyId=key, Plaintext=b"m")
    first.kms.generate_data_key(KeyId=key, KeySpec="AES_256")
    role_trust = {"Effect": "Allow", "Principal": {"AWS": first.arn}, "Action": "sts:AssumeRole"}
    role = account.iam.create_role(RoleName="r", AssumeRolePolicyDocument=document(role_trust))["Role"]["Arn"]
    first.assume(role)
    account.iam.delete_access_key(UserName="ann", AccessKeyId=first.credentials["access_key"])
    account.iam.delete_user(UserName="ann")
    again = account.user("ann")
    denied(again.kms.encrypt, KeyId=key, Plaintext=b"m")
    denied(again.kms.generate_data_key, KeyId=key, KeySpec="AES_256")
    denied(again.sts.assume_role, RoleArn=role, RoleSessionName="session")
    # And the first one's key is as if it had never been.
    unknown = Caller(account.server, "AKIAIOSFODNN7EXAMPLE", "x" * 40)
    assert refusal(first.kms.list_keys) == refusal(unknown.kms.list_keys)


# More than one's policies say.


def test_nobody_gives_themselves_more(account):
    role_trust = {"Effect": "Allow", "Principal": {"AWS": account_of(account)}, "Action": "sts:AssumeRole"}
    role = account.iam.create_role(RoleName="admin", AssumeRolePolicyDocument=document(role_trust))["Role"]["Arn"]
    account.iam.attach_role_policy(RoleName="admin", PolicyArn=ADMINISTRATOR)
    account.user("victim", allow("*"))
    user = account.user("user", allow(["kms:Encrypt", "iam:GetUser", "iam:ListAccessKeys"]))
    own, everything = {"UserName": "user"}, document(allow("*"))
    group = {"GroupName": "admins"}
    account.iam.create_group(**group)
    for call, fields in [
        (user.iam.put_user_policy, {**own, "PolicyName": "p", "PolicyDocument": everything}),
        (user.iam.attach_user_policy, {**own, "PolicyArn": ADMINISTRATOR}),
        (user.iam.delete_user_policy, {**own, "PolicyName": "own"}),
        (user.iam.delete_user_permissions_boundary, own),
        (user.iam.add_user_to_group, {**own, **group}),
        (user.iam.create_access_key, {"UserName": "victim"}),
        (user.iam.create_access_key, {}),
        (user.iam.create_user, {"UserName": "another"}),
        (user.iam.create_policy, {"PolicyName": "p", "PolicyDocument": everything}),
        (user.iam.update_assume_role_policy, {"RoleName": "admin", "PolicyDocument": document(role_trust)}),
        (user.iam.list_users, {}),
        (user.sts.assume_role, {"RoleArn": role, "RoleSessionName": "session"}),
        (user.sts.assume_role, {"RoleArn": role.replace(account_of(account), STRANGER), "RoleSessionName": "other"}),
        (user.sts.assume_role, {"RoleArn": role + "x", "RoleSessionName": "session"}),
        (user.kms.create_key, {}),
        (user.kms.list_keys, {}),
    ]:
        denied(call, **fields)


def test_a_boundary_and_a_session_only_take_away(account):
    boundary = account.iam.create_policy(PolicyName="b", PolicyDocument=document(allow("kms:List*")))["Policy"]["Arn"]
    bound = account.user("bound", allow("*"), PermissionsBoundary=boundary)
    bound.kms.list_keys()
    denied(bound.kms.create_key)
    denied(bound.iam.delete_user_permissions_boundary, UserName="bound")
    denied(bound.iam.create_access_key, UserName="bound")
    trust = {"Effect": "Allow", "Principal": {"AWS": account_of(account)}, "Action": "sts:AssumeRole"}
    role = account.iam.create_role(RoleName="wide", AssumeRolePolicyDocument=document(trust))["Role"]["Arn"]
    policy = {"RoleName": "wide", "PolicyName": "p"}
    account.iam.put_role_policy(**policy, PolicyDocument=document(allow(["kms:*", "sts:*"])))
    user = account.user("user", allow("sts:AssumeRole"))
    wide = user.assume(role)
    wide.kms.create_key()
    narrow = user.assume(role, Policy=document(allow("kms:ListKeys")))
    narrow.kms.list_keys()
    denied(narrow.kms.create_key)
    # Not by assuming it once more either, nor by asking for more than the role has.
    denied(narrow.sts.assume_role, RoleArn=role, RoleSessionName="session")
    denied(user.assume(role, Policy=document(allow("*"))).iam.list_users)
    # What the role loses, its sessions lose; and a role that is gone has none.
    account.iam.put_role_policy(**policy, PolicyDocument=document(allow("kms:ListKeys")))
    denied(wide.kms.create_key)
    account.iam.delete_role_policy(**policy)
    denied(wide.kms.list_keys)
    account.iam.delete_role(RoleName="wide")
    account.iam.create_role(RoleName="wide", AssumeRolePolicyDocument=document(trust))
    account.iam.put_role_policy(**policy, PolicyDocument=document(allow("kms:*")))
    assert refusal(wide.kms.list_keys)[0] in ("UnrecognizedClientException", "AccessDeniedException")


def test_a_role_is_assumed_on_its_terms_only(account, strangers):
    """Whoever acts for many names the one it acts for, and nobody brings along what the role's policies trust."""
    trust = {
        "Effect": "Allow",
        "Principal": {"AWS": [account_of(account), STRANGER]},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"sts:ExternalId": "customer-1"}},
    }
    role = account.iam.create_role(RoleName="deputy", AssumeRolePolicyDocument=document(trust))["Role"]["Arn"]
    by_tag = {"Condition": {"StringEquals": {"aws:PrincipalTag/team": "admins"}}}
    statements = document(allow("kms:ListKeys"), allow("kms:CreateKey", **by_tag))
    account.iam.put_role_policy(RoleName="deputy", PolicyName="p", PolicyDocument=statements)
    user = account.user("user", allow("sts:*"))
    right = {"RoleArn": role, "RoleSessionName": "session", "ExternalId": "customer-1"}
    for who in (user, strangers["administrator"]):
        session = who.assume(role, ExternalId="customer-1")
        session.kms.list_keys()
        denied(session.kms.create_key)
        for case, fields in {
            "another customer": {"ExternalId": "customer-2"},
            "a tag that the role trusts": {"Tags": [{"Key": "team", "Value": "admins"}]},
            "the same in another case": {"Tags": [{"Key": "Team", "Value": "admins"}]},
            "an identity of its own choice": {"SourceIdentity": "somebody"},
        }.items():
            assert "sts:" in denied(who.sts.assume_role, **{**right, **fields}), case
        denied(who.sts.assume_role, RoleArn=role, RoleSessionName="session")
    nobody = account.user("nobody")
    denied(strangers["root"].user("nobody").sts.assume_role, **right)
    # The trust of the account is for the account to hand on.
    denied(nobody.sts.assume_role, **right)


def test_credentials_that_were_taken_away_are_gone_at_once(account):
    user = account.user("user", allow("kms:ListKeys"))
    session = user.sts.get_session_token()["Credentials"]
    session = Caller(account.server, session["AccessKeyId"], session["SecretAccessKey"], session["SessionToken"])
    user.kms.list_keys()
    session.kms.list_keys()
    # Temporary credentials do not make lasting ones.
    assert refusal(session.iam.create_access_key)[0] in ("InvalidClientTokenId", "AccessDenied")
    key = {"UserName": "user", "AccessKeyId": user.credentials["access_key"]}
    account.iam.update_access_key(**key, Status="Inactive")
    for caller in (user, session):
        assert refusal(caller.kms.list_keys)[0] == "UnrecognizedClientException"
    account.iam.update_access_key(**key, Status="Active")
    user.kms.list_keys()
    account.iam.delete_user_policy(UserName="user", PolicyName="own")
    for caller in (user, session):
        denied(caller.kms.list_keys)
    account.iam.delete_access_key(**key)
    for caller in (user, session):
        assert refusal(caller.kms.list_keys)[0] == "UnrecognizedClientException"
