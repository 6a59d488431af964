"""The life of users, groups, roles, policies and access keys, with boto3; every answer is held to the model, and at
the end every action was tried."""

import json
import urllib.parse
import urllib.request

import pytest
from support.identities import ACCOUNT, ROOT, actions, client, policy, refused, trust
from support.server import Server

ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
TAGS = [{"Key": "team", "Value": "blue"}]
ISSUER = "https://issuer.example/realm"
THUMBPRINT = "0" * 40


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """A server of this file's own, whose account has nothing in it but what is made here."""
    running = Server(tmp_path_factory.mktemp("iam") / "data")
    try:
        yield running.start()
        running.stop()
    finally:
        running.end()


@pytest.fixture(scope="module")
def seen():
    """The actions that were tried and succeeded."""
    return {"iam": set(), "sts": set()}


@pytest.fixture(scope="module")
def iam(house, seen):
    return watched(client(house, "iam"), "iam", seen)


@pytest.fixture(scope="module")
def sts(house, seen):
    return watched(client(house, "sts"), "sts", seen)


def watched(made, service, seen):
    def note(http_response, parsed, model, **_):
        if http_response.status_code == 200:
            seen[service].add(model.name)

    made.meta.events.register(f"after-call.{service}", note)
    return made


def arn(kind, name):
    return f"arn:aws:iam::{ACCOUNT}:{kind}/{name}"


def test_users(iam):
    user = iam.create_user(UserName="alice", Path="/eng/", Tags=TAGS)["User"]
    assert (user["Arn"], user["Path"], user["Tags"]) == (arn("user", "eng/alice"), "/eng/", TAGS)
    assert user["UserId"].startswith("AIDA") and len(user["UserId"]) == 21
    assert iam.get_user(UserName="alice")["User"] == user
    assert iam.get_user()["User"]["Arn"] == ROOT
    with refused("EntityAlreadyExists", 409, "ALICE"):
        iam.create_user(UserName="ALICE")
    iam.create_user(UserName="bob")
    names = [user["UserName"] for page in pages(iam, "list_users", 1) for user in page["Users"]]
    assert names == ["alice", "bob"]
    assert [user["UserName"] for user in iam.list_users(PathPrefix="/eng/")["Users"]] == ["alice"]
    iam.update_user(UserName="bob", NewUserName="robert", NewPath="/ops/")
    assert iam.get_user(UserName="robert")["User"]["Arn"] == arn("user", "ops/robert")
    with refused("NoSuchEntity", 404, "bob"):
        iam.get_user(UserName="bob")
    iam.tag_user(UserName="robert", Tags=TAGS)
    assert iam.list_user_tags(UserName="robert")["Tags"] == TAGS
    iam.untag_user(UserName="robert", TagKeys=["team"])
    assert iam.list_user_tags(UserName="robert")["Tags"] == []
    iam.delete_user(UserName="robert")


def test_access_keys(house, iam, sts):
    iam.create_user(UserName="keyed")
    key = iam.create_access_key(UserName="keyed")["AccessKey"]
    assert key["AccessKeyId"].startswith("AKIA") and len(key["SecretAccessKey"]) == 40
    mine = client(house, "sts", key)
    assert mine.get_caller_identity()["Arn"] == arn("user", "keyed")
    second = iam.create_access_key(UserName="keyed")["AccessKey"]
    with refused("LimitExceeded", 409, "2"):
        iam.create_access_key(UserName="keyed")
    listed = iam.list_access_keys(UserName="keyed")["AccessKeyMetadata"]
    assert {one["AccessKeyId"] for one in listed} == {key["AccessKeyId"], second["AccessKeyId"]}
    assert all("SecretAccessKey" not in one for one in listed)
    assert iam.get_access_key_last_used(AccessKeyId=key["AccessKeyId"])["UserName"] == "keyed"
    iam.update_access_key(UserName="keyed", AccessKeyId=key["AccessKeyId"], Status="Inactive")
    with refused("InvalidClientTokenId", 403):
        mine.get_caller_identity()
    iam.update_access_key(UserName="keyed", AccessKeyId=key["AccessKeyId"], Status="Active")
    mine.get_caller_identity()
    assert sts.get_access_key_info(AccessKeyId=key["AccessKeyId"])["Account"] == ACCOUNT
    with refused("DeleteConflict", 409):
        iam.delete_user(UserName="keyed")
    for one in (key, second):
        iam.delete_access_key(UserName="keyed", AccessKeyId=one["AccessKeyId"])
    with refused("InvalidClientTokenId", 403):
        mine.get_caller_identity()
    iam.delete_user(UserName="keyed")


