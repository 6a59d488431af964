"""Writes the documents of this folder anew, by another implementation than the one they test.

python crates/attestation/tests/vectors/make.py, with `cryptography` installed. The keys are thrown away.
"""

import datetime
import sys
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[3] / "tests" / "python"))

from support.attestation import (  # noqa: E402
    DAY,
    HEADER,
    MINUTE,
    Hypervisor,
    Indefinite,
    IndefiniteList,
    Pairs,
    cbor,
    rsa_key,
    spki,
)

# When every document is verified.
NOW = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
PAST = (NOW - 30 * DAY, NOW - MINUTE)
FUTURE = (NOW + MINUTE, NOW + 30 * DAY)

maker = Hypervisor(NOW)
stranger = Hypervisor(NOW)
key = spki(rsa_key())
plain = maker.payload(key)


def said(**members) -> bytes:
    """Signed well, with other members; one that is `...` is left out."""
    return maker.sign({name: value for name, value in (plain | members).items() if value is not ...})


def certified(**changes):
    """By a hypervisor of its own, whose certificates are made otherwise, and its root."""
    other = Hypervisor(NOW, **changes)
    return other.attest(key), other.fingerprint


def cabundle(*order) -> bytes:
    return said(cabundle=[plain["cabundle"][index] for index in order])


taken = {
    "enclave": maker.attest(key),
    "tagged": maker.sign(plain, tagged=True),
    "indefinite": maker.sign(
        Indefinite(
            plain | {"pcrs": Indefinite(plain["pcrs"]), "cabundle": IndefiniteList(plain["cabundle"])}
        )
    ),
    "nitrotpm": said(pcrs=..., nitrotpm_pcrs={4: b"\x04" * 48, 7: b"\x07" * 48}),
    "absent": said(user_data=..., nonce=...),
    "everything": said(user_data=b"u" * 1024, nonce=b""),
    "rsa_3072": said(public_key=spki(rsa_key(3072))),
    "rsa_4096": said(public_key=spki(rsa_key(4096))),
}

certificates = {
    "root_expired": certified(root={"valid": PAST}),
    "region_expired": certified(region={"valid": PAST}),
    "leaf_expired": certified(leaf={"valid": PAST}),
    "leaf_not_yet_valid": certified(leaf={"valid": FUTURE}),
    "root_reaches_too_short": certified(root={"path_length": 2}),
    "region_reaches_too_short": certified(region={"path_length": 1}),
    "root_no_authority": certified(root={"ca": False}),
    "zone_no_authority": certified(zone={"ca": False, "path_length": None}),
    "zone_signs_no_certificates": certified(zone={"cert_sign": False}),
    "leaf_an_authority": certified(leaf={"ca": True}),
    "leaf_signs_nothing": certified(leaf={"digital_signature": False}),
    "zone_signed_by_another": certified(zone={"signed_by": stranger.key}),
    "leaf_signed_by_another": certified(leaf={"signed_by": stranger.key}),
    "zone_on_p256": certified(zone={"curve": ec.SECP256R1()}),
    "leaf_on_p256": certified(leaf={"curve": ec.SECP256R1()}),
    "zone_missing": cabundle(0, 1, 3),
    "zone_twice": cabundle(0, 1, 2, 2, 3),
    "root_alone": cabundle(0),
    "root_last": cabundle(3, 2, 1, 0),
    "other_root": (stranger.attest(key), stranger.fingerprint),
    "leaf_of_another": maker.sign(plain | {"certificate": stranger.certificate}, key=stranger.key),
    "leaf_not_der": said(certificate=b"certificate"),
    "leaf_with_more": said(certificate=plain["certificate"] + b"\0"),
}

structure = {
    "signed_by_another": maker.sign(plain, key=stranger.key),
    "payload_changed": maker.attest(key).replace(b"i-0123456789", b"i-1123456789", 1),
    "register_changed": maker.attest(key).replace(b"\x05" * 48, b"\x06" * 48),
    "es256": maker.sign(plain, header={1: -7}),
    "header_with_more": maker.sign(plain, header={**HEADER, 4: b"key"}),
    "unprotected": maker.sign(plain, unprotected={4: b"key"}),
    "cut": maker.attest(key)[:-1],
    "bytes_after": maker.attest(key) + b"\0",
    "bytes_after_payload": maker.sign(cbor(plain) + b"\0"),
    "payload_too_long": maker.sign(b"\0" * 16385),
    "payload_empty": maker.sign(b""),
}

members = {
    f"no_{name}": said(**{name: ...})
    for name in ("module_id", "digest", "timestamp", "pcrs", "certificate", "cabundle")
} | {
    "digest_twice": maker.sign(Pairs([*plain.items(), ("digest", "SHA384")])),
    "both_registers": said(nitrotpm_pcrs={4: b"\x04" * 48}),
    "register_twice": said(pcrs=Pairs([(0, b"\0" * 48), (0, b"\0" * 48)])),
    "unknown_member": said(pcr=1),
    "module_id_empty": said(module_id=""),
    "module_id_null": said(module_id=None),
    "sha256": said(digest="SHA256"),
    "timestamp_zero": said(timestamp=0),
    "timestamp_text": said(timestamp="now"),
    "stale": said(timestamp=plain["timestamp"] - 10 * 60_000),
    "future": said(timestamp=plain["timestamp"] + 10 * 60_000),
    "pcrs_empty": said(pcrs={}),
    "register_32": said(pcrs={32: b"\0" * 48}),
    "register_short": said(pcrs={0: b"\0" * 47}),
    "cabundle_empty": said(cabundle=[]),
    "cabundle_long": cabundle(0, 1, 2, 3, 3, 3, 3, 3),
    "certificate_long": said(certificate=b"\0" * 1025),
    "user_data_long": said(user_data=b"\0" * 1025),
    "nonce_long": said(nonce=b"\0" * 1025),
}

public_keys = {
    "key_absent": said(public_key=...),
    "key_null": said(public_key=None),
    "key_empty": said(public_key=b""),
    "key_long": said(public_key=b"\0" * 1025),
    "key_no_der": said(public_key=b"dummy"),
    "key_on_p256": said(public_key=spki(ec.generate_private_key(ec.SECP256R1()))),
    "key_rsa_1024": said(public_key=spki(rsa_key(1024))),
    "key_rsa_2560": said(public_key=spki(rsa_key(2560))),
    "key_rsa_5120": said(public_key=spki(rsa_key(5120))),
    "key_with_more": said(public_key=key + b"\0"),
    "key_pkcs1": said(
        public_key=rsa_key()
        .public_key()
        .public_bytes(serialization.Encoding.DER, serialization.PublicFormat.PKCS1)
    ),
}

roots = []
for name, made in (taken | certificates | structure | members | public_keys).items():
    document, root = made if isinstance(made, tuple) else (made, maker.fingerprint)
    (HERE / "documents" / f"{name}.cbor").write_bytes(document)
    roots.append(f"{name} {root}\n")
(HERE / "roots.txt").write_text("".join(sorted(roots)))
