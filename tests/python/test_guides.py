"""Guides that are read with one hand on the keyboard: their commands, pasted in order, all succeed."""

import pytest
from support import shell


@pytest.mark.parametrize("page", ["aws-managed-keys.md", "grants.md", "multi-region.md"])
def test_the_commands_succeed_in_order(own_server, tmp_path, page):
    commands = shell.commands_of(page)
    assert commands
    script = "\n".join(["set -euo pipefail", *commands])
    done = shell.run(["bash", "-xc", script], tmp_path, shell.user_of(own_server, tmp_path))
    assert done.returncode == 0, f"{done.stdout}{done.stderr}"
