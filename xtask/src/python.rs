//! The virtual environment with the real clients, boto3, the AWS CLI, the AWS Encryption SDK and SOPS, and with pytest:
//! all pinned in `tests/requirements.txt`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::Failure;
use crate::{steps, workspace};

/// The folder inside the target folder.
const FOLDER: &str = "test-venv";
/// A copy of the requirements that the environment was made from: written last, so that a half-made
/// environment is never taken for a whole one.
const MADE_FROM: &str = "made-from-requirements.txt";

/// The environment's `bin` folder; made first if it is absent or the requirements have changed.
pub(crate) fn environment() -> Result<PathBuf, Failure> {
    let requirements = workspace::root().join("tests/requirements.txt");
    let wanted = workspace::read(&requirements)?;
    let folder = workspace::target().join(FOLDER);
    let made_from = folder.join(MADE_FROM);
    if fs::read_to_string(&made_from).is_ok_and(|found| found == wanted) {
        return Ok(folder.join("bin"));
    }
    make(&folder, &requirements)?;
    fs::write(&made_from, wanted)
        .map_err(|error| Failure::new(format!("cannot write {}: {error}", made_from.display())))?;
    Ok(folder.join("bin"))
}

fn make(folder: &Path, requirements: &Path) -> Result<(), Failure> {
    if folder.exists() {
        fs::remove_dir_all(folder)
            .map_err(|error| Failure::new(format!("cannot remove {}: {error}", folder.display())))?;
    }
    let what = "make a Python environment";
    steps::run(what, Command::new("python3").args(["-m", "venv"]).arg(folder))?;
    let pip = Command::new(folder.join("bin/python"))
        .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"])
        .arg(requirements)
        .status();
    if pip.is_ok_and(|status| status.success()) {
        return Ok(());
    }
    Err(Failure::new(format!(
        "pip could not install {}.\nThe black box tests drive real clients, such as boto3, the AWS CLI, the AWS \
         Encryption SDK and SOPS, and cannot run without them; pip's own words are above.\nIs pypi.org reachable? A \
         mirror is set with `pip config set global.index-url URL`.",
        requirements.display()
    )))
}
