"""The AWS SDK for JavaScript: each script of tests/js works with the server and asserts what came back."""

from pathlib import Path

import pytest
from support import javascript

FOLDER = Path(__file__).resolve().parents[1] / "js"
# What the scripts import from each other.
SHARED = {"ceremony", "support"}
SCRIPTS = sorted({path.stem for path in FOLDER.glob("*.mjs")} - SHARED)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return javascript.folder_of(FOLDER, tmp_path_factory.mktemp("javascript") / "js")


@pytest.mark.parametrize("script", SCRIPTS)
def test_the_script(server, folder, tmp_path, script):
    done = javascript.run(folder, f"{script}.mjs", server.environment(tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr
