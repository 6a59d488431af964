//! The actions of the IAM API, through the table and in JSON, as every front calls them.

#[cfg(test)]
mod access_keys;
#[cfg(test)]
mod account;
#[cfg(test)]
mod boundaries;
#[cfg(test)]
mod groups;
#[cfg(test)]
mod inline_policies;
#[cfg(test)]
mod login_profiles;
#[cfg(test)]
mod managed_policies;
#[cfg(test)]
mod oidc_providers;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod requests;
#[cfg(test)]
mod roles;
#[cfg(test)]
mod simulations;
#[cfg(test)]
mod tags;
#[cfg(test)]
mod users;
#[cfg(test)]
mod walk;
#[cfg(test)]
mod world;
