"""Attestation documents as a Nitro hypervisor makes them, under a root of our own: CBOR and COSE by hand, the
certificates by cryptography. Also made wrongly, in every way that a test asks for."""

import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.x509.oid import NameOID

HOUR = datetime.timedelta(hours=1)
DAY = datetime.timedelta(days=1)
MINUTE = datetime.timedelta(minutes=1)
# COSE: the algorithm (1) is ES384 (-35).
HEADER = {1: -35}
SIGN1_TAG = 18


# CBOR (RFC 8949).


class Indefinite(dict):
    """A map that is written without its length."""


class IndefiniteList(list):
    """An array that is written without its length."""


class Pairs(list):
    """A map given as pairs, so that a key may come twice."""


def _head(major: int, n: int) -> bytes:
    if n < 24:
        return bytes([major << 5 | n])
    for code, size in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if n < 1 << (8 * size):
            return bytes([major << 5 | code]) + n.to_bytes(size, "big")
    raise ValueError(n)


def cbor(value) -> bytes:
    match value:
        case None:
            return b"\xf6"
        case int():
            return _head(0, value) if value >= 0 else _head(1, -1 - value)
        case bytes():
            return _head(2, len(value)) + value
        case str():
            return _head(3, len(value.encode())) + value.encode()
        case Pairs():
            return _head(5, len(value)) + b"".join(cbor(k) + cbor(v) for k, v in value)
        case list():
            items = b"".join(map(cbor, value))
            return b"\x9f" + items + b"\xff" if isinstance(value, IndefiniteList) else _head(4, len(value)) + items
        case dict():
            items = b"".join(cbor(k) + cbor(v) for k, v in value.items())
            return b"\xbf" + items + b"\xff" if isinstance(value, Indefinite) else _head(5, len(value)) + items
    raise TypeError(type(value))


# The certificates.

# Common name, how long it is valid, and how many authorities may follow, from the root down, as AWS has them.
LEVELS = {
    "root": ("aws.nitro-enclaves", 30 * 365 * DAY, None),
    "region": ("0123456789abcdef.us-east-1.aws.nitro-enclaves", 20 * DAY, 2),
    "zone": ("fedcba9876543210.zonal.us-east-1.aws.nitro-enclaves", 6 * DAY, 1),
    "instance": ("i-0123456789abcdef0.us-east-1.aws.nitro-enclaves", DAY, 0),
    "leaf": ("i-0123456789abcdef0-enc0123456789abcdef.us-east-1.aws", 3 * HOUR, None),
}


def _name(common_name: str) -> x509.Name:
    parts = [
        (NameOID.COUNTRY_NAME, "US"),
        (NameOID.ORGANIZATION_NAME, "Amazon"),
        (NameOID.ORGANIZATIONAL_UNIT_NAME, "AWS"),
        (NameOID.COMMON_NAME, common_name),
    ]
    return x509.Name([x509.NameAttribute(oid, text) for oid, text in parts])


def _issue(level, key, issuer, issuer_key, valid, *, ca, path_length, cert_sign, digital_signature):
    usage = dict.fromkeys(
        ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "crl_sign"), False
    )
    usage |= {"encipher_only": False, "decipher_only": False}
    usage |= {"key_cert_sign": cert_sign, "digital_signature": digital_signature}
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(LEVELS[level][0]))
        .issuer_name(_name(LEVELS[issuer][0]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(valid[0])
        .not_valid_after(valid[1])
        .add_extension(x509.BasicConstraints(ca, path_length), critical=True)
        .add_extension(x509.KeyUsage(**usage), critical=True)
    )
    return builder.sign(issuer_key, hashes.SHA384())


class Hypervisor:
    """What makes documents: a key with its certificate, and the certificates above it.

    A keyword named after a level changes that certificate: `path_length`, `ca`, `cert_sign`, `digital_signature`,
    `valid` (a pair of datetimes), `curve`, or `signed_by` (a key that is not its issuer's). `under` is another
    hypervisor whose root this one shares.
    """

    def __init__(self, now: datetime.datetime, under=None, **changes):
        self.now = now
        self.bundle = under.bundle[:1] if under else []
        self.root_key = issuer_key = under.root_key if under else None
        self.fingerprint = under.fingerprint if under else None
        issuer = "root"
        for level, (_, lasts, path_length) in LEVELS.items():
            if level == "root" and under:
                continue
            authority = level != "leaf"
            made = {
                "ca": authority,
                "path_length": path_length,
                "cert_sign": authority,
                "digital_signature": not authority,
                "valid": (now - MINUTE, now - MINUTE + lasts),
                "curve": ec.SECP384R1(),
                "signed_by": None,
            } | changes.get(level, {})
            key = ec.generate_private_key(made.pop("curve"))
            signer, valid = made.pop("signed_by") or issuer_key or key, made.pop("valid")
            certificate = _issue(level, key, issuer, signer, valid, **made)
            self.bundle.append(certificate.public_bytes(serialization.Encoding.DER))
            issuer, issuer_key = level, key
            if level == "root":
                self.root_key, self.fingerprint = key, certificate.fingerprint(hashes.SHA256()).hex(":")
        self.certificate, self.key = self.bundle.pop(), issuer_key

    def payload(self, public_key, at=None) -> dict:
        """What a document says, made at `at`."""
        return {
            "module_id": "i-0123456789abcdef0-enc0123456789abcdef",
            "digest": "SHA384",
            "timestamp": int((at or self.now).timestamp() * 1000),
            "pcrs": {index: bytes([index]) * 48 for index in range(16)},
            "certificate": self.certificate,
            "cabundle": list(self.bundle),
            "public_key": public_key,
            "user_data": None,
            "nonce": None,
        }

    def sign(self, payload, *, tagged=False, header=HEADER, unprotected=None, key=None) -> bytes:
        """The document: `payload` (a value or its CBOR), signed."""
        payload = payload if isinstance(payload, bytes) else cbor(payload)
        protected = cbor(header)
        signed = cbor(["Signature1", protected, b"", payload])
        r, s = decode_dss_signature((key or self.key).sign(signed, ec.ECDSA(hashes.SHA384())))
        signature = r.to_bytes(48, "big") + s.to_bytes(48, "big")
        document = cbor([protected, unprotected or {}, payload, signature])
        return _head(6, SIGN1_TAG) + document if tagged else document

    def attest(self, public_key, at=None) -> bytes:
        """A document as it should be."""
        return self.sign(self.payload(public_key, at))


def spki(key) -> bytes:
    """The public key as it stands in documents."""
    return key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def rsa_key(bits=2048):
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def recipient(document: bytes) -> dict:
    """The member `Recipient` of a request."""
    return {"KeyEncryptionAlgorithm": "RSAES_OAEP_SHA_256", "AttestationDocument": document}
