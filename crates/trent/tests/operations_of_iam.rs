//! The guide lists the operations of IAM and STS that there are, and no others.

use std::collections::BTreeSet;

use iam::{Service, actions};

const PAGE: &str = include_str!("../../../docs/guide/iam.md");

/// The words that begin as operations do, in the rows of the page's tables.
fn listed() -> BTreeSet<&'static str> {
    let rows = PAGE.lines().filter(|line| line.starts_with('|'));
    let words = rows.flat_map(|row| row.split(|c: char| !c.is_ascii_alphanumeric()));
    words.filter(|word| word.chars().filter(char::is_ascii_uppercase).count() > 1 && word.len() > 4).collect()
}

#[test]
fn the_guide_lists_what_there_is() {
    let offered: BTreeSet<_> =
        [Service::Iam, Service::Sts].into_iter().flat_map(actions).map(|entry| entry.name).collect();
    let listed = listed();
    let (unlisted, unoffered): (Vec<&&str>, Vec<&&str>) =
        (offered.difference(&listed).collect(), listed.difference(&offered).collect());
    assert_eq!((unlisted, unoffered), (vec![], vec![]), "not in the guide, and in the guide only");
}
