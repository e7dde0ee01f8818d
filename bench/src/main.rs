//! The instruments: load tests and measurements against a real server, started for the purpose.
//!
//! `common` holds the shared parts (a server in a folder of its own, signed calls, a throwaway PostgreSQL); each
//! instrument has a module of its own. Run through `cargo xtask bench` and `cargo xtask torture`, which build the
//! release server first.

mod bench;
mod common;
mod torture;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cabana-bench")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Measure how many requests one core of the server answers
    Bench(bench::Options),
    /// Break things under load, and check that nothing acknowledged is lost
    Torture(torture::Options),
}

fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Bench(options) => bench::run(&options),
        Command::Torture(options) => torture::run(&options),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}
