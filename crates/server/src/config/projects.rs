//! `[[project]]`: which accounts and Regions clients of Huawei's API reach, and by which names.

use serde::{Deserialize, Deserializer};

use crate::{Project, ProjectError, Projects};

/// `[[project]]`: one project, which is what an account has in a Region.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Section {
    /// `id`: 32 hexadecimal digits, as in the paths of the API.
    id: String,
    /// `account`: the 12 digits of the account, in quotes.
    account: String,
    /// `region`: the Region that the keys are in.
    region: String,
    /// `name`: by which clients may ask for it instead of its id, once in an account. Default: the Region.
    name: Option<String>,
}

/// A section that was found good.
#[derive(Deserialize)]
#[serde(try_from = "Section")]
struct Checked(Project);

impl TryFrom<Section> for Checked {
    type Error = ProjectError;

    fn try_from(Section { id, account, region, name }: Section) -> Result<Self, ProjectError> {
        Project::new(&id, &account, &region, name.as_deref()).map(Self)
    }
}

/// Projects that are different from each other.
pub(super) fn all<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Projects, D::Error> {
    let sections = Vec::<Checked>::deserialize(deserializer)?;
    let projects = sections.into_iter().map(|Checked(project)| project).collect();
    Projects::new(projects).map_err(serde::de::Error::custom)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use kms::Quotas;

    use crate::Config;

    const SHOP: &str = "[[project]]\nid = \"0d0466b0e7274d9cb35df84bb474a37f\"\naccount = \"111122223333\"\nregion = \"eu-de\"\n";
    const BANK: &str = "[[project]]\nid = \"1d0466b0e7274d9cb35df84bb474a37f\"\naccount = \"111122223333\"\nregion = \"eu-de\"\n";

    fn parse(text: &str) -> Result<Config, String> {
        let text = format!("data = \"d\"\n{text}");
        Config::parse(Path::new("/etc/trent/trent.toml"), &text).map_err(|error| error.to_string())
    }

    #[test]
    fn projects_and_quotas() {
        let config = parse(&format!("{SHOP}{BANK}name = \"eu-de_bank\"\n[quotas]\nkeys = 20\n")).unwrap();
        let projects = config.projects.of_account("111122223333");
        let names: Vec<_> = projects.iter().map(|project| project.name.as_str()).collect();
        assert_eq!(names, ["eu-de", "eu-de_bank"]);
        assert_eq!(config.quotas, Quotas { keys: Some(20), grants_per_key: None });
        assert_eq!(parse("").unwrap().projects.regions(), Vec::<String>::new());
    }

    #[test]
    fn errors_name_line_and_reason() {
        let id = "0d0466b0e7274d9cb35df84bb474a37f";
        for (text, expected) in [
            (SHOP.replace(id, "0d04"), "line 2: \"0d04\" is no project id"),
            (SHOP.replace("111122223333", "1111"), "line 2: \"1111\" is no account"),
            (SHOP.replace("\"111122223333\"", "111122223333"), "line 4: invalid type"),
            (SHOP.replace("eu-de", "EU"), "line 2: \"EU\" is no Region"),
            (format!("{SHOP}name = \"a b\"\n"), "\"a b\" is no name of a project"),
            (format!("{SHOP}domain = \"x\"\n"), "line 6: unknown field `domain`"),
            ("[[project]]\nid = \"x\"\n".to_owned(), "missing field `account`"),
            (format!("{SHOP}{SHOP}"), "the project 0d0466b0e7274d9cb35df84bb474a37f is there twice"),
            (format!("{SHOP}{BANK}"), "two projects called \"eu-de\""),
            (format!("regions = [\"eu-nl\"]\n{SHOP}"), "is in eu-de, which is none of regions"),
            ("[quotas]\nkey = 1\n".to_owned(), "line 3: unknown field `key`"),
            ("[quotas]\nkeys = -1\n".to_owned(), "line 3: invalid value"),
        ] {
            let error = parse(&text).unwrap_err();
            assert!(error.contains(expected), "{text:?}: {error}");
        }
    }
}
