//! The one writer: a thread that commits the batches waiting for it together.
//!
//! A commit costs one sync of the disk, however many batches share it. While one group is being synced the next
//! gathers, so throughput grows with load without anyone waiting on a timer. What must hold:
//!
//! - within a group each batch is judged in the order of arrival, and sees what those before it wrote;
//! - a batch that conflicts leaves no trace and its neighbours stand;
//! - nobody is answered before the group is durable, not even who conflicted with a neighbour;
//! - when a group does not fit on the disk, each of its batches is tried alone, so one too large harms no other.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior};
use tokio::sync::mpsc::error::TryRecvError;
use tokio::sync::{mpsc, oneshot};

use super::{file, reader};
use crate::batch::Write;
use crate::stamp::Stamps;
use crate::{Batch, Commit, Revision, StoreError};

/// Most batches that share one commit. Ours: more would gain nothing over the cost of a sync, and delay the first.
const MAX_GROUP: usize = 256;

/// How long to wait before the log is folded again when a reader was in the way.
const READER_PAUSE: Duration = Duration::from_millis(10);

/// After so many groups without a pause, what was deleted is folded out of the log although others wait.
const MOST_UNFOLDED: u32 = 1_000;

/// Most batches waiting; whoever comes later waits to be let in.
const QUEUE: usize = 256;

type Answer = oneshot::Sender<Result<Commit, StoreError>>;

/// The way to the writer's thread. Dropping it lets the thread finish what it was given, and waits for that.
pub(super) struct Writer {
    queue: Option<mpsc::Sender<(Batch, Answer)>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub(super) fn start(
        path: &Path,
        connection: Connection,
        stamps: Arc<Stamps>,
    ) -> Result<Self, StoreError> {
        let mut log = Log::new(path, connection, stamps)?;
        let (queue, mut waiting) = mpsc::channel(QUEUE);
        let thread = thread::Builder::new().name("store-writer".to_owned()).spawn(move || {
            while let Some(group) = next_group(&mut waiting, &mut log) {
                log.commit_group(group);
            }
        });
        let thread = thread.map_err(|source| StoreError::Io {
            doing: "start the writer of",
            path: path.to_owned(),
            source: Arc::new(source),
        })?;
        Ok(Self { queue: Some(queue), thread: Some(thread) })
    }

    /// Queues a batch; its outcome comes by `answer`.
    pub(super) async fn hand_over(&self, batch: Batch, answer: Answer) -> Result<(), StoreError> {
        let queue = self.queue.as_ref().ok_or(StoreError::Closed)?;
        queue.send((batch, answer)).await.map_err(|_| StoreError::Closed)
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.queue = None;
        if let Some(thread) = self.thread.take() {
            // A writer that panicked has said so on its own, and there is nothing left to close.
            let _ = thread.join();
        }
    }
}

/// Waits for a batch and takes along those that have gathered behind it. `None` when there will be no more. Whenever
/// none waits, the log is folded if it has to be.
fn next_group(waiting: &mut mpsc::Receiver<(Batch, Answer)>, log: &mut Log) -> Option<Vec<(Batch, Answer)>> {
    let first = loop {
        match waiting.try_recv() {
            Ok(first) => break first,
            Err(TryRecvError::Disconnected) => return None,
            Err(TryRecvError::Empty) if log.fold() => break waiting.blocking_recv()?,
            Err(TryRecvError::Empty) => thread::sleep(READER_PAUSE),
        }
    };
    let mut group = vec![first];
    while group.len() < MAX_GROUP {
        let Ok(next) = waiting.try_recv() else { break };
        group.push(next);
    }
    Some(group)
}

/// The database as the writer sees it.
struct Log {
    path: PathBuf,
    connection: Connection,
    stamps: Arc<Stamps>,
    /// The revision of the last commit that is durable.
    head: Revision,
    /// Since how many groups the log may have held values that have been deleted; it may from the start, after a crash.
    unfolded: Option<u32>,
}

impl Log {
    fn new(path: &Path, connection: Connection, stamps: Arc<Stamps>) -> Result<Self, StoreError> {
        let head = connection
            .query_row("SELECT revision FROM head", (), |row| reader::revision(row, 0))
            .map_err(|source| file::database_error("read", path, source))?;
        Ok(Self { path: path.to_owned(), connection, stamps, head, unfolded: Some(0) })
    }

