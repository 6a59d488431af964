//! Writing ASN.1 by hand, also in ways no encoder would.

pub(super) const INTEGER: u8 = 0x02;
pub(super) const BIT_STRING: u8 = 0x03;
pub(super) const OCTET_STRING: u8 = 0x04;
pub(super) const SEQUENCE: u8 = 0x30;
pub(super) const CONSTRUCTED: u8 = 0x20;

pub(super) const RSA_ENCRYPTION: &str = "06092a864886f70d0101010500";
pub(super) const EC_P256: &str = "06072a8648ce3d020106082a8648ce3d030107";
pub(super) const EC_P384: &str = "06072a8648ce3d020106052b81040022";
pub(super) const EC_P521: &str = "06072a8648ce3d020106052b81040023";
pub(super) const EC_K256: &str = "06072a8648ce3d020106052b8104000a";
pub(super) const ED25519: &str = "06032b6570";

/// An element with the shortest length.
pub(super) fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = match content.len() {
        short @ 0..=0x7f => vec![short.try_into().unwrap()],
        middle @ 0x80..=0xff => vec![0x81, middle.try_into().unwrap()],
        long => [vec![0x82], u16::try_from(long).unwrap().to_be_bytes().to_vec()].concat(),
    };
    [&[tag], length.as_slice(), content].concat()
}

/// An element with four length octets where fewer would do.
pub(super) fn long_element(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).unwrap().to_be_bytes();
    [&[tag, 0x84], length.as_slice(), content].concat()
}

/// A constructed element of indefinite length.
pub(super) fn open_element(tag: u8, content: &[u8]) -> Vec<u8> {
    [&[tag | CONSTRUCTED, 0x80], content, &[0, 0]].concat()
}

pub(super) fn sequence(fields: &[&[u8]]) -> Vec<u8> {
    element(SEQUENCE, &fields.concat())
}

/// A non-negative integer.
pub(super) fn integer(magnitude: &[u8]) -> Vec<u8> {
    let padded = if magnitude.first().is_none_or(|first| first & 0x80 != 0) {
        [&[0], magnitude].concat()
    } else {
        magnitude.to_vec()
    };
    element(INTEGER, &padded)
}

pub(super) fn hex(text: &str) -> Vec<u8> {
    let digits: String = text.split_whitespace().collect();
    hex::decode(digits).unwrap()
}

/// PKCS#8 version 1.
pub(super) fn pkcs8(algorithm: &str, key: &[u8]) -> Vec<u8> {
    sequence(&[&integer(&[]), &sequence(&[&hex(algorithm)]), &element(OCTET_STRING, key)])
}

/// `SubjectPublicKeyInfo`.
pub(super) fn spki(algorithm: &str, key: &[u8]) -> Vec<u8> {
    sequence(&[&sequence(&[&hex(algorithm)]), &element(BIT_STRING, &[&[0], key].concat())])
}

/// The elements inside a constructed one, in DER.
pub(super) fn children(document: &[u8]) -> Vec<Vec<u8>> {
    let (_, mut rest) = split(document);
    let mut found = Vec::new();
    while !rest.is_empty() {
        let (whole, _) = rest.split_at(total_len(rest));
        found.push(whole.to_vec());
        rest = &rest[whole.len()..];
    }
    found
}

/// The content of an element, in DER.
pub(super) fn content(document: &[u8]) -> &[u8] {
    split(document).1
}

fn split(document: &[u8]) -> (u8, &[u8]) {
    let (header, len) = header_and_len(document);
    (document[0], &document[header..header + len])
}

fn total_len(document: &[u8]) -> usize {
    let (header, len) = header_and_len(document);
    header + len
}

fn header_and_len(document: &[u8]) -> (usize, usize) {
    match document[1] {
        0x81 => (3, usize::from(document[2])),
        0x82 => (4, usize::from(document[2]) * 256 + usize::from(document[3])),
        short => (2, usize::from(short)),
    }
}
