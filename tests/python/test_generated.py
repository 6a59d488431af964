"""Every operation gets requests made from the service model: valid ones, ones that break each constraint
once, and ones with a wrong JSON type at each place."""

import re

import pytest
from support import calls, generated, model
from support.strict import betrayal, strict_client
from support.wire import Call

# Errors that the model does not list for an operation, which it gives all the same, with the reason.
UNLISTED = {
    **{
        (name, "UnsupportedOperationException"): "key stores are not offered"
        for name in calls.KEY_STORE_OPERATIONS
    },
    ("DescribeKey", "InvalidGrantTokenException"): "it takes grant tokens, and says so where one is wrong",
}
# The model does not require them, because a dry run can do without; otherwise they are required all the same.
REQUIRED_UNLESS_DRY_RUN = {"Decrypt": "CiphertextBlob", "ReEncrypt": "CiphertextBlob"}


@pytest.fixture(scope="session")
def strict(server):
    return strict_client(server)


def cases_of_broken_constraints():
    """Operation, a name, the request, what is said of it."""
    for operation in model.OPERATIONS:
        shape = model.request_shape(operation)
        request = generated.minimal(operation)
        for name in shape.required_members:
            rest = {other: value for other, value in request.items() if other != name}
            yield case(operation, f"without {name}", rest)
        for name, member in shape.members.items():
            for how, value in generated.broken(member):
                yield case(operation, f"{name}: {how}", {**request, name: value})


def cases_of_two_broken_constraints():
    for operation in model.OPERATIONS:
        single = [case for case in cases_of_broken_members(operation) if len(case[2]) == 1]
        for (first, value, _), (second, other, _) in zip(single, single[1:]):
            if first != second:
                yield case(
                    operation,
                    f"{first} and {second}",
                    {**generated.minimal(operation), first: value, second: other},
                )
                break


def cases_of_broken_members(operation):
    for name, member in model.request_shape(operation).members.items():
        for _, value in generated.broken(member):
            yield name, value, list(generated.violations(member, value, name))


def case(operation, name, request):
    expected = list(generated.violations(model.request_shape(operation), request, ""))
    assert expected, f"{operation}, {name} breaks nothing"
    return pytest.param(operation, request, expected, id=f"{operation}-{name.replace(' ', '_')}")


def text_of(violations) -> str:
    noun = "error" if len(violations) == 1 else "errors"
    return f"{len(violations)} validation {noun} detected: {'; '.join(violations)}"


def test_the_generated_requests_are_what_they_say():
    for operation in model.OPERATIONS:
        shape = model.request_shape(operation)
        for request in (generated.minimal(operation), generated.full(operation)):
            assert list(generated.violations(shape, request, "")) == [], operation


@pytest.mark.parametrize(("operation", "request_", "expected"), list(cases_of_broken_constraints()))
def test_one_broken_constraint(strict, operation, request_, expected):
    error = strict.refusal(operation, request_)
    if len(generated.as_json(request_)) > generated.LONGEST_BODY:
        assert error["Code"] == "RequestEntityTooLargeException"
        return
    assert error["Code"] == "ValidationException", error
    assert error["Message"] == text_of(expected)


@pytest.mark.parametrize(("operation", "request_", "expected"), list(cases_of_two_broken_constraints()))
def test_two_broken_constraints_in_one_answer(strict, operation, request_, expected):
    error = strict.refusal(operation, request_)
    assert error["Code"] == "ValidationException", error
    count, _, listed = error["Message"].partition(" validation errors detected: ")
    assert (count, sorted(listed.split("; "))) == ("2", sorted(expected))


@pytest.mark.parametrize("make", [generated.minimal, generated.full])
@pytest.mark.parametrize("operation", model.OPERATIONS)
def test_valid_requests_are_understood(strict, operation, make):
    """They name keys and tokens that do not exist; whatever the answer, it is not about their shape."""
    error = strict.outcome(operation, usable(operation, make))
    if error is not None:
        assert error["Code"] != "SerializationException", error
        assert not re.match(r"\d+ validation errors? detected", error["Message"]), error
        unlisted = [code for name, code in UNLISTED if name == operation]
        assert error["Code"] in (*model.errors(operation), *calls.COMMON_ERRORS, *unlisted), error


