//! A device that a user signs in on, and how far a sign-in may trust it.
//!
//! Each sign-in that names no device gets a new one. It counts once it is confirmed, with a verifier of a secret that
//! only the device knows, and is remembered at once or when the user says so, as the pool is set.

use std::net::IpAddr;

use cabana_model::Blob;
use serde::{Deserialize, Serialize};

use crate::flow::DeviceTrust;
use crate::pool::Pool;
use crate::srp::{SrpError, Verifier};
use crate::{PoolId, Sub, Time};

/// Confirmed devices that a user can have. When another is confirmed, one goes. Cognito names no number.
pub const MOST: u32 = 50;

/// Shortest verifier, in bytes. A value of the 3072-bit group is shorter with a chance of 2^-1024.
const SHORTEST_VERIFIER: usize = 256;

/// A device of a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    pub pool: PoolId,
    pub sub: Sub,
    /// The `DeviceKey`.
    pub key: String,
    /// Incremented by each write; an update names the version it was read at.
    pub version: i64,
    /// The `DeviceGroupKey`, the first half of its name in the SRP protocol.
    pub group: String,
    pub name: Option<String>,
    pub remembered: bool,
    /// Sealed at rest.
    pub secrets: DeviceSecrets,
    pub last_ip: Option<IpAddr>,
    pub created: Time,
    pub modified: Time,
    /// The latest sign-in.
    pub authenticated: Time,
    /// Expiry of one that is not confirmed.
    pub expires: Option<Time>,
}

/// What a device signs in with. Stored as JSON: further members need a default, as stored ones lack them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceSecrets {
    /// `None` until the device is confirmed.
    pub verifier: Option<DeviceVerifier>,
    #[serde(default)]
    pub waiting: Option<WaitingSignIn>,
    /// The mark of the user's second factors when a sign-in on the device passed one, since it was last set to not
    /// remembered. A mark of other factors gives no trust.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passed: Option<Blob>,
}

/// The verifier of a device's secret, as the device made it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceVerifier {
    pub salt: Blob,
    pub value: Blob,
}

/// A sign-in that waits for the device's proof, for clients that do not send its session back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitingSignIn {
    /// The sealed session.
    pub session: String,
    /// Source address of the request that passed the other factors.
    pub source_ip: Option<IpAddr>,
}

/// The reason a verifier was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadVerifier {
    Salt,
    Value,
}

impl DeviceVerifier {
    /// Checks a verifier that a device made. Leading zero bytes are allowed.
    ///
    /// # Errors
    /// For a salt or a value of a wrong size, or a value that is no member of the group.
    pub fn checked(salt: Vec<u8>, value: Vec<u8>) -> Result<Self, BadVerifier> {
        if value.len() < SHORTEST_VERIFIER {
            return Err(BadVerifier::Value);
        }
        match Verifier::from_parts(&salt, &value) {
            Ok(_) => Ok(Self {
                salt: Blob(salt),
                value: Blob(value),
            }),
            Err(SrpError::BadSalt) => Err(BadVerifier::Salt),
            Err(_) => Err(BadVerifier::Value),
        }
    }

    /// The verifier in the form that the protocol works with.
    ///
    /// # Errors
    /// If the stored bytes are damaged.
    pub fn read(&self) -> Result<Verifier, SrpError> {
        Verifier::from_parts(&self.salt.0, &self.value.0)
    }
}

impl Device {
    /// Whether the device has been confirmed.
    pub fn is_confirmed(&self) -> bool {
        self.secrets.verifier.is_some()
    }

    /// Confirms the device.
    pub fn confirm(
        &mut self,
        verifier: DeviceVerifier,
        name: Option<String>,
        remembered: bool,
        now: Time,
    ) {
        self.secrets.verifier = Some(verifier);
        self.name = name;
        self.remembered = remembered;
        self.expires = None;
        self.modified = now;
    }

    /// Remembers the device or not. One that is no longer remembered loses its trust: a sign-in with a second factor
    /// has to give it back.
    pub fn remember(&mut self, remembered: bool, now: Time) {
        self.remembered = remembered;
        if !remembered {
            self.secrets.passed = None;
        }
        self.modified = now;
    }

    /// Records a finished sign-in: with the mark of the user's second factors, if it passed one.
    pub fn signed_in(&mut self, passed: Option<Blob>, from: Option<IpAddr>, now: Time) {
        if passed.is_some() {
            self.secrets.passed = passed;
        }
        self.last_ip = from;
        self.authenticated = now;
        self.secrets.waiting = None;
    }

    /// How far a sign-in may trust the device, once it has proven itself. `factors` is the mark of the user's second
    /// factors as they are now.
    pub fn trust(&self, pool: &Pool, factors: &Blob) -> DeviceTrust {
        let remembered = self.remembered && self.is_confirmed();
        match pool.device_configuration() {
            Some(_) if !remembered => DeviceTrust::None,
            Some(settings) if settings.challenge_required_on_new_device == Some(true) => {
                match self.secrets.passed.as_ref() == Some(factors) {
                    true => DeviceTrust::Trusted,
                    false => DeviceTrust::Remembered,
                }
            }
            Some(_) => DeviceTrust::Remembered,
            None => DeviceTrust::None,
        }
    }
}
