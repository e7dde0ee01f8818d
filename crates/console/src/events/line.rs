//! An event of a list, in words.

use cabana_domain::event::{Event, EventKind};
use cabana_domain::flow::Methods;

use crate::frame::When;
use crate::users::name::Name;

/// A line of a list of events.
pub struct Line {
    pub at: When,
    /// The user name at that time; `None` if nobody is known, as when an identity provider failed.
    pub user: Option<Name>,
    pub what: &'static str,
    pub is_refused: bool,
    /// The reason of the refusal, or the factors that were used.
    pub more: Option<String>,
    pub client: Option<String>,
    pub source: String,
    pub device: Option<String>,
    pub request: String,
}

pub fn line(event: Event) -> Line {
    let detail = event.detail;
    // Events of a token family name their user by `sub` only.
    let user = match detail.username.is_empty() {
        true => event.sub.to_string(),
        false => detail.username,
    };
    let user = (!user.is_empty()).then(|| Name::new(user));
    Line {
        at: When(event.at),
        user,
        what: text(event.kind),
        is_refused: event.refused.is_some(),
        more: detail
            .words
            .or_else(|| more(event.refused.as_deref(), &detail.methods)),
        client: detail.client.map(|id| id.to_string()),
        source: detail
            .source_ip
            .map(|ip| ip.to_string())
            .unwrap_or_default(),
        device: detail.user_agent,
        request: detail.request,
    }
}

/// Label of a kind. Matches the stable word, so that kinds which a later version writes have a label, too.
fn text(kind: EventKind) -> &'static str {
    match kind.as_str() {
        "sign_up" => "Sign-up",
        "admin_create" => "Created by an administrator",
        "confirm" => "Account confirmed",
        "sign_in" => "Sign-in",
        "resend_code" => "Code sent again",
        "forgot_password" => "Password reset requested",
        "reset_password" => "Password reset",
        "change_password" => "Password changed",
        "admin_set_password" => "Password set by an administrator",
        "change_mfa" => "MFA changed",
        "register_passkey" => "Passkey added",
        "delete_passkey" => "Passkey deleted",
        "link_identity" => "Identity linked",
        "unlink_identity" => "Identity unlinked",
        "change_attributes" => "Attributes changed",
        "global_sign_out" => "Signed out everywhere",
        "revoke_token" => "Tokens revoked",
        "refresh" => "Token refresh",
        "confirm_device" => "Device confirmed",
        "update_device" => "Device status changed",
        "forget_device" => "Device forgotten",
        "disable" => "Disabled",
        "enable" => "Enabled",
        "delete" => "Deleted",
        _ => "Other",
    }
}

fn more(refused: Option<&str>, methods: &Methods) -> Option<String> {
    match refused {
        Some(reason) => Some(reason.replace('_', " ")),
        None => Some(named(methods)).filter(|named| !named.is_empty()),
    }
}

fn named(methods: &Methods) -> String {
    let named = methods.0.iter().filter_map(|method| match method.as_str() {
        "pwd" => Some("password"),
        "otp" => Some("authenticator app"),
        "sms" => Some("code by text"),
        "email_otp" => Some("code by email"),
        "custom" => Some("challenge of a function"),
        "swk" => Some("passkey"),
        "hwk" => Some("passkey on a security key"),
        "device" => Some("remembered device"),
        "fed" => Some("identity provider"),
        "recovery_code" => Some("recovery code"),
        _ => None,
    });
    named.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use cabana_domain::event::EventDetail;
    use cabana_domain::{PoolId, Sub, Time};

    use super::*;

    #[test]
    fn an_event_without_a_user_name_leads_to_its_user_all_the_same() {
        let event = Event {
            id: "id".to_owned(),
            at: Time::from_seconds(1),
            pool: PoolId::new("us-east-1_a"),
            sub: Sub::new("sub-of-ann"),
            kind: EventKind::RevokeToken,
            refused: None,
            detail: EventDetail::default(),
        };
        assert_eq!(line(event.clone()).user.unwrap().as_str(), "sub-of-ann");
        let of_nobody = Event {
            sub: Sub::new(""),
            ..event
        };
        assert!(line(of_nobody).user.is_none());
    }

    #[test]
    fn every_kind_of_event_has_words() {
        for (kind, word) in EventKind::ALL {
            assert!(text(kind) != "Other" || word == "other", "{word}");
        }
    }
}
