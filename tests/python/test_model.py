"""The server's table of operations against the service model, member by member: whatever the model has and
the server has not, or the other way round, fails here. What differs on purpose is named in `support.model`,
by shape, and fails here too when it no longer differs."""

import re
from pathlib import Path

import botocore
import pytest
from support import model
from support.table import table

KINDS = {"integer": "integer", "long": "integer", "boolean": "boolean", "timestamp": "timestamp"}
# The documentation of their members does not say so, but that of the operations does, in the developer guide.
ALIASES_WITHOUT_SAYING_SO = ("GenerateMac", "VerifyMac")
# How the types of requests and answers read what the model calls so.
READ_AS = {
    "integer": "integer",
    "long": "integer",
    "boolean": "boolean",
    "timestamp": "number",
    "blob": "text",
}


def test_the_model_is_the_pinned_one():
    requirements = Path(__file__).resolve().parents[1] / "requirements.txt"
    assert f"botocore=={botocore.__version__}" in requirements.read_text().split()
    assert botocore.__version__ == "1.44.5"
    assert (model.SERVICE.api_version, len(model.OPERATIONS)) == ("2014-11-01", 56)


def test_no_operation_is_missing_or_made_up():
    assert set(table()) == set(model.OPERATIONS)


@pytest.mark.parametrize("operation", model.OPERATIONS)
def test_as_the_model_has_it(operation):
    row = table()[operation]
    found = [
        *differences_of_members("request", model.request_shape(operation), row["members"]),
        *differences_of_types("request's type", model.request_shape(operation), row["request"]),
        *differences_of_answers(operation, row["answer"]),
        *differences_of_errors(operation, row["errors"]),
    ]
    assert found == []


@pytest.mark.parametrize(
    ("exceptions", "number"),
    [(model.OWN_BOUNDS, 5), (model.WRITTEN_AS_ANOTHER, 1), (ALIASES_WITHOUT_SAYING_SO, 2)],
    ids=["bounds", "names", "aliases"],
)
def test_exceptions_only_become_fewer(exceptions, number):
    """Whoever takes one away lowers its number here; nobody raises it."""
    assert len(exceptions) == number


@pytest.mark.parametrize(("shape", "which"), model.OWN_BOUNDS)
def test_bounds_of_our_own_are_where_the_model_has_none(shape, which):
    assert which not in model.SERVICE.shape_for(shape).metadata


@pytest.mark.parametrize("operation", model.PAGINATORS)
def test_what_is_listed_by_pages(operation):
    pages = model.PAGINATORS[operation]
    row = table()[operation]
    asked = {member["name"] for member in row["members"]}
    answered = set(row["answer"]["structure"])
    assert {pages["input_token"], pages["limit_key"]} <= asked
    assert {pages["output_token"], pages["more_results"], pages["result_key"]} <= answered


def test_what_grants_can_allow():
    by_grants = {row["grant"] for row in table().values() if row["grant"]}
    both_sides_of_re_encrypt = {"ReEncryptFrom", "ReEncryptTo"}
    assert by_grants | both_sides_of_re_encrypt == set(model.SERVICE.shape_for("GrantOperation").enum)
    for name, row in table().items():
        assert row["grant"] in (None, name)


@pytest.mark.parametrize("operation", model.OPERATIONS)
def test_aliases_name_keys_where_the_documentation_says_so(operation):
    members = [name for name in model.request_shape(operation).members if name.endswith("KeyId")]
    texts = [text(model.documentation(operation, name)) for name in members if name != "XksKeyId"]
    says_so = any("alias name, or alias ARN" in text for text in texts)
    assert not (says_so and operation in ALIASES_WITHOUT_SAYING_SO)
    says_so = says_so or operation in ALIASES_WITHOUT_SAYING_SO
    assert table()[operation]["key_ids"] == ("IdOrAlias" if says_so else "IdOrArn")


