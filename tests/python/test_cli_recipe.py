"""AWS's import recipe with the AWS CLI and OpenSSL, as a shell script in an empty home directory."""

import json
import os
import re
import subprocess
import sysconfig

import pytest
from support.server import REGION
from support.times import from_now

# AWS's recipe, step by step; each case adds how the material is made and wrapped, and how its use is shown.
RECIPE = """
set -euo pipefail
KEY_ID=$(aws kms create-key --origin EXTERNAL --key-spec {spec} --key-usage {usage} \\
    --query KeyMetadata.KeyId --output text)
aws kms get-parameters-for-import --key-id "$KEY_ID" --wrapping-algorithm {algorithm} \\
    --wrapping-key-spec RSA_3072 --query '[PublicKey,ImportToken]' --output text > parameters.txt
cut -f 1 parameters.txt | openssl enc -d -base64 -A -out WrappingPublicKey.bin
cut -f 2 parameters.txt | openssl enc -d -base64 -A -out ImportToken.bin
{material}
{wrap}
aws kms import-key-material --key-id "$KEY_ID" \\
    --encrypted-key-material fileb://EncryptedKeyMaterial.bin --import-token fileb://ImportToken.bin \\
    --expiration-model KEY_MATERIAL_DOES_NOT_EXPIRE > /dev/null
aws kms describe-key --key-id "$KEY_ID" --query KeyMetadata.KeyState --output text
{proof}
"""
WRAP_PLAIN = """
openssl pkeyutl -encrypt -in PlaintextKeyMaterial.bin -out EncryptedKeyMaterial.bin \\
    -inkey WrappingPublicKey.bin -keyform DER -pubin -pkeyopt rsa_padding_mode:oaep \\
    -pkeyopt rsa_oaep_md:sha256 -pkeyopt rsa_mgf1_md:sha256
"""
WRAP_HYBRID = """
openssl rand -out aes-key.bin 32
openssl enc -id-aes256-wrap-pad -K "$(od -An -tx1 -v aes-key.bin | tr -d ' \\n')" -iv A65959A6 \\
    -in PlaintextKeyMaterial.bin -out key-material-wrapped.bin
openssl pkeyutl -encrypt -in aes-key.bin -out aes-key-wrapped.bin \\
    -inkey WrappingPublicKey.bin -keyform DER -pubin -pkeyopt rsa_padding_mode:oaep \\
    -pkeyopt rsa_oaep_md:sha256 -pkeyopt rsa_mgf1_md:sha256
cat aes-key-wrapped.bin key-material-wrapped.bin > EncryptedKeyMaterial.bin
"""
SIGN = """
printf 'a message' > message.txt
aws kms sign --key-id "$KEY_ID" --message fileb://message.txt --signing-algorithm {algorithm} \\
    --query Signature --output text | openssl enc -d -base64 -A -out signature.bin
openssl pkey -inform DER -in PlaintextKeyMaterial.bin -pubout -out public.pem
openssl dgst -sha256 {options} -verify public.pem -signature signature.bin message.txt
"""
CASES = {
    "SYMMETRIC_DEFAULT": {
        "usage": "ENCRYPT_DECRYPT",
        "algorithm": "RSAES_OAEP_SHA_256",
        "material": "openssl rand -out PlaintextKeyMaterial.bin 32",
        "wrap": WRAP_PLAIN,
        "proof": """
printf 'a message' > message.txt
aws kms encrypt --key-id "$KEY_ID" --plaintext fileb://message.txt --query CiphertextBlob --output text \\
    | openssl enc -d -base64 -A -out sealed.bin
aws kms decrypt --ciphertext-blob fileb://sealed.bin --query Plaintext --output text \\
    | openssl enc -d -base64 -A -out opened.txt
cmp message.txt opened.txt && echo proven
""",
    },
    "HMAC_256": {
        "usage": "GENERATE_VERIFY_MAC",
        "algorithm": "RSAES_OAEP_SHA_256",
        "material": "openssl rand -out PlaintextKeyMaterial.bin 32",
        "wrap": WRAP_PLAIN,
        "proof": """
printf 'a message' > message.txt
aws kms generate-mac --key-id "$KEY_ID" --message fileb://message.txt --mac-algorithm HMAC_SHA_256 \\
    --query Mac --output text | openssl enc -d -base64 -A -out mac.bin
KEY_HEX=$(od -An -tx1 -v PlaintextKeyMaterial.bin | tr -d ' \\n')
openssl dgst -sha256 -mac HMAC -macopt "hexkey:$KEY_HEX" -binary -out local-mac.bin message.txt
cmp mac.bin local-mac.bin && echo proven
""",
    },
    "RSA_2048": {
        "usage": "SIGN_VERIFY",
        "algorithm": "RSA_AES_KEY_WRAP_SHA_256",
        "material": "openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:2048 "
        "| openssl pkcs8 -topk8 -nocrypt -outform DER -out PlaintextKeyMaterial.bin",
        "wrap": WRAP_HYBRID,
        "proof": SIGN.format(algorithm="RSASSA_PKCS1_V1_5_SHA_256", options="") + "echo proven",
    },
    "ECC_NIST_P256": {
        "usage": "SIGN_VERIFY",
        "algorithm": "RSAES_OAEP_SHA_256",
        "material": "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 "
        "| openssl pkcs8 -topk8 -nocrypt -outform DER -out PlaintextKeyMaterial.bin",
        "wrap": WRAP_PLAIN,
        "proof": SIGN.format(algorithm="ECDSA_SHA_256", options="") + "echo proven",
    },
}
README_SECTION = "## The ceremony"


