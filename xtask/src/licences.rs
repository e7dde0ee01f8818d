//! Checks the licences of third-party crates: only those that `deny.toml` allows.

mod expression;

use std::path::Path;
use std::process::Command;

use serde::Deserialize;

use crate::Outcome;
use expression::Expression;

/// The part of `deny.toml` that is read here; cargo-deny reads the rest.
#[derive(Deserialize)]
struct Deny {
    licenses: Licences,
}

#[derive(Deserialize)]
struct Licences {
    allow: Vec<String>,
}

/// The part of `cargo metadata` that is read here.
#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
    license: Option<String>,
    /// Its registry; `None` for our own.
    source: Option<String>,
}

/// Fails if a crate of the lock file is available only under licences that are not allowed. Needs no network, except
/// for crates of other systems that cargo has not fetched yet.
pub fn check(root: &Path) -> Outcome {
    let text =
        std::fs::read_to_string(root.join("deny.toml")).map_err(|e| format!("deny.toml: {e}"))?;
    let deny: Deny = toml::from_str(&text).map_err(|e| format!("deny.toml: {e}"))?;
    judge(&metadata(root)?, &deny.licenses.allow)
}

fn metadata(root: &Path) -> Result<Metadata, String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--locked"])
        .current_dir(root)
        .output()
        .map_err(|e| format!("cargo metadata: {e}"))?;
    if !output.status.success() {
        return Err(format!(
            "cargo metadata: {}",
            String::from_utf8_lossy(&output.stderr)
        ));
    }
    serde_json::from_slice(&output.stdout).map_err(|e| format!("cargo metadata: {e}"))
}

fn judge(metadata: &Metadata, allowed: &[String]) -> Outcome {
    let others: Vec<&Package> = metadata
        .packages
        .iter()
        .filter(|it| it.source.is_some())
        .collect();
    if others.is_empty() {
        return Err("licences: cargo metadata names no crates of others".to_owned());
    }
    let wrong: Vec<String> = others
        .iter()
        .filter_map(|package| problem(package, allowed))
        .collect();
    if wrong.is_empty() {
        Ok(format!(
            "licences: {} crates, all under licences that deny.toml allows",
            others.len()
        ))
    } else {
        Err(wrong.join("\n"))
    }
}

fn problem(package: &Package, allowed: &[String]) -> Option<String> {
    let what = format!("{} {}", package.name, package.version);
    let Some(licence) = &package.license else {
        return Some(format!("{what}: names no licence"));
    };
    match Expression::parse(licence) {
        Ok(expression) if expression.is_met(&|id| allowed.iter().any(|it| it == id)) => None,
        Ok(_) => Some(format!("{what}: {licence} is not in deny.toml")),
        Err(why) => Some(format!("{what}: {licence:?} cannot be read: {why}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(license: Option<&str>, source: Option<&str>) -> Package {
        Package {
            name: "a".to_owned(),
            version: "1.0.0".to_owned(),
            license: license.map(str::to_owned),
            source: source.map(str::to_owned),
        }
    }

    fn judged(license: Option<&str>) -> Outcome {
        let packages = vec![package(license, Some("registry")), package(None, None)];
        judge(&Metadata { packages }, &["MIT".to_owned()])
    }

    #[test]
    fn a_crate_passes_under_an_allowed_licence() {
        assert!(judged(Some("GPL-3.0-only OR MIT")).is_ok());
    }

    #[test]
    fn a_crate_fails_that_is_under_another_licence_or_none_or_one_that_cannot_be_read() {
        assert_eq!(
            judged(Some("GPL-3.0-only")).unwrap_err(),
            "a 1.0.0: GPL-3.0-only is not in deny.toml"
        );
        assert_eq!(judged(None).unwrap_err(), "a 1.0.0: names no licence");
        assert!(
            judged(Some("MIT OR"))
                .unwrap_err()
                .contains("cannot be read")
        );
    }

    #[test]
    fn to_find_no_crates_is_a_failure() {
        assert!(
            judge(
                &Metadata {
                    packages: Vec::new()
                },
                &["MIT".to_owned()]
            )
            .is_err()
        );
    }
}