def test_groups(house, iam):
    group = iam.create_group(GroupName="readers", Path="/g/")["Group"]
    assert group["Arn"] == arn("group", "g/readers") and group["GroupId"].startswith("AGPA")
    assert iam.list_groups()["Groups"] == [group]
    iam.create_user(UserName="member")
    key = iam.create_access_key(UserName="member")["AccessKey"]
    kms = client(house, "kms", key)
    with pytest.raises(kms.exceptions.ClientError, match="kms:ListKeys"):
        kms.list_keys()
    iam.add_user_to_group(GroupName="readers", UserName="member")
    assert [one["GroupName"] for one in iam.list_groups_for_user(UserName="member")["Groups"]] == ["readers"]
    assert [one["UserName"] for one in iam.get_group(GroupName="readers")["Users"]] == ["member"]
    iam.put_group_policy(GroupName="readers", PolicyName="list", PolicyDocument=policy("kms:ListKeys"))
    kms.list_keys()
    assert iam.list_group_policies(GroupName="readers")["PolicyNames"] == ["list"]
    found = iam.get_group_policy(GroupName="readers", PolicyName="list")["PolicyDocument"]
    assert found == json.loads(policy("kms:ListKeys"))
    iam.update_group(GroupName="readers", NewGroupName="lookers", NewPath="/")
    kms.list_keys()
    iam.delete_group_policy(GroupName="lookers", PolicyName="list")
    iam.attach_group_policy(GroupName="lookers", PolicyArn=ADMINISTRATOR)
    attached = iam.list_attached_group_policies(GroupName="lookers")["AttachedPolicies"]
    assert attached == [{"PolicyName": "AdministratorAccess", "PolicyArn": ADMINISTRATOR}]
    kms.create_key()
    iam.detach_group_policy(GroupName="lookers", PolicyArn=ADMINISTRATOR)
    with refused("DeleteConflict", 409):
        iam.delete_group(GroupName="lookers")
    iam.remove_user_from_group(GroupName="lookers", UserName="member")
    iam.delete_group(GroupName="lookers")
    iam.delete_access_key(UserName="member", AccessKeyId=key["AccessKeyId"])
    iam.delete_user(UserName="member")


def test_policies_of_users_and_their_limits(house, iam):
    iam.create_user(UserName="limited")
    key = iam.create_access_key(UserName="limited")["AccessKey"]
    mine, kms = client(house, "iam", key), client(house, "kms", key)
    with refused("AccessDenied", 403, "not authorized to perform: iam:CreateUser on resource"):
        mine.create_user(UserName="another")
    document = policy("iam:*", "kms:*")
    iam.put_user_policy(UserName="limited", PolicyName="own", PolicyDocument=document)
    assert iam.list_user_policies(UserName="limited")["PolicyNames"] == ["own"]
    told = iam.get_user_policy(UserName="limited", PolicyName="own")
    assert told["PolicyDocument"] == json.loads(document)
    assert mine.get_user()["User"]["UserName"] == "limited"
    made = iam.create_policy(
        PolicyName="only-list", PolicyDocument=policy("kms:ListKeys"), Description="a <b> & c", Tags=TAGS
    )["Policy"]
    assert made["Arn"] == arn("policy", "only-list") and made["DefaultVersionId"] == "v1"
    iam.put_user_permissions_boundary(UserName="limited", PermissionsBoundary=made["Arn"])
    boundary = iam.get_user(UserName="limited")["User"]["PermissionsBoundary"]
    assert boundary["PermissionsBoundaryArn"] == made["Arn"]
    kms.list_keys()
    with pytest.raises(kms.exceptions.ClientError, match="no permissions boundary allows"):
        kms.create_key()
    with refused("DeleteConflict", 409):
        iam.delete_policy(PolicyArn=made["Arn"])
    iam.delete_user_permissions_boundary(UserName="limited")
    kms.create_key()
    iam.attach_user_policy(UserName="limited", PolicyArn=made["Arn"])
    assert iam.list_attached_user_policies(UserName="limited")["AttachedPolicies"] == [
        {"PolicyName": "only-list", "PolicyArn": made["Arn"]}
    ]
    entities = iam.list_entities_for_policy(PolicyArn=made["Arn"])
    assert [one["UserName"] for one in entities["PolicyUsers"]] == ["limited"]
    iam.delete_user_policy(UserName="limited", PolicyName="own")
    simulated = iam.simulate_principal_policy(
        PolicySourceArn=arn("user", "limited"), ActionNames=["kms:ListKeys", "kms:CreateKey"]
    )["EvaluationResults"]
    assert [one["EvalDecision"] for one in simulated] == ["allowed", "implicitDeny"]
    iam.detach_user_policy(UserName="limited", PolicyArn=made["Arn"])
    iam.delete_access_key(UserName="limited", AccessKeyId=key["AccessKeyId"])
    iam.delete_user(UserName="limited")
    iam.delete_policy(PolicyArn=made["Arn"])


