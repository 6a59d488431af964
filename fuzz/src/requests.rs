//! The shapes of the requests.

macro_rules! shapes {
    ($($operation:ident,)*) => {
        /// The operations whose shapes are read.
        pub const NAMES: &[&str] = &[$( stringify!($operation), )*];

        fn read(name: &str, body: &[u8]) {
            match name {
                $( stringify!($operation) => shape::<api::$operation>(body), )*
                _ => {}
            }
        }
    };
}

api::for_each_operation!(shapes);

/// Takes the bytes for the name of an operation, a line break, and the body of its request.
pub fn requests(data: &[u8]) {
    let Some(end) = data.iter().position(|byte| *byte == b'\n') else { return };
    let (name, body) = data.split_at(end);
    if let (Ok(name), Some(body)) = (std::str::from_utf8(name), body.get(1..)) {
        read(name, body);
    }
}

/// A request that is read must come out the same when it is written and read again.
fn shape<R: api::Request>(body: &[u8]) {
    let Ok(request) = api::decode::<R>(body) else { return };
    let written = serde_json::to_vec(&request).expect("a request can be written");
    let again = api::decode::<R>(&written).expect("what was written can be read");
    let rewritten = serde_json::to_vec(&again).expect("a request can be written");
    assert_eq!(written, rewritten, "a request changes as it is read");
}
