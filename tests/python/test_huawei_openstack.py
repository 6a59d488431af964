"""openstacksdk with Open Telekom Cloud's extensions, and the `openstack` command: logging in, keys, data keys."""

import json
import sys
from pathlib import Path

import openstack
import pytest
from openstack import exceptions
from otcextensions import sdk
from support import shell
from support.huawei import DOMAIN, KEY_ID, PROJECT, REGION, UNKNOWN, alias, new_key, state
from support.huawei_fixtures import huawei, key, server  # noqa: F401

# The clients warn of their own future.
pytestmark = pytest.mark.filterwarnings("ignore")
# Of a command: to a server of this machine, as the guide has it.
VARIABLES = {
    "OS_USERNAME": "test",
    "OS_PASSWORD": "test",
    "OS_USER_DOMAIN_NAME": "test",
    "OS_PROJECT_ID": PROJECT,
    "OS_REGION_NAME": REGION,
    "OS_IDENTITY_API_VERSION": "3",
}


def connect(server, **auth):
    auth = {
        "auth_url": f"{server.endpoint}/v3",
        "username": "test",
        "password": "test",
        "user_domain_name": "test",
        "project_id": PROJECT,
        **auth,
    }
    auth = {name: value for name, value in auth.items() if value is not None}
    # Nothing of whoever runs the tests may reach the client.
    connection = openstack.connect(auth=auth, region_name=REGION, load_yaml_config=False, load_envvars=False)
    sdk.register_otc_extensions(connection)
    return connection


@pytest.fixture(scope="module")
def cloud(server):
    return connect(server)


def test_log_in(server, cloud):
    assert cloud.authorize()
    assert cloud.current_project_id == PROJECT
    assert cloud.kms.get_endpoint() == f"{server.endpoint}/v1.0/{PROJECT}"
    assert cloud.session.auth.get_access(cloud.session).user_domain_id == DOMAIN


def test_log_in_for_a_project_by_its_name(server):
    cloud = connect(server, project_id=None, project_name=REGION, project_domain_name="test")
    assert cloud.current_project_id == PROJECT
    assert cloud.kms.get_instance_number().instance_num >= 0


def test_log_in_with_a_wrong_password(server):
    with pytest.raises(exceptions.SDKException, match="401"):
        connect(server, password="tess").authorize()


def test_projects(cloud):
    (project,) = cloud.identity.projects()
    assert (project.id, project.name, project.domain_id) == (PROJECT, REGION, DOMAIN)


def test_a_key(cloud, huawei):
    name = alias("otx")
    made = cloud.kms.create_key(key_alias=name, key_description="of the tests")
    assert KEY_ID.fullmatch(made.key_id) and made.domain_id == DOMAIN
    found = cloud.kms.get_key(made.key_id)
    assert (found.key_alias, found.realm, found.key_state) == (name, REGION, "2")
    assert (found.key_description, found.default_key_flag, found.key_type) == ("of the tests", "0", "1")
    assert cloud.kms.find_key(name).key_id == cloud.kms.find_key(made.key_id).key_id == made.key_id
    assert cloud.kms.find_key("nobody", ignore_missing=True) is None
    with pytest.raises(exceptions.DuplicateResource):
        cloud.kms.create_key(key_alias=name)
    with pytest.raises(exceptions.SDKException, match="KMS.1101"):
        cloud.kms.create_key(key_alias="with space")
    with pytest.raises(exceptions.NotFoundException):
        cloud.kms.get_key(UNKNOWN)


def test_states_and_deletion(cloud, key):
    assert cloud.kms.disable_key(key).key_state == "3"
    assert cloud.kms.enable_key(key).key_state == "2"
    # As a number, which the client sends for the days.
    assert cloud.kms.schedule_key_deletion(key, 7).key_state == "4"
    assert cloud.kms.cancel_key_deletion(key).key_state == "3"
    with pytest.raises(exceptions.SDKException, match="KMS.1401"):
        cloud.kms.schedule_key_deletion(key, 6)


