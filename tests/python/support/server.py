"""The real binary as a process, started the way a user starts it."""

import json
import os
import queue
import re
import signal
import subprocess
import threading
from pathlib import Path

import boto3
from botocore.config import Config

# Far above what a start needs on a loaded machine; a start that hangs is told apart from one that is slow.
START_SECONDS = 30
STOP_SECONDS = 30
ACCOUNT = "000000000000"
REGION = "us-east-1"
# The account that the tests of `trent serve` begin with.
INITIAL_ACCOUNT = "111122223333"


def binary() -> str:
    """The path of the binary under test."""
    path = os.environ.get("TRENT_BIN")
    assert path, "TRENT_BIN is not set: run `cargo xtask test` (or `cargo xtask python`)"
    return path


def run_trent(*arguments, env=None, stdin=b"", timeout=60) -> subprocess.CompletedProcess:
    """Runs the binary to its end, with no environment but `env`."""
    return subprocess.run(
        [binary(), *map(str, arguments)],
        input=stdin,
        capture_output=True,
        env={"PATH": os.environ["PATH"], **(env or {})},
        timeout=timeout,
    )


class Server:
    """`trent dev` on a free port of the loopback interface, with its log in a file."""

    # Where the server says its address once it listens.
    ADDRESS = re.compile(r"AWS_ENDPOINT_URL=(http://\S+)")

    def __init__(self, data: Path):
        self.data = data
        self.log = data.parent / f"{data.name}.log"
        self.printed = []
        self.endpoint = None
        self.process = None
        self.readers = []

    def command(self) -> list:
        return ["dev", "--listen", "127.0.0.1:0", "--data", str(self.data)]

    def start(self) -> "Server":
        self.process = subprocess.Popen(
            [binary(), *self.command()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={"PATH": os.environ["PATH"]},
        )
        lines = queue.Queue()
        self.readers = [
            threading.Thread(target=read, args=(self.process, lines), daemon=True)
            for read in (self._read_stdout, self._read_stderr)
        ]
        for reader in self.readers:
            reader.start()
        self.endpoint = self._wait_for_address(lines)
        return self

    def _read_stdout(self, process, lines):
        for line in process.stdout:
            self.printed.append(line.decode())
            lines.put(self.printed[-1])
        lines.put(None)

    def _read_stderr(self, process, lines):
        with self.log.open("ab", buffering=0) as log:
            for line in process.stderr:
                log.write(line)
                lines.put(line.decode(errors="replace"))

    def _wait_for_address(self, lines) -> str:
        while True:
            try:
                line = lines.get(timeout=START_SECONDS)
            except queue.Empty:
                line = None
            if line is None:
                self.end()
                raise AssertionError(
                    f"the server did not start ({self.process.returncode}):\n{self.log_text()}"
                )
            found = self.ADDRESS.search(line)
            if found:
                return found.group(1)

    def stop(self):
        """Ends the server as an operator does, and expects it to end well. Its log is whole afterwards."""
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(STOP_SECONDS)
        for reader in self.readers:
            reader.join(STOP_SECONDS)
        assert code == 0, f"the server ended with {code}:\n{self.log_text()}"

    def restart(self):
        self.stop()
        self.start()

    def end(self):
        """Ends the server whatever state it is in."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait(STOP_SECONDS)

    def log_text(self) -> str:
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    @property
    def address(self):
        """Host and port."""
        host, port = self.endpoint.removeprefix("http://").split(":")
        return host, int(port)

    def client(self, access_key="test", secret="test", token=None, region=REGION):
        """A boto3 client that never tries twice: an error is an error."""
        return boto3.client(
            "kms",
            endpoint_url=self.endpoint,
            region_name=region,
            aws_access_key_id=access_key,
            aws_secret_access_key=secret,
            aws_session_token=token,
            config=Config(retries={"total_max_attempts": 1}, connect_timeout=10, read_timeout=60),
        )

    def environment(self, home: Path) -> dict:
        """What a user has who pastes the line that the server printed, in an empty home."""
        line = next(line for line in self.printed if line.strip().startswith("export "))
        exports = dict(word.split("=", 1) for word in line.split()[1:])
        return {"PATH": os.environ["PATH"], "HOME": str(home), **exports}


class Served(Server):
    """`trent serve` with a configuration. It says its address in its log."""

    ADDRESS = re.compile(r"""Trent is ready.*\baddress"?[=:]"?([^\s",]+)""")

    def __init__(self, data, config):
        super().__init__(data)
        self.config = config

    def command(self):
        return ["serve", "--config", str(self.config)]

    def _wait_for_address(self, lines):
        return f"http://{super()._wait_for_address(lines)}"


def configure(path, **lines):
    """Sets top-level keys of a configuration; a section is given as a text under `then`."""
    then = lines.pop("then", "")
    kept = [line for line in path.read_text().splitlines() if line.split(" = ")[0] not in lines]
    tables = next((i for i, line in enumerate(kept) if line.startswith("[")), len(kept))
    kept[tables:tables] = [f"{name} = {json.dumps(value)}" for name, value in lines.items()]
    path.write_text("\n".join([*kept, then, ""]))
