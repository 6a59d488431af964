"""Every cell of the import matrix, wrapping key × algorithm × key spec, proven to hold the owner's key.

One half of the cells is wrapped by OpenSSL, the other by `cryptography`, alternating so that each of the two
does every algorithm with every key spec.
"""

import os
from itertools import product

import pytest
from support import materials, wrapping
from support.ceremony import external_key, import_material, parameters, state, usage_of
from support.errors import refused


def cells():
    rows = [(spec, usage_of(spec)) for spec in materials.SPECS]
    rows += [(spec, "ENCRYPT_DECRYPT") for spec in materials.SPECS if spec.startswith("RSA_")]
    numbered = product(enumerate(rows), enumerate(wrapping.ALGORITHMS), enumerate(wrapping.WRAPPING_SPECS))
    for (i, (spec, usage)), (j, algorithm), (k, wrapping_spec) in numbered:
        tool = ("cryptography", "openssl")[(i + j + k) % 2]
        yield spec, usage, algorithm, wrapping_spec, tool


def holds(spec, algorithm, wrapping_spec) -> bool:
    """Whether this wrapping can hold a key of this spec at all."""
    if algorithm.startswith("RSA_AES_KEY_WRAP"):
        return True
    return not spec.startswith("RSA_") and (spec, wrapping_spec) != ("ECC_NIST_P521", "RSA_2048")


def names(chosen):
    return ["-".join(cell) for cell in chosen]


ACCEPTED = [cell for cell in cells() if holds(cell[0], cell[2], cell[3])]
REFUSED = [cell for cell in cells() if not holds(cell[0], cell[2], cell[3])]


def test_the_matrix_is_whole():
    """19 rows (16 key specs, RSA with two usages) × 5 algorithms × 3 wrapping keys."""
    assert len(ACCEPTED) + len(REFUSED) == 19 * 5 * 3
    # Two usages × three RSA specs × three plain algorithms × three wrapping keys, and P-521 under RSA_2048.
    assert len(REFUSED) == 2 * 3 * 3 * 3 + 3
    for tool in wrapping.TOOLS:
        done = {(spec, algorithm) for spec, _, algorithm, _, by in ACCEPTED if by == tool}
        assert {algorithm for _, algorithm in done} == set(wrapping.ALGORITHMS), tool
        assert {spec for spec, _ in done} == set(materials.SPECS), tool


@pytest.mark.parametrize("cell", ACCEPTED, ids=names(ACCEPTED))
def test_import(kms, cell):
    spec, usage, algorithm, wrapping_spec, tool = cell
    material = materials.material(spec)
    key_id = external_key(kms, spec, usage)
    how = {"algorithm": algorithm, "wrapping_spec": wrapping_spec, "wrap": wrapping.TOOLS[tool]}
    answer = import_material(kms, key_id, material, **how)
    assert answer["KeyId"].endswith(f"key/{key_id}")
    assert state(kms, key_id) == "Enabled"
    materials.prove(kms, key_id, spec, usage)
    if spec == "SYMMETRIC_DEFAULT":
        same_material_only(kms, key_id, material, answer["KeyMaterialId"], how)


def same_material_only(kms, key_id, material, material_id, how):
    """The ciphertext format is the server's own, so identity shows at reimport: these bytes and no others."""
    again = import_material(kms, key_id, material, ImportType="EXISTING_KEY_MATERIAL", **how)
    assert again["KeyMaterialId"] == material_id
    # With PKCS#1 v1.5 all failures are one, or they would tell whether the padding opened.
    blind = how["algorithm"] == "RSAES_PKCS1_V1_5"
    with refused("InvalidCiphertextException" if blind else "IncorrectKeyMaterialException"):
        import_material(kms, key_id, os.urandom(32), ImportType="EXISTING_KEY_MATERIAL", **how)


@pytest.mark.parametrize("cell", REFUSED, ids=names(REFUSED))
def test_what_does_not_fit_is_refused_before_anything_is_wrapped(kms, cell):
    spec, usage, algorithm, wrapping_spec, _ = cell
    key_id = external_key(kms, spec, usage)
    with refused("UnsupportedOperationException"):
        parameters(kms, key_id, algorithm, wrapping_spec)
    assert state(kms, key_id) == "PendingImport"