def test_the_list_comes_whole(cloud, huawei):
    """In pages, of which the client asks for the next as long as there is a marker."""
    made = {new_key(huawei) for _ in range(3)}
    listed = [found.key_id for found in cloud.kms.keys(limit=2)]
    assert len(listed) == len(set(listed)) == cloud.kms.get_instance_number().instance_num
    assert made <= set(listed)
    assert set(listed) == {found.key_id for found in cloud.kms.keys()}
    # Keys of every kind, as this client has no word for kinds.
    name = alias("signer")
    signer = new_key(huawei, key_alias=name, key_spec="EC_P256")
    assert cloud.kms.find_key(name).key_id == signer
    disabled = new_key(huawei)
    huawei.disable_key(key_id=disabled)
    assert disabled in {found.key_id for found in cloud.kms.keys(key_state="3")}


def test_data_keys(cloud, key):
    made = cloud.kms.create_datakey(key, datakey_length="512", encryption_context={"a": "b"})
    assert made.key_id == key and len(made.plain_text) == 128
    assert cloud.kms.create_datakey_wo_plain(key, datakey_length="512").cipher_text
    plain = cloud.kms.create_datakey(key, datakey_length="512")
    opened = cloud.kms.decrypt_datakey(key, plain.cipher_text, 64)
    assert opened.plain_text == plain.plain_text
    # The client appends the digest, and sends the length as a number.
    sealed = cloud.kms.create_datakey(key, datakey_length="512")
    secret, first = sealed.plain_text, sealed.cipher_text
    sealed = cloud.kms.encrypt_datakey(sealed)
    assert sealed.cipher_text != first
    assert cloud.kms.decrypt_datakey(key, sealed.cipher_text, 64).plain_text == secret
    with pytest.raises(exceptions.SDKException, match="KMS.2201"):
        cloud.kms.decrypt_datakey(key, made.cipher_text, 64)


def test_random_data_counts_and_quotas(cloud):
    assert len(cloud.kms.generate_random().random_data) == 128
    assert len(cloud.kms.generate_random(random_data_length=8).random_data) == 2
    quotas = {quota.type: quota for quota in cloud.kms.quotas()}
    assert set(quotas) == {"CMK", "grant_per_CMK"}
    assert quotas["CMK"].used == cloud.kms.get_instance_number().instance_num


def test_a_token_that_somebody_else_got(server, cloud, key):
    """`auth_type: token`: the log-in of the client is a token for a token."""
    other = openstack.connect(
        auth_type="token",
        auth={"auth_url": f"{server.endpoint}/v3", "token": cloud.auth_token, "project_id": PROJECT},
        region_name=REGION,
        load_yaml_config=False,
        load_envvars=False,
    )
    sdk.register_otc_extensions(other)
    assert other.kms.get_key(key).key_id == key


# The command.


@pytest.fixture
def command(server, tmp_path):
    scripts = str(Path(sys.executable).parent)
    environment = {
        "PATH": scripts,
        "HOME": str(tmp_path),
        "OS_AUTH_URL": f"{server.endpoint}/v3",
        **VARIABLES,
    }

    def run(*arguments):
        return shell.run(["openstack", *arguments], tmp_path, environment)

    return run


def told(done):
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_command(command, huawei):
    name = alias("command")
    made = told(command("kms", "cmk", "create", name, "-f", "json"))
    key_id = made["ID"]
    shown = told(command("kms", "cmk", "show", name, "-f", "json"))
    assert (shown["ID"], shown["key_alias"], shown["key_state"]) == (key_id, name, "2")
    listed = told(command("kms", "cmk", "list", "-f", "json"))
    assert {"ID": key_id, "key_alias": name, "key_state": "2"} in listed
    assert command("kms", "cmk", "delete", name, "7").returncode == 0
    assert state(huawei, key_id) == "4"


def test_the_command_is_told_what_is_wrong(command):
    done = command("kms", "cmk", "show", "nobody")
    assert done.returncode != 0 and "nobody" in done.stderr
