//! Projects: what the paths of Huawei's API name, where AWS's has the account of the caller and a Region.
//!
//! A project is an account and a Region, and nothing else: its keys are the keys that the AWS API has there. The domain
//! of a project is its account.

use std::collections::HashSet;

/// Hexadecimal digits of a project's id, and of a domain's (IAM API reference, "Obtaining Account, IAM User, Group,
/// Project, Region, and Agency Information").
const ID_DIGITS: usize = 32;
/// Digits of an account's number.
const ACCOUNT_DIGITS: usize = 12;
/// Longest name of a project, in characters (IAM API reference, "Creating a Project").
const MAX_NAME: usize = 64;
/// The account, the Region and the id of the project that `trent dev` begins with.
const DEV_ACCOUNT: &str = "000000000000";
const DEV_REGION: &str = "us-east-1";
const DEV_ID: &str = "00000000000000000000000000000000";

/// A project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Project {
    /// Its id: 32 hexadecimal digits.
    pub id: String,
    /// The number of the account whose keys it has.
    pub account: String,
    /// The Region that its keys are in.
    pub region: String,
    /// What people call it, once in an account: most often as its Region.
    pub name: String,
}

/// Why a project is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProjectError {
    /// The id has another form.
    #[error(
        "{0:?} is no project id: give 32 hexadecimal digits, such as \"0d0466b0e7274d9cb35df84bb474a37f\""
    )]
    Id(String),
    /// The account has another form.
    #[error("{0:?} is no account: give its 12 digits, in quotes, such as \"111122223333\"")]
    Account(String),
    /// The Region has another form.
    #[error("{0:?} is no Region: use a name such as \"eu-de\"")]
    Region(String),
    /// The name is empty, too long, or has characters that names have not.
    #[error(
        "{0:?} is no name of a project: use 1 to 64 letters, digits, hyphens and underscores, such as \"eu-de_shop\""
    )]
    Name(String),
    /// Two have this id.
    #[error("the project {0} is there twice")]
    SameId(String),
    /// Two of an account have this name.
    #[error("account {account} has two projects called {name:?}: name them differently, with name = \"…\"")]
    SameName {
        /// Whose they are.
        account: String,
        /// What both are called.
        name: String,
    },
}

impl Project {
    /// A project of this `id` for what `account` has in `region`, which is also its name unless it has another.
    ///
    /// # Errors
    /// One of them has another form.
    pub fn new(id: &str, account: &str, region: &str, name: Option<&str>) -> Result<Self, ProjectError> {
        if !is_id(id) {
            return Err(ProjectError::Id(id.to_owned()));
        }
        if !is_account(account) {
            return Err(ProjectError::Account(account.to_owned()));
        }
        let is_of_region = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if region.is_empty() || !region.bytes().all(is_of_region) {
            return Err(ProjectError::Region(region.to_owned()));
        }
        let name = name.unwrap_or(region);
        let is_of_name = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
        if name.is_empty() || name.len() > MAX_NAME || !name.bytes().all(is_of_name) {
            return Err(ProjectError::Name(name.to_owned()));
        }
        let [id, account, region, name] = [id, account, region, name].map(str::to_owned);
        Ok(Self { id, account, region, name })
    }

    /// The id of the domain it is in.
    pub fn domain_id(&self) -> String {
        domain_id(&self.account)
    }
}

/// The id of the domain that an account is: its number, with zeros before it.
pub(crate) fn domain_id(account: &str) -> String {
    format!("{account:0>ID_DIGITS$}")
}

/// The account that is the domain of this id, whether there is one of its number or not.
pub(crate) fn account_of(domain_id: &str) -> Option<&str> {
    let account = domain_id.get(ID_DIGITS - ACCOUNT_DIGITS..)?;
    let zeros = domain_id.get(..ID_DIGITS - ACCOUNT_DIGITS)?;
    (zeros.bytes().all(|byte| byte == b'0') && is_account(account)).then_some(account)
}

