"""The server's table of the actions of IAM and STS against the service models, member by member. What differs on
purpose is named here, by shape, and fails here too when it no longer differs."""

import pytest
from support.identities import SERVICES, actions

KINDS = {"integer": "integer", "long": "integer", "boolean": "boolean", "timestamp": "timestamp"}
# Actions that nobody could do without; there are more.
NEEDED = {
    "iam": {"CreateUser", "CreateAccessKey", "PutUserPolicy", "CreateRole", "AttachRolePolicy", "ListUsers"},
    "sts": {"GetCallerIdentity", "AssumeRole", "GetSessionToken", "AssumeRoleWithWebIdentity"},
}
# Where the model sets no bound and the server does, because everything that it reads is bounded.
OWN_BOUNDS = {
    ("ActionNameListType", "max"): 1000,
    ("clientIDListType", "max"): 1000,
    ("ContextEntryListType", "max"): 1000,
    ("ContextKeyValueListType", "max"): 1000,
    ("ContextKeyValueType", "max"): 2048,
    ("policyDescriptorListType", "max"): 10,
    ("policyVersionIdType", "max"): 128,
    ("ResourceNameListType", "max"): 1000,
    ("SimulationPolicyListType", "max"): 1000,
    ("thumbprintListType", "max"): 1000,
    ("unrestrictedSessionPolicyDocumentType", "max"): 131_072,
}
# Where the server may take more than the model: markers hold the key of a tag, which is longer; and whoever names a
# user or a path that there is not is told so, whatever the name.
WIDER = {
    ("markerType", "max"): 1024,
    ("userNameType", "max"): 128,
    ("arnType", "pattern"): None,
    ("pathType", "pattern"): "\\u002F[\\u0021-\\u007F]*",
}
# Members that are not read: of what there is none of here.
NOT_READ = {
    "ListServiceSpecificCredentials.AllUsers",
    "ListServiceSpecificCredentials.ServiceName",
    "ListVirtualMFADevices.AssignmentStatus",
}

ALL = [(service, action) for service in SERVICES for action in SERVICES[service].operation_names]


@pytest.mark.parametrize("service", SERVICES)
def test_nothing_is_made_up_and_what_is_needed_is_there(service):
    ours = set(actions(service))
    assert ours <= set(SERVICES[service].operation_names)
    assert ours >= NEEDED[service]


def test_one_action_needs_no_signature():
    unsigned = [
        (service, name) for service in SERVICES for name, row in actions(service).items() if not row["signed"]
    ]
    assert unsigned == [("sts", "AssumeRoleWithWebIdentity")]


@pytest.mark.parametrize(("service", "action"), ALL)
def test_as_the_model_has_it(service, action):
    row = actions(service).get(action)
    if row is None:
        # Not offered: what a client is told then is tried elsewhere.
        return
    shape = SERVICES[service].operation_model(action).input_shape
    found = list(differences_of_members(action, shape, row["members"]))
    not_read = {f"{name} is missing" for name in NOT_READ if name.split(".")[0] == action}
    assert set(found) == not_read


@pytest.mark.parametrize(
    ("exceptions", "number"), [(OWN_BOUNDS, 11), (WIDER, 4), (NOT_READ, 3)], ids=["own", "wider", "not read"]
)
def test_exceptions_only_become_fewer(exceptions, number):
    """Whoever takes one away lowers its number here; nobody raises it."""
    assert len(exceptions) == number


def differences_of_members(path, shape, members):
    ours = {member["name"]: member for member in members}
    assert len(ours) == len(members), f"{path} has a member twice"
    theirs = shape.members if shape else {}
    required = shape.required_members if shape else []
    yield from (f"{path}.{name} is missing" for name in theirs if name not in ours)
    yield from (f"{path}.{name} is not in the model" for name in ours if name not in theirs)
    for name in theirs.keys() & ours.keys():
        if ours[name]["required"] != (name in required):
            yield f"{path}.{name} is {'' if ours[name]['required'] else 'not '}required"
        yield from differences_of_kinds(f"{path}.{name}", theirs[name], ours[name]["kind"])


def differences_of_kinds(path, shape, kind):
    wanted = kind_of(shape)
    if kind["type"] != wanted:
        yield f"{path} ({shape.name}) is {kind['type']}, and in the model {wanted}"
        return
    for which in ("min", "max", "pattern"):
        is_wider = (shape.name, which) in WIDER and kind.get(which) == WIDER[shape.name, which]
        if which in kind and kind[which] != bound(shape, which) and not is_wider:
            yield f"{path} ({shape.name}): {which} is {kind[which]}, and in the model {bound(shape, which)}"
    if wanted == "enum" and kind["names"] != shape.enum:
        yield f"{path} ({shape.name}): names are {kind['names']}, and in the model {shape.enum}"
    if wanted == "list":
        yield from differences_of_kinds(f"{path}[]", shape.member, kind["item"])
    if wanted == "structure":
        yield from differences_of_members(path, shape, kind["members"])


def bound(shape, which):
    if (shape.name, which) in OWN_BOUNDS:
        assert which not in shape.metadata, f"the model has a bound of {shape.name} now"
        return OWN_BOUNDS[shape.name, which]
    return shape.metadata.get(which, 0 if which == "min" else None)


def kind_of(shape):
    if shape.type_name == "string":
        if shape.enum:
            return "enum"
        return "secret" if shape.metadata.get("sensitive") else "text"
    return KINDS.get(shape.type_name, shape.type_name)
