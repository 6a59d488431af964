"""Refusals are asserted by their code."""

from contextlib import contextmanager

import pytest
from botocore.exceptions import ClientError


@contextmanager
def refused(code: str, text: str | None = None):
    """The call inside must be answered with this error code and, if given, a message that contains `text`."""
    with pytest.raises(ClientError) as caught:
        yield caught
    error = caught.value.response["Error"]
    assert error["Code"] == code, error
    metadata = caught.value.response["ResponseMetadata"]
    assert metadata["HTTPStatusCode"] == 400, metadata
    assert len(metadata["RequestId"]) == 36, metadata
    if text is not None:
        assert text in error["Message"], error


def code_of(call, **arguments) -> str:
    """The error code of a call that must fail."""
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    return caught.value.response["Error"]["Code"]
