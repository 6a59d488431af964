"""What the server holds to be the API, as the program `table` prints it."""

import json
import os
import subprocess
from functools import cache

TIMEOUT_SECONDS = 30


@cache
def table() -> dict:
    """The server's row of each operation, by its name."""
    path = os.environ.get("TRENT_TABLE")
    assert path, "TRENT_TABLE is not set: run `cargo xtask test` (or `cargo xtask python`)"
    done = subprocess.run([path], capture_output=True, timeout=TIMEOUT_SECONDS)
    assert done.returncode == 0, done.stderr.decode()
    rows = json.loads(done.stdout)
    by_name = {row["name"]: row for row in rows}
    assert len(by_name) == len(rows), "an operation is in the table twice"
    return by_name
