"""The guide to the API of Huawei Cloud, done as a newcomer would: its blocks are pasted, in order, in an empty home."""

import shutil
from pathlib import Path

import pytest
from support.reader import Reader

GUIDE = Path(__file__).resolve().parents[2] / "docs/guide/huawei.md"
# What stands in for curl on a machine that has none: the options that the guide uses.
CURL = """#!/usr/bin/env python3
import sys, urllib.error, urllib.request
arguments, headers, options = sys.argv[1:], {}, {}
while arguments:
    argument = arguments.pop(0)
    if argument == "-H":
        name, value = arguments.pop(0).split(": ", 1)
        headers[name] = value
    elif argument in ("-d", "-D", "-o"):
        options[argument] = arguments.pop(0)
    elif not argument.startswith("-"):
        url = argument
request = urllib.request.Request(url, options["-d"].encode(), headers)
try:
    answer = urllib.request.urlopen(request)
except urllib.error.HTTPError as refused:
    sys.stdout.buffer.write(refused.read())
    sys.exit(22)
if "-D" in options:
    print(answer.headers)
if "-o" in options:
    open(options["-o"], "wb").write(answer.read())
else:
    sys.stdout.buffer.write(answer.read())
"""


@pytest.fixture
def reader(tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    with Reader(home) as reader:
        if shutil.which("curl") is None:
            (home / "bin").mkdir()
            (home / "bin/curl").write_text(CURL)
            (home / "bin/curl").chmod(0o755)
            reader.shell.run(f"export PATH={home / 'bin'}:$PATH")
        yield reader


def test_the_guide(reader):
    def python(text):
        (reader.home / "example.py").write_text(text)
        reader.shell.run("python3 example.py")

    reader.others["python"] = python
    assert reader.follow(GUIDE.read_text()) == 17
