//! Command line and commands.

mod banner;
mod check;
mod console_link;
mod env_functions;
mod env_librechat;
mod env_sdk;
mod healthcheck;
mod help;
mod run;

use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};

use crate::config::{self, Config, Mode, Options};
use crate::problem::Problem;
use crate::{data_dir, database};
use cabana_store::SharedStore;

/// A self-hosted user pool service that speaks Amazon Cognito's protocol.
#[derive(Parser)]
#[command(name = "cabana", version, about, after_help = MORE)]
struct Cli {
    #[command(flatten)]
    options: Options,
    #[command(subcommand)]
    command: Option<Command>,
}

const MORE: &str = "\
Examples:
  cabana dev
  cabana env librechat >> ../LibreChat/.env
  cabana serve --public-url https://id.example.org --behind-proxy --smtp-url smtps://user:password@mail.example.org

Options can also be set in the environment (CABANA_...) and in cabana.toml; flags override the environment, and the
environment overrides the file.
Some secrets have no flag, only variables: CABANA_MASTER_KEY; CABANA_ROOT_ACCESS_KEY_ID and _SECRET_ACCESS_KEY, and the
same for CABANA_LAMBDA (and its _SESSION_TOKEN) and CABANA_KMS; CABANA_FUNCTION_SECRET; CABANA_SMS_WEBHOOK_SECRET. Each
can be in a file, too.";

#[derive(Subcommand)]
enum Command {
    /// Run the emulator on this machine, with everything enabled and a demo pool (the default)
    Dev,
    /// Run in production: every call signed, unsafe settings refused
    Serve,
    /// Print settings for programs that use this server
    Env(EnvArguments),
    /// Check the configuration for `serve` without starting anything
    Check,
    /// Check whether the server at --listen is ready
    Healthcheck,
    /// Print a link that creates a console administrator; works once, for 30 minutes
    ConsoleLink,
}

#[derive(clap::Args)]
struct EnvArguments {
    /// Program that the settings are for
    #[arg(value_enum, default_value_t = EnvFor::Sdk)]
    audience: EnvFor,
    /// App client, by name or id [default: the demo pool's, or the only one]
    #[arg(long, value_name = "NAME_OR_ID")]
    client: Option<String>,
    /// User pool, by name or id [default: the client's]
    #[arg(long, value_name = "NAME_OR_ID")]
    pool: Option<String>,
}

#[derive(Clone, Copy, ValueEnum)]
enum EnvFor {
    /// AWS SDKs and AWS CLI: `eval "$(cabana env sdk)"`
    Sdk,
    /// Functions of user pools: every one, what answers for it, and lines that run it
    Functions,
    /// LibreChat: `cabana env librechat >> .env`
    Librechat,
}

/// Runs the command.
pub fn main() -> ExitCode {
    let matches = help::arranged(Cli::command()).get_matches();
    let cli = Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    match run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problems) => {
            for problem in &problems {
                eprintln!("cabana: {problem}");
            }
            ExitCode::from(2)
        }
    }
}

fn run(cli: Cli) -> Result<(), Vec<Problem>> {
    let options = config::options(cli.options).map_err(|problem| vec![problem])?;
    let one = |result: Result<(), Problem>| result.map_err(|problem| vec![problem]);
    match cli.command.unwrap_or(Command::Dev) {
        Command::Dev => one(run::run(options, Mode::Dev)),
        Command::Serve => one(run::run(options, Mode::Serve)),
        Command::Check => check::check(options),
        Command::Healthcheck => one(healthcheck::healthcheck(&Config::of_last_start(options)?)),
        Command::ConsoleLink => one(console_link::print(&Config::of_last_start(options)?)),
        Command::Env(arguments) => {
            let config = Config::of_last_start(options)?;
            one(match arguments.audience {
                EnvFor::Sdk => env_sdk::print(&config),
                EnvFor::Functions => env_functions::print(&config),
                EnvFor::Librechat => env_librechat::print(&config, &arguments),
            })
        }
    }
}

/// The first problem in one line, and how to see the others.
fn first_of(problems: Vec<Problem>) -> Problem {
    let more = problems.len().saturating_sub(1);
    match problems.into_iter().next() {
        Some(first) if more > 0 => {
            Problem::new(format!("{first} ({more} more: run `cabana check`)"))
        }
        Some(first) => first,
        None => Problem::new("the configuration cannot be used"),
    }
}

/// A runtime for commands that only read the store.
fn small_runtime() -> Result<tokio::runtime::Runtime, Problem> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Problem::new(error.to_string()))
}

fn no_data(config: &Config) -> Problem {
    Problem::new(format!(
        "there is no server data in {}: start the server there once, or set --data-dir",
        config.data_dir.display()
    ))
}

/// The store of a server that was started before; the server may be running.
///
/// # Errors
/// If there is none, or it cannot be read.
async fn existing_store(config: &Config) -> Result<SharedStore, Problem> {
    let key = data_dir::existing_master_key(config)?.ok_or_else(|| no_data(config))?;
    if config.database == config::Database::Sqlite
        && !data_dir::database_path(&config.data_dir).exists()
    {
        return Err(no_data(config));
    }
    database::open(config, database::sealer(&key)?, None).await
}
