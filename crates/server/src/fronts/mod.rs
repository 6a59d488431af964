//! The APIs that are spoken. Each is one folder; all end at the same [`kms::Kms`].

mod aws;

pub(crate) use aws::Front;
