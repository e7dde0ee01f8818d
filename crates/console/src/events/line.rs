//! An event in plain words.

use cabana_domain::event::{Event, EventKind};

use crate::frame::When;
use crate::users::name::Name;

/// A line of a list of events.
pub struct Line {
    pub at: When,
    /// The user name at that time.
    pub user: Name,
    pub what: &'static str,
    /// Why it was refused.
    pub refused: Option<String>,
    pub methods: String,
    pub client: Option<String>,
    pub source: String,
    pub device: Option<String>,
    pub request: String,
}

pub fn line(event: Event) -> Line {
    let detail = event.detail;
    Line {
        at: When(event.at),
        user: Name::new(detail.username),
        what: text(event.kind),
        refused: event.refused.map(|reason| reason.replace('_', " ")),
        methods: methods(&detail.methods.names()),
        client: detail.client.map(|id| id.to_string()),
        source: detail
            .source_ip
            .map(|ip| ip.to_string())
            .unwrap_or_default(),
        device: detail.user_agent,
        request: detail.request,
    }
}

/// By the stable word, so that kinds of later programs have one, too.
fn text(kind: EventKind) -> &'static str {
    match kind.as_str() {
        "sign_up" => "Sign-up",
        "admin_create" => "Made by an administrator",
        "confirm" => "Account confirmed",
        "sign_in" => "Sign-in",
        "resend_code" => "Code sent again",
        "forgot_password" => "Password reset requested",
        "reset_password" => "Password reset",
        "change_password" => "Password changed",
        "admin_set_password" => "Password set by an administrator",
        "change_mfa" => "MFA changed",
        "change_attributes" => "Attributes changed",
        "global_sign_out" => "Signed out everywhere",
        "revoke_token" => "Tokens revoked",
        "refresh" => "Refresh",
        "disable" => "Disabled",
        "enable" => "Enabled",
        "delete" => "Deleted",
        _ => "Other",
    }
}

fn methods(names: &[&'static str]) -> String {
    let named = names.iter().filter_map(|name| match *name {
        "pwd" => Some("password"),
        "otp" => Some("authenticator app"),
        "sms" => Some("code by text"),
        "email_otp" => Some("code by email"),
        _ => None,
    });
    named.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_event_has_words() {
        for (kind, word) in EventKind::ALL {
            assert!(text(kind) != "Other" || word == "other", "{word}");
        }
    }
}
