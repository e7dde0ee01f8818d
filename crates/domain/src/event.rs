//! Events: a record of what users did and what was done to them, for administrators of a pool.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::flow::Methods;
use crate::{ClientId, PoolId, Sub, Time};

/// Something that happened to a user, written in one list with the change itself. It is deleted with the user or the
/// pool, and by the sweep after some days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// A UUID.
    pub id: String,
    pub at: Time,
    pub pool: PoolId,
    pub sub: Sub,
    pub kind: EventKind,
    /// The reason of a refusal, in a stable word; `None` if it was not refused.
    pub refused: Option<String>,
    pub detail: EventDetail,
}

/// The rest of an event, stored as JSON: further members need a default, as stored ones lack them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct EventDetail {
    /// The user name at that time.
    pub username: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<ClientId>,
    /// The methods of the sign-in.
    #[serde(skip_serializing_if = "Methods::is_empty")]
    pub methods: Methods,
    /// The key of the device that it happened on, or to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_ip: Option<IpAddr>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<String>,
    /// The identity provider of the sign-in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// What went wrong, in words for administrators.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
    /// The `x-amzn-RequestId` of the request.
    pub request: String,
}

/// The kinds of event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EventKind {
    /// A user signed up.
    SignUp,
    /// An administrator created an account.
    AdminCreate,
    /// An account was confirmed.
    Confirm,
    /// A sign-in, successful or refused.
    SignIn,
    /// A sign-in code, confirmation code or invitation was sent again.
    ResendCode,
    /// A code to reset the password was requested.
    ForgotPassword,
    /// A password was reset with such a code.
    ResetPassword,
    /// A user changed their password.
    ChangePassword,
    /// An administrator set or reset a password.
    AdminSetPassword,
    /// Second factors were set up, switched or removed.
    ChangeMfa,
    /// A user registered a passkey.
    RegisterPasskey,
    /// A passkey was deleted.
    DeletePasskey,
    /// An administrator linked the user to an identity of a provider.
    LinkIdentity,
    /// An administrator ended such a link.
    UnlinkIdentity,
    /// Attributes were changed or an address verified.
    ChangeAttributes,
    /// All tokens were revoked.
    GlobalSignOut,
    /// The tokens of one sign-in were revoked.
    RevokeToken,
    /// A refresh token was refused.
    Refresh,
    /// A device was confirmed.
    ConfirmDevice,
    /// A device was set to remembered or not remembered.
    UpdateDevice,
    /// A device was forgotten.
    ForgetDevice,
    /// An administrator disabled the account.
    Disable,
    /// An administrator enabled the account.
    Enable,
    /// The account was deleted.
    Delete,
    /// A kind this version does not know: a newer one wrote it.
    Other,
}

impl EventKind {
    /// Every kind, with its stable word.
    pub const ALL: [(EventKind, &'static str); 25] = [
        (EventKind::SignUp, "sign_up"),
        (EventKind::AdminCreate, "admin_create"),
        (EventKind::Confirm, "confirm"),
        (EventKind::SignIn, "sign_in"),
        (EventKind::ResendCode, "resend_code"),
        (EventKind::ForgotPassword, "forgot_password"),
        (EventKind::ResetPassword, "reset_password"),
        (EventKind::ChangePassword, "change_password"),
        (EventKind::AdminSetPassword, "admin_set_password"),
        (EventKind::ChangeMfa, "change_mfa"),
        (EventKind::RegisterPasskey, "register_passkey"),
        (EventKind::DeletePasskey, "delete_passkey"),
        (EventKind::LinkIdentity, "link_identity"),
        (EventKind::UnlinkIdentity, "unlink_identity"),
        (EventKind::ChangeAttributes, "change_attributes"),
        (EventKind::GlobalSignOut, "global_sign_out"),
        (EventKind::RevokeToken, "revoke_token"),
        (EventKind::Refresh, "refresh"),
        (EventKind::ConfirmDevice, "confirm_device"),
        (EventKind::UpdateDevice, "update_device"),
        (EventKind::ForgetDevice, "forget_device"),
        (EventKind::Disable, "disable"),
        (EventKind::Enable, "enable"),
        (EventKind::Delete, "delete"),
        (EventKind::Other, "other"),
    ];

    /// The stable word, for columns.
    pub fn as_str(self) -> &'static str {
        let found = Self::ALL.into_iter().find(|(kind, _)| *kind == self);
        found.map_or("", |(_, word)| word)
    }

    /// The kind with this word.
    pub fn read(word: &str) -> Self {
        let found = Self::ALL.into_iter().find(|(_, own)| *own == word);
        found.map_or(EventKind::Other, |(kind, _)| kind)
    }
}

impl Event {
    /// Sets the app client.
    #[must_use]
    pub fn in_app(mut self, client: &ClientId) -> Self {
        self.detail.client = Some(client.clone());
        self
    }

    /// Sets the methods.
    #[must_use]
    pub fn with(mut self, methods: &Methods) -> Self {
        self.detail.methods = methods.clone();
        self
    }

    /// Sets the identity provider.
    #[must_use]
    pub fn at_provider(mut self, name: &str) -> Self {
        self.detail.provider = Some(name.to_owned());
        self
    }

    /// Sets the device, if there is one.
    #[must_use]
    pub fn on_device(mut self, key: Option<&str>) -> Self {
        self.detail.device = key.map(str::to_owned);
        self
    }

    /// Marks the event as refused, with the reason.
    #[must_use]
    pub fn refused(mut self, reason: impl Into<String>) -> Self {
        self.refused = Some(reason.into());
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_word_of_its_own() {
        for (kind, word) in EventKind::ALL {
            assert_eq!((kind.as_str(), EventKind::read(word)), (word, kind));
        }
        assert_eq!(EventKind::read("sign_in_passed"), EventKind::Other);
    }

    #[test]
    fn details_of_earlier_and_later_programs_are_read() {
        let detail: EventDetail =
            serde_json::from_str(r#"{"username":"ada","risk":"low"}"#).unwrap();
        assert_eq!(detail.username, "ada");
        assert_eq!(detail.client, None);
    }
}
