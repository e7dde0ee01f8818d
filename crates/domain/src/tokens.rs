//! A token family: one sign-in, and every token that descends from it by refreshing.

use serde::{Deserialize, Serialize};

use crate::asked_claims::AskedClaims;
use crate::flow::Authentication;
use crate::session::Track;
use crate::{ClientId, PoolId, Span, Sub, Time};

/// Most refresh tokens that a family remembers besides the newest. Beyond that, the oldest unused ones are forgotten;
/// they count as used long ago.
pub const MOST_EARLIER: usize = 63;

/// All tokens of one sign-in. The ID is their `origin_jti`; revoking the family revokes them all. A family is kept
/// until its refresh token expires: an access token whose family is gone is refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenFamily {
    /// The `origin_jti`, a UUID.
    pub id: String,
    pub pool: PoolId,
    pub client: ClientId,
    pub sub: Sub,
    /// Granted scopes; unchanged by refreshes.
    pub scopes: Vec<String>,
    /// Whether an ID token belongs to it (always for API sign-ins; with `openid` for OAuth).
    pub source: TokenSource,
    /// RFC 8707: the `aud` of its access tokens.
    pub resource: Option<String>,
    pub event_id: String,
    /// The sign-in; unchanged by refreshes.
    pub authentication: Authentication,
    /// Whether the app requested a level of authentication; then its tokens state theirs (`acr`).
    #[serde(default)]
    pub level_asked: bool,
    /// The claims that the app asked for by name.
    #[serde(default)]
    pub claims: Option<AskedClaims>,
    pub issued: Time,
    pub expires: Time,
    /// SHA-256 of the newest refresh token, not used yet; none for an implicit grant.
    pub refresh_hash: Option<[u8; 32]>,
    /// Earlier tokens that are still remembered, oldest first. Empty if nothing was rotated.
    #[serde(default)]
    pub earlier: Vec<EarlierToken>,
    pub revoked: bool,
    /// The record of the session, if the pool tracks sessions and the family has a refresh token.
    #[serde(default)]
    pub session: Option<Track>,
    /// The tracked browser session that it came from.
    #[serde(default)]
    pub origin: Option<String>,
}

/// A refresh token issued before the newest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EarlierToken {
    /// SHA-256 of the token.
    pub hash: [u8; 32],
    /// End of its grace period, which began at its first use; `None` if it is unused.
    pub good_until: Option<Time>,
}

/// The verdict on the use of a refresh token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// It was not used before.
    First,
    /// It was used before, within its grace period: an answer got lost, or two parts of one app refreshed at once.
    Repeated,
    /// It was used before, and its grace period is over: two parties hold it.
    Stolen,
}

impl TokenFamily {
    /// Judges a refresh token of this family, by its hash. Tokens issued by several uses of one token are siblings:
    /// each is good for a first use of its own.
    pub fn judge(&self, hash: &[u8; 32], now: Time) -> Use {
        if self.refresh_hash.as_ref() == Some(hash) {
            return Use::First;
        }
        match self.earlier.iter().find(|it| it.hash == *hash) {
            Some(EarlierToken {
                good_until: None, ..
            }) => Use::First,
            Some(EarlierToken {
                good_until: Some(end),
                ..
            }) if *end > now => Use::Repeated,
            _ => Use::Stolen,
        }
    }

    /// Replaces a token that was judged good with a new one. Its grace period begins at its first use and is never
    /// extended.
    pub fn rotate(&mut self, used: &[u8; 32], new: [u8; 32], now: Time, grace: Span) {
        self.earlier
            .retain(|it| it.good_until.is_none_or(|end| end > now));
        let newest = self.refresh_hash.replace(new);
        self.earlier.extend(newest.map(|hash| EarlierToken {
            hash,
            good_until: None,
        }));
        let used = self.earlier.iter_mut().find(|it| it.hash == *used);
        if let Some(used) = used {
            used.good_until.get_or_insert(now.after(grace));
        }
        while self.earlier.len() > MOST_EARLIER {
            let oldest = self.earlier.iter().position(|it| it.good_until.is_none());
            self.earlier.remove(oldest.unwrap_or_default());
        }
    }
}

/// Origin of a sign-in; decides scopes and claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TokenSource {
    /// InitiateAuth and related operations.
    Api,
    /// The authorize endpoint.
    OAuth,
}

#[cfg(test)]
mod tests;
