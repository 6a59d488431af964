//! Measuring in turn with the ceiling, round by round, so that what else happens on the machine hits both alike.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use crate::Outcome;
use crate::ceiling::Ceiling;
use crate::load::{self, Slice, Span, Work};
use crate::options::Options;
use crate::process::Process;
use crate::report::{Report, Row, Summary};
use crate::wire::Target;

/// The numbers of connections that are measured.
pub(crate) const CONNECTIONS: [usize; 3] = [1, 16, 64];

/// What all parts of a run have.
pub(crate) struct Bench {
    pub(crate) options: Options,
    pub(crate) ceiling: Ceiling,
    /// The server's program.
    pub(crate) trent: PathBuf,
    /// Where all data of the run is.
    pub(crate) folder: PathBuf,
    pub(crate) cores: usize,
    /// When the run began.
    pub(crate) began: Instant,
    pub(crate) report: Report,
}

/// A server under load.
#[derive(Clone, Copy)]
pub(crate) struct Subject<'a> {
    pub(crate) process: &'a Process,
    pub(crate) target: &'a Arc<Target>,
}

impl Bench {
    /// One measurement.
    pub(crate) async fn slice<W: Work>(
        &self,
        subject: Subject<'_>,
        connections: usize,
        work: &Arc<W>,
    ) -> Outcome<Slice> {
        load::slice(subject.process, subject.target, connections, self.options.span(), work).await
    }

    /// One measurement of the ceiling.
    pub(crate) async fn ceiling_slice<W: Work>(&self, connections: usize, work: &Arc<W>) -> Outcome<Slice> {
        let subject = Subject { process: &self.ceiling.process, target: &self.ceiling.target };
        self.slice(subject, connections, work).await
    }

    /// The same requests to the ceiling and to `subject`, in turn.
    pub(crate) async fn against_ceiling<W: Work>(
        &mut self,
        (part, what): (&'static str, String),
        subject: Subject<'_>,
        connections: usize,
        work: &Arc<W>,
    ) -> Outcome<Row> {
        let (mut ceilings, mut trents) = (Vec::new(), Vec::new());
        for _ in 0..self.options.rounds {
            ceilings.push(self.ceiling_slice(connections, work).await?);
            trents.push(self.slice(subject, connections, work).await?);
        }
        let (trent, ceiling) = (Summary::of(&trents), Some(Summary::of(&ceilings)));
        Ok(self.found(Row { part, what, connections, trent, ceiling, bound: None }))
    }

    /// Requests beside something that was measured before each of them: how often that can be done in a second.
    pub(crate) async fn against<W: Work>(
        &mut self,
        (part, what): (&'static str, &str),
        subject: Subject<'_>,
        (connections, span): (usize, Span),
        work: &Arc<W>,
        (bound, most): (&str, impl Fn() -> Outcome<f64>),
    ) -> Outcome<Row> {
        let (mut bounds, mut trents) = (Vec::new(), Vec::new());
        for _ in 0..self.options.rounds {
            bounds.push(most()?);
            trents.push(load::slice(subject.process, subject.target, connections, span, work).await?);
        }
        let bound = crate::samples::median(bounds).map(|most| (bound.to_owned(), most));
        let (trent, what) = (Summary::of(&trents), what.to_owned());
        Ok(self.found(Row { part, what, connections, trent, ceiling: None, bound }))
    }

    /// Keeps how a part ended, if it did not come to its end.
    pub(crate) fn ended(&mut self, part: &str, ended: Outcome<()>) {
        if let Err(error) = ended {
            crate::say(&format!("{part}: {error}"));
            self.report.failures += 1;
            self.report.goal(
                format!("The part {part} comes to its end"),
                "the end",
                error.to_string(),
                false,
            );
        }
    }

    /// Tells whoever waits how far the run has come.
    pub(crate) fn begins(&self, part: &str) {
        let minutes = |seconds: u64| format!("{}:{:02}", seconds / 60, seconds % 60);
        let (now, all) = (minutes(self.began.elapsed().as_secs()), minutes(self.options.expected()));
        crate::say(&format!("[{now} of about {all}] {part}"));
    }

    /// Keeps a row, and tells whoever waits.
    pub(crate) fn found(&mut self, row: Row) -> Row {
        let Summary { per_second, .. } = row.trent;
        crate::say(&format!(
            "{}: {}, {} connections: {per_second:.0}/s",
            row.part, row.what, row.connections
        ));
        self.report.rows.push(row.clone());
        row
    }
}
