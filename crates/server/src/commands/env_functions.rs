//! `cabana env functions`: every function of every pool, what answers for it, and the lines that run it.

use cabana_api::logic::functions::{self, Listed};
use cabana_api::ports::Functions;
use serde::Deserialize;

use super::{existing_store, healthcheck, small_runtime};
use crate::catalog::unreadable;
use crate::config::{Config, Mode};
use crate::functions::FunctionCalls;
use crate::outgoing::Client;
use crate::problem::Problem;

/// Longest list, in bytes.
const LIST: u64 = 4 * 1024 * 1024;

#[derive(Deserialize)]
struct Answer {
    functions: Vec<Listed>,
}

/// Prints the lines.
///
/// # Errors
/// If the emulator, which gives out the ports, does not run; or there is no data.
pub fn print(config: &Config) -> Result<(), Problem> {
    let functions = match config.mode {
        Mode::Dev => of_the_emulator(config)?,
        Mode::Serve => of_the_store(config)?,
    };
    if functions.is_empty() {
        println!("# No user pool has a function: set LambdaConfig first.");
    }
    for (number, function) in functions.iter().enumerate() {
        if number > 0 {
            println!();
        }
        for line in function.lines() {
            println!("{line}");
        }
    }
    Ok(())
}

fn of_the_emulator(config: &Config) -> Result<Vec<Listed>, Problem> {
    let address = healthcheck::reachable(config.listen);
    let answer = healthcheck::get(address, "/_cabana/functions", LIST).map_err(|error| {
        Problem::new(format!(
            "{address} does not answer: {error}; start `cabana dev`, which gives functions their ports"
        ))
    })?;
    let body = answer.split_once("\r\n\r\n").map(|(_, body)| body);
    let answer: Option<Answer> = body.and_then(|body| serde_json::from_str(body).ok());
    let answer = answer.ok_or_else(|| {
        Problem::new(format!(
            "the server at {address} is no `cabana dev` of this version"
        ))
    })?;
    Ok(answer.functions)
}

fn of_the_store(config: &Config) -> Result<Vec<Listed>, Problem> {
    let calls = FunctionCalls::new(
        config.functions.clone(),
        Client::new()?,
        config.region.clone(),
        None,
    );
    small_runtime()?.block_on(async {
        let store = existing_store(config).await?;
        let functions: &dyn Functions = &calls;
        functions::of_all_pools(&store, functions)
            .await
            .map_err(unreadable)
    })
}
