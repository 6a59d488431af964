//! The account as a whole.

use super::macros::request;

request! {
    /// Lists the aliases of the account. There are none.
    list ListAccountAliases {}
    optional {}
}
request! {
    /// Counts what there is in the account.
    GetAccountSummary {}
    optional {}
}