def test_policies_and_their_versions(iam):
    made = iam.create_policy(PolicyName="versioned", PolicyDocument=policy("kms:ListKeys"), Path="/p/")["Policy"]
    name = made["Arn"]
    assert iam.get_policy(PolicyArn=name)["Policy"]["PolicyId"] == made["PolicyId"]
    assert [one["Arn"] for one in iam.list_policies(Scope="Local")["Policies"]] == [name]
    assert ADMINISTRATOR in [one["Arn"] for one in iam.list_policies(Scope="AWS")["Policies"]]
    second = policy("kms:ListAliases")
    version = iam.create_policy_version(PolicyArn=name, PolicyDocument=second)["PolicyVersion"]
    assert (version["VersionId"], version["IsDefaultVersion"]) == ("v2", False)
    iam.set_default_policy_version(PolicyArn=name, VersionId="v2")
    found = iam.get_policy_version(PolicyArn=name, VersionId="v2")["PolicyVersion"]
    assert found["IsDefaultVersion"] and found["Document"] == json.loads(second)
    assert [one["VersionId"] for one in iam.list_policy_versions(PolicyArn=name)["Versions"]] == ["v2", "v1"]
    with refused("DeleteConflict", 409):
        iam.delete_policy(PolicyArn=name)
    iam.delete_policy_version(PolicyArn=name, VersionId="v1")
    iam.tag_policy(PolicyArn=name, Tags=TAGS)
    assert iam.list_policy_tags(PolicyArn=name)["Tags"] == TAGS
    iam.untag_policy(PolicyArn=name, TagKeys=["team"])
    iam.delete_policy(PolicyArn=name)
    with refused("MalformedPolicyDocument", 400):
        iam.create_policy(PolicyName="none", PolicyDocument='{"Statement": "no"}')
    simulated = iam.simulate_custom_policy(PolicyInputList=[second], ActionNames=["kms:ListAliases"])
    assert simulated["EvaluationResults"][0]["EvalDecision"] == "allowed"
    assert iam.get_account_summary()["SummaryMap"]["PolicyVersionsInUse"] == 0
    assert iam.list_account_aliases()["AccountAliases"] == []


