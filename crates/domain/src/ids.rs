//! Identifiers, each a type of its own so that they cannot be confused.
//!
//! Formats are Amazon Cognito's; the random bytes come from the caller.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Takes the text as it is; only the store knows whether such an object exists.
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// The identifier as it goes over the wire.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

text_id! {
    /// A user pool: `<region>_<9 characters of 0-9A-Za-z>`.
    PoolId
}
text_id! {
    /// An app client: 26 characters of `a-z0-9`.
    ClientId
}
text_id! {
    /// A user's immutable identifier in the pool, shaped as a UUID.
    Sub
}

const ALNUM: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// Alphabet of AWS's access key IDs.
const UPPER: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const LOWER: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";

/// Spells random bytes in an alphabet. The modulo's bias (256 mod 62, 256 mod 36) costs under 0.2 bit a character, and
/// every use here has characters to spare.
fn spell(random: &[u8], alphabet: &[u8]) -> String {
    random
        .iter()
        .filter_map(|byte| alphabet.get(usize::from(*byte) % alphabet.len()))
        .map(|byte| char::from(*byte))
        .collect()
}

/// Makes the ID of a tracked session; `kind` is `tkn` or `sso`.
pub fn session_id(kind: &str, random: [u8; 25]) -> String {
    format!("{kind}{}", spell(&random, LOWER))
}

impl PoolId {
    /// Makes a new pool's identifier in `region`.
    pub fn from_random(region: &str, random: [u8; 9]) -> Self {
        Self(format!("{region}_{}", spell(&random, ALNUM)))
    }

    /// The part before the underscore: the region that the pool was created in.
    pub fn region(&self) -> Option<&str> {
        self.0.rsplit_once('_').map(|(region, _)| region)
    }

    /// The part behind the underscore: the "pool name" of the SRP protocol.
    pub fn short(&self) -> &str {
        self.0
            .rsplit_once('_')
            .map_or(self.0.as_str(), |(_, short)| short)
    }
}

impl ClientId {
    /// Makes a new client's identifier.
    pub fn from_random(random: [u8; 26]) -> Self {
        Self(spell(&random, LOWER))
    }
}

/// Makes a client secret: 51 characters of `a-z0-9`, as Cognito makes them.
pub fn client_secret(random: [u8; 51]) -> String {
    spell(&random, LOWER)
}

/// Makes an access key's identifier: `AKIA` and 16 more characters, as AWS makes them.
pub fn access_key_id(random: [u8; 16]) -> String {
    format!("AKIA{}", spell(&random, UPPER))
}

/// The longest key of a device that the API accepts.
pub const LONGEST_DEVICE_KEY: usize = 55;

/// Makes a device's key: the region and a UUID.
pub fn device_key(region: &str, uuid: &str) -> String {
    format!("{region}_{uuid}")
}

/// Makes the key of a device's group: a hyphen and 8 characters of `0-9A-Za-z`, as Cognito makes them.
pub fn device_group_key(random: [u8; 8]) -> String {
    format!("-{}", spell(&random, ALNUM))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_have_the_shape_clients_expect() {
        let pool = PoolId::from_random("us-east-1", [0, 61, 62, 10, 11, 12, 13, 14, 255]);
        assert_eq!(pool.as_str(), "us-east-1_0z0ABCDE7");
        assert_eq!(pool.short(), "0z0ABCDE7");
        assert_eq!(ClientId::from_random([35; 26]).as_str(), "z".repeat(26));
        assert_eq!(client_secret([0; 51]).len(), 51);
        assert_eq!(access_key_id([31; 16]), format!("AKIA{}", "7".repeat(16)));
        assert_eq!(device_key("eu-west-1", "a-b"), "eu-west-1_a-b");
        assert_eq!(device_group_key([61; 8]), format!("-{}", "z".repeat(8)));
    }
}
