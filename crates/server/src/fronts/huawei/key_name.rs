//! How this API names keys.

/// Most characters of a key's name: an alias of 255 in a URN with a Region and a domain.
pub(super) const MOST: usize = 400;

/// A key id as this API knows it, or one of a key that is in several Regions, which AWS's API makes.
pub(super) fn is_key_id(text: &str) -> bool {
    let is_hex = |text: &str| text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if let Some(digits) = text.strip_prefix("mrk-") {
        return digits.len() == 32 && is_hex(digits);
    }
    let parts: Vec<_> = text.split('-').collect();
    let fits = |(part, length): (&&str, usize)| part.len() == length && is_alphanumeric(part);
    parts.len() == 5 && parts.iter().zip([8, 4, 4, 4, 12]).all(fits)
}

/// As the pattern of the API has it, of which only hexadecimal digits are ever an id.
fn is_alphanumeric(part: &str) -> bool {
    part.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'z'))
}

/// An alias, as the pattern of the API has it, without `alias/`.
pub(super) fn is_alias(name: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b":/_-".contains(&byte);
    (1..=255).contains(&name.len()) && name.bytes().all(fits)
}
