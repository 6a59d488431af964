//! Which data a command works on: that of a configuration, or a folder.

use std::path::PathBuf;

use server::Config;

use crate::Failure;

/// The partition where no configuration names another one.
const PARTITION: &str = "aws";

/// The data, named in one of two ways.
#[derive(clap::Args)]
pub(crate) struct FolderArgs {
    /// The configuration that names the data
    #[arg(long, value_name = "FILE", required_unless_present = "data", conflicts_with = "data")]
    config: Option<PathBuf>,
    /// The folder of the data
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

/// A data folder, and what its configuration says of it.
pub(crate) struct Folder {
    pub(crate) path: PathBuf,
    /// What stands after `arn:`.
    pub(crate) partition: String,
}

impl FolderArgs {
    pub(crate) fn folder(self) -> Result<Folder, Failure> {
        match (self.data, self.config) {
            (Some(path), _) => Ok(Folder { path, partition: PARTITION.to_owned() }),
            (None, Some(config)) => {
                let config = Config::load(&config)?;
                Ok(Folder { path: config.data, partition: config.partition })
            }
            (None, None) => Err(Failure::usage("name the data: --config FILE or --data DIR")),
        }
    }

    /// The words that name the same data again, for a command that is told to somebody.
    pub(crate) fn words(&self) -> String {
        let word =
            |name, path: &PathBuf| format!("--{name} {}", crate::output::quoted(&path.to_string_lossy()));
        match (&self.data, &self.config) {
            (Some(data), _) => word("data", data),
            (None, config) => config.as_ref().map(|config| word("config", config)).unwrap_or_default(),
        }
    }
}
