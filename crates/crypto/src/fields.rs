//! Reading the fields of a DER structure one after the other.
//!
//! The input has passed [`crate::ber::to_der`], so lengths are minimal and definite. What is read here is only which
//! field follows which, and that nothing follows the last.

use crate::refusal::MaterialError;

pub(crate) const INTEGER: u8 = 0x02;
pub(crate) const BIT_STRING: u8 = 0x03;
pub(crate) const OCTET_STRING: u8 = 0x04;
pub(crate) const NULL: u8 = 0x05;
pub(crate) const OBJECT_IDENTIFIER: u8 = 0x06;
pub(crate) const SEQUENCE: u8 = 0x30;

/// Fields not yet read.
#[derive(Clone, Copy)]
pub(crate) struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    /// The fields of `content`, which is what stands inside a structure.
    pub(crate) fn of(content: &'a [u8]) -> Self {
        Self(content)
    }

    /// The fields of the one sequence that `document` consists of.
    pub(crate) fn of_sequence(document: &'a [u8]) -> Result<Self, MaterialError> {
        let mut outer = Self(document);
        let content = outer.next(SEQUENCE)?;
        outer.finish()?;
        Ok(Self(content))
    }

    /// The content of the next field, which must have this tag.
    pub(crate) fn next(&mut self, tag: u8) -> Result<&'a [u8], MaterialError> {
        let (found, content) = self.any()?;
        if found == tag { Ok(content) } else { Err(MaterialError::Encoding) }
    }

    /// The content of the next field if it has this tag.
    pub(crate) fn optional(&mut self, tag: u8) -> Result<Option<&'a [u8]>, MaterialError> {
        if self.peek() == Some(tag) { self.next(tag).map(Some) } else { Ok(None) }
    }

    /// The next field, whatever it is: tag and content.
    pub(crate) fn any(&mut self) -> Result<(u8, &'a [u8]), MaterialError> {
        self.split().ok_or(MaterialError::Encoding)
    }

    /// The tag of the next field.
    pub(crate) fn peek(&self) -> Option<u8> {
        self.0.first().copied()
    }

    /// Nothing may be left.
    pub(crate) fn finish(self) -> Result<(), MaterialError> {
        if self.0.is_empty() { Ok(()) } else { Err(MaterialError::TrailingData) }
    }

    fn split(&mut self) -> Option<(u8, &'a [u8])> {
        let (&[tag, first], rest) = self.0.split_first_chunk()?;
        let (len, rest) = match first {
            0x00..=0x7f => (usize::from(first), rest),
            0x81 => rest.split_first().map(|(&len, rest)| (usize::from(len), rest))?,
            0x82 => {
                rest.split_first_chunk().map(|(&len, rest)| (usize::from(u16::from_be_bytes(len)), rest))?
            }
            _ => return None,
        };
        let (content, rest) = rest.split_at_checked(len)?;
        self.0 = rest;
        Some((tag, content))
    }
}

/// A non-negative INTEGER without leading zeros; zero is the empty slice.
pub(crate) fn unsigned(integer: &[u8]) -> Result<&[u8], MaterialError> {
    match integer {
        [] | [0x80..=0xff, ..] | [0, 0x00..=0x7f, ..] => Err(MaterialError::Encoding),
        [0, magnitude @ ..] | magnitude => Ok(magnitude),
    }
}

/// The bytes of a BIT STRING of whole bytes.
pub(crate) fn whole_bytes(bit_string: &[u8]) -> Result<&[u8], MaterialError> {
    bit_string.strip_prefix(&[0]).ok_or(MaterialError::Encoding)
}
