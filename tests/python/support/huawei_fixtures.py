"""What the tests of one module have: a server with files of its own, and callers of both its APIs."""

import pytest

from support.huawei import Huawei, new_key
from support.server import Server


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    running = Server(tmp_path_factory.mktemp("huawei") / "data")
    try:
        yield running.start()
        running.stop()
    finally:
        running.end()


@pytest.fixture(scope="module")
def huawei(server):
    return Huawei(server)


@pytest.fixture(scope="module")
def aws(server):
    """The same root over the other API."""
    return server.client()


@pytest.fixture(scope="module")
def keys(huawei):
    """A key of each kind, none of which a test changes."""
    return {
        "aes": new_key(huawei),
        "hmac": new_key(huawei, key_spec="HMAC_256"),
        "ec": new_key(huawei, key_spec="EC_P256"),
        "rsa": new_key(huawei, key_spec="RSA_2048"),
        "rsa encrypt": new_key(huawei, key_spec="RSA_2048", key_usage="ENCRYPT_DECRYPT"),
    }


@pytest.fixture
def key(huawei):
    """A key that only this test has."""
    return new_key(huawei)