@pytest.fixture
def shell(server, tmp_path):
    """Runs a script in an empty folder that is also the home, with only what a user exports."""

    def run(script, access_key="test"):
        environment = server.environment(tmp_path)
        environment["AWS_ACCESS_KEY_ID"] = access_key
        # The AWS CLI of the tests before any other.
        environment["PATH"] = f"{sysconfig.get_path('scripts')}:{environment['PATH']}"
        return subprocess.run(
            ["bash", "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300
        )

    return run


@pytest.mark.parametrize("spec", CASES)
def test_the_recipe(shell, spec):
    done = shell(RECIPE.format(spec=spec, **CASES[spec]))
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.split()
    assert lines[0] == "Enabled" and lines[-1] == "proven", done.stdout


def test_the_import_command_as_it_is_documented(shell, kms, tmp_path):
    """Word for word, with a key id and a date of our own."""
    from support import wrapping
    from support.ceremony import external_key, parameters

    key_id = external_key(kms)
    given = parameters(kms, key_id)
    wrapped = wrapping.by_openssl("RSAES_OAEP_SHA_256", given["PublicKey"], os.urandom(32))
    (tmp_path / "EncryptedKeyMaterial.bin").write_bytes(wrapped)
    (tmp_path / "ImportToken.bin").write_bytes(given["ImportToken"])
    tomorrow = from_now(days=1)
    done = shell(f"""aws kms import-key-material \\
    --key-id {key_id} \\
    --encrypted-key-material fileb://EncryptedKeyMaterial.bin \\
    --import-token fileb://ImportToken.bin \\
    --expiration-model KEY_MATERIAL_EXPIRES \\
    --valid-to {tomorrow:%Y-%m-%dT%H:%M:%SZ}
""")
    assert done.returncode == 0, done.stderr
    metadata = kms.describe_key(KeyId=key_id)["KeyMetadata"]
    assert metadata["KeyState"] == "Enabled"
    assert metadata["ExpirationModel"] == "KEY_MATERIAL_EXPIRES"
    assert metadata["ValidTo"] == tomorrow
    # Clients of the current model print what came back; those of the older one print nothing.
    answer = json.loads(done.stdout)
    assert answer["KeyId"].endswith(key_id) and len(answer["KeyMaterialId"]) == 64


def test_errors_reach_the_user_of_the_cli(shell):
    done = shell("aws kms describe-key --key-id alias/there-is-none")
    assert done.returncode != 0
    assert "NotFoundException" in done.stderr
    assert f"arn:aws:kms:{REGION}:000000000000:alias/there-is-none" in done.stderr


def readme_blocks(repository):
    """The shell blocks of the README's section about the ceremony, in their order."""
    readme = (repository / "README.md").read_text()
    assert README_SECTION in readme, f"README.md has no section '{README_SECTION}'"
    section = re.split(r"^## ", readme.split(README_SECTION, 1)[1], flags=re.MULTILINE)[0]
    return re.findall(r"^```sh\n(.*?)^```", section, flags=re.MULTILINE | re.DOTALL)


def test_the_readme_does_what_it_says(shell, server, repository):
    """Its blocks, pasted one after the other in a fresh account, leave an imported key of each kind."""
    blocks = readme_blocks(repository)
    assert blocks, "the README's section about the ceremony has no ```sh block"
    account = "200000000001"
    done = shell("set -euo pipefail\n" + "\n".join(blocks), access_key=account)
    assert done.returncode == 0, done.stdout + done.stderr
    kms = server.client(access_key=account)
    found = [kms.describe_key(KeyId=entry["KeyId"])["KeyMetadata"] for entry in kms.list_keys()["Keys"]]
    usable = {key["KeySpec"] for key in found if key["Origin"] == "EXTERNAL" and key["KeyState"] == "Enabled"}
    assert set(CASES) <= usable, found
