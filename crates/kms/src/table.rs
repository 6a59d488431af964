//! Every operation the server offers. A name that is not here is answered as an operation nobody offers.

use api::{Error, Spec, decode};
use bytes::Bytes;

use crate::{BoxFuture, Caller, Kms, Operation};

/// Carries out an operation on a body of JSON; gives the body of the answer, empty where the API has none.
pub type Call = for<'a> fn(&'a Kms, &'a Caller, Bytes) -> BoxFuture<'a, Result<Vec<u8>, Error>>;

/// An operation: its facts and its function.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// The facts.
    pub spec: &'static Spec,
    /// The function.
    pub call: Call,
}

macro_rules! operations {
    ($($operation:ident,)*) => {
        /// The operations, in the order of their names.
        pub static TABLE: &[Entry] = &[ $( entry::<api::$operation>(), )* ];
    };
}

api::for_each_operation!(operations);

/// The operation of this name, without its `TrentService.`.
pub fn operation(name: &str) -> Option<&'static Entry> {
    let index = TABLE.binary_search_by(|entry| entry.spec.name.cmp(name)).ok()?;
    TABLE.get(index)
}

const fn entry<O: Operation>() -> Entry {
    Entry { spec: const { &O::SPEC }, call: carry_out::<O> }
}

fn carry_out<'a, O: Operation>(
    kms: &'a Kms,
    caller: &'a Caller,
    body: Bytes,
) -> BoxFuture<'a, Result<Vec<u8>, Error>> {
    Box::pin(async move {
        let request = decode::<O>(&body)?;
        drop(body);
        let response = kms.call(caller, request).await?;
        let written = serde_json::to_vec(&response).map_err(Error::internal)?;
        // The one response that is no object is `Empty`, which JSON calls null and the API leaves out.
        Ok(if written == b"null" { Vec::new() } else { written })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_sorted_by_name_so_that_names_are_found() {
        assert!(TABLE.is_sorted_by(|a, b| a.spec.name < b.spec.name));
        for entry in TABLE {
            assert_eq!(operation(entry.spec.name).map(|found| found.spec.name), Some(entry.spec.name));
        }
        assert!(operation("CreateNothing").is_none());
    }
}
