"""Key policies through boto3 and the AWS CLI: what is put is what is read, and what is refused says why."""

import json

import pytest
from support import people, shell
from support.ceremony import generated_key
from support.errors import refused
from support.server import ACCOUNT

ROOT = f"arn:aws:iam::{ACCOUNT}:root"
USER = f"arn:aws:iam::{ACCOUNT}:user"
LOCKOUT = "The new key policy will not allow you to update the key policy in the future."
INVALID_PRINCIPALS = "Policy contains a statement with one or more invalid principals."
MOST_BYTES = 32_768
# What `aws` ends with when the service refuses.
EXIT_REFUSED = 255
DEFAULT_POLICY = (
    '{\n  "Version" : "2012-10-17",\n  "Id" : "key-default-1",\n  "Statement" : [ {\n'
    '    "Sid" : "Enable IAM User Permissions",\n    "Effect" : "Allow",\n    "Principal" : {\n'
    f'      "AWS" : "{ROOT}"\n    }},\n    "Action" : "kms:*",\n    "Resource" : "*"\n  }} ]\n}}'
)


@pytest.fixture(scope="module")
def key(kms):
    return generated_key(kms)


def statement(**changes):
    whole = {"Effect": "Allow", "Principal": {"AWS": ROOT}, "Action": "kms:*", "Resource": "*", **changes}
    return {name: value for name, value in whole.items() if value is not None}


def document(*statements, **members):
    return {"Version": "2012-10-17", "Statement": list(statements or [statement()]), **members}


def put(kms, key, policy, **fields):
    text = policy if isinstance(policy, str) else json.dumps(policy)
    kms.put_key_policy(KeyId=key, Policy=text, **fields)


def make_people(server):
    """Whom the policies here name: nobody else may be in one."""
    for name in ("Ops", "a"):
        people.user(server, name)
    people.role(server, "Admin", "/path/")


@pytest.fixture(scope="module", autouse=True)
def there(server):
    make_people(server)


def read(kms, key):
    answer = kms.get_key_policy(KeyId=key)
    assert answer["PolicyName"] == "default"
    return answer["Policy"]


def shown_of(policy):
    """A policy as it is shown: with a type for everyone."""
    return json.loads(json.dumps(policy).replace('"Principal": "*"', '"Principal": {"AWS": "*"}'))


def test_the_default_policy(kms):
    assert read(kms, generated_key(kms)) == DEFAULT_POLICY


# What administrators really write: a list of statements of the developer guide's kinds.
ADMINISTRATION = document(
    statement(Sid="Enable IAM User Permissions"),
    statement(
        Sid="Allow access for Key Administrators",
        Principal={"AWS": [f"{USER}/Ops", f"arn:aws:iam::{ACCOUNT}:role/path/Admin"]},
        Action=["kms:Create*", "kms:Describe*", "kms:ScheduleKeyDeletion"],
    ),
    statement(
        Sid="Allow attachment of persistent resources",
        Principal={"AWS": "111122223333", "Service": ["logs.eu-west-1.amazonaws.com"]},
        Action=["kms:CreateGrant", "kms:ReEncrypt*"],
        Condition={
            "Bool": {"kms:GrantIsForAWSResource": True},
            "StringLike": {"kms:EncryptionContext:app": ["a*", "b?"]},
            "NumericLessThanIfExists": {"kms:RotationPeriodInDays": 400},
            "IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "2001:db8::/32"]},
        },
    ),
    statement(
        Sid="Ä second one without effect",
        Effect="Deny",
        Principal=None,
        NotPrincipal={"AWS": [ROOT, f"arn:aws:sts::{ACCOUNT}:assumed-role/Admin/session"]},
        Action=None,
        NotAction="kms:Get*",
        Resource=None,
    ),
    Id="key-policy-1",
)


@pytest.mark.parametrize(
    "policy",
    [
        document(),
        ADMINISTRATION,
        {"Statement": statement()},
        {"Version": "2008-10-17", "Id": "old", "Statement": [statement()]},
        document(statement(Principal={"AWS": "*"})),
        document(statement(Condition={})),
        document(statement(Sid="twice"), statement(Sid="twice")),
        document(statement(Sid='quotes " and \\ and / and é')),
    ],
    ids=["default", "administration", "one statement", "2008", "everyone", "no condition", "sids", "characters"],
)
def test_what_is_put_is_what_is_read(kms, key, policy):
    put(kms, key, policy)
    shown = read(kms, key)
    assert json.loads(shown) == policy
    # What is read is put back as it is, as tools that edit policies do.
    put(kms, key, shown)
    assert read(kms, key) == shown
    made = kms.create_key(Policy=json.dumps(policy))["KeyMetadata"]
    assert read(kms, made["KeyId"]) == shown