def test_roles(house, iam, seen):
    role = iam.create_role(
        RoleName="worker",
        AssumeRolePolicyDocument=trust(),
        Description="does\nthe work",
        MaxSessionDuration=7200,
        Tags=TAGS,
    )["Role"]
    assert role["Arn"] == arn("role", "worker") and role["RoleId"].startswith("AROA")
    assert role["AssumeRolePolicyDocument"] == json.loads(trust())
    assert iam.get_role(RoleName="worker")["Role"]["Description"] == "does\nthe work"
    assert [one["RoleName"] for one in iam.list_roles()["Roles"]] == ["worker"]
    iam.update_role(RoleName="worker", Description="works", MaxSessionDuration=3600)
    assert iam.update_role_description(RoleName="worker", Description="works on")["Role"]["Description"] == "works on"
    iam.tag_role(RoleName="worker", Tags=[{"Key": "b", "Value": ""}])
    assert {one["Key"] for one in iam.list_role_tags(RoleName="worker")["Tags"]} == {"team", "b"}
    iam.untag_role(RoleName="worker", TagKeys=["b"])
    iam.put_role_policy(RoleName="worker", PolicyName="own", PolicyDocument=policy("kms:ListKeys"))
    assert iam.list_role_policies(RoleName="worker")["PolicyNames"] == ["own"]
    assert iam.get_role_policy(RoleName="worker", PolicyName="own")["RoleName"] == "worker"
    iam.attach_role_policy(RoleName="worker", PolicyArn=ADMINISTRATOR)
    assert len(iam.list_attached_role_policies(RoleName="worker")["AttachedPolicies"]) == 1

    # The root cannot assume a role, as in AWS; a user can.
    iam.create_user(UserName="assumer")
    iam.put_user_policy(UserName="assumer", PolicyName="own", PolicyDocument=policy("sts:AssumeRole"))
    key = iam.create_access_key(UserName="assumer")["AccessKey"]
    mine = watched(client(house, "sts", key), "sts", seen)
    assumed = mine.assume_role(RoleArn=role["Arn"], RoleSessionName="job", Policy=policy("kms:ListKeys"))
    session = assumed["Credentials"]
    assert assumed["AssumedRoleUser"]["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/worker/job"
    assert client(house, "sts", session).get_caller_identity()["UserId"] == f"{role['RoleId']}:job"
    kms = client(house, "kms", session)
    kms.list_keys()
    with pytest.raises(kms.exceptions.ClientError, match="no session policy allows"):
        kms.create_key()

    iam.put_role_permissions_boundary(RoleName="worker", PermissionsBoundary=ADMINISTRATOR)
    iam.delete_role_permissions_boundary(RoleName="worker")
    iam.update_assume_role_policy(RoleName="worker", PolicyDocument=trust(Effect="Deny"))
    with refused("AccessDenied", 403, "sts:AssumeRole"):
        mine.assume_role(RoleArn=role["Arn"], RoleSessionName="job")
    assert iam.list_instance_profiles_for_role(RoleName="worker")["InstanceProfiles"] == []
    iam.delete_role_policy(RoleName="worker", PolicyName="own")
    iam.detach_role_policy(RoleName="worker", PolicyArn=ADMINISTRATOR)
    iam.delete_role(RoleName="worker")
    with refused("InvalidClientTokenId", 403):
        client(house, "sts", session).get_caller_identity()
    iam.delete_access_key(UserName="assumer", AccessKeyId=key["AccessKeyId"])
    iam.delete_user_policy(UserName="assumer", PolicyName="own")
    iam.delete_user(UserName="assumer")


def test_sessions_of_keys(house, iam, sts):
    iam.create_user(UserName="temporary")
    key = iam.create_access_key(UserName="temporary")["AccessKey"]
    session = client(house, "sts", key).get_session_token(DurationSeconds=900)["Credentials"]
    assert session["AccessKeyId"].startswith("ASIA")
    assert client(house, "sts", session).get_caller_identity()["Arn"] == arn("user", "temporary")
    with refused("InvalidClientTokenId", 403):
        client(house, "iam", session).get_user()
    sts.get_session_token()
    assert sts.get_caller_identity() | {"ResponseMetadata": None} == {
        "UserId": ACCOUNT,
        "Account": ACCOUNT,
        "Arn": ROOT,
        "ResponseMetadata": None,
    }
    iam.delete_access_key(UserName="temporary", AccessKeyId=key["AccessKeyId"])
    iam.delete_user(UserName="temporary")


def test_providers_of_web_identities(iam):
    provider = iam.create_open_id_connect_provider(
        Url=ISSUER, ClientIDList=["one"], ThumbprintList=[THUMBPRINT], Tags=TAGS
    )["OpenIDConnectProviderArn"]
    assert provider == arn("oidc-provider", "issuer.example/realm")
    named = {"OpenIDConnectProviderArn": provider}
    assert iam.list_open_id_connect_providers()["OpenIDConnectProviderList"] == [{"Arn": provider}]
    iam.add_client_id_to_open_id_connect_provider(ClientID="two", **named)
    iam.remove_client_id_from_open_id_connect_provider(ClientID="one", **named)
    iam.update_open_id_connect_provider_thumbprint(ThumbprintList=["1" * 40], **named)
    found = iam.get_open_id_connect_provider(**named)
    assert (found["Url"], found["ClientIDList"]) == ("issuer.example/realm", ["two"])
    assert found["ThumbprintList"] == ["1" * 40]
    iam.tag_open_id_connect_provider(Tags=[{"Key": "b", "Value": "c"}], **named)
    assert len(iam.list_open_id_connect_provider_tags(**named)["Tags"]) == 2
    iam.untag_open_id_connect_provider(TagKeys=["b"], **named)
    iam.delete_open_id_connect_provider(**named)
    with refused("NoSuchEntity", 404):
        iam.get_open_id_connect_provider(**named)


def test_what_users_of_aws_can_also_have(iam):
    """There is none of it here, and tools that delete a user ask."""
    iam.create_user(UserName="bare")
    named = {"UserName": "bare"}
    for lists, member in [
        (iam.list_mfa_devices, "MFADevices"),
        (iam.list_signing_certificates, "Certificates"),
        (iam.list_ssh_public_keys, "SSHPublicKeys"),
        (iam.list_service_specific_credentials, "ServiceSpecificCredentials"),
    ]:
        assert lists(**named)[member] == []
    assert iam.list_virtual_mfa_devices()["VirtualMFADevices"] == []
    for asks in (iam.get_login_profile, iam.delete_login_profile):
        with refused("NoSuchEntity", 404):
            asks(**named)
    iam.delete_user(UserName="bare")


def test_actions_that_are_not_offered(iam):
    with refused("InvalidAction", 400, "Could not find operation UploadServerCertificate for version 2010-05-08"):
        iam.upload_server_certificate(ServerCertificateName="a", CertificateBody="b", PrivateKey="c")


def test_texts_survive_the_way_through_xml(iam):
    description = "<&>\"'\t\r\n ü¡"
    role = iam.create_role(RoleName="texts", AssumeRolePolicyDocument=trust(), Description=description)["Role"]
    assert role["Description"] == description
    document = policy("kms:*", Condition={"StringLike": {"aws:PrincipalTag/a&b": "ü +%20<"}})
    iam.put_role_policy(RoleName="texts", PolicyName="a+b=c,d.e@f-g", PolicyDocument=document)
    found = iam.get_role_policy(RoleName="texts", PolicyName="a+b=c,d.e@f-g")
    assert found["PolicyDocument"] == json.loads(document)
    iam.delete_role_policy(RoleName="texts", PolicyName="a+b=c,d.e@f-g")
    iam.delete_role(RoleName="texts")


def test_every_action_was_tried(seen):
    """Web identities have tests of their own: they need an issuer. And there is no login profile."""
    elsewhere = {
        "AssumeRoleWithWebIdentity",
        "ChangePassword",
        "CreateLoginProfile",
        "DeleteLoginProfile",
        "GetLoginProfile",
        "UpdateLoginProfile",
    }
    for service in seen:
        assert set(actions(service)) - seen[service] - elsewhere == set()


def pages(made, operation, size):
    return made.get_paginator(operation).paginate(PaginationConfig={"PageSize": size})


def test_presigned_identities_are_read_by_others(house, sts):
    url = sts.generate_presigned_url("get_caller_identity", ExpiresIn=60, HttpMethod="GET")
    assert urllib.parse.urlsplit(url).netloc == ":".join(map(str, house.address))
    with urllib.request.urlopen(urllib.request.Request(url, headers={"Accept": "application/json"})) as answer:
        found = json.load(answer)["GetCallerIdentityResponse"]["GetCallerIdentityResult"]
    assert found["Arn"] == ROOT
