"""DER by hand, to make what no library would write: the material that must be refused, or just tolerated."""

SEQUENCE, INTEGER, BIT_STRING, OCTET_STRING, NULL, OID = 0x30, 0x02, 0x03, 0x04, 0x05, 0x06
CONSTRUCTED = 0x20
EC_PUBLIC_KEY = bytes.fromhex("2a8648ce3d0201")
PRIME256V1 = bytes.fromhex("2a8648ce3d030107")
SECP384R1 = bytes.fromhex("2b81040022")
RSA_ENCRYPTION = bytes.fromhex("2a864886f70d010101")


def tlv(tag: int, content: bytes) -> bytes:
    return bytes([tag]) + _length(len(content)) + content


def _length(n: int) -> bytes:
    if n < 0x80:
        return bytes([n])
    digits = n.to_bytes((n.bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(digits)]) + digits


def sequence(*parts: bytes) -> bytes:
    return tlv(SEQUENCE, b"".join(parts))


def integer(n: int) -> bytes:
    return tlv(INTEGER, n.to_bytes(n.bit_length() // 8 + 1, "big"))


def octets(content: bytes) -> bytes:
    return tlv(OCTET_STRING, content)


def ec_pkcs8(scalar: bytes, point: bytes | None, curve=PRIME256V1, inner_curve=None, trailing=b"") -> bytes:
    """A PKCS#8 document around an RFC 5915 key, with whatever public point and inner curve are asked for."""
    optional = b""
    if inner_curve is not None:
        optional += tlv(0xA0, tlv(OID, inner_curve))
    if point is not None:
        optional += tlv(0xA1, tlv(BIT_STRING, b"\0" + point))
    key = sequence(integer(1), octets(scalar), optional, trailing)
    return pkcs8(sequence(tlv(OID, EC_PUBLIC_KEY), tlv(OID, curve)), key)


def rsa_pkcs8(n, e, d, p, q, dp, dq, qinv, version=0, extra=b"") -> bytes:
    numbers = b"".join(integer(x) for x in (n, e, d, p, q, dp, dq, qinv))
    key = sequence(integer(version), numbers, extra)
    return pkcs8(sequence(tlv(OID, RSA_ENCRYPTION), tlv(NULL, b"")), key)


def pkcs8(algorithm: bytes, key: bytes) -> bytes:
    return sequence(integer(0), algorithm, octets(key))


def as_ber(der: bytes) -> bytes:
    """The same document in BER's loosest spelling: indefinite lengths, strings in pieces, long lengths."""
    return b"".join(_loosen(tag, content) for tag, content in _elements(der))


def _loosen(tag: int, content: bytes) -> bytes:
    end = b"\0\0"
    if tag & CONSTRUCTED:
        return bytes([tag, 0x80]) + as_ber(content) + end
    if tag == OCTET_STRING and len(content) > 1:
        half = len(content) // 2
        pieces = octets(content[:half]) + octets(content[half:])
        return bytes([tag | CONSTRUCTED, 0x80]) + pieces + end
    # One more length byte than needed.
    return bytes([tag, 0x83]) + len(content).to_bytes(3, "big") + content


def _elements(der: bytes):
    while der:
        tag, first, rest = der[0], der[1], der[2:]
        if first < 0x80:
            length = first
        else:
            digits = first & 0x7F
            length, rest = int.from_bytes(rest[:digits], "big"), rest[digits:]
        yield tag, rest[:length]
        der = rest[length:]
