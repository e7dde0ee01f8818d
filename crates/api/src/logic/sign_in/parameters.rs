//! String maps with the client's parameters and answers.

use std::collections::BTreeMap;

use cabana_domain::client::Client;
use cabana_domain::ids::LONGEST_DEVICE_KEY;
use cabana_model::Secret;

use crate::fault::Fault;
use crate::faults;
use crate::logic::clients::secret_hash;

/// `AuthParameters` or `ChallengeResponses`.
#[derive(Clone, Debug, Default)]
pub struct Parameters(BTreeMap<String, Secret>);

/// The map of a request; empty if it was omitted.
pub fn answers_of(map: Option<BTreeMap<String, Secret>>) -> Parameters {
    Parameters(map.unwrap_or_default())
}

impl Parameters {
    /// An optional parameter. An empty value counts as missing.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0
            .get(name)
            .map(|value| value.expose())
            .filter(|value| !value.is_empty())
    }

    /// The key of the device that the client names. A key longer than any device's is ignored, as the sealed state
    /// must stay short.
    pub fn device_key(&self) -> Option<&str> {
        let key = self.get("DEVICE_KEY");
        key.filter(|key| key.len() <= LONGEST_DEVICE_KEY)
    }

    /// A required parameter.
    ///
    /// # Errors
    /// InvalidParameterException.
    pub fn need(&self, name: &str) -> Result<&str, Fault> {
        self.get(name)
            .ok_or_else(|| faults::missing_parameter(name))
    }

    /// All parameters whose name begins with `prefix`, with the prefix removed.
    pub fn with_prefix<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.0
            .iter()
            .filter_map(move |(name, value)| Some((name.strip_prefix(prefix)?, value.expose())))
    }

    /// Requires a right `SECRET_HASH` over the given `USERNAME` or another name of the same user.
    ///
    /// # Errors
    /// NotAuthorizedException.
    pub fn check_secret_hash(&self, client: &Client, other: &[&str]) -> Result<(), Fault> {
        let mut names = other.to_vec();
        names.extend(self.get("USERNAME"));
        secret_hash::check(client, &names, self.get("SECRET_HASH"))
    }
}