fn is_id(text: &str) -> bool {
    text.len() == ID_DIGITS && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn is_account(text: &str) -> bool {
    text.len() == ACCOUNT_DIGITS && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The projects that there are.
#[derive(Clone, Debug, Default)]
pub struct Projects(Known);

/// Which ones.
#[derive(Clone, Debug)]
enum Known {
    /// Those that were configured, in that order.
    These(Vec<Project>),
    /// Whatever id a client comes with.
    Any,
}

impl Default for Known {
    fn default() -> Self {
        Self::These(Vec::new())
    }
}

impl Projects {
    /// These and no others.
    ///
    /// # Errors
    /// Two have the same id, or the same name in one account.
    pub fn new(projects: Vec<Project>) -> Result<Self, ProjectError> {
        let (mut ids, mut names) = (HashSet::new(), HashSet::new());
        for Project { id, account, name, .. } in &projects {
            if !ids.insert(id.to_ascii_lowercase()) {
                return Err(ProjectError::SameId(id.clone()));
            }
            if !names.insert((account, name)) {
                return Err(ProjectError::SameName { account: account.clone(), name: name.clone() });
            }
        }
        Ok(Self(Known::These(projects)))
    }

    /// For development: every id of 32 hexadecimal digits, and every name, is a project of account 000000000000 in
    /// us-east-1.
    pub fn dev() -> Self {
        Self(Known::Any)
    }

    /// Whether every id is a project, as in development.
    pub(crate) fn takes_any(&self) -> bool {
        matches!(self.0, Known::Any)
    }

    /// The project of this id.
    pub fn find(&self, id: &str) -> Option<Project> {
        match &self.0 {
            Known::These(projects) => projects.iter().find(|project| project.id == id).cloned(),
            Known::Any => is_id(id).then(|| of_dev(id, if id == DEV_ID { DEV_REGION } else { id })),
        }
    }

    /// The projects of an account, in the order of the configuration.
    pub fn of_account(&self, account: &str) -> Vec<Project> {
        match &self.0 {
            Known::These(projects) => {
                projects.iter().filter(|project| project.account == account).cloned().collect()
            }
            Known::Any if account == DEV_ACCOUNT => vec![of_dev(DEV_ID, DEV_REGION)],
            Known::Any => Vec::new(),
        }
    }

    /// The project of an account that has this name.
    pub fn by_name(&self, account: &str, name: &str) -> Option<Project> {
        match &self.0 {
            Known::These(projects) => {
                projects.iter().find(|project| project.account == account && project.name == name).cloned()
            }
            Known::Any => (account == DEV_ACCOUNT).then(|| of_dev(DEV_ID, name)),
        }
    }

    /// The Regions that projects are in, each once, in the order of the configuration.
    pub fn regions(&self) -> Vec<String> {
        match &self.0 {
            Known::These(projects) => {
                let mut seen = HashSet::new();
                let regions = projects.iter().map(|project| &project.region);
                regions.filter(|region| seen.insert(*region)).cloned().collect()
            }
            Known::Any => vec![DEV_REGION.to_owned()],
        }
    }

    /// The configured projects; none in development.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Project> {
        match &self.0 {
            Known::These(projects) => projects.as_slice(),
            Known::Any => &[],
        }
        .iter()
    }
}

fn of_dev(id: &str, name: &str) -> Project {
    let [id, account, region, name] = [id, DEV_ACCOUNT, DEV_REGION, name].map(str::to_owned);
    Project { id, account, region, name }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHOP: &str = "0d0466b0e7274d9cb35df84bb474a37f";
    const BANK: &str = "1d0466b0e7274d9cb35df84bb474a37f";

    fn project(id: &str, account: &str, region: &str, name: Option<&str>) -> Project {
        Project::new(id, account, region, name).unwrap()
    }

    #[test]
    fn configured_projects_are_found_by_id_account_and_name() {
        let shop = project(SHOP, "111122223333", "eu-de", None);
        let bank = project(BANK, "111122223333", "eu-de", Some("eu-de_bank"));
        let other = project("2d0466b0e7274d9cb35df84bb474a37f", "444455556666", "eu-nl", None);
        let projects = Projects::new(vec![shop.clone(), bank.clone(), other.clone()]).unwrap();
        assert_eq!(projects.find(SHOP), Some(shop.clone()));
        assert_eq!(projects.find(&"0".repeat(32)), None);
        assert_eq!(projects.find(""), None);
        assert_eq!(projects.of_account("111122223333"), [shop.clone(), bank.clone()]);
        assert_eq!(projects.of_account("000000000000"), []);
        assert_eq!(projects.by_name("111122223333", "eu-de"), Some(shop));
        assert_eq!(projects.by_name("111122223333", "eu-de_bank"), Some(bank));
        assert_eq!(projects.by_name("111122223333", "eu-nl"), None, "another account's");
        assert_eq!(projects.by_name("444455556666", "eu-nl"), Some(other));
        assert_eq!(projects.regions(), ["eu-de", "eu-nl"]);
    }

    #[test]
    fn none_are_configured_by_default() {
        let none = Projects::default();
        assert_eq!((none.find(SHOP), none.regions()), (None, Vec::new()));
    }

    #[test]
    fn development_takes_every_id_and_name() {
        let dev = Projects::dev();
        for id in [SHOP, DEV_ID, "ABCDEF00000000000000000000000000"] {
            let project = dev.find(id).unwrap();
            assert_eq!((project.id.as_str(), project.account.as_str()), (id, "000000000000"));
            assert_eq!((project.region.as_str(), project.domain_id()), ("us-east-1", DEV_ID.to_owned()));
        }
        for id in ["", "test", &SHOP[1..], &format!("{SHOP}0"), &SHOP.replace('d', "g")] {
            assert_eq!(dev.find(id), None, "{id}");
        }
        let known = dev.of_account("000000000000");
        assert_eq!(
            known.iter().map(|one| (one.id.as_str(), one.name.as_str())).collect::<Vec<_>>(),
            [(DEV_ID, "us-east-1")]
        );
        assert_eq!(dev.by_name("000000000000", "eu-de").unwrap().id, DEV_ID);
        assert_eq!(
            (dev.by_name("111122223333", "eu-de"), dev.of_account("111122223333")),
            (None, Vec::new())
        );
        assert_eq!(dev.regions(), ["us-east-1"]);
    }

    #[test]
    fn what_is_no_project_is_refused() {
        let name = "n".repeat(65);
        for (case, id, account, region, name, expected) in [
            ("a short id", "0d04", "111122223333", "eu-de", None, "is no project id"),
            ("not hexadecimal", &*"g".repeat(32), "111122223333", "eu-de", None, "is no project id"),
            ("a short account", SHOP, "1111", "eu-de", None, "is no account"),
            ("a long account", SHOP, "1111222233334", "eu-de", None, "is no account"),
            ("a Region in capitals", SHOP, "111122223333", "EU-DE", None, "is no Region"),
            ("no Region", SHOP, "111122223333", "", None, "is no Region"),
            ("an empty name", SHOP, "111122223333", "eu-de", Some(""), "is no name"),
            ("a long name", SHOP, "111122223333", "eu-de", Some(name.as_str()), "is no name"),
            ("a name with a slash", SHOP, "111122223333", "eu-de", Some("a/b"), "is no name"),
        ] {
            let error = Project::new(id, account, region, name).unwrap_err().to_string();
            assert!(error.contains(expected), "{case}: {error}");
        }
        let shop = project(SHOP, "111122223333", "eu-de", None);
        let capitals = project(&SHOP.to_ascii_uppercase(), "444455556666", "eu-nl", None);
        let same_name = project(BANK, "111122223333", "eu-de", None);
        assert!(matches!(Projects::new(vec![shop.clone(), capitals]), Err(ProjectError::SameId(_))));
        assert!(matches!(Projects::new(vec![shop, same_name]), Err(ProjectError::SameName { .. })));
    }

    #[test]
    fn domains_are_accounts() {
        assert_eq!(domain_id("111122223333"), "00000000000000000000111122223333");
        assert_eq!(account_of("00000000000000000000111122223333"), Some("111122223333"));
        for id in [
            "",
            "111122223333",
            "10000000000000000000111122223333",
            "0000000000000000000011112222333x",
            &"é".repeat(16),
        ] {
            assert_eq!(account_of(id), None, "{id}");
        }
    }
}
