//! Both backends keep the promises of the trait.

#![cfg(test)]

mod common;

use std::cell::RefCell;
use std::sync::Arc;

use common::Folder;
use store::{Memory, Sqlite, Store};

#[tokio::test(flavor = "multi_thread")]
async fn memory() {
    store::conformance::run(async || Arc::new(Memory::default()) as Arc<dyn Store>).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite() {
    let folders = RefCell::new(Vec::new());
    store::conformance::run(async || {
        let folder = Folder::new();
        let store = Sqlite::open(&folder.database()).await.unwrap();
        folders.borrow_mut().push(folder);
        Arc::new(store) as Arc<dyn Store>
    })
    .await;
}
