//! A user of a pool, and the names a person may sign in with.

use std::collections::BTreeMap;

use cabana_model::{Blob, UserStatusType, VerifiedAttributeType};
use serde::{Deserialize, Serialize};

use crate::factor::{Factor, MfaPreference};
use crate::guesses::FactorGuesses;
use crate::lockout::Lockout;
use crate::passkey::PendingPasskey;
use crate::pool::Pool;
use crate::schema;
use crate::{PoolId, Sub, Time};

/// A user. `attributes` holds every attribute but `sub`, as the strings of the API.
#[derive(Clone, Debug, PartialEq)]
pub struct User {
    pub pool: PoolId,
    pub sub: Sub,
    /// Incremented by each write; an update names the version it was read at.
    pub version: i64,
    /// The API's `Username`: chosen by the person, or the `sub` if an e-mail address or a phone number is the user
    /// name. Folded to lower case in case-insensitive pools.
    pub username: String,
    pub status: UserStatusType,
    pub enabled: bool,
    pub attributes: BTreeMap<String, String>,
    /// New e-mail address or phone number that awaits verification (`AttributesRequireVerificationBeforeUpdate`).
    pub pending: BTreeMap<String, String>,
    pub mfa: MfaPreference,
    /// Wrong passwords.
    pub lockout: Lockout,
    /// Wrong second factors.
    pub factor_guesses: FactorGuesses,
    /// Sealed at rest.
    pub secrets: UserSecrets,
    /// Expiry of a temporary password; `None` for a permanent one.
    pub temporary_password_expires: Option<Time>,
    /// Tokens issued before this instant are revoked (global sign-out, disabling).
    pub tokens_not_before: Time,
    pub created: Time,
    pub modified: Time,
}

/// A user as lists show it: without secrets, and not suitable for writing back.
#[derive(Clone, Debug, PartialEq)]
pub struct UserSummary {
    pub sub: Sub,
    pub username: String,
    pub status: UserStatusType,
    pub enabled: bool,
    pub attributes: BTreeMap<String, String>,
    pub mfa: MfaPreference,
    pub created: Time,
    pub modified: Time,
}

impl UserSummary {
    /// Whether an e-mail address or phone number is set and verified.
    pub fn has_verified(&self, attribute: VerifiedAttributeType) -> bool {
        has_verified(&self.attributes, attribute)
    }
}

fn has_verified(attributes: &BTreeMap<String, String>, attribute: VerifiedAttributeType) -> bool {
    let (value, flag) = match attribute {
        VerifiedAttributeType::Email => ("email", "email_verified"),
        VerifiedAttributeType::PhoneNumber => ("phone_number", "phone_number_verified"),
    };
    attributes.contains_key(value) && attributes.get(flag).is_some_and(|flag| flag == "true")
}

impl From<User> for UserSummary {
    fn from(user: User) -> Self {
        Self {
            sub: user.sub,
            username: user.username,
            status: user.status,
            enabled: user.enabled,
            attributes: user.attributes,
            mfa: user.mfa,
            created: user.created,
            modified: user.modified,
        }
    }
}

/// A user's credentials.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserSecrets {
    pub password: Password,
    /// Former passwords, newest first, as many as the pool's history requires.
    pub history: Vec<Password>,
    /// The TOTP seed in use.
    pub totp: Option<Blob>,
    /// A TOTP seed handed out and not verified yet.
    pub pending_totp: Option<Blob>,
    /// Recovery codes by their places, as Argon2id hashes in PHC form; `None` for a used one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recovery_codes: Vec<Option<String>>,
    /// The registration of a passkey that has begun.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pending_passkey: Option<PendingPasskey>,
}

/// A stored password.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Password {
    /// The user has none.
    #[default]
    None,
    /// An SRP verifier: salt and value, big-endian.
    Srp { salt: Blob, verifier: Blob },
    /// An Argon2id hash in PHC form.
    Argon2(String),
}

/// The kind of a login name; also the word in `StoreError::Conflict` when it is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NameKind {
    Username,
    Email,
    PhoneNumber,
    PreferredUsername,
}

impl NameKind {
    /// Every kind.
    pub const ALL: [NameKind; 4] = [
        NameKind::Username,
        NameKind::Email,
        NameKind::PhoneNumber,
        NameKind::PreferredUsername,
    ];

