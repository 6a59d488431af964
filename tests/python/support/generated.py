"""Requests made from the service model: valid ones, and ones that break a single constraint, with the text in
which the API says so."""

import base64
import json
import re
from dataclasses import dataclass

from support import model

# The longest piece of a wrong value that an error repeats, in characters.
SHOWN = 256
# The longest body that is read, in bytes.
LONGEST_BODY = 200_000
TIMESTAMP = 1_800_000_000

# By pattern: a text of about so many characters that matches it, and one that does not.
TEXTS = {
    "^[a-zA-Z0-9:/_-]+$": (lambda n: "a" * n, "a b"),
    "^[a-f0-9]+$": (lambda n: "a" * n, "g" * 64),
    "^[a-zA-Z0-9:/_\\s.-]+$": (lambda n: "a" * n, "a+b"),
    "[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+": (lambda n: "x" * n, "\u0100"),
    "[\\u0020-\\u00FF]*": (lambda n: "x" * n, "\u0100"),
    "[\\w]+": (lambda n: "a" * n, "a-b"),
    "^[\\w+=,.@:/-]+$": (lambda n: "a" * n, "a b"),
    "^([A-Za-z0-9\\-]+)\\.([A-Za-z0-9\\-]+)(\\.[A-Za-z0-9\\-]+)+$": (lambda n: "a.b." + "c" * (n - 4), "a.b"),
    "^arn:aws[a-z0-9-]*:[a-z0-9-]+:[a-z0-9-]*:[0-9]{12}:.+$": (
        lambda n: "arn:aws:s3::000000000000:" + "x" * (n - 25),
        "arn:aws:s3:::a-bucket-without-account",
    ),
    "^([a-z]+-){2,3}\\d+$": (lambda n: "us-east-" + "1" * (n - 8), "us-east"),
    "[0-9]{12}": (lambda n: "1" * n, "a" * 12),
    "cluster-[2-7a-zA-Z]{11,16}": (lambda n: "cluster-" + "a" * (n - 8), "cluster-" + "0" * 11),
    "^[a-zA-Z0-9-_.]+$": (lambda n: "a" * n, "a b"),
    "^[A-Z2-7]+$": (lambda n: "A" * n, "a" * 20),
    "^[a-zA-Z0-9\\/+=]+$": (lambda n: "a" * n, "-" * 43),
    "^https://[a-zA-Z0-9.-]+$": (lambda n: "https://" + "a" * (n - 8), "http://a.example"),
    "^(/[a-zA-Z0-9\\/_-]+/kms/xks/v\\d{1,2})$|^(/kms/xks/v\\d{1,2})$": (
        lambda n: "/" + "a" * (n - 12) + "/kms/xks/v1" if n > 12 else "/kms/xks/v1"[:n],
        "/kms/xks/version",
    ),
    "^(com|eu)\\.amazonaws\\.vpce\\.([a-z]+-){2,3}\\d+\\.vpce-svc-[0-9a-z]+$": (
        lambda n: ("com.amazonaws.vpce.us-east-1.vpce-svc-" + "0" * 64)[:n],
        "com.amazonaws.vpce.us-east-1.svc-0",
    ),
}
# Characters of a valid text where the model asks for no particular length, if its pattern allows as few.
USUAL = 12
USUAL_BY_SHAPE = {"GrantConstraintSourceArnType": 40, "XksProxyVpcEndpointServiceNameType": 50}


@dataclass
class Broken:
    """A value of a member that breaks constraints, and what is said of it."""

    name: str
    value: object
    violations: list


def minimal(operation) -> dict:
    """A request with the required members."""
    shape = model.request_shape(operation)
    return {name: valid(shape.members[name]) for name in shape.required_members}


def full(operation) -> dict:
    """A request with every member."""
    return valid(model.request_shape(operation))


def valid(shape):
    """A value within every constraint."""
    if shape.type_name == "structure":
        return {name: valid(member) for name, member in shape.members.items()}
    if shape.type_name == "list":
        return [valid(shape.member)]
    if shape.type_name == "map":
        return {"key": "value"}
    if shape.type_name == "string":
        return shape.enum[0] if shape.enum else fitting(shape, usual_length(shape))
    if shape.type_name == "blob":
        return bytes(max(model.bound(shape, "min"), 8))
    if shape.type_name in ("integer", "long"):
        return model.bound(shape, "min") or 1
    return {"boolean": False, "timestamp": TIMESTAMP}[shape.type_name]


def usual_length(shape):
    length = max(model.bound(shape, "min"), USUAL_BY_SHAPE.get(shape.name, USUAL))
    most = model.bound(shape, "max")
    return length if most is None else min(length, most)


def fitting(shape, length):
    pattern = shape.metadata.get("pattern")
    return TEXTS[pattern][0](length) if pattern else "a" * length


