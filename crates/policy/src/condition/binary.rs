//! Comparing bytes with a text that holds them in base64.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Characters that are decoded at once, and the bytes they hold.
const CHARACTERS: usize = 1024;
const BYTES: usize = CHARACTERS / 4 * 3;

/// Whether `text` holds `wanted`; None if it is not base64. In pieces, because a decision allocates nothing.
pub(crate) fn holds(text: &str, wanted: &[u8]) -> Option<bool> {
    let (mut room, mut wanted) = ([0; BYTES], Some(wanted));
    let mut pieces = text.as_bytes().chunks(CHARACTERS).peekable();
    while let Some(piece) = pieces.next() {
        let length = STANDARD.decode_slice(piece, &mut room).ok()?;
        // Only the end is padded.
        if pieces.peek().is_some() && length < BYTES {
            return None;
        }
        wanted = wanted.and_then(|wanted| wanted.strip_prefix(room.get(..length)?));
    }
    Some(wanted.is_some_and(<[u8]>::is_empty))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_the_length() {
        for length in [0, 1, 2, 3, BYTES - 1, BYTES, BYTES + 1, 3 * BYTES, 3 * BYTES + 2] {
            let bytes: Vec<u8> = (0_u8..251).cycle().take(length).collect();
            let text = STANDARD.encode(&bytes);
            assert_eq!(holds(&text, &bytes), Some(true), "{length}");
            let mut longer = bytes.clone();
            longer.push(0);
            assert_eq!(holds(&text, &longer), Some(false), "{length}");
            assert_eq!(holds(&STANDARD.encode(&longer), &bytes), Some(false), "{length}");
            if let Some(last) = longer.get_mut(length.saturating_sub(1)) {
                *last ^= 1;
                assert_eq!(holds(&text, &longer[..length]), Some(length == 0), "{length}");
            }
        }
    }

    #[test]
    fn what_is_no_base64() {
        let padded_inside = format!("{}QQ==QUFB", "QUFB".repeat(CHARACTERS / 4 - 1));
        for text in ["=", "Q", "QQ", "QR==", "QQ= =", "é", &padded_inside] {
            assert_eq!(holds(text, b"A"), None, "{text}");
        }
    }
}
