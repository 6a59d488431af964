"""The log of `trent serve`, as who reads it has it."""

import json

import pytest

REQUESTS = 100


@pytest.mark.parametrize("form", ["text", "json"])
def test_every_request_has_a_line_when_the_server_has_ended(serve, made, form):
    server = serve(then=f'[log]\nformat = "{form}"')
    kms = server.client(made["access_key_id"], made["secret_access_key"])
    ids = [kms.list_keys()["ResponseMetadata"]["RequestId"] for _ in range(REQUESTS)]
    server.stop()
    lines = server.log_text().splitlines()
    answered = [line for line in lines if "answered" in line]
    assert len(answered) == REQUESTS
    for id_, line in zip(ids, answered):
        assert id_ in line and "ListKeys" in line and "200" in line
    # The last line is that of the end.
    assert "shutting down" in lines[-1]
    for line in lines if form == "json" else []:
        assert {"timestamp", "level", "message"} <= json.loads(line).keys()
