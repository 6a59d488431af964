"""The guide to the clients does what it says: its blocks are pasted, in order, in an empty home."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from support import javascript, shell, tls

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs/guide/clients.md").read_text()
RUST = ROOT / "tests/src/sdk/guide.rs"
# The address that the guide writes.
WRITTEN = "http://127.0.0.1:4599"


def blocks(section):
    """The language and the text of each block of a section, in their order; without those that install the client."""
    found = re.findall(r"^```(\w+)\n(.*?)^```", section, flags=re.MULTILINE | re.DOTALL)
    return [(language, text) for language, text in found if language != "console"]


def sections() -> dict:
    """The text of each section by its title."""
    parts = re.split(r"^## (.+)\n", GUIDE, flags=re.MULTILINE)
    return dict(zip(["Introduction", *parts[1::2]], parts[::2], strict=True))


SECTIONS = {title: blocks(text) for title, text in sections().items()}
INTRODUCTION = SECTIONS.pop("Introduction")
RUNNABLE = [title for title, found in SECTIONS.items() if found and found[0][0] != "rust"]


class Reader:
    """Somebody who follows the guide: a folder, which is also the home, and what was exported."""

    def __init__(self, server, home):
        self.server = server
        self.home = home
        self.exports = ""
        (home / "node_modules").symlink_to(javascript.node_modules(), target_is_directory=True)

    def paste(self, language, text):
        text = text.replace(WRITTEN, self.server.endpoint)
        if language == "ini":
            (self.home / ".aws").mkdir()
            (self.home / ".aws/config").write_text(text)
        elif language == "sh":
            self.run(text)
        elif language == "python":
            (self.home / "example.py").write_text(text)
            self.run(f"{sys.executable} example.py")
        elif language == "js":
            (self.home / "example.mjs").write_text(text)
            self.run("node example.mjs")
        else:
            raise AssertionError(f"nobody knows how to try a block in {language}")

    def run(self, script):
        script = f"set -euo pipefail\n{self.exports}\n{script}"
        # Nothing but what the guide exports leads to the server.
        environment = {
            name: value
            for name, value in shell.user_of(self.server, self.home).items()
            if not name.startswith("AWS_")
        }
        done = shell.run(["bash", "-c", script], self.home, environment)
        assert done.returncode == 0, f"{script}\n{done.stdout}{done.stderr}"


@pytest.fixture(scope="module")
def reader(server, tmp_path_factory):
    reader = Reader(server, tmp_path_factory.mktemp("guide"))
    exports, *rest = INTRODUCTION
    reader.exports = exports[1].replace(WRITTEN, server.endpoint)
    for language, text in rest:
        reader.paste(language, text)
    return reader


@pytest.mark.parametrize("title", RUNNABLE)
def test_the_section(reader, title):
    for language, text in SECTIONS[title]:
        reader.paste(language, text)


def test_the_rust_example_is_one_that_is_compiled_and_run():
    """The tests in Rust carry it out."""
    ((language, text),) = SECTIONS["AWS SDK for Rust"]
    assert language == "rust"
    lines = [line.strip() for line in text.splitlines()]
    assert "\n".join(lines) in "\n".join(line.strip() for line in RUST.read_text().splitlines())


def test_what_the_guide_installs_is_what_the_tests_have():
    pinned = {
        "pip install": (ROOT / "tests/requirements.txt").read_text(),
        "npm install": (ROOT / "tests/js/package.json").read_text(),
        "cargo add": (ROOT / "tests/Cargo.toml").read_text(),
    }
    commands = shell.commands_of("clients.md")
    assert len(commands) == 6
    for command in commands:
        program, does, *packages = command.partition(" --")[0].split()
        assert packages
        for package in packages:
            name = package.strip("'").partition("[")[0]
            assert re.search(rf'^ *"?{name}(==|": | = |\.)', pinned[f"{program} {does}"], re.MULTILINE), name


def test_the_guide_has_a_section_for_each_client():
    assert set(RUNNABLE) == {
        "AWS CLI",
        "boto3",
        "AWS SDK for JavaScript",
        "AWS Encryption SDK for Python",
        "SOPS",
    }


# TLS, with an authority of one's own.

TRUST = {
    "aws": ("AWS_CA_BUNDLE", "aws kms list-keys"),
    "boto3": ("AWS_CA_BUNDLE", f"{sys.executable} example.py"),
    "javascript": ("NODE_EXTRA_CA_CERTS", "node example.mjs"),
    "sops": ("AWS_CA_BUNDLE", "sops encrypt --kms $ARN clear.yaml"),
}
PYTHON = 'import boto3\nboto3.client("kms").list_keys()\n'
JAVASCRIPT = 'import { KMS } from "@aws-sdk/client-kms";\nawait new KMS({ maxAttempts: 1 }).listKeys({});\n'


@pytest.fixture
def secured(serve, made, tmp_path):
    """Runs commands against a server with TLS."""
    tls.write_chain(tmp_path)
    server = serve(then='[tls]\ncertificate = "certificate.pem"\nprivate_key = "private-key.pem"')
    (tmp_path / "node_modules").symlink_to(javascript.node_modules(), target_is_directory=True)
    (tmp_path / "example.py").write_text(PYTHON)
    (tmp_path / "example.mjs").write_text(JAVASCRIPT)
    (tmp_path / "clear.yaml").write_text("a: b\n")
    environment = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "AWS_ENDPOINT_URL": f"https://localhost:{server.address[1]}",
        "AWS_ACCESS_KEY_ID": made["access_key_id"],
        "AWS_SECRET_ACCESS_KEY": made["secret_access_key"],
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_MAX_ATTEMPTS": "1",
    }

    def run(command, **more) -> subprocess.CompletedProcess:
        return shell.run(["bash", "-c", command], tmp_path, {**environment, **more})

    return run


def test_each_client_is_told_the_authority(secured):
    key = secured("aws kms create-key", AWS_CA_BUNDLE="ca.pem")
    arn = json.loads(key.stdout)["KeyMetadata"]["Arn"]
    for name, (variable, command) in TRUST.items():
        assert f"`{variable}=ca.pem`" in GUIDE
        assert secured(command, ARN=arn).returncode != 0, f"{name} trusted an authority nobody told it of"
        done = secured(command, ARN=arn, **{variable: "ca.pem"})
        assert done.returncode == 0, f"{name}: {done.stdout}{done.stderr}"
