//! The policies that AWS manages and that make sense here, as it publishes them: the same names, ids, versions and
//! dates, so that what attaches them elsewhere attaches them here.

/// A policy that AWS manages.
#[derive(Debug)]
pub(crate) struct ManagedPolicy {
    /// Its name.
    pub(crate) name: &'static str,
    /// Its unique id.
    pub(crate) id: &'static str,
    /// What it is for.
    pub(crate) description: &'static str,
    /// The version in force; the only one that is kept here.
    pub(crate) version: &'static str,
    /// When it was made, in seconds since the epoch.
    pub(crate) created: i64,
    /// When the version in force was made, in seconds since the epoch.
    pub(crate) updated: i64,
    /// The document of that version.
    pub(crate) document: &'static str,
}

/// The account that their ARNs name.
pub(crate) const OWNER: &str = "aws";

/// All of them, in the order of their names.
pub(crate) static POLICIES: &[ManagedPolicy] = &[
    ManagedPolicy {
        name: "AWSKeyManagementServicePowerUser",
        id: "ANPAJNPP7PPPPMJRV2SA4",
        description: "Lets its holder make and see keys, and leaves who may use or change them to their policies.",
        version: "v2",
        created: 1_423_248_040, // 2015-02-06T18:40:40Z
        updated: 1_488_848_111, // 2017-03-07T00:55:11Z
        document: include_str!("AWSKeyManagementServicePowerUser.json"),
    },
    ManagedPolicy {
        name: "AdministratorAccess",
        id: "ANPAIWMBCKSKIEE64ZLYK",
        description: "Lets its holder do everything.",
        version: "v1",
        created: 1_423_247_986, // 2015-02-06T18:39:46Z
        updated: 1_423_247_986,
        document: include_str!("AdministratorAccess.json"),
    },
    ManagedPolicy {
        name: "IAMFullAccess",
        id: "ANPAI7XKCFMBPM3QQRRVQ",
        description: "Lets its holder manage identities and what they may do.",
        version: "v2",
        created: 1_423_248_038, // 2015-02-06T18:40:38Z
        updated: 1_561_146_000, // 2019-06-21T19:40:00Z
        document: include_str!("IAMFullAccess.json"),
    },
    ManagedPolicy {
        name: "IAMReadOnlyAccess",
        id: "ANPAJKSO7NDY4T57MWDSQ",
        description: "Lets its holder see identities and what they may do.",
        version: "v4",
        created: 1_423_248_039, // 2015-02-06T18:40:39Z
        updated: 1_516_907_487, // 2018-01-25T19:11:27Z
        document: include_str!("IAMReadOnlyAccess.json"),
    },
];

#[cfg(test)]
mod tests {
    use policy::{Document, Form};

    use super::*;

    #[test]
    fn every_document_is_a_policy_of_identities() {
        for policy in POLICIES {
            assert!(Document::parse_as(Form::Identity, policy.document).is_ok(), "{}", policy.name);
            assert!(policy.created <= policy.updated, "{}", policy.name);
        }
    }
}
