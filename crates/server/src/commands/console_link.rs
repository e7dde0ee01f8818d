//! `cabana console-link`: a link that creates an administrator of the console. Only a person who can read the master
//! key can make one; it needs neither the database nor a running server.

use cabana_api::ports::Clock;

use super::no_data;
use crate::config::Config;
use crate::edge::Machine;
use crate::problem::Problem;
use crate::{console, data_dir, database};

/// Prints the link.
///
/// # Errors
/// If there is no master key.
pub fn print(config: &Config) -> Result<(), Problem> {
    let key = data_dir::existing_master_key(config)?.ok_or_else(|| no_data(config))?;
    let sealer = database::sealer(&key)?;
    let public_url = config.public_url(config.listen);
    let link = console::new_link(&sealer, &public_url, Machine.now())?;
    println!("{link}");
    eprintln!("Anyone who opens this link becomes an administrator; it works once, for 30 minutes");
    Ok(())
}