    /// Commits and answers a group of batches.
    fn commit_group(&mut self, group: Vec<(Batch, Answer)>) {
        let (batches, answers): (Vec<_>, Vec<_>) = group.into_iter().unzip();
        let outcomes = match self.commit(&batches) {
            Ok(outcomes) => outcomes.into_iter().map(Ok).collect(),
            Err(StoreError::Full { .. }) if batches.len() > 1 => {
                batches.iter().map(|batch| self.commit_one(batch)).collect()
            }
            Err(error) => vec![Err(error); batches.len()],
        };
        // Whatever came of them, and before anyone is told.
        for batch in &batches {
            self.stamps.advance(batch);
        }
        if self.unfolded.is_some_and(|groups| groups % MOST_UNFOLDED == 0) {
            self.fold();
        }
        for (answer, outcome) in answers.into_iter().zip(outcomes) {
            // Whoever asked may have gone away; the batch stands all the same.
            let _ = answer.send(outcome);
        }
    }

    fn commit_one(&mut self, batch: &Batch) -> Result<Commit, StoreError> {
        let outcomes = self.commit(std::slice::from_ref(batch))?;
        outcomes.into_iter().next().ok_or(StoreError::Closed)
    }

    /// Does the batches in one transaction and returns when it is durable. After an error none of them happened.
    fn commit(&mut self, batches: &[Batch]) -> Result<Vec<Commit>, StoreError> {
        let path = &self.path;
        let (outcomes, head) = in_transaction(&mut self.connection, self.head, batches)
            .map_err(|source| file::database_error("write to", path, source))?;
        self.head = head;
        let deletes = |batch: &Batch| batch.writes.iter().any(|write| matches!(write, Write::Delete(_)));
        if self.unfolded.is_some() || batches.iter().any(deletes) {
            self.unfolded = Some(self.unfolded.unwrap_or(0).saturating_add(1));
        }
        Ok(outcomes)
    }

    /// Folds the log into the database and cuts it off, if it holds what has been deleted: erased is erased, and
    /// not only once the log happens to be begun anew. Whether nothing is left to fold: a reader can be in the way.
    fn fold(&mut self) -> bool {
        if self.unfolded.is_some() {
            // Nobody is kept waiting for a reader.
            let folded = self.connection.busy_timeout(Duration::ZERO).and_then(|()| {
                self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", (), |row| row.get::<_, bool>(0))
            });
            let restored = self.connection.busy_timeout(file::BUSY);
            if matches!((folded, restored), (Ok(false), Ok(()))) {
                self.unfolded = None;
            }
        }
        self.unfolded.is_none()
    }
}

/// The transaction rolls back when it is dropped on an error.
fn in_transaction(
    connection: &mut Connection,
    durable: Revision,
    batches: &[Batch],
) -> rusqlite::Result<(Vec<Commit>, Revision)> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut head = durable;
    let mut outcomes = Vec::with_capacity(batches.len());
    for batch in batches {
        outcomes.push(apply(&transaction, &mut head, batch)?);
    }
    if head != durable {
        transaction.prepare_cached("UPDATE head SET revision = ?1")?.execute((stored(head)?,))?;
    }
    transaction.commit()?;
    Ok((outcomes, head))
}

/// Judges a batch and does it, as the revision after `head`.
fn apply(transaction: &Transaction<'_>, head: &mut Revision, batch: &Batch) -> rusqlite::Result<Commit> {
    let mut find = transaction.prepare_cached("SELECT revision FROM records WHERE key = ?1")?;
    for (key, expectation) in &batch.expectations {
        let found = find.query_row((&key[..],), |row| reader::revision(row, 0)).optional()?;
        if !expectation.holds(found) {
            return Ok(Commit::Conflict);
        }
    }
    if batch.writes.is_empty() {
        return Ok(Commit::Done(*head));
    }
    let revision = *head + 1;
    let mut put = transaction.prepare_cached(
        "INSERT INTO records (key, value, revision) VALUES (?1, ?2, ?3)
         ON CONFLICT (key) DO UPDATE SET value = excluded.value, revision = excluded.revision",
    )?;
    let mut delete = transaction.prepare_cached("DELETE FROM records WHERE key = ?1")?;
    for write in &batch.writes {
        match write {
            Write::Put(key, value) => put.execute((&key[..], &value[..], stored(revision)?))?,
            Write::Delete(key) => delete.execute((&key[..],))?,
        };
    }
    *head = revision;
    Ok(Commit::Done(revision))
}

