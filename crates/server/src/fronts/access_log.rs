//! The line that the log has of every request, once it is answered.
//!
//! What it tells is gathered as it becomes known, and written all at once: most requests say nothing else, so nothing is
//! prepared for other lines but the id, which those of the same request have too.

use std::sync::OnceLock;
use std::time::Instant;

use kms::Caller;
use tracing::{Instrument as _, error_span, info};
use uuid::Uuid;

use super::answer::Answer;
use crate::peers::Peer;

/// What is known of a request so far.
#[derive(Default)]
pub(super) struct LogEntry {
    service: OnceLock<&'static str>,
    operation: OnceLock<&'static str>,
    caller: OnceLock<Caller>,
}

impl LogEntry {
    /// Which API it is for.
    pub(super) fn service(&self, name: &'static str) {
        let _ = self.service.set(name);
    }

    /// What is asked for, by a name of ours.
    pub(super) fn operation(&self, name: &'static str) {
        let _ = self.operation.set(name);
    }

    /// Who asks, which is proved. Gives them back: a request has one caller.
    pub(super) fn caller(&self, caller: Caller) -> &Caller {
        self.caller.get_or_init(|| caller)
    }
}

/// Does what a request asks for, and logs its answer. What is logged meanwhile has the request's id, at any level.
pub(super) async fn logged(
    entry: &LogEntry,
    peer: &Peer,
    id: Uuid,
    answering: impl Future<Output = Answer>,
) -> Answer {
    async {
        let began = Instant::now();
        let answer = answering.await;
        let (service, operation) = (entry.service.get().copied(), entry.operation.get().copied());
        let caller = entry.caller.get();
        info!(
            peer = %peer.shown,
            service,
            operation,
            account = caller.map(Caller::account),
            principal = caller.map(Caller::arn),
            region = caller.map(|caller| caller.region.as_str()),
            status = answer.status(),
            code = answer.code(),
            micros = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX),
            "answered"
        );
        answer
    }
    .instrument(error_span!("request", %id))
    .await
}