@pytest.mark.parametrize("operation", model.OPERATIONS)
def test_operations_that_need_a_usage_have_the_error(operation):
    row = table()[operation]
    assert row["usage"] is None or "InvalidKeyUsageException" in row["errors"]


def text(html) -> str:
    return " ".join(re.sub(r"<[^>]*>", "", html).split())


@pytest.mark.parametrize("shape", model.WRITTEN_AS_ANOTHER)
def test_what_is_written_as_another_has_fewer_names(shape):
    another = model.SERVICE.shape_for(model.WRITTEN_AS_ANOTHER[shape])
    assert set(model.SERVICE.shape_for(shape).enum) < set(another.enum)


# Differences, each as a line that says where and what.


def differences_of_members(path, shape, members):
    ours = {member["name"]: member for member in members}
    assert len(ours) == len(members), f"{path} has a member twice"
    yield from differences_of_sets(f"{path}: member", shape.members, ours)
    required = [name for name, member in ours.items() if member["required"]]
    yield from differences_of_sets(f"{path}: required member", shape.required_members, required)
    for name in shape.members.keys() & ours.keys():
        yield from differences_of_kinds(f"{path}.{name}", shape.members[name], ours[name]["kind"])


def differences_of_sets(what, models, ours):
    yield from (f"{what} {name} is missing" for name in models if name not in ours)
    yield from (f"{what} {name} is not in the model" for name in ours if name not in models)


def differences_of_kinds(path, shape, kind):
    wanted = kind_of(shape)
    if kind["type"] != wanted:
        yield f"{path} is {kind['type']}, and in the model {wanted}"
        return
    for which in ("min", "max"):
        if which in kind and kind[which] != model.bound(shape, which):
            yield f"{path}: {which} is {kind[which]}, and in the model {model.bound(shape, which)}"
    if "pattern" in kind and kind["pattern"] != shape.metadata.get("pattern"):
        yield f"{path}: pattern is {kind['pattern']}, and in the model {shape.metadata.get('pattern')}"
    if wanted == "enum" and kind["names"] != shape.enum:
        yield f"{path}: names are {kind['names']}, and in the model {shape.enum}"
    if wanted == "list":
        yield from differences_of_kinds(f"{path}[]", shape.member, kind["item"])
    if wanted == "structure":
        yield from differences_of_members(path, shape, kind["members"])


def kind_of(shape):
    if shape.type_name == "string":
        if shape.enum:
            return "enum"
        return "secret" if shape.metadata.get("sensitive") else "text"
    return KINDS.get(shape.type_name, shape.type_name)


def differences_of_types(path, shape, read):
    """What a Rust type reads and writes; it knows neither constraints nor which members are required."""
    if shape.type_name == "structure":
        members = read.get("structure", {}) if isinstance(read, dict) else {}
        yield from differences_of_sets(f"{path}: member", shape.members, members)
        for name in shape.members.keys() & members.keys():
            yield from differences_of_types(f"{path}.{name}", shape.members[name], members[name])
    elif shape.type_name == "list" and isinstance(read, dict) and "list" in read:
        yield from differences_of_types(f"{path}[]", shape.member, read["list"])
    elif read != read_as(shape):
        yield f"{path} is {read}, and in the model {read_as(shape)}"


def read_as(shape):
    if shape.type_name == "string":
        names = model.names_written(shape)
        return {"enum": names} if names else "text"
    if shape.type_name == "map":
        return {"map": read_as(shape.value)}
    return READ_AS.get(shape.type_name, shape.type_name)


def differences_of_answers(operation, read):
    shape = model.SERVICE.operation_model(operation).output_shape
    if shape is not None:
        yield from differences_of_types("answer", shape, read)
    elif read != "nothing":
        yield f"answer is {read}, and in the model nothing"


def differences_of_errors(operation, ours):
    yield from differences_of_sets("error", model.errors(operation), ours)
    if len(set(ours)) != len(ours):
        yield "errors are listed twice"
