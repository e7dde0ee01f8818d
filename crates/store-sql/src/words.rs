//! Words that represent enums in columns.

use cabana_domain::activity::ActivityKind;
use cabana_domain::keys::KeyUse;
use cabana_domain::message::DeliveryState;
use cabana_domain::tokens::TokenSource;

/// The word for a key's use.
pub const fn key_use(usage: KeyUse) -> &'static str {
    match usage {
        KeyUse::IdToken => "id",
        KeyUse::AccessToken => "access",
    }
}

/// Parses the word.
pub fn read_key_use(word: &str) -> Option<KeyUse> {
    [KeyUse::IdToken, KeyUse::AccessToken]
        .into_iter()
        .find(|it| key_use(*it) == word)
}

/// The word for a kind of activity.
pub const fn activity_kind(kind: ActivityKind) -> &'static str {
    match kind {
        ActivityKind::SignUp => "sign_up",
        ActivityKind::SignIn => "sign_in",
    }
}

/// Parses the word.
pub fn read_activity_kind(word: &str) -> Option<ActivityKind> {
    [ActivityKind::SignUp, ActivityKind::SignIn]
        .into_iter()
        .find(|it| activity_kind(*it) == word)
}

/// The word for the origin of a sign-in.
pub const fn token_source(source: TokenSource) -> &'static str {
    match source {
        TokenSource::Api => "api",
        TokenSource::OAuth => "oauth",
    }
}

/// Parses the word.
pub fn read_token_source(word: &str) -> Option<TokenSource> {
    [TokenSource::Api, TokenSource::OAuth]
        .into_iter()
        .find(|it| token_source(*it) == word)
}

/// The word for a delivery state; `queued` and `inbox` also appear in the SQL.
pub const fn delivery_state(state: DeliveryState) -> &'static str {
    match state {
        DeliveryState::Queued => "queued",
        DeliveryState::Sent => "sent",
        DeliveryState::Inbox => "inbox",
        DeliveryState::Failed => "failed",
    }
}

/// Parses the word.
pub fn read_delivery_state(word: &str) -> Option<DeliveryState> {
    use DeliveryState as S;
    [S::Queued, S::Sent, S::Inbox, S::Failed]
        .into_iter()
        .find(|it| delivery_state(*it) == word)
}
