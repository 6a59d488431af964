//! The log is for whoever reads it, and nobody has to.

use std::io;

use crate::server::{Folder, Server};

#[tokio::test]
async fn a_log_that_nobody_reads_any_more_stops_nobody() {
    let folder = Folder::new("log-gone");
    let (reader, writer) = io::pipe().unwrap();
    let mut server = Server::start_logging_to(&folder, writer.into());
    drop(reader);
    let kms = server.client();
    // Each has a line, which is written, or fails to be, before or while the next is answered.
    for _ in 0..10 {
        kms.list_keys().send().await.unwrap();
    }
    assert!(server.is_running());
}
