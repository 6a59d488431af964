//! The folder with the AWS SDK for JavaScript, pinned in `tests/js/package-lock.json`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::Failure;
use crate::workspace;

/// The folder inside the target folder.
const FOLDER: &str = "test-node";
/// What npm installs from, in `tests/js`.
const PINS: [&str; 2] = ["package.json", "package-lock.json"];
/// A copy of the pins that the packages were installed from: written last, so that a half-made folder is never
/// taken for a whole one.
const MADE_FROM: &str = "made-from-packages.txt";

/// The folder `node_modules` with the packages; installed first if it is absent or the pins have changed.
pub(crate) fn modules() -> Result<PathBuf, Failure> {
    let source = workspace::root().join("tests/js");
    let pins = PINS.map(|name| workspace::read(&source.join(name)).map(|text| (name, text)));
    let pins: Vec<(&str, String)> = pins.into_iter().collect::<Result<_, _>>()?;
    let wanted: String = pins.iter().map(|(_, text)| text.as_str()).collect();
    let folder = workspace::target().join(FOLDER);
    let made_from = folder.join(MADE_FROM);
    if !fs::read_to_string(&made_from).is_ok_and(|found| found == wanted) {
        make(&folder, &pins)?;
        write(&made_from, &wanted)?;
    }
    Ok(folder.join("node_modules"))
}

fn make(folder: &Path, pins: &[(&str, String)]) -> Result<(), Failure> {
    let cannot = |what: &str, error| Failure::new(format!("cannot {what} {}: {error}", folder.display()));
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(|error| cannot("remove", error))?;
    }
    fs::create_dir_all(folder).map_err(|error| cannot("make", error))?;
    for (name, text) in pins {
        write(&folder.join(name), text)?;
    }
    let npm = Command::new("npm")
        // Nothing that a package brings runs while it is installed.
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel", "error"])
        .current_dir(folder)
        .status();
    if npm.is_ok_and(|status| status.success()) {
        return Ok(());
    }
    Err(Failure::new(
        "npm could not install what tests/js/package-lock.json names.\nThe black box tests drive the real AWS SDK \
         for JavaScript and cannot run without it; npm's own words are above.\nIs the npm registry reachable? A \
         mirror is set with `npm config set registry URL`.",
    ))
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    fs::write(path, text).map_err(|error| Failure::new(format!("cannot write {}: {error}", path.display())))
}
