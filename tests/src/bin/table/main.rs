//! Prints what the server holds to be the API: every operation of the table with its constraints, its errors and
//! the shapes of its request and answer, as JSON. `tests/python/test_model.py` compares it with the service model.

mod asked;
mod row;

use std::io::{self, Write as _};

use kms::TABLE;
use serde_json::Value;

fn main() -> io::Result<()> {
    let rows = TABLE.iter().map(row::of).collect::<Result<Vec<Value>, _>>()?;
    let mut out = io::stdout().lock();
    serde_json::to_writer(&mut out, &rows)?;
    out.flush()
}
