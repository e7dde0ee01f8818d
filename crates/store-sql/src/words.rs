//! Words that stand for enums in columns.

use cabana_domain::activity::ActivityKind;
use cabana_domain::keys::KeyUse;
use cabana_domain::message::DeliveryState;
use cabana_domain::tokens::TokenSource;

/// The word for what a key signs.
pub const fn key_use(usage: KeyUse) -> &'static str {
    match usage {
        KeyUse::IdToken => "id",
        KeyUse::AccessToken => "access",
    }
}

/// The other way round.
pub fn read_key_use(word: &str) -> Option<KeyUse> {
    [KeyUse::IdToken, KeyUse::AccessToken]
        .into_iter()
        .find(|it| key_use(*it) == word)
}

/// The word for what is counted per day.
pub const fn activity_kind(kind: ActivityKind) -> &'static str {
    match kind {
        ActivityKind::SignUp => "sign_up",
        ActivityKind::SignIn => "sign_in",
    }
}

/// The other way round.
pub fn read_activity_kind(word: &str) -> Option<ActivityKind> {
    [ActivityKind::SignUp, ActivityKind::SignIn]
        .into_iter()
        .find(|it| activity_kind(*it) == word)
}

/// The word for where a sign-in came from.
pub const fn token_source(source: TokenSource) -> &'static str {
    match source {
        TokenSource::Api => "api",
        TokenSource::OAuth => "oauth",
    }
}

/// The other way round.
pub fn read_token_source(word: &str) -> Option<TokenSource> {
    [TokenSource::Api, TokenSource::OAuth]
        .into_iter()
        .find(|it| token_source(*it) == word)
}

/// The word for how far a message got; `queued` and `inbox` also stand in the SQL.
pub const fn delivery_state(state: DeliveryState) -> &'static str {
    match state {
        DeliveryState::Queued => "queued",
        DeliveryState::Sent => "sent",
        DeliveryState::Inbox => "inbox",
        DeliveryState::Failed => "failed",
    }
}

/// The other way round.
pub fn read_delivery_state(word: &str) -> Option<DeliveryState> {
    use DeliveryState as S;
    [S::Queued, S::Sent, S::Inbox, S::Failed]
        .into_iter()
        .find(|it| delivery_state(*it) == word)
}