@pytest.mark.parametrize(("operation", "code"), UNLISTED)
def test_errors_that_the_model_does_not_list_are_needed(strict, operation, code):
    assert code not in model.errors(operation)
    assert strict.refusal(operation, generated.full(operation))["Code"] == code


@pytest.mark.parametrize(("operation", "member"), REQUIRED_UNLESS_DRY_RUN.items())
def test_what_only_a_dry_run_can_do_without(strict, world, operation, member):
    request = {name: value for name, value in calls.SUCCEED[operation](world).items() if name != member}
    error = strict.refusal(operation, request)
    path = member[0].lower() + member[1:]
    missing = f"Value null at '{path}' failed to satisfy constraint: Member must not be null"
    assert (error["Code"], error["Message"]) == ("ValidationException", text_of([missing]))


def usable(operation, make) -> dict:
    """A generated request with what is required unless it is a dry run."""
    request, member = make(operation), REQUIRED_UNLESS_DRY_RUN.get(operation)
    return request if member is None else {member: bytes(8), **request}


@pytest.mark.parametrize("operation", model.OPERATIONS)
def test_optional_members_may_be_null(server, operation):
    shape = model.request_shape(operation)
    request = {**dict.fromkeys(shape.members), **usable(operation, generated.minimal)}
    answer = Call(server, operation, generated.as_json(request)).signed().send()
    if answer.status != 200:
        assert answer.status == 400 and "validation error" not in answer.message, answer


def cases_of_wrong_types():
    for operation in model.OPERATIONS:
        whole = generated.full(operation)
        for path, value in generated.wrong_types(model.request_shape(operation)):
            place = ".".join(map(str, path)) or "body"
            yield pytest.param(operation, generated.replaced(whole, path, value), id=f"{operation}-{place}")


@pytest.mark.parametrize(("operation", "request_"), list(cases_of_wrong_types()))
def test_a_wrong_json_type(server, operation, request_):
    answer = Call(server, operation, generated.as_json(request_)).signed().send()
    assert (answer.status, answer.code) == (400, "SerializationException"), answer
    assert betrayal(answer.message) is None, answer


@pytest.mark.parametrize(
    "told", ["crates/kms/src/x", "lib.rs:12", "panicked at", "serde_json::Error", "/root/x"]
)
def test_a_betrayal_is_seen(told):
    assert betrayal(f"The request failed: {told}.") is not None
    assert betrayal("arn:aws:iam::000000000000:root is not trusted to make requests.") is None


@pytest.mark.parametrize("operation", calls.SUCCEED)
def test_a_call_that_succeeds_is_answered_in_the_models_shape(strict, world, operation):
    """The client reads the answer, and it has no member that the model has not."""
    strict.call(operation, calls.SUCCEED[operation](world))


@pytest.mark.parametrize("operation", model.OPERATIONS)
def test_every_operation_has_a_call_that_succeeds(operation):
    assert operation in calls.SUCCEED or operation in calls.KEY_STORE_OPERATIONS


@pytest.mark.parametrize(
    ("exceptions", "number"),
    [(UNLISTED, 6), (REQUIRED_UNLESS_DRY_RUN, 2), (calls.COMMON_ERRORS, 3), (calls.KEY_STORE_OPERATIONS, 5)],
    ids=["unlisted errors", "required", "common errors", "key stores"],
)
def test_exceptions_only_become_fewer(exceptions, number):
    """Whoever takes one away lowers its number here; nobody raises it."""
    assert len(exceptions) == number


@pytest.mark.parametrize("operation", calls.KEY_STORE_OPERATIONS)
def test_key_stores_are_refused_with_a_reason(strict, operation):
    error = strict.refusal(operation, generated.minimal(operation))
    assert error["Code"] == "UnsupportedOperationException", error
    assert "key store" in error["Message"]