    /// The attribute's name, or `username`.
    pub fn as_str(self) -> &'static str {
        match self {
            NameKind::Username => "username",
            NameKind::Email => "email",
            NameKind::PhoneNumber => "phone_number",
            NameKind::PreferredUsername => "preferred_username",
        }
    }
}

/// A name that finds a user: unique in the pool, already folded by [`Pool::login_key`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LoginName {
    pub kind: NameKind,
    pub key: String,
}

impl UserSecrets {
    /// Registers an authenticator app in place of any other. Recovery codes end: whoever had them may not be the one
    /// who holds the new app.
    pub fn set_totp(&mut self, seed: Blob) {
        self.totp = Some(seed);
        self.recovery_codes.clear();
    }

    /// Number of recovery codes that can still be used.
    pub fn recovery_codes_left(&self) -> usize {
        self.recovery_codes.iter().flatten().count()
    }
}

impl User {
    /// A new user: enabled, with nothing but a name.
    pub fn new(
        pool: PoolId,
        sub: Sub,
        username: String,
        status: UserStatusType,
        now: Time,
    ) -> Self {
        Self {
            pool,
            sub,
            version: 0,
            username,
            status,
            enabled: true,
            attributes: BTreeMap::new(),
            pending: BTreeMap::new(),
            mfa: MfaPreference::default(),
            lockout: Lockout::default(),
            factor_guesses: FactorGuesses::default(),
            secrets: UserSecrets::default(),
            temporary_password_expires: None,
            tokens_not_before: Time::default(),
            created: now,
            modified: now,
        }
    }

    /// Ends the recovery codes of a user who has no second factor on, a passkey included. Called before one is switched
    /// on as well: codes kept earlier must not stand in for a new factor.
    pub fn end_recovery_codes(&mut self) {
        if self.mfa.enabled.is_empty() && !self.mfa.passkey {
            self.secrets.recovery_codes.clear();
        }
    }

    /// Removes the authenticator app.
    pub fn remove_totp(&mut self) {
        self.secrets.totp = None;
        self.secrets.pending_totp = None;
        self.mfa.enabled.retain(|factor| *factor != Factor::Totp);
        if self.mfa.preferred == Some(Factor::Totp) {
            self.mfa.preferred = None;
        }
        self.end_recovery_codes();
    }

    /// The value of an attribute, `sub` included.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        match name {
            "sub" => Some(self.sub.as_str()),
            _ => self.attributes.get(name).map(String::as_str),
        }
    }

    /// Whether an e-mail address or phone number is set and verified.
    pub fn has_verified(&self, attribute: VerifiedAttributeType) -> bool {
        has_verified(&self.attributes, attribute)
    }

    /// Whether the user was made from an identity of a provider; also after they were given a password.
    fn comes_from_provider(&self) -> bool {
        let identities = self.attributes.get(schema::IDENTITIES);
        let identities: Vec<serde_json::Value> = identities
            .and_then(|text| serde_json::from_str(text).ok())
            .unwrap_or_default();
        let is_own = |it: &serde_json::Value| it.get("primary") == Some(&true.into());
        self.status == UserStatusType::ExternalProvider || identities.iter().any(is_own)
    }

    /// Every name this user can sign in with: of a user who comes from an identity provider the user name only, as their
    /// address may be another user's. An alias counts only while it is verified and the user is confirmed; if
    /// the e-mail address or phone number *is* the user name, it counts at once.
    pub fn login_names(&self, pool: &Pool) -> Vec<LoginName> {
        let mut names = vec![LoginName {
            kind: NameKind::Username,
            key: pool.login_key(&self.username),
        }];
        if self.comes_from_provider() {
            return names;
        }
        for kind in [
            NameKind::Email,
            NameKind::PhoneNumber,
            NameKind::PreferredUsername,
        ] {
            let Some(value) = self.attributes.get(kind.as_str()) else {
                continue;
            };
            let counts = match kind {
                NameKind::Email => {
                    pool.username_is(VerifiedAttributeType::Email)
                        || (pool.has_alias("email")
                            && self.has_verified(VerifiedAttributeType::Email))
                }
                NameKind::PhoneNumber => {
                    pool.username_is(VerifiedAttributeType::PhoneNumber)
                        || (pool.has_alias("phone_number")
                            && self.has_verified(VerifiedAttributeType::PhoneNumber))
                }
                _ => pool.has_alias("preferred_username"),
            };
            if counts {
                names.push(LoginName {
                    kind,
                    key: pool.login_key(value),
                });
            }
        }
        names
    }
}
