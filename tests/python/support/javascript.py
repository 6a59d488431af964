"""Scripts for Node.js with the packages that `cargo xtask` installed."""

import os
import shutil
import subprocess
from pathlib import Path

# Above what the slowest script needs on a loaded machine.
SECONDS = 120


def node_modules() -> Path:
    """The installed packages."""
    path = os.environ.get("TRENT_NODE_MODULES")
    assert path, "TRENT_NODE_MODULES is not set: run `cargo xtask test` (or `cargo xtask python`)"
    return Path(path)


def folder_of(scripts: Path, at: Path) -> Path:
    """A copy of the folder of scripts with the packages beside it, where `import` looks for them."""
    shutil.copytree(scripts, at)
    (at / "node_modules").symlink_to(node_modules(), target_is_directory=True)
    return at


def run(folder: Path, script: str, environment: dict) -> subprocess.CompletedProcess:
    return subprocess.run(
        ["node", script], cwd=folder, env=environment, capture_output=True, text=True, timeout=SECONDS
    )
