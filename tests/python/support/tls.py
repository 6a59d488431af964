"""A certificate for `localhost` from an authority of one's own."""

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from support.times import from_now

PEM = serialization.Encoding.PEM


def write_chain(folder):
    """Writes `ca.pem`, `certificate.pem` and `private-key.pem`."""
    authority, authority_key = _name("Test Authority"), ec.generate_private_key(ec.SECP256R1())
    root = _certificate(authority, authority_key.public_key(), authority, authority_key, is_authority=True)
    key = ec.generate_private_key(ec.SECP256R1())
    leaf = _certificate(_name("localhost"), key.public_key(), authority, authority_key, is_authority=False)
    (folder / "ca.pem").write_bytes(root.public_bytes(PEM))
    (folder / "certificate.pem").write_bytes(leaf.public_bytes(PEM))
    private = key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "private-key.pem").write_bytes(private)
    (folder / "private-key.pem").chmod(0o600)


def _name(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _certificate(subject, public_key, issuer, issuer_key, is_authority):
    names = x509.SubjectAlternativeName([x509.DNSName("localhost")])
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(from_now(hours=-1))
        .not_valid_after(from_now(hours=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .sign(issuer_key, hashes.SHA256())
    )