def test_everyone_is_shown_with_a_type(kms, key):
    put(kms, key, document(statement(Principal="*")))
    assert json.loads(read(kms, key)) == document(statement(Principal={"AWS": "*"}))
    assert '\n    "Principal" : {\n      "AWS" : "*"\n    },' in read(kms, key)


def test_a_policy_outlives_a_restart(own_server):
    make_people(own_server)
    kms = own_server.client()
    key = generated_key(kms)
    put(kms, key, ADMINISTRATION)
    own_server.restart()
    assert json.loads(read(own_server.client(), key)) == ADMINISTRATION


LOCKING_OUT = {
    "nothing for the account": document(statement(Principal={"AWS": f"{USER}/a"})),
    "another account": document(statement(Principal={"AWS": "111122223333"})),
    "other actions": document(statement(Action=["kms:Encrypt", "kms:GetKeyPolicy"])),
    "no action": document(statement(Action=None)),
    "no resource": document(statement(Resource=None)),
    "denied": document(statement(), statement(Effect="Deny", Principal="*", Action="kms:PutKeyPolicy")),
    "by way of a service": document(
        statement(Condition={"StringEquals": {"kms:ViaService": "ec2.us-east-1.amazonaws.com"}})
    ),
    "past": document(statement(Condition={"DateLessThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}})),
}


# What leaves the policy to be read, even if not to be changed.
LEAVING_IT_TO_READ = ("other actions", "denied")


@pytest.mark.parametrize("name", LOCKING_OUT)
def test_nobody_locks_themselves_out_unless_they_say_so(kms, name):
    policy = LOCKING_OUT[name]
    key = generated_key(kms)
    with refused("MalformedPolicyDocumentException", LOCKOUT):
        put(kms, key, policy)
    assert read(kms, key) == DEFAULT_POLICY
    with refused("MalformedPolicyDocumentException", LOCKOUT):
        put(kms, key, policy, BypassPolicyLockoutSafetyCheck=False)
    put(kms, key, policy, BypassPolicyLockoutSafetyCheck=True)
    with refused("MalformedPolicyDocumentException", LOCKOUT):
        kms.create_key(Policy=json.dumps(policy))
    made = kms.create_key(Policy=json.dumps(policy), BypassPolicyLockoutSafetyCheck=True)["KeyMetadata"]
    # The root of the account is locked out like anybody else.
    for locked in (key, made["KeyId"]):
        with refused("AccessDeniedException", "resource-based policy"):
            put(kms, locked, document())
        if name in LEAVING_IT_TO_READ:
            assert json.loads(read(kms, locked)) == shown_of(policy)
        else:
            with refused("AccessDeniedException", "no resource-based policy allows the kms:GetKeyPolicy action"):
                read(kms, locked)


MALFORMED = {
    "no json": ("{ not a policy", "not JSON"),
    "a list": ("[]", "not a JSON object"),
    "nothing": ("{}", "no Statement"),
    "no statement": (document() | {"Statement": []}, "no Statement"),
    "trailing": (json.dumps(document()) + "}", "not JSON"),
    "twice": ('{"Statement": [], "Statement": []}', '"Statement" more than once'),
    "an unknown member": (document(Owner="me"), '"Owner"'),
    "an unknown version": (document(Version="2012-10-18"), "2012-10-18"),
    "an unknown element": (document(statement(Conditions={})), '"Conditions"'),
    "a lower case element": (document(statement(action="kms:*")), '"action"'),
    "no effect": (document(statement(), statement(Effect=None)), "Statement 2 of the policy must have an Effect"),
    "another effect": (document(statement(Effect="allow")), "must have an Effect"),
    "no principal": (document(statement(Sid="s", Principal=None)), 'Statement 1 of the policy (Sid "s") has no'),
    "an empty principal": (document(statement(Principal={"AWS": []})), "no principal"),
    "both principals": (document(statement(NotPrincipal="*")), "both Principal and NotPrincipal"),
    "a pattern": (document(statement(Principal={"AWS": f"{USER}/*"})), INVALID_PRINCIPALS),
    "a group": (document(statement(Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:group/g"})), INVALID_PRINCIPALS),
    "a short account": (document(statement(Principal={"AWS": ["*", "1234"]})), INVALID_PRINCIPALS),
    "no service": (document(statement(Principal={"Service": "logs"})), INVALID_PRINCIPALS),
    "a principal of no type": (document(statement(Principal={"User": "a"})), '"Principal.User"'),
    "both actions": (document(statement(NotAction="kms:*")), "both Action and NotAction"),
    "no action's name": (document(statement(Action="Encrypt")), '"Encrypt"'),
    "no arn": (document(statement(Resource="key/x")), '"key/x"'),
    "a number": (document(statement(Action=1)), "Action is not a string"),
    "an unknown operator": (document(statement(Condition={"StringEqual": {"a:b": "c"}})), '"StringEqual"'),
    "no condition key": (document(statement(Condition={"Bool": {"b": "true"}})), '"b"'),
    "no number": (document(statement(Condition={"NumericEquals": {"a:b": "ten"}})), "a number"),
    "no date": (document(statement(Condition={"DateEquals": {"a:b": "soon"}})), "a date"),
    "no address": (document(statement(Condition={"IpAddress": {"aws:SourceIp": "10.0.0.0/40"}})), "an IP address"),
    "overly permissive": (
        document(statement(Condition={"ForAllValues:StringEquals": {"kms:EncryptionContext:a": "b"}})),
        "OverlyPermissiveCondition",
    ),
    "deep": ("[" * 10_000 + "]" * 10_000, "nested deeper"),
}


@pytest.mark.parametrize(("policy", "text"), MALFORMED.values(), ids=MALFORMED)
def test_malformed_documents(kms, key, policy, text):
    # Whoever may lock themselves out may still not write nonsense.
    with refused("MalformedPolicyDocumentException", text):
        put(kms, key, policy, BypassPolicyLockoutSafetyCheck=True)
    with refused("MalformedPolicyDocumentException", text):
        kms.create_key(Policy=policy if isinstance(policy, str) else json.dumps(policy))


def test_a_policy_has_32_kib_at_the_most(kms, key):
    def of(size):
        empty = len(json.dumps(document(statement(Sid=""))))
        return document(statement(Sid="s" * (size - empty)))

    put(kms, key, of(MOST_BYTES))
    with refused("LimitExceededException"):
        put(kms, key, of(MOST_BYTES + 1))


def test_characters_beyond_latin_1(kms, key):
    with refused("ValidationException", "policy"):
        put(kms, key, json.dumps(document(statement(Sid="中")), ensure_ascii=False))
    # As an escape they pass, and are shown so that they can be put back.
    put(kms, key, document(statement(Sid="中")))
    shown = read(kms, key)
    assert json.loads(shown) == document(statement(Sid="中")) and "\\u4E2D" in shown
    put(kms, key, shown)


def test_names_of_policies(kms, key):
    assert kms.list_key_policies(KeyId=key)["PolicyNames"] == ["default"]
    pages = list(kms.get_paginator("list_key_policies").paginate(KeyId=key, PaginationConfig={"PageSize": 1}))
    assert [(page["PolicyNames"], page["Truncated"]) for page in pages] == [(["default"], False)]
    assert "NextMarker" not in pages[0]
    assert kms.get_key_policy(KeyId=key, PolicyName="default")["PolicyName"] == "default"
    put(kms, key, document(), PolicyName="default")
    for name in ("AWS_RAM", "other"):
        with refused("NotFoundException", "No such policy exists"):
            kms.get_key_policy(KeyId=key, PolicyName=name)
    with refused("NotFoundException", "No such policy exists"):
        put(kms, key, document(), PolicyName="other")
    with refused("ValidationException", "The AWS_RAM policy can only be managed by the RAM service"):
        put(kms, key, document(), PolicyName="AWS_RAM")
    with refused("ValidationException", "policyName"):
        kms.get_key_policy(KeyId=key, PolicyName="a-b")


def test_keys_that_are_not_there(server, kms, key):
    unknown = "1234abcd-12ab-34cd-56ef-1234567890ab"
    for call in (kms.get_key_policy, kms.list_key_policies):
        with refused("NotFoundException"):
            call(KeyId=unknown)
        with refused("NotFoundException"):
            call(KeyId="alias/policies")
    with refused("NotFoundException"):
        put(kms, unknown, document())
    stranger = server.client(access_key="300000000061")
    arn = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/{key}"
    with refused("AccessDeniedException"):
        stranger.get_key_policy(KeyId=arn)
    with refused("AccessDeniedException"):
        put(stranger, arn, document())


def test_the_cli(server, key, tmp_path):
    def aws(*words):
        return shell.run(["aws", "kms", *words, "--key-id", key], tmp_path, shell.user_of(server, tmp_path))

    (tmp_path / "policy.json").write_text(json.dumps(ADMINISTRATION, indent=4))
    write = ("put-key-policy", "--policy-name", "default", "--policy", "file://policy.json")
    done = aws(*write)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    done = aws("get-key-policy", "--policy-name", "default", "--output", "text", "--query", "Policy")
    assert json.loads(done.stdout) == ADMINISTRATION
    (tmp_path / "policy.json").write_text(json.dumps(LOCKING_OUT["another account"]))
    done = aws(*write)
    assert done.returncode == EXIT_REFUSED and LOCKOUT in done.stderr, done.stderr
    done = aws(*write, "--bypass-policy-lockout-safety-check")
    assert done.returncode == 0, done.stderr
    done = aws("list-key-policies")
    assert done.returncode == EXIT_REFUSED and "AccessDeniedException" in done.stderr, done.stderr
