"""Ed25519ph (RFC 8032, 5.1) verified with the arithmetic of the standard alone: the libraries of the tests do
not have it. Slow and not constant-time, which does not matter for verifying."""

import hashlib

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
# RFC 8032, 5.1: dom2(1, "") before everything that is hashed.
PREFIX = b"SigEd25519 no Ed25519 collisions" + bytes([1, 0])


def decode(point: bytes):
    """RFC 8032, 5.1.3; `None` for what is no point."""
    y = int.from_bytes(point, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if y >= P or (x * x - square) % P or (x == 0 and sign):
        return None
    return (P - x if x & 1 != sign else x), y


def add(a, b):
    (x1, y1), (x2, y2) = a, b
    k = D * x1 * x2 * y1 * y2 % P
    x = (x1 * y2 + x2 * y1) * pow(1 + k, -1, P) % P
    y = (y1 * y2 + x1 * x2) * pow(1 - k, -1, P) % P
    return x, y


def multiply(scalar: int, point):
    product = (0, 1)
    while scalar:
        if scalar & 1:
            product = add(product, point)
        point = add(point, point)
        scalar >>= 1
    return product


BASE = decode((4 * pow(5, -1, P) % P).to_bytes(32, "little"))


def verifies(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether `signature` is one of `message`, whose SHA-512 is the prehash."""
    key, r, s = decode(public), decode(signature[:32]), int.from_bytes(signature[32:], "little")
    if len(signature) != 64 or key is None or r is None or s >= ORDER:
        return False
    digest = hashlib.sha512(PREFIX + signature[:32] + public + hashlib.sha512(message).digest()).digest()
    challenge = int.from_bytes(digest, "little") % ORDER
    return multiply(s, BASE) == add(r, multiply(challenge, key))
