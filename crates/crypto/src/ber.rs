//! BER to DER. Private keys may come in BER (AWS accepts both), and everything behind this module reads DER only.
//!
//! Rewritten are what BER allows beyond DER in a private key: lengths longer than needed, indefinite lengths, and
//! octet and bit strings cut into pieces. Refused is what no key contains: tags above 30, unused bits in pieces of a
//! bit string, and nesting or size beyond the limits below. The result is never longer than the input, which is why
//! the buffers never grow and leave no copies of a key behind.

use zeroize::Zeroizing;

use crate::refusal::MaterialError;
use crate::secret::SecretBytes;

/// Longest document read, in bytes. `ImportKeyMaterial` carries at most 6144; the rest is for keys from files.
const MAX_LEN: usize = 16 * 1024;
/// Deepest nesting read. A private key with attributes has six levels, pieces of strings add a few.
const MAX_DEPTH: usize = 16;

const BIT_STRING: u8 = 0x03;
const OCTET_STRING: u8 = 0x04;
const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const CONSTRUCTED: u8 = 0x20;
const CLASS: u8 = 0xc0;
const NUMBER: u8 = 0x1f;

type Output = Zeroizing<Vec<u8>>;

/// The DER form of the one BER element that `ber` consists of.
pub(crate) fn to_der(ber: &[u8]) -> Result<SecretBytes, MaterialError> {
    if ber.len() > MAX_LEN {
        return Err(MaterialError::Encoding);
    }
    let mut rest = ber;
    let mut der = Zeroizing::new(Vec::with_capacity(ber.len()));
    element(&mut rest, MAX_DEPTH, &mut der)?;
    if rest.is_empty() { Ok(SecretBytes::from(der)) } else { Err(MaterialError::TrailingData) }
}

enum Extent {
    Definite(usize),
    Indefinite,
}

/// Moves one element from `rest` to `out`.
fn element(rest: &mut &[u8], depth: usize, out: &mut Output) -> Result<(), MaterialError> {
    let tag = byte(rest)?;
    let extent = length(rest)?;
    if tag & CONSTRUCTED == 0 {
        let Extent::Definite(len) = extent else { return Err(MaterialError::Encoding) };
        // End-of-contents where none is due, and sequences or sets that claim to be primitive.
        if tag == 0 || tag & NUMBER == NUMBER || matches!(tag | CONSTRUCTED, SEQUENCE | SET) {
            return Err(MaterialError::Encoding);
        }
        emit(tag, take(rest, len)?, out);
        return Ok(());
    }
    let mut content = Zeroizing::new(Vec::with_capacity(rest.len() + 1));
    let own_tag = if tag == OCTET_STRING | CONSTRUCTED {
        pieces(OCTET_STRING, rest, &extent, depth, &mut content)?;
        OCTET_STRING
    } else if tag == BIT_STRING | CONSTRUCTED {
        content.push(0);
        pieces(BIT_STRING, rest, &extent, depth, &mut content)?;
        BIT_STRING
    } else if tag & NUMBER != NUMBER && (matches!(tag, SEQUENCE | SET) || tag & CLASS != 0) {
        each(rest, &extent, depth, |rest, depth| element(rest, depth, &mut content))?;
        tag
    } else {
        return Err(MaterialError::Encoding);
    };
    emit(own_tag, &content, out);
    Ok(())
}

/// Appends the content of a string's pieces, which may be cut into pieces themselves.
fn pieces(
    string: u8,
    rest: &mut &[u8],
    extent: &Extent,
    depth: usize,
    content: &mut Output,
) -> Result<(), MaterialError> {
    each(rest, extent, depth, |rest, depth| {
        let tag = byte(rest)?;
        match length(rest)? {
            Extent::Definite(len) if tag == string => {
                let piece = take(rest, len)?;
                let bytes = if string == BIT_STRING {
                    // Keys are whole bytes: a piece with unused bits is not part of one.
                    piece.strip_prefix(&[0]).ok_or(MaterialError::Encoding)?
                } else {
                    piece
                };
                content.extend_from_slice(bytes);
                Ok(())
            }
            extent if tag == string | CONSTRUCTED => pieces(string, rest, &extent, depth, content),
            _ => Err(MaterialError::Encoding),
        }
    })
}

/// Calls `visit` at each element of a constructed one, and steps over its end.
fn each(
    rest: &mut &[u8],
    extent: &Extent,
    depth: usize,
    mut visit: impl FnMut(&mut &[u8], usize) -> Result<(), MaterialError>,
) -> Result<(), MaterialError> {
    let depth = depth.checked_sub(1).ok_or(MaterialError::Encoding)?;
    match *extent {
        Extent::Definite(len) => {
            let mut inner = take(rest, len)?;
            while !inner.is_empty() {
                visit(&mut inner, depth)?;
            }
        }
        Extent::Indefinite => loop {
            if let Some(after) = rest.strip_prefix(&[0, 0]) {
                *rest = after;
                break;
            }
            visit(rest, depth)?;
        },
    }
    Ok(())
}

fn length(rest: &mut &[u8]) -> Result<Extent, MaterialError> {
    let first = byte(rest)?;
    match first {
        0x00..=0x7f => Ok(Extent::Definite(usize::from(first))),
        0x80 => Ok(Extent::Indefinite),
        0xff => Err(MaterialError::Encoding),
        _ => take(rest, usize::from(first & 0x7f))?
            .iter()
            .try_fold(0_usize, |len, &octet| len.checked_mul(256)?.checked_add(usize::from(octet)))
            .map(Extent::Definite)
            .ok_or(MaterialError::Encoding),
    }
}

fn byte(rest: &mut &[u8]) -> Result<u8, MaterialError> {
    let (&first, after) = rest.split_first().ok_or(MaterialError::Encoding)?;
    *rest = after;
    Ok(first)
}

fn take<'a>(rest: &mut &'a [u8], len: usize) -> Result<&'a [u8], MaterialError> {
    let (taken, after) = rest.split_at_checked(len).ok_or(MaterialError::Encoding)?;
    *rest = after;
    Ok(taken)
}

/// Appends one element with the shortest length there is. Content is below 64 KiB by `MAX_LEN`.
fn emit(tag: u8, content: &[u8], out: &mut Output) {
    out.push(tag);
    let [.., high, low] = content.len().to_be_bytes();
    match (high, low) {
        (0, 0x00..=0x7f) => out.push(low),
        (0, _) => out.extend_from_slice(&[0x81, low]),
        _ => out.extend_from_slice(&[0x82, high, low]),
    }
    out.extend_from_slice(content);
}
