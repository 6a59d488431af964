"""The server under test, and the rule that nothing is skipped."""

import json
import os
from pathlib import Path

import pytest
from support.calls import World
from support.server import INITIAL_ACCOUNT, Served, Server, configure, run_trent

# The end of a log that is shown with a failure, in characters.
LOG_SHOWN = 4000

# Nothing of whoever runs the tests may reach the clients.
for name in [name for name in os.environ if name.startswith("AWS_")]:
    del os.environ[name]
os.environ["AWS_CONFIG_FILE"] = os.devnull
os.environ["AWS_SHARED_CREDENTIALS_FILE"] = os.devnull
os.environ["AWS_EC2_METADATA_DISABLED"] = "true"


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """One server for every test that does not restart or damage it."""
    running = Server(tmp_path_factory.mktemp("server") / "data")
    try:
        yield running.start()
        running.stop()
    finally:
        running.end()


@pytest.fixture(scope="session")
def kms(server):
    """boto3 as the root of the default account."""
    return server.client()


@pytest.fixture(scope="session")
def world(server):
    """Keys for calls of every operation."""
    return World(server)


@pytest.fixture
def own_server(tmp_path):
    """A server of the test's own: it may be restarted and its files damaged."""
    running = Server(tmp_path / "data")
    try:
        yield running.start()
    finally:
        running.end()


@pytest.fixture
def made(tmp_path):
    """What `trent init` told, once."""
    done = run_trent(
        "init",
        "--data",
        tmp_path / "data",
        "--config",
        tmp_path / "trent.toml",
        "--account",
        INITIAL_ACCOUNT,
        "--json",
    )
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)


@pytest.fixture
def serve(made, tmp_path):
    running = []

    def start(**lines):
        configure(tmp_path / "trent.toml", listen="127.0.0.1:0", **lines)
        running.append(Served(tmp_path / "data", tmp_path / "trent.toml"))
        return running[-1].start()

    yield start
    for server in running:
        server.end()


@pytest.fixture
def trent(server, tmp_path):
    """Runs `trent import` or `trent wrap` as a user would; the folder of the test is also the home."""

    def run(*arguments, stdin=b"", **environment):
        return run_trent(*arguments, env={**server.environment(tmp_path), **environment}, stdin=stdin)

    return run


@pytest.fixture
def file(tmp_path):
    """Writes a file that only its owner can read, and gives its path."""

    def write(content: bytes, name="material"):
        path = tmp_path / name
        path.write_bytes(content)
        path.chmod(0o600)
        return path

    return write


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.skipped:
        report.outcome = "failed"
        report.longrepr = (
            f"{item.nodeid} wanted to be skipped; a test that cannot run is a failure: {report.longrepr}"
        )
    if report.failed:
        for name in ("server", "own_server"):
            running = item.funcargs.get(name) if hasattr(item, "funcargs") else None
            if running is not None:
                report.sections.append((f"log of {name}", running.log_text()[-LOG_SHOWN:]))
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    report = yield
    if report.skipped:
        report.outcome = "failed"
        report.longrepr = f"{collector.nodeid} wanted to be skipped; a test that cannot run is a failure"
    return report


@pytest.fixture(scope="session")
def repository() -> Path:
    return Path(__file__).resolve().parents[2]
