//! What of the stock lies in the store.

use std::time::Duration;

use api::Error;
use crypto::{RsaBits, SecretBytes};
use seal::{Changes, Commit, Record, Records, SealError};
use uuid::Uuid;

use super::Stock;
use super::pair::Pair;
use super::shelf::{BATCH, Chore, Shelf};

/// How long to leave a store alone that has failed. Meanwhile keys are made to order.
const REST: Duration = Duration::from_secs(5);
/// How many names one scan counts.
const PAGE: u32 = 1000;

impl Stock {
    /// Refills what has been taken, and keeps it in the store, for ever.
    pub(crate) async fn keep(&self, records: &Records) {
        loop {
            let Err(error) = self.keep_until_it_fails(records).await else { continue };
            tracing::warn!(%error, "the stock of wrapping keys could not be kept in the store");
            // Nobody is to wait for what cannot be had.
            self.with_shelves(|shelf| shelf.stored = 0);
            self.call_makers();
            tokio::time::sleep(REST).await;
        }
    }

    /// What is in memory goes back into the store. The last thing that is done with the stock.
    pub(crate) async fn put_back(&self, records: &Records) {
        self.end();
        let mut left = Vec::new();
        self.with_shelves(|shelf| left.push((shelf.bits, shelf.clear())));
        for (bits, mut pairs) in left {
            while !pairs.is_empty() {
                let rest = pairs.split_off(pairs.len().min(BATCH));
                if let Err(error) = store(records, bits, pairs).await {
                    tracing::warn!(%error, "wrapping keys that were ready are lost");
                    return;
                }
                pairs = rest;
            }
        }
    }

    async fn keep_until_it_fails(&self, records: &Records) -> Result<(), Error> {
        for bits in [RsaBits::B2048, RsaBits::B3072, RsaBits::B4096] {
            self.count(records, bits).await?;
        }
        self.shared.lock().kept = true;
        self.call_makers();
        loop {
            match self.next_chore() {
                None => self.shared.news.notified().await,
                Some((bits, chore)) => self.do_chore(records, bits, chore).await?,
            }
        }
    }

    /// Finds out how many of a kind the store has. Of one that there is to be no stock of, it has none from now on.
    async fn count(&self, records: &Records, bits: RsaBits) -> Result<(), Error> {
        let asked_for = records.get(&marker(bits)).await.map_err(Error::internal)?.is_some();
        let mut is_unwanted = false;
        self.on_shelf(bits, |shelf| is_unwanted = shelf.is_unwanted());
        let (prefix, mut stored, mut after) = (prefix(bits), 0, None::<String>);
        loop {
            let names = records.scan_names(&prefix, after.as_deref(), PAGE).await.map_err(Error::internal)?;
            after = names.last().cloned();
            if is_unwanted {
                throw_away(records, &names).await?;
            } else {
                stored += names.len();
            }
            if u32::try_from(names.len()) != Ok(PAGE) {
                break;
            }
        }
        self.on_shelf(bits, |shelf| {
            shelf.noted = asked_for;
            shelf.asked_for |= asked_for;
            shelf.stored = stored;
        });
        Ok(())
    }

    fn next_chore(&self) -> Option<(RsaBits, Chore)> {
        let mut state = self.shared.lock();
        state.shelves.iter_mut().find_map(|shelf| Some((shelf.bits, shelf.chore()?)))
    }

    async fn do_chore(&self, records: &Records, bits: RsaBits, chore: Chore) -> Result<(), Error> {
        match chore {
            Chore::Note => {
                let mut changes = Changes::default();
                changes.put(&marker(bits), SecretBytes::new(Vec::new()));
                // Nothing is expected, so nothing conflicts.
                let _ = records.commit(changes).await.map_err(Error::internal)?;
                self.on_shelf(bits, |shelf| shelf.noted = true);
            }
            Chore::Store(pairs) => {
                // If it fails, they may be in the store after the next start all the same: so nobody gets them now.
                store(records, bits, pairs).await?;
            }
            Chore::Fetch(count) => self.fetch(records, bits, count).await?,
        }
        Ok(())
    }

    /// Takes keys out of the store. Only once it is durable that they are gone may anybody have them.
    async fn fetch(&self, records: &Records, bits: RsaBits, count: usize) -> Result<(), Error> {
        let limit = u32::try_from(count).map_err(Error::internal)?;
        let found = match records.scan(&prefix(bits), None, limit).await {
            Err(SealError::RecordDamaged { key }) => return self.discard(records, bits, &key).await,
            found => found.map_err(Error::internal)?,
        };
        let mut changes = Changes::default();
        for record in &found {
            changes.expect(&record.key, record.revision).delete(&record.key);
        }
        if found.is_empty() || records.commit(changes).await.map_err(Error::internal)? == Commit::Conflict {
            // Somebody else takes from this store.
            return self.count(records, bits).await;
        }
        let pairs: Vec<_> = found.iter().filter_map(opened).collect();
        self.on_shelf(bits, |shelf| {
            shelf.stored = shelf.stored.saturating_sub(found.len());
            for pair in pairs {
                shelf.fetched(pair);
            }
        });
        self.call_makers();
        Ok(())
    }

    async fn discard(&self, records: &Records, bits: RsaBits, key: &str) -> Result<(), Error> {
        tracing::warn!(record = key, "a wrapping key in the store was damaged and is thrown away");
        throw_away(records, &[key.to_owned()]).await?;
        self.on_shelf(bits, |shelf| shelf.stored = shelf.stored.saturating_sub(1));
        Ok(())
    }

    fn call_makers(&self) {
        self.shared.call_makers(&mut self.shared.lock());
    }

    fn on_shelf(&self, bits: RsaBits, act: impl FnOnce(&mut Shelf)) {
        let mut state = self.shared.lock();
        if let Some(shelf) = state.shelves.iter_mut().find(|shelf| shelf.bits == bits) {
            act(shelf);
        }
    }

    fn with_shelves(&self, act: impl FnMut(&mut Shelf)) {
        self.shared.lock().shelves.iter_mut().for_each(act);
    }
}

async fn store(records: &Records, bits: RsaBits, pairs: Vec<Pair>) -> Result<(), Error> {
    let mut changes = Changes::default();
    for pair in pairs {
        let record = pair.to_record().ok_or_else(|| Error::internal("a wrapping key of such a length"))?;
        changes.put(&format!("{}{}", prefix(bits), Uuid::new_v4().simple()), record);
    }
    // Nothing is expected, so nothing conflicts.
    records.commit(changes).await.map(|_| ()).map_err(Error::internal)
}

async fn throw_away(records: &Records, names: &[String]) -> Result<(), Error> {
    let mut changes = Changes::default();
    for name in names {
        changes.delete(name);
    }
    // Nothing is expected, so nothing conflicts.
    records.commit(changes).await.map(|_| ()).map_err(Error::internal)
}

fn opened(record: &Record) -> Option<Pair> {
    let pair = Pair::of_record(&record.plaintext);
    if pair.is_none() {
        tracing::warn!(record = record.key, "a wrapping key in the store is none and is thrown away");
    }
    pair
}

fn marker(bits: RsaBits) -> String {
    format!("stock/RSA_{}", bits.bits())
}

fn prefix(bits: RsaBits) -> String {
    format!("stock/RSA_{}/", bits.bits())
}
