"""The command line clients of the tests' environment, as a user with an empty home runs them."""

import re
import subprocess
import sysconfig
from pathlib import Path

GUIDES = Path(__file__).resolve().parents[3] / "docs/guide"
# Above what the slowest command needs on a loaded machine.
SECONDS = 300


def user_of(server, home, **environment) -> dict:
    """The environment of a user of `server` whose PATH has the tests' AWS CLI and SOPS before any other."""
    found = server.environment(home)
    found["PATH"] = f"{sysconfig.get_path('scripts')}:{found['PATH']}"
    return {**found, **environment}


def commands_of(page) -> list:
    """The commands of a guide's `console` blocks, in order: what follows `$ `, to the first line that goes no further."""
    text = (GUIDES / page).read_text()
    blocks = re.findall(r"^```console\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)
    return re.findall(r"^\$ ((?:.*\\\n)*.*)$", "".join(blocks), flags=re.MULTILINE)


def run(arguments, folder, environment) -> subprocess.CompletedProcess:
    return subprocess.run(
        list(map(str, arguments)),
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        stdin=subprocess.DEVNULL,
    )