/// A revision as SQLite keeps it, in a signed integer.
fn stored(revision: Revision) -> rusqlite::Result<i64> {
    i64::try_from(revision)
        .map_err(|_| rusqlite::Error::ToSqlConversionFailure("revisions are used up".into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tables as the file has them, without a file.
    fn log() -> Log {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(file::SCHEMA).unwrap();
        Log::new(Path::new("memory"), connection, Arc::default()).unwrap()
    }

    fn commit_group(
        log: &mut Log,
        batches: impl IntoIterator<Item = Batch>,
    ) -> Vec<Result<Commit, StoreError>> {
        let (group, answers): (Vec<_>, Vec<_>) = batches
            .into_iter()
            .map(|batch| {
                let (answer, outcome) = oneshot::channel();
                ((batch, answer), outcome)
            })
            .unzip();
        log.commit_group(group);
        answers.into_iter().map(|outcome| outcome.blocking_recv().unwrap()).collect()
    }

    fn batch(fill: impl FnOnce(&mut Batch)) -> Batch {
        let mut batch = Batch::default();
        fill(&mut batch);
        batch
    }

    fn rows(log: &Log) -> Vec<(String, Revision)> {
        let mut statement =
            log.connection.prepare("SELECT CAST(key AS TEXT), revision FROM records ORDER BY key").unwrap();
        let rows = statement.query_map((), |row| Ok((row.get(0)?, reader::revision(row, 1)?))).unwrap();
        rows.collect::<rusqlite::Result<_>>().unwrap()
    }

    #[test]
    fn a_conflict_in_the_middle_leaves_its_neighbours_standing() {
        let mut log = log();
        let outcomes = commit_group(
            &mut log,
            [
                batch(|b| _ = b.put("a", "1")),
                batch(|b| _ = b.put("c", "2").delete("a").expect_absent("a")),
                batch(|b| _ = b.expect("a", 1).put("b", "3")),
            ],
        );
        let outcomes: Vec<_> = outcomes.into_iter().map(Result::unwrap).collect();
        assert_eq!(outcomes, [Commit::Done(1), Commit::Conflict, Commit::Done(2)]);
        assert_eq!(rows(&log), [("a".to_owned(), 1), ("b".to_owned(), 2)]);
        assert_eq!(Log::new(Path::new("memory"), log.connection, Arc::default()).unwrap().head, 2);
    }

    #[test]
    fn a_batch_too_large_for_the_disk_harms_no_other_and_the_writer_goes_on() {
        let mut log = log();
        log.connection.pragma_update(None, "max_page_count", 20).unwrap();
        let large = || batch(|b| _ = b.put("large", vec![0; 200_000]).delete("a"));
        let outcomes = commit_group(
            &mut log,
            [batch(|b| _ = b.put("a", "1")), large(), batch(|b| _ = b.expect("a", 1).put("b", "2"))],
        );
        assert!(matches!(outcomes[0], Ok(Commit::Done(1))), "{outcomes:?}");
        assert!(matches!(outcomes[1], Err(StoreError::Full { .. })), "{outcomes:?}");
        assert!(matches!(outcomes[2], Ok(Commit::Done(2))), "{outcomes:?}");
        assert_eq!(rows(&log), [("a".to_owned(), 1), ("b".to_owned(), 2)]);

        log.connection.pragma_update(None, "max_page_count", 1_000).unwrap();
        let outcomes = commit_group(&mut log, [large()]);
        assert!(matches!(outcomes[0], Ok(Commit::Done(3))), "{outcomes:?}");
        assert_eq!(rows(&log), [("b".to_owned(), 2), ("large".to_owned(), 3)]);
    }

    #[test]
    fn an_error_answers_everyone_and_leaves_nothing() {
        let mut log = log();
        log.connection.pragma_update(None, "query_only", true).unwrap();
        let both = || [batch(|b| _ = b.put("a", "1")), batch(|b| _ = b.put("b", "1"))];
        let outcomes = commit_group(&mut log, both());
        assert!(outcomes.iter().all(|o| matches!(o, Err(StoreError::Database { .. }))), "{outcomes:?}");
        assert_eq!(rows(&log), []);
        log.connection.pragma_update(None, "query_only", false).unwrap();
        let outcomes = commit_group(&mut log, both());
        assert!(matches!(outcomes[..], [Ok(Commit::Done(1)), Ok(Commit::Done(2))]), "{outcomes:?}");
    }
}
