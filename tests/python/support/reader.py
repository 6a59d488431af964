"""Somebody who reads a page with one hand on the keyboard, and pastes every block, in order, in an empty home."""

import os
import re
import subprocess
import sysconfig
import threading
from pathlib import Path

from support.server import Served, Server, binary, configure

# Above what the slowest block needs on a loaded machine.
SECONDS = 300
# The address that the pages write.
WRITTEN = "http://127.0.0.1:4599"
# A comment of a page, which its readers do not see, where its words ask them to stop the server.
STOP = "<!-- The tests stop the server here. -->"
# What pages write for what differs each time.
ELLIPSIS = "…"
# How the AWS CLI begins to tell that the server refused.
REFUSED = "An error occurred"
BLOCKS = re.compile(rf"^```(\w+)\n(.*?)^```|^({re.escape(STOP)})$", flags=re.MULTILINE | re.DOTALL)
COMMANDS = re.compile(r"^\$ ((?:.*\\\n)*.*)\n((?:(?!\$ ).*\n)*)", flags=re.MULTILINE)


class Shell:
    """A bash that lives as long as the page, so that what one block sets the next one has."""

    DONE = "the block is done, with"

    def __init__(self, home: Path):
        self.home = home
        self.script = home.parent / f"{home.name}.sh"
        folders = [sysconfig.get_path("scripts"), str(Path(binary()).parent), os.environ["PATH"]]
        self.process = subprocess.Popen(
            ["bash", "--noprofile", "--norc"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=home,
            env={"PATH": ":".join(folders), "HOME": str(home)},
            text=True,
        )
        self.run("set -euo pipefail")

    def run(self, text, may_fail=False):
        """The exit code and all that was said. Without `may_fail` the first failing command ends the shell."""
        self.script.write_text(f"{text}\n")
        handle = "|| code=$?" if may_fail else ""
        line = f"code=0; source '{self.script}' </dev/null {handle}; echo; echo {self.DONE} $code\n"
        timer = threading.Timer(SECONDS, self.process.kill)
        timer.start()
        try:
            self.process.stdin.write(line)
            self.process.stdin.flush()
            said = []
            for line in self.process.stdout:
                if line.startswith(self.DONE):
                    return int(line.removeprefix(self.DONE)), "".join(said)
                said.append(line)
        finally:
            timer.cancel()
        raise AssertionError(f"{text}\nfailed:\n{''.join(said)}")

    def end(self):
        self.process.kill()
        self.process.communicate()


class Reader:
    """Follows pages, starts the server where they say so, and ends it."""

    def __init__(self, home: Path):
        self.home = home
        self.shell = Shell(home)
        self.server = None
        # What `trent init` printed to be pasted.
        self.exports = ""
        # What the tests have in the place of what the page names: its server, and what is not on this machine.
        self.instead = {}
        # What is done with blocks in other languages.
        self.others = {}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.shell.end()
        if self.server is not None:
            self.server.end()

    def follow(self, text) -> int:
        """Pastes the blocks of `text`, and gives their number."""
        found = BLOCKS.findall(text)
        for language, block, stop in found:
            if stop:
                self.server.stop()
            elif language == "sh":
                self.shell.run(self.here(block))
            elif language == "console":
                for command, shown in COMMANDS.findall(block):
                    self.type(command, shown)
            elif language == "toml":
                self.append(self.here(block))
            elif language in self.others:
                self.others[language](self.here(block))
            else:
                raise AssertionError(f"nobody knows how to try a block in {language}")
        return len(found)

    def type(self, command, shown):
        """One command. What the page shows must come of it, and a refusal only where it shows one."""
        if command.startswith("trent dev"):
            self.start(Server(self.home / "trent-data"))
        elif command.startswith("trent serve"):
            # The same address again: it is in the shell's environment.
            port = self.server.address[1] if self.server else 0
            configure(self.home / "trent.toml", listen=f"127.0.0.1:{port}")
            self.start(Served(self.home / "data", self.home / "trent.toml"))
        elif command.startswith("export ") and ELLIPSIS in command:
            assert re.fullmatch(pattern(command), self.exports), f"{self.exports} is not what the page shows"
            self.shell.run(self.exports)
        else:
            code, said = self.shell.run(self.here(command), may_fail=True)
            assert (code != 0) == (REFUSED in shown or "error:" in shown), f"{command}\n{said}"
            assert re.search(pattern(self.here(shown)), flat(said)), f"{command}\n{said}\nThe page: {shown}"
            exports = re.search(r"export AWS_ACCESS_KEY_ID=.*", said)
            self.exports = exports[0] if exports else self.exports

    def start(self, server):
        self.server = server.start()
        self.instead[WRITTEN] = server.endpoint
        if type(server) is Server:
            exports = next(line for line in server.printed if line.strip().startswith("export "))
            self.shell.run(exports.strip())

    def append(self, block):
        """Settings, which the page asks its reader to write into the configuration."""
        with (self.home / "trent.toml").open("a") as file:
            file.write(f"\n{block}")

    def here(self, text):
        """`text` with what there is on this machine."""
        for written, here in self.instead.items():
            text = text.replace(written, here)
        return text


def flat(text) -> str:
    """Words only: pages break their lines elsewhere than programs do."""
    return " ".join(text.split())


def pattern(shown) -> str:
    return ".*".join(map(re.escape, flat(shown).split(ELLIPSIS)))
