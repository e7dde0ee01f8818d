//! Tasks of the repository: generating the wire model, and checks that no compiler makes.

mod bench;
mod codegen;
mod layers;
mod licences;
mod literals;
mod model;
mod operations;
mod rooms;
mod security;
mod sizes;
mod spoken;
mod texts;
mod words;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The result of a task: a line for the terminal, or the reason it failed.
type Outcome = Result<String, String>;

const USAGE: &str = "usage: cargo xtask codegen [--check] | model --against FILE | operations [--check] | layers | sizes | texts | security | licences | bench [OPTIONS] | torture [OPTIONS]";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["codegen"] => codegen::write(&root()),
        ["codegen", "--check"] => codegen::check(&root()),
        ["operations"] => operations::write(&root()),
        ["operations", "--check"] => operations::check(&root()),
        ["model", "--against", file] => model::against(&root(), file),
        ["layers"] => layers::check(&root()),
        [instrument @ ("bench" | "torture"), options @ ..] => {
            bench::run(&root(), instrument, options)
        }
        ["licences"] => licences::check(&root()),
        ["security"] => security::check(&root()),
        ["sizes"] => sizes::check(&root()),
        ["texts"] => texts::check(&root()),
        _ => Err(USAGE.to_owned()),
    };
    match outcome {
        Ok(said) => {
            println!("{said}");
            ExitCode::SUCCESS
        }
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

/// The folder of the workspace.
fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}
