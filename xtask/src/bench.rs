//! Builds the release server and the instruments, and runs one of them.

use std::path::Path;
use std::process::Command;

use crate::Outcome;

/// Runs an instrument (`bench`, `torture`) with these options.
pub fn run(root: &Path, instrument: &str, options: &[&str]) -> Outcome {
    let target = build(root)?;
    let status = Command::new(target.join("cabana-bench"))
        .arg(instrument)
        .arg("--binary")
        .arg(target.join("cabana"))
        .args(options)
        .current_dir(root)
        .status()
        .map_err(|error| format!("cabana-bench: {error}"))?;
    match status.success() {
        true => Ok(String::new()),
        false => Err(format!("{instrument} failed")),
    }
}

/// Builds both programs; returns the folder they are in.
fn build(root: &Path) -> Result<std::path::PathBuf, String> {
    let packages = ["-p", "cabana-server", "-p", "cabana-bench"];
    let status = Command::new("cargo")
        .args(["build", "--release", "--quiet"])
        .args(packages)
        .current_dir(root)
        .status()
        .map_err(|error| format!("cargo: {error}"))?;
    if !status.success() {
        return Err("the release build failed".to_owned());
    }
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or(root.join("target"), Into::into);
    Ok(target.join("release"))
}
