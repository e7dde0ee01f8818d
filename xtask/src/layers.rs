//! Checks which crate may import which, and which room of a crate which other ([`rooms`]).
//!
//! Reads cargo's own metadata, so that renamed, inherited and target-specific dependencies count too. Test-only
//! dependencies are exempt.

use std::path::Path;
use std::process::Command;

use serde::Deserialize;

use crate::{Outcome, rooms};

struct Layer {
    name: &'static str,
    may_import: &'static [&'static str],
    /// Third-party crates that it must not use.
    never: &'static [&'static str],
}

const LAYERS: &[Layer] = &[
    Layer {
        name: "cabana-modular",
        may_import: &[],
        never: &["axum", "tokio", "serde"],
    },
    Layer {
        name: "cabana-model",
        may_import: &[],
        never: &["axum", "tokio"],
    },
    Layer {
        name: "cabana-domain",
        may_import: &["cabana-model", "cabana-modular"],
        never: &["axum", "tokio"],
    },
    Layer {
        name: "cabana-federation",
        may_import: &["cabana-domain", "cabana-model"],
        never: &["axum", "tokio"],
    },
    Layer {
        name: "cabana-store",
        may_import: &["cabana-domain", "cabana-model"],
        never: &["axum"],
    },
    Layer {
        name: "cabana-store-sql",
        may_import: &["cabana-store", "cabana-domain", "cabana-model"],
        never: &["axum"],
    },
    Layer {
        name: "cabana-api",
        may_import: &[
            "cabana-federation",
            "cabana-store",
            "cabana-domain",
            "cabana-model",
        ],
        never: &["axum"],
    },
    Layer {
        name: "cabana-web",
        may_import: &[
            "cabana-api",
            "cabana-store",
            "cabana-domain",
            "cabana-model",
        ],
        never: &[],
    },
    Layer {
        name: "cabana-console",
        may_import: &[
            "cabana-web",
            "cabana-api",
            "cabana-store",
            "cabana-domain",
            "cabana-model",
        ],
        never: &[],
    },
    Layer {
        name: "cabana-server",
        may_import: &[
            "cabana-console",
            "cabana-web",
            "cabana-api",
            "cabana-store-sql",
            "cabana-store",
            "cabana-domain",
            "cabana-model",
        ],
        never: &[],
    },
    // For tests: no other crate imports it, and it may import the crates it wires together.
    Layer {
        name: "cabana-testkit",
        may_import: &[
            "cabana-console",
            "cabana-web",
            "cabana-api",
            "cabana-federation",
            "cabana-store-sql",
            "cabana-store",
            "cabana-domain",
            "cabana-model",
        ],
        never: &[],
    },
    Layer {
        name: "cabana-bench",
        may_import: &[
            "cabana-testkit",
            "cabana-api",
            "cabana-store-sql",
            "cabana-store",
            "cabana-domain",
            "cabana-model",
            "cabana-modular",
        ],
        never: &[],
    },
    Layer {
        name: "cabana-fuzz",
        may_import: &[
            "cabana-testkit",
            "cabana-web",
            "cabana-api",
            "cabana-federation",
            "cabana-domain",
            "cabana-model",
        ],
        never: &[],
    },
    Layer {
        name: "xtask",
        may_import: &[],
        never: &[],
    },
];

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
    /// `dev`, `build`, or `None` for a normal one.
    kind: Option<String>,
}

/// Fails if a crate imports one that the table does not allow.
pub fn check(root: &Path) -> Outcome {
    let output = Command::new("cargo")
        .args([
            "metadata",
            "--no-deps",
            "--offline",
            "--format-version",
            "1",
        ])
        .current_dir(root)
        .output()
        .map_err(|e| format!("cargo metadata: {e}"))?;
    if !output.status.success() {
        return Err(format!(
            "cargo metadata: {}",
            String::from_utf8_lossy(&output.stderr).trim()
        ));
    }
    let metadata: Metadata =
        serde_json::from_slice(&output.stdout).map_err(|e| format!("cargo metadata: {e}"))?;
    let mut broken = violations(&metadata.packages);
    broken.extend(rooms::violations(root)?);
    if broken.is_empty() {
        Ok(format!(
            "layers: {} crates and their rooms keep to the tables",
            metadata.packages.len()
        ))
    } else {
        Err(broken.join("\n"))
    }
}

fn violations(packages: &[Package]) -> Vec<String> {
    let ours = |name: &str| {
        LAYERS.iter().any(|layer| layer.name == name)
            || packages.iter().any(|package| package.name == name)
    };
    let mut broken = Vec::new();
    for package in packages {
        let Some(layer) = LAYERS.iter().find(|layer| layer.name == package.name) else {
            broken.push(format!("layers: {} is not in the table", package.name));
            continue;
        };
        for dependency in package
            .dependencies
            .iter()
            .filter(|dependency| dependency.kind.as_deref() != Some("dev"))
        {
            let name = dependency.name.as_str();
            let allowed = if ours(name) {
                layer.may_import.contains(&name)
            } else {
                !layer.never.contains(&name)
            };
            if !allowed {
                broken.push(format!("layers: {} must not import {name}", package.name));
            }
        }
    }
    broken
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(name: &str, dependencies: &[(&str, Option<&str>)]) -> Package {
        let dependencies = dependencies.iter().map(|(name, kind)| Dependency {
            name: (*name).into(),
            kind: kind.map(Into::into),
        });
        Package {
            name: name.into(),
            dependencies: dependencies.collect(),
        }
    }

    #[test]
    fn what_the_table_allows_passes() {
        let api = package(
            "cabana-api",
            &[
                ("cabana-store", None),
                ("tokio", None),
                ("cabana-testkit", Some("dev")),
            ],
        );
        assert_eq!(
            violations(&[api, package("cabana-model", &[("serde", None)])]),
            Vec::<String>::new()
        );
    }

    #[test]
    fn imports_upwards_and_sideways_fail() {
        let told = violations(&[
            package("cabana-domain", &[("cabana-store", None)]),
            package(
                "cabana-api",
                &[
                    ("cabana-store-sql", None),
                    ("axum", None),
                    ("cabana-model", Some("build")),
                ],
            ),
            package("cabana-web", &[("cabana-server", None), ("axum", None)]),
        ]);
        assert_eq!(
            told,
            [
                "layers: cabana-domain must not import cabana-store",
                "layers: cabana-api must not import cabana-store-sql",
                "layers: cabana-api must not import axum",
                "layers: cabana-web must not import cabana-server",
            ]
        );
    }

    #[test]
    fn the_testkit_is_for_tests_only() {
        let told = violations(&[package("cabana-server", &[("cabana-testkit", None)])]);
        assert_eq!(
            told,
            ["layers: cabana-server must not import cabana-testkit"]
        );
    }

    #[test]
    fn a_crate_outside_the_table_fails() {
        assert_eq!(
            violations(&[package("cabana-extra", &[])]),
            ["layers: cabana-extra is not in the table"]
        );
    }

    #[test]
    fn the_workspace_keeps_to_the_table() {
        check(&crate::root()).unwrap();
    }
}
