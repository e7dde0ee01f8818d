//! A token family: one sign-in, and every token that descends from it by refreshing.

use serde::{Deserialize, Serialize};

use crate::flow::Methods;
use crate::{ClientId, PoolId, Sub, Time};

/// All tokens of one sign-in. The id is their `origin_jti`; revoking the family revokes them all.
/// A family stays until its refresh token expires: an access token whose family is gone is refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenFamily {
    /// The `origin_jti`, a UUID.
    pub id: String,
    pub pool: PoolId,
    pub client: ClientId,
    pub sub: Sub,
    /// Granted scopes; kept over every refresh.
    pub scopes: Vec<String>,
    /// Whether an ID token belongs to it (always for API sign-ins; with `openid` for OAuth).
    pub source: TokenSource,
    /// RFC 8707: the `aud` of its access tokens.
    pub resource: Option<String>,
    pub event_id: String,
    pub auth_time: Time,
    /// What the sign-in was made with; kept over every refresh.
    pub methods: Methods,
    pub issued: Time,
    pub expires: Time,
    /// SHA-256 of the refresh token in use; none for an implicit grant.
    pub refresh_hash: Option<[u8; 32]>,
    /// SHA-256 of the one before it, good until the end of its grace period.
    pub previous: Option<PreviousToken>,
    pub revoked: bool,
}

/// A refresh token that has been rotated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviousToken {
    pub hash: [u8; 32],
    pub good_until: Time,
}

/// Where a sign-in came from; decides scopes and claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TokenSource {
    /// InitiateAuth and its kin.
    Api,
    /// The authorize endpoint.
    OAuth,
}
