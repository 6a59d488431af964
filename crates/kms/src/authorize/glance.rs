//! Whether a caller may see something of a key that nobody asked for by name: what lists leave out, without a word.

use std::sync::Arc;

use api::Error;
use policy::Verdict;

use super::{Intent, Sought};
use crate::cache::LiveKey;
use crate::grants::GrantedOperation;
use crate::pipeline::{Context, KeyRef};

impl Context<'_> {
    /// Whether the caller may carry out `action` on a key of its own account, whatever the key's state: by policies or,
    /// if grants can allow it, by a grant of `operation`. A key whose policy cannot be read is shown to nobody.
    pub(crate) async fn may_on(
        &self,
        key: &Arc<LiveKey>,
        action: &str,
        operation: Option<GrantedOperation>,
    ) -> Result<bool, Error> {
        if key.policy().is_err() {
            return Ok(false);
        }
        let record = &key.record;
        let place = record.place(&self.kms().settings().partition);
        let sought = Sought::by_id(place, record.id.clone());
        let evaluation = self.evaluate(&sought, Some(key), action, Intent::default()).await?;
        match (evaluation.verdict(), operation) {
            (Verdict::Allowed, _) => Ok(true),
            (Verdict::Denied(denial), Some(operation)) if !denial.explicit => {
                let names = self.grant_allows(&KeyRef::of(record), operation, None, &evaluation).await?;
                Ok(names.is_some())
            }
            (Verdict::Denied(_), _) => Ok(false),
        }
    }
}
