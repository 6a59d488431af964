"""The service model of the installed botocore: what the API is."""

import botocore.session
from botocore.loaders import Loader

SERVICE = botocore.session.Session().get_service_model("kms")
OPERATIONS = tuple(SERVICE.operation_names)
PAGINATORS = Loader().load_service_model("kms", "paginators-1")["pagination"]

# Where the model sets no bound and the server does, because everything that it reads is bounded: the shape,
# and which bound.
OWN_BOUNDS = {
    ("EncryptionContextType", "max"): 1000,  # Pairs: the body limit alone would allow tens of thousands.
    ("DryRunModifierList", "max"): 200,  # Items, as for the next three.
    ("GrantOperationList", "max"): 200,
    ("TagKeyList", "max"): 200,
    ("TagList", "max"): 200,
}
# The older name of a key's spec has not been given the younger specs. Answers repeat under it what they say
# under the younger name; in requests, the constraint has only its own names.
WRITTEN_AS_ANOTHER = {"CustomerMasterKeySpec": "KeySpec"}


def request_shape(operation):
    """The structure of an operation's request."""
    return SERVICE.operation_model(operation).input_shape


def answer_members(operation) -> dict:
    """The members of an operation's answer by their names; none where it has no body."""
    shape = SERVICE.operation_model(operation).output_shape
    return shape.members if shape else {}


def errors(operation) -> list:
    return [shape.name for shape in SERVICE.operation_model(operation).error_shapes]


def bound(shape, which):
    """The smallest or largest value, or number of characters, bytes, items or pairs, that a shape takes."""
    own = OWN_BOUNDS.get((shape.name, which))
    unbounded = 0 if which == "min" else None
    return shape.metadata.get(which, own if own is not None else unbounded)


def documentation(operation, member) -> str:
    return request_shape(operation).members[member].documentation


def names_written(shape) -> list:
    """The values that answers have of an enum; none for other strings."""
    return SERVICE.shape_for(WRITTEN_AS_ANOTHER.get(shape.name, shape.name)).enum
