//! The functions of pools (AWS's Lambda triggers), called where they run: at addresses that the operator set, or in the
//! emulator by runtimes of this machine.

mod answer;
mod book;
mod calls;
mod in_progress;
mod name;
mod runtime;

use std::sync::Arc;

use cabana_api::Api;
use cabana_domain::encryption_sdk::DataKey;

use crate::config::{Config, Mode};
use crate::kms::KmsKeys;
use crate::outgoing::Client;
use crate::problem::Problem;

pub use book::{Book, Lambda, Target};
pub use calls::FunctionCalls;
pub use name::FunctionName;
pub use runtime::Runtimes;

/// Gives the API its functions and the keys of their messages. An emulator awaits runtimes, and has a key for every ARN.
///
/// # Errors
/// If TLS cannot be set up, or the ports of functions cannot be read.
pub fn equip(api: &mut Api, config: &Config, master_key: &[u8; 32]) -> Result<(), Problem> {
    let (book, region) = (config.functions.clone(), config.region.clone());
    let (keys, access_key) = (config.kms.clone(), config.kms_key.clone());
    let (runtimes, keys) = match config.mode {
        Mode::Dev => (
            Some(Runtimes::open(&config.data_dir)?),
            keys.with_root(DataKey::new(*master_key)),
        ),
        Mode::Serve => (None, keys),
    };
    api.functions = Arc::new(FunctionCalls::new(book, Client::new()?, region, runtimes));
    let kms = Arc::new(KmsKeys { keys, access_key });
    (api.encrypt, api.data_keys) = (kms.clone(), kms);
    Ok(())
}
