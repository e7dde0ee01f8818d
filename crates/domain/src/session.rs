//! Tracked sessions: where a user is signed in. A token family is one (TOKEN), and so is a browser session of the
//! hosted pages (SSO). Pools track them only if they are set to.

mod device_type;

use std::net::IpAddr;

use cabana_model::SessionTypeType;
use serde::{Deserialize, Serialize};

use crate::{ClientId, Span, Time};

pub use device_type::device_type;

/// Before the settings are set.
const MOST: u32 = 20;
/// How long an app client reuses a browser session, in minutes, unless it is set.
pub const SSO_MINUTES: u32 = 60;
/// `LastActiveDate` is written at most once in this time, but by a write that is made anyway.
const ACTIVE_EVERY: Span = Span::minutes(1);

/// What a pool does about sessions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SessionSettings {
    pub tracks: bool,
    /// Most token sessions of a user (`MaxPerUser`).
    pub most: u32,
    /// The longest that any of its clients has ever reused a browser session, in minutes; browser sessions are kept
    /// that long.
    pub longest_sso: u32,
}

impl Default for SessionSettings {
    fn default() -> Self {
        Self {
            tracks: false,
            most: MOST,
            longest_sso: SSO_MINUTES,
        }
    }
}

/// What is recorded of a session besides the tokens or the cookie.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Track {
    /// `tkn` or `sso` and 25 characters of `a-z0-9`. Names the session and proves nothing.
    pub id: String,
    /// As [`device_type()`] has it.
    pub device: String,
    pub last_ip: Option<IpAddr>,
    pub active: Time,
}

impl Track {
    /// A use that is worth a write of its own: the last one was over a minute ago.
    pub fn used(&self, last_ip: Option<IpAddr>, now: Time) -> Option<Use> {
        let due = now.since(self.active) >= ACTIVE_EVERY;
        due.then(|| Use {
            id: self.id.clone(),
            last_ip,
            at: now,
        })
    }
}

/// A use of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// The session's ID.
    pub id: String,
    pub last_ip: Option<IpAddr>,
    pub at: Time,
}

/// The record of a browser session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BrowserTrack {
    pub track: Track,
    /// The app client that it began with.
    pub client: ClientId,
    pub created: Time,
}

/// A session in a user's list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    pub kind: SessionTypeType,
    pub track: Track,
    pub client: ClientId,
    pub created: Time,
    /// The browser session that a token session came from.
    pub origin: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_use_within_a_minute_is_not_worth_a_write() {
        let track = Track {
            id: "tkn".to_owned(),
            device: String::new(),
            last_ip: None,
            active: Time::from_seconds(0),
        };
        let due = [0, 59, 60].map(|at| track.used(None, Time::from_seconds(at)).is_some());
        assert_eq!(due, [false, false, true]);
    }

    #[test]
    fn stored_settings_read_back_and_may_lack_members() {
        let golden = r#"{"tracks":true,"most":3,"longest_sso":90}"#;
        let settings: SessionSettings = serde_json::from_str(golden).unwrap();
        assert_eq!(serde_json::to_string(&settings).unwrap(), golden);
        let empty: SessionSettings = serde_json::from_str("{}").unwrap();
        assert_eq!(empty, SessionSettings::default());
    }
}