def broken(shape):
    """Every way to break one constraint of a value: name, value. A few texts cannot be too short or too long
    without leaving their pattern; those break both."""
    fewest, most = model.bound(shape, "min"), model.bound(shape, "max")
    if shape.type_name == "structure":
        yield from broken_structures(shape)
    elif shape.type_name == "list":
        if fewest:
            yield "too few items", [valid(shape.member)] * (fewest - 1)
        if most is not None:
            yield "too many items", [valid(shape.member)] * (most + 1)
        for name, value in broken(shape.member):
            yield f"second item: {name}", [valid(shape.member), value]
    elif shape.type_name == "map":
        yield "too many pairs", {str(number): "" for number in range(most + 1)}
    elif shape.type_name == "string" and shape.enum:
        yield "none of the names", "NONE_OF_THEM"
    elif shape.type_name == "string":
        if fewest:
            yield "too short", fitting(shape, fewest - 1)[: fewest - 1]
        if most is not None:
            yield "too long", fitting(shape, most + 1).ljust(most + 1, "a")[: most + 1]
        if "pattern" in shape.metadata:
            yield "other characters", TEXTS[shape.metadata["pattern"]][1]
    elif shape.type_name == "blob":
        if fewest:
            yield "too short", bytes(fewest - 1)
        yield "too long", bytes(most + 1)
    elif shape.type_name in ("integer", "long"):
        yield "too small", fewest - 1
        yield "too large", most + 1


def broken_structures(shape):
    whole = valid(shape)
    for name in shape.required_members:
        yield f"without {name}", {other: value for other, value in whole.items() if other != name}
    for member, member_shape in shape.members.items():
        for name, value in broken(member_shape):
            yield f"{member}: {name}", {**whole, member: value}


def violations(shape, value, path):
    """What the API says of a value, one text for each broken constraint."""
    if shape.type_name == "structure":
        prefix = f"{path}." if path else ""
        for name, member in shape.members.items():
            below = prefix + name[0].lower() + name[1:]
            if value.get(name) is not None:
                yield from violations(member, value[name], below)
            elif name in shape.required_members:
                yield f"Value null at '{below}' failed to satisfy constraint: Member must not be null"
        return
    constraints = list(broken_constraints(shape, value))
    yield from (
        f"{shown(shape, value)} at '{path}' failed to satisfy constraint: Member must {c}"
        for c in constraints
    )
    if shape.type_name != "list" or constraints:
        return
    if shape.member.type_name == "structure":
        for number, item in enumerate(value, 1):
            yield from violations(shape.member, item, f"{path}.{number}.member")
    elif any(list(broken_constraints(shape.member, item)) for item in value):
        asked = ", ".join(f"Member must {constraint}" for constraint in asked_of(shape.member))
        yield (
            f"{shown(shape, value)} at '{path}' failed to satisfy constraint: "
            f"Member must satisfy constraint: [{asked}]"
        )


def asked_of(shape):
    """All that is asked of an item, whatever of it is broken: so the service says it of lists."""
    if shape.enum:
        return [f"satisfy enum value set: [{', '.join(shape.enum)}]"]
    bounds = [
        f"have length less than or equal to {model.bound(shape, 'max')}",
        f"have length greater than or equal to {model.bound(shape, 'min')}",
    ]
    pattern = shape.metadata.get("pattern")
    return [*bounds, f"satisfy regular expression pattern: {pattern}"] if pattern else bounds


def broken_constraints(shape, value):
    fewest, most = model.bound(shape, "min"), model.bound(shape, "max")
    if shape.type_name in ("integer", "long"):
        if value < fewest:
            yield f"have value greater than or equal to {fewest}"
        if value > most:
            yield f"have value less than or equal to {most}"
    elif shape.type_name in ("string", "blob", "list", "map") and not getattr(shape, "enum", None):
        if len(value) < fewest:
            yield f"have length greater than or equal to {fewest}"
        if most is not None and len(value) > most:
            yield f"have length less than or equal to {most}"
    if getattr(shape, "enum", None) and value not in shape.enum:
        yield f"satisfy enum value set: [{', '.join(shape.enum)}]"
    pattern = shape.metadata.get("pattern")
    if pattern and not re.fullmatch(pattern, value, re.ASCII):
        yield f"satisfy regular expression pattern: {pattern}"


def shown(shape, value):
    """Bytes, maps, structures and what is sensitive are not repeated."""
    if shape.type_name == "list" and shape.member.type_name == "string":
        text = f"[{', '.join(value)}]"
        return f"Value '{text[:SHOWN]}{'...' if len(text) > SHOWN else ''}'"
    if shape.type_name not in ("string", "integer", "long") or shape.metadata.get("sensitive"):
        return "Value"
    text = str(value)
    return f"Value '{text[:SHOWN]}{'...' if len(text) > SHOWN else ''}'"


def wrong_types(shape, path=()):
    """Places in a value of this shape, and something of another JSON type for each."""
    yield path, {"string": 5, "blob": 5, "map": [], "boolean": "true"}.get(shape.type_name, "text")
    if shape.type_name == "structure":
        for name, member in shape.members.items():
            yield from wrong_types(member, (*path, name))
    elif shape.type_name == "list":
        yield from wrong_types(shape.member, (*path, 0))
    elif shape.type_name == "map":
        yield (*path, "key"), 5


def replaced(value, path, new):
    """A copy of `value` with `new` at `path`."""
    if not path:
        return new
    key, *rest = path
    if isinstance(value, list):
        return [replaced(item, rest, new) if place == key else item for place, item in enumerate(value)]
    return {**value, key: replaced(value[key], rest, new)}


def as_json(value) -> bytes:
    """The body that carries a request."""
    return json.dumps(value, default=lambda blob: base64.b64encode(blob).decode()).encode()
