"""What the tests of the command line share."""

import base64
import json

EXIT_FAILURE, EXIT_USAGE = 1, 2


def succeeded(done) -> dict:
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)


def failed(done, code, *pieces):
    said = done.stderr.decode()
    assert done.returncode == code, said
    assert done.stdout == b"", done.stdout
    for piece in pieces:
        assert piece in said, said
    return said


def silent_about(done, *secrets):
    for secret in secrets:
        for form in (
            secret,
            base64.b64encode(secret).rstrip(b"="),
            secret.hex().encode(),
            secret.hex().upper().encode(),
        ):
            assert form not in done.stdout and form not in done.stderr
