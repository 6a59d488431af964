//! Prints what the server holds to be the API: every operation of the table with its constraints, its errors and
//! the shapes of its request and answer, as JSON. `tests/python/test_model.py` compares it with the service model.
//! With the argument `iam` or `sts`: the actions of that API with their members, for `test_iam_model.py`.

mod asked;
mod row;

use std::env;
use std::io::{self, Write as _};

use iam::Service;
use kms::TABLE;
use serde_json::Value;

fn main() -> io::Result<()> {
    let rows = match env::args().nth(1).as_deref() {
        None => TABLE.iter().map(row::of).collect::<Result<Vec<Value>, _>>()?,
        Some("iam") => actions(Service::Iam),
        Some("sts") => actions(Service::Sts),
        Some(other) => return Err(io::Error::other(format!("there is no API {other}"))),
    };
    let mut out = io::stdout().lock();
    serde_json::to_writer(&mut out, &rows)?;
    out.flush()
}

fn actions(service: Service) -> Vec<Value> {
    iam::actions(service).iter().map(row::of_action).collect()
}
