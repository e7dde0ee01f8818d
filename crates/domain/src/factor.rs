//! Second factors, and which of them a user has enabled.

use serde::{Deserialize, Serialize};

/// A second factor a user may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Factor {
    Totp,
    Sms,
    Email,
}

impl Factor {
    /// The name in `UserMFASettingList` and `PreferredMfaSetting`.
    pub fn setting_name(self) -> &'static str {
        match self {
            Factor::Totp => "SOFTWARE_TOKEN_MFA",
            Factor::Sms => "SMS_MFA",
            Factor::Email => "EMAIL_OTP",
        }
    }
}

/// The second factors a user has enabled.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MfaPreference {
    pub enabled: Vec<Factor>,
    pub preferred: Option<Factor>,
    /// Whether a passkey counts as two factors for this user, if the pool permits it; they have one then.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub passkey: bool,
}
