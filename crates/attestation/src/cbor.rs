//! Reading CBOR (RFC 8949) without trust: nothing is skipped, so nothing nests deeper than the readers do.
//!
//! Maps and arrays may be of indefinite length, as newer Nitro hypervisors write the payload; strings may not.

use minicbor::Decoder;
use minicbor::data::Type;

use crate::Error;

/// A decoder that knows what it reads, for errors.
pub(crate) struct Reader<'b> {
    decoder: Decoder<'b>,
    part: &'static str,
}

impl<'b> Reader<'b> {
    pub(crate) fn new(part: &'static str, bytes: &'b [u8]) -> Self {
        Self { decoder: Decoder::new(bytes), part }
    }

    /// An item of a simple type.
    pub(crate) fn read<T>(
        &mut self,
        read: impl FnOnce(&mut Decoder<'b>) -> Result<T, minicbor::decode::Error>,
    ) -> Result<T, Error> {
        read(&mut self.decoder).map_err(|_| Error::Malformed { part: self.part })
    }

    /// A byte string, or null for one that is absent.
    pub(crate) fn bytes_or_null(&mut self) -> Result<Option<&'b [u8]>, Error> {
        if self.peek()? == Type::Null {
            return self.read(Decoder::null).map(|()| None);
        }
        self.read(Decoder::bytes).map(Some)
    }

    /// The type of the next item.
    pub(crate) fn peek(&self) -> Result<Type, Error> {
        self.decoder.datatype().map_err(|_| Error::Malformed { part: self.part })
    }

    /// A map of at most `most` entries; `entry` reads a key and its value. Says how many there were.
    pub(crate) fn map(
        &mut self,
        most: usize,
        entry: impl FnMut(&mut Self) -> Result<(), Error>,
    ) -> Result<usize, Error> {
        let length = self.read(Decoder::map)?;
        self.items(length, most, entry)
    }

    /// An array of at most `most` items; `item` reads one. Says how many there were.
    pub(crate) fn array(
        &mut self,
        most: usize,
        item: impl FnMut(&mut Self) -> Result<(), Error>,
    ) -> Result<usize, Error> {
        let length = self.read(Decoder::array)?;
        self.items(length, most, item)
    }

    fn items(
        &mut self,
        length: Option<u64>,
        most: usize,
        mut item: impl FnMut(&mut Self) -> Result<(), Error>,
    ) -> Result<usize, Error> {
        let mut count = 0;
        loop {
            let ended = match length {
                Some(length) => usize::try_from(length).is_ok_and(|length| length == count),
                None => self.peek()? == Type::Break,
            };
            if ended {
                break;
            }
            if count == most {
                return Err(Error::Malformed { part: self.part });
            }
            item(self)?;
            count += 1;
        }
        if length.is_none() {
            let after_break = self.decoder.position() + 1;
            self.decoder.set_position(after_break);
        }
        Ok(count)
    }

    /// That nothing follows.
    pub(crate) fn end(self) -> Result<(), Error> {
        if self.decoder.position() == self.decoder.input().len() {
            Ok(())
        } else {
            Err(Error::TrailingBytes { part: self.part })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(bytes: &[u8], most: usize) -> Result<Vec<u8>, Error> {
        let mut reader = Reader::new("list", bytes);
        let mut found = Vec::new();
        reader.array(most, |reader| {
            found.push(reader.read(Decoder::u8)?);
            Ok(())
        })?;
        reader.end()?;
        Ok(found)
    }

    #[test]
    fn both_forms_of_length_are_read() {
        assert_eq!(numbers(&[0x82, 1, 2], 2).unwrap(), [1, 2]);
        assert_eq!(numbers(&[0x9f, 1, 2, 0xff], 2).unwrap(), [1, 2]);
        assert_eq!(numbers(&[0x80], 0).unwrap(), []);
        assert_eq!(numbers(&[0x9f, 0xff], 0).unwrap(), []);
    }

    #[test]
    fn more_than_expected_and_less_are_refused() {
        let malformed = Err(Error::Malformed { part: "list" });
        let cases: [&[u8]; 7] = [
            &[0x83, 1, 2, 3],
            &[0x9f, 1, 2, 3, 0xff],
            &[0x82, 1],
            &[0x9f, 1],
            &[0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 2, 3],
            &[0x81, 0xff],
            &[],
        ];
        for bytes in cases {
            assert_eq!(numbers(bytes, 2), malformed, "{bytes:?}");
        }
        assert_eq!(numbers(&[0x81, 1, 0], 2), Err(Error::TrailingBytes { part: "list" }));
    }
}
