//! The APIs that are spoken. Each family is one folder; all end at the same [`kms::Kms`] and [`iam::Iam`].

mod aws;

pub(crate) use aws::Front;
