//! `cabana check`: reports every problem of the configuration, without starting anything.

use std::sync::Arc;

use super::small_runtime;
use crate::catalog::{Pools, unreadable};
use crate::config::{self, Config, MailRoute, Mode, Options, SmsRoute};
use crate::delivery::mail::{Sender, Smtp};
use crate::delivery::sms::Gateway;
use crate::last_start::LastStart;
use crate::problem::Problem;
use crate::survey::Survey;
use crate::tls::Certificates;
use crate::{admission, data_dir, database, telemetry};

/// Checks the configuration as `serve` does, the files it names, and the store if there is one.
///
/// # Errors
/// Every problem found.
pub fn check(options: Options) -> Result<(), Vec<Problem>> {
    let mut problems = Vec::from_iter(telemetry::filter(&options).err());
    let mut warnings = Vec::new();
    let last = match options.public_url {
        None => last_served(&options),
        Some(_) => None,
    };
    match Config::new(options, Mode::Serve) {
        Ok(config) => {
            problems.extend(files(&config));
            match store(&config) {
                Ok(more) => warnings = more,
                Err(problem) => problems.push(problem),
            }
        }
        Err(more) => {
            problems.extend(more);
            problems.extend(last);
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    for warning in &warnings {
        eprintln!("cabana: warning: {warning}");
    }
    println!("The configuration is ready for `cabana serve`.");
    Ok(())
}

/// Reports the options of the last `serve` on the data directory: a start does not read them.
fn last_served(options: &Options) -> Option<Problem> {
    let folder = config::data_dir(options);
    let last = LastStart::read(&folder).ok().flatten()?;
    (last.mode == Mode::Serve).then(|| {
        Problem::new(format!(
            "{} was last started with --public-url {} --listen {}",
            folder.display(),
            last.public_url,
            last.listen
        ))
    })
}

/// Problems with the files that the configuration names.
fn files(config: &Config) -> Vec<Problem> {
    let tls = config
        .tls
        .clone()
        .map(|files| Certificates::from_files(files).map(Arc::new));
    let smtp = match &config.mail {
        MailRoute::Smtp(url) => {
            let sender = Sender {
                from: String::new(),
                host: String::new(),
            };
            Smtp::new(url, config.smtp_ca.as_deref(), sender).err()
        }
        _ => None,
    };
    let texts = match &config.sms {
        SmsRoute::Service(url) => Gateway::new(url, &config.region).err(),
        _ => None,
    };
    [
        data_dir::existing_master_key(config).err(),
        data_dir::existing_root_key(config).err(),
        tls.and_then(Result::err),
        smtp,
        texts,
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Runs the checks of the store that `serve` runs before it starts, and returns the warnings it would log.
fn store(config: &Config) -> Result<Vec<String>, Problem> {
    let public_url = config.public_url(config.listen);
    let mut survey = Survey::new(config, &public_url);
    // Problems with the key are reported among the files.
    if let Ok(Some(key)) = data_dir::existing_master_key(config) {
        let sealer = database::sealer(&key)?;
        small_runtime()?.block_on(async {
            let Some(store) = database::open_read_only(config, sealer).await? else {
                return Ok(());
            };
            admission::access_keys(&store).await?;
            let mut pages = Pools::of(&store);
            while let Some(pools) = pages.next().await.map_err(unreadable)? {
                survey.see(&pools);
            }
            Ok(())
        })?;
    }
    Ok(survey.warnings())
}
